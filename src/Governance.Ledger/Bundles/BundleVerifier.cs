using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Governance.Ledger.Bundles;

/// <summary>Something that a verifier found out about a bundle.</summary>
/// <param name="Code">What kind of finding it is; one of <see cref="BundleFindings"/>, which never change their meaning.</param>
/// <param name="File">The file that it is about, or null for the bundle as a whole.</param>
/// <param name="Seq">The entry that it is about, by its number in the log, or null.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Fails">Whether the bundle must not be relied on because of it; otherwise it is worth knowing, no more.</param>
public sealed record BundleFinding(string Code, string? File, long? Seq, string Message, bool Fails = true);

/// <summary>The codes of findings.</summary>
public static class BundleFindings
{
    /// <summary>The zip cannot be read safely.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>A file that every bundle has is missing.</summary>
    public const string FileMissing = "file-missing";

    /// <summary>A manifest is malformed, or does not list what is there.</summary>
    public const string Manifest = "manifest";

    /// <summary>A file's SHA-256 is not the one in the manifest.</summary>
    public const string FileChanged = "file-changed";

    /// <summary>A file does not have the content that follows from the rest of the bundle.</summary>
    public const string FileContent = "file-content";

    /// <summary>The checkpoint is malformed, or no trusted key signed it.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The key in the bundle is not the trusted one.</summary>
    public const string Key = "key";

    /// <summary>The entries that pass the log's key on are not what they must be, so that no key can be followed.</summary>
    public const string Rotation = "key-rotation";

    /// <summary>A time stamp in the log is over a head that the log never had.</summary>
    public const string Anchor = "anchor";

    /// <summary>An entry's bytes are not in the format.</summary>
    public const string EntryFormat = "entry-format";

    /// <summary>An entry belongs to another log than the checkpoint.</summary>
    public const string EntryLog = "entry-log";

    /// <summary>An entry's proof is missing, malformed, or belongs to no entry.</summary>
    public const string Proof = "proof";

    /// <summary>An entry is not in the log that the checkpoint speaks of.</summary>
    public const string NotInLog = "not-in-log";

    /// <summary>Entries are out of order.</summary>
    public const string Order = "order";

    /// <summary>Time runs backwards from one entry to the next.</summary>
    public const string Time = "time";

    /// <summary>An entry of the trail is missing, or is not the one that the next entry names.</summary>
    public const string TrailGap = "trail-gap";

    /// <summary>The bundle mixes the trails of several proposals.</summary>
    public const string TrailMixed = "trail-mixed";

    /// <summary>The proof that the trail is complete cannot be read, or is not under the checkpoint.</summary>
    public const string Heads = "heads";

    /// <summary>The log holds other entries of the proposal than the bundle: something is missing, at the end of the trail most likely.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>A disclosure is malformed or there twice.</summary>
    public const string DisclosureFormat = "disclosure-format";

    /// <summary>A disclosure belongs to no entry.</summary>
    public const string DisclosureOrphan = "disclosure-orphan";

    /// <summary>The bundle does not account for a digest: nothing is shown, nothing says that it was withheld or a decoy, or it is said to be erased and no entry says so.</summary>
    public const string DisclosureMissing = "disclosure-missing";

    /// <summary>The bundle shows a value that the log says was erased.</summary>
    public const string DisclosureErased = "disclosure-erased";

    /// <summary>A proof that the log grew from an older checkpoint is malformed or false.</summary>
    public const string Consistency = "consistency";

    /// <summary>The log is not a continuation of the checkpoint that the auditor kept.</summary>
    public const string KnownCheckpoint = "known-checkpoint";

    /// <summary>The bundle holds no proof that leads from the checkpoint that the auditor kept; nothing is known to be wrong.</summary>
    public const string ConsistencyMissing = "consistency-missing";

    /// <summary>The checkpoint does not carry the cosignatures that the auditor's policy asks for.</summary>
    public const string Policy = "policy";

    /// <summary>The bundle's own policy asks for more than the log's signature; a note, not a failure.</summary>
    public const string PolicyInside = "policy-inside";

    /// <summary>A tile is not made of the entries' leaf hashes, or is missing.</summary>
    public const string Tile = "tile";

    /// <summary>So much is wrong that the check was given up.</summary>
    public const string TooMuch = "too-much";

