using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>A made-up log, grown entry by entry, from which bundles are cut.</summary>
internal sealed class SampleLog
{
    public const string Origin = "log.example/reviews";
    public const string Proposal = "P-2030-0001";
    public static readonly DateTimeOffset Start = new(2030, 1, 31, 9, 0, 0, TimeSpan.Zero);
    public static readonly NoteSigner Signer = NoteSigner.Generate(Origin);
    public static readonly PinnedFile Route = new("standard.json", "{\"name\":\"A made-up route\"}\n"u8.ToArray());

    private readonly List<byte[]> entries = [];
    private readonly Dictionary<string, (long Seq, string Leaf)> heads = [];

    public List<BundleDisclosure> Disclosures { get; } = [];

    public int Size => entries.Count;

    public byte[] this[int seq] => entries[seq];

    public static string RouteDigest => Convert.ToHexStringLower(SHA256.HashData(Route.Bytes));

    /// <summary>A log in which the sample proposal has a number of entries, with others' entries between them.</summary>
    public static SampleLog OfTrail(int length)
    {
        var log = new SampleLog();
        log.Append("user.added", null);
        for (var i = 0; i < length; i++)
        {
            log.Append(i == 0 ? "proposal.submitted" : "vote.cast", Proposal, ("rationale", "=SUM(A1) <b>fair</b> \u202E, \"quoted\"\nnext line"));
            if (i % 3 == 1)
                log.Append("proposal.submitted", $"P-2030-1{i:D3}");
        }

        return log;
    }

    public void Append(string kind, string? proposal, params (string Name, string Value)[] texts)
    {
        var disclosures = texts.Select(static t => Disclosure.Create(t.Name, t.Value)).ToList();
        (long Seq, string Leaf)? head = proposal is not null && heads.TryGetValue(proposal, out var known) ? known : null;
        Add(new Entry
        {
            Log = Origin,
            Seq = entries.Count,
            At = Start.AddSeconds(entries.Count),
            Kind = kind,
            Proposal = proposal,
            ProposalSeq = proposal is null ? null : head is null ? 0 : head.Value.Seq + 1,
            ProposalPrevious = head?.Leaf,
            ProposalOrdinal = proposal is not null && head is null ? heads.Count : null,
            Actor = "=p" + entries.Count,
            Role = "panel_member",
            Data = new JsonObject { ["vote"] = "approve", ["revision"] = 1 },
            Rule = proposal is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["route"] = RouteDigest },
            Sd = Disclosure.Digests(disclosures, 3),
            Nonce = Entry.NewNonce(),
        });
        if (proposal == Proposal)
            Disclosures.AddRange(disclosures.Select(static d => new BundleDisclosure(DisclosureClass.Panel, d)));
    }

    /// <summary>Logs that a value of the sample proposal was erased.</summary>
    public void Erase(params string[] digests)
    {
        var head = heads[Proposal];
        Add(new Entry
        {
            Log = Origin,
            Seq = entries.Count,
            At = Start.AddSeconds(entries.Count),
            Kind = Erasure.Kind,
            Proposal = Proposal,
            ProposalSeq = head.Seq + 1,
            ProposalPrevious = head.Leaf,
            Actor = "p1",
            Role = "administrator",
            Data = new JsonObject { ["digests"] = new JsonArray([.. digests.Select(static d => (JsonNode)d)]) },
            Nonce = Entry.NewNonce(),
        });
    }

    public void Add(Entry entry)
    {
        entries.Add(entry.ToBytes());
        if (entry.Proposal is not null)
            heads[entry.Proposal] = (entry.ProposalSeq!.Value, Convert.ToHexStringLower(Merkle.LeafHash(entries[^1])));
    }

    /// <summary>Logs the root of the heads tree over the trails as they are now; gives the tree.</summary>
    public HeadsOfSample AppendHeads(Func<(string Proposal, long Count, byte[] Last), (string, long, byte[])>? change = null)
    {
        var tree = new HeadsOfSample();
        var ordinal = 0L;
        foreach (var (proposal, head) in heads.Select(h => (h.Key, h.Value)))
        {
            var (name, count, last) = (change ?? (x => x))((proposal, head.Seq + 1, Convert.FromHexString(head.Leaf)));
            tree.Set(ordinal++, Heads.LeafHash(name, count, last), ordinal);
        }

        Add(new Entry
        {
            Log = Origin,
            Seq = entries.Count,
            At = Start.AddSeconds(entries.Count),
            Kind = Heads.Kind,
            Actor = "service",
            Role = "service",
            Data = Heads.Data(ordinal, tree.Root(ordinal)),
            Nonce = Entry.NewNonce(),
        });
        return tree;
    }

    /// <summary>The sample proposal's trail with the proof that it is complete; call right after <see cref="AppendHeads"/>.</summary>
    public BundleContent Content(HeadsOfSample tree)
    {
        var ordinal = heads.Keys.ToList().IndexOf(Proposal);
        return Content() with { Heads = new BundleHeads(Prove(Size - 1), tree.Proof(ordinal, heads.Count)) };
    }

    /// <summary>The checkpoint over everything that was appended.</summary>
    public byte[] Checkpoint() =>
        SignedNote.Sign(new Checkpoint(Origin, Size, Merkle.Root(Size, Tree().Node)).ToText(), Signer).ToBytes();

    public BundleEntry Prove(int seq) => new(entries[seq], Merkle.InclusionProof(seq, Size, Tree().Node));

    /// <summary>The sample proposal's trail; change what it returns to make something that is wrong.</summary>
    public BundleContent Content()
    {
        var tree = Tree();
        return new BundleContent
        {
            Entries =
            [
                .. Enumerable.Range(0, Size).Where(i => Entry.Parse(entries[i]).Proposal == Proposal)
                    .Select(i => new BundleEntry(entries[i], Merkle.InclusionProof(i, Size, tree.Node))),
            ],
            Checkpoint = Checkpoint(),
            Key = Signer.Verifier,
            ExportedAt = Start.AddDays(1),
            Disclosures = Disclosures,
            Pinned = [Route],
        };
    }

    public TiledTree Tree()
    {
        var leaves = entries.Select(static e => Merkle.LeafHash(e)).ToList();
        var tiles = new Dictionary<TileId, byte[]>();
        var tree = new TiledTree(Size, tile => tiles[tile], i => leaves[(int)i]);
        foreach (var tile in TileId.CompletedBetween(0, Size))
            tiles[tile] = tree.Build(tile);
        return tree;
    }
}

