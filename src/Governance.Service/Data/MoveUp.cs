using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Governance.Ledger;
using Governance.Review;

namespace Governance.Service.Data;

/// <summary>How far moving to another database is.</summary>
/// <param name="Table">The table that is being copied, or <c>verify</c>.</param>
/// <param name="Rows">How many of its rows are there now.</param>
public sealed record MoveProgress(string Table, long Rows);

/// <summary>What was moved and found to be the same on both sides.</summary>
/// <param name="Rows">Over all tables.</param>
/// <param name="Entries">Entries of the ledger.</param>
/// <param name="EntriesHash">SHA-256 over the bytes of all entries, in order; lower-case hexadecimal.</param>
/// <param name="Root">The ledger's root, worked out from the moved entries; lower-case hexadecimal.</param>
public sealed record Moved(long Rows, long Entries, string EntriesHash, string Root);

/// <summary>
/// Copies an installation from one database into another, empty one. Rows go table by table, in the order of their keys, a
/// batch to a transaction; a table of marks, changed in that same transaction, says how far it is, so that an interrupted
/// move goes on where it stopped. The source is locked against writers while it runs. The ledger's entries go through the
/// target's own guards, in order.
/// </summary>
/// <param name="tables">Which tables; those of the data where it is null.</param>
/// <param name="batch">How many rows go into one transaction.</param>
public sealed class MoveUp(Database from, Database to, IProgress<MoveProgress>? progress = null, int batch = 500, IReadOnlyList<(string Table, string[] Key)>? tables = null)
{
    readonly IReadOnlyList<(string Table, string[] Key)> _tables = tables ?? Tables;

    /// <summary>The same for the key store, which moves by itself (<see cref="KeyDatabase.Tables"/>). First what was destroyed: it is there before any key.</summary>
    public static readonly IReadOnlyList<(string Table, string[] Key)> KeyTables =
    [
        ("destroyed_key", ["id"]),
        ("erased_value", ["digest"]),
        ("erased_person", ["person"]),
        ("value_key", ["digest"]),
        ("sealing_key", ["id"]),
    ];

    /// <summary>Each table with its key, in an order in which no row comes before one that it points at.</summary>
    public static readonly IReadOnlyList<(string Table, string[] Key)> Tables =
    [
        ("person", ["id"]),
        ("person_role", ["person", "role"]),
        ("panel_seat", ["panel", "person", "kind"]),
        ("api_token", ["id"]),
        ("idempotency", ["person", "request_key"]),
        ("setting", ["name"]),
        ("lease", ["name"]),
        ("protection_key", ["name"]),
        ("proposal", ["id"]),
        ("proposal_draft", ["proposal"]),
        ("proposal_revision", ["proposal", "revision"]),
        ("proposal_person", ["proposal", "pseudonym"]),
        ("document", ["sha256"]),
        ("pinned_file", ["digest"]),
        ("reference_counter", ["year"]),
        ("work_item", ["proposal", "person", "task", "stage"]),
        ("review_draft", ["proposal", "stage", "person"]),
        ("outbox", ["seq"]),
        ("message", ["person", "seq", "kind", "stage"]),
        ("message_mail", ["person", "seq", "kind", "stage"]),
        ("mail_off", ["person"]),
        ("one_time_code", ["person"]),
        ("backup_code", ["person", "code_hash"]),
        ("openid_link", ["person"]),
        ("ledger_entry", ["seq"]),
        ("ledger_proposal_head", ["proposal"]),
        ("ledger_tile", ["level", "number"]),
        ("ledger_checkpoint", ["size"]),
        ("ledger_disclosure", ["seq", "digest"]),
        ("ledger_heads_node", ["level", "number"]),
        ("erased_disclosure", ["digest"]),
        ("erased_document", ["sha256"]),
        ("doomed", ["id"]),
        ("ledger_cosignature", ["size", "witness"]),
        ("ledger_witness", ["witness"]),
        ("ledger_finding", ["message"]),
        ("ledger_check", ["id"]),
        // Last: a ledger whose head is there is whole.
        ("ledger_head", ["id"]),
    ];

    /// <summary>The table of marks, in the target: made by the first move, and left as its record.</summary>
    public const string Marks = "move_up";

    /// <exception cref="ConflictException">The target is not empty, or is not what the source is. The message says what to do.</exception>
    public async Task<Moved> RunAsync(CancellationToken ct)
    {
        from.Migrate();
        to.Migrate();
        // Nobody can write to the source until the end: what is copied is what is verified. It is undone, so nothing changes.
        await using var source = await from.BeginWriteAsync(ct);
        await PrepareAsync(ct);
        foreach (var (table, key) in _tables) await CopyAsync(source, table, key, ct);
        return await VerifyAsync(source, ct);
    }

