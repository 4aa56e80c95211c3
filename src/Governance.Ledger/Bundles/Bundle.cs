using System.Globalization;
using System.Text;

namespace Governance.Ledger.Bundles;

/// <summary>An entry as a bundle carries it.</summary>
/// <param name="Bytes">The entry's exact bytes, as the log holds them.</param>
/// <param name="Proof">Its inclusion proof in the tree of the bundle's checkpoint.</param>
public sealed record BundleEntry(byte[] Bytes, IReadOnlyList<byte[]> Proof);

/// <summary>A disclosure that an export shows, with the class under which it may.</summary>
/// <param name="Class">Who may see it. It is the exporter's word: no digest covers it.</param>
/// <param name="Disclosure">The disclosure.</param>
public sealed record BundleDisclosure(DisclosureClass Class, Disclosure Disclosure);

/// <summary>A route, a set of rules or a checklist that was in force; entries pin it by its SHA-256.</summary>
/// <param name="Name">A plain file name: letters, digits, dots, hyphens and underscores, starting with a letter or digit.</param>
/// <param name="Bytes">The file as it was when it was pinned.</param>
public sealed record PinnedFile(string Name, byte[] Bytes);

/// <summary>The proof that a trail is complete up to the checkpoint: see <see cref="Ledger.Heads"/>.</summary>
/// <param name="Entry">The log's last entry under the checkpoint, which holds the root of the heads tree.</param>
/// <param name="Path">The inclusion proof of the proposal's leaf in the heads tree.</param>
public sealed record BundleHeads(BundleEntry Entry, IReadOnlyList<byte[]> Path);

/// <summary>What became of a digest in an entry's <c>sd</c>, as far as a bundle accounts for it.</summary>
public enum DigestStatus
{
    /// <summary>The bundle shows a disclosure with this digest.</summary>
    Disclosed,

    /// <summary>The exporter says that this export does not show it. Where anything is withheld, decoys are counted here too.</summary>
    Withheld,

    /// <summary>A later entry of the trail says that the value was erased.</summary>
    Erased,

    /// <summary>The exporter says that it never stood for anything.</summary>
    Decoy,

    /// <summary>The bundle does not account for it: nothing is shown, nothing in the log says that it was erased, and the exporter says nothing.</summary>
    Missing,
}

/// <summary>The proof that an older checkpoint of the log is a beginning of the bundle's.</summary>
/// <param name="Checkpoint">The older checkpoint: a signed note's bytes, as it was given out.</param>
/// <param name="Hashes">The consistency proof (RFC 9162, section 2.1.4).</param>
public sealed record BundleConsistency(byte[] Checkpoint, IReadOnlyList<byte[]> Hashes);

/// <summary>The entry that says that disclosures were erased, as far as bundles look into it.</summary>
public static class Erasure
{
    /// <summary>The kind of the entry.</summary>
    public const string Kind = "disclosure.erased";

    /// <summary>The digests that an entry says were erased: <c>data.digests</c>; none for an entry of another kind.</summary>
    public static IEnumerable<string> Digests(Entry entry) =>
        entry.Kind == Kind && entry.Data["digests"] is System.Text.Json.Nodes.JsonArray digests
            ? digests.OfType<System.Text.Json.Nodes.JsonValue>().Select(static d => d.TryGetValue<string>(out var text) ? text : "").Where(static d => d.Length > 0)
            : [];
}

/// <summary>All that goes into a bundle; what is derived from it is not listed.</summary>
public sealed record BundleContent
{
    /// <summary>The entries, in the order of the log.</summary>
    public required IReadOnlyList<BundleEntry> Entries { get; init; }

    /// <summary>The checkpoint that all proofs lead to: a signed note's bytes.</summary>
    public required byte[] Checkpoint { get; init; }

    /// <summary>The log's public key, put in for convenience: it proves nothing by itself.</summary>
    public required NoteVerifier Key { get; init; }

    /// <summary>When the bundle was made. Also the time stamp of every file in the zip.</summary>
    public required DateTimeOffset ExportedAt { get; init; }

    /// <summary>The disclosures that this export shows.</summary>
    public IReadOnlyList<BundleDisclosure> Disclosures { get; init; } = [];

    /// <summary>The files that the entries pin.</summary>
    public IReadOnlyList<PinnedFile> Pinned { get; init; } = [];

    /// <summary>The proof that the trail is complete; null where there is none to give.</summary>
    public BundleHeads? Heads { get; init; }

    /// <summary>
    /// What the exporter says of digests that have no disclosure here and were not erased: <see cref="DigestStatus.Withheld"/>,
    /// or <see cref="DigestStatus.Decoy"/> from an exporter who shows all that there is.
    /// </summary>
    public DigestStatus Others { get; init; } = DigestStatus.Withheld;

