using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Governance.Ledger.Bundles;

/// <summary>
/// Writes an export bundle: a zip that is a BagIt 1.0 bag (RFC 8493) and holds everything needed to check a trail without
/// the service. The same content gives the same bytes, so files are stored rather than compressed.
/// </summary>
public static class BundleWriter
{
    // A regular file that its owner may run; without it the script comes out of the zip as plain text.
    private const int ExecutableFile = unchecked((int)0x81ED0000);
    private const int PlainFile = unchecked((int)0x81A40000);

    /// <summary>Writes a bundle, file by file. The stream need not be seekable and is left open.</summary>
    /// <exception cref="LedgerFormatException">An entry or the checkpoint is not in its format.</exception>
    /// <exception cref="ArgumentException">A pinned file's name is not plain, or is there twice.</exception>
    public static void Write(Stream output, BundleContent content)
    {
        var badName = content.Pinned.FirstOrDefault(static f => !BundleLayout.IsPinnedName(f.Name));
        if (badName is not null)
            throw new ArgumentException($"A pinned file cannot be called \"{badName.Name}\".", nameof(content));
        if (content.Pinned.DistinctBy(static f => f.Name, StringComparer.OrdinalIgnoreCase).Count() != content.Pinned.Count)
            throw new ArgumentException("Two pinned files have the same name.", nameof(content));
        SignedNote.Parse(content.Checkpoint);

        var trail = DerivedTrail.Of(content);

        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        long payloadBytes = 0;

        void Put(string path, ReadOnlySpan<byte> bytes)
        {
            var file = zip.CreateEntry(path, CompressionLevel.NoCompression);
            file.LastWriteTime = content.ExportedAt.ToUniversalTime();
            file.ExternalAttributes = path == BundleLayout.Script ? ExecutableFile : PlainFile;
            using (var stream = file.Open())
                stream.Write(bytes);
            hashes.Add(path, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            if (BundleLayout.IsPayload(path))
                payloadBytes += bytes.Length;
        }

        void PutText(string path, string text) => Put(path, StrictText.ToUtf8(text, path));

        PutText(BundleLayout.Declaration, BundleLayout.DeclarationText);
        Put(BundleLayout.Guide, BundleLayout.Resource(BundleLayout.Guide));
        Put(BundleLayout.Script, BundleLayout.Resource(BundleLayout.Script));
        Put(BundleLayout.Checkpoint, content.Checkpoint);
        Put(BundleLayout.Entries, [.. content.Entries.SelectMany(static e => e.Bytes.Append((byte)'\n'))]);
        for (var i = 0; i < trail.Count; i++)
        {
            var proof = new TlogProof { Index = trail[i].Entry.Seq, Hashes = content.Entries[i].Proof, Checkpoint = content.Checkpoint };
            Put(BundleLayout.ProofPath(proof.Index), proof.ToBytes());
        }

        if (content.Heads is { } heads)
        {
            Put(BundleLayout.HeadsEntry, [.. heads.Entry.Bytes, (byte)'\n']);
            Put(BundleLayout.HeadsProof, new TlogProof { Index = Entry.Parse(heads.Entry.Bytes).Seq, Hashes = heads.Entry.Proof, Checkpoint = content.Checkpoint }.ToBytes());
            var ordinal = trail.Select(static t => t.Entry.ProposalOrdinal).FirstOrDefault(static o => o is not null)
                ?? throw new ArgumentException("A proof of completeness needs the proposal's first entry.", nameof(content));
            PutText(BundleLayout.HeadsPath, BundleLayout.HeadsPathText(ordinal, heads.Path));
        }

        foreach (var consistency in content.Consistency)
        {
            var bytes = BundleLayout.ConsistencyText(consistency);
            Put(BundleLayout.ConsistencyPath(BundleLayout.ParseConsistency(bytes).Size), bytes);
        }

        PutText(BundleLayout.Disclosures, BundleLayout.DisclosuresText(content, trail));
        foreach (var pinned in content.Pinned)
            Put(BundleLayout.PinnedPath(pinned.Name), pinned.Bytes);
        PutText(BundleLayout.KeyText, content.Key + "\n");
        PutText(BundleLayout.KeyPem, content.Key.ToSpkiPem());
        Put(BundleLayout.Policy, content.Policy ?? StrictText.ToUtf8(BundleLayout.PolicyText(content.Key), BundleLayout.Policy));
        if (content.Rotations.Count > 0)
            Put(BundleLayout.Rotations, [.. content.Rotations.SelectMany(static e => e.Bytes.Append((byte)'\n'))]);
        foreach (var rotation in content.Rotations)
        {
            var seq = Entry.Parse(rotation.Bytes).Seq;
            Put(BundleLayout.RotationPath(seq), new TlogProof { Index = seq, Hashes = rotation.Proof, Checkpoint = content.Checkpoint }.ToBytes());
        }

        PutText(BundleLayout.TrailCsv, DerivedTrail.Csv(trail));
        PutText(BundleLayout.TrailHtml, DerivedTrail.Html(trail));
        PutText(BundleLayout.Provenance, Provenance.Of(trail));

        var payload = hashes.Where(static f => BundleLayout.IsPayload(f.Key)).ToList();
        var proposal = trail.Select(static t => t.Entry.Proposal).FirstOrDefault(static p => p is not null);
        PutText(BundleLayout.Info, BundleLayout.InfoText(content.ExportedAt, payloadBytes, payload.Count, proposal));
        PutText(BundleLayout.Manifest, BundleLayout.ManifestText(payload));
        PutText(BundleLayout.TagManifest, BundleLayout.ManifestText(hashes.Where(static f => !BundleLayout.IsPayload(f.Key))));
    }
}
