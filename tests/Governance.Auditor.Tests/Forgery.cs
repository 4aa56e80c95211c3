using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Ledger.Bundles;

namespace Governance.Auditor.Tests;

/// <summary>
/// A trail in the hands of somebody who holds the log's key: entries can be changed, dropped, added and put elsewhere, and
/// the log that comes out is sound in every byte. Only the rules are left to say that it did not happen.
/// </summary>
public sealed class Forgery
{
    readonly BundleContent _content;
    readonly NoteSigner _signer = NoteSigner.Generate(Service.Tests.TestService.LogName);

    public Forgery(BundleContent content)
    {
        _content = content;
        Entries = [.. content.Entries.Select(e => Entry.Parse(e.Bytes))];
        Pinned = [.. content.Pinned];
        Disclosures = [.. content.Disclosures];
    }

    public List<Entry> Entries { get; }

    public List<PinnedFile> Pinned { get; }

    public List<BundleDisclosure> Disclosures { get; }

    public string Key => _signer.Verifier.ToString();

    /// <summary>The place of the n-th entry of a kind, of a stage if one is given.</summary>
    public int Find(string kind, string? stage = null, int nth = 0, Func<JsonObject, bool>? where = null) =>
        Enumerable.Range(0, Entries.Count)
            .Where(i => Entries[i].Kind == kind && (stage is null || (string?)Entries[i].Data["stage"] == stage) && (where is null || where(Entries[i].Data)))
            .ElementAt(nth);

    public int Change(int at, Action<JsonObject> change)
    {
        var data = Entries[at].Data.DeepClone().AsObject();
        change(data);
        Entries[at] = Entries[at] with { Data = data };
        return at;
    }

    public int Drop(int at)
    {
        Entries.RemoveAt(at);
        return at;
    }

    /// <summary>Moves an entry, which takes the time of the one that it then stands behind.</summary>
    public int Move(int from, int to)
    {
        var entry = Entries[from];
        Entries.RemoveAt(from);
        return Insert(to, entry);
    }

    public int Insert(int at, Entry entry)
    {
        Entries.Insert(at, entry with { At = Entries[at - 1].At });
        return at;
    }

    /// <summary>The bundle: numbered, chained and signed anew.</summary>
    public byte[] Zip()
    {
        var bytes = new List<byte[]>();
        for (var i = 0; i < Entries.Count; i++)
        {
            bytes.Add((Entries[i] with
            {
                Seq = i,
                ProposalOrdinal = i == 0 ? 0 : null,
                ProposalSeq = i,
                ProposalPrevious = i == 0 ? null : Convert.ToHexStringLower(Merkle.LeafHash(bytes[^1])),
            }).ToBytes());
        }

        var tree = new TiledTree(bytes.Count, static _ => throw new InvalidOperationException("No tile is full."), i => Merkle.LeafHash(bytes[(int)i]));
        var digests = Entries.SelectMany(e => e.Sd).ToHashSet();
        var rules = Entries.SelectMany(e => e.Rule.Values).ToHashSet();
        using var zip = new MemoryStream();
        BundleWriter.Write(zip, _content with
        {
            // Older checkpoints bear the true key's signature: a forger leaves them out.
            Consistency = [],
            Entries = [.. bytes.Select((b, i) => new BundleEntry(b, Merkle.InclusionProof(i, bytes.Count, tree.Node)))],
            Checkpoint = SignedNote.Sign(new Checkpoint(_signer.Verifier.Name, bytes.Count, Merkle.Root(bytes.Count, tree.Node)).ToText(), _signer).ToBytes(),
            Key = _signer.Verifier,
            Heads = null,
            Disclosures = [.. Disclosures.Where(d => digests.Contains(d.Disclosure.Digest))],
            Pinned = [.. Pinned.Where(p => rules.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(p.Bytes))))],
        });
        return zip.ToArray();
    }
}
