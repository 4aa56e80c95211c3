using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Governance.Service.Data;

/// <summary>A value that was erased, as the key store remembers it: where it stood, never what it said.</summary>
public sealed record ErasedValue
{
    public string Digest { get; init; } = "";
    /// <summary>Where it belonged in its event's data, such as <c>rationale</c>; empty where that is not known.</summary>
    public string Path { get; init; } = "";
    /// <summary><c>public</c>, <c>panel</c> or <c>personal</c>.</summary>
    public string Class { get; init; } = "";
    /// <summary>It was a list of texts, not one text.</summary>
    public bool Many { get; init; }
}

/// <summary>
/// The keys that everything sealed is sealed under, in a database file of their own, each wrapped by
/// <see cref="WrappingKey"/>. Erasing takes keys from here, so a backup of the data beside today's key store reads nothing
/// that was erased. A key is committed here before anything sealed under it commits there: a crash in between leaves a key
/// that nothing uses, and harms nothing.
/// </summary>
/// <remarks>
/// Unwrapped keys are kept in memory. Before each use the store asks SQLite whether another connection has changed the file
/// (<c>PRAGMA data_version</c>, some microseconds) and forgets everything if so: a key that another process destroyed is not
/// used again. An erasure also retires a key before the data commits, and whoever seals holds the data's write lock: so nothing
/// is ever sealed under a key that is about to go.
/// </remarks>
public sealed class KeyStore : IDisposable
{
    /// <summary>So many keys are made at once, since each commit waits for the disk.</summary>
    const int Batch = 32;

    readonly Lock _lock = new();
    readonly ConcurrentDictionary<long, byte[]> _keys = [];
    readonly Dictionary<string, long> _current = [];
    readonly Dictionary<string, byte[]> _values = [];
    readonly Queue<long> _spare = new();
    readonly Lazy<WrappingKey> _wrapping;
    readonly TimeProvider _clock;
    SqliteConnection? _connection;
    SqliteCommand? _asked;
    long _version;

    /// <param name="file">The key store's file; it and its folder are made if need be.</param>
    public KeyStore(string file, Func<WrappingKey> wrapping, TimeProvider clock)
    {
        File = Path.GetFullPath(file);
        _wrapping = new(wrapping);
        _clock = clock;
    }

    public string File { get; }

    /// <summary>Opens the store, or says why it cannot be opened.</summary>
    /// <exception cref="InvalidOperationException">The wrapping key is missing or is another store's.</exception>
    public void Open()
    {
        lock (_lock) _ = Connection();
    }

    /// <summary>The key that is now used for a person's values; made and committed if there is none.</summary>
    public long KeyOf(Guid person) => KeyOf($"person:{person:D}");

    /// <summary>A key for the service's own use, such as for what pads entries; never destroyed.</summary>
    public byte[] ServiceKey(string name) => Find(KeyOf($"service:{name}"))!;

    /// <summary>A fresh key, committed already. Whose it is, is known to whoever asked: the id stands in what is sealed.</summary>
    public long NewKey()
    {
        lock (_lock)
        {
            Refresh();
            if (_spare.Count == 0)
            {
                using var transaction = Connection().BeginTransaction();
                var made = Enumerable.Range(0, Batch).Select(_ => Insert(null, transaction)).ToList();
                transaction.Commit();
                made.ForEach(_spare.Enqueue);
            }
            return _spare.Dequeue();
        }
    }

    /// <summary>The key, or null when it was destroyed or is not of this store.</summary>
    public byte[]? Find(long id)
    {
        lock (_lock)
        {
            Refresh();
            if (_keys.TryGetValue(id, out var known)) return known;
            var wrapped = Connection().ExecuteScalar<byte[]?>("SELECT wrapped FROM sealing_key WHERE id = @id", new { id });
            return wrapped is null ? null : _keys[id] = _wrapping.Value.Unwrap(wrapped, WrappingKey.Place(id));
        }
    }

    /// <summary>True when this key was destroyed by an erasure, false when it is there or never was.</summary>
    public bool WasDestroyed(long id)
    {
        lock (_lock) return Connection().ExecuteScalar<long>("SELECT COUNT(*) FROM destroyed_key WHERE id = @id", new { id }) > 0;
    }

