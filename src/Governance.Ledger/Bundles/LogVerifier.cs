using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Governance.Ledger.Bundles;

/// <summary>What the check of a whole log found.</summary>
public sealed record LogReport
{
    /// <summary>What was found, in the order of the checks.</summary>
    public required IReadOnlyList<BundleFinding> Findings { get; init; }

    /// <summary>Whether every check passed.</summary>
    public bool Verified => !Findings.Any(static f => f.Fails);

    /// <summary>The log's name by the signed checkpoint, or null where that did not verify.</summary>
    public string? Log { get; init; }

    /// <summary>How many entries the log had at the signed checkpoint.</summary>
    public long LogSize { get; init; }

    /// <summary>How many entries were read.</summary>
    public long Entries { get; init; }

    /// <summary>How many proposals the entries belong to.</summary>
    public long Proposals { get; init; }

    /// <summary>How many roots of the heads tree were worked out again and were right.</summary>
    public long Heads { get; init; }

    /// <summary>Whether the log ends with such a root, so that every trail in it is shown to be whole.</summary>
    public bool Complete { get; init; }

    /// <summary>How many digests the entries hold.</summary>
    public long Digests { get; init; }

    /// <summary>How many of them a disclosure is shown for.</summary>
    public long Disclosed { get; init; }

    /// <summary>How many of them the log says were erased.</summary>
    public long Erased { get; init; }

    /// <summary>What the exporter says of all others.</summary>
    public DigestStatus Others { get; init; } = DigestStatus.Missing;

    /// <summary>How many time stamps the log holds.</summary>
    public int Stamps { get; init; }

    /// <summary>What they say; null where there are none, or where nobody said which authorities to trust.</summary>
    public StampedTimes? Stamped { get; init; }

    /// <summary>The entries that lead from the trusted key to the one that signed, in order; none where the trusted key signed.</summary>
    public IReadOnlyList<long> KeyChangedIn { get; init; } = [];

    /// <summary>See <see cref="BundleReport.ContinuesFrom"/>.</summary>
    public long? ContinuesFrom { get; init; }

    /// <summary>See <see cref="BundleReport.Checkpoint"/>.</summary>
    public byte[] Checkpoint { get; init; } = [];
}

/// <summary>What verified time stamps say of a log.</summary>
/// <param name="First">The time of the first.</param>
/// <param name="Last">The time of the last.</param>
/// <param name="Size">How many entries were there at the time of the last.</param>
/// <param name="LongestGap">The longest time in which the log grew and was not stamped: whoever holds the log's key could have written that part anew.</param>
public sealed record StampedTimes(DateTimeOffset First, DateTimeOffset Last, long Size, TimeSpan LongestGap);

/// <summary>
/// Checks the bundle of a whole log, in one pass over its entries: canonical form, numbers, times, every proposal's chain,
/// every root of the heads tree, every tile, and the signed root. Memory grows with the number of proposals and by 48 bytes
/// with each entry that a checkpoint may have been signed after, not with the number of entries.
/// </summary>
public static class LogVerifier
{
    /// <summary>After so many findings the check is given up.</summary>
    public const int MaxFindings = 50;

    /// <summary>Checks a bundle.</summary>
    /// <param name="zip">The bundle; it must be seekable and stay open.</param>
    /// <param name="trusted">The log's key, had from elsewhere than the bundle.</param>
    /// <param name="progress">Told how many entries are checked.</param>
    /// <param name="threads">How many threads scan entries beside the one that reads and folds; zero does all on one.</param>
    public static LogReport Verify(
        Stream zip, NoteVerifier trusted, BundleChecks? checks = null, IProgress<long>? progress = null, int threads = 1, CancellationToken cancellation = default)
    {
        try
        {
            using var files = BundleReader.Open(zip);
            if (!files.IsLog)
                throw new LedgerFormatException("It is not the bundle of a whole log: it holds no tiles.");
            return new Check(files, trusted, checks ?? new BundleChecks(), progress, threads, cancellation).Run();
        }
        catch (LedgerFormatException e)
        {
            return new LogReport { Findings = [new BundleFinding(BundleFindings.Unreadable, null, null, e.Message)] };
        }
    }

