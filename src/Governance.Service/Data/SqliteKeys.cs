using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Governance.Service.Data;

/// <summary>The key store in a file: for nodes on one machine.</summary>
public sealed class SqliteKeys : KeyDatabase
{
    readonly Lock _lock = new();
    readonly Sqlite _tables;
    SqliteConnection? _connection;
    SqliteCommand? _asked;

    /// <param name="file">The file; it and its folder are made if need be.</param>
    public SqliteKeys(string file)
    {
        File = Path.GetFullPath(file);
        _tables = new Sqlite(File, migrations: "KeysSqlite");
    }

    public string File { get; }

    public override Database Tables => _tables;

    public override string Place => $"the file {File} (setting {FileSetting})";

    public override void Open()
    {
        lock (_lock) _ = Connection();
    }

    public override T Read<T>(Func<DbConnection, T> read)
    {
        lock (_lock) return read(Connection());
    }

    public override T Write<T>(Func<DbConnection, DbTransaction, T> write)
    {
        lock (_lock)
        {
            // It writes from its first statement on: what it reads nobody else changes before it commits.
            using var transaction = Connection().BeginTransaction(deferred: false);
            var answer = write(Connection(), transaction);
            transaction.Commit();
            return answer;
        }
    }

    /// <summary>SQLite tells whether another connection has changed the file, in some microseconds; so it is asked each time.</summary>
    public override long Version(bool now)
    {
        lock (_lock)
        {
            _ = Connection();
            return (long)_asked!.ExecuteScalar()!;
        }
    }

    /// <summary>Until the log is folded back, the old pages still hold what was destroyed.</summary>
    public override void Wipe() => Read(connection => connection.ExecuteScalar<long>("PRAGMA wal_checkpoint(TRUNCATE)"));

    public override void Backup(string file)
    {
        Open();
        _tables.Backup(file);
    }

    public override void Dispose()
    {
        lock (_lock)
        {
            _asked?.Dispose();
            _connection?.Dispose();
            (_asked, _connection) = (null, null);
        }
        _tables.Dispose();
    }

    SqliteConnection Connection()
    {
        if (_connection is not null) return _connection;
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        _tables.Migrate();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            connection.Execute("PRAGMA busy_timeout = 30000; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;");
            if (!OperatingSystem.IsWindows()) System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _asked = connection.CreateCommand();
            _asked.CommandText = "PRAGMA data_version";
            return _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
