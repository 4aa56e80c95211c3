using System.Buffers.Text;

namespace Governance.Ledger;

/// <summary>
/// A digest in an entry's <c>sd</c> that stands for nothing (RFC 9901, section 4.2.5). Its text is Base64 in the URL alphabet
/// of the JSON list of a salt alone: showing it proves that nothing was ever behind the digest, since a disclosure is a list of
/// three.
/// </summary>
public sealed record Decoy
{
    private const int SaltBytes = 16;

    private Decoy(string text)
    {
        Text = text;
        Digest = Disclosure.DigestOf(text);
    }

    /// <summary>What the digest is of.</summary>
    public string Text { get; }

    /// <summary>What stands in the entry's <c>sd</c>.</summary>
    public string Digest { get; }

    /// <summary>Makes a decoy of a salt of 16 bytes.</summary>
    public static Decoy Of(ReadOnlySpan<byte> salt)
    {
        if (salt.Length != SaltBytes)
            throw new ArgumentException($"A salt has {SaltBytes} bytes.", nameof(salt));
        return new Decoy(Base64Url.EncodeToString(System.Text.Encoding.ASCII.GetBytes($"[\"{Base64Url.EncodeToString(salt)}\"]")));
    }

    /// <summary>Reads a decoy as a bundle shows it.</summary>
    /// <exception cref="LedgerFormatException">The text is not that of a decoy.</exception>
    public static Decoy Parse(string text)
    {
        var json = StrictText.FromUtf8(StrictText.FromBase64Url(text, "A decoy"), "A decoy");
        return json.Length == 26 && json.StartsWith("[\"", StringComparison.Ordinal) && json.EndsWith("\"]", StringComparison.Ordinal) && json[2..^2].All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? new Decoy(text)
            : throw new LedgerFormatException("A decoy must be a list of a salt of 22 characters alone.");
    }
}