    // So much is wrong that going on would only tire the reader.
    private sealed class GivenUpException : Exception;

    private sealed class Check(
        BundleReader files, NoteVerifier trusted, BundleChecks checks, IProgress<long>? progress, int threads, CancellationToken cancellation)
        : BundleInspection(files, trusted, checks)
    {
        private readonly HeadsFold heads = new();
        private readonly Dictionary<byte[], int> ordinals = new(ReferenceComparer.Instance);
        private readonly TileFold tree = new();
        private readonly HashSet<string> erased = new(StringComparer.Ordinal);
        private readonly byte[] previous = new byte[Merkle.HashSize];
        private readonly byte[] logName = Encoding.UTF8.GetBytes(trusted.Name);
        private Disclosures? disclosures;
        private long count, lastAt = long.MinValue, headsRoots, digests, disclosed, knownSize = -1;
        private int rotations;
        // Every head that a checkpoint may have been signed for, since a time stamp may come long after what it stamps.
        private readonly List<(long Size, long At)> signed = [];
        private readonly List<byte> signedRoots = [];
        private byte[]? knownRoot;
        private bool endsWithHeads;
        private DateTimeOffset firstAt, headsAt;
        private int stamps;
        private StampedTimes? stamped;

        public LogReport Run()
        {
            FollowKeys();
            CheckCheckpoint();
            CheckKeys();
            FindKnownSize();
            var others = DigestStatus.Missing;
            if (Files.Has(BundleLayout.Entries) && Files.Has(BundleLayout.Disclosures))
            {
                try
                {
                    disclosures = new Disclosures(Files.OpenFile(BundleLayout.Disclosures));
                    others = disclosures.Others();
                    CheckEntries();
                    CheckEnd();
                    FinishDisclosures();
                }
                catch (GivenUpException)
                {
                    Fail(BundleFindings.TooMuch, null, "The check was given up here. The rest was not looked at.");
                }
                catch (LedgerFormatException e)
                {
                    Fail(BundleFindings.DisclosureFormat, BundleLayout.Disclosures, e.Message);
                }
                finally
                {
                    disclosures?.Dispose();
                    tree.Dispose();
                    heads.Dispose();
                }
            }

            CheckManifests(BundleLayout.AlwaysOfLog);
            CheckPinned();
            CheckConsistency();
            CheckKnown(size => size == knownSize ? knownRoot : null);
            CheckInfo(null, wholeLog: true);
            return new LogReport
            {
                Findings = Findings,
                Log = Checkpoint?.Origin,
                LogSize = Checkpoint?.Size ?? 0,
                Entries = count,
                Proposals = heads.Count,
                Heads = headsRoots,
                Complete = endsWithHeads,
                Stamps = stamps,
                Stamped = stamped is null ? null : stamped with { LongestGap = Longer(stamped.LongestGap, stamped.Last, headsAt) },
                Digests = digests,
                Disclosed = disclosed,
                Erased = erased.Count,
                Others = others,
                ContinuesFrom = ContinuesFrom,
                KeyChangedIn = KeyChangedIn,
                Checkpoint = Checkpoint is null ? [] : File(BundleLayout.Checkpoint),
            };
        }

        // Only to know where on the way to stop and look at the root; whether the note is any good is judged later.
        private void FindKnownSize()
        {
            if (Checks.Known is null)
                return;
            try
            {
                knownSize = Ledger.Checkpoint.Parse(SignedNote.Parse(Checks.Known).Text).Size;
            }
            catch (LedgerFormatException)
            {
                knownSize = -1;
            }
        }

        private void FailEntry(string code, long line, string message)
        {
            Fail(code, BundleLayout.Entries, message, line);
            if (Findings.Count >= MaxFindings)
                throw new GivenUpException();
        }

        // Blocks of whole lines go through three steps: read (and hashed for the manifest) here, scanned by any thread, folded here in order.
        private void CheckEntries()
        {
            using var file = Files.OpenFile(BundleLayout.Entries);
            using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var free = new Stack<Block>();
            var waiting = new Queue<(Block Block, Task Scan)>();
            var made = new List<Block>();
            try
            {
                var carry = ReadOnlyMemory<byte>.Empty;
                while (true)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (!free.TryPop(out var block))
                        made.Add(block = new Block());
                    var (more, rest) = block.Fill(file, carry.Span, whole);
                    // The rest of a block stays where it is until the next has copied it, since a block in the queue is not filled again.
                    if (!rest.IsEmpty && !more)
                    {
                        Fail(BundleFindings.FileContent, BundleLayout.Entries, "The last line of data/entries.jsonl does not end.");
                        rest = default;
                    }

                    carry = rest.ToArray();
                    if (threads > 0)
                        waiting.Enqueue((block, Task.Run(block.Scan, CancellationToken.None)));
                    else
                        block.Scan();
                    if (threads == 0)
                        waiting.Enqueue((block, Task.CompletedTask));
                    while (waiting.Count > threads || (!more && waiting.Count > 0))
                    {
                        var (scanned, scan) = waiting.Dequeue();
                        scan.GetAwaiter().GetResult();
                        Fold(scanned);
                        free.Push(scanned);
                        progress?.Report(count);
                    }

                    if (!more)
                        break;
                }

                Hashed(BundleLayout.Entries, Convert.ToHexStringLower(whole.GetHashAndReset()));
            }
            finally
            {
                Task.WaitAll([.. waiting.Select(static w => w.Scan)], CancellationToken.None);
                made.ForEach(static b => b.Dispose());
            }
        }

