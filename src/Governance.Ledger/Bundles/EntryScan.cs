using System.Buffers;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;

namespace Governance.Ledger.Bundles;

/// <summary>
/// What the check of a whole log needs to know of an entry, found in one pass over its bytes. Numbers are values; texts are
/// places in the bytes that were scanned.
/// </summary>
public struct EntryScan
{
    // Printable ASCII without the two characters that end or escape a string: all that stands in the entries that we write.
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private static readonly SearchValues<byte> Base64UrlCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private static readonly SearchValues<byte> HexCharacters = SearchValues.Create("0123456789abcdef"u8);

    private static readonly SearchValues<byte> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_"u8);

    /// <summary>The entry's place in the log.</summary>
    public long Seq { get; private set; }

    /// <summary>When it happened: the time as a number whose order is the order of times; no unit of time.</summary>
    public long At { get; private set; }

    /// <summary>The proposal's ordinal, or -1 where the entry gives none.</summary>
    public long ProposalOrdinal { get; private set; }

    /// <summary>The entry's place in its proposal's trail, or -1 where it belongs to none.</summary>
    public long ProposalSeq { get; private set; }

    /// <summary>Where the proposal's reference stands, without its quotation marks, as the entry spells it.</summary>
    public Range Proposal { get; private set; }

    /// <summary>Where the entry's kind stands.</summary>
    public Range Kind { get; private set; }

    /// <summary>Where the log's name stands.</summary>
    public Range Log { get; private set; }

    /// <summary>Where <c>pprev</c> stands: 64 hexadecimal digits; empty in a trail's first entry.</summary>
    public Range Previous { get; private set; }

    /// <summary>Where the first digest of <c>sd</c> stands; the others follow every 46 bytes.</summary>
    public int FirstDigest { get; private set; }

    /// <summary>How many digests <c>sd</c> holds.</summary>
    public int Digests { get; private set; }

    /// <summary>The length of a digest in Base64 of the URL alphabet.</summary>
    public const int DigestLength = 43;

    private const int DigestStep = DigestLength + 3;

    /// <summary>The digest at an index of <c>sd</c>.</summary>
    public readonly ReadOnlySpan<byte> Digest(ReadOnlySpan<byte> bytes, int index) => bytes.Slice(FirstDigest + (index * DigestStep), DigestLength);

    /// <summary>
    /// Scans an entry: true only where <see cref="Entry.Parse"/> accepts the very same bytes. False where it might not,
    /// and for the few good entries that hold anything but printable ASCII or an escape: those are for the slow parser.
    /// </summary>
    /// <remarks>Allocates nothing. Every byte is looked at, so that the canonical form is checked as strictly as by the parser.</remarks>
    public static bool TryScan(ReadOnlySpan<byte> bytes, out EntryScan scan)
    {
        scan = new EntryScan { ProposalOrdinal = -1, ProposalSeq = -1 };
        return bytes.Length <= CanonicalJson.MaxBytes && new Reader(bytes).ReadEntry(ref scan);
    }

    /// <summary>Scans an entry, by the slow parser where need be.</summary>
    /// <param name="bytes">The entry; where the parser was needed and the reference is escaped, the places in it are still those of the bytes.</param>
    /// <exception cref="LedgerFormatException">The bytes are not those of an entry.</exception>
    public static EntryScan Scan(ReadOnlySpan<byte> bytes)
    {
        if (TryScan(bytes, out var scan))
            return scan;
        var entry = Entry.Parse(bytes);
        return new EntryScan
        {
            Seq = entry.Seq,
            At = Order(entry.At),
            ProposalOrdinal = entry.ProposalOrdinal ?? -1,
            ProposalSeq = entry.ProposalSeq ?? -1,
            Proposal = entry.Proposal is null ? default : Find(bytes, "proposal", entry.Proposal),
            Kind = Find(bytes, "kind", entry.Kind),
            Log = Find(bytes, "log", entry.Log),
            Previous = entry.ProposalPrevious is null ? default : Find(bytes, "pprev", entry.ProposalPrevious),
            FirstDigest = entry.Sd.Count == 0 ? 0 : bytes.LastIndexOf("\"sd\":[\""u8) + "\"sd\":[\"".Length,
            Digests = entry.Sd.Count,
        };
    }

    // The keys of an entry are sorted and those asked for stand behind every free text but "role" (and its data), so that the
    // last place in the canonical bytes where key and value stand like this is theirs. A text cannot hold a bare quotation mark.
    private static Range Find(ReadOnlySpan<byte> bytes, string key, string value)
    {
        var spelt = CanonicalJson.Write(JsonValue.Create(value));
        byte[] member = [.. Encoding.ASCII.GetBytes($"\"{key}\":"), .. spelt];
        var at = bytes.LastIndexOf(member);
        if (at < 0)
            throw new LedgerFormatException($"Field {key} cannot be found again.");
        var start = at + key.Length + 4;
        return start..(start + spelt.Length - 2);
    }

