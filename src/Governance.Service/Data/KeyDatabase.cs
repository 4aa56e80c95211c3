using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Configuration;

namespace Governance.Service.Data;

/// <summary>
/// Where the key store keeps its rows: never in the database of the data, so that an old copy of the data put back brings no
/// destroyed key back. What differs between a file and SQL Server is in the two classes that derive from this one; the
/// statements stand in <see cref="KeyStore"/> and run on both.
/// </summary>
public abstract class KeyDatabase : IDisposable
{
    /// <summary>The connection string of a database of the keys' own on SQL Server.</summary>
    public const string Setting = "Keys:ConnectionString";

    /// <summary>The file that holds the keys where there is no such database.</summary>
    public const string FileSetting = "Keys:File";

    /// <summary>"true" where nobody said where the keys are to be kept, and a guess could split them between machines: the site sets it.</summary>
    public const string UnsaidSetting = "Keys:Unsaid";

    /// <summary>Its tables, so that they can be brought up to date and moved.</summary>
    public abstract Database Tables { get; }

    /// <summary>What messages call it. It names no password.</summary>
    public abstract string Place { get; }

    /// <summary>Brings the tables up to date and makes sure that keys may be kept here.</summary>
    /// <exception cref="InvalidOperationException">They may not; the message says what to do.</exception>
    public abstract void Open();

    public abstract T Read<T>(Func<DbConnection, T> read);

    /// <summary>Runs something in one transaction, again if another one was in its way, and commits it.</summary>
    /// <param name="write">Must come to the same when it is repeated after it was kept.</param>
    public abstract T Write<T>(Func<DbConnection, DbTransaction, T> write);

    /// <summary>A number that is another one once somebody else has retired or destroyed keys.</summary>
    /// <param name="now">As of this moment; otherwise it may be as old as <see cref="Longest"/>.</param>
    public abstract long Version(bool now);

    /// <summary>The longest that a node goes on opening things with a key that another one destroyed. Nothing is sealed with it in that time (ADR 0020).</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>After a destruction: takes the last traces out of the files, as far as that can be done from here.</summary>
    public abstract void Wipe();

    /// <param name="file">A file that does not exist yet.</param>
    /// <exception cref="NotSupportedException">The database server has its own backups; the message says so.</exception>
    public abstract void Backup(string file);

    public abstract void Dispose();

    /// <summary>The place that the settings name.</summary>
    /// <exception cref="InvalidOperationException">They name none, or one that must not be; the message says what to do.</exception>
    public static KeyDatabase Of(IConfiguration configuration, string file, TimeProvider clock)
    {
        if (configuration[Setting] is not { Length: > 0 } keys)
        {
            return configuration[UnsaidSetting] == "true"
                ? throw new InvalidOperationException($"""
                    With SQL Server, say where the keys are to be kept that personal data is sealed under:
                      {Setting} (environment variable Keys__ConnectionString): a database of its own. Needed where nodes run on more than one machine.
                      {FileSetting} (environment variable Keys__File): a file on this machine's own disk. Only where all nodes run on this machine.
                    """)
                : new SqliteKeys(file);
        }
        if (configuration["Database:Provider"] != "SqlServer")
            throw new InvalidOperationException($"{Setting} goes with SQL Server for the data. With SQLite, keep the keys in a file: set {FileSetting}.");
        return AreSame(keys, configuration["Database:ConnectionString"] ?? "") ? throw SqlServerKeys.Same() : new SqlServerKeys(keys, clock);
    }

    /// <summary>Whether two connection strings name one database, as far as they tell. Names of one server may differ; that is found when connected.</summary>
    public static bool AreSame(string one, string other)
    {
        var (a, b) = (new SqlConnectionStringBuilder(one), new SqlConnectionStringBuilder(other));
        return string.Equals(a.DataSource, b.DataSource, StringComparison.OrdinalIgnoreCase) && string.Equals(a.InitialCatalog, b.InitialCatalog, StringComparison.OrdinalIgnoreCase);
    }
}
