using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Erasures;

namespace Governance.Service.Data;

/// <summary>An entry of a proposal with the event that it records.</summary>
/// <param name="Disclosures">What can be read of what it seals.</param>
/// <param name="Erased">What was erased of it.</param>
public sealed record TrailEntry(
    long Seq, byte[] Bytes, byte[] Leaf, Entry Entry, Happening Happening, IReadOnlyList<StoredDisclosure> Disclosures, IReadOnlyList<ErasedValue> Erased);

/// <summary>A disclosure with its text, opened.</summary>
public sealed record StoredDisclosure
{
    public string Digest { get; init; } = "";
    public long Seq { get; init; }
    public string Class { get; init; } = "";
    public Guid Subject { get; init; }
    public string Disclosure { get; init; } = "";
}

/// <summary>Reads a proposal's trail back from the ledger.</summary>
public sealed class TrailStore(Session session, Sealing sealing, ErasedMarks marks)
{
    /// <summary>All entries, oldest first.</summary>
    /// <param name="evenIfChanged">
    /// Reads on where a sealed value was changed in the database, without that value: for whoever shows or exports the trail and says
    /// besides which it is. Everybody else must not go on from a trail with something missing.
    /// </param>
    public async Task<IReadOnlyList<TrailEntry>> AllAsync(string reference, bool evenIfChanged = false) => [.. (await LastAsync(reference, int.MaxValue, evenIfChanged)).Reverse()];

    /// <summary>The latest entries, latest first.</summary>
    public async Task<IReadOnlyList<TrailEntry>> LastAsync(string reference, int take, bool evenIfChanged = false)
    {
        var rows = await session.QueryAsync<Row>(
            $"SELECT seq, entry, leaf FROM ledger_entry WHERE proposal = @reference ORDER BY pseq DESC {session.Database.Take}",
            new { reference, take });
        if (rows.Count == 0) return [];
        var stored = await session.QueryAsync<Sealed>(
            "SELECT digest, seq, class, subject, disclosure FROM ledger_disclosure WHERE seq >= @first AND seq <= @last AND proposal = @reference ORDER BY seq, digest",
            new { reference, first = rows[^1].Seq, last = rows[0].Seq });
        var disclosures = stored.Select(d => (d.Seq, Opened: Open(d, evenIfChanged))).Where(d => d.Opened is not null).ToLookup(d => d.Seq, d => d.Opened!);
        var erased = await marks.OfAsync(reference, stored.Select(d => (d.Seq, d.Digest)).Except(disclosures.SelectMany(d => d.Select(x => (x.Seq, x.Digest)))));
        return [.. rows.Select(r =>
        {
            var entry = Ledger.Entry.Parse(r.Entry);
            var disclosed = disclosures[r.Seq].ToList();
            var gone = erased[r.Seq].ToList();
            return new TrailEntry(r.Seq, r.Entry, r.Leaf, entry, new Happening(entry.Actor ?? "", entry.At, Decode(entry, disclosed, gone)), disclosed, gone);
        })];
    }

    StoredDisclosure? Open(Sealed row, bool evenIfChanged)
    {
        try
        {
            return sealing.OpenDisclosure(row.Digest, row.Disclosure) is { } text
                ? new StoredDisclosure { Digest = row.Digest, Seq = row.Seq, Class = row.Class, Subject = row.Subject, Disclosure = text }
                : null;
        }
        catch (System.Security.Cryptography.AuthenticationTagMismatchException) when (evenIfChanged)
        {
            return null;
        }
    }

    static ProposalEvent Decode(Entry entry, IEnumerable<StoredDisclosure> disclosures, IEnumerable<ErasedValue> erased) =>
        EventCodec.Decode(entry.Kind, entry.Data, disclosures.Select(d =>
        {
            var disclosure = Disclosure.Parse(d.Disclosure);
            return new SealedValue(disclosure.Name, AudienceNames.Parse(d.Class), disclosure.Value);
        }).Concat(erased.Where(e => e.Path.Length > 0).Select(e => new SealedValue(e.Path, AudienceNames.Parse(e.Class), e.Many ? new JsonArray(Sealing.Erased) : Sealing.Erased))));

    sealed record Row
    {
        public long Seq { get; init; }
        public byte[] Entry { get; init; } = [];
        public byte[] Leaf { get; init; } = [];
    }

    sealed record Sealed
    {
        public string Digest { get; init; } = "";
        public long Seq { get; init; }
        public string Class { get; init; } = "";
        public Guid Subject { get; init; }
        public byte[] Disclosure { get; init; } = [];
    }
}