        private void Fold(Block block)
        {
            for (var i = 0; i < block.Count; i++)
            {
                ref readonly var scan = ref block.Scans[i];
                var bytes = block.Line(i);
                var leaf = block.Leaf(i);
                if (scan.Seq != count)
                    FailEntry(BundleFindings.Order, count, $"Line {Text(count + 1)} holds entry {Text(scan.Seq)}, where entry {Text(count)} should be.");
                if (!bytes[scan.Log].SequenceEqual(logName))
                    FailEntry(BundleFindings.EntryLog, count, $"Entry {Text(count)} belongs to another log than the checkpoint.");
                if (scan.At < lastAt)
                    FailEntry(BundleFindings.Time, count, $"Entry {Text(count)} says that it was made before the entry in front of it.");
                lastAt = scan.At;
                if (count == 0)
                    firstAt = Entry.Parse(bytes).At;
                // The root is worked out before the entry that logs it is counted in.
                endsWithHeads = bytes[scan.Kind].SequenceEqual("heads"u8) && IsHeads(bytes);
                if (bytes[scan.Kind].SequenceEqual("disclosure.erased"u8))
                    erased.UnionWith(Erasure.Digests(Entry.Parse(bytes)));
                if (bytes[scan.Kind].SequenceEqual("key.rotated"u8))
                    CheckRotation(bytes);
                if (bytes[scan.Kind].SequenceEqual("anchor"u8))
                    CheckAnchor(Entry.Parse(bytes));
                if (scan.ProposalSeq >= 0)
                    Chain(scan, bytes, leaf);
                digests += scan.Digests;
                if (scan.Digests > 0)
                    disclosed += disclosures!.Take(scan, bytes);
                tree.Append(leaf, CheckTile);
                if (++count == knownSize)
                    knownRoot = tree.Root();
                if (endsWithHeads)
                    KeepRoot();
            }

            if (block.Fault is not null)
            {
                Fail(BundleFindings.EntryFormat, BundleLayout.Entries, $"The entry on line {Text(count + 1)} cannot be read. {block.Fault.Message}");
                throw new GivenUpException();
            }
        }

        private void KeepRoot()
        {
            signed.Add((count, headsAt.UtcTicks));
            signedRoots.AddRange(tree.Root().AsSpan());
        }

