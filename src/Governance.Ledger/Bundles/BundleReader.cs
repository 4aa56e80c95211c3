using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Governance.Ledger.Bundles;

/// <summary>
/// Takes the files out of a bundle whose maker may be hostile: one after the other, as streams, within fixed limits, and
/// only under the names that a bundle has. It writes nothing to disk, and holds no more than the file that is asked for.
/// </summary>
public sealed class BundleReader : IDisposable
{
    /// <summary>The largest zip that is taken from a stream that cannot be read twice, in bytes.</summary>
    public const int MaxZipBytes = 64 << 20;

    /// <summary>The largest number of files in the bundle of a trail.</summary>
    public const int MaxFiles = 20_000;

    /// <summary>The largest number of files in the bundle of a whole log, nearly all of them tiles of 256 hashes.</summary>
    public const int MaxLogFiles = 400_000;

    /// <summary>The largest file, in bytes; for a whole log, entries and disclosures are exempt, since they are read line by line.</summary>
    public const int MaxFileBytes = 32 << 20;

    /// <summary>The most that all files of a trail together may come to, in bytes.</summary>
    public const int MaxTotalBytes = 128 << 20;

    /// <summary>How many times as large as the zip its files may be, beyond a first mebibyte.</summary>
    public const int MaxRatio = 20;

    private const int MaxDirectoryBytes = 64 << 20;
    private readonly Stream input;
    private readonly ZipArchive zip;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

    private BundleReader(Stream input)
    {
        this.input = input;
        DemandSmallDirectory(input);
        zip = new ZipArchive(input, ZipArchiveMode.Read, leaveOpen: true);
        try
        {
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var entry in zip.Entries)
            {
                if (!BundleLayout.IsKnown(entry.FullName))
                    throw new LedgerFormatException($"The bundle holds \"{Printable(entry.FullName)}\", which does not belong in one.");
                // Names that differ in case only would overwrite each other where the file system does not tell them apart.
                if (!names.Add(entry.FullName))
                    throw new LedgerFormatException($"The bundle holds {entry.FullName} twice.");
                if (entry.IsEncrypted)
                    throw new LedgerFormatException($"{entry.FullName} is encrypted.");
                IsLog |= BundleLayout.IsTile(entry.FullName);
                entries.Add(entry.FullName, entry);
            }

            DemandSmallFiles();
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    /// <summary>Whether this is the bundle of a whole log rather than of a trail: it holds tiles.</summary>
    public bool IsLog { get; }

    /// <summary>The names of all files.</summary>
    public IReadOnlyCollection<string> Paths => entries.Keys;

    /// <summary>Opens a bundle. What its files hold is not looked at yet.</summary>
    /// <param name="input">
    /// Stays the caller's, and must stay open. One that cannot be read twice is taken into memory, up to <see cref="MaxZipBytes"/>.
    /// </param>
    /// <exception cref="LedgerFormatException">The zip is damaged, too large, or holds a file that a bundle does not have.</exception>
    public static BundleReader Open(Stream input) => Guarded(() =>
    {
        if (input.CanSeek)
            return new BundleReader(input);
        var copy = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        while ((read = input.Read(buffer)) > 0)
        {
            if (copy.Length + read > MaxZipBytes)
                throw new LedgerFormatException("The bundle is larger than is allowed where it cannot be read twice. Save it as a file first.");
            copy.Write(buffer, 0, read);
        }

        return new BundleReader(copy);
    });

    /// <summary>Whether there is such a file.</summary>
    public bool Has(string path) => entries.ContainsKey(path);

    /// <summary>How long a file is, in bytes, by the zip's directory; reading it finds out if that is false.</summary>
    public long Length(string path) => entries[path].Length;

    /// <summary>A file's content; empty where there is no such file.</summary>
    /// <exception cref="LedgerFormatException">The file is damaged or longer than is allowed.</exception>
    public byte[] Read(string path)
    {
        if (!entries.TryGetValue(path, out var entry))
            return [];
        if (entry.Length > MaxFileBytes)
            throw TooLarge(path);
        using var stream = OpenFile(path);
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        // Asked for once more, so that the stream finds out whether the file goes on.
        _ = stream.Read(new byte[1]);
        return bytes;
    }

    /// <summary>The SHA-256 of a file in lower-case hexadecimal; never holds more of it than a piece.</summary>
    /// <exception cref="LedgerFormatException">The file is damaged.</exception>
    public string Sha256(string path)
    {
        using var stream = OpenFile(path);
        return Guarded(() => Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <summary>Opens a file to be read from its beginning. Not for several threads at once.</summary>
    /// <exception cref="LedgerFormatException">The file is damaged; reading the stream may throw it too.</exception>
    public Stream OpenFile(string path)
    {
        var entry = entries[path];
        return new ExactStream(path, Guarded(entry.Open), entry.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        zip.Dispose();
        if (input is MemoryStream)
            input.Dispose();
    }

    // The framework makes an object for each line of the directory, so the directory itself is measured and counted first.
    private static void DemandSmallDirectory(Stream input)
    {
        var tail = new byte[(int)Math.Min(input.Length, 65_557)];
        input.Position = input.Length - tail.Length;
        input.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || tail.Length - end < 22)
            throw new LedgerFormatException("The bundle is not a zip file, or its end is missing.");
        var endAt = input.Length - tail.Length + end;
        long start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        // A zip beyond 4 GiB gives the true place in a record of its own, twenty bytes further up.
        if (start == uint.MaxValue && end >= 20 && tail.AsSpan(end - 20).StartsWith("PK\x06\x07"u8))
        {
            var record = new byte[56];
            input.Position = Math.Max(0, BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - 12)));
            input.ReadExactly(record);
            start = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48));
        }

