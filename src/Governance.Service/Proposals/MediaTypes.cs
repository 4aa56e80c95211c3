using System.IO.Compression;
using System.Text;

namespace Governance.Service.Proposals;

/// <summary>What a file is, told from its content. Its name and what the browser says of it are not believed.</summary>
public static class MediaTypes
{
    public const string Pdf = "application/pdf";
    public const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    public const string Odt = "application/vnd.oasis.opendocument.text";
    public const string Png = "image/png";
    public const string Jpeg = "image/jpeg";
    public const string Text = "text/plain";

    /// <summary>The media type, or null when the content is none of the kinds that are accepted.</summary>
    public static string? Of(byte[] content)
    {
        if (content.AsSpan().StartsWith("%PDF-"u8)) return Pdf;
        if (content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A])) return Png;
        if (content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return Jpeg;
        if (content.AsSpan().StartsWith("PK\x03\x04"u8)) return OfZip(content);
        return IsText(content) ? Text : null;
    }

    static string? OfZip(byte[] content)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read);
            if (zip.GetEntry("mimetype") is { Length: < 200 } declared)
            {
                using var reader = new StreamReader(declared.Open(), Encoding.ASCII);
                var buffer = new char[200];
                var read = reader.ReadBlock(buffer);
                return new string(buffer, 0, read) == Odt ? Odt : null;
            }
            var names = zip.Entries.Select(e => e.FullName).ToHashSet(StringComparer.Ordinal);
            return names.Contains("[Content_Types].xml") && names.Contains("word/document.xml") && !CarriesMacros(zip) ? Docx : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>
    /// True for a document with macros, whatever it is called. The names of its parts do not distinguish upper and lower
    /// case, and a part with macros may have any name: the list of types says what it is.
    /// </summary>
    static bool CarriesMacros(ZipArchive zip)
    {
        if (zip.Entries.Any(e => e.Name.Equals("vbaProject.bin", StringComparison.OrdinalIgnoreCase))) return true;
        var types = zip.GetEntry("[Content_Types].xml")!;
        if (types.Length > LongestTypes) return true;
        using var reader = new StreamReader(types.Open());
        var buffer = new char[LongestTypes];
        var text = buffer.AsSpan(0, reader.ReadBlock(buffer));
        return text.Contains("macroEnabled", StringComparison.OrdinalIgnoreCase) || text.Contains("vbaProject", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>No list of types that a word processor writes is nearly as long, in bytes.</summary>
    const int LongestTypes = 256 * 1024;

    static bool IsText(byte[] content)
    {
        if (content.Contains((byte)0)) return false;
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
            // Markup is text too, but a browser may run it; plain text has no need of it.
            var start = text.AsSpan().TrimStart("\uFEFF \t\r\n\f\v");
            return !start.StartsWith("<", StringComparison.Ordinal);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
