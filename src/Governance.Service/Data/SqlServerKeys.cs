using System.Data.Common;
using Dapper;
using Microsoft.Data.SqlClient;

namespace Governance.Service.Data;

/// <summary>
/// The key store in a database of its own on SQL Server: for nodes on many machines (ADR 0020). Its transactions are short
/// and wait for no transaction of the data, so the two databases cannot hold each other up.
/// </summary>
public sealed class SqlServerKeys(string connectionString, TimeProvider clock) : KeyDatabase
{
    /// <summary>How often a transaction is tried in which another one was in the way.</summary>
    const int Most = 5;

    readonly SqlServer _tables = new(connectionString, migrations: "KeysSqlServer");
    readonly Lock _lock = new();
    volatile bool _open;
    (long Number, long At)? _version;

    public override Database Tables => _tables;

    public override string Place
    {
        get
        {
            var names = new SqlConnectionStringBuilder(connectionString);
            return $"the database {names.InitialCatalog} on {names.DataSource} (setting {Setting})";
        }
    }

    internal static InvalidOperationException Same() => new(
        $"{Setting} names the same database as Database:ConnectionString. The keys need a database of their own, with backups of their own: otherwise a backup that is put back would bring back what was erased. Make one with deploy/sql-server/create-keys.sql.");

    public override void Open()
    {
        lock (_lock)
        {
            if (_open) return;
            using (var connection = new SqlConnection(connectionString))
            {
                connection.Open();
                // One server may go by many names: what is in the database tells.
                if (connection.ExecuteScalar<int>("SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE LOWER(TABLE_NAME) = 'ledger_entry'") > 0) throw Same();
            }
            _tables.Migrate();
            _open = true;
        }
    }

    public override T Read<T>(Func<DbConnection, T> read)
    {
        if (!_open) Open();
        using var connection = new SqlConnection(connectionString);
        connection.Open();
        return read(connection);
    }

    public override T Write<T>(Func<DbConnection, DbTransaction, T> write)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return Read(connection =>
                {
                    using var transaction = connection.BeginTransaction(System.Data.IsolationLevel.ReadCommitted);
                    var answer = write(connection, transaction);
                    transaction.Commit();
                    return answer;
                });
            }
            catch (SqlException e) when (tries < Most && SqlServerErrors.IsPassing(e, opening: false) && !SqlServerErrors.IsLost(e))
            {
                // At once, since such transactions are short. Where the server is away the whole command is run again, by whoever began it.
            }
        }
    }

    public override long Version(bool now)
    {
        if (!now)
        {
            lock (_lock)
            {
                if (_version is { } known && clock.GetElapsedTime(known.At) < Longest) return known.Number;
            }
        }
        // The time is taken before the answer, so that an answer that was long on its way is not taken for a fresh one.
        var at = clock.GetTimestamp();
        var number = Read(connection => connection.ExecuteScalar<long>("SELECT version FROM key_change WHERE id = 1"));
        lock (_lock)
        {
            // Of two answers that overtook each other the later one stays.
            if (_version is not { } known || known.Number <= number) _version = (number, at);
        }
        return number;
    }

    /// <summary>
    /// Nothing to do from here: what the server keeps in its log and in pages that are free again goes with the log of a
    /// database in simple recovery, and with what an operator runs after an erasure (docs/sql-server.md). It is wrapped there too.
    /// </summary>
    public override void Wipe() { }

    public override void Backup(string file) =>
        throw new NotSupportedException("SQL Server makes its own backups of the key store: use BACKUP DATABASE, keep them apart from those of the data, and only for a short time (docs/sql-server.md).");

    public override void Dispose() { }
}
