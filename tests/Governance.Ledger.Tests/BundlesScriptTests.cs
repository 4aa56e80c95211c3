using System.Text;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>The script over disclosures, older checkpoints, chains and whole logs.</summary>
public sealed class BundlesScriptTests
{
    private static readonly byte[] Script = Zip.Files(Zip.Of(SampleLog.OfTrail(1).Content()))["verify.sh"];

    private static async Task<ShellResult> Check(SortedDictionary<string, byte[]> files, string shell = "sh")
    {
        using var folder = new TemporaryFolder();
        using var keys = new TemporaryFolder();
        files["verify.sh"] = Script;
        Zip.Unpack(Zip.Resealed(files), folder.Path);
        await File.WriteAllTextAsync(keys["key"], SampleLog.Signer.Verifier + "\n");
        return await Shell.Run(keys.Path, [shell, folder["verify.sh"], "key"]);
    }

    private static async Task Good(SortedDictionary<string, byte[]> files, string says, string shell = "sh")
    {
        var result = await Check(files, shell);
        Assert.Equal("VERIFIED", result.Output.TrimEnd().Split('\n')[^1]);
        Assert.Contains(says, result.Output, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    private static async Task Fails(SortedDictionary<string, byte[]> files, string because, Action<SortedDictionary<string, byte[]>>? change = null)
    {
        change?.Invoke(files);
        var result = await Check(files);
        Assert.Contains("FAILED: ", result.Output, StringComparison.Ordinal);
        Assert.Contains(because, result.Output, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    private static byte[] Lines(byte[] file, Func<List<string>, IEnumerable<string>> change) =>
        Encoding.UTF8.GetBytes(string.Concat(change([.. Encoding.UTF8.GetString(file).TrimEnd('\n').Split('\n')]).Select(static l => l + "\n")));

    [Theory]
    [InlineData("sh")]
    [InlineData("bash")]
    public async Task Disclosures_are_matched_and_all_other_digests_accounted_for(string shell)
    {
        var log = SampleLog.OfTrail(4);
        log.Erase(log.Disclosures[1].Disclosure.Digest);
        var content = log.Content() with { Disclosures = [.. log.Disclosures.Where((_, i) => i != 1)] };
        await Good(Zip.Files(Zip.Of(content)), "3 of 12 digests are disclosed and match", shell);
        await Fails(Zip.Files(Zip.Of(log.Content())), "the log says was erased");
    }

    [Fact]
    public async Task Digests_without_a_word_strays_doubles_and_false_erasures_are_found()
    {
        const string said = "data/disclosures.txt";
        var zip = Zip.Of(SampleLog.OfTrail(3).Content());
        await Fails(Zip.Files(zip), "1 digests in the entries are missing", static f => f[said] = Lines(f[said], static l => l.SkipLast(1)));
        await Fails(Zip.Files(zip), "belongs to no entry", static f => f[said] = Lines(f[said], static l => [.. l, "public " + Disclosure.Create("x", "y").Text]));
        await Fails(Zip.Files(zip), "in data/disclosures.txt twice", static f => f[said] = Lines(f[said], static l => [l[0], .. l]));
        await Fails(Zip.Files(zip), "it is missing", static f => f[said] = Lines(f[said], static l => l.Select(static x => x.Replace("withheld", "erased", StringComparison.Ordinal))));
        await Fails(Zip.Files(zip), "malformed", static f => f[said] = Lines(f[said], static l => [.. l, "hidden x"]));
        await Fails(Zip.Files(zip), "of a digest that is in no entry", static f => f[said] = Lines(f[said], static l => [.. l, "decoy " + Disclosure.Create("x", "y").Digest]));
    }

    [Fact]
    public async Task An_entry_left_out_of_the_middle_is_found()
    {
        var content = SampleLog.OfTrail(5).Content();
        await Fails(Zip.Files(Zip.Of(content with { Entries = [.. content.Entries.Take(2), .. content.Entries.Skip(3)], Disclosures = [] })), "an entry is missing before line 3");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(12)]
    public async Task Growth_from_older_checkpoints_is_checked(int more)
    {
        var log = SampleLog.OfTrail(3);
        var older = new List<(byte[] Note, int Size)>();
        for (var i = 0; i < more; i++)
        {
            older.Add((log.Checkpoint(), log.Size));
            log.Append("vote.cast", SampleLog.Proposal);
        }

        var tree = log.Tree();
        var proofs = older.Select(o => new BundleConsistency(o.Note, Merkle.ConsistencyProof(o.Size, log.Size, tree.Node))).ToList();
        var files = Zip.Files(Zip.Of(log.Content() with { Consistency = proofs }));
        await Good(files, $"only grew since each of {more} older checkpoints");
        var path = $"data/consistency/{older[0].Size}";
        var text = Encoding.UTF8.GetString(files[path]);
        var hash = Convert.ToBase64String(proofs[0].Hashes[^1]);
        files[path] = Encoding.UTF8.GetBytes(text.Replace(hash, Convert.ToBase64String(new byte[32]), StringComparison.Ordinal));
        await Fails(files, "does not show that the log grew");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(256)]
    [InlineData(301)]
    public async Task A_whole_log_is_verified_by_its_root(int size)
    {
        var files = Zip.Files(WholeLog.Zipped(WholeLog.Of(size, erase: size > 256).Content()));
        await Good(files, $"these are all {size + (size > 256 ? 1 : 0)} entries of the signed log");
        await Fails(files, "at least one was changed", static f => f["data/entries.jsonl"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(f["data/entries.jsonl"]).Replace("\"role\":\"panel_member\"", "\"role\":\"panel_mumber\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_whole_log_with_a_gap_or_a_stray_disclosure_is_found()
    {
        var zip = WholeLog.Zipped(WholeLog.Of(40).Content());
        await Fails(Zip.Files(zip), "without a gap", static f => f["data/entries.jsonl"] = Lines(f["data/entries.jsonl"], static l => [.. l.Take(5), .. l.Skip(6)]));
        await Fails(Zip.Files(zip), "but the checkpoint is of 40", static f => f["data/entries.jsonl"] = Lines(f["data/entries.jsonl"], static l => l.SkipLast(1)));
        await Fails(Zip.Files(zip), "belongs to no entry", static f => f["data/disclosures.txt"] = Lines(f["data/disclosures.txt"], static l => [.. l, "public " + Disclosure.Create("x", "y").Text]));
        await Fails(Zip.Files(zip), "does not begin with", static f => f["data/disclosures.txt"] = Lines(f["data/disclosures.txt"], static l => l.Skip(1)));
    }
}