    /// <summary>A file is not one that any entry pins.</summary>
    public const string PinnedUnknown = "pinned-unknown";

    /// <summary>A file that an entry pins is not in the bundle; a note, not a failure.</summary>
    public const string PinnedMissing = "pinned-missing";

    /// <summary>A readable view of the trail is not what the entries say.</summary>
    public const string Derived = "derived";

    /// <summary>The guide or the script is not the one that this program knows; a note, not a failure.</summary>
    public const string Script = "script";
}

/// <summary>What a verifier found in a bundle.</summary>
public sealed record BundleReport
{
    /// <summary>What was found, in the order of the checks.</summary>
    public required IReadOnlyList<BundleFinding> Findings { get; init; }

    /// <summary>Whether every check passed.</summary>
    public bool Verified => !Findings.Any(static f => f.Fails);

    /// <summary>The log's name by the signed checkpoint, or null where that did not verify.</summary>
    public string? Log { get; init; }

    /// <summary>How many entries the log had at the signed checkpoint; zero where that did not verify.</summary>
    public long LogSize { get; init; }

    /// <summary>The proposal whose trail this is, or null.</summary>
    public string? Proposal { get; init; }

    /// <summary>The entries that could be read, in the bundle's order. Rely on them only if <see cref="Verified"/>.</summary>
    public IReadOnlyList<TrailEntry> Trail { get; init; } = [];

    /// <summary>The routes, rules and checklists in the bundle. Rely on them only if <see cref="Verified"/>.</summary>
    public IReadOnlyList<PinnedFile> Pinned { get; init; } = [];

    /// <summary>Whether the bundle proves that it holds every entry of the proposal up to the checkpoint.</summary>
    public bool Complete { get; init; }

    /// <summary>How many entries the bundle holds, readable or not.</summary>
    public int Entries { get; init; }

    /// <summary>How many digests in the entries the bundle shows a matching disclosure for.</summary>
    public int Disclosed => Trail.Sum(static t => t.Disclosed.Count);

    /// <summary>How many digests it says to withhold; decoys are among them where it withholds at all.</summary>
    public int Withheld => Count(DigestStatus.Withheld);

    /// <summary>The checkpoint, a signed note's bytes, for whoever wants to keep it; empty where it did not verify.</summary>
    public byte[] Checkpoint { get; init; } = [];

    /// <summary>The size of the older checkpoint that the auditor kept, where the log was proved to continue it.</summary>
    public long? ContinuesFrom { get; init; }

    /// <summary>See <see cref="LogReport.KeyChangedIn"/>.</summary>
    public IReadOnlyList<long> KeyChangedIn { get; init; } = [];

    /// <summary>How many digests have a status.</summary>
    public int Count(DigestStatus status) => Trail.Sum(t => t.Statuses.Count(s => s == status));
}

/// <summary>What an auditor may ask beyond the bundle itself.</summary>
public sealed record BundleChecks
{
    /// <summary>A checkpoint that was kept from earlier, a signed note's bytes: the log must be a continuation of it.</summary>
    public byte[]? Known { get; init; }

    /// <summary>
    /// Asked of the checkpoint's note, and of the log's key that signed it, after that signature was verified; throws a
    /// <see cref="LedgerFormatException"/> that says which cosignatures are lacking.
    /// </summary>
    public Action<SignedNote, NoteVerifier>? Policy { get; init; }

    /// <summary>
    /// Asked of each time stamp in a whole log: the token and the checkpoint's text that it must be over. Gives the time that
    /// it states, or throws a <see cref="LedgerFormatException"/>. Null where nobody said which authorities to trust.
    /// </summary>
    public Func<byte[], byte[], DateTimeOffset>? Stamp { get; init; }
}

