using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Governance.Ledger;

/// <summary>What a witness says with its signature: at this time, this was the largest consistent head that it had seen.</summary>
/// <param name="Witness">The key that signed.</param>
/// <param name="At">When, in whole seconds, by the witness's clock.</param>
public sealed record Cosignature(WitnessVerifier Witness, DateTimeOffset At);

/// <summary>
/// The public key of a witness: it verifies cosignatures on checkpoints (C2SP <c>tlog-cosignature</c>, <c>cosignature/v1</c>,
/// Ed25519, type 0x04).
/// </summary>
public sealed class WitnessVerifier : IEquatable<WitnessVerifier>
{
    private const int TimeBytes = 8;
    private readonly byte[] publicKey;

    internal WitnessVerifier(string name, byte[] publicKey)
    {
        Name = name;
        this.publicKey = publicKey;
        KeyId = NoteKeys.KeyId(name, publicKey, NoteKeys.CosignatureType);
    }

    /// <summary>The key's name, such as <c>witness.example/w1</c>.</summary>
    public string Name { get; }

    /// <summary>The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x04 ‖ public key): finds a key, proves nothing.</summary>
    public uint KeyId { get; }

    /// <summary>The 32 bytes of the public key (RFC 8032).</summary>
    public ReadOnlyMemory<byte> PublicKey => publicKey;

    /// <summary>
    /// Reads a key in the form <c>name+keyid+base64</c>. Some lists of witnesses write the same key as one that signs notes
    /// (type 0x01); that is read too, and its cosignatures are still those of type 0x04.
    /// </summary>
    /// <exception cref="LedgerFormatException">The text is not such a key, or its id does not fit it.</exception>
    public static WitnessVerifier Parse(string vkey)
    {
        var (name, type, publicKey) = NoteKeys.ParseAny(vkey, "The witness's key");
        if (type is not (NoteKeys.CosignatureType or NoteKeys.Ed25519Type))
            throw new LedgerFormatException("The witness's key is of a type that is not known here: 0x04 is wanted.");
        if (vkey != NoteKeys.Format(name, NoteKeys.KeyId(name, publicKey, type), publicKey, type))
            throw new LedgerFormatException("The witness's key id does not belong to its name and key.");
        return Ed25519.ValidatePublicKeyFull(publicKey, 0)
            ? new WitnessVerifier(name, publicKey)
            : throw new LedgerFormatException("The witness's key is not a valid Ed25519 public key.");
    }

    /// <summary>The key in the form that <see cref="Parse"/> reads, with type 0x04.</summary>
    public override string ToString() => NoteKeys.Format(Name, KeyId, publicKey, NoteKeys.CosignatureType);

    /// <summary>Whether a signature line bears this key's name and id. Says nothing about whether it is true.</summary>
    public bool Matches(NoteSignature line) => line.KeyId == KeyId && line.Name == Name;

    /// <summary>Verifies one line over a checkpoint's text.</summary>
    /// <returns>The cosignature; null when the line is another key's.</returns>
    /// <exception cref="LedgerFormatException">The line bears this key's name and id, but its signature is false.</exception>
    public Cosignature? Verify(string checkpoint, NoteSignature line)
    {
        if (!Matches(line))
            return null;
        if (line.Signature.Length == TimeBytes + Ed25519.SignatureSize)
        {
            var time = BinaryPrimitives.ReadUInt64BigEndian(line.Signature);
            var message = Message(checkpoint, time);
            // Beyond that, .NET's calendar ends; no clock shows such a time.
            if (time <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
                && Ed25519.Verify(line.Signature, TimeBytes, publicKey, 0, message, 0, message.Length))
            {
                return new Cosignature(this, DateTimeOffset.FromUnixTimeSeconds((long)time));
            }
        }

        throw new LedgerFormatException($"The cosignature by {Name} is false.");
    }

    /// <summary>The cosignature of this key on a note; null when there is none.</summary>
    /// <exception cref="LedgerFormatException">A line bears this key's name and id, but its signature is false.</exception>
    public Cosignature? On(SignedNote note) =>
        note.Signatures.Select(line => Verify(note.Text, line)).Where(static c => c is not null).MaxBy(static c => c!.At);

    /// <inheritdoc/>
    public bool Equals(WitnessVerifier? other) => other is not null && other.Name == Name && other.publicKey.AsSpan().SequenceEqual(publicKey);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WitnessVerifier);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, KeyId);

    internal static byte[] Message(string checkpoint, ulong time) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n{checkpoint}"));
}

/// <summary>The private key of a witness, which cosigns checkpoints.</summary>
public sealed class WitnessSigner
{
    private const string Prefix = "PRIVATE+KEY+";
    private readonly byte[] seed;

    private WitnessSigner(string name, byte[] seed)
    {
        this.seed = seed;
        var publicKey = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(seed, 0, publicKey, 0);
        Verifier = new WitnessVerifier(name, publicKey);
    }

    /// <summary>The public half.</summary>
    public WitnessVerifier Verifier { get; }

    /// <summary>Makes a new key.</summary>
    /// <param name="name">The name it goes by; no spaces, no plus sign, such as <c>witness.example/w1</c>.</param>
    public static WitnessSigner Generate(string name) => NoteKeys.IsName(name)
        ? new WitnessSigner(name, RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize))
        : throw new ArgumentException("A key's name must not be empty nor hold spaces, control characters or a plus sign.", nameof(name));

    /// <summary>Reads what <see cref="ToPrivateText"/> wrote.</summary>
    /// <exception cref="LedgerFormatException">The text is not such a key. The message never holds any of it.</exception>
    public static WitnessSigner Parse(string privateKey)
    {
        if (!privateKey.StartsWith(Prefix, StringComparison.Ordinal))
            throw new LedgerFormatException($"The private key does not start with {Prefix}.");
        var (name, type, seed) = NoteKeys.ParseAny(privateKey[Prefix.Length..], "The private key");
        if (type != NoteKeys.CosignatureType)
            throw new LedgerFormatException("The private key is not a witness's (type 0x04).");
        var signer = new WitnessSigner(name, seed);
        return privateKey == signer.ToPrivateText()
            ? signer
            : throw new LedgerFormatException("The private key's id does not belong to its name and key.");
    }

    /// <summary>The private key as text, to be kept secret.</summary>
    public string ToPrivateText() => Prefix + NoteKeys.Format(Verifier.Name, Verifier.KeyId, seed, NoteKeys.CosignatureType);

    /// <summary>Cosigns a checkpoint's text. Only a head that grew from every head cosigned before may be handed in.</summary>
    /// <param name="checkpoint">The text of the note, its last newline included.</param>
    /// <param name="at">The time now; kept in whole seconds.</param>
    public NoteSignature Cosign(string checkpoint, DateTimeOffset at)
    {
        var time = (ulong)at.ToUnixTimeSeconds();
        var message = WitnessVerifier.Message(checkpoint, time);
        var signature = new byte[sizeof(ulong) + Ed25519.SignatureSize];
        BinaryPrimitives.WriteUInt64BigEndian(signature, time);
        Ed25519.Sign(seed, 0, Verifier.PublicKey.ToArray(), 0, message, 0, message.Length, signature, sizeof(ulong));
        return new NoteSignature(Verifier.Name, Verifier.KeyId, signature);
    }
}