    private static long Order(DateTimeOffset at) =>
        Order(at.Year, at.Month, at.Day, at.Hour, at.Minute, at.Second, at.Millisecond);

    private static long Order(int year, int month, int day, int hour, int minute, int second, int millisecond) =>
        (((((((((((long)year * 12) + month) * 31) + day) * 24) + hour) * 60) + minute) * 60) + second) * 1000 + millisecond;

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;
        private int at;

        public bool ReadEntry(ref EntryScan scan)
        {
            if (Take("{\"actor\":\""u8))
            {
                if (!PlainText(128, out _) || !Take(",\"at\":\""u8))
                    return false;
            }
            else if (!Take("{\"at\":\""u8))
            {
                return false;
            }

            if (!Time(out var time) || (Take(",\"data\":"u8) && (!At((byte)'{') || !Value(1, notEmpty: true))) || (Take(",\"docs\":["u8) && !Documents()))
                return false;
            scan.At = time;
            if (!Take(",\"kind\":\""u8) || !PlainText(64, out var kind) || !IsKind(bytes[kind]))
                return false;
            scan.Kind = kind;
            if (!Take(",\"log\":\""u8) || !PlainText(255, out var log) || bytes[log].IndexOfAny((byte)' ', (byte)'+') >= 0)
                return false;
            scan.Log = log;
            if (!Take(",\"nonce\":\""u8) || !Base64(22, "AQgw"u8) || !Take("\""u8) || !Trail(ref scan))
                return false;
            if ((Take(",\"role\":\""u8) && !PlainText(128, out _)) || (Take(",\"rule\":{"u8) && !Rule()) || (Take(",\"sd\":["u8) && !Sd(ref scan)))
                return false;
            if (!Take(",\"seq\":"u8) || !Integer(out var seq) || !Take(",\"v\":1}"u8))
                return false;
            scan.Seq = seq;
            return at == bytes.Length;
        }

        // pord, pprev, proposal and pseq: all absent, or as an entry of a trail must have them.
        private bool Trail(ref EntryScan scan)
        {
            long ordinal = -1, place;
            Range previous = default;
            if (Take(",\"pord\":"u8) && !Integer(out ordinal))
                return false;
            if (Take(",\"pprev\":\""u8) && !Hex(out previous))
                return false;
            var linked = previous.End.Value > 0;
            if (!Take(",\"proposal\":\""u8))
                return ordinal < 0 && !linked;
            if (!PlainText(64, out var proposal) || !Take(",\"pseq\":"u8) || !Integer(out place))
                return false;
            scan.ProposalOrdinal = ordinal;
            scan.Previous = previous;
            scan.Proposal = proposal;
            scan.ProposalSeq = place;
            return place == 0 ? ordinal >= 0 && !linked : ordinal < 0 && linked;
        }

        private bool Sd(ref EntryScan scan)
        {
            scan.FirstDigest = at + 1;
            do
            {
                var start = at + 1;
                if (!Take("\""u8) || !Base64(DigestLength, "AEIMQUYcgkosw048"u8) || !Take("\""u8))
                    return false;
                if (scan.Digests > 0 && bytes.Slice(start - DigestStep, DigestLength).SequenceCompareTo(bytes.Slice(start, DigestLength)) >= 0)
                    return false;
                scan.Digests++;
            }
            while (Take(","u8));
            return Take("]"u8);
        }

        private bool Rule()
        {
            ReadOnlySpan<byte> before = default;
            do
            {
                if (!Key(ref before) || !Take("\""u8) || !Hex(out _))
                    return false;
            }
            while (Take(","u8));
            return Take("}"u8);
        }

        private bool Documents()
        {
            do
            {
                if (!Take("{\"name\":\""u8) || !PlainText(255, out _) || !Take(",\"sha256\":\""u8) || !Hex(out _) || !Take(",\"size\":"u8) || !Integer(out _) || !Take("}"u8))
                    return false;
            }
            while (Take(","u8));
            return Take("]"u8);
        }

        // Any value of the profile; depth counts the arrays and objects around it.
        private bool Value(int depth, bool notEmpty = false)
        {
            if (at >= bytes.Length)
                return false;
            switch (bytes[at])
            {
                case (byte)'"':
                    at++;
                    return String(out _);
                case (byte)'t':
                    return Take("true"u8);
                case (byte)'f':
                    return Take("false"u8);
                case (byte)'{':
                    if (depth >= CanonicalJson.MaxDepth)
                        return false;
                    at++;
                    if (Take("}"u8))
                        return !notEmpty;
                    ReadOnlySpan<byte> before = default;
                    do
                    {
                        if (!Key(ref before) || !Value(depth + 1))
                            return false;
                    }
                    while (Take(","u8));
                    return Take("}"u8);
                case (byte)'[':
                    if (depth >= CanonicalJson.MaxDepth)
                        return false;
                    at++;
                    if (Take("]"u8))
                        return true;
                    do
                    {
                        if (!Value(depth + 1))
                            return false;
                    }
                    while (Take(","u8));
                    return Take("]"u8);
                case (byte)'-':
                    at++;
                    return Integer(out var n) && n != 0;
                default:
                    return Integer(out _);
            }
        }