        private (byte[] Root, DateTimeOffset At)? SignedFor(long size)
        {
            var index = signed.BinarySearch((size, long.MaxValue));
            var before = ~index - 1;
            return before >= 0 && signed[before].Size == size
                ? ([.. CollectionsMarshal.AsSpan(signedRoots).Slice(before * Merkle.HashSize, Merkle.HashSize)], new DateTimeOffset(signed[before].At, TimeSpan.Zero))
                : null;
        }

        // Whoever writes the log anew can sign it anew with a stolen key, but cannot have the past stamped anew.
        private void CheckAnchor(Entry entry)
        {
            stamps++;
            if (entry.Data["size"] is not JsonValue said || !said.TryGetValue<long>(out var size) || entry.Data["root"] is not JsonValue text || !text.TryGetValue<string>(out var root))
                FailEntry(BundleFindings.Anchor, count, $"Entry {Text(count)} is a time stamp without the size and root that were stamped.");
            else if (SignedFor(size) is not { } known || Convert.ToHexStringLower(known.Root) != root)
                FailEntry(BundleFindings.Anchor, count, $"Entry {Text(count)} is a time stamp over a head of {Text(size)} entries that this log never had: entries below were changed, or the stamp is another log's.");
            else
                CheckStamp(entry, size, known);
        }

        // The time in between is bounded from both sides: what was stamped was there, and what came after the stamp came later.
        private void CheckStamp(Entry entry, long size, (byte[] Root, DateTimeOffset At) head)
        {
            if (Checks.Stamp is not { } verify)
                return;
            try
            {
                var token = entry.Data["rfc3161"] is JsonValue said && said.TryGetValue<string>(out var text)
                    ? StrictText.FromBase64(text, "A time stamp")
                    : throw new LedgerFormatException("There is no token.");
                var at = verify(token, Encoding.UTF8.GetBytes(new Checkpoint(entry.Log, size, head.Root).ToText()));
                if (head.At > at + TimeStamp.ClockTolerance)
                    FailEntry(BundleFindings.Anchor, count, $"Entry {Text(count)} is a time stamp of {at:u} over entries that say they were made later, up to {head.At:u}: their times or the stamp's are wrong.");
                if (entry.At < at - TimeStamp.ClockTolerance)
                    FailEntry(BundleFindings.Anchor, count, $"Entry {Text(count)} holds a time stamp of {at:u}, and says that it was made before that, at {entry.At:u}.");
                stamped = stamped is null
                    ? new StampedTimes(at, at, size, Longer(TimeSpan.Zero, firstAt, at))
                    : stamped with { Last = at, Size = size, LongestGap = Longer(stamped.LongestGap, stamped.Last, at) };
            }
            catch (LedgerFormatException e)
            {
                FailEntry(BundleFindings.Anchor, count, $"The time stamp in entry {Text(count)} does not hold. {e.Message}");
            }
        }

        private static TimeSpan Longer(TimeSpan longest, DateTimeOffset from, DateTimeOffset to) => to - from > longest ? to - from : longest;

        // Those in the file of their own must be those of the log, all of them: else a change of key could be kept back.
        private void CheckRotation(ReadOnlySpan<byte> bytes)
        {
            if (rotations >= Rotations.Count || !bytes.SequenceEqual(Rotations[rotations].Line))
                FailEntry(BundleFindings.Rotation, count, $"Entry {Text(count)} passes the log's key on, and {BundleLayout.Rotations} does not hold it in its place.");
            rotations++;
        }

        private bool IsHeads(ReadOnlySpan<byte> bytes)
        {
            try
            {
                var entry = Entry.Parse(bytes);
                headsAt = entry.At;
                var (proposals, root) = Ledger.Heads.Read(entry);
                if (proposals == heads.Count && root.AsSpan().SequenceEqual(heads.Root()))
                {
                    headsRoots++;
                    return true;
                }

                FailEntry(BundleFindings.Heads, count, $"Entry {Text(count)} says a root of the heads tree that is not that of the entries before it: a trail was cut or changed.");
            }
            catch (LedgerFormatException e)
            {
                FailEntry(BundleFindings.Heads, count, $"Entry {Text(count)} does not hold the root of a heads tree. {e.Message}");
            }

            return false;
        }

