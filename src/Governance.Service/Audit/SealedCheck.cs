using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Service.Data;
using Governance.Service.Erasures;

namespace Governance.Service.Audit;

/// <summary>What has become of a digest in an entry's <c>sd</c>.</summary>
public enum DigestFate
{
    /// <summary>Its disclosure is stored and matches it.</summary>
    Disclosed,
    /// <summary>It was erased, and an entry says so.</summary>
    Erased,
    /// <summary>It never stood for anything.</summary>
    Decoy,
    /// <summary>Its disclosure should be there and is not. This is a fault.</summary>
    Missing,
}

/// <summary>Looks at everything sealed: that each digest of each entry is accounted for, and that what is stored can be opened.</summary>
static class SealedCheck
{
    const int Batch = 1000;

    public static async Task<IReadOnlyList<string>> FindAsync(Session session, Sealing sealing)
    {
        var faults = new List<string>();
        var size = (await session.ScalarAsync<long?>("SELECT MAX(seq) FROM ledger_entry") ?? -1) + 1;
        for (var from = 0L; from < size; from += Batch)
        {
            faults.AddRange((await MissingAsync(session, sealing, from, Math.Min(size, from + Batch)))
                .Select(m => $"Entry {m.Seq}: a disclosure is missing or was changed ({m.Digest}). It was not erased."));
        }
        foreach (var sha256 in await Unreadable.DocumentsAsync(session, sealing.Keys))
            faults.Add($"The document {sha256[..12]}… cannot be opened: it was erased after this copy of the data was made. Take away what is left of it with: doctor --rebuild");
        var waiting = await session.ScalarAsync<long>("SELECT COUNT(*) FROM doomed");
        if (waiting > 0) faults.Add($"{waiting} keys of what was erased are not destroyed yet. Starting the service destroys them.");
        return faults;
    }

    /// <summary>The digests of a part of the log whose disclosures should be there and are not. All of it in one transaction, so that no erasure comes in between.</summary>
    /// <param name="to">The number of the first entry that is not looked at.</param>
    public static async Task<IReadOnlyList<(long Seq, string Digest)>> MissingAsync(Session session, Sealing sealing, long from, long to)
    {
        var stored = (await session.QueryAsync<StoredRow>("SELECT digest, seq, disclosure FROM ledger_disclosure WHERE seq >= @from AND seq < @to", new { from, to }))
            .ToDictionary(d => d.Digest, StringComparer.Ordinal);
        var rows = await session.QueryAsync<EntryRow>("SELECT seq, entry FROM ledger_entry WHERE seq >= @from AND seq < @to ORDER BY seq", new { from, to });
        var missing = rows.SelectMany(r => Readable(r.Entry) is { } entry ? Missing(entry, stored, [], sealing).Select(digest => (r.Seq, Digest: digest)) : []).ToList();
        if (missing.Count == 0) return [];
        // What the log says was erased, not what a table says: whoever deletes a disclosure could write into that as well.
        var erased = (await session.QueryAsync<byte[]>("SELECT entry FROM ledger_entry WHERE kind = @kind", new { kind = Erasure.Kind }))
            .SelectMany(e => Readable(e) is { } entry ? Erasure.Digests(entry) : []).ToHashSet(StringComparer.Ordinal);
        return [.. missing.Where(m => stored.ContainsKey(m.Digest) || !erased.Contains(m.Digest))];
    }

    /// <summary>The digests of a trail whose disclosures should be there and are not.</summary>
    /// <param name="trail">All entries of the proposal, those after the last checkpoint too: an erasure may be among them.</param>
    public static async Task<IReadOnlyList<string>> MissingAsync(Session session, Sealing sealing, string reference, IReadOnlyList<Entry> trail)
    {
        var stored = (await session.QueryAsync<StoredRow>(
            "SELECT digest, seq, disclosure FROM ledger_disclosure WHERE seq BETWEEN @first AND @last AND proposal = @reference",
            new { first = trail[0].Seq, last = trail[^1].Seq, reference })).ToDictionary(d => d.Digest, StringComparer.Ordinal);
        var erased = trail.SelectMany(Erasure.Digests).ToHashSet(StringComparer.Ordinal);
        return [.. trail.SelectMany(e => Missing(e, stored, erased, sealing))];
    }

    static List<string> Missing(Entry entry, Dictionary<string, StoredRow> stored, HashSet<string> erased, Sealing sealing)
    {
        if (entry.Sd.Count == 0) return [];
        var decoys = sealing.Decoys(entry.Nonce).Take(entry.Sd.Count).Select(d => d.Digest).ToHashSet(StringComparer.Ordinal);
        return [.. entry.Sd.Where(digest => FateOf(digest, stored.GetValueOrDefault(digest)?.Disclosure, erased, decoys, sealing) == DigestFate.Missing)];
    }

    /// <summary>Null where the bytes are not those of an entry, which the check of the entries themselves says.</summary>
    static Entry? Readable(byte[] bytes)
    {
        try
        {
            return Entry.Parse(bytes);
        }
        catch (LedgerFormatException)
        {
            return null;
        }
    }

    static DigestFate FateOf(string digest, byte[]? box, HashSet<string> erased, HashSet<string> decoys, Sealing sealing)
    {
        if (box is null)
        {
            return erased.Contains(digest) ? DigestFate.Erased : decoys.Contains(digest) ? DigestFate.Decoy
                : sealing.Keys.FindErased(digest) is not null ? DigestFate.Erased : DigestFate.Missing;
        }
        try
        {
            if (sealing.OpenDisclosure(digest, box) is { } text) return Disclosure.DigestOf(text) == digest ? DigestFate.Disclosed : DigestFate.Missing;
        }
        catch (System.Security.Cryptography.AuthenticationTagMismatchException)
        {
            return DigestFate.Missing;
        }
        // A copy of the data that is older than the erasure: the key store remembers it.
        return sealing.Keys.FindErased(digest) is not null || sealing.Keys.WasDestroyed(Sealing.KeyIdOf(box)) ? DigestFate.Erased : DigestFate.Missing;
    }

    sealed record EntryRow
    {
        public long Seq { get; init; }
        public byte[] Entry { get; init; } = [];
    }

    sealed record StoredRow
    {
        public string Digest { get; init; } = "";
        public long Seq { get; init; }
        public byte[] Disclosure { get; init; } = [];
    }
}
