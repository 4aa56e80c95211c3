using System.Collections.Concurrent;
using System.Reflection;
using Dapper;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Data.Sqlite;

namespace Governance.Service.Data;

/// <summary>The embedded database: a file, made on first start. One process writes at a time, and waits its turn.</summary>
public sealed class Sqlite : Database, IDisposable
{
    readonly string _connectionString;
    readonly string _migrations;
    readonly GroupCommit _writer;
    readonly ConcurrentBag<PreparedConnection> _readers = [];
    volatile bool _disposed;

    /// <param name="file">Path of the database file; its folder is made if need be.</param>
    /// <param name="migrations">The folder of the migrations that make its tables.</param>
    public Sqlite(string file, string migrations = "Sqlite")
    {
        _migrations = migrations;
        File = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = File,
            ForeignKeys = true,
            RecursiveTriggers = true,
            DefaultTimeout = 30,
            Pooling = false,
        }.ToString();
        _writer = new GroupCommit(Open);
    }

    public string File { get; }

    public override string Name => "Sqlite";

    public override string Take => "LIMIT @take";

    public override Task<OpenTransaction> BeginReadAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var connection = _readers.TryTake(out var idle) ? idle : Open();
        try
        {
            connection.Run("BEGIN");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
        return Task.FromResult(new OpenTransaction(connection, null, NothingToCommit, () =>
        {
            Return(connection);
            return ValueTask.CompletedTask;
        }));
    }

    static Task NothingToCommit() => throw new InvalidOperationException("This transaction only reads.");

    void Return(PreparedConnection connection)
    {
        try
        {
            connection.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            connection.Dispose();
            return;
        }
        if (_disposed) connection.Dispose();
        else _readers.Add(connection);
    }

    /// <summary>
    /// Within this process writers queue here, in order, without polling. Another process is waited for by SQLite's own
    /// busy handler. A crash after this line and before the commit leaves nothing behind: the journal is rolled back.
    /// </summary>
    public override Task<OpenTransaction> BeginWriteAsync(CancellationToken ct) => _writer.BeginAsync(ct);

    public void Dispose()
    {
        _disposed = true;
        _writer.Dispose();
        while (_readers.TryTake(out var connection)) connection.Dispose();
    }

    public override void Migrate()
    {
        // Nodes that start at once come one after the other, by the lock of an empty database beside this one: the second
        // finds everything done. A node that dies holds nobody up.
        using var turn = TakeTurn(File + ".migrating");
        using (var connection = new SqliteConnection(_connectionString))
        {
            connection.Open();
            if (Pragma(connection, "journal_mode = WAL") != "wal")
                throw new InvalidOperationException($"{File}: the database cannot use a write-ahead log. Put it on a local disk.");
        }

        var result = DeployChanges.To
            .SqliteDatabase(_connectionString)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), s => s.Contains($".Migrations.{_migrations}.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException($"{File}: the migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
    }

    static SqliteConnection TakeTurn(string file)
    {
        var turn = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 600 }.ToString());
        try
        {
            turn.Open();
            using var command = turn.CreateCommand();
            command.CommandText = "BEGIN EXCLUSIVE";
            command.ExecuteNonQuery();
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    public override bool HasTable(OpenTransaction open, string table) => open.Connection.ExecuteScalar<long>(
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = @table", new { table }, open.Transaction) > 0;

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

    // Settings live with a connection, so each gets them before its first use (ledger.md, "In the database"). The log is
    // folded back into the file less often than by default, because every commit writes some pages again that the one
    // before it wrote.
    PreparedConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = 30000; PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -32000;";
            command.ExecuteNonQuery();
            return new PreparedConnection(connection);
        }
        catch
        {
            connection.Dispose();
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
