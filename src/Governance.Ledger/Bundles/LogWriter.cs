using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Governance.Ledger.Bundles;

/// <summary>A whole log, to be written as a bundle. What is long is asked for piece by piece, once, in order.</summary>
public sealed record LogContent
{
    /// <summary>The checkpoint that says how far the log goes: a signed note's bytes.</summary>
    public required byte[] Checkpoint { get; init; }

    /// <summary>The log's public key, put in for convenience: it proves nothing by itself.</summary>
    public required NoteVerifier Key { get; init; }

    /// <summary>When the bundle was made.</summary>
    public required DateTimeOffset ExportedAt { get; init; }

    /// <summary>Every entry's exact bytes, from number 0 up to the checkpoint's size.</summary>
    public required IEnumerable<byte[]> Entries { get; init; }

    /// <summary>The disclosures that this export shows, in the order of their entries.</summary>
    public required IEnumerable<BundleDisclosure> Disclosures { get; init; }

    /// <summary>Digests whose values should be there and are lost. Asked for after <see cref="Disclosures"/>; a bundle with one does not verify.</summary>
    public IEnumerable<string> Missing { get; init; } = [];

    /// <summary>Gives a tile of the tree at the checkpoint's size, full or partial.</summary>
    public required Func<TileId, byte[]> Tile { get; init; }

    /// <summary>What the exporter says of digests that have no disclosure and were not erased; see <see cref="BundleContent.Others"/>.</summary>
    public DigestStatus Others { get; init; } = DigestStatus.Withheld;

    /// <summary>The files that entries pin, under plain names.</summary>
    public IEnumerable<PinnedFile> Pinned { get; init; } = [];

    /// <summary>Older checkpoints with proofs that the log only grew since.</summary>
    public IReadOnlyList<BundleConsistency> Consistency { get; init; } = [];

    /// <summary>The exact bytes of the entries that pass the log's key on, oldest first; they are among <see cref="Entries"/> too.</summary>
    public IReadOnlyList<byte[]> Rotations { get; init; } = [];

    /// <summary>See <see cref="BundleContent.Policy"/>.</summary>
    public byte[]? Policy { get; init; }
}

/// <summary>
/// Writes a whole log as a bundle, piece by piece: memory does not grow with the log, but for the list of tiles. What was
/// interrupted is begun anew; a file should be written under another name until it is whole.
/// </summary>
public static class LogWriter
{
    // A tile's time stamp and attributes are as in the bundle of a trail.
    private const int ExecutableFile = unchecked((int)0x81ED0000);
    private const int PlainFile = unchecked((int)0x81A40000);

    /// <summary>The tiles that the tree of a size has, lower levels first; the last of each level may be partial.</summary>
    public static IEnumerable<TileId> Tiles(long size)
    {
        for (var level = 0; level <= TileId.MaxLevel && size >> (8 * level) > 0; level++)
        {
            var hashes = size >> (8 * level);
            for (var index = 0L; index < hashes / TileId.FullWidth; index++)
                yield return new TileId(level, index);
            if (hashes % TileId.FullWidth is > 0 and var width)
                yield return new TileId(level, hashes / TileId.FullWidth, (int)width);
        }
    }