    /// <summary>The key of one value whose person's key is gone while the value stays; null when there is none.</summary>
    public byte[]? FindValueKey(string digest)
    {
        lock (_lock)
        {
            Refresh();
            if (_values.TryGetValue(digest, out var known)) return known;
            var wrapped = Connection().ExecuteScalar<byte[]?>("SELECT wrapped FROM value_key WHERE digest = @digest", new { digest });
            return wrapped is null ? null : _values[digest] = _wrapping.Value.Unwrap(wrapped, Encoding.ASCII.GetBytes(digest));
        }
    }

    /// <summary>
    /// Keeps single values' keys before the key that they are derived from is destroyed, and retires that key: it still opens,
    /// but nothing more is sealed under it. Committed when this returns, before the data is.
    /// </summary>
    public void Retire(IEnumerable<long> keys, IEnumerable<(string Digest, byte[] Key)> kept)
    {
        lock (_lock)
        {
            Refresh();
            using var transaction = Connection().BeginTransaction();
            foreach (var (digest, key) in kept)
                Connection().Execute("INSERT OR IGNORE INTO value_key (digest, wrapped) VALUES (@digest, @wrapped)", new { digest, wrapped = _wrapping.Value.Wrap(key, Encoding.ASCII.GetBytes(digest)) }, transaction);
            foreach (var id in keys) Connection().Execute("UPDATE sealing_key SET retired = 1 WHERE id = @id", new { id }, transaction);
            transaction.Commit();
            _current.Clear();
        }
    }