/// <summary>A heads tree in memory.</summary>
internal sealed class HeadsOfSample
{
    private readonly Dictionary<(int, long), byte[]> nodes = [];

    public void Set(long ordinal, byte[] leaf, long size) => Heads.Set(ordinal, leaf, size, Node, (level, index, hash) => nodes[(level, index)] = hash);

    public byte[] Root(long size) => Merkle.Root(size, Node);

    public byte[][] Proof(long ordinal, long size) => Merkle.InclusionProof(ordinal, size, Node);

    private byte[] Node(int level, long index) => nodes[(level, index)];
}

internal static class Zip
{
    public static byte[] Of(BundleContent content)
    {
        using var stream = new MemoryStream();
        BundleWriter.Write(stream, content);
        return stream.ToArray();
    }

    public static SortedDictionary<string, byte[]> Files(byte[] zip)
    {
        using var reader = BundleReader.Open(new MemoryStream(zip));
        return new(reader.Paths.ToDictionary(static p => p, reader.Read), StringComparer.Ordinal);
    }

    public static byte[] From(IEnumerable<KeyValuePair<string, byte[]>> files, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in files)
            {
                using var file = zip.CreateEntry(path, level).Open();
                file.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    /// <summary>Makes the manifests and the bag's description fit again, as a forger would.</summary>
    public static SortedDictionary<string, byte[]> Resealed(SortedDictionary<string, byte[]> files)
    {
        static string Lines(IEnumerable<KeyValuePair<string, byte[]>> some) =>
            string.Concat(some.Select(static f => $"{Convert.ToHexStringLower(SHA256.HashData(f.Value))}  {f.Key}\n"));
        var payload = files.Where(static f => f.Key.StartsWith("data/", StringComparison.Ordinal)).ToList();
        var info = Encoding.UTF8.GetString(files["bag-info.txt"]).Split('\n')
            .Select(l => l.StartsWith("Payload-Oxum", StringComparison.Ordinal) ? $"Payload-Oxum: {payload.Sum(static f => f.Value.Length)}.{payload.Count}" : l);
        files["bag-info.txt"] = Encoding.UTF8.GetBytes(string.Join('\n', info));
        files["manifest-sha256.txt"] = Encoding.UTF8.GetBytes(Lines(payload));
        files.Remove("tagmanifest-sha256.txt");
        files["tagmanifest-sha256.txt"] = Encoding.UTF8.GetBytes(Lines(files.Where(static f => !f.Key.StartsWith("data/", StringComparison.Ordinal))));
        return files;
    }

    public static void Unpack(IEnumerable<KeyValuePair<string, byte[]>> files, string folder)
    {
        foreach (var (path, bytes) in files)
        {
            var target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, bytes);
        }
    }
}