        // A key with its colon, behind the one before it in order.
        private bool Key(scoped ref ReadOnlySpan<byte> before)
        {
            if (!Take("\""u8))
                return false;
            var length = bytes[at..].IndexOf((byte)'"');
            if (length <= 0)
                return false;
            var key = bytes.Slice(at, length);
            if (key.IndexOfAnyExcept(KeyCharacters) >= 0 || (before.Length > 0 && before.SequenceCompareTo(key) >= 0))
                return false;
            before = key;
            at += length + 1;
            return Take(":"u8);
        }

        private bool Time(out long order)
        {
            order = 0;
            if (bytes.Length - at < 25)
                return false;
            var text = bytes.Slice(at, 25);
            if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' || text[23] != 'Z' || text[24] != '"')
                return false;
            if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day) || !Digits(text[11..13], out var hour)
                || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second) || !Digits(text[20..23], out var millisecond))
            {
                return false;
            }
            if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
                return false;
            order = Order(year, month, day, hour, minute, second, millisecond);
            at += 25;
            return true;
        }

        private static bool Digits(ReadOnlySpan<byte> text, out int n)
        {
            n = 0;
            foreach (var c in text)
            {
                if (c is < (byte)'0' or > (byte)'9')
                    return false;
                n = (n * 10) + (c - '0');
            }

            return true;
        }

        private static bool IsKind(ReadOnlySpan<byte> kind)
        {
            var first = true;
            foreach (var c in kind)
            {
                if (first ? c is < (byte)'a' or > (byte)'z' : c is not ((>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'_' or (byte)'-' or (byte)'.'))
                    return false;
                first = c == '.';
            }

            return !first;
        }

        private bool Integer(out long n)
        {
            n = 0;
            var start = at;
            while (at < bytes.Length && bytes[at] is >= (byte)'0' and <= (byte)'9')
            {
                n = (n * 10) + (bytes[at++] - '0');
                if (n > CanonicalJson.MaxInteger)
                    return false;
            }

            return at > start && (bytes[start] != '0' || at == start + 1);
        }

        private bool PlainText(int most, out Range place) => String(out place) && place.End.Value - place.Start.Value is > 0 and var length && length <= most;

        private bool String(out Range place)
        {
            var length = bytes[at..].IndexOfAnyExcept(Plain);
            place = at..(at + Math.Max(length, 0));
            at += length + 1;
            return length >= 0 && bytes[at - 1] == '"';
        }

        private bool Hex(out Range place)
        {
            place = at..(at + 64);
            if (bytes.Length - at < 65 || bytes[at + 64] != '"' || bytes.Slice(at, 64).IndexOfAnyExcept(HexCharacters) >= 0)
                return false;
            at += 65;
            return true;
        }

        // The last character holds bits that belong to no byte and must be zero: only a few characters have them so.
        private bool Base64(int length, ReadOnlySpan<byte> last)
        {
            if (bytes.Length - at < length || bytes.Slice(at, length).IndexOfAnyExcept(Base64UrlCharacters) >= 0 || last.IndexOf(bytes[at + length - 1]) < 0)
                return false;
            at += length;
            return true;
        }

        private readonly bool At(byte wanted) => at < bytes.Length && bytes[at] == wanted;

        private bool Take(ReadOnlySpan<byte> literal)
        {
            if (!bytes[at..].StartsWith(literal))
                return false;
            at += literal.Length;
            return true;
        }
    }
}

/// <summary>
/// The heads tree (<see cref="Heads"/>) as a reader of a whole log builds it: trails grow entry by entry, and its root is
/// asked for now and then. Costs about a hundred bytes a proposal and nothing an entry.
/// </summary>
internal sealed class HeadsFold : IDisposable
{
    private readonly Lanes lanes = new();
    private readonly byte[] messages = new byte[Lanes.Width * 512];
    private readonly byte[] hashes = new byte[Lanes.Width * Merkle.HashSize];
    private readonly List<byte[]> levels = [new byte[Merkle.HashSize * 64]];
    private readonly List<int> touched = [];
    private readonly List<Trail> trails = [];

    private sealed class Trail
    {
        public required byte[] Reference;
        public long Count;
        public readonly byte[] Last = new byte[Merkle.HashSize];
        public bool Touched;
    }

    /// <summary>How many proposals there are.</summary>
    public int Count => trails.Count;

