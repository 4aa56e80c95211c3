using System.Text;
using System.Text.Json.Nodes;

namespace Governance.Ledger;

/// <summary>
/// The passing on of a log's name from one key to the next: an entry of kind <c>key.rotated</c>, signed by both. The old
/// key says who follows it; the new one says that its holder knows. Whoever trusts the old key can so come to trust the new.
/// </summary>
/// <param name="Old">The key that signed checkpoints up to here.</param>
/// <param name="New">The key that signs them from here on. Both bear the log's name.</param>
/// <param name="OldSignature">64 bytes by the old key over <see cref="Text"/>.</param>
/// <param name="NewSignature">64 bytes by the new key over <see cref="Text"/>.</param>
public sealed record KeyRotation(NoteVerifier Old, NoteVerifier New, byte[] OldSignature, byte[] NewSignature)
{
    /// <summary>The kind of the entry.</summary>
    public const string Kind = "key.rotated";

    /// <summary>
    /// What both keys sign: four lines, each ending with a newline. The first one, and keys where a checkpoint has its size
    /// and root, keep it from ever being taken for a checkpoint.
    /// </summary>
    public static string Text(NoteVerifier old, NoteVerifier next) => $"key-rotation/v1\n{old.Name}\n{old}\n{next}\n";

    /// <summary>Signs the passing on.</summary>
    /// <exception cref="ArgumentException">The keys bear different names, or are the same key.</exception>
    public static KeyRotation Sign(NoteSigner old, NoteSigner next)
    {
        if (old.Verifier.Name != next.Verifier.Name)
            throw new ArgumentException($"The new key must bear the log's name, {old.Verifier.Name}.", nameof(next));
        if (old.Verifier.ToString() == next.Verifier.ToString())
            throw new ArgumentException("The new key is the old one.", nameof(next));
        var text = Encoding.UTF8.GetBytes(Text(old.Verifier, next.Verifier));
        return new KeyRotation(old.Verifier, next.Verifier, old.Sign(text), next.Sign(text));
    }

    /// <summary>The data of the entry.</summary>
    public JsonObject ToData() => new()
    {
        ["old"] = Old.ToString(),
        ["new"] = New.ToString(),
        ["old_signature"] = Convert.ToBase64String(OldSignature),
        ["new_signature"] = Convert.ToBase64String(NewSignature),
    };

    /// <summary>Reads an entry and verifies both signatures.</summary>
    /// <exception cref="LedgerFormatException">The entry is no rotation of its log's key, or a signature is false.</exception>
    public static KeyRotation Read(Entry entry)
    {
        if (entry.Kind != Kind || entry.Data.Count != 4)
            throw new LedgerFormatException($"Entry {entry.Seq} does not pass the log's key on.");
        string Field(string name) => entry.Data[name] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new LedgerFormatException($"Entry {entry.Seq} lacks the text {name}.");
        var rotation = new KeyRotation(
            NoteVerifier.Parse(Field("old")),
            NoteVerifier.Parse(Field("new")),
            StrictText.FromBase64(Field("old_signature"), "The old key's signature"),
            StrictText.FromBase64(Field("new_signature"), "The new key's signature"));
        if (rotation.Old.Name != entry.Log || rotation.New.Name != entry.Log)
            throw new LedgerFormatException($"Entry {entry.Seq} passes on the key of another log.");
        var message = Encoding.UTF8.GetBytes(Text(rotation.Old, rotation.New));
        if (!rotation.Old.Verify(message, rotation.OldSignature))
            throw new LedgerFormatException($"Entry {entry.Seq}: the old key did not sign the change of key.");
        return rotation.New.Verify(message, rotation.NewSignature)
            ? rotation
            : throw new LedgerFormatException($"Entry {entry.Seq}: the new key did not sign the change of key.");
    }

    /// <summary>
    /// Follows the changes of key from one that is trusted. It needs the entries of kind <see cref="Kind"/> only, and no proof
    /// that they are in the log: the signatures alone say who follows whom.
    /// </summary>
    /// <param name="trusted">The key that is known from elsewhere.</param>
    /// <param name="entries">The changes of key, in the order of the log. Those from before the trusted key are passed over.</param>
    /// <returns>The trusted key and those after it, the one in force last.</returns>
    /// <exception cref="LedgerFormatException">A change is false, or there are two ways on from one key.</exception>
    public static IReadOnlyList<NoteVerifier> Follow(NoteVerifier trusted, IEnumerable<Entry> entries)
    {
        var next = new Dictionary<string, NoteVerifier>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var rotation = Read(entry);
            if (!next.TryAdd(rotation.Old.ToString(), rotation.New))
                throw new LedgerFormatException($"Entry {entry.Seq} passes on a key that was passed on before.");
        }

        var keys = new List<NoteVerifier> { trusted };
        while (next.Remove(keys[^1].ToString(), out var follower))
            keys.Add(follower);
        return keys;
    }
}
