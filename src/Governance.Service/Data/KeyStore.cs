using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Governance.Review;

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
/// The keys that everything sealed is sealed under, in a database of their own (<see cref="KeyDatabase"/>), each wrapped by
/// <see cref="WrappingKey"/>. Erasing takes keys from here, so a backup of the data beside today's key store reads nothing
/// that was erased. A key is committed here before anything sealed under it commits there: a crash in between leaves a key
/// that nothing uses, and harms nothing.
/// </summary>
/// <remarks>
/// Unwrapped keys are kept in memory. Whether another node has retired or destroyed any is asked before each use of a file,
/// and once a second on SQL Server; then everything is forgotten. So no node seals under a key that is about to go: whoever
/// seals under a person's key holds the log's lock, which an erasure holds from before it retires keys until it is committed,
/// and has asked anew since it got that lock (<see cref="LookAgain"/>); whoever seals under a proposal's key holds the
/// proposal's row at the version at which the key was read (ADR 0020).
/// </remarks>
public sealed class KeyStore(KeyDatabase database, Func<WrappingKey> wrapping, TimeProvider clock) : IDisposable
{
    /// <summary>So many keys are made at once, since each commit waits for the disk.</summary>
    const int Batch = 32;

    readonly Lazy<WrappingKey> _wrapping = new(wrapping);
    readonly ConcurrentQueue<long> _spare = new();
    volatile Memory? _memory;

    /// <summary>Where the keys are.</summary>
    public KeyDatabase Database { get; } = database;

    /// <summary>Opens the store, or says why it cannot be opened.</summary>
    /// <exception cref="InvalidOperationException">The wrapping key is missing or is another store's.</exception>
    public void Open()
    {
        // Before the store is made: a key is never made in silence for a store that is there.
        var opens = _wrapping.Value;
        Database.Open();
        var number = Database.Version(now: true);
        var id = Database.Read(connection => connection.ExecuteScalar<long?>("SELECT MIN(id) FROM sealing_key"));
        if (id is not null && Wrapped(id.Value) is { } wrapped)
        {
            try
            {
                CryptographicOperations.ZeroMemory(opens.Unwrap(wrapped, WrappingKey.Place(id.Value)));
            }
            catch (AuthenticationTagMismatchException e)
            {
                throw new InvalidOperationException($"The key store was made with another wrapping key: {Database.Place}. Set {WrappingKey.Setting} or {WrappingKey.FileSetting} to the key that it was made with, or finish the change of the key: key rotate-wrapping.", e);
            }
        }
        _memory = new Memory(number);
    }

    /// <summary>The key that is now used for a person's values; made and committed if there is none.</summary>
    /// <exception cref="ConflictException">Everything of this person was erased: nothing of theirs is sealed any more.</exception>
    public long KeyOf(Guid person) => KeyOf(Subject(person), person);

    /// <summary>A key for the service's own use, such as for what pads entries; never destroyed.</summary>
    public byte[] ServiceKey(string name) => Find(KeyOf($"service:{name}", null))!;

    /// <summary>A fresh key, committed already. Whose it is, is known to whoever asked: the id stands in what is sealed.</summary>
    public long NewKey()
    {
        long spare;
        while (!_spare.TryDequeue(out spare))
        {
            var memory = Look();
            var made = Database.Write((connection, transaction) => Enumerable.Range(0, Batch).Select(_ => Insert(null, connection, transaction)).ToList());
            foreach (var (id, key) in made)
            {
                memory.Keys[id] = key;
                _spare.Enqueue(id);
            }
        }
        return spare;
    }

    /// <summary>The key, or null when it was destroyed or is not of this store.</summary>
    public byte[]? Find(long id)
    {
        var memory = Look();
        if (memory.Keys.TryGetValue(id, out var known)) return known;
        // What is not there never comes back: no number is given twice.
        return memory.Keys[id] = Wrapped(id) is { } wrapped ? _wrapping.Value.Unwrap(wrapped, WrappingKey.Place(id)) : null;
    }

