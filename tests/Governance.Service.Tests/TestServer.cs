using Dapper;
using Governance.Service.Data;
using Microsoft.Data.SqlClient;

namespace Governance.Service.Tests;

/// <summary>
/// A database of its own on the SQL Server that <c>GOVERNANCE_TEST_SQLSERVER</c> names, for one test. Where that is not
/// set, all tests run over SQLite.
/// </summary>
public sealed class TestServer : IDisposable
{
    const string Variable = "GOVERNANCE_TEST_SQLSERVER";

    static readonly string? Server = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } server ? server : null;

    readonly string _name = $"governance_test_{Guid.NewGuid():N}";

    TestServer()
    {
        ConnectionString = new SqlConnectionStringBuilder(Server) { InitialCatalog = _name }.ToString();
        using var connection = new SqlConnection(Server);
        connection.Open();
        connection.Execute($"CREATE DATABASE {_name}", commandTimeout: 120);
        // Only what is missing: a server may have it so by nature, and know no way to set it.
        var settings = connection.QueryFirst<Data.SqlServer.Settings>(
            "SELECT name, delayed_durability, snapshot_isolation_state, is_read_committed_snapshot_on FROM sys.databases WHERE name = @name", new { name = _name });
        if (settings.SnapshotIsolationState != 1) connection.Execute($"ALTER DATABASE {_name} SET ALLOW_SNAPSHOT_ISOLATION ON");
        if (!settings.IsReadCommittedSnapshotOn) connection.Execute($"ALTER DATABASE {_name} SET READ_COMMITTED_SNAPSHOT ON");
    }

    public string ConnectionString { get; }

    public static bool IsThere => Server is not null;

    /// <summary>Skips a test that has nothing to show without a server.</summary>
    public static void Demand() => Assert.SkipUnless(IsThere, $"No SQL Server to test against: set {Variable} to a connection string that may create databases.");

    public static TestServer? Make() => IsThere ? new TestServer() : null;

    public SqlConnection Open()
    {
        var connection = new SqlConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        SqlConnection.ClearAllPools();
        using var connection = new SqlConnection(Server);
        connection.Open();
        connection.Execute($"DROP DATABASE {_name}", commandTimeout: 120);
    }
}
