using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Dapper;
using Governance.Ledger;
using Governance.Review.Proposals;

namespace Governance.Service.Data;

/// <summary>Something to be put into the ledger.</summary>
public sealed record NewEntry
{
    public required string Kind { get; init; }
    /// <summary>The proposal's reference, or null where it belongs to none.</summary>
    public string? Proposal { get; init; }
    public required string Actor { get; init; }
    public required string Role { get; init; }
    public JsonObject Data { get; init; } = [];
    public IReadOnlyDictionary<string, string> Rule { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<EntryDocument> Docs { get; init; } = [];
    public IReadOnlyList<NewDisclosure> Sealed { get; init; } = [];
}

/// <param name="Subject">Whose key it is sealed under: the person who wrote it, or whom it names.</param>
public sealed record NewDisclosure(string Name, Audience Audience, JsonNode Value, Guid Subject);

/// <summary>Where an entry came to stand.</summary>
public sealed record Appended(long Seq, byte[] Leaf, DateTimeOffset At);

/// <summary>The name of this installation's log: the origin of its checkpoints and the <c>log</c> of its entries.</summary>
public sealed record LogName(string Value);

/// <summary>
/// Appends to the ledger and reads from it (ledger.md). Appending is the last step of a command's transaction, so that
/// the head is held for the shortest time; an entry and the change that it records commit together or not at all.
/// </summary>
public sealed class LedgerStore(Session session, LogName log, Sealing sealing, TimeProvider clock)
{
    /// <summary>The number of digests in <c>sd</c> is one of 8, 16, 32, … so that it does not tell how many values there are.</summary>
    const int FewestDigests = 8;

    OpenTransaction? _held;

    /// <summary>
    /// Makes this transaction the only one that may append. Appending does it by itself; whoever reads the log to decide what
    /// to append does it before reading.
    /// </summary>
    public async Task HoldAsync()
    {
        if (_held == session.Current) return;
        // What was read before the lock was had may have been overtaken, and keys been retired.
        if (await session.Database.LockLogAsync(session.Current))
        {
            session.Current.LogEnd = null;
            sealing.Keys.LookAgain();
        }
        _held = session.Current;
    }

    /// <summary>The time to write into the next entry: now, or the last entry's time where the clock has gone back.</summary>
    public async Task<DateTimeOffset> NowAsync()
    {
        if (session.LogFirst) await HoldAsync();
        var now = Entry.ToMilliseconds(clock.GetUtcNow());
        var end = await EndAsync();
        return end.LastAt > now ? end.LastAt : now;
    }

    /// <summary>
    /// The head of the log as the table says it. Whoever writes asks here: before, it is written where it was left to the commit.
    /// </summary>
    public async Task<(long Size, byte[] Root)> HeadAsync()
    {
        StoreHead(session.Current);
        return await session.FirstAsync<Root>("SELECT size, root AS hash FROM ledger_head WHERE id = 1") is { } head ? (head.Size, head.Hash) : (0, Merkle.EmptyRoot());
    }

    sealed record Root
    {
        public long Size { get; init; }
        public byte[] Hash { get; init; } = [];
    }

    /// <summary>The end of the log as this transaction sees it, read once.</summary>
    async Task<LogEnd> EndAsync() => session.Current.LogEnd ??= LogEnd.Of(await session.FirstAsync<LogHead>("SELECT size, frontier, last_at FROM ledger_head WHERE id = 1"));

