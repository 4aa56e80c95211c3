using System.Data;
using Governance.Service.Data;
using Microsoft.Data.Sqlite;

namespace Governance.Benchmarks;

/// <summary>
/// SQLite without waiting for the disk, to fill a database quickly. Only for the generator, whose work can be done again:
/// every figure is measured with the service's own class and its durable commits.
/// </summary>
sealed class GeneratorDatabase(string file) : Database, IDisposable
{
    readonly Sqlite _real = new(file);
    readonly SemaphoreSlim _writer = new(1, 1);

    public override string Name => _real.Name;

    public override string Take => _real.Take;

    public override bool HasTable(OpenTransaction open, string table) => _real.HasTable(open, table);

    public override void Migrate() => _real.Migrate();

    public override void Backup(string file) => _real.Backup(file);

    public override Task<OpenTransaction> BeginReadAsync(CancellationToken ct) => _real.BeginReadAsync(ct);

    public override async Task<OpenTransaction> BeginWriteAsync(CancellationToken ct)
    {
        await _writer.WaitAsync(ct);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _real.File, ForeignKeys = true, RecursiveTriggers = true }.ToString());
        await connection.OpenAsync(ct);
        using var pragmas = connection.CreateCommand();
        pragmas.CommandText = "PRAGMA synchronous = OFF; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = 30000;";
        pragmas.ExecuteNonQuery();
        var transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
        return new OpenTransaction(connection, transaction, () => transaction.CommitAsync(CancellationToken.None), async () =>
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
            _writer.Release();
        });
    }

    public void Dispose()
    {
        _real.Dispose();
        _writer.Dispose();
    }
}
