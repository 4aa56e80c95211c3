using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Governance.Ledger;

namespace Governance.Service.Data;

/// <summary>
/// Seals what may have to be erased one day, with AES-256-GCM under keys of the <see cref="KeyStore"/> (ADR 0010). What is
/// sealed begins with the id of its key, so no table needs to say under which it is.
/// </summary>
public sealed class Sealing(KeyStore keys)
{
    // Version, key id, nonce, tag; then the ciphertext.
    const byte Version = 1;
    const int NonceAt = 9, NonceSize = 12, TagAt = NonceAt + NonceSize, TagSize = 16, TextAt = TagAt + TagSize;

    public KeyStore Keys { get; } = keys;

    /// <summary>Stands in place of a value that was erased, on every page and in every answer.</summary>
    public const string Erased = "(erased)";

    /// <summary>The id of the key that something is sealed under.</summary>
    public static long KeyIdOf(ReadOnlySpan<byte> box) => BinaryPrimitives.ReadInt64BigEndian(box[1..]);

    /// <summary>A fresh key for the caches of a proposal, or for a document.</summary>
    public long NewKey() => Keys.NewKey();

    /// <summary>Seals a text of a proposal's.</summary>
    /// <param name="column">Where it is kept: what is sealed for one column opens in no other.</param>
    public byte[] Seal(long key, string column, string text) => Seal(key, column, Encoding.UTF8.GetBytes(text));

    public byte[] Seal(long key, string column, ReadOnlySpan<byte> bytes) =>
        Box(key, Keys.Find(key) ?? throw new InvalidOperationException("A key that is in use was destroyed."), bytes, column);

    /// <summary>Opens a text; null when its key is gone.</summary>
    public string? Open(byte[] box, string column) => OpenBytes(box, column) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <inheritdoc cref="Open"/>
    public byte[]? OpenBytes(byte[] box, string column) => Keys.Find(KeyIdOf(box)) is { } key ? Unbox(key, box, column) : null;

    /// <summary>Opens a text that is there to be read.</summary>
    /// <exception cref="Review.ConflictException">Its key is gone: the data is older than an erasure.</exception>
    public string OpenOrSay(byte[] box, string column) => Open(box, column) ?? throw new Review.ConflictException(
        "This cannot be read: something in it was erased after this copy of the data was made. An operator can make it again from the ledger with the subcommand: doctor --rebuild");

    /// <summary>Seals a disclosure under its person's key, by a key of its own that follows from that key and its digest.</summary>
    public byte[] Seal(Guid person, Disclosure disclosure)
    {
        var id = Keys.KeyOf(person);
        return Box(id, ValueKey(Keys.Find(id)!, disclosure.Digest), Encoding.ASCII.GetBytes(disclosure.Text), disclosure.Digest);
    }

    /// <summary>The text of a disclosure; null when it was erased.</summary>
    public string? OpenDisclosure(string digest, byte[] box)
    {
        var key = Keys.Find(KeyIdOf(box)) is { } person ? ValueKey(person, digest) : Keys.FindValueKey(digest);
        return key is null ? null : Encoding.ASCII.GetString(Unbox(key, box, digest));
    }

    /// <summary>The key of one value, for keeping when its person's key must go; null when it is gone or kept already.</summary>
    public byte[]? ValueKeyOf(string digest, byte[] box) => Keys.Find(KeyIdOf(box)) is { } person ? ValueKey(person, digest) : null;

    /// <summary>
    /// The digests for an entry: of its disclosures and of as many decoys as make up <paramref name="total"/>. The decoys
    /// follow from a key of the service's and the entry's nonce, so that the service can always tell a decoy from a
    /// disclosure that is missing, and nobody else can.
    /// </summary>
    public IReadOnlyList<string> Digests(IEnumerable<Disclosure> disclosures, int total, string nonce) =>
        Disclosure.Digests(disclosures, total, Decoys(nonce).Select(static d => d.Digest));

    /// <summary>The decoys that an entry of that nonce can have, in the order in which they are used.</summary>
    public IEnumerable<Decoy> Decoys(string nonce)
    {
        var key = Keys.ServiceKey("decoys");
        for (var i = 0; ; i++)
            yield return Decoy.Of(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{nonce}/{i}")).AsSpan(0, 16));
    }

    /// <summary>A digest that cannot be guessed from what was handed in, as that of a request that may hold anything.</summary>
    public string Fingerprint(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(HMACSHA256.HashData(Keys.ServiceKey("fingerprints"), bytes));

    static byte[] ValueKey(byte[] person, string digest) => HMACSHA256.HashData(person, Encoding.ASCII.GetBytes(digest));

    static byte[] Box(long id, byte[] key, ReadOnlySpan<byte> text, string place)
    {
        var box = new byte[TextAt + text.Length];
        box[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(box.AsSpan(1), id);
        RandomNumberGenerator.Fill(box.AsSpan(NonceAt, NonceSize));
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(box.AsSpan(NonceAt, NonceSize), text, box.AsSpan(TextAt), box.AsSpan(TagAt, TagSize), Encoding.ASCII.GetBytes(place));
        return box;
    }

    static byte[] Unbox(byte[] key, ReadOnlySpan<byte> box, string place)
    {
        if (box.Length < TextAt || box[0] != Version) throw new InvalidOperationException("What should be sealed is not in the form of this version.");
        var text = new byte[box.Length - TextAt];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(box.Slice(NonceAt, NonceSize), box[TextAt..], box.Slice(TagAt, TagSize), text, Encoding.ASCII.GetBytes(place));
        return text;
    }
}

/// <summary>The sealed columns of a proposal's tables, as <see cref="Sealing"/> tells them apart.</summary>
static class ProposalColumns
{
    public const string State = "proposal.state", Title = "proposal.title", Organisation = "proposal.organisation",
        Answers = "proposal_revision.answers", Documents = "proposal_revision.documents",
        DraftAnswers = "proposal_draft.answers", DraftDocuments = "proposal_draft.documents", DraftResponses = "proposal_draft.responses",
        ReviewDraft = "review_draft.content";
}