    async Task PrepareAsync(CancellationToken ct)
    {
        await using var open = await to.BeginWriteAsync(ct);
        if (to.HasTable(open, Marks)) return;
        foreach (var (table, _) in _tables)
        {
            if (await open.Connection.ExecuteScalarAsync<long>(MoveUpSql.Count(table), null, open.Transaction) > 0)
                throw new ConflictException($"The database to move to is not empty: there are rows in {table}. Make a new one.");
        }
        await open.Connection.ExecuteAsync(
            MoveUpSql.Marks, null, open.Transaction);
        await open.CommitAsync();
    }

    async Task CopyAsync(OpenTransaction source, string table, string[] key, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            await using var target = await to.BeginWriteAsync(ct);
            var mark = await target.Connection.QueryFirstOrDefaultAsync<Mark>("SELECT moved, last, done FROM move_up WHERE name = @table", new { table }, target.Transaction);
            if (mark is { Done: not 0 }) return;
            var (columns, rows) = Read(source, table, key, mark is null ? null : JsonNode.Parse(mark.Last)!.AsArray());
            if (rows.Count > 0) await WriteAsync(target, table, columns, rows);
            var values = new
            {
                table,
                moved = (mark?.Moved ?? 0) + rows.Count,
                last = rows.Count == 0 ? mark?.Last ?? "[]" : Key(columns, key, rows[^1]),
                done = rows.Count < batch ? 1 : 0,
            };
            if (await target.Connection.ExecuteAsync("UPDATE move_up SET moved = @moved, last = @last, done = @done WHERE name = @table", values, target.Transaction) == 0)
                await target.Connection.ExecuteAsync("INSERT INTO move_up (name, moved, last, done) VALUES (@table, @moved, @last, @done)", values, target.Transaction);
            // A crash before this line leaves neither the rows nor the mark, after it both.
            await target.CommitAsync();
            progress?.Report(new MoveProgress(table, values.moved));
        }
    }

    static string Key(IReadOnlyList<string> columns, string[] key, object?[] row) => new JsonArray(
        [.. key.Select(k => Plain(row[columns.ToList().IndexOf(k)])).Select(v => (JsonNode)(v is long number ? JsonValue.Create(number) : JsonValue.Create((string)v!)))]).ToJsonString();

    /// <summary>The rows after a key, in its order, as the source holds them.</summary>
    (IReadOnlyList<string> Columns, IReadOnlyList<object?[]> Rows) Read(OpenTransaction source, string table, string[] key, JsonArray? after)
    {
        var values = new DynamicParameters();
        values.Add("take", batch);
        for (var i = 0; i < (after?.Count ?? 0); i++)
            values.Add($"k{i}", after![i]!.GetValueKind() == JsonValueKind.Number ? after[i]!.GetValue<long>() : after[i]!.GetValue<string>());
        using var reader = source.Connection.ExecuteReader(MoveUpSql.Page(table, key, after is { Count: > 0 }, from.Take), values, source.Transaction);
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[columns.Count];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            rows.Add(row);
        }
        return (columns, rows);
    }

    static async Task WriteAsync(OpenTransaction target, string table, IReadOnlyList<string> columns, IReadOnlyList<object?[]> rows)
    {
        var types = await TypesAsync(target, table);
        if (!types.Keys.Order(StringComparer.Ordinal).SequenceEqual(columns.Order(StringComparer.Ordinal)))
            throw new ConflictException($"The table {table} has other columns in one database than in the other. Use the same version of the service for both.");
        foreach (var row in rows)
        {
            var values = new DynamicParameters();
            for (var i = 0; i < row.Length; i++) values.Add($"v{i}", row[i] is { } value ? As(value, types[columns[i]]) : null, row[i] is null ? DbTypeOf(types[columns[i]]) : null);
            await target.Connection.ExecuteAsync(MoveUpSql.Insert(table, columns), values, target.Transaction);
        }
    }

    static async Task<IReadOnlyDictionary<string, Type>> TypesAsync(OpenTransaction target, string table)
    {
        await using var reader = await target.Connection.ExecuteReaderAsync(MoveUpSql.Shape(table), null, target.Transaction);
        return Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetFieldType, StringComparer.Ordinal);
    }

    /// <summary>A value of SQLite's (text, whole number or bytes) as the target's column wants it.</summary>
    public static object As(object value, Type type) => value switch
    {
        string text when type == typeof(Guid) => Guid.ParseExact(text, "D"),
        string text when type == typeof(DateTimeOffset) => DateTimeOffset.ParseExact(text, Database.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        string text when type == typeof(DateTime) => DateTime.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture),
        long number when type == typeof(bool) => number != 0,
        _ => value,
    };

    /// <summary>The type of nothing: a server that is told no type takes it for text, and does not put that everywhere.</summary>
    static DbType? DbTypeOf(Type type) =>
        type == typeof(byte[]) ? DbType.Binary
        : type == typeof(Guid) ? DbType.Guid
        : type == typeof(DateTimeOffset) ? DbType.DateTimeOffset
        : type == typeof(DateTime) ? DbType.Date
        : type == typeof(long) || type == typeof(int) ? DbType.Int64
        : type == typeof(bool) ? DbType.Boolean
        : null;

    /// <summary>A value in the one way in which both sides are compared.</summary>
    public static object? Plain(object? value) => value switch
    {
        Guid id => id.ToString("D"),
        DateTimeOffset time => Database.Text(time),
        DateTime day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        bool yes => yes ? 1L : 0L,
        int number => (long)number,
        _ => value,
    };

    async Task<Moved> VerifyAsync(OpenTransaction source, CancellationToken ct)
    {
        await using var target = await to.BeginReadAsync(ct);
        var rows = 0L;
        foreach (var (table, _) in _tables)
        {
            ct.ThrowIfCancellationRequested();
            var (here, there) = (Digest(source, table), Digest(target, table));
            if (here != there)
                throw new ConflictException($"The table {table} has {there.Rows} rows where it was moved to and {here.Rows} where it came from, or they differ. If the old installation was used since the move began, make a new database and move again.");
            rows += here.Rows;
            progress?.Report(new MoveProgress("verify", rows));
        }
        if (_tables != Tables) return new Moved(rows, 0, "", "");
        var (before, after) = (Entries(source), Entries(target));
        var head = await target.Connection.ExecuteScalarAsync<byte[]?>("SELECT root FROM ledger_head WHERE id = 1", null, target.Transaction) ?? Merkle.EmptyRoot();
        if (before != after || after.Root != Convert.ToHexStringLower(head)) throw new ConflictException("The moved ledger is not the one that it was moved from. Make a new database and move again.");
        return new Moved(rows, after.Count, after.Hash, after.Root);
    }

    /// <summary>Two tables have the same digest when they hold the same rows, in whatever order each database gives them.</summary>
    static (long Rows, string Sum) Digest(OpenTransaction open, string table)
    {
        using var reader = open.Connection.ExecuteReader(MoveUpSql.All(table), null, open.Transaction);
        var columns = Enumerable.Range(0, reader.FieldCount).OrderBy(reader.GetName, StringComparer.Ordinal).ToList();
        var sum = new byte[32];
        var rows = 0L;
        while (reader.Read())
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var column in columns) Add(hash, reader.IsDBNull(column) ? null : Plain(reader.GetValue(column)));
            var row = hash.GetHashAndReset();
            // No row is there twice, since each has a key, so none can cancel another out.
            for (var i = 0; i < sum.Length; i++) sum[i] ^= row[i];
            rows++;
        }
        return (rows, Convert.ToHexStringLower(sum));
    }

    static void Add(IncrementalHash hash, object? value)
    {
        var (kind, bytes) = value switch
        {
            null => (0, []),
            string text => (1, Encoding.UTF8.GetBytes(text)),
            long number => (2, BitConverter.GetBytes(number)),
            byte[] some => (3, some),
            _ => throw new InvalidOperationException($"A value of type {value.GetType()} is in no table."),
        };
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)kind;
        BitConverter.TryWriteBytes(head[1..], bytes.Length);
        hash.AppendData(head);
        hash.AppendData(bytes);
    }

    static (long Count, string Hash, string Root) Entries(OpenTransaction open)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var frontier = new Frontier();
        foreach (var entry in open.Connection.Query<byte[]>("SELECT entry FROM ledger_entry ORDER BY seq", null, open.Transaction, buffered: false))
        {
            hash.AppendData(entry);
            frontier.Append(Merkle.LeafHash(entry));
        }
        return (frontier.Size, Convert.ToHexStringLower(hash.GetHashAndReset()), Convert.ToHexStringLower(frontier.Root()));
    }

    sealed record Mark
    {
        public long Moved { get; init; }
        public string Last { get; init; } = "";
        public long Done { get; init; }
    }
}
