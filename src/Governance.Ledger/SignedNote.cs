using System.Buffers.Binary;
using System.Text;

namespace Governance.Ledger;

/// <summary>One signature line of a note.</summary>
/// <param name="Name">The name of the key that is said to have signed.</param>
/// <param name="KeyId">The id of that key.</param>
/// <param name="Signature">The signature's bytes; their meaning depends on the key's type.</param>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Signature)
{
    /// <summary>The line as it stands below a note, its newline included.</summary>
    public string ToLine()
    {
        var blob = new byte[4 + Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(blob, KeyId);
        Signature.CopyTo(blob, 4);
        return $"\u2014 {Name} {Convert.ToBase64String(blob)}\n";
    }
}

/// <summary>
/// A text with signatures (C2SP <c>signed-note</c>). Nothing in <see cref="Text"/> may be believed before
/// <see cref="Verify"/> was called with keys that are trusted.
/// </summary>
public sealed class SignedNote
{
    /// <summary>The largest note that is read, in bytes.</summary>
    public const int MaxBytes = 1_000_000;

    /// <summary>The largest number of signatures on a note.</summary>
    public const int MaxSignatures = 100;

    private const string LinePrefix = "\u2014 ";

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    /// <summary>The signed text, its last newline included.</summary>
    public string Text { get; }

    /// <summary>The signatures, in the order of the note's lines.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Signs a text, which must end with a newline and hold no other control character.</summary>
    /// <exception cref="LedgerFormatException">The text cannot be a note's.</exception>
    public static SignedNote Sign(string text, params IReadOnlyList<NoteSigner> signers)
    {
        var message = StrictText.ToUtf8(text, "The note");
        var signatures = signers.Select(s => new NoteSignature(s.Verifier.Name, s.Verifier.KeyId, s.Sign(message))).ToList();
        // Read back, so that no note leaves here that a reader would refuse.
        return Parse(new SignedNote(text, signatures).ToBytes());
    }

    /// <summary>Reads a note without verifying anything.</summary>
    /// <exception cref="LedgerFormatException">The bytes are not a note.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw new LedgerFormatException($"The note is longer than {MaxBytes} bytes.");
        var all = StrictText.FromUtf8(bytes, "The note");
        if (all.Any(static c => c < ' ' && c != '\n'))
            throw new LedgerFormatException("The note holds a control character.");

        // The text may hold empty lines: the last one separates it from the signatures.
        var gap = all.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (gap < 0 || gap + 2 == all.Length || all[^1] != '\n')
            throw new LedgerFormatException("The note must be a text, an empty line and at least one signature, each ending with a newline.");
        var lines = all[(gap + 2)..^1].Split('\n');
        if (lines.Length > MaxSignatures)
            throw new LedgerFormatException($"The note has more than {MaxSignatures} signatures.");
        return new SignedNote(all[..(gap + 1)], [.. lines.Select(ParseLine)]);
    }

    /// <summary>The note in the form that <see cref="Parse"/> reads.</summary>
    public byte[] ToBytes()
    {
        var all = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
            all.Append(signature.ToLine());

        return StrictText.ToUtf8(all.ToString(), "The note");
    }

    /// <summary>The same note with one more signature line behind the others.</summary>
    public SignedNote With(NoteSignature signature) => Parse(new SignedNote(Text, [.. Signatures, signature]).ToBytes());

    /// <summary>
    /// Says which of the trusted keys signed the note. Signatures by other keys are passed over; one bad signature by a
    /// trusted key spoils the whole note.
    /// </summary>
    /// <returns>At least one key, each once.</returns>
    /// <exception cref="LedgerFormatException">A trusted key's signature is false, or no trusted key signed.</exception>
    public IReadOnlyList<NoteVerifier> Verify(params IReadOnlyList<NoteVerifier> trusted)
    {
        var message = Encoding.UTF8.GetBytes(Text);
        var verified = new List<NoteVerifier>();
        foreach (var signature in Signatures)
        {
            var key = trusted.FirstOrDefault(k => k.KeyId == signature.KeyId && k.Name == signature.Name);
            if (key is null)
                continue;
            if (!key.Verify(message, signature.Signature))
                throw new LedgerFormatException($"The signature by {key.Name} is false.");
            if (!verified.Contains(key))
                verified.Add(key);
        }

        return verified.Count > 0 ? verified : throw new LedgerFormatException("No key that is trusted has signed the note.");
    }

    private static NoteSignature ParseLine(string line)
    {
        var parts = line.StartsWith(LinePrefix, StringComparison.Ordinal) ? line[LinePrefix.Length..].Split(' ') : [];
        if (parts.Length != 2 || !NoteKeys.IsName(parts[0]))
            throw new LedgerFormatException("A signature line must be an em dash, a key's name and a signature, one space apart.");
        var blob = StrictText.FromBase64(parts[1], "A signature");
        return blob.Length > 4
            ? new NoteSignature(parts[0], BinaryPrimitives.ReadUInt32BigEndian(blob), blob[4..])
            : throw new LedgerFormatException("A signature is too short.");
    }
}

/// <summary>
/// A statement of a log's size and root (C2SP <c>tlog-checkpoint</c>), without extension lines: they would be signed but
/// no monitor could audit them.
/// </summary>
/// <param name="Origin">The log's name.</param>
/// <param name="Size">How many entries the log has.</param>
/// <param name="Root">The root of the Merkle tree over them, 32 bytes.</param>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    /// <summary>The note text: origin, size and root, each on a line.</summary>
    public string ToText() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n");

    /// <summary>Reads a note's text.</summary>
    /// <exception cref="LedgerFormatException">The text is not a checkpoint, or has extension lines.</exception>
    public static Checkpoint Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length != 4 || lines[3].Length > 0 || lines[0].Length == 0)
            throw new LedgerFormatException("A checkpoint must be three lines: the log's name, its size and its root.");
        if (!StrictText.TryDecimal(lines[1], out var size))
            throw new LedgerFormatException("The checkpoint's size is not a whole number.");
        var root = StrictText.FromBase64(lines[2], "The checkpoint's root");
        return root.Length == Merkle.HashSize
            ? new Checkpoint(lines[0], size, root)
            : throw new LedgerFormatException("The checkpoint's root is not 32 bytes long.");
    }
}
