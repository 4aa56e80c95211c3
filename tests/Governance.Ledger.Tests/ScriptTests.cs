using System.Text;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>The script inside a bundle, run by real shells over real files.</summary>
public sealed class ScriptTests
{
    private static readonly SampleLog Log = SampleLog.OfTrail(6);
    private static readonly byte[] Good = Zip.Of(Log.Content());

    private static async Task<ShellResult> Check(
        SortedDictionary<string, byte[]> files, string shell = "bash", string? key = null, params string[] more)
    {
        using var folder = new TemporaryFolder();
        using var keys = new TemporaryFolder();
        Zip.Unpack(files, folder.Path);
        await File.WriteAllTextAsync(keys["key"], key ?? SampleLog.Signer.Verifier + "\n");
        return await Shell.Run(keys.Path, [shell, folder["verify.sh"], "key", .. more]);
    }

    private static async Task Fails(SortedDictionary<string, byte[]> files, string because)
    {
        // The script under test, not the one that a forger put in.
        files["verify.sh"] = Zip.Files(Good)["verify.sh"];
        var result = await Check(files);
        Assert.Contains("FAILED: " + because, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("VERIFIED", result.Output, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    private static SortedDictionary<string, byte[]> Forged(Action<SortedDictionary<string, byte[]>> change)
    {
        var files = Zip.Files(Good);
        change(files);
        return Zip.Resealed(files);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("sh")]
    public async Task A_good_bundle_is_verified_with_a_vkey_and_with_a_PEM_file(string shell)
    {
        foreach (var key in (string[])[SampleLog.Signer.Verifier.ToString(), SampleLog.Signer.Verifier + "\n", SampleLog.Signer.Verifier.ToSpkiPem()])
        {
            var result = await Check(Zip.Files(Good), shell, key);
            Assert.Equal("VERIFIED", result.Output.TrimEnd().Split('\n')[^1]);
            Assert.Contains($"signed the checkpoint of {SampleLog.Origin} at {Log.Size} entries", result.Output, StringComparison.Ordinal);
            Assert.Contains("all 6 entries are in the signed log", result.Output, StringComparison.Ordinal);
            Assert.Equal(0, result.ExitCode);
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 0)]
    [InlineData(40, 3)]
    [InlineData(200, 500)]
    public async Task Trails_of_many_lengths_in_logs_of_many_sizes_are_verified_within_seconds(int length, int others)
    {
        var log = SampleLog.OfTrail(length);
        for (var i = 0; i < others; i++)
            log.Append("user.added", null);
        var result = await Check(Zip.Files(Zip.Of(log.Content())));
        Assert.Contains("VERIFIED", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
        Assert.True(result.Took < TimeSpan.FromSeconds(20), $"It took {result.Took}.");
    }

    [Fact]
    public async Task A_bundle_of_a_log_with_one_entry_is_verified()
    {
        var log = new SampleLog();
        log.Append("proposal.submitted", SampleLog.Proposal);
        Assert.Equal(0, (await Check(Zip.Files(Zip.Of(log.Content())))).ExitCode);
    }

    [Fact]
    public async Task A_changed_byte_in_any_file_is_found_and_its_file_is_named()
    {
        foreach (var (path, bytes) in Zip.Files(Good).Where(static f => f.Key != "verify.sh"))
        {
            var files = Zip.Files(Good);
            files[path] = [.. bytes];
            files[path][bytes.Length / 2] ^= 1;
            var result = await Check(files);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("FAILED", result.Output, StringComparison.Ordinal);
            // In a manifest the script cannot tell which of the two was changed and may name the file that is listed.
            if (!path.Contains("manifest", StringComparison.Ordinal))
                Assert.Contains(path, result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_changed_entry_is_found_even_when_the_manifests_are_made_to_fit_again() =>
        await Fails(
            Forged(static f => f["data/entries.jsonl"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(f["data/entries.jsonl"]).Replace("\"revision\":1", "\"revision\":2", StringComparison.Ordinal))),
            "not in the signed log as they stand here, so changed, or their proofs were: entries 1 2 4 5 6 8");

    [Fact]
    public async Task A_changed_proof_is_found_even_when_the_manifests_are_made_to_fit_again()
    {
        var proof = TlogProof.Parse(Zip.Files(Good)["data/proofs/5.tlog-proof"]);
        async Task With(TlogProof other, string because) =>
            await Fails(Forged(f => f["data/proofs/5.tlog-proof"] = other.ToBytes()), because);
        await With(proof with { Hashes = [new byte[32], .. proof.Hashes.Skip(1)] }, "not in the signed log as they stand here, so changed, or their proofs were: entries 5");
        await With(proof with { Hashes = [.. proof.Hashes.SkipLast(1)] }, "not in the signed log as they stand here, so changed, or their proofs were: entries 5");
        await With(proof with { Hashes = [.. proof.Hashes, new byte[32]] }, "not in the signed log as they stand here, so changed, or their proofs were: entries 5");
        await With(proof with { Hashes = [] }, "not in the signed log as they stand here, so changed, or their proofs were: entries 5");
        await With(proof with { Index = 6 }, "a proof is malformed");
        await With(proof with { Checkpoint = [.. proof.Checkpoint, .. "\u2014 more AAAAAAAA\n"u8] }, "a proof is malformed");
        await Fails(Forged(static f => f.Remove("data/proofs/5.tlog-proof")), "there is not exactly one proof for each entry");
    }

    [Fact]
    public async Task A_changed_root_or_size_is_found_even_when_everything_else_is_made_to_fit_again()
    {
        async Task With(Func<Checkpoint, Checkpoint> change, string because)
        {
            var files = Zip.Files(Good);
            var old = files["data/checkpoint"];
            var note = SignedNote.Parse(old);
            var text = Encoding.UTF8.GetString(old).Replace(note.Text, change(Checkpoint.Parse(note.Text)).ToText(), StringComparison.Ordinal);
            foreach (var (path, bytes) in files.ToList())
                files[path] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace(Encoding.UTF8.GetString(old), text, StringComparison.Ordinal));
            await Fails(Zip.Resealed(files), because);
        }

        await With(static c => c with { Size = c.Size + 1 }, "the signature on the checkpoint is false");
        await With(static c => c with { Root = new byte[32] }, "the signature on the checkpoint is false");
        await With(static c => c with { Origin = "other.example" }, "the checkpoint is of other.example");
    }

    [Fact]
    public async Task A_forger_with_a_key_of_their_own_is_found_out()
    {
        var other = NoteSigner.Generate(SampleLog.Origin);
        var note = SignedNote.Sign(SignedNote.Parse(Log.Checkpoint()).Text, other).ToBytes();
        var files = Zip.Files(Zip.Of(Log.Content() with { Key = other.Verifier, Checkpoint = note }));
        foreach (var key in (string[])[SampleLog.Signer.Verifier.ToString(), SampleLog.Signer.Verifier.ToSpkiPem()])
        {
            var result = await Check(files, key: key);
            Assert.Contains("has not signed the checkpoint", result.Output, StringComparison.Ordinal);
            Assert.Equal(1, result.ExitCode);
        }
    }

    [Fact]
    public async Task Entries_out_of_order_missing_newlines_and_zero_bytes_are_found()
    {
        static void Lines(SortedDictionary<string, byte[]> files, Func<string[], IEnumerable<string>> change) =>
            files["data/entries.jsonl"] = Encoding.UTF8.GetBytes(string.Concat(change(Encoding.UTF8.GetString(files["data/entries.jsonl"]).TrimEnd('\n').Split('\n')).Select(static l => l + "\n")));
        await Fails(Forged(static f => Lines(f, static l => l.Reverse())), "the numbers of the entries");
        await Fails(Forged(static f => Lines(f, static l => [.. l, ""])), "the numbers of the entries");
        await Fails(Forged(static f => Lines(f, static l => [l[0] + "\0", .. l[1..]])), "data/entries.jsonl holds a zero byte");
        await Fails(Forged(static f => f["data/entries.jsonl"] = f["data/entries.jsonl"][..^1]), "data/entries.jsonl has no entries, or its last line does not end");
        await Fails(Forged(static f => f["data/entries.jsonl"] = []), "data/entries.jsonl has no entries");
    }

    [Fact]
    public async Task Files_that_are_missing_or_not_listed_are_found()
    {
        var more = Zip.Files(Good);
        more["data/extra"] = [1];
        await Fails(more, "manifest-sha256.txt does not list exactly the files under data");
        var beside = Zip.Files(Good);
        beside["extra.sh"] = [1];
        await Fails(beside, "tagmanifest-sha256.txt does not list exactly the files beside data");
        var fewer = Zip.Files(Good);
        fewer.Remove("data/disclosures.txt");
        await Fails(fewer, "manifest-sha256.txt does not list exactly the files under data");
    }

    [Fact]
    public async Task A_manifest_cannot_point_outside_the_bundle()
    {
        var files = Zip.Files(Good);
        files["manifest-sha256.txt"] = [.. files["manifest-sha256.txt"], .. Encoding.ASCII.GetBytes(SampleLog.RouteDigest + "  data/../../key\n")];
        await Fails(files, "manifest-sha256.txt is malformed");
    }

    [Fact]
    public async Task Wrong_use_and_unusable_keys_end_with_2()
    {
        using var folder = new TemporaryFolder();
        Zip.Unpack(Zip.Files(Good), folder.Path);
        Assert.Equal(2, (await Shell.Run(folder.Path, "sh", "verify.sh")).ExitCode);
        Assert.Equal(2, (await Shell.Run(folder.Path, "sh", "verify.sh", "a", "b", "c")).ExitCode);
        Assert.Equal(2, (await Shell.Run(folder.Path, "sh", "verify.sh", "no-such-key")).ExitCode);
        Assert.Equal(2, (await Shell.Run(folder.Path, "sh", "verify.sh", "VERIFY.md")).ExitCode);
        Assert.Equal(2, (await Shell.Run(folder.Path, "sh", "verify.sh", "data/keys/log.vkey", "no-such-folder")).ExitCode);
        Assert.Equal(2, (await Shell.Run(folder.Path, "sh", "verify.sh", "data/keys/log.vkey", "data")).ExitCode);
    }

    [Fact]
    public async Task A_copy_of_the_script_checks_another_folder()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        Zip.Unpack(Zip.Files(Good), folder.Path);
        File.Copy(folder["verify.sh"], elsewhere["verify.sh"]);
        await File.WriteAllTextAsync(elsewhere["log.vkey"], SampleLog.Signer.Verifier.ToString());
        Assert.Equal(0, (await Shell.Run(elsewhere.Path, "sh", "verify.sh", "log.vkey", folder.Path)).ExitCode);
    }
}