    /// <summary>Appends entries, in order, all with the same time.</summary>
    /// <param name="at">From <see cref="NowAsync"/> in the same transaction.</param>
    public async Task<IReadOnlyList<Appended>> AppendAsync(DateTimeOffset at, IReadOnlyList<NewEntry> entries)
    {
        await HoldAsync();
        var end = await EndAsync();
        // The decision was dated before the last entry. Times in the log never go back, so it is taken again.
        if (end.LastAt > at) throw new OvertakenException();
        var frontier = end.Frontier.Copy();
        var before = frontier.Size;
        var trails = new Dictionary<string, (TrailHead Head, bool New)>(StringComparer.Ordinal);
        var appended = new List<Appended>();
        var disclosed = new List<(Disclosure Disclosure, Audience Audience, Guid Subject, long Seq, string? Proposal)>();
        foreach (var entry in entries)
        {
            if (entry.Proposal is not null && !trails.ContainsKey(entry.Proposal)) trails[entry.Proposal] = await TrailAsync(end, entry.Proposal, trails.Values.Count(t => t.New));
            var trail = entry.Proposal is null ? null : trails[entry.Proposal].Head;
            var disclosures = entry.Sealed.Select(s => (Disclosure: Disclosure.Create(s.Name, s.Value), s.Audience, s.Subject)).ToList();
            var seq = frontier.Size;
            var nonce = Entry.NewNonce();
            var bytes = new Entry
            {
                Log = log.Value,
                Seq = seq,
                At = at,
                Kind = entry.Kind,
                Proposal = entry.Proposal,
                ProposalOrdinal = trail is { Count: 0 } ? trail.Pord : null,
                ProposalSeq = trail?.Count,
                ProposalPrevious = trail is { Count: > 0 } ? Convert.ToHexStringLower(trail.Last) : null,
                Actor = entry.Actor,
                Role = entry.Role,
                Data = entry.Data,
                Rule = entry.Rule,
                Docs = entry.Docs,
                Sd = sealing.Digests(disclosures.Select(d => d.Disclosure), Padded(disclosures.Count), nonce),
                Nonce = nonce,
            }.ToBytes();
            var leaf = Merkle.LeafHash(bytes);
            frontier.Append(leaf);
            appended.Add(new Appended(seq, leaf, at));
            await session.ExecuteAsync(
                """
                INSERT INTO ledger_entry (seq, proposal, pseq, kind, at, entry, leaf)
                VALUES (@seq, @proposal, @pseq, @kind, @at, @bytes, @leaf)
                """,
                new { seq, proposal = entry.Proposal, pseq = trail?.Count, kind = entry.Kind, at, bytes, leaf });
            if (trail is not null) trails[entry.Proposal!] = trails[entry.Proposal!] with { Head = trail with { Count = trail.Count + 1, Last = leaf } };
            disclosed.AddRange(disclosures.Select(d => (d.Disclosure, d.Audience, d.Subject, seq, entry.Proposal)));
        }

        foreach (var (disclosure, audience, subject, seq, proposal) in disclosed)
        {
            await session.ExecuteAsync(
                """
                INSERT INTO ledger_disclosure (digest, seq, proposal, class, subject, disclosure)
                VALUES (@digest, @seq, @proposal, @audience, @subject, @box)
                """,
                new { digest = disclosure.Digest, seq, proposal, audience = AudienceNames.Of(audience), subject, box = sealing.Seal(subject, disclosure) });
        }
        foreach (var (proposal, (trail, isNew)) in trails) await StoreAsync(proposal, trail, isNew);
        await StoreTilesAsync(before, frontier.Size);
        var heads = end.Trails;
        foreach (var (proposal, (trail, _)) in trails) heads = heads.SetItem(proposal, trail);
        session.Current.LogEnd = end with { Frontier = frontier, LastAt = at, Trails = heads };
        if (!session.Current.HeadAtCommit) StoreHead(session.Current);
        Measures.Appends.Add(appended.Count);
        return appended;
    }

    /// <summary>
    /// Writes the log's head where it is not written yet. Its root takes as long as half an entry, so commands that share a
    /// commit leave this to its end.
    /// </summary>
    internal static void StoreHead(OpenTransaction open)
    {
        if (open.LogEnd is not { } end || end.Stored == end.Size) return;
        var values = new { size = end.Size, frontier = end.Frontier.ToBytes(), root = end.Frontier.Root(), at = end.LastAt, before = end.Stored };
        var changed = end.Stored == 0
            ? open.Connection.Execute("INSERT INTO ledger_head (id, size, frontier, root, last_at) VALUES (1, @size, @frontier, @root, @at)", values, open.Transaction)
            : open.Connection.Execute("UPDATE ledger_head SET size = @size, frontier = @frontier, root = @root, last_at = @at WHERE id = 1 AND size = @before", values, open.Transaction);
        // Two appends at once cannot both pass here: the one that finds another size undoes its whole transaction.
        if (changed != 1) throw new InvalidOperationException("The ledger's head was moved by another transaction.");
        open.LogEnd = end with { Stored = end.Size };
    }

    /// <summary>The tree at a size, over stored tiles and leaves, read as they are asked for. Ask one object all questions about one size.</summary>
    public TiledTree Tree(long size)
    {
        var first = size / TileId.FullWidth * TileId.FullWidth;
        var leaves = new Lazy<IReadOnlyList<byte[]>>(() => session.Query<byte[]>(
            "SELECT leaf FROM ledger_entry WHERE seq >= @first AND seq < @size ORDER BY seq", new { first, size }));
        return new TiledTree(size, Tile, index => leaves.Value[(int)(index - first)]);
    }

