using Microsoft.Data.SqlClient;

namespace Governance.Service.Data;

/// <summary>
/// What an error of SQL Server means for a command. Errors are told apart by what happened, never by one number alone:
/// servers that speak the same language give another number for the same thing.
/// </summary>
public static class SqlServerErrors
{
    /// <summary>From this severity on the server, or the way to it, is gone and the connection with it.</summary>
    const byte ConnectionLost = 20;

    /// <summary>Two transactions met, and the server undid this one.</summary>
    static readonly HashSet<int> Met = [1205, 1222, 3935, 3960, 3961, 41301, 41302, 41305, 41325, 41839];

    /// <summary>Another transaction put the same key there first: looking again finds its row.</summary>
    static readonly HashSet<int> SameKey = [2601, 2627];

    /// <summary>The server is moving, starting, full or not to be reached for a moment.</summary>
    static readonly HashSet<int> Away =
    [
        -1, 2, 20, 53, 64, 109, 121, 232, 233, 258, 596, 615, 617, 921, 922, 926, 927, 983, 997, 4060, 4221, 10053, 10054, 10060, 10061, 10928, 10929, 10936,
        11001, 17142, 18401, 40143, 40166, 40197, 40501, 40540, 40613, 42108, 42109, 49918, 49919, 49920,
    ];

    /// <summary>The client stopped waiting. While connecting, trying again may help; a statement would only be as slow again.</summary>
    const int TimedOut = -2;

    /// <summary>Whether a whole command that failed so may be run again. Nothing of it was kept.</summary>
    /// <param name="opening">It failed while the connection was opened and the transaction begun.</param>
    public static bool IsPassing(SqlException error, bool opening) =>
        error.IsTransient || error.Errors.Cast<SqlError>().Any(e => IsPassing(e.Number, e.Class, opening));

    /// <inheritdoc cref="IsPassing(SqlException, bool)"/>
    public static bool IsPassing(int number, byte severity, bool opening) =>
        Met.Contains(number) || SameKey.Contains(number) || IsLost(number, severity) || (opening && number == TimedOut);

    /// <summary>Whether the client stopped waiting for an answer.</summary>
    public static bool IsTimeOut(SqlException error) => error.Errors.Cast<SqlError>().Any(e => e.Number == TimedOut);

    /// <summary>Whether the server may have done what it was asked to do, though it could not say so.</summary>
    public static bool IsLost(SqlException error) => IsTimeOut(error) || error.Errors.Cast<SqlError>().Any(e => IsLost(e.Number, e.Class));

    static bool IsLost(int number, byte severity) => Away.Contains(number) || severity >= ConnectionLost;
}
