using System.Globalization;
using System.Text;

namespace Governance.Ledger.Bundles;

/// <summary>What the checks of a trail's bundle and of a whole log's have in common: manifests, checkpoint, keys, older checkpoints.</summary>
internal abstract class BundleInspection(BundleReader files, NoteVerifier trusted, BundleChecks checks)
{
    // More than any log will ever have, and few enough to verify in a moment.
    private const int MostRotations = 1000;

    // The trusted key and those that follow it, the one in force last; and before it, those that it follows.
    private IReadOnlyList<NoteVerifier> following = [trusted];
    private IReadOnlyList<NoteVerifier> former = [];

    // Hashes that were made while a file was read for another reason.
    private readonly Dictionary<string, string> hashes = new(StringComparer.Ordinal);

    protected BundleReader Files { get; } = files;

    protected BundleChecks Checks { get; } = checks;

    protected List<BundleFinding> Findings { get; } = [];

    /// <summary>The signed checkpoint; null where it did not verify.</summary>
    protected Checkpoint? Checkpoint { get; private set; }

    protected long? ContinuesFrom { get; set; }

    /// <summary>The key that must have signed the checkpoint: the trusted one, or the last that follows it.</summary>
    protected NoteVerifier InForce => following[^1];

    /// <summary>The entries that pass the log's key on, with their lines; none where they cannot be relied on.</summary>
    protected IReadOnlyList<(Entry Entry, byte[] Line)> Rotations { get; private set; } = [];

    /// <summary>The entries that lead from the trusted key to the one in force.</summary>
    protected IReadOnlyList<long> KeyChangedIn { get; private set; } = [];

    /// <summary>Follows the changes of key that the bundle holds. Each is signed by both keys, which is what counts.</summary>
    protected void FollowKeys()
    {
        if (!Files.Has(BundleLayout.Rotations))
            return;
        try
        {
            var bytes = File(BundleLayout.Rotations);
            if (bytes.Length == 0 || bytes[^1] != (byte)'\n')
                throw new LedgerFormatException("Its last line does not end.");
            if (bytes.Count((byte)'\n') > MostRotations)
                throw new LedgerFormatException($"It has more than {MostRotations} lines.");
            var read = new List<(Entry Entry, byte[] Line)>();
            foreach (var range in bytes.AsSpan(0, bytes.Length - 1).Split((byte)'\n'))
            {
                var entry = Entry.Parse(bytes.AsSpan(0, bytes.Length - 1)[range]);
                if (entry.Log != trusted.Name)
                    throw new LedgerFormatException($"Entry {Text(entry.Seq)} belongs to another log than the trusted key.");
                if (read.Count > 0 && entry.Seq <= read[^1].Entry.Seq)
                    throw new LedgerFormatException("Its entries are not in the order of the log.");
                read.Add((entry, bytes[range]));
            }

            following = KeyRotation.Follow(trusted, read.Select(static r => r.Entry));
            var changes = read.Select(static r => (r.Entry.Seq, Rotation: KeyRotation.Read(r.Entry))).ToList();
            KeyChangedIn = [.. following.Skip(1).Select(k => changes.First(c => c.Rotation.New.ToString() == k.ToString()).Seq)];
            var before = new List<NoteVerifier>();
            // The new key signed too that it follows the old one. Backwards in the order of the log, so that this ends.
            foreach (var (_, rotation) in Enumerable.Reverse(changes))
            {
                if (rotation.New.ToString() == (before.Count > 0 ? before[0] : trusted).ToString())
                    before.Insert(0, rotation.Old);
            }

            former = before;
            Rotations = read;
        }
        catch (LedgerFormatException e)
        {
            Fail(BundleFindings.Rotation, BundleLayout.Rotations, $"{BundleLayout.Rotations} does not show how the log's key was changed. {e.Message}");
        }
    }

    protected void Fail(string code, string? file, string message, long? seq = null) => Findings.Add(new BundleFinding(code, file, seq, message));

    protected void Note(string code, string? file, string message, long? seq = null) => Findings.Add(new BundleFinding(code, file, seq, message, Fails: false));

    protected byte[] File(string path) => Files.Read(path);

    protected void Hashed(string path, string sha256) => hashes[path] = sha256;

    protected static string Text(long n) => n.ToString(CultureInfo.InvariantCulture);

