using System.Text;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>Bundles of a log whose key was changed: whoever trusts a former key is led to the one that signed.</summary>
public sealed class BundlesRotationTests
{
    private static readonly NoteSigner First = SampleLog.Signer;
    private static readonly NoteSigner Second = NoteSigner.Generate(SampleLog.Origin);
    private static readonly NoteSigner Third = NoteSigner.Generate(SampleLog.Origin);

    /// <summary>A trail, and after it changes of the log's key; the heads come last.</summary>
    private sealed class Rotated
    {
        private readonly List<int> changes = [];
        private readonly List<(byte[] Note, int Size)> older = [];

        public SampleLog Log { get; } = SampleLog.OfTrail(4);

        public NoteSigner InForce { get; private set; } = First;

        public Rotated Pass(NoteSigner next, Func<KeyRotation, KeyRotation>? forge = null, string log = SampleLog.Origin)
        {
            older.Add((Signed(InForce), Log.Size));
            changes.Add(Log.Size);
            Log.Add(new Entry
            {
                Log = log,
                Seq = Log.Size,
                At = SampleLog.Start.AddSeconds(Log.Size),
                Kind = KeyRotation.Kind,
                Actor = "service",
                Role = "service",
                Data = (forge ?? (r => r))(KeyRotation.Sign(InForce, next)).ToData(),
                Nonce = Entry.NewNonce(),
            });
            InForce = next;
            Log.Append("vote.cast", SampleLog.Proposal, ("rationale", "After the change."));
            return this;
        }

        private byte[] Signed(params NoteSigner[] by) =>
            SignedNote.Sign(new Checkpoint(SampleLog.Origin, Log.Size, Merkle.Root(Log.Size, Log.Tree().Node)).ToText(), by).ToBytes();

        public BundleContent Trail(params NoteSigner[] by)
        {
            var tree = Log.Tree();
            return Log.Content() with
            {
                Checkpoint = Signed(by.Length == 0 ? [InForce] : by),
                Key = InForce.Verifier,
                Rotations = [.. changes.Select(Log.Prove)],
                Consistency = [.. older.Select(o => new BundleConsistency(o.Note, Merkle.ConsistencyProof(o.Size, Log.Size, tree.Node)))],
            };
        }

        public LogContent Whole() => new()
        {
            Checkpoint = Signed(InForce),
            Key = InForce.Verifier,
            ExportedAt = SampleLog.Start.AddDays(1),
            Entries = Enumerable.Range(0, Log.Size).Select(i => Log[i]),
            Disclosures = Log.Disclosures,
            Tile = Log.Tree().Build,
            Rotations = [.. changes.Select(c => Log[c])],
        };

        public byte[] Known(int index) => older[index].Note;

        public IReadOnlyList<long> Changes => [.. changes.Select(static c => (long)c)];
    }

    private static Rotated Twice() => new Rotated().Pass(Second).Pass(Third);

    private static BundleReport Verify(BundleContent content, NoteSigner trusted, BundleChecks? checks = null) =>
        BundleVerifier.Verify(new MemoryStream(Zip.Of(content)), trusted.Verifier, checks);

    private static async Task<ShellResult> Script(byte[] zip, NoteSigner trusted)
    {
        using var folder = new TemporaryFolder();
        using var keys = new TemporaryFolder();
        Zip.Unpack(Zip.Files(zip), folder.Path);
        await File.WriteAllTextAsync(keys["key"], trusted.Verifier + "\n");
        return await Shell.Run(keys.Path, ["sh", folder["verify.sh"], "key"]);
    }