    /// <summary>
    /// Digests that the exporter knows to have stood for a value that is lost, though nothing says that it was erased.
    /// The bundle says nothing of them, so that they are missing and it fails.
    /// </summary>
    public IReadOnlyCollection<string> Lost { get; init; } = [];

    /// <summary>Older checkpoints with proofs that the log only grew since, each of another size.</summary>
    public IReadOnlyList<BundleConsistency> Consistency { get; init; } = [];

    /// <summary>
    /// The log's entries of kind <see cref="KeyRotation.Kind"/> under the checkpoint, oldest first: whoever trusts a former
    /// key follows them to <see cref="Key"/>.
    /// </summary>
    public IReadOnlyList<BundleEntry> Rotations { get; init; } = [];

    /// <summary>Who is trusted to have seen the log (C2SP <c>tlog-policy</c>); null gives a policy that asks for the log's own signature alone.</summary>
    public byte[]? Policy { get; init; }
}

/// <summary>An entry of a trail, as a verifier read it.</summary>
public sealed record TrailEntry
{
    /// <summary>The entry.</summary>
    public required Entry Entry { get; init; }

    /// <summary>The SHA-256 of its leaf, in lower-case hexadecimal.</summary>
    public required string Leaf { get; init; }

    /// <summary>Those of its disclosures that the bundle shows, in the order of <see cref="Entry.Sd"/>.</summary>
    public required IReadOnlyList<BundleDisclosure> Disclosed { get; init; }

    /// <summary>How many of its digests the bundle shows nothing for: withheld, erased or decoy.</summary>
    public int NotShown => Entry.Sd.Count - Disclosed.Count;

    /// <summary>What became of each digest, in the order of <see cref="Entry.Sd"/>; empty where nobody has asked.</summary>
    public IReadOnlyList<DigestStatus> Statuses { get; init; } = [];

    /// <summary>Puts entries and disclosures together by their digests.</summary>
    internal static TrailEntry Of(Entry entry, byte[] leaf, ILookup<string, BundleDisclosure> disclosures) => new()
    {
        Entry = entry,
        Leaf = Convert.ToHexStringLower(leaf),
        Disclosed = [.. entry.Sd.SelectMany(digest => disclosures[digest].Take(1))],
    };
}

// Where everything is in a bundle (BagIt 1.0, RFC 8493), and the texts of the files whose content follows from the rest.
internal static class BundleLayout
{
    public const string Declaration = "bagit.txt";
    public const string Info = "bag-info.txt";
    public const string Manifest = "manifest-sha256.txt";
    public const string TagManifest = "tagmanifest-sha256.txt";
    public const string Guide = "VERIFY.md";
    public const string Script = "verify.sh";
    public const string Entries = "data/entries.jsonl";
    public const string Checkpoint = "data/checkpoint";
    public const string Disclosures = "data/disclosures.txt";
    public const string KeyText = "data/keys/log.vkey";
    public const string KeyPem = "data/keys/log.spki.pem";
    public const string Policy = "data/keys/policy";
    public const string Rotations = "data/keys/rotations.jsonl";
    public const string RotationProofs = "data/keys/rotations/";
    public const string Provenance = "data/derived/prov.jsonld";
    public const string TrailCsv = "data/derived/trail.csv";
    public const string TrailHtml = "data/derived/trail.html";
    public const string HeadsEntry = "data/heads/entry.json";
    public const string HeadsProof = "data/heads/entry.tlog-proof";
    public const string HeadsPath = "data/heads/path";
    public const string DeclarationText = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

    /// <summary>Stands in front of a tile's path in the log, such as <c>tile/0/x001/234</c>.</summary>
    public const string Tiles = "data/log/";

    private const string Consistency = "data/consistency/";
    private const string Proofs = "data/proofs/";
    private const string ProofSuffix = ".tlog-proof";
    private const string Pinned = "data/routes/";
    private const string ExportedAt = "Governance-Exported-At: ";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The files that every bundle has, the tag manifest aside.</summary>
    public static readonly string[] Always =
    [
        Declaration, Info, Manifest, Guide, Script, Entries, Checkpoint, Disclosures, KeyText, KeyPem, Policy, TrailCsv, TrailHtml, Provenance,
    ];

    /// <summary>The files that the bundle of a whole log has, the tag manifest and tiles aside.</summary>
    public static readonly string[] AlwaysOfLog =
    [
        Declaration, Info, Manifest, Guide, Script, Entries, Checkpoint, Disclosures, KeyText, KeyPem, Policy,
    ];

