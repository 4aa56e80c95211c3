using System.IO.Compression;

namespace Governance.Ledger.Bundles;

/// <summary>
/// Takes the files out of a bundle whose maker may be hostile: into memory only, within fixed limits, and only under the
/// names that a bundle has.
/// </summary>
public static class BundleReader
{
    /// <summary>The largest zip, in bytes.</summary>
    public const int MaxZipBytes = 64 << 20;

    /// <summary>The largest number of files.</summary>
    public const int MaxFiles = 20_000;

    /// <summary>The largest file, in bytes.</summary>
    public const int MaxFileBytes = 32 << 20;

    /// <summary>The most that all files together may come to, in bytes.</summary>
    public const int MaxTotalBytes = 128 << 20;

    /// <summary>How many times as large as the zip its files may be, beyond a first mebibyte.</summary>
    public const int MaxRatio = 20;

    private static ReadOnlySpan<byte> DirectoryRecord => "PK\x01\x02"u8;

    /// <summary>Reads all files. What they hold is not looked at.</summary>
    /// <exception cref="LedgerFormatException">The zip is damaged, too large, or holds a file that a bundle does not have.</exception>
    public static IReadOnlyDictionary<string, byte[]> Read(Stream input)
    {
        var bytes = ReadUpTo(input, MaxZipBytes, "The bundle");
        // Counted before anything is built from the directory, which could list millions of files.
        if (bytes.AsSpan().Count(DirectoryRecord) > MaxFiles)
            throw new LedgerFormatException($"The bundle holds more than {MaxFiles} files.");
        try
        {
            return ReadFiles(bytes);
        }
        catch (Exception e) when (e is not (LedgerFormatException or OutOfMemoryException))
        {
            // The framework answers a damaged zip with many kinds of exception; to a reader of ours they are one.
            throw new LedgerFormatException("The bundle is not a zip file, or it is damaged.", e);
        }
    }

    private static Dictionary<string, byte[]> ReadFiles(byte[] bytes)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        long left = Math.Min(MaxTotalBytes, (1L << 20) + ((long)bytes.Length * MaxRatio));
        foreach (var entry in zip.Entries)
        {
            if (!BundleLayout.IsKnown(entry.FullName))
                throw new LedgerFormatException($"The bundle holds \"{Printable(entry.FullName)}\", which does not belong in one.");
            // Names that differ in case only would overwrite each other where the file system does not tell them apart.
            if (!names.Add(entry.FullName))
                throw new LedgerFormatException($"The bundle holds {entry.FullName} twice.");
            if (entry.IsEncrypted)
                throw new LedgerFormatException($"{entry.FullName} is encrypted.");
            using var stream = entry.Open();
            var file = ReadUpTo(stream, (int)Math.Min(MaxFileBytes, left), entry.FullName);
            if (file.Length != entry.Length)
                throw new LedgerFormatException($"{entry.FullName} does not have the length that the zip says.");
            left -= file.Length;
            files.Add(entry.FullName, file);
        }

        return files;
    }

    private static byte[] ReadUpTo(Stream stream, int most, string what)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            if (copy.Length + read > most)
                throw new LedgerFormatException($"{what} is larger than is allowed.");
            copy.Write(buffer, 0, read);
        }

        return copy.ToArray();
    }

    private static string Printable(string name) =>
        string.Concat(name.Take(80).Select(static c => c is >= ' ' and < (char)0x7F ? c : '?'));
}
