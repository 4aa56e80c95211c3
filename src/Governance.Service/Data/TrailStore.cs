using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Review.Events;
using Governance.Review.Proposals;

namespace Governance.Service.Data;

/// <summary>An entry of a proposal with the event that it records.</summary>
public sealed record TrailEntry(long Seq, byte[] Bytes, byte[] Leaf, Entry Entry, Happening Happening, IReadOnlyList<StoredDisclosure> Disclosures);

public sealed record StoredDisclosure
{
    public string Digest { get; init; } = "";
    public long Seq { get; init; }
    public string Class { get; init; } = "";
    public string Disclosure { get; init; } = "";
}

/// <summary>Reads a proposal's trail back from the ledger.</summary>
public sealed class TrailStore(Session session)
{
    /// <summary>All entries, oldest first.</summary>
    public async Task<IReadOnlyList<TrailEntry>> AllAsync(string reference) => [.. (await LastAsync(reference, int.MaxValue)).Reverse()];

    /// <summary>The latest entries, latest first.</summary>
    public async Task<IReadOnlyList<TrailEntry>> LastAsync(string reference, int take)
    {
        var rows = await session.QueryAsync<Row>(
            $"SELECT seq, entry, leaf FROM ledger_entry WHERE proposal = @reference ORDER BY pseq DESC {session.Database.Take}",
            new { reference, take });
        if (rows.Count == 0) return [];
        var disclosures = (await session.QueryAsync<StoredDisclosure>(
            "SELECT digest, seq, class, disclosure FROM ledger_disclosure WHERE seq >= @first AND seq <= @last AND proposal = @reference ORDER BY seq, digest",
            new { reference, first = rows[^1].Seq, last = rows[0].Seq })).ToLookup(d => d.Seq);
        return [.. rows.Select(r =>
        {
            var entry = Ledger.Entry.Parse(r.Entry);
            var disclosed = disclosures[r.Seq].ToList();
            return new TrailEntry(r.Seq, r.Entry, r.Leaf, entry, new Happening(entry.Actor ?? "", entry.At, Decode(entry, disclosed)), disclosed);
        })];
    }

    static ProposalEvent Decode(Entry entry, IEnumerable<StoredDisclosure> disclosures) =>
        EventCodec.Decode(entry.Kind, entry.Data, disclosures.Select(d =>
        {
            var disclosure = Disclosure.Parse(d.Disclosure);
            return new SealedValue(disclosure.Name, AudienceNames.Parse(d.Class), disclosure.Value);
        }));

    sealed record Row
    {
        public long Seq { get; init; }
        public byte[] Entry { get; init; } = [];
        public byte[] Leaf { get; init; } = [];
    }
}