    /// <summary>The files that a bundle with a proof of completeness has as well: all three or none.</summary>
    public static readonly string[] Heads = [HeadsEntry, HeadsProof, HeadsPath];

    public static string ProofPath(long seq) => string.Create(CultureInfo.InvariantCulture, $"{Proofs}{seq}{ProofSuffix}");

    public static string RotationPath(long seq) => string.Create(CultureInfo.InvariantCulture, $"{RotationProofs}{seq}{ProofSuffix}");

    public static bool IsRotationProof(string path) => IsProofIn(RotationProofs, path);

    public static string PinnedPath(string name) => Pinned + name;

    public static string ConsistencyPath(long size) => string.Create(CultureInfo.InvariantCulture, $"{Consistency}{size}");

    public static bool IsConsistency(string path) =>
        path.StartsWith(Consistency, StringComparison.Ordinal) && path.Length > Consistency.Length && StrictText.TryDecimal(path.AsSpan(Consistency.Length), out _);

    public static string TilePath(TileId tile) => Tiles + tile.Path;

    public static bool IsTile(string path) => path.StartsWith(Tiles, StringComparison.Ordinal) && TileId.TryParse(path[Tiles.Length..], out _);

    public static bool IsProof(string path) => IsProofIn(Proofs, path);

    private static bool IsProofIn(string folder, string path) =>
        path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(ProofSuffix, StringComparison.Ordinal)
        && path.Length > folder.Length + ProofSuffix.Length
        && StrictText.TryDecimal(path.AsSpan(folder.Length, path.Length - folder.Length - ProofSuffix.Length), out _);

    public static bool IsPinned(string path) =>
        path.StartsWith(Pinned, StringComparison.Ordinal) && IsPinnedName(path[Pinned.Length..]);

    public static string PinnedName(string path) => path[Pinned.Length..];

    public static bool IsPinnedName(string name) =>
        name.Length is > 0 and <= 100 && char.IsAsciiLetterOrDigit(name[0])
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    public static bool IsPayload(string path) => path.StartsWith("data/", StringComparison.Ordinal);

    public static bool IsKnown(string path) => path == TagManifest || Always.Contains(path) || Heads.Contains(path) || IsProof(path) || IsPinned(path) || IsTile(path) || IsConsistency(path)
        || path == Rotations || IsRotationProof(path);

    /// <summary>The path of a leaf in the heads tree: its index, and the hashes beside its way up, one a line.</summary>
    public static string HeadsPathText(long ordinal, IEnumerable<byte[]> hashes) =>
        string.Concat(hashes.Select(static h => Convert.ToBase64String(h) + "\n").Prepend(string.Create(CultureInfo.InvariantCulture, $"index {ordinal}\n")));

    public static (long Ordinal, IReadOnlyList<byte[]> Hashes) ParseHeadsPath(ReadOnlySpan<byte> bytes)
    {
        var lines = StrictText.FromUtf8(bytes, "The path").Split('\n');
        if (lines.Length < 2 || lines.Length > 65 || lines[^1].Length != 0 || !lines[0].StartsWith("index ", StringComparison.Ordinal)
            || !StrictText.TryDecimal(lines[0].AsSpan(6), out var ordinal))
        {
            throw new LedgerFormatException("A path must give the leaf's index and then at most 63 hashes, one a line.");
        }
        var hashes = lines[1..^1].Select(static h => StrictText.FromBase64(h, "A hash of the path")).ToList();
        if (hashes.Exists(static h => h.Length != Merkle.HashSize))
            throw new LedgerFormatException("A hash of the path is not 32 bytes long.");
        return (ordinal, hashes);
    }

