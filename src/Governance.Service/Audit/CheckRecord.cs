using Governance.Ledger;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>How far a look through the whole record has come. It remembers one head for each proposal and one row of hashes for each level.</summary>
public sealed class RecordWalk
{
    readonly List<byte[]>[] _rows = [.. Enumerable.Range(0, TileId.MaxLevel + 1).Select(static _ => new List<byte[]>())];

    /// <summary>How many entries were looked at.</summary>
    public long Size => Frontier.Size;

    /// <summary>The end of the record was reached, or a hole that nothing can be said beyond.</summary>
    public bool Finished { get; internal set; }

    internal Frontier Frontier { get; } = new();

    internal Dictionary<string, TrailEnd> Ends { get; } = new(StringComparer.Ordinal);

    internal HeadsWalk Heads { get; } = new();

    internal DateTimeOffset Last { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Appends a leaf.</summary>
    /// <returns>The tiles that it completes, as they must be.</returns>
    internal IEnumerable<(TileId Tile, byte[] Hashes)> Append(byte[] leaf)
    {
        var index = Frontier.Size;
        Frontier.Append(leaf);
        var hash = leaf;
        for (var level = 0; level < TileId.MaxLevel; level++)
        {
            _rows[level].Add(hash);
            if (_rows[level].Count < TileId.FullWidth) yield break;
            byte[] tile = [.. _rows[level].SelectMany(static h => h)];
            var above = new Frontier();
            foreach (var part in _rows[level]) above.Append(part);
            hash = above.Root();
            _rows[level].Clear();
            yield return (new TileId(level, index >> (8 * (level + 1))), tile);
        }
    }

    internal sealed record TrailEnd(long Ordinal, long Count, string Last);
}

/// <summary>The heads tree, made again from the entries as they go by.</summary>
sealed class HeadsWalk
{
    readonly Dictionary<(int Level, long Index), byte[]> _nodes = [];
    readonly SortedDictionary<long, byte[]> _grown = [];
    long _size;
    long _made;

    public void Grow(long ordinal, string proposal, long count, byte[] last)
    {
        _grown[ordinal] = Heads.LeafHash(proposal, count, last);
        _size = Math.Max(_size, ordinal + 1);
    }

    /// <summary>What is wrong with an entry that logs the root; null when it is that of the entries before it.</summary>
    public string? Fault(Entry entry)
    {
        foreach (var (ordinal, leaf) in _grown)
        {
            // Several may be new since the last root: each is set in a tree that holds none after it.
            _made = Math.Max(_made, ordinal + 1);
            Heads.Set(ordinal, leaf, _made, (level, index) => _nodes[(level, index)], (level, index, hash) => _nodes[(level, index)] = hash);
        }
        _grown.Clear();
        try
        {
            var (proposals, root) = Heads.Read(entry);
            return proposals == _size && root.AsSpan().SequenceEqual(Merkle.Root(_size, (level, index) => _nodes[(level, index)]))
                ? null
                : $"Entry {entry.Seq} says a root of the heads tree that is not that of the entries before it.";
        }
        catch (LedgerFormatException e)
        {
            return e.Message;
        }
    }
}

/// <summary>
/// Looks at the next 256 entries in a reading transaction of its own: canonical form, hashes, order, columns, trails,
/// tiles, roots of the heads tree and checkpoints; at the end also the head and the heads of all trails.
/// </summary>
public sealed record CheckRecordPart(RecordWalk Walk) : IQuery<IReadOnlyList<string>>
{
    public sealed class Handler(Session session) : IRequestHandler<CheckRecordPart, IReadOnlyList<string>>
    {
        public Task<IReadOnlyList<string>> Handle(CheckRecordPart request, CancellationToken cancellationToken) => LookAsync(request.Walk);

        /// <summary>The same within the transaction that is open.</summary>
        internal async Task<IReadOnlyList<string>> LookAsync(RecordWalk walk)
        {
            var found = new List<string>();
            var before = walk.Size;
            var rows = await RecordRows.ReadAsync(session, before, TileId.FullWidth);
            var checkpoints = await session.QueryAsync<Signed>(
                "SELECT size, root, note FROM ledger_checkpoint WHERE size > @before AND size <= @after ORDER BY size", new { before, after = before + rows.Count });
            var next = 0;
            foreach (var row in rows)
            {
                if (row.Seq != walk.Size)
                {
                    found.Add($"Entry {walk.Size} is missing.");
                    walk.Finished = true;
                    return found;
                }
                var leaf = row.Check(found);
                Follow(walk, row, leaf, found);
                foreach (var (tile, hashes) in walk.Append(leaf))
                {
                    var stored = await session.ScalarAsync<byte[]?>("SELECT hashes FROM ledger_tile WHERE level = @level AND number = @number", new { level = tile.Level, number = tile.Index });
                    if (stored is null || !stored.AsSpan().SequenceEqual(hashes)) found.Add($"The stored {tile.Path} is not made of the entries.");
                }
                for (; next < checkpoints.Count && checkpoints[next].Size == walk.Size; next++)
                {
                    if (!checkpoints[next].Root.AsSpan().SequenceEqual(walk.Frontier.Root())) found.Add($"The checkpoint of {walk.Size} entries is not of these entries.");
                }
            }
            if (rows.Count == TileId.FullWidth) return found;
            await CheckEndAsync(walk, found);
            walk.Finished = true;
            return found;
        }

