using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.Ledger;

/// <summary>Who an export may show a disclosure to. Each class includes the ones before it.</summary>
public enum DisclosureClass
{
    /// <summary>Anyone: it is in the public register.</summary>
    Public,

    /// <summary>Those who review the proposal.</summary>
    Panel,

    /// <summary>Names a person or tells about one.</summary>
    Personal,
}

/// <summary>
/// A named value that an entry commits to by its digest alone (RFC 9901, section 4.2): it can be shown, withheld or erased,
/// and the entry verifies all the same.
/// </summary>
public sealed record Disclosure
{
    // 16 random bytes, written in Base64 without padding.
    private const int SaltBytes = 16;
    private const int SaltCharacters = 22;

    private Disclosure(string text, string salt, string name, JsonNode value)
    {
        Text = text;
        Salt = salt;
        Name = name;
        Value = value;
        Digest = DigestOf(text);
    }

    /// <summary>The disclosure as it is handed over: Base64 in the URL alphabet of the JSON array [salt, name, value].</summary>
    public string Text { get; }

    /// <summary>What makes the value unguessable from the digest.</summary>
    public string Salt { get; }

    /// <summary>What the value is, such as <c>rationale</c>.</summary>
    public string Name { get; }

    /// <summary>The value.</summary>
    public JsonNode Value { get; }

    /// <summary>What stands in the entry's <c>sd</c>: Base64 in the URL alphabet of the SHA-256 of <see cref="Text"/>.</summary>
    public string Digest { get; }

    /// <summary>Makes a disclosure with a fresh random salt.</summary>
    /// <exception cref="LedgerFormatException">The value is outside the canonical profile, or too long.</exception>
    public static Disclosure Create(string name, JsonNode value)
    {
        var salt = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SaltBytes));
        var json = CanonicalJson.Write(new JsonArray(salt, name, value.DeepClone()));
        return new Disclosure(Base64Url.EncodeToString(json), salt, name, value.DeepClone());
    }

    /// <summary>Reads a disclosure. Its JSON may be spelt in any way, since the digest is of the text as it stands.</summary>
    /// <exception cref="LedgerFormatException">The text is not a disclosure, or its value is outside the canonical profile.</exception>
    public static Disclosure Parse(string text)
    {
        if (text.Length > CanonicalJson.MaxBytes * 2)
            throw new LedgerFormatException("A disclosure is too long.");
        var json = StrictText.FromUtf8(StrictText.FromBase64Url(text, "A disclosure"), "A disclosure");
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = CanonicalJson.MaxDepth };
            if (JsonNode.Parse(json, null, options) is not JsonArray { Count: 3 } array
                || array[0] is not JsonValue first || !first.TryGetValue<string>(out var salt) || salt.Length < SaltCharacters
                || array[1] is not JsonValue second || !second.TryGetValue<string>(out var name) || name.Length == 0
                || array[2] is not { } value)
            {
                throw new LedgerFormatException("A disclosure must be a list of a salt of at least 22 characters, a name and a value.");
            }

            CanonicalJson.Write(array);
            return new Disclosure(text, salt, name, value.DeepClone());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new LedgerFormatException("A disclosure does not hold well-formed JSON.", e);
        }
    }

    /// <summary>The digest of a disclosure's text.</summary>
    public static string DigestOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    /// <summary>A digest that belongs to nothing, and that nobody can tell from one that does.</summary>
    public static string DecoyDigest() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes));

    /// <summary>
    /// The digests for an entry's <c>sd</c>: those of the disclosures and as many decoys as make up
    /// <paramref name="total"/>, sorted, so that neither their number nor their order tells anything.
    /// </summary>
    /// <param name="decoys">Where decoys come from; random ones unless told.</param>
    public static IReadOnlyList<string> Digests(IEnumerable<Disclosure> disclosures, int total, IEnumerable<string>? decoys = null)
    {
        var digests = disclosures.Select(static d => d.Digest).ToList();
        digests.AddRange((decoys ?? RandomDecoys()).Take(Math.Max(0, total - digests.Count)));
        digests.Sort(string.CompareOrdinal);
        return digests;
    }

    static IEnumerable<string> RandomDecoys()
    {
        while (true) yield return DecoyDigest();
    }

    /// <summary>Two disclosures are the same when their texts are.</summary>
    public bool Equals(Disclosure? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
