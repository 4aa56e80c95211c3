using System.Globalization;
using System.Text;

namespace Governance.Ledger;

/// <summary>
/// A proof that an entry is in a log, to be checked without the log (C2SP <c>tlog-proof</c>): index, inclusion proof and
/// the signed checkpoint. Parsing verifies nothing.
/// </summary>
public sealed record TlogProof
{
    private const string Header = "c2sp.org/tlog-proof@v1";

    /// <summary>The entry's index in the log, from 0.</summary>
    public required long Index { get; init; }

    /// <summary>The inclusion proof: hashes of 32 bytes, from the leaf's sibling up.</summary>
    public required IReadOnlyList<byte[]> Hashes { get; init; }

    /// <summary>The checkpoint with its signatures, as it stands.</summary>
    public required byte[] Checkpoint { get; init; }

    /// <summary>Data that nothing vouches for, or null.</summary>
    public byte[]? Extra { get; init; }

    /// <summary>The proof as text.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(Header).Append('\n');
        if (Extra is not null)
            text.Append("extra ").Append(Convert.ToBase64String(Extra)).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"index {Index}\n");
        foreach (var hash in Hashes)
            text.Append(Convert.ToBase64String(hash)).Append('\n');
        return [.. Encoding.ASCII.GetBytes(text.Append('\n').ToString()), .. Checkpoint];
    }

    /// <summary>Reads a proof.</summary>
    /// <exception cref="LedgerFormatException">The bytes are not a proof.</exception>
    public static TlogProof Parse(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\n\n"u8);
        if (bytes.Length > SignedNote.MaxBytes || end < 0 || end + 2 == bytes.Length)
            throw new LedgerFormatException("A proof must have an empty line and a checkpoint after it.");
        var lines = new Queue<string>(StrictText.FromUtf8(bytes[..end], "The proof").Split('\n'));
        if (lines.Dequeue() != Header)
            throw new LedgerFormatException($"A proof must start with the line {Header}.");

        byte[]? extra = null;
        if (lines.TryPeek(out var line) && line.StartsWith("extra ", StringComparison.Ordinal))
            extra = StrictText.FromBase64(lines.Dequeue().AsSpan(6), "The proof's extra data");
        if (!lines.TryDequeue(out line) || !line.StartsWith("index ", StringComparison.Ordinal)
            || !StrictText.TryDecimal(line.AsSpan(6), out var index))
        {
            throw new LedgerFormatException("A proof must give the entry's index.");
        }

        // A tree of 2^63-1 leaves has no longer path.
        if (lines.Count > 63)
            throw new LedgerFormatException("A proof holds at most 63 hashes.");
        var hashes = lines.Select(static hash => StrictText.FromBase64(hash, "A hash of the proof")).ToList();
        if (hashes.Exists(static hash => hash.Length != Merkle.HashSize))
            throw new LedgerFormatException("A hash of the proof is not 32 bytes long.");
        return new TlogProof { Index = index, Hashes = hashes, Checkpoint = bytes[(end + 2)..].ToArray(), Extra = extra };
    }
}