    /// <summary>Destroys keys for good and remembers that they were. Repeating it does nothing more.</summary>
    public void Destroy(IReadOnlyCollection<long> keys, IReadOnlyCollection<ErasedValue> values, IReadOnlyCollection<Guid> people)
    {
        lock (_lock)
        {
            Refresh();
            var at = Database.Text(_clock.GetUtcNow());
            using (var transaction = Connection().BeginTransaction())
            {
                foreach (var id in keys)
                {
                    Connection().Execute("DELETE FROM sealing_key WHERE id = @id", new { id }, transaction);
                    Connection().Execute("INSERT OR IGNORE INTO destroyed_key (id, at) VALUES (@id, @at)", new { id, at }, transaction);
                }
                foreach (var value in values)
                {
                    Connection().Execute("DELETE FROM value_key WHERE digest = @Digest", value, transaction);
                    Connection().Execute("INSERT OR IGNORE INTO erased_value (digest, path, class, many, at) VALUES (@Digest, @Path, @Class, @Many, @at)",
                        new { value.Digest, value.Path, value.Class, value.Many, at }, transaction);
                }
                foreach (var person in people)
                    Connection().Execute("INSERT OR IGNORE INTO erased_person (person, at) VALUES (@person, @at)", new { person = person.ToString("D"), at }, transaction);
                transaction.Commit();
            }
            Forget();
            // Until the log is folded back, the old pages still hold what was destroyed.
            Connection().ExecuteScalar<long>("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    /// <summary>Every key that was ever a person's and is still there, retired ones too.</summary>
    public IReadOnlyList<long> AllKeysOf(Guid person)
    {
        lock (_lock)
        {
            Refresh();
            return Connection().Query<long>("SELECT id FROM sealing_key WHERE subject = @subject", new { subject = $"person:{person:D}" }).AsList();
        }
    }

    /// <summary>What is remembered of a value that was erased; null when it was not.</summary>
    public ErasedValue? FindErased(string digest)
    {
        lock (_lock) return Connection().QueryFirstOrDefault<ErasedValue>("SELECT digest, path, class, many FROM erased_value WHERE digest = @digest", new { digest });
    }

    /// <summary>The people of whom everything was erased: whose accounts a restored copy of the data must lose again.</summary>
    public IReadOnlyList<Guid> ErasedPeople()
    {
        lock (_lock) return [.. Connection().Query<string>("SELECT person FROM erased_person").Select(p => Guid.ParseExact(p, "D"))];
    }

    /// <summary>The ids of all keys that are there.</summary>
    public IReadOnlySet<long> Ids()
    {
        lock (_lock) return Connection().Query<long>("SELECT id FROM sealing_key").ToHashSet();
    }

    /// <summary>Copies the key store as it is at one moment.</summary>
    /// <param name="file">A file that does not exist yet.</param>
    public void Backup(string file)
    {
        lock (_lock)
        {
            var unfinished = file + ".unfinished";
            System.IO.File.Delete(unfinished);
            using (var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = unfinished, Pooling = false }.ToString()))
            {
                target.Open();
                Connection().BackupDatabase(target);
            }
            System.IO.File.Move(unfinished, file);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _asked?.Dispose();
            _connection?.Dispose();
            (_asked, _connection) = (null, null);
            Forget();
        }
    }

    long KeyOf(string subject)
    {
        lock (_lock)
        {
            Refresh();
            if (_current.TryGetValue(subject, out var known)) return known;
            // Two processes may meet here for one new subject: the transaction writes from its first statement, so the
            // second finds what the first made.
            using var transaction = Connection().BeginTransaction(deferred: false);
            var id = Connection().ExecuteScalar<long?>("SELECT id FROM sealing_key WHERE subject = @subject AND retired = 0", new { subject }, transaction)
                ?? Insert(subject, transaction);
            transaction.Commit();
            return _current[subject] = id;
        }
    }

    long Insert(string? subject, SqliteTransaction transaction)
    {
        var id = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & long.MaxValue;
        var key = RandomNumberGenerator.GetBytes(32);
        Connection().Execute("INSERT INTO sealing_key (id, subject, wrapped, retired, created_at) VALUES (@id, @subject, @wrapped, 0, @at)",
            new { id, subject, wrapped = _wrapping.Value.Wrap(key, WrappingKey.Place(id)), at = Database.Text(_clock.GetUtcNow()) }, transaction);
        _keys[id] = key;
        return id;
    }

    void Refresh()
    {
        _ = Connection();
        var version = (long)_asked!.ExecuteScalar()!;
        if (version == _version) return;
        _version = version;
        Forget();
    }

    void Forget()
    {
        // Not wiped: another thread may be using one at this moment, and would seal under zeroes.
        _keys.Clear();
        _values.Clear();
        _current.Clear();
        // A spare that this process has not given out yet is still in the file, and nobody else knows of it.
    }

    SqliteConnection Connection()
    {
        if (_connection is not null) return _connection;
        var wrapping = _wrapping.Value;
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            connection.Execute("PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;");
            connection.Execute(
                """
                CREATE TABLE IF NOT EXISTS sealing_key (
                    id         INTEGER NOT NULL PRIMARY KEY,
                    -- Whose values it seals; null where what is sealed says it.
                    subject    TEXT    NULL,
                    wrapped    BLOB    NOT NULL,
                    retired    INTEGER NOT NULL,
                    created_at TEXT    NOT NULL
                );
                CREATE INDEX IF NOT EXISTS sealing_key_subject ON sealing_key (subject);
                CREATE UNIQUE INDEX IF NOT EXISTS sealing_key_current ON sealing_key (subject) WHERE retired = 0 AND subject IS NOT NULL;
                CREATE TABLE IF NOT EXISTS value_key (digest TEXT NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS destroyed_key (id INTEGER NOT NULL PRIMARY KEY, at TEXT NOT NULL);
                CREATE TABLE IF NOT EXISTS erased_value (digest TEXT NOT NULL PRIMARY KEY, path TEXT NOT NULL, class TEXT NOT NULL, many INTEGER NOT NULL, at TEXT NOT NULL);
                CREATE TABLE IF NOT EXISTS erased_person (person TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL);
                """);
            var first = connection.QueryFirstOrDefault<(long Id, byte[] Wrapped)>("SELECT id, wrapped FROM sealing_key ORDER BY id LIMIT 1");
            if (first.Wrapped is not null) CryptographicOperations.ZeroMemory(wrapping.Unwrap(first.Wrapped, WrappingKey.Place(first.Id)));
            if (!OperatingSystem.IsWindows()) System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _asked = connection.CreateCommand();
            _asked.CommandText = "PRAGMA data_version";
            _version = (long)_asked.ExecuteScalar()!;
            return _connection = connection;
        }
        catch (AuthenticationTagMismatchException e)
        {
            connection.Dispose();
            throw new InvalidOperationException($"The key store {File} was made with another wrapping key. Set {WrappingKey.Setting} or {WrappingKey.FileSetting} to the key that it was made with.", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