/// <summary>
/// Checks a bundle with a key that the caller trusts. It reads nothing but the bundle, and answers a damaged or hostile one
/// with findings, never with an exception.
/// </summary>
/// <remarks>
/// It shows that each entry is in the signed log, unchanged, that a trail has no gap, and, where the bundle holds the proof,
/// that the trail's last entry is the last one that the log has for the proposal under the checkpoint.
/// </remarks>
public static class BundleVerifier
{
    /// <summary>Checks a bundle.</summary>
    /// <param name="zip">The bundle; it is read file by file, and must stay open.</param>
    /// <param name="trusted">The log's key, had from elsewhere than the bundle.</param>
    /// <param name="checks">What else is asked.</param>
    public static BundleReport Verify(Stream zip, NoteVerifier trusted, BundleChecks? checks = null)
    {
        try
        {
            using var files = BundleReader.Open(zip);
            if (files.IsLog)
                throw new LedgerFormatException("It is the bundle of a whole log, not of a trail.");
            return new Check(files, trusted, checks ?? new BundleChecks()).Run();
        }
        catch (LedgerFormatException e)
        {
            return new BundleReport { Findings = [new BundleFinding(BundleFindings.Unreadable, null, null, e.Message)] };
        }
    }

    private sealed class Check(BundleReader files, NoteVerifier trusted, BundleChecks checks) : BundleInspection(files, trusted, checks)
    {
        private readonly List<TrailEntry> trail = [];
        private readonly Dictionary<string, DigestStatus> said = new(StringComparer.Ordinal);
        private int lines;

        public BundleReport Run()
        {
            CheckManifests(BundleLayout.Always);
            FollowKeys();
            CheckCheckpoint();
            CheckKeys();
            CheckRotations();
            var disclosures = ReadDisclosures();
            CheckEntries(disclosures.ToLookup(static d => d.Disclosure.Digest));
            CheckDisclosures(disclosures);
            SayStatuses();
            var complete = CheckHeads();
            var pinned = CheckPinned();
            CheckConsistency();
            CheckKnown();
            CheckDerived();
            return new BundleReport
            {
                Findings = Findings,
                Log = Checkpoint?.Origin,
                LogSize = Checkpoint?.Size ?? 0,
                Proposal = trail.Select(static t => t.Entry.Proposal).FirstOrDefault(static p => p is not null),
                Trail = trail,
                Pinned = pinned,
                Complete = complete,
                Entries = lines,
                Checkpoint = Checkpoint is null ? [] : File(BundleLayout.Checkpoint),
                ContinuesFrom = ContinuesFrom,
                KeyChangedIn = KeyChangedIn,
            };
        }

        private void CheckRotations()
        {
            foreach (var (entry, line) in Rotations)
                CheckProof(BundleLayout.RotationPath(entry.Seq), entry.Seq, Merkle.LeafHash(line));
            var proved = Rotations.Select(static r => BundleLayout.RotationPath(r.Entry.Seq)).ToHashSet(StringComparer.Ordinal);
            foreach (var path in Files.Paths.Where(p => BundleLayout.IsRotationProof(p) && !proved.Contains(p)).Order(StringComparer.Ordinal))
                Fail(BundleFindings.Proof, path, $"{path} belongs to no change of the log's key.");
        }

        // Each digest is disclosed, erased by an entry of the log, or what the exporter says of it; else it is missing.
        private void SayStatuses()
        {
            var erasedBy = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var item in trail)
            {
                foreach (var digest in Erasure.Digests(item.Entry))
                    erasedBy.TryAdd(digest, item.Entry.Seq);
            }

            for (var i = 0; i < trail.Count; i++)
            {
                var item = trail[i];
                var shown = item.Disclosed.Select(static d => d.Disclosure.Digest).ToHashSet(StringComparer.Ordinal);
                trail[i] = item with { Statuses = [.. item.Entry.Sd.Select(digest => StatusOf(item.Entry, digest, shown.Contains(digest)))] };
            }

            DigestStatus StatusOf(Entry entry, string digest, bool shown)
            {
                var erased = erasedBy.TryGetValue(digest, out var by) && by > entry.Seq;
                DigestStatus? word = said.TryGetValue(digest, out var found) ? found : null;
                if (shown)
                {
                    if (erased)
                        Fail(BundleFindings.DisclosureErased, BundleLayout.Disclosures, $"The bundle shows a value of entry {Text(entry.Seq)} that entry {Text(by)} says was erased. It must not be passed on.", entry.Seq);
                    return DigestStatus.Disclosed;
                }

                if (erased)
                    return DigestStatus.Erased;
                if (word is DigestStatus.Withheld or DigestStatus.Decoy)
                    return word.Value;
                Fail(
                    BundleFindings.DisclosureMissing, BundleLayout.Disclosures,
                    word is DigestStatus.Erased
                        ? $"The bundle says that the value behind {digest} of entry {Text(entry.Seq)} was erased, but no later entry here says so: it is missing."
                        : $"The bundle does not account for {digest} of entry {Text(entry.Seq)}: it is missing.",
                    entry.Seq);
                return DigestStatus.Missing;
            }
        }

