using System.Text.RegularExpressions;
using Dapper;
using Governance.Service.Data;
using Microsoft.Data.SqlClient;

namespace Governance.Service.Tests;

/// <summary>
/// A database of its own on the SQL Server that <c>GOVERNANCE_TEST_SQLSERVER</c> names, for one test. Where that is not
/// set, all tests run over SQLite.
/// </summary>
public sealed partial class TestServer : IDisposable
{
    const string Variable = "GOVERNANCE_TEST_SQLSERVER";

    static readonly string? Server = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } server ? server : null;

    /// <summary>Of logins that live as long as a test.</summary>
    const string Password = "Only-for-these-tests-1";

    readonly string _name;
    string? _login, _restricted;

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

    /// <summary>Of somebody who may do everything.</summary>
    public string ConnectionString { get; }

    public static bool IsThere => Server is not null;

    /// <summary>Skips a test that has nothing to show without a server.</summary>
    public static void Demand() => Assert.SkipUnless(IsThere, $"No SQL Server to test against: set {Variable} to a connection string that may create databases.");

    /// <param name="prefix">What the database's name begins with.</param>
    public static TestServer? Make(string prefix = "governance_test") => IsThere ? new TestServer(prefix) : null;

    /// <summary>Makes the role of a script, once the tables are there, and a login that has it and nothing else.</summary>
    /// <returns>That login's connection string.</returns>
    public string Restrict(string script, string role)
    {
        using (var connection = Open())
        {
            foreach (var batch in Batches().Split(script).Where(b => !string.IsNullOrWhiteSpace(b)))
            {
                try
                {
                    connection.Execute(batch);
                }
                catch (SqlException e) when (e.Message.Contains("'DENY' is not currently supported", StringComparison.Ordinal) && !batch.Contains("GRANT", StringComparison.Ordinal))
                {
                    // A server that cannot deny: there the login has what is granted to it and no more.
                }
            }
            _login = $"{_name}_app";
            Insist(connection, $"CREATE LOGIN {_login} WITH PASSWORD = '{Password}'");
            Insist(connection, $"CREATE USER {_login} FOR LOGIN {_login}");
            Insist(connection, $"ALTER ROLE {role} ADD MEMBER {_login}");
        }
        return _restricted = new SqlConnectionStringBuilder(ConnectionString) { UserID = _login, Password = Password }.ToString();
    }

    public SqlConnection Open()
    {
        var connection = new SqlConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        foreach (var used in new[] { ConnectionString, _restricted }.OfType<string>())
        {
            using var mine = new SqlConnection(used);
            SqlConnection.ClearPool(mine);
        }
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
        if (_login is not null) Insist(connection, $"DROP LOGIN {_login}");
    }

    [GeneratedRegex("^GO[ \t\r]*$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Batches();

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