    public void Dispose() => lanes.Dispose();

    public int Add(ReadOnlySpan<byte> reference)
    {
        trails.Add(new Trail { Reference = reference.ToArray() });
        return trails.Count - 1;
    }

    /// <summary>How many entries a trail has, and the leaf hash of its last.</summary>
    public (long Count, byte[] Last) this[int ordinal] => (trails[ordinal].Count, trails[ordinal].Last);

    public void Grow(int ordinal, ReadOnlySpan<byte> leaf)
    {
        var trail = trails[ordinal];
        trail.Count++;
        leaf.CopyTo(trail.Last);
        if (trail.Touched)
            return;
        trail.Touched = true;
        touched.Add(ordinal);
    }

    /// <summary>The root over all trails as they are now.</summary>
    public byte[] Root()
    {
        touched.Sort();
        SetLeaves();
        // Each node above a changed leaf is made once, however many of its leaves changed.
        for (var level = 0; touched.Count > 0; level++)
        {
            var kept = 0;
            for (var i = 0; i < touched.Count; i++)
            {
                var parent = touched[i] >> 1;
                if ((kept == 0 || touched[kept - 1] != parent) && ((long)parent + 1) << (level + 1) <= trails.Count)
                    touched[kept++] = parent;
            }

            touched.RemoveRange(kept, touched.Count - kept);
            SetNodes(level + 1);
        }

        return Merkle.Root(trails.Count, (level, index) => levels[level].AsSpan((int)index * Merkle.HashSize, Merkle.HashSize).ToArray());
    }

    // The reference is spliced in as the entries spell it, which is its canonical spelling.
    private void SetLeaves()
    {
        Span<byte> hex = stackalloc byte[2 * Merkle.HashSize];
        Span<int> lengths = stackalloc int[Lanes.Width];
        for (var from = 0; from < touched.Count; from += Lanes.Width)
        {
            var some = Math.Min(Lanes.Width, touched.Count - from);
            var text = new SpanText(messages);
            for (var i = 0; i < some; i++)
            {
                var trail = trails[touched[from + i]];
                trail.Touched = false;
                var start = text.Length;
                Convert.TryToHexStringLower(trail.Last, hex, out _);
                text.Add("\0{\"count\":"u8);
                text.Add(trail.Count);
                text.Add(",\"last\":\""u8);
                text.Add(hex);
                text.Add("\",\"proposal\":\""u8);
                text.Add(trail.Reference);
                text.Add("\"}"u8);
                lengths[i] = text.Length - start;
                if (lengths[i] > Lanes.MaxMessage)
                {
                    // A reference of many signs beyond ASCII; hashed by itself.
                    Merkle.LeafHash(messages.AsSpan(start + 1, lengths[i] - 1), Slot(0, touched[from + i]));
                    lengths[i] = 0;
                    text.Length = start;
                }
            }

            lanes.Hash(messages, lengths[..some], hashes);
            for (var i = 0; i < some; i++)
            {
                if (lengths[i] > 0)
                    hashes.AsSpan(i * Merkle.HashSize, Merkle.HashSize).CopyTo(Slot(0, touched[from + i]));
            }
        }
    }

    private void SetNodes(int level)
    {
        for (var from = 0; from < touched.Count; from += Lanes.Width)
        {
            var some = Math.Min(Lanes.Width, touched.Count - from);
            for (var i = 0; i < some; i++)
                levels[level - 1].AsSpan(touched[from + i] * 2 * Merkle.HashSize, 2 * Merkle.HashSize).CopyTo(messages.AsSpan(i * 2 * Merkle.HashSize));
            lanes.Nodes(messages.AsSpan(0, some * 2 * Merkle.HashSize), hashes);
            for (var i = 0; i < some; i++)
                hashes.AsSpan(i * Merkle.HashSize, Merkle.HashSize).CopyTo(Slot(level, touched[from + i]));
        }
    }

    private Span<byte> Slot(int level, int index)
    {
        while (levels.Count <= level)
            levels.Add(new byte[Merkle.HashSize * 16]);
        var needed = (index + 1) * Merkle.HashSize;
        if (levels[level].Length < needed)
        {
            var grown = levels[level];
            Array.Resize(ref grown, (int)BitOperations.RoundUpToPowerOf2((uint)needed));
            levels[level] = grown;
        }

        return levels[level].AsSpan(index * Merkle.HashSize, Merkle.HashSize);
    }

    private ref struct SpanText(Span<byte> to)
    {
        private readonly Span<byte> to = to;

        public int Length { get; set; }

        public void Add(scoped ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(to[Length..]);
            Length += bytes.Length;
        }

        public void Add(long n)
        {
            n.TryFormat(to[Length..], out var written, provider: System.Globalization.CultureInfo.InvariantCulture);
            Length += written;
        }
    }
}