        private List<BundleDisclosure> ReadDisclosures()
        {
            var result = new List<BundleDisclosure>();
            var number = 0;
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var line in Lines(BundleLayout.Disclosures))
            {
                number++;
                try
                {
                    var parts = Encoding.UTF8.GetString(line).Split(' ');
                    if (parts.Length == 2 && BundleLayout.Said(parts[0]) is { } status)
                    {
                        if (seen.Contains(parts[1]) || !said.TryAdd(parts[1], status))
                            throw new LedgerFormatException("It speaks of a digest that another line speaks of.");
                        continue;
                    }

                    var disclosureClass = Enum.GetValues<DisclosureClass>().Cast<DisclosureClass?>()
                        .FirstOrDefault(c => BundleLayout.ClassName(c!.Value) == parts[0]);
                    if (parts.Length != 2 || disclosureClass is null)
                        throw new LedgerFormatException("It must be public, panel or personal, a space and a disclosure; or withheld, erased or decoy, a space and a digest.");
                    var disclosure = Disclosure.Parse(parts[1]);
                    if (said.ContainsKey(disclosure.Digest) || !seen.Add(disclosure.Digest))
                        throw new LedgerFormatException("It is there twice.");
                    result.Add(new BundleDisclosure(disclosureClass.Value, disclosure));
                }
                catch (LedgerFormatException e)
                {
                    Fail(BundleFindings.DisclosureFormat, BundleLayout.Disclosures, $"The disclosure on line {Text(number)} cannot be used. {e.Message}");
                }
            }

