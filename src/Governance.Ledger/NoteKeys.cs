using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Governance.Ledger;

/// <summary>
/// A public key that verifies Ed25519 signatures on notes, with the name it goes by (C2SP <c>signed-note</c>, type 0x01).
/// </summary>
public sealed class NoteVerifier
{
    private readonly byte[] publicKey;

    internal NoteVerifier(string name, byte[] publicKey)
    {
        Name = name;
        this.publicKey = publicKey;
        KeyId = NoteKeys.KeyId(name, publicKey);
    }

    /// <summary>The key's name, such as <c>example.org/reviews</c>.</summary>
    public string Name { get; }

    /// <summary>The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key): finds a key, proves nothing.</summary>
    public uint KeyId { get; }

    /// <summary>The 32 bytes of the public key (RFC 8032).</summary>
    public ReadOnlyMemory<byte> PublicKey => publicKey;

    /// <summary>Reads a key in the form <c>name+keyid+base64</c>.</summary>
    /// <exception cref="LedgerFormatException">The text is not such a key, or its id does not fit it.</exception>
    public static NoteVerifier Parse(string vkey)
    {
        var (name, publicKey) = NoteKeys.Parse(vkey, "The verifier key");
        var verifier = new NoteVerifier(name, publicKey);
        if (!Ed25519.ValidatePublicKeyFull(publicKey, 0))
            throw new LedgerFormatException("The verifier key is not a valid Ed25519 public key.");
        return vkey == verifier.ToString()
            ? verifier
            : throw new LedgerFormatException("The verifier key's id does not belong to its name and key.");
    }

    /// <summary>The key in the form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => NoteKeys.Format(Name, KeyId, publicKey);

    /// <summary>The public key as a SubjectPublicKeyInfo PEM file (RFC 8410), which the openssl command reads.</summary>
    public string ToSpkiPem()
    {
        // SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING } is the same for every Ed25519 key up to the key itself.
        byte[] spki = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00, .. publicKey];
        return PemEncoding.WriteString("PUBLIC KEY", spki) + "\n";
    }

    /// <summary>Whether a signature of 64 bytes over a message verifies.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == Ed25519.SignatureSize
        && Ed25519.Verify(signature.ToArray(), 0, publicKey, 0, message.ToArray(), 0, message.Length);
}

/// <summary>A private key that signs notes with Ed25519 (C2SP <c>signed-note</c>, type 0x01).</summary>
public sealed class NoteSigner
{
    private const string Prefix = "PRIVATE+KEY+";
    private readonly byte[] seed;

    private NoteSigner(string name, byte[] seed)
    {
        this.seed = seed;
        var publicKey = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(seed, 0, publicKey, 0);
        Verifier = new NoteVerifier(name, publicKey);
    }

    /// <summary>The public half.</summary>
    public NoteVerifier Verifier { get; }

    /// <summary>Makes a new key.</summary>
    /// <param name="name">The name it goes by; no spaces, no plus sign. A log's key bears the log's origin.</param>
    public static NoteSigner Generate(string name)
    {
        if (!NoteKeys.IsName(name))
            throw new ArgumentException("A key's name must not be empty nor hold spaces, control characters or a plus sign.", nameof(name));
        return new NoteSigner(name, RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize));
    }

    /// <summary>Reads a key in the form <c>PRIVATE+KEY+name+keyid+base64</c>.</summary>
    /// <exception cref="LedgerFormatException">The text is not such a key. The message never holds any of it.</exception>
    public static NoteSigner Parse(string privateKey)
    {
        if (!privateKey.StartsWith(Prefix, StringComparison.Ordinal))
            throw new LedgerFormatException($"The private key does not start with {Prefix}.");
        var (name, seed) = NoteKeys.Parse(privateKey[Prefix.Length..], "The private key");
        var signer = new NoteSigner(name, seed);
        return privateKey == signer.ToPrivateText()
            ? signer
            : throw new LedgerFormatException("The private key's id does not belong to its name and key.");
    }

    /// <summary>The private key as text, to be kept secret and out of the database.</summary>
    public string ToPrivateText() => Prefix + NoteKeys.Format(Verifier.Name, Verifier.KeyId, seed);

    /// <summary>Signs a message; 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(seed, 0, Verifier.PublicKey.ToArray(), 0, message.ToArray(), 0, message.Length, signature, 0);
        return signature;
    }
}

internal static class NoteKeys
{
    /// <summary>A key that signs notes.</summary>
    public const byte Ed25519Type = 1;

    /// <summary>A key that cosigns checkpoints, with a time (C2SP tlog-cosignature).</summary>
    public const byte CosignatureType = 4;

    public static bool IsName(string name) =>
        name.Length is > 0 and <= 255
        && name.EnumerateRunes().All(static r => r != Rune.ReplacementChar && !Rune.IsWhiteSpace(r) && !Rune.IsControl(r) && r.Value != '+');

    public static uint KeyId(string name, ReadOnlySpan<byte> publicKey, byte type = Ed25519Type)
    {
        byte[] input = [.. StrictText.ToUtf8(name, "The key's name"), (byte)'\n', type, .. publicKey];
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(input));
    }

    public static string Format(string name, uint keyId, ReadOnlySpan<byte> key, byte type = Ed25519Type) =>
        $"{name}+{keyId:x8}+{Convert.ToBase64String([type, .. key])}";

    public static (string Name, byte[] Key) Parse(string text, string what)
    {
        var (name, type, key) = ParseAny(text, what);
        return type == Ed25519Type
            ? (name, key)
            : throw new LedgerFormatException($"{what} is not an Ed25519 key (type 0x01, 32 bytes).");
    }

    /// <summary>Reads a key of any type whose material is 32 bytes long.</summary>
    public static (string Name, byte Type, byte[] Key) ParseAny(string text, string what)
    {
        // Base64 may hold plus signs, a name may not.
        var parts = text.Split('+', 3);
        if (parts.Length != 3 || !IsName(parts[0]) || parts[1].Length != 8)
            throw new LedgerFormatException($"{what} is not of the form name+keyid+base64.");
        var bytes = StrictText.FromBase64(parts[2], what);
        return bytes.Length == 33
            ? (parts[0], bytes[0], bytes[1..])
            : throw new LedgerFormatException($"{what} is not an Ed25519 key (a type and 32 bytes).");
    }
}