        private void Chain(in EntryScan scan, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> leaf)
        {
            var reference = bytes[scan.Proposal];
            var known = ordinals.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!known.TryGetValue(reference, out var ordinal))
            {
                ordinal = heads.Add(reference);
                ordinals.Add(reference.ToArray(), ordinal);
                if (scan.ProposalSeq != 0)
                    FailEntry(BundleFindings.TrailGap, count, $"Entry {Text(count)} is number {Text(scan.ProposalSeq)} of a trail of which no entry came before.");
                else if (scan.ProposalOrdinal != ordinal)
                    FailEntry(BundleFindings.TrailGap, count, $"Entry {Text(count)} begins the log's trail number {Text(ordinal)}, but says number {Text(scan.ProposalOrdinal)}.");
            }
            else
            {
                var (length, last) = heads[ordinal];
                if (scan.ProposalSeq != length)
                {
                    FailEntry(BundleFindings.TrailGap, count, $"Entry {Text(count)} is number {Text(scan.ProposalSeq)} of its trail, where number {Text(length)} should be.");
                }
                else if (Convert.FromHexString(bytes[scan.Previous], previous, out _, out _) != OperationStatus.Done || !previous.AsSpan().SequenceEqual(last))
                {
                    FailEntry(BundleFindings.TrailGap, count, $"Entry {Text(count)} follows another entry than the last one of its trail.");
                }
            }