    private static async Task Refused(BundleContent content, NoteSigner trusted, string code, string because)
    {
        var report = Verify(content, trusted);
        Assert.Contains(report.Findings, f => f.Fails && f.Code == code);
        var result = await Script(Zip.Of(content), trusted);
        Assert.Contains("FAILED: ", result.Output, StringComparison.Ordinal);
        Assert.Contains(because, result.Output, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Trust_in_any_key_that_the_log_ever_had_accepts_a_trail_and_its_older_checkpoints(int trusted)
    {
        var log = Twice();
        var key = new[] { First, Second, Third }[trusted];
        for (var known = 0; known < 2; known++)
        {
            var report = Verify(log.Trail(), key, new BundleChecks { Known = log.Known(known) });
            Assert.Empty(report.Findings);
            Assert.Equal(log.Changes.Skip(trusted), report.KeyChangedIn);
            Assert.NotNull(report.ContinuesFrom);
        }
        var result = await Script(Zip.Of(log.Trail()), key);
        Assert.Equal("VERIFIED", result.Output.TrimEnd().Split('\n')[^1]);
        Assert.Contains(trusted == 2 ? "the key that you gave signed the checkpoint" : "the key that follows the one that you gave signed the checkpoint", result.Output, StringComparison.Ordinal);
        Assert.Contains("since each of 2 older checkpoints", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_keys_may_sign_while_people_change_over()
    {
        var log = new Rotated().Pass(Second);
        Assert.Empty(Verify(log.Trail(First, Second), First).Findings);
        Assert.Empty(Verify(log.Trail(First, Second), Second).Findings);
    }

    [Fact]
    public async Task A_key_that_was_passed_on_signs_nothing_more() =>
        await Refused(new Rotated().Pass(Second).Trail(First), First, BundleFindings.Checkpoint, "has not signed the checkpoint");

    [Fact]
    public async Task A_forged_change_of_key_is_refused()
    {
        var thief = NoteSigner.Generate(SampleLog.Origin);
        // The thief makes himself the follower; the old key signed another text, or none.
        await Refused(
            new Rotated().Pass(thief, _ => KeyRotation.Sign(thief, Second) with { Old = First.Verifier, New = thief.Verifier }).Trail(), First, BundleFindings.Rotation, "was not signed by the old key");
        await Refused(
            new Rotated().Pass(Second, static r => r with { NewSignature = r.OldSignature }).Trail(), First, BundleFindings.Rotation, "was not signed by the new key");
        await Refused(new Rotated().Pass(Second).Trail() with { Rotations = [] }, First, BundleFindings.Checkpoint, "has not signed the checkpoint");
        await Refused(new Rotated().Pass(Second).Trail(), thief, BundleFindings.Checkpoint, "has not signed the checkpoint");
    }

    [Fact]
    public async Task A_change_of_another_logs_key_is_refused()
    {
        var other = NoteSigner.Generate("other.example/log");
        var rotation = KeyRotation.Sign(other, NoteSigner.Generate("other.example/log"));
        await Refused(new Rotated().Pass(Second, _ => rotation, "other.example/log").Trail(), First, BundleFindings.Rotation, "of another log");
        // Said to be of this log, it does not fit its own keys.
        await Refused(new Rotated().Pass(Second, _ => rotation).Trail(), First, BundleFindings.Rotation, "of another log");
    }

    [Fact]
    public async Task Two_ways_on_from_one_key_are_refused()
    {
        var log = new Rotated().Pass(Second);
        var forked = log.Pass(Third, _ => KeyRotation.Sign(First, Third));
        await Refused(forked.Trail(), First, BundleFindings.Rotation, "passes a key on twice");
    }

    [Fact]
    public void A_change_of_key_that_is_not_in_the_log_is_found_by_its_proof()
    {
        var content = new Rotated().Pass(Second).Trail();
        var moved = Entry.Parse(content.Rotations[0].Bytes) with { At = SampleLog.Start };
        var report = Verify(content with { Rotations = [content.Rotations[0] with { Bytes = moved.ToBytes() }] }, First);
        Assert.Contains(report.Findings, f => f.Code == BundleFindings.NotInLog && f.Seq == moved.Seq);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_whole_log_is_accepted_under_a_former_key_and_must_list_every_change_of_key(int trusted)
    {
        var log = Twice();
        var key = new[] { First, Second, Third }[trusted];
        LogReport Check(LogContent content) => LogVerifier.Verify(new MemoryStream(WholeLog.Zipped(content)), key.Verifier, new BundleChecks { Known = log.Known(1) });
        var report = Check(log.Whole());
        Assert.DoesNotContain(report.Findings, static f => f.Fails);
        Assert.Equal(log.Changes.Skip(trusted), report.KeyChangedIn);
        Assert.NotNull(report.ContinuesFrom);
        Assert.Equal(0, (await Script(WholeLog.Zipped(log.Whole()), key)).ExitCode);

        var rotations = log.Whole().Rotations;
        foreach (var wrong in (IReadOnlyList<byte[]>[])[[], [rotations[0]], [rotations[1]], [.. rotations, Elsewhere(rotations[1])]])
            Assert.Contains(Check(log.Whole() with { Rotations = wrong }).Findings, static f => f is { Code: BundleFindings.Rotation, Fails: true });

        static byte[] Elsewhere(byte[] entry) => (Entry.Parse(entry) with { Seq = 1000, Data = KeyRotation.Sign(Third, NoteSigner.Generate(SampleLog.Origin)).ToData() }).ToBytes();
    }

    [Fact]
    public void Any_changed_byte_of_the_changes_of_key_is_found()
    {
        var files = Zip.Files(Zip.Of(Twice().Trail()));
        foreach (var path in files.Keys.Where(static p => p.StartsWith("data/keys/rotations", StringComparison.Ordinal)).ToList())
        {
            for (var at = 0; at < files[path].Length; at += 37)
            {
                var changed = new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal) { [path] = [.. files[path]] };
                changed[path][at] ^= 1;
                Assert.False(BundleVerifier.Verify(new MemoryStream(Zip.From(Zip.Resealed(changed))), First.Verifier).Verified, $"{path} at {at}");
            }
        }
        Assert.Equal(3, files.Keys.Count(static p => p.StartsWith("data/keys/rotations", StringComparison.Ordinal)));
        Assert.Contains("key.rotated", Encoding.UTF8.GetString(files["data/keys/rotations.jsonl"]), StringComparison.Ordinal);
    }
}
