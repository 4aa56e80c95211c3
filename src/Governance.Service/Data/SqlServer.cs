using System.Data;
using System.Reflection;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Data.SqlClient;

namespace Governance.Service.Data;

/// <summary>The database for production and for more than one node.</summary>
public sealed class SqlServer(string connectionString) : Database
{
    public override string Name => "SqlServer";

    public override string Take => "OFFSET 0 ROWS FETCH NEXT @take ROWS ONLY";

    public override async Task<OpenTransaction> BeginReadAsync(CancellationToken ct) => await BeginAsync(IsolationLevel.Snapshot, ct);

    public override async Task<OpenTransaction> BeginWriteAsync(CancellationToken ct) => await BeginAsync(IsolationLevel.ReadCommitted, ct);

    public override void Migrate()
    {
        var result = DeployChanges.To
            .SqlDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), s => s.Contains(".Migrations.SqlServer.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException($"The migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
    }

    public override void Backup(string file) =>
        throw new NotSupportedException("SQL Server makes its own backups: use BACKUP DATABASE, and keep them apart from the signing key.");

    async Task<OpenTransaction> BeginAsync(IsolationLevel level, CancellationToken ct)
    {
        var connection = new SqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(ct);
            var transaction = connection.BeginTransaction(level);
            return new OpenTransaction(connection, transaction, () => transaction.CommitAsync(CancellationToken.None), async () =>
            {
                await transaction.DisposeAsync();
                await connection.DisposeAsync();
            });
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
