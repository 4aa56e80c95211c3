using System.Globalization;
using System.Text;

namespace Governance.Ledger;

/// <summary>
/// The body of a request to a witness (C2SP <c>tlog-witness</c>, <c>add-checkpoint</c>): the size that the witness saw
/// last, the proof that the log has only grown since, and the new checkpoint. Parsing verifies nothing.
/// </summary>
public sealed record AddCheckpoint
{
    /// <summary>The media type of the answer that names the size the witness has.</summary>
    public const string SizeMediaType = "text/x.tlog.size";

    /// <summary>The most hashes that a proof can have.</summary>
    public const int MostHashes = 63;

    /// <summary>The size of the last checkpoint that the witness cosigned, 0 before the first.</summary>
    public required long OldSize { get; init; }

    /// <summary>The consistency proof from the old size to the checkpoint's; empty from 0 and between equal sizes.</summary>
    public required IReadOnlyList<byte[]> Proof { get; init; }

    /// <summary>The checkpoint with its signatures, as it stands.</summary>
    public required byte[] Checkpoint { get; init; }

    /// <summary>The body as it is sent.</summary>
    public byte[] ToBytes()
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {OldSize}\n");
        foreach (var hash in Proof)
            head.Append(Convert.ToBase64String(hash)).Append('\n');
        return [.. Encoding.ASCII.GetBytes(head.Append('\n').ToString()), .. Checkpoint];
    }

    /// <summary>Reads a body.</summary>
    /// <exception cref="LedgerFormatException">The bytes are not such a request.</exception>
    public static AddCheckpoint Parse(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\n\n"u8);
        if (end < 0)
            throw new LedgerFormatException("The request must have an empty line and a checkpoint after it.");
        var lines = StrictText.FromUtf8(bytes[..end], "The request").Split('\n');
        if (!lines[0].StartsWith("old ", StringComparison.Ordinal) || !StrictText.TryDecimal(lines[0].AsSpan(4), out var old))
            throw new LedgerFormatException("The request must begin with the old size.");
        if (lines.Length - 1 > MostHashes)
            throw new LedgerFormatException($"A proof holds at most {MostHashes} hashes.");
        var proof = lines.Skip(1).Select(static line => StrictText.FromBase64(line, "A hash of the proof")).ToList();
        return proof.TrueForAll(static hash => hash.Length == Merkle.HashSize)
            ? new AddCheckpoint { OldSize = old, Proof = proof, Checkpoint = bytes[(end + 2)..].ToArray() }
            : throw new LedgerFormatException("A hash of the proof is not 32 bytes long.");
    }

    /// <summary>Reads the lines that a witness answers with.</summary>
    /// <exception cref="LedgerFormatException">They are not signature lines.</exception>
    public static IReadOnlyList<NoteSignature> ParseAnswer(ReadOnlySpan<byte> lines) =>
        SignedNote.Parse([.. "checkpoint\n\n"u8, .. lines]).Signatures;

    /// <summary>The lines that a witness answers with.</summary>
    public static byte[] Answer(params IReadOnlyList<NoteSignature> cosignatures) =>
        Encoding.UTF8.GetBytes(string.Concat(cosignatures.Select(static c => c.ToLine())));

    /// <summary>
    /// What a witness decides, given the last checkpoint that it cosigned. It is the whole rule: whoever keeps the state must
    /// compare and store it in one step, and durably, before the cosignature leaves.
    /// </summary>
    /// <param name="last">The last checkpoint that the witness cosigned for this origin; null before the first.</param>
    /// <param name="next">The checkpoint of this request, whose signature must have been verified.</param>
    public WitnessDecision Decide(Checkpoint? last, Checkpoint next)
    {
        if (OldSize > next.Size)
            return WitnessDecision.Malformed;
        if (OldSize != (last?.Size ?? 0))
            return WitnessDecision.OtherSize;
        if (OldSize == 0)
            return Proof.Count > 0 || (next.Size == 0 && !next.Root.AsSpan().SequenceEqual(Merkle.EmptyRoot())) ? WitnessDecision.NotProven : WitnessDecision.Cosign;
        if (OldSize == next.Size)
        {
            return !next.Root.AsSpan().SequenceEqual(last!.Root) ? WitnessDecision.SplitView
                : Proof.Count > 0 ? WitnessDecision.NotProven
                : WitnessDecision.Cosign;
        }

        return Merkle.VerifyConsistency(OldSize, next.Size, last!.Root, next.Root, Proof) ? WitnessDecision.Cosign : WitnessDecision.NotProven;
    }
}

/// <summary>What a witness does with a request.</summary>
public enum WitnessDecision
{
    /// <summary>Store the checkpoint, then cosign it (200).</summary>
    Cosign,

    /// <summary>The old size is larger than the checkpoint's (400).</summary>
    Malformed,

    /// <summary>The old size is not that of the last checkpoint (409, with the size that is).</summary>
    OtherSize,

    /// <summary>As large as the last checkpoint, with another root: the log shows two histories (409).</summary>
    SplitView,

    /// <summary>The proof does not show that the log only grew (422).</summary>
    NotProven,
}