            heads.Grow(ordinal, leaf);
        }

        private void CheckTile(TileId tile, byte[] hashes)
        {
            var path = BundleLayout.TilePath(tile);
            if (!Files.Has(path))
            {
                FailTile(path, $"The bundle has no tile {path}.");
                return;
            }

            var bytes = File(path);
            Hashed(path, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            if (!bytes.AsSpan().SequenceEqual(hashes.AsSpan(0, tile.Width * Merkle.HashSize)))
                FailTile(path, $"The tile {path} is not made of the entries here.");
        }

        private void FailTile(string path, string message)
        {
            Fail(BundleFindings.Tile, path, message);
            if (Findings.Count >= MaxFindings)
                throw new GivenUpException();
        }

        private void CheckEnd()
        {
            tree.Partial(CheckTile);
            if (rotations < Rotations.Count)
                Fail(BundleFindings.Rotation, BundleLayout.Rotations, $"{BundleLayout.Rotations} holds entry {Text(Rotations[rotations].Entry.Seq)}, which is not in the log.");
            foreach (var path in Files.Paths.Where(BundleLayout.IsRotationProof).Order(StringComparer.Ordinal).Take(5))
                Fail(BundleFindings.Proof, path, $"{path} does not belong in the bundle of a whole log.");
            var expected = LogWriter.Tiles(count).Select(BundleLayout.TilePath).ToHashSet(StringComparer.Ordinal);
            foreach (var path in Files.Paths.Where(p => BundleLayout.IsTile(p) && !expected.Contains(p)).Order(StringComparer.Ordinal).Take(5))
                FailTile(path, $"{path} is no tile of a log of {Text(count)} entries.");
            if (Checkpoint is null)
                return;
            if (count != Checkpoint.Size)
                Fail(BundleFindings.Incomplete, BundleLayout.Entries, $"The bundle holds {Text(count)} entries, the signed checkpoint is of {Text(Checkpoint.Size)}.");
            else if (!tree.Root().AsSpan().SequenceEqual(Checkpoint.Root))
                Fail(BundleFindings.NotInLog, BundleLayout.Entries, "The entries are not those that the checkpoint was signed for: at least one was changed, left out, put in or moved.");
            else if (!endsWithHeads)
                Note(BundleFindings.Heads, BundleLayout.Entries, "The last entry is not the root of a heads tree.");
        }

        // Only where something was erased is the file read once more, to find a value that should be gone.
        private void FinishDisclosures()
        {
            if (disclosures!.Left() is { } line)
                Fail(BundleFindings.DisclosureOrphan, BundleLayout.Disclosures, $"The disclosure on line {Text(line)} belongs to no entry, or is not in the order of the entries.");
            foreach (var digest in disclosures.Missing())
                Fail(BundleFindings.DisclosureMissing, BundleLayout.Disclosures, $"The exporter says that the value behind {digest} is lost. It was not erased: it is missing.");
            Hashed(BundleLayout.Disclosures, disclosures.Sha256());
            if (erased.Count == 0)
                return;
            using var again = new Disclosures(Files.OpenFile(BundleLayout.Disclosures));
            again.Others();
            while (again.Next() is { } digest)
            {
                if (erased.Contains(digest))
                    Fail(BundleFindings.DisclosureErased, BundleLayout.Disclosures, $"The disclosure on line {Text(again.Line)} is of a value that the log says was erased. It must not be passed on.");
            }
        }

        private void CheckPinned()
        {
            foreach (var path in Files.Paths.Where(BundleLayout.IsPinned).Order(StringComparer.Ordinal))
            {
                if (BundleLayout.PinnedName(path) != Files.Sha256(path) + ".json")
                    Fail(BundleFindings.PinnedUnknown, path, $"{path} is not called by its own SHA-256.");
            }
        }
    }

    // A piece of the entries' file: whole lines, what was found in them, and their leaf hashes. Used again and again.
    private sealed class Block : IDisposable
    {
        private const int Size = 1 << 20;
        private readonly LeafLanes lanes = new();
        // One byte in front of the first line, and room for a whole line that the last piece began.
        private readonly byte[] buffer = new byte[1 + Size + CanonicalJson.MaxBytes + 2];
        // Of each line, with the byte in front of it.
        private int[] starts = new int[2048];
        private byte[] leaves = new byte[2048 * Merkle.HashSize];
        private int end;

        public EntryScan[] Scans { get; private set; } = new EntryScan[2048];

        public int Count { get; private set; }

        public LedgerFormatException? Fault { get; private set; }

        public ReadOnlySpan<byte> Line(int index) => buffer.AsSpan((starts[index] + 1)..starts[index + 1]);

        public ReadOnlySpan<byte> Leaf(int index) => leaves.AsSpan(index * Merkle.HashSize, Merkle.HashSize);

        /// <summary>Reads on. What is left behind the last newline is given back, to be put in front of the next piece.</summary>
        public (bool More, ReadOnlyMemory<byte> Left) Fill(Stream file, ReadOnlySpan<byte> carry, IncrementalHash whole)
        {
            Count = 0;
            Fault = null;
            carry.CopyTo(buffer.AsSpan(1));
            var from = 1 + carry.Length;
            var filled = from;
            int read;
            while (filled - from < Size && (read = file.Read(buffer, filled, Size - (filled - from))) > 0)
                filled += read;
            whole.AppendData(buffer, from, filled - from);
            end = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            var more = filled - from == Size;
            if (end <= 1 && filled > 1)
            {
                // Not one newline: a line that is still too short to be refused is carried on, unless the file ends.
                end = 1;
                if (filled - 1 > CanonicalJson.MaxBytes)
                {
                    Fault = new LedgerFormatException($"It is longer than {CanonicalJson.MaxBytes} bytes.");
                    return (false, default);
                }
            }

            end = Math.Max(end, 1);
            if (filled - end > CanonicalJson.MaxBytes)
            {
                // The lines before it are still looked at.
                Fault = new LedgerFormatException($"It is longer than {CanonicalJson.MaxBytes} bytes.");
                return (false, default);
            }

            return (more, buffer.AsMemory(end, filled - end));
        }

        public void Scan()
        {
            ScanLines();
            // A leaf hash begins with a zero byte, and so do the lines by now: nothing is copied.
            lanes.Hash(buffer, starts.AsSpan(0, Count + 1), leaves);
        }

        public void Dispose() => lanes.Dispose();

        private void ScanLines()
        {
            var at = 1;
            starts[0] = 0;
            while (at < end)
            {
                var length = buffer.AsSpan(at, end - at).IndexOf((byte)'\n');
                if (Count + 2 > starts.Length)
                    Grow();
                try
                {
                    Scans[Count] = EntryScan.Scan(buffer.AsSpan(at, length));
                }
                catch (LedgerFormatException e)
                {
                    Fault = e;
                    return;
                }

                // In place of the newline before it.
                buffer[at - 1] = 0;
                at += length + 1;
                starts[++Count] = at - 1;
            }
        }

        private void Grow()
        {
            var size = starts.Length * 2;
            Array.Resize(ref starts, size);
            Array.Resize(ref leaves, size * Merkle.HashSize);
            var scans = Scans;
            Array.Resize(ref scans, size);
            Scans = scans;
        }
    }

    // The tree as rows of up to 256 hashes a level; full rows are shown to the caller and then forgotten.
    private sealed class TileFold : IDisposable
    {
        private readonly Lanes lanes = new();
        private readonly List<byte[]> rows = [];
        private readonly List<long> counts = [];
        private readonly byte[] work = new byte[TileId.FullWidth * Merkle.HashSize];

        public void Dispose() => lanes.Dispose();

        private long Size => counts.Count == 0 ? 0 : counts[0];

        public void Append(ReadOnlySpan<byte> leaf, Action<TileId, byte[]> full)
        {
            for (var level = 0; ; level++)
            {
                if (rows.Count == level)
                {
                    rows.Add(new byte[TileId.FullWidth * Merkle.HashSize]);
                    counts.Add(0);
                }

                leaf.CopyTo(rows[level].AsSpan((int)(counts[level]++ % TileId.FullWidth) * Merkle.HashSize));
                if (counts[level] % TileId.FullWidth != 0)
                    return;
                full(new TileId(level, (counts[level] / TileId.FullWidth) - 1), rows[level]);
                leaf = Fold(rows[level]);
            }
        }

        public void Partial(Action<TileId, byte[]> partial)
        {
            for (var level = 0; level < rows.Count; level++)
            {
                if (counts[level] % TileId.FullWidth is > 0 and var width)
                    partial(new TileId(level, counts[level] / TileId.FullWidth, (int)width), rows[level]);
            }
        }

        public byte[] Root() => Merkle.Root(Size, (level, index) =>
        {
            // Asked for along the right edge only, where every node is made of hashes of a row that is not full.
            var row = level / 8;
            var width = 1 << (level % 8);
            var first = (int)(index * width % TileId.FullWidth);
            return Fold(rows[row].AsSpan(first * Merkle.HashSize, width * Merkle.HashSize)).ToArray();
        });

        private ReadOnlySpan<byte> Fold(ReadOnlySpan<byte> row)
        {
            row.CopyTo(work);
            for (var length = row.Length; length > Merkle.HashSize; length /= 2)
                lanes.Nodes(work.AsSpan(0, length), work);
            return work.AsSpan(0, Merkle.HashSize);
        }
    }

    // The disclosures, line by line, beside the entries in whose order they stand.
    private sealed class Disclosures(Stream file) : IDisposable
    {
        // Base64 of the longest JSON that is read, and the class before it.
        private const int MaxLine = 100_000;
        private const string MissingWord = "missing ";
        private readonly List<string> missing = [];
        private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly byte[] buffer = new byte[2 * MaxLine];
        private readonly HashSet<string> seen = new(StringComparer.Ordinal);
        private int start, filled;
        private string? next;
        private bool begun;

        public long Line { get; private set; }

        /// <summary>What the first line says of all digests that no other line shows.</summary>
        public DigestStatus Others() => ReadLine() switch
        {
            "others withheld" => DigestStatus.Withheld,
            "others decoy" => DigestStatus.Decoy,
            _ => throw new LedgerFormatException($"{BundleLayout.Disclosures} must begin with what the exporter says of digests that it shows nothing for: others withheld, or others decoy."),
        };

        /// <summary>The digest of the next line's disclosure.</summary>
        public string? Next()
        {
            if (ReadLine() is not { } line)
                return null;
            if (IsMissing(line))
            {
                missing.Add(line);
                return null;
            }

            try
            {
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                if (space < 0 || line[..space] is not ("public" or "panel" or "personal"))
                    throw new LedgerFormatException("It must be public, panel or personal, a space and a disclosure.");
                return Disclosure.Parse(line[(space + 1)..]).Digest;
            }
            catch (LedgerFormatException e)
            {
                throw new LedgerFormatException($"The disclosure on line {Line} cannot be used. {e.Message}", e);
            }
        }

        /// <summary>Passes over the disclosures of an entry; how many there were.</summary>
        public int Take(in EntryScan scan, ReadOnlySpan<byte> bytes)
        {
            if (!begun)
                next = Next();
            begun = true;
            seen.Clear();
            while (next is not null && Holds(scan, bytes, next))
            {
                if (!seen.Add(next))
                    throw new LedgerFormatException($"The disclosure on line {Line} is there twice.");
                next = Next();
            }

            return seen.Count;
        }

        /// <summary>The line at which disclosures are left over, or null.</summary>
        public long? Left()
        {
            if (!begun)
                next = Next();
            begun = true;
            if (next is null)
                return null;
            var line = Line;
            while (ReadLine() is not null)
            {
            }

            return line;
        }

        /// <summary>The digests that the exporter says are lost, which stand behind all disclosures: as many as are told of.</summary>
        public IEnumerable<string> Missing()
        {
            if (missing.Count == 0)
                yield break;
            while (ReadLine() is { } line)
            {
                if (!IsMissing(line))
                    throw new LedgerFormatException($"Line {Line} of {BundleLayout.Disclosures} stands behind those of missing values, and is not one.");
                if (missing.Count < MaxFindings)
                    missing.Add(line);
            }

            foreach (var line in missing)
                yield return line[MissingWord.Length..];
        }

        private static bool IsMissing(string line) => line.StartsWith(MissingWord, StringComparison.Ordinal) && line.Length == MissingWord.Length + EntryScan.DigestLength;

        public string Sha256() => Convert.ToHexStringLower(sha256.GetHashAndReset());

        public void Dispose()
        {
            file.Dispose();
            sha256.Dispose();
        }

        private static bool Holds(in EntryScan scan, ReadOnlySpan<byte> bytes, string digest)
        {
            if (digest.Length != EntryScan.DigestLength)
                return false;
            Span<byte> wanted = stackalloc byte[EntryScan.DigestLength];
            Encoding.ASCII.GetBytes(digest, wanted);
            for (var i = 0; i < scan.Digests; i++)
            {
                if (scan.Digest(bytes, i).SequenceEqual(wanted))
                    return true;
            }

            return false;
        }

        private string? ReadLine()
        {
            while (true)
            {
                var newline = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n');
                if (newline >= 0)
                {
                    var line = Encoding.UTF8.GetString(buffer, start, newline);
                    start += newline + 1;
                    Line++;
                    return line;
                }

                if (filled - start > MaxLine)
                    throw new LedgerFormatException($"Line {Line + 1} of {BundleLayout.Disclosures} is longer than {MaxLine} bytes.");
                buffer.AsSpan(start, filled - start).CopyTo(buffer);
                (start, filled) = (0, filled - start);
                var read = file.Read(buffer, filled, buffer.Length - filled);
                sha256.AppendData(buffer, filled, read);
                filled += read;
                if (read == 0)
                    return filled == 0 ? null : throw new LedgerFormatException($"The last line of {BundleLayout.Disclosures} does not end.");
            }
        }
    }

    // References as bytes, looked up without making an array of them. The hash is seeded, so that nobody can choose collisions.
    private sealed class ReferenceComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly ReferenceComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
