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

    readonly string _name;

    TestServer(string prefix)
    {
        _name = $"{prefix}_{Guid.NewGuid():N}";
        ConnectionString = new SqlConnectionStringBuilder(Server) { InitialCatalog = _name }.ToString();
        using var connection = new SqlConnection(Server);
        connection.Open();
        // Tests begin side by side, and not every server can make two databases at once.
        Insist(connection, $"CREATE DATABASE {_name}");
        // Only what is missing: a server may have it so by nature, and know no way to set it.
        var (versions, committed) = connection.QueryFirst<(int Versions, bool Committed)>(
            "SELECT CAST(snapshot_isolation_state AS INT), is_read_committed_snapshot_on FROM sys.databases WHERE name = @name", new { name = _name });
        if (versions != 1) connection.Execute($"ALTER DATABASE {_name} SET ALLOW_SNAPSHOT_ISOLATION ON");
        if (!committed) connection.Execute($"ALTER DATABASE {_name} SET READ_COMMITTED_SNAPSHOT ON");
    }

    public string ConnectionString { get; }

    public static bool IsThere => Server is not null;

    /// <summary>Skips a test that has nothing to show without a server.</summary>
    public static void Demand() => Assert.SkipUnless(IsThere, $"No SQL Server to test against: set {Variable} to a connection string that may create databases.");

    /// <param name="prefix">What the database's name begins with.</param>
    public static TestServer? Make(string prefix = "governance_test") => IsThere ? new TestServer(prefix) : null;

    public SqlConnection Open()
    {
        var connection = new SqlConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        using (var mine = new SqlConnection(ConnectionString)) SqlConnection.ClearPool(mine);
        using var connection = new SqlConnection(Server);
        connection.Open();
        try
        {
            // Whoever was killed in the middle of something may still be there for the server.
            connection.Execute($"ALTER DATABASE {_name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE", commandTimeout: 120);
        }
        catch (SqlException)
        {
            // A server that has no such thing; if it is needed, the next statement says so.
        }
        // The server may not have noticed yet that the last connection is gone.
        Insist(connection, $"DROP DATABASE {_name}");
    }

    static void Insist(SqlConnection connection, string sql)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                connection.Execute(sql, commandTimeout: 120);
                return;
            }
            catch (SqlException) when (tries < 50)
            {
                Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System).GetAwaiter().GetResult();
            }
        }
    }
}