    /// <summary>Writes the bundle. The stream need not be seekable and is left open.</summary>
    /// <param name="progress">Told how many entries are written, every few thousand.</param>
    /// <exception cref="LedgerFormatException">The checkpoint is not in its format, or the entries are not as many as it says.</exception>
    public static void Write(Stream output, LogContent content, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        var size = Checkpoint.Parse(SignedNote.Parse(content.Checkpoint).Text).Size;
        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        long payloadBytes = 0;

        void PutAll(string path, Action<Action<ReadOnlySpan<byte>>> write)
        {
            cancellation.ThrowIfCancellationRequested();
            var file = zip.CreateEntry(path, CompressionLevel.NoCompression);
            file.LastWriteTime = content.ExportedAt.ToUniversalTime();
            file.ExternalAttributes = path == BundleLayout.Script ? ExecutableFile : PlainFile;
            using (var stream = new BufferedStream(file.Open(), 1 << 17))
            {
                write(bytes =>
                {
                    stream.Write(bytes);
                    sha256.AppendData(bytes);
                    if (BundleLayout.IsPayload(path))
                        payloadBytes += bytes.Length;
                });
            }

            hashes.Add(path, Convert.ToHexStringLower(sha256.GetHashAndReset()));
        }

        void Put(string path, byte[] bytes) => PutAll(path, write => write(bytes));
        void PutText(string path, string text) => Put(path, StrictText.ToUtf8(text, path));

        PutText(BundleLayout.Declaration, BundleLayout.DeclarationText);
        Put(BundleLayout.Guide, BundleLayout.Resource(BundleLayout.Guide));
        Put(BundleLayout.Script, BundleLayout.Resource(BundleLayout.Script));
        Put(BundleLayout.Checkpoint, content.Checkpoint);
        PutText(BundleLayout.KeyText, content.Key + "\n");
        PutText(BundleLayout.KeyPem, content.Key.ToSpkiPem());
        Put(BundleLayout.Policy, content.Policy ?? StrictText.ToUtf8(BundleLayout.PolicyText(content.Key), BundleLayout.Policy));
        if (content.Rotations.Count > 0)
            Put(BundleLayout.Rotations, [.. content.Rotations.SelectMany(static e => e.Append((byte)'\n'))]);
        foreach (var consistency in content.Consistency)
        {
            var bytes = BundleLayout.ConsistencyText(consistency);
            Put(BundleLayout.ConsistencyPath(BundleLayout.ParseConsistency(bytes).Size), bytes);
        }

        foreach (var pinned in content.Pinned)
            Put(BundleLayout.IsPinnedName(pinned.Name) ? BundleLayout.PinnedPath(pinned.Name) : throw new ArgumentException($"A pinned file cannot be called \"{pinned.Name}\".", nameof(content)), pinned.Bytes);
        PutAll(BundleLayout.Entries, write =>
        {
            var line = new byte[CanonicalJson.MaxBytes + 1];
            long written = 0;
            foreach (var entry in content.Entries)
            {
                entry.CopyTo(line, 0);
                line[entry.Length] = (byte)'\n';
                write(line.AsSpan(0, entry.Length + 1));
                if (++written % 4096 != 0)
                    continue;
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(written);
            }

            progress?.Report(written);
            if (written != size)
                throw new LedgerFormatException(string.Create(CultureInfo.InvariantCulture, $"The log gave {written} entries, the checkpoint is of {size}."));
        });
        PutAll(BundleLayout.Disclosures, write =>
        {
            write(StrictText.ToUtf8($"others {BundleLayout.StatusName(content.Others)}\n", BundleLayout.Disclosures));
            foreach (var disclosure in content.Disclosures)
                write(StrictText.ToUtf8($"{BundleLayout.ClassName(disclosure.Class)} {disclosure.Disclosure.Text}\n", BundleLayout.Disclosures));
            foreach (var digest in content.Missing)
                write(StrictText.ToUtf8($"{BundleLayout.StatusName(DigestStatus.Missing)} {digest}\n", BundleLayout.Disclosures));
        });
        foreach (var tile in Tiles(size))
            Put(BundleLayout.TilePath(tile), content.Tile(tile));

        var payload = hashes.Where(static f => BundleLayout.IsPayload(f.Key)).ToList();
        PutText(BundleLayout.Info, BundleLayout.InfoText(content.ExportedAt, payloadBytes, payload.Count, null, wholeLog: true));
        PutText(BundleLayout.Manifest, BundleLayout.ManifestText(payload));
        PutText(BundleLayout.TagManifest, BundleLayout.ManifestText(hashes.Where(static f => !BundleLayout.IsPayload(f.Key))));
    }
}