    /// <summary>True when this key was destroyed by an erasure, false when it is there or never was.</summary>
    public bool WasDestroyed(long id)
    {
        Look();
        return Database.Read(connection => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM destroyed_key WHERE id = @id", new { id })) > 0;
    }

    /// <summary>The key of one value whose person's key is gone while the value stays; null when there is none.</summary>
    public byte[]? FindValueKey(string digest)
    {
        var memory = Look();
        if (memory.Values.TryGetValue(digest, out var known)) return known;
        var wrapped = Database.Read(connection => connection.ExecuteScalar<byte[]?>("SELECT wrapped FROM value_key WHERE digest = @digest", new { digest }));
        return memory.Values[digest] = wrapped is null ? null : _wrapping.Value.Unwrap(wrapped, WrappingKey.Place(digest));
    }

    /// <summary>
    /// Keeps single values' keys before the key that they are derived from is destroyed, and retires that key: it still opens,
    /// but nothing more is sealed under it. Committed when this returns, before the data is.
    /// </summary>
    public void Retire(IReadOnlyCollection<long> keys, IReadOnlyCollection<(string Digest, byte[] Key)> kept)
    {
        Look();
        Database.Write((connection, transaction) =>
        {
            Count(connection, transaction);
            foreach (var (digest, key) in kept)
            {
                connection.Execute("INSERT INTO value_key (digest, wrapped) SELECT @digest, @wrapped WHERE NOT EXISTS (SELECT 1 FROM value_key WHERE digest = @digest)",
                    new { digest, wrapped = _wrapping.Value.Wrap(key, WrappingKey.Place(digest)) }, transaction);
            }
            foreach (var id in keys) connection.Execute("UPDATE sealing_key SET retired = 1 WHERE id = @id", new { id }, transaction);
            return 0;
        });
        Forget();
    }

    /// <summary>Destroys keys for good and remembers that they were. Repeating it does nothing more.</summary>
    /// <param name="people">Of whom everything goes: every key that they have, also one that was made a moment ago.</param>
    public void Destroy(IReadOnlyCollection<long> keys, IReadOnlyCollection<ErasedValue> values, IReadOnlyCollection<Guid> people)
    {
        Look();
        var at = clock.GetUtcNow();
        Database.Write((connection, transaction) =>
        {
            Count(connection, transaction);
            foreach (var person in people)
            {
                connection.Execute("INSERT INTO erased_person (person, at) SELECT @person, @at WHERE NOT EXISTS (SELECT 1 FROM erased_person WHERE person = @person)", new { person, at }, transaction);
                var theirs = connection.Query<long>("SELECT id FROM sealing_key WHERE subject = @subject", new { subject = Subject(person) }, transaction).AsList();
                foreach (var id in theirs) Destroy(id, at, connection, transaction);
            }
            foreach (var id in keys) Destroy(id, at, connection, transaction);
            foreach (var value in values)
            {
                connection.Execute("DELETE FROM value_key WHERE digest = @Digest", new { value.Digest }, transaction);
                connection.Execute(
                    """
                    INSERT INTO erased_value (digest, path, class, many, at) SELECT @Digest, @Path, @Class, @Many, @at
                    WHERE NOT EXISTS (SELECT 1 FROM erased_value WHERE digest = @Digest)
                    """,
                    new { value.Digest, value.Path, value.Class, value.Many, at }, transaction);
            }
            return 0;
        });
        Forget();
        Database.Wipe();
    }

    static void Destroy(long id, DateTimeOffset at, DbConnection connection, DbTransaction transaction)
    {
        connection.Execute("DELETE FROM sealing_key WHERE id = @id", new { id }, transaction);
        connection.Execute("INSERT INTO destroyed_key (id, at) SELECT @id, @at WHERE NOT EXISTS (SELECT 1 FROM destroyed_key WHERE id = @id)", new { id, at }, transaction);
    }

    /// <summary>Every key that was ever a person's and is still there, retired ones too.</summary>
    public IReadOnlyList<long> AllKeysOf(Guid person)
    {
        Look();
        return Database.Read(connection => connection.Query<long>("SELECT id FROM sealing_key WHERE subject = @subject", new { subject = Subject(person) }).AsList());
    }

    /// <summary>What is remembered of a value that was erased; null when it was not.</summary>
    public ErasedValue? FindErased(string digest)
    {
        Look();
        return Database.Read(connection => connection.QueryFirstOrDefault<ErasedValue>("SELECT digest, path, class, many FROM erased_value WHERE digest = @digest", new { digest }));
    }

    /// <summary>The people of whom everything was erased: whose accounts a restored copy of the data must lose again.</summary>
    public IReadOnlyList<Guid> ErasedPeople()
    {
        Look();
        return Database.Read(connection => connection.Query<Guid>("SELECT person FROM erased_person").AsList());
    }

    /// <summary>The ids of all keys that are there.</summary>
    public IReadOnlySet<long> Ids()
    {
        Look();
        return Database.Read(connection => connection.Query<long>("SELECT id FROM sealing_key").ToHashSet());
    }

    /// <summary>
    /// Makes sure that nothing remembered is older than this call. Asked for once the log's lock is held, so that no person's
    /// key is used that an erasure retired before it let the lock go.
    /// </summary>
    public void LookAgain() => Look(now: true);

    /// <inheritdoc cref="KeyDatabase.Backup"/>
    public void Backup(string file) => Database.Backup(file);

    public void Dispose() => Database.Dispose();

    static string Subject(Guid person) => $"person:{person:D}";

    long KeyOf(string subject, Guid? person)
    {
        var memory = Look();
        if (memory.Current.TryGetValue(subject, out var known)) return known;
        if (Database.Read(connection => Current(subject, connection, null)) is { } found) return memory.Current[subject] = found;
        var (id, key) = Database.Write<(long, byte[]?)>((connection, transaction) =>
        {
            // Two nodes may meet here for one new subject: whoever holds this row is alone, and the second finds what the first made.
            connection.Execute("UPDATE key_change SET version = version WHERE id = 1", null, transaction);
            if (Current(subject, connection, transaction) is { } made) return (made, null);
            if (person is not null && connection.ExecuteScalar<long>("SELECT COUNT(*) FROM erased_person WHERE person = @person", new { person }, transaction) > 0)
                throw new ConflictException("Everything of this account was erased. Nothing more can be kept for it.");
            return Insert(subject, connection, transaction);
        });
        if (key is not null) memory.Keys[id] = key;
        return memory.Current[subject] = id;
    }

    static long? Current(string subject, DbConnection connection, DbTransaction? transaction) =>
        connection.ExecuteScalar<long?>("SELECT id FROM sealing_key WHERE subject = @subject AND retired = 0", new { subject }, transaction);

    byte[]? Wrapped(long id) => Database.Read(connection => connection.ExecuteScalar<byte[]?>("SELECT wrapped FROM sealing_key WHERE id = @id", new { id }));

    (long Id, byte[] Key) Insert(string? subject, DbConnection connection, DbTransaction transaction)
    {
        var id = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & long.MaxValue;
        var key = RandomNumberGenerator.GetBytes(32);
        connection.Execute("INSERT INTO sealing_key (id, subject, wrapped, retired, created_at) VALUES (@id, @subject, @wrapped, 0, @at)",
            new { id, subject, wrapped = _wrapping.Value.Wrap(key, WrappingKey.Place(id)), at = clock.GetUtcNow() }, transaction);
        return (id, key);
    }

    /// <summary>Tells the other nodes. It comes first in a transaction: its row stays locked, so such changes come one after the other.</summary>
    internal static void Count(DbConnection connection, DbTransaction transaction) =>
        connection.Execute("UPDATE key_change SET version = version + 1 WHERE id = 1", null, transaction);

    /// <summary>What may be relied on: nothing in it is older than the last question, which is asked here if it is time.</summary>
    Memory Look(bool now = false)
    {
        if (_memory is not { } memory)
        {
            Open();
            return _memory!;
        }
        var number = Database.Version(now);
        if (number == memory.Number) return memory;
        // Keys are not wiped: another thread may be using one at this moment, and would seal under zeroes. What it adds goes
        // into the memory that it began with, which nobody reads any more.
        return _memory = new Memory(number);
    }

    void Forget() => _memory = new Memory(Database.Version(now: true));

    /// <summary>What was read since the store had this number. A null stands for what is not there any more.</summary>
    sealed class Memory(long number)
    {
        public long Number { get; } = number;
        public ConcurrentDictionary<long, byte[]?> Keys { get; } = new();
        public ConcurrentDictionary<string, byte[]?> Values { get; } = new(StringComparer.Ordinal);
        public ConcurrentDictionary<string, long> Current { get; } = new(StringComparer.Ordinal);
    }
}
