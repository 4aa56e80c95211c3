using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Governance.Ledger;

// The framework's decoders forgive white space, stray bits and bad UTF-8. Here one value has one spelling.
internal static class StrictText
{
    private static readonly UTF8Encoding Utf8 = new(false, true);

    /// <summary>Decodes UTF-8 and refuses a byte order mark and anything that is not well-formed.</summary>
    public static string FromUtf8(ReadOnlySpan<byte> bytes, string what)
    {
        if (bytes.StartsWith("\uFEFF"u8))
            throw new LedgerFormatException($"{what} starts with a byte order mark.");
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new LedgerFormatException($"{what} is not well-formed UTF-8.", e);
        }
    }

    /// <summary>Encodes as UTF-8 and refuses half surrogate pairs.</summary>
    public static byte[] ToUtf8(string text, string what)
    {
        try
        {
            return Utf8.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new LedgerFormatException($"{what} holds half of a surrogate pair.", e);
        }
    }

    /// <summary>Decodes standard Base64 with padding (RFC 4648, section 4), in its one canonical spelling.</summary>
    public static byte[] FromBase64(ReadOnlySpan<char> text, string what)
    {
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64Chars(text, bytes, out var length) || !text.SequenceEqual(Convert.ToBase64String(bytes, 0, length)))
            throw new LedgerFormatException($"{what} is not Base64.");
        return bytes[..length];
    }

    /// <summary>Decodes Base64 in the URL alphabet without padding (RFC 4648, section 5), in its one canonical spelling.</summary>
    public static byte[] FromBase64Url(ReadOnlySpan<char> text, string what)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            if (text.SequenceEqual(Base64Url.EncodeToString(bytes)))
                return bytes;
        }
        catch (FormatException)
        {
            // Falls through to the one message.
        }

        throw new LedgerFormatException($"{what} is not Base64 in the URL alphabet.");
    }

    /// <summary>Whether a text is a SHA-256 in lower-case hexadecimal, as sha256sum prints it.</summary>
    public static bool IsSha256Hex(string text) =>
        text.Length == 64 && text.AsSpan().IndexOfAnyExcept(HexCharacters) < 0;

    private static readonly SearchValues<char> HexCharacters = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads a decimal number from 0 to 2^63-1 without sign or leading zeros.</summary>
    public static bool TryDecimal(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out value)
        && text.IndexOfAnyExceptInRange('0', '9') < 0
        && (text.Length == 1 || text[0] != '0');
}