    /// <summary>A file that this library carries: the guide or the script.</summary>
    public static byte[] Resource(string name)
    {
        using var stream = typeof(BundleLayout).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The library was built without {name}.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public static string InfoText(DateTimeOffset exportedAt, long payloadBytes, int payloadFiles, string? proposal, bool wholeLog = false)
    {
        var utc = exportedAt.ToUniversalTime();
        var text = new StringBuilder("Bag-Software-Agent: Governance\n");
        text.Append(CultureInfo.InvariantCulture, $"Bagging-Date: {utc:yyyy-MM-dd}\n");
        text.Append(CultureInfo.InvariantCulture, $"Payload-Oxum: {payloadBytes}.{payloadFiles}\n");
        if (proposal is not null)
            text.Append("External-Identifier: ").Append(proposal).Append('\n');
        if (wholeLog)
            text.Append("Governance-Bundle-Of: log\n");
        text.Append("Governance-Bundle-Version: 1\n");
        text.Append(ExportedAt).Append(utc.ToString(TimeFormat, CultureInfo.InvariantCulture)).Append('\n');
        return text.ToString();
    }

    public static bool TryExportedAt(string infoText, out DateTimeOffset exportedAt)
    {
        var line = infoText.Split('\n').FirstOrDefault(static l => l.StartsWith(ExportedAt, StringComparison.Ordinal)) ?? "";
        return DateTimeOffset.TryParseExact(
            line.Length == 0 ? "" : line[ExportedAt.Length..], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out exportedAt);
    }

    /// <summary>A manifest as sha256sum reads it: one line a file, sorted by path.</summary>
    public static string ManifestText(IEnumerable<KeyValuePair<string, string>> sha256ByPath) =>
        string.Concat(sha256ByPath.OrderBy(static f => f.Key, StringComparer.Ordinal).Select(static f => $"{f.Value}  {f.Key}\n"));

    /// <summary>Each line is a class in lower case, a space and a disclosure; or what became of a digest that has none, a space and the digest.</summary>
    public static string DisclosuresText(BundleContent content, IReadOnlyList<TrailEntry> trail)
    {
        var shown = content.Disclosures.Select(static d => d.Disclosure.Digest).ToHashSet(StringComparer.Ordinal);
        var erased = trail.SelectMany(static t => Erasure.Digests(t.Entry)).ToHashSet(StringComparer.Ordinal);
        var lost = content.Lost.ToHashSet(StringComparer.Ordinal);
        var others = trail.SelectMany(static t => t.Entry.Sd).Where(d => !shown.Contains(d) && !lost.Contains(d)).Distinct(StringComparer.Ordinal).Select(d => StatusLine(erased.Contains(d) ? DigestStatus.Erased : content.Others, d));
        return string.Concat(content.Disclosures.Select(static d => $"{ClassName(d.Class)} {d.Disclosure.Text}\n").Concat(others));
    }

    public static string StatusLine(DigestStatus status, string digest) => $"{StatusName(status)} {digest}\n";

    public static string StatusName(DigestStatus status) => status switch
    {
        DigestStatus.Disclosed => "disclosed",
        DigestStatus.Withheld => "withheld",
        DigestStatus.Erased => "erased",
        DigestStatus.Decoy => "decoy",
        DigestStatus.Missing => "missing",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    /// <summary>The words that a line of the disclosures may begin with where it says what became of a digest.</summary>
    public static DigestStatus? Said(string word) => word switch
    {
        "withheld" => DigestStatus.Withheld,
        "erased" => DigestStatus.Erased,
        "decoy" => DigestStatus.Decoy,
        _ => null,
    };

    /// <summary>A policy that asks for nothing but the log's own signature.</summary>
    public static string PolicyText(NoteVerifier key) => $"log {key}\nquorum none\n";

    /// <summary>An older checkpoint and the proof that the log grew from it: the size, the hashes, one a line, an empty line, the checkpoint.</summary>
    public static byte[] ConsistencyText(BundleConsistency consistency)
    {
        var size = Ledger.Checkpoint.Parse(SignedNote.Parse(consistency.Checkpoint).Text).Size;
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {size}\n");
        foreach (var hash in consistency.Hashes)
            text.Append(Convert.ToBase64String(hash)).Append('\n');
        return [.. Encoding.ASCII.GetBytes(text.Append('\n').ToString()), .. consistency.Checkpoint];
    }

    public static (long Size, BundleConsistency Consistency) ParseConsistency(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\n\n"u8);
        var lines = end < 0 ? [] : StrictText.FromUtf8(bytes[..end], "The consistency proof").Split('\n');
        if (lines.Length is 0 or > 128 || !lines[0].StartsWith("old ", StringComparison.Ordinal) || !StrictText.TryDecimal(lines[0].AsSpan(4), out var size))
            throw new LedgerFormatException("A consistency proof must give the older size, its hashes, an empty line and the older checkpoint.");
        var hashes = lines[1..].Select(static h => StrictText.FromBase64(h, "A hash of the proof")).ToList();
        if (hashes.Exists(static h => h.Length != Merkle.HashSize))
            throw new LedgerFormatException("A hash of the proof is not 32 bytes long.");
        return (size, new BundleConsistency(bytes[(end + 2)..].ToArray(), hashes));
    }

    public static string ClassName(DisclosureClass disclosureClass) => disclosureClass switch
    {
        DisclosureClass.Public => "public",
        DisclosureClass.Panel => "panel",
        DisclosureClass.Personal => "personal",
        _ => throw new ArgumentOutOfRangeException(nameof(disclosureClass)),
    };
}