    /// <summary>The root that the log had when it had <paramref name="size"/> entries.</summary>
    public byte[] RootAt(long size, long now) => Merkle.Root(size, Tree(now).Node);

    byte[] Tile(TileId id) =>
        session.Scalar<byte[]?>("SELECT hashes FROM ledger_tile WHERE level = @level AND number = @number", new { level = id.Level, number = id.Index })
        ?? throw new LedgerFormatException($"The stored {id.Path} is missing.");

    async Task StoreTilesAsync(long before, long size)
    {
        var completed = TileId.CompletedBetween(before, size).ToList();
        if (completed.Count == 0) return;
        var first = before / TileId.FullWidth * TileId.FullWidth;
        var leaves = await session.QueryAsync<byte[]>("SELECT leaf FROM ledger_entry WHERE seq >= @first ORDER BY seq", new { first });
        var built = new Dictionary<TileId, byte[]>();
        var tree = new TiledTree(size, id => built.TryGetValue(id, out var hashes) ? hashes : Tile(id), index => leaves[(int)(index - first)]);
        foreach (var tile in completed)
        {
            built[tile] = tree.Build(tile);
            await session.ExecuteAsync("INSERT INTO ledger_tile (level, number, hashes) VALUES (@level, @number, @hashes)",
                new { level = tile.Level, number = tile.Index, hashes = built[tile] });
        }
    }

    /// <param name="begun">How many trails this append has begun already, whose heads are not stored yet.</param>
    async Task<(TrailHead Head, bool New)> TrailAsync(LogEnd end, string proposal, int begun)
    {
        var head = end.Trails.GetValueOrDefault(proposal)
            ?? await session.FirstAsync<TrailHead>("SELECT pord, count, last FROM ledger_proposal_head WHERE proposal = @proposal", new { proposal });
        return head is not null ? (head, false) : (new TrailHead { Pord = await session.ScalarAsync<long>("SELECT COALESCE(MAX(pord), -1) + 1 FROM ledger_proposal_head") + begun }, true);
    }

    Task StoreAsync(string proposal, TrailHead trail, bool isNew) => session.ExecuteAsync(
        isNew
            ? "INSERT INTO ledger_proposal_head (proposal, pord, count, last) VALUES (@proposal, @pord, @count, @last)"
            : "UPDATE ledger_proposal_head SET count = @count, last = @last WHERE proposal = @proposal",
        new { proposal, pord = trail.Pord, count = trail.Count, last = trail.Last });

    static int Padded(int count)
    {
        if (count == 0) return 0;
        var padded = FewestDigests;
        while (padded < count) padded *= 2;
        return padded;
    }

}

/// <summary>The end of the log, and of the trails that were appended to since it was read. Nothing in it is ever changed.</summary>
/// <param name="Stored">The size that the table says.</param>
sealed record LogEnd(Frontier Frontier, DateTimeOffset LastAt, ImmutableDictionary<string, TrailHead> Trails, long Stored)
{
    public long Size => Frontier.Size;

    public static LogEnd Of(LogHead? head) => new(
        head is null ? new Frontier() : Frontier.Parse(head.Frontier), head?.LastAt ?? default, ImmutableDictionary<string, TrailHead>.Empty, head?.Size ?? 0);
}

/// <summary>The head of the log as its table says it.</summary>
sealed record LogHead
{
    public long Size { get; init; }
    public byte[] Frontier { get; init; } = [];
    public DateTimeOffset LastAt { get; init; }
}

/// <summary>The head of a proposal's trail.</summary>
sealed record TrailHead
{
    public long Pord { get; init; }
    public long Count { get; init; }
    public byte[] Last { get; init; } = [];
}

/// <summary>The classes of disclosure as the database, bundles and the command line write them.</summary>
public static class AudienceNames
{
    public static string Of(Audience audience) => audience switch
    {
        Audience.Public => "public",
        Audience.Panel => "panel",
        Audience.Personal => "personal",
        _ => throw new ArgumentOutOfRangeException(nameof(audience), audience, "There is no such audience."),
    };

    public static Audience Parse(string name) => name switch
    {
        "public" => Audience.Public,
        "panel" => Audience.Panel,
        "personal" => Audience.Personal,
        _ => throw new FormatException($"There is no disclosure class \"{name}\"."),
    };
}