        async Task CheckEndAsync(RecordWalk walk, List<string> found)
        {
            var head = await session.FirstAsync<Head>("SELECT size, frontier, root FROM ledger_head WHERE id = 1") ?? new Head { Frontier = new Frontier().ToBytes(), Root = Merkle.EmptyRoot() };
            if (head.Size != walk.Size) found.Add($"The head says {head.Size} entries, but there are {walk.Size}.");
            else if (!head.Root.AsSpan().SequenceEqual(walk.Frontier.Root()) || !head.Frontier.AsSpan().SequenceEqual(walk.Frontier.ToBytes())) found.Add("The head's hashes are not those of the entries.");
            if (await session.ScalarAsync<long?>("SELECT MAX(size) FROM ledger_checkpoint") is { } signed && signed > walk.Size) found.Add($"{signed} entries were signed, but there are {walk.Size}.");
            var heads = (await session.QueryAsync<TrailHead>("SELECT proposal, pord, count, last FROM ledger_proposal_head")).ToDictionary(h => h.Proposal, StringComparer.Ordinal);
            foreach (var (proposal, end) in walk.Ends)
            {
                if (!heads.Remove(proposal, out var stored) || stored.Pord != end.Ordinal || stored.Count != end.Count || Convert.ToHexStringLower(stored.Last) != end.Last)
                    found.Add($"The stored head of {proposal} is not that of its entries.");
            }
            found.AddRange(heads.Keys.Select(proposal => $"{proposal} has a stored head, but no entries."));
        }

        static void Follow(RecordWalk walk, RecordRows.Row row, byte[] leaf, List<string> found)
        {
            if (row.Parsed is not { } entry) return;
            if (entry.At < walk.Last) found.Add($"Entry {row.Seq} is older than the one before it.");
            walk.Last = entry.At;
            if (entry.Kind == Heads.Kind && walk.Heads.Fault(entry) is { } fault) found.Add(fault);
            if (entry.Proposal is null) return;
            var known = walk.Ends.GetValueOrDefault(entry.Proposal);
            if (entry.ProposalSeq != (known?.Count ?? 0) || (entry.ProposalPrevious ?? "") != (known?.Last ?? ""))
                found.Add($"Entry {row.Seq} does not follow the last entry of {entry.Proposal}.");
            // Ordinals are given in turn, so that the heads tree has no holes.
            if (known is null && entry.ProposalOrdinal != walk.Ends.Count) found.Add($"Entry {row.Seq} begins {entry.Proposal} with another number than the next.");
            var end = new RecordWalk.TrailEnd(known?.Ordinal ?? walk.Ends.Count, (known?.Count ?? 0) + 1, Convert.ToHexStringLower(leaf));
            walk.Ends[entry.Proposal] = end;
            walk.Heads.Grow(end.Ordinal, entry.Proposal, end.Count, leaf);
        }
    }

    sealed record Signed
    {
        public long Size { get; init; }
        public byte[] Root { get; init; } = [];
    }

    sealed record Head
    {
        public long Size { get; init; }
        public byte[] Frontier { get; init; } = [];
        public byte[] Root { get; init; } = [];
    }

    sealed record TrailHead
    {
        public string Proposal { get; init; } = "";
        public long Pord { get; init; }
        public long Count { get; init; }
        public byte[] Last { get; init; } = [];
    }
}

/// <summary>
/// Looks at the end of the record, quickly: what a crash, a restored backup or a careless hand would most likely spoil.
/// </summary>
public sealed record CheckRecordEnd : IQuery<IReadOnlyList<string>>
{
    public sealed class Handler(Session session, LedgerStore ledger, SigningKey key, LogName log) : IRequestHandler<CheckRecordEnd, IReadOnlyList<string>>
    {
        public async Task<IReadOnlyList<string>> Handle(CheckRecordEnd request, CancellationToken cancellationToken)
        {
            var found = new List<string>();
            var head = await session.FirstAsync<Head>("SELECT size, frontier, root FROM ledger_head WHERE id = 1") ?? new Head { Frontier = new Frontier().ToBytes(), Root = Merkle.EmptyRoot() };
            var entries = (await session.ScalarAsync<long?>("SELECT MAX(seq) FROM ledger_entry") ?? -1) + 1;
            if (head.Size != entries)
            {
                found.Add($"The head says {head.Size} entries, but there are {entries}.");
                return found;
            }
            await CheckLastEntriesAsync(entries, found);
            // The tree is made of these entries: with a hole among them it could not even be asked.
            if (found.Count > 0) return found;
            CheckHead(head, found);
            var checkpoint = await StoredCheckpoint.LastAsync(session);
            if (checkpoint is not null) CheckSigned(System.Text.Encoding.UTF8.GetBytes(checkpoint.Note), head.Size, "The last checkpoint", found);
            if (key.ReadHead() is { } outside) CheckSigned(outside, head.Size, "The checkpoint in the file beside the key", found);
            return found;
        }