    protected static string Printable(string text) => string.Concat(text.Take(80).Select(static c => c is >= ' ' and < (char)0x7F ? c : '?'));

    protected void CheckManifests(string[] always)
    {
        foreach (var path in always.Append(BundleLayout.TagManifest).Where(p => !Files.Has(p)))
            Fail(BundleFindings.FileMissing, path, $"The bundle has no file {path}.");
        CheckManifest(BundleLayout.Manifest, BundleLayout.IsPayload);
        CheckManifest(BundleLayout.TagManifest, static path => !BundleLayout.IsPayload(path) && path != BundleLayout.TagManifest);
    }

    private void CheckManifest(string manifest, Func<string, bool> lists)
    {
        if (!Files.Has(manifest))
            return;
        var bytes = File(manifest);
        var actual = Files.Paths.Where(lists)
            .ToDictionary(static p => p, p => hashes.TryGetValue(p, out var known) ? known : Files.Sha256(p), StringComparer.Ordinal);
        if (bytes.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(BundleLayout.ManifestText(actual))))
            return;

        // Only now is it worth finding out what differs.
        var found = Findings.Count;
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = line.Length > 66 ? line[66..] : "";
            if (!actual.TryGetValue(path, out var sha256) || line[64..66] != "  " || !listed.Add(path))
            {
                Fail(BundleFindings.Manifest, manifest, $"{manifest} has a line that names no file of the bundle, or one twice.");
            }
            else if (!line.StartsWith(sha256, StringComparison.Ordinal))
            {
                Fail(BundleFindings.FileChanged, path, $"{path} is not the file that {manifest} lists: one of the two was changed.");
            }
        }

        foreach (var path in actual.Keys.Where(p => !listed.Contains(p)))
            Fail(BundleFindings.Manifest, path, $"{path} is not listed in {manifest}.");
        if (Findings.Count == found)
            Fail(BundleFindings.Manifest, manifest, $"{manifest} is not written as it must be: sorted by name, one file a line.");
    }

    protected void CheckCheckpoint()
    {
        try
        {
            var note = SignedNote.Parse(File(BundleLayout.Checkpoint));
            if (!note.Verify(following).Contains(InForce))
                throw new LedgerFormatException($"Entry {Text(KeyChangedIn[^1])} passes the log's key on, and the new key did not sign.");
            var claimed = Ledger.Checkpoint.Parse(note.Text);
            if (claimed.Origin != trusted.Name)
            {
                Fail(BundleFindings.Checkpoint, BundleLayout.Checkpoint, "The checkpoint is of another log than the trusted key's.");
                return;
            }

            Checkpoint = claimed;
            CheckPolicy(note);
        }
        catch (LedgerFormatException e)
        {
            Fail(BundleFindings.Checkpoint, BundleLayout.Checkpoint, $"The checkpoint cannot be relied on. {e.Message}");
        }
    }

    private void CheckPolicy(SignedNote note)
    {
        try
        {
            Checks.Policy?.Invoke(note, InForce);
        }
        catch (LedgerFormatException e)
        {
            Fail(BundleFindings.Policy, BundleLayout.Checkpoint, $"The checkpoint does not meet your policy. {e.Message}");
        }
    }

    protected void CheckKeys()
    {
        Compare(BundleLayout.Declaration, BundleLayout.DeclarationText, BundleFindings.FileContent, "It must say BagIt 1.0 and UTF-8.");
        Compare(BundleLayout.KeyText, InForce + "\n", BundleFindings.Key, "It is not the key that you trust, nor the one that follows it.");
        Compare(BundleLayout.KeyPem, InForce.ToSpkiPem(), BundleFindings.Key, "It is not the key that you trust, nor the one that follows it.");
        if (Files.Has(BundleLayout.Policy) && !File(BundleLayout.Policy).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(BundleLayout.PolicyText(InForce))))
            Note(BundleFindings.PolicyInside, BundleLayout.Policy, $"{BundleLayout.Policy} names more than the log's own key. Nobody vouches for that file: compare it with a policy that you had from elsewhere.");
        foreach (var path in (string[])[BundleLayout.Script, BundleLayout.Guide])
        {
            if (!File(path).AsSpan().SequenceEqual(BundleLayout.Resource(path)))
                Note(BundleFindings.Script, path, $"{path} is not the one that this program knows. Do not run or follow it unless you know why.");
        }
    }

    protected void CheckConsistency()
    {
        foreach (var path in Files.Paths.Where(BundleLayout.IsConsistency).Order(StringComparer.Ordinal))
        {
            try
            {
                var (size, proof) = BundleLayout.ParseConsistency(File(path));
                var old = OfThisLog(proof.Checkpoint);
                if (old.Size != size || path != BundleLayout.ConsistencyPath(size))
                    throw new LedgerFormatException("It is of another size than its name says.");
                if (Checkpoint is not null && !Merkle.VerifyConsistency(size, Checkpoint.Size, old.Root, Checkpoint.Root, proof.Hashes))
                    throw new LedgerFormatException("It does not lead from the older checkpoint to this one.");
            }
            catch (LedgerFormatException e)
            {
                Fail(BundleFindings.Consistency, path, $"{path} does not show that the log only grew. {e.Message}");
            }
        }
    }

    /// <summary>Whether the log continues the checkpoint that the auditor kept.</summary>
    /// <param name="rootAt">The root of the log at a smaller size, for whoever can work it out; else a proof in the bundle is looked for.</param>
    protected void CheckKnown(Func<long, byte[]?>? rootAt = null)
    {
        if (Checks.Known is null || Checkpoint is null)
            return;
        Checkpoint old;
        try
        {
            old = OfThisLog(Checks.Known);
        }
        catch (LedgerFormatException e)
        {
            Fail(BundleFindings.KnownCheckpoint, null, $"The checkpoint that you kept cannot be used. {e.Message}");
            return;
        }

        if (old.Size > Checkpoint.Size)
        {
            Fail(BundleFindings.ConsistencyMissing, null, $"The checkpoint that you kept is of {Text(old.Size)} entries, this bundle's of {Text(Checkpoint.Size)}: the bundle is older than your checkpoint, and shows nothing of it.");
        }
        else if (old.Size == Checkpoint.Size || old.Size == 0)
        {
            Continues(old.Size == 0 || old.Root.AsSpan().SequenceEqual(Checkpoint.Root));
        }
        else if (rootAt?.Invoke(old.Size) is { } root)
        {
            Continues(root.AsSpan().SequenceEqual(old.Root));
        }
        else if (!Files.Has(BundleLayout.ConsistencyPath(old.Size)))
        {
            Fail(
                BundleFindings.ConsistencyMissing, null,
                $"The bundle holds no proof that leads from {Text(old.Size)} entries, the checkpoint that you kept. Ask for an export with one (since={Text(old.Size)}), or for the whole log.");
        }
        else
        {
            // A malformed proof was named before.
            try
            {
                var (_, proof) = BundleLayout.ParseConsistency(File(BundleLayout.ConsistencyPath(old.Size)));
                Continues(Merkle.VerifyConsistency(old.Size, Checkpoint.Size, old.Root, Checkpoint.Root, proof.Hashes));
            }
            catch (LedgerFormatException)
            {
                Continues(false);
            }
        }

        void Continues(bool shown)
        {
            if (shown)
                ContinuesFrom = old.Size;
            else
                Fail(BundleFindings.KnownCheckpoint, null, $"The log is not shown to be a continuation of the checkpoint of {Text(old.Size)} entries that you kept: one of the two belongs to another history, or the proof was changed. Keep both.");
        }
    }

    private Checkpoint OfThisLog(byte[] bytes)
    {
        var note = SignedNote.Parse(bytes);
        note.Verify([.. former, .. following]);
        var checkpoint = Ledger.Checkpoint.Parse(note.Text);
        return checkpoint.Origin == trusted.Name ? checkpoint : throw new LedgerFormatException("It is of another log.");
    }

    protected void CheckInfo(string? proposal, bool wholeLog)
    {
        var payload = Files.Paths.Where(BundleLayout.IsPayload).ToList();
        BundleLayout.TryExportedAt(Encoding.UTF8.GetString(File(BundleLayout.Info)), out var exportedAt);
        Compare(
            BundleLayout.Info,
            BundleLayout.InfoText(exportedAt, payload.Sum(Files.Length), payload.Count, proposal, wholeLog),
            BundleFindings.FileContent,
            "It does not describe this bundle.");
    }

    protected void Compare(string path, string expected, string code, string message)
    {
        if (Files.Has(path) && !File(path).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(expected)))
            Fail(code, path, $"{path} is not as it must be. {message}");
    }
}
