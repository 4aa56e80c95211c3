using System.Text;
using CsCheck;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

public sealed class HeadsTests
{
    private static readonly SampleLog Log = SampleLog.OfTrail(6);
    private static readonly HeadsOfSample Tree = Log.AppendHeads();
    private static readonly byte[] Good = Zip.Of(Log.Content(Tree));

    private static BundleReport Verify(byte[] zip) => BundleVerifier.Verify(new MemoryStream(zip), SampleLog.Signer.Verifier);

    [Fact]
    public void A_tree_whose_leaves_change_again_and_again_has_the_root_of_a_tree_made_at_once() =>
        Gen.Int[0, 30].Array[1, 200].Sample(changes =>
        {
            var tree = new HeadsOfSample();
            var leaves = new List<byte[]>();
            for (var i = 0; i < changes.Length; i++)
            {
                // A number beyond the end appends; any other changes a leaf that is there.
                var at = Math.Min(changes[i], leaves.Count);
                var leaf = Heads.LeafHash($"P-{at}", i + 1, Merkle.LeafHash([(byte)i]));
                if (at == leaves.Count)
                    leaves.Add(leaf);
                else
                    leaves[at] = leaf;
                tree.Set(at, leaf, leaves.Count);
                var naive = new Frontier();
                foreach (var l in leaves)
                    naive.Append(l);
                Assert.Equal(naive.Root(), tree.Root(leaves.Count));
                Assert.True(Merkle.VerifyInclusion(at, leaves.Count, leaf, tree.Proof(at, leaves.Count), naive.Root()));
            }
        }, iter: 60);

    [Fact]
    public void A_whole_trail_is_shown_to_be_complete()
    {
        var report = Verify(Good);
        Assert.Empty(report.Findings);
        Assert.True(report.Verified);
        Assert.True(report.Complete);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_trail_that_lost_its_tail_is_found_out(int left)
    {
        var content = Log.Content(Tree);
        var cut = Zip.Of(content with
        {
            Entries = [.. content.Entries.Take(left)],
            Disclosures = [.. content.Disclosures.Take(left)],
        });
        var report = Verify(cut);
        Assert.False(report.Verified);
        Assert.False(report.Complete);
        Assert.Equal(BundleFindings.Incomplete, Assert.Single(report.Findings, f => f.Fails).Code);
    }

    [Fact]
    public void A_trail_without_the_proof_verifies_but_is_not_said_to_be_complete()
    {
        var report = Verify(Zip.Of(Log.Content()));
        Assert.True(report.Verified);
        Assert.False(report.Complete);
    }

    [Fact]
    public void A_heads_entry_that_is_not_the_last_under_the_checkpoint_is_not_believed()
    {
        var log = SampleLog.OfTrail(4);
        var old = log.AppendHeads();
        var entry = log.Size - 1;
        log.Append("vote.cast", SampleLog.Proposal, ("rationale", "later"));
        log.AppendHeads();
        // The trail as it was, with the heads entry of that time, under a checkpoint that covers a later entry.
        var content = log.Content(old);
        var report = Verify(Zip.Of(content with
        {
            Entries = [.. content.Entries.SkipLast(1)],
            Disclosures = [.. content.Disclosures.SkipLast(1)],
            Heads = content.Heads! with { Entry = log.Prove(entry) },
        }));
        Assert.Contains(report.Findings, f => f.Code == BundleFindings.Heads && f.Fails);
        Assert.False(report.Complete);
    }

    [Theory]
    [InlineData("data/heads/entry.json")]
    [InlineData("data/heads/entry.tlog-proof")]
    [InlineData("data/heads/path")]
    public async Task Any_changed_character_of_the_proof_is_found_by_program_and_script(string path)
    {
        var files = Zip.Files(Good);
        var text = files[path];
        for (var i = 0; i < text.Length; i += Math.Max(1, text.Length / 40))
        {
            var changed = Zip.Files(Good);
            changed[path] = (byte[])text.Clone();
            changed[path][i] ^= 1;
            Assert.False(Verify(Zip.From(Zip.Resealed(changed))).Verified, $"{path} at {i}");
        }

        var forged = Zip.Files(Good);
        forged[path] = (byte[])text.Clone();
        forged[path][^3] ^= 1;
        Assert.Equal(1, (await Script(Zip.Resealed(forged))).ExitCode);
        forged = Zip.Files(Good);
        forged.Remove(path);
        Assert.False(Verify(Zip.From(Zip.Resealed(forged))).Verified);
        Assert.Equal(1, (await Script(Zip.Resealed(forged))).ExitCode);
    }

    [Theory]
    [InlineData("bash", 1, 0)]
    [InlineData("sh", 6, 0)]
    [InlineData("bash", 40, 3)]
    public async Task The_script_says_that_a_whole_trail_is_complete(string shell, int length, int others)
    {
        var log = SampleLog.OfTrail(length);
        for (var i = 0; i < others; i++)
            log.Append("proposal.submitted", $"P-2031-{i:D4}");
        var result = await Script(Zip.Files(Zip.Of(log.Content(log.AppendHeads()))), shell);
        Assert.Contains("ok: the trail is complete up to the checkpoint", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task The_script_finds_out_a_trail_that_lost_its_tail()
    {
        var content = Log.Content(Tree);
        var cut = Zip.Files(Zip.Of(content with { Entries = [.. content.Entries.SkipLast(1)], Disclosures = [.. content.Disclosures.SkipLast(1)] }));
        var result = await Script(cut);
        Assert.Contains("FAILED: the trail is not complete", result.Output, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public void A_leaf_is_the_canonical_form_that_anybody_can_write_by_hand() => Assert.Equal(
        "{\"count\":3,\"last\":\"" + new string('0', 64) + "\",\"proposal\":\"DUP-2026-0001\"}",
        Encoding.UTF8.GetString(Heads.LeafBytes("DUP-2026-0001", 3, new byte[32])));

    private static async Task<ShellResult> Script(SortedDictionary<string, byte[]> files, string shell = "bash")
    {
        using var folder = new TemporaryFolder();
        using var keys = new TemporaryFolder();
        Zip.Unpack(files, folder.Path);
        await File.WriteAllTextAsync(keys["key"], SampleLog.Signer.Verifier + "\n");
        return await Shell.Run(keys.Path, [shell, folder["verify.sh"], "key"]);
    }
}