        async Task CheckLastEntriesAsync(long entries, List<string> found)
        {
            var first = Math.Max(0, (entries / TileId.FullWidth) - 1) * TileId.FullWidth;
            var leaves = new List<byte[]>();
            foreach (var row in await RecordRows.ReadAsync(session, first, 2 * TileId.FullWidth)) leaves.Add(row.Check(found));
            if (leaves.Count != entries - first) found.Add($"Of the last {entries - first} entries, {leaves.Count} are there.");
            else if (leaves.Count >= TileId.FullWidth)
            {
                var stored = await session.ScalarAsync<byte[]?>("SELECT hashes FROM ledger_tile WHERE level = 0 AND number = @number", new { number = first / TileId.FullWidth });
                if (stored is null || !stored.AsSpan().SequenceEqual(leaves.Take(TileId.FullWidth).SelectMany(static l => l).ToArray()))
                    found.Add($"The stored {new TileId(0, first / TileId.FullWidth).Path} is not made of the entries.");
            }
        }

        void CheckHead(Head head, List<string> found)
        {
            try
            {
                var frontier = Frontier.Parse(head.Frontier);
                if (frontier.Size != head.Size || !frontier.Root().AsSpan().SequenceEqual(head.Root)) found.Add("The head's hashes do not fit one another.");
                else if (!ledger.RootAt(head.Size, head.Size).AsSpan().SequenceEqual(head.Root)) found.Add("The head's hashes are not those of the stored tiles.");
            }
            catch (LedgerFormatException e)
            {
                found.Add($"The head cannot be read: {e.Message}");
            }
        }

        void CheckSigned(byte[] bytes, long size, string what, List<string> found)
        {
            try
            {
                var note = SignedNote.Parse(bytes);
                var signed = Checkpoint.Parse(note.Text);
                if (signed.Origin != log.Value) found.Add($"{what} is of the log {signed.Origin}.");
                else if (signed.Size > size) found.Add($"{what} is of {signed.Size} entries, but there are {size}.");
                else if (!ledger.RootAt(signed.Size, size).AsSpan().SequenceEqual(signed.Root)) found.Add($"{what} is not of these entries.");
                // A key that is not set here any more may have signed; a false signature by one that is set is another matter.
                else if (note.Signatures.Any(s => key.Verifiers.Any(k => k.KeyId == s.KeyId && k.Name == s.Name))) note.Verify(key.Verifiers);
            }
            catch (LedgerFormatException e)
            {
                found.Add($"{what}: {e.Message}");
            }
        }
    }

    sealed record Head
    {
        public long Size { get; init; }
        public byte[] Frontier { get; init; } = [];
        public byte[] Root { get; init; } = [];
    }
}

/// <summary>Entries as they are stored, and what is wrong with each by itself.</summary>
static class RecordRows
{
    public static Task<IReadOnlyList<Row>> ReadAsync(Session session, long from, int take) => session.QueryAsync<Row>(
        $"SELECT seq, proposal, pseq, kind, at, entry, leaf FROM ledger_entry WHERE seq >= @from ORDER BY seq {session.Database.Take}", new { from, take });

    public sealed record Row
    {
        public long Seq { get; init; }
        public string? Proposal { get; init; }
        public long? Pseq { get; init; }
        public string Kind { get; init; } = "";
        public DateTimeOffset At { get; init; }
        public byte[] Entry { get; init; } = [];
        public byte[] Leaf { get; init; } = [];

        /// <summary>What the bytes say; null where they cannot be read.</summary>
        public Entry? Parsed { get; private set; }

        /// <summary>Looks at this row alone.</summary>
        /// <returns>The hash of its bytes.</returns>
        public byte[] Check(List<string> found)
        {
            var leaf = Merkle.LeafHash(Entry);
            if (!leaf.AsSpan().SequenceEqual(Leaf)) found.Add($"Entry {Seq}: its bytes are not those that its leaf was made of.");
            try
            {
                // The log's name is not looked at: a log may have been renamed once.
                Parsed = Ledger.Entry.Parse(Entry);
                if (Parsed.Seq != Seq || Parsed.Proposal != Proposal || Parsed.ProposalSeq != Pseq || Parsed.Kind != Kind || Parsed.At != At)
                    found.Add($"Entry {Seq}: what the database says of it is not what it says itself.");
            }
            catch (LedgerFormatException e)
            {
                found.Add($"Entry {Seq}: {e.Message}");
            }
            return leaf;
        }
    }
}
