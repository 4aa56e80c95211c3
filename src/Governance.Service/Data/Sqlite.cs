using System.Data;
using System.Reflection;
using System.Runtime.CompilerServices;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Data.Sqlite;

namespace Governance.Service.Data;

/// <summary>The embedded database: a file, made on first start. One process writes at a time, and waits its turn.</summary>
public sealed class Sqlite : Database
{
    readonly string _connectionString;
    readonly SemaphoreSlim _writer = new(1, 1);
    readonly ConditionalWeakTable<object, Sqlite> _set = [];

    /// <param name="file">Path of the database file; its folder is made if need be.</param>
    public Sqlite(string file)
    {
        File = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = File,
            ForeignKeys = true,
            RecursiveTriggers = true,
            DefaultTimeout = 30,
        }.ToString();
    }

    public string File { get; }

    public override string Name => "Sqlite";

    public override string Take => "LIMIT @take";

    public override async Task<OpenTransaction> BeginReadAsync(CancellationToken ct)
    {
        var connection = await OpenAsync(ct);
        return new OpenTransaction(connection, connection.BeginTransaction(IsolationLevel.Serializable, deferred: true), static () => { });
    }

    /// <summary>
    /// Within this process writers queue here, in order, without polling. Another process is waited for by SQLite's own
    /// busy handler. A crash after this line and before the commit leaves nothing behind: the journal is rolled back.
    /// </summary>
    public override async Task<OpenTransaction> BeginWriteAsync(CancellationToken ct)
    {
        await _writer.WaitAsync(ct);
        try
        {
            var connection = await OpenAsync(ct);
            return new OpenTransaction(connection, connection.BeginTransaction(IsolationLevel.Serializable, deferred: false), () => _writer.Release());
        }
        catch
        {
            _writer.Release();
            throw;
        }
    }

    public override void Migrate()
    {
        using (var connection = new SqliteConnection(_connectionString))
        {
            connection.Open();
            if (Pragma(connection, "journal_mode = WAL") != "wal")
                throw new InvalidOperationException($"{File}: the database cannot use a write-ahead log. Put it on a local disk.");
        }

        var result = DeployChanges.To
            .SqliteDatabase(_connectionString)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), s => s.Contains(".Migrations.Sqlite.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException($"{File}: the migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
    }

    public override void Backup(string file)
    {
        using var source = new SqliteConnection(_connectionString);
        source.Open();
        // Under another name until it is whole: an interrupted backup never looks like a finished one.
        var unfinished = file + ".unfinished";
        System.IO.File.Delete(unfinished);
        using (var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = unfinished, Pooling = false }.ToString()))
        {
            target.Open();
            source.BackupDatabase(target);
        }
        System.IO.File.Move(unfinished, file);
    }

    async Task<SqliteConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(ct);
            // Settings live with a connection, and a pooled one may be new: so each connection gets them once, before its first
            // use (ledger.md, "In the database"). The log is folded back into the file less often than by default, because
            // every commit writes some pages again that the one before it wrote.
            if (!_set.TryGetValue(connection.Handle!, out _))
            {
                using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = 30000; PRAGMA wal_autocheckpoint = 4000;";
                command.ExecuteNonQuery();
                _set.Add(connection.Handle!, this);
            }
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    static string Pragma(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        return (string)command.ExecuteScalar()!;
    }
}