            return result;
        }

        private void CheckEntries(ILookup<string, BundleDisclosure> disclosures)
        {
            TrailEntry? before = null;
            TrailEntry? beforeInTrail = null;
            string? proposal = null;
            var proved = new HashSet<string>(StringComparer.Ordinal);
            foreach (var line in Lines(BundleLayout.Entries))
            {
                lines++;
                TrailEntry item;
                try
                {
                    item = TrailEntry.Of(Entry.Parse(line), Merkle.LeafHash(line), disclosures);
                }
                catch (LedgerFormatException e)
                {
                    Fail(BundleFindings.EntryFormat, BundleLayout.Entries, $"The entry on line {Text(lines)} cannot be read. {e.Message}");
                    continue;
                }

                trail.Add(item);
                var entry = item.Entry;
                CheckProof(BundleLayout.ProofPath(entry.Seq), entry.Seq, Convert.FromHexString(item.Leaf));
                proved.Add(BundleLayout.ProofPath(entry.Seq));
                if (Checkpoint is not null && entry.Log != Checkpoint.Origin)
                    FailEntry(BundleFindings.EntryLog, entry, "belongs to another log than the checkpoint.");
                if (before is not null && entry.Seq <= before.Entry.Seq)
                    FailEntry(BundleFindings.Order, entry, $"must not stand behind entry {Text(before.Entry.Seq)}.");
                if (before is not null && entry.At < before.Entry.At)
                    FailEntry(BundleFindings.Time, entry, $"says that it was made before entry {Text(before.Entry.Seq)}.");
                before = item;
                if (entry.Proposal is null)
                    continue;

                proposal ??= entry.Proposal;
                if (entry.Proposal != proposal)
                    FailEntry(BundleFindings.TrailMixed, entry, $"belongs to {entry.Proposal}, not to {proposal}.");
                else
                    CheckLink(item, beforeInTrail);
                beforeInTrail = item;
            }

            if (lines == 0)
                Fail(BundleFindings.EntryFormat, BundleLayout.Entries, "The bundle holds no entries.");
            foreach (var path in Files.Paths.Where(p => BundleLayout.IsProof(p) && !proved.Contains(p)).Order(StringComparer.Ordinal))
                Fail(BundleFindings.Proof, path, $"{path} belongs to no entry of the bundle.");
        }

        private void FailEntry(string code, Entry entry, string what) =>
            Fail(code, BundleLayout.Entries, $"Entry {Text(entry.Seq)} {what}", entry.Seq);

        private void CheckLink(TrailEntry item, TrailEntry? before)
        {
            var entry = item.Entry;
            var expected = before is null ? 0 : before.Entry.ProposalSeq + 1;
            if (entry.ProposalSeq != expected)
            {
                FailEntry(
                    BundleFindings.TrailGap, entry, $"is number {Text(entry.ProposalSeq!.Value)} of its trail, where number {Text(expected!.Value)} should be: an entry is missing.");
            }
            else if (before is not null && entry.ProposalPrevious != before.Leaf)
            {
                FailEntry(BundleFindings.TrailGap, entry, $"follows another entry than entry {Text(before.Entry.Seq)}.");
            }
        }

        private void CheckProof(string path, long seq, byte[] leaf)
        {
            if (!Files.Has(path))
            {
                Fail(BundleFindings.Proof, path, $"Entry {Text(seq)} has no proof.", seq);
                return;
            }

            try
            {
                var proof = TlogProof.Parse(File(path));
                if (proof.Index != seq || proof.Extra is not null || !proof.Checkpoint.AsSpan().SequenceEqual(File(BundleLayout.Checkpoint)))
                    Fail(BundleFindings.Proof, path, $"The proof of entry {Text(seq)} is of another entry or leads to another checkpoint.", seq);
                if (Checkpoint is not null
                    && !Merkle.VerifyInclusion(seq, Checkpoint.Size, leaf, proof.Hashes, Checkpoint.Root))
                {
                    Fail(BundleFindings.NotInLog, path, $"Entry {Text(seq)} is not in the signed log as it stands here: the entry or its proof was changed.", seq);
                }
            }
            catch (LedgerFormatException e)
            {
                Fail(BundleFindings.Proof, path, $"The proof of entry {Text(seq)} cannot be read. {e.Message}", seq);
            }
        }

        /// <summary>
        /// Whether the trail's end is the end that the log has for the proposal. The heads tree's root must be in the last
        /// entry under the checkpoint, and the leaf made of this trail must be in that tree.
        /// </summary>
        private bool CheckHeads()
        {
            var there = BundleLayout.Heads.Count(Files.Has);
            if (there == 0)
                return false;
            foreach (var path in BundleLayout.Heads.Where(p => !Files.Has(p)))
                Fail(BundleFindings.FileMissing, path, $"The bundle has no file {path}.");
            if (there != BundleLayout.Heads.Length || Checkpoint is null)
                return false;

            var (entry, root, proposals) = ReadHeads(Checkpoint);
            if (entry is null)
                return false;
            try
            {
                var (ordinal, hashes) = BundleLayout.ParseHeadsPath(File(BundleLayout.HeadsPath));
                var ofProposal = trail.Where(static t => t.Entry.Proposal is not null).ToList();
                if (ofProposal.Count == 0 || ofProposal[0].Entry.ProposalOrdinal != ordinal)
                {
                    Fail(BundleFindings.Incomplete, BundleLayout.HeadsPath, "The trail does not begin with the entry that gives the proposal's place in the heads tree.");
                    return false;
                }
                var last = ofProposal[^1];
                var leaf = Ledger.Heads.LeafHash(last.Entry.Proposal!, ofProposal.Count, Convert.FromHexString(last.Leaf));
                if (Merkle.VerifyInclusion(ordinal, proposals, leaf, hashes, root))
                    return true;
                Fail(BundleFindings.Incomplete, BundleLayout.HeadsPath,
                    $"The log's last entry before the checkpoint says another end of this trail than entry {Text(last.Entry.Seq)}, number {Text(ofProposal.Count - 1)}: entries are missing, or the path was changed.");
            }
            catch (LedgerFormatException e)
            {
                Fail(BundleFindings.Heads, BundleLayout.HeadsPath, $"The path in the heads tree cannot be read. {e.Message}");
            }
            return false;
        }

        private (Entry? Entry, byte[] Root, long Proposals) ReadHeads(Ledger.Checkpoint signed)
        {
            try
            {
                var bytes = File(BundleLayout.HeadsEntry);
                if (bytes.Length == 0 || bytes[^1] != (byte)'\n')
                    throw new LedgerFormatException("It must be one line.");
                var entry = Entry.Parse(bytes.AsSpan(0, bytes.Length - 1));
                var (proposals, root) = Ledger.Heads.Read(entry);
                var proof = TlogProof.Parse(File(BundleLayout.HeadsProof));
                if (entry.Log != signed.Origin || entry.Seq != signed.Size - 1)
                    throw new LedgerFormatException("It is not the last entry under the checkpoint.");
                if (proof.Index != entry.Seq || proof.Extra is not null || !proof.Checkpoint.AsSpan().SequenceEqual(File(BundleLayout.Checkpoint))
                    || !Merkle.VerifyInclusion(entry.Seq, signed.Size, Merkle.LeafHash(bytes.AsSpan(0, bytes.Length - 1)), proof.Hashes, signed.Root))
                {
                    throw new LedgerFormatException("It is not in the signed log as it stands here.");
                }
                return (entry, root, proposals);
            }
            catch (LedgerFormatException e)
            {
                Fail(BundleFindings.Heads, BundleLayout.HeadsEntry, $"The entry with the root of the heads tree cannot be relied on. {e.Message}");
                return (null, [], 0);
            }
        }

        private void CheckDisclosures(List<BundleDisclosure> disclosures)
        {
            var digests = trail.SelectMany(static t => t.Entry.Sd).ToHashSet(StringComparer.Ordinal);
            for (var i = 0; i < disclosures.Count; i++)
            {
                if (!digests.Contains(disclosures[i].Disclosure.Digest))
                    Fail(BundleFindings.DisclosureOrphan, BundleLayout.Disclosures, $"Disclosure {Text(i + 1)} is a disclosure that belongs to no entry.");
            }

            foreach (var digest in said.Keys.Where(d => !digests.Contains(d)))
                Fail(BundleFindings.DisclosureOrphan, BundleLayout.Disclosures, $"The bundle says something of {Printable(digest)}, which is in no entry.");
        }

        private List<PinnedFile> CheckPinned()
        {
            var pins = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var item in trail)
            {
                foreach (var digest in item.Entry.Rule.Values)
                    pins.TryAdd(digest, item.Entry.Seq);
            }

            var pinned = new List<PinnedFile>();
            foreach (var path in Files.Paths.Where(BundleLayout.IsPinned).Order(StringComparer.Ordinal))
            {
                var bytes = File(path);
                pinned.Add(new PinnedFile(BundleLayout.PinnedName(path), bytes));
                if (!pins.ContainsKey(Convert.ToHexStringLower(SHA256.HashData(bytes))))
                    Fail(BundleFindings.PinnedUnknown, path, $"No entry says that {path} was in force.");
            }

            var present = pinned.Select(static p => Convert.ToHexStringLower(SHA256.HashData(p.Bytes))).ToHashSet(StringComparer.Ordinal);
            foreach (var (digest, seq) in pins.Where(p => !present.Contains(p.Key)).OrderBy(static p => p.Value).ThenBy(static p => p.Key, StringComparer.Ordinal))
            {
                Findings.Add(new BundleFinding(
                    BundleFindings.PinnedMissing, null, seq, $"Entry {Text(seq)} says that the file with SHA-256 {digest} was in force. The bundle does not hold it.", Fails: false));
            }

            return pinned;
        }

        private void CheckDerived()
        {
            Compare(BundleLayout.TrailCsv, DerivedTrail.Csv(trail), BundleFindings.Derived, "It does not say what the entries say.");
            Compare(BundleLayout.TrailHtml, DerivedTrail.Html(trail), BundleFindings.Derived, "It does not say what the entries say.");

            Compare(BundleLayout.Provenance, Provenance.Of(trail), BundleFindings.Derived, "It does not say what the entries say.");
            CheckInfo(trail.Select(static t => t.Entry.Proposal).FirstOrDefault(static p => p is not null), wholeLog: false);
        }

        private List<byte[]> Lines(string path)
        {
            var bytes = File(path).AsSpan();
            var result = new List<byte[]>();
            while (!bytes.IsEmpty)
            {
                var end = bytes.IndexOf((byte)'\n');
                if (end < 0)
                {
                    Fail(BundleFindings.FileContent, path, $"The last line of {path} does not end.");
                    end = bytes.Length - 1;
                    result.Add(bytes.ToArray());
                }
                else
                {
                    result.Add(bytes[..end].ToArray());
                }

                bytes = bytes[(end + 1)..];
            }

            return result;
        }
    }
}