        if (start < 0 || start > endAt || endAt - start > MaxDirectoryBytes)
            throw new LedgerFormatException("The bundle's list of files is damaged or larger than is allowed.");
        input.Position = start;
        var files = 0;
        var buffer = new byte[81_920];
        // The last three bytes of a piece are looked at again, with the next one.
        for (int kept = 0, read; (read = input.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var filled = kept + read;
            files += buffer.AsSpan(0, filled).Count("PK\x01\x02"u8);
            kept = Math.Min(3, filled);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
        }

        if (files > MaxLogFiles)
            throw new LedgerFormatException($"The bundle holds more than {MaxLogFiles} files.");
        input.Position = 0;
    }

    private void DemandSmallFiles()
    {
        if (!IsLog && entries.Count > MaxFiles)
            throw new LedgerFormatException($"The bundle holds more than {MaxFiles} files.");
        Int128 total = 0;
        foreach (var (path, entry) in entries)
        {
            var lines = IsLog && path is BundleLayout.Entries or BundleLayout.Disclosures;
            if (entry.Length < 0 || (entry.Length > MaxFileBytes && !(IsLog && lines)))
                throw TooLarge(path);
            total += entry.Length;
        }

        if (total > (1L << 20) + ((Int128)input.Length * MaxRatio) || (!IsLog && total > MaxTotalBytes))
            throw new LedgerFormatException("The bundle's files together are larger than is allowed.");
    }

    private static LedgerFormatException TooLarge(string path) => new($"{path} is larger than is allowed.");

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (LedgerFormatException or OutOfMemoryException or OperationCanceledException))
        {
            // The framework answers a damaged zip with many kinds of exception; to a reader of ours they are one.
            throw new LedgerFormatException("The bundle is not a zip file, or it is damaged.", e);
        }
    }

    private static string Printable(string name) =>
        string.Concat(name.Take(80).Select(static c => c is >= ' ' and < (char)0x7F ? c : '?'));

    // Gives as many bytes as the directory says and no more, whatever the compressed data would become.
    private sealed class ExactStream(string path, Stream inner, long length) : Stream
    {
        private long left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length { get; } = length;

        public override long Position
        {
            get => Length - left;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty)
                return 0;
            int read;
            try
            {
                read = inner.Read(buffer);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new LedgerFormatException($"{path} is damaged.", e);
            }

            left -= read;
            if (left < 0 || (read == 0 && left > 0))
                throw new LedgerFormatException($"{path} does not have the length that the zip says.");
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
