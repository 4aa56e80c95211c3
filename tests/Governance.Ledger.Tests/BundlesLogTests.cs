using System.Text;
using CsCheck;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>Whole logs: written and checked as streams.</summary>
public sealed class BundlesLogTests
{
    private static readonly WholeLog Log = WholeLog.Of(700, erase: true);
    private static readonly byte[] Good = WholeLog.Zipped(Log.Content());

    private static LogReport Forged(Action<SortedDictionary<string, byte[]>> change)
    {
        var files = Zip.Files(Good);
        change(files);
        return WholeLog.Verify(Zip.From(Zip.Resealed(files)));
    }

    private static LogReport Lines(Func<List<string>, IEnumerable<string>> change, string file = "data/entries.jsonl") => Forged(f =>
        f[file] = Encoding.UTF8.GetBytes(string.Concat(change([.. Encoding.UTF8.GetString(f[file]).TrimEnd('\n').Split('\n')]).Select(static l => l + "\n"))));

    private static void Finds(string code, LogReport report)
    {
        Assert.False(report.Verified);
        Assert.Contains(report.Findings, f => f.Code == code && f.Fails);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_good_log_verifies_on_any_number_of_threads_and_its_report_says_what_it_holds(int threads)
    {
        var report = WholeLog.Verify(Good, threads: threads);
        Assert.Empty(report.Findings);
        Assert.True(report.Complete);
        Assert.Equal((SampleLog.Origin, 701L, 701L), (report.Log!, report.LogSize, report.Entries));
        Assert.Equal(Enumerable.Range(0, Log.Log.Size).Count(i => Entry.Parse(Log.Log[i]).Kind == Heads.Kind), report.Heads);
        Assert.Equal(Enumerable.Range(0, Log.Log.Size).Select(i => Entry.Parse(Log.Log[i]).Proposal).Where(static p => p is not null).Distinct(StringComparer.Ordinal).Count(), report.Proposals);
        Assert.Equal((Log.Log.Disclosures.Count - 1, 1L, DigestStatus.Withheld), ((int)report.Disclosed, report.Erased, report.Others));
        Assert.Equal(Enumerable.Range(0, Log.Log.Size).Sum(i => Entry.Parse(Log.Log[i]).Sd.Count), report.Digests);
    }

    [Fact]
    public void What_the_exporter_says_is_lost_is_missing()
    {
        var lost = Log.Log.Disclosures[5].Disclosure.Digest;
        var content = Log.Content();
        var report = WholeLog.Verify(WholeLog.Zipped(content with { Disclosures = content.Disclosures.Where(d => d.Disclosure.Digest != lost), Missing = [lost] }));
        Assert.Contains(lost, Assert.Single(report.Findings, static f => f.Code == BundleFindings.DisclosureMissing && f.Fails).Message, StringComparison.Ordinal);
        Assert.Single(report.Findings);
    }

    [Fact]
    public void Missing_values_stand_behind_all_others_and_are_well_formed()
    {
        var lost = $"missing {Log.Log.Disclosures[5].Disclosure.Digest}";
        Finds(BundleFindings.DisclosureFormat, Lines(l => [.. l.Take(3), lost, .. l.Skip(3)], "data/disclosures.txt"));
        Finds(BundleFindings.DisclosureFormat, Lines(l => [.. l, lost, "missing nothing"], "data/disclosures.txt"));
        Finds(BundleFindings.DisclosureFormat, Lines(l => [.. l, "missing nothing"], "data/disclosures.txt"));
        // Many are told of, and no more than anybody wants to read.
        Assert.Equal(LogVerifier.MaxFindings, Lines(l => [.. l, .. Enumerable.Repeat(lost, 500)], "data/disclosures.txt").Findings.Count(static f => f.Code == BundleFindings.DisclosureMissing));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    public void Logs_around_the_size_of_a_tile_verify(int size)
    {
        var log = WholeLog.Of(size);
        Assert.Equal(size, log.Log.Size);
        Assert.Empty(WholeLog.Verify(WholeLog.Zipped(log.Content())).Findings);
    }

    [Fact]
    public void A_log_of_many_blocks_verifies()
    {
        // Some three mebibytes: lines that lie across the borders of the pieces that are read at once.
        var log = WholeLog.Of(4500, headsEvery: 500);
        var report = WholeLog.Verify(WholeLog.Zipped(log.Content()));
        Assert.Empty(report.Findings);
        Assert.Equal(4500, report.Entries);
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes() => Assert.Equal(Good, WholeLog.Zipped(Log.Content() with { Checkpoint = Zip.Files(Good)["data/checkpoint"] }));

    [Fact]
    public void A_changed_byte_in_any_file_is_found_even_when_the_manifests_fit_again()
    {
        var files = Zip.Files(Good);
        foreach (var (path, bytes) in files.Where(static f => f.Key.StartsWith("data/", StringComparison.Ordinal) && f.Key != "data/keys/policy").ToList())
        {
            var step = Math.Max(1, bytes.Length / 12);
            for (var at = 0; at < bytes.Length; at += step)
            {
                files[path] = [.. bytes];
                files[path][at] ^= (byte)(1 << (at % 8));
                Assert.False(WholeLog.Verify(Zip.From(Zip.Resealed(files))).Verified, $"{path}, byte {at}");
            }

            files[path] = bytes;
        }
    }

    [Fact]
    public void Entries_left_out_moved_or_put_twice_are_found()
    {
        Finds(BundleFindings.Order, Lines(static l => [.. l.Take(100), .. l.Skip(101)]));
        Finds(BundleFindings.Order, Lines(static l => [.. l.Take(100), l[101], l[100], .. l.Skip(102)]));
        Finds(BundleFindings.Order, Lines(static l => [.. l.Take(100), l[99], .. l.Skip(100)]));
        Finds(BundleFindings.Incomplete, Lines(static l => l.SkipLast(1)));
        Finds(BundleFindings.Incomplete, Lines(static l => []));
        Assert.Contains(Lines(static l => l.AsEnumerable().Reverse()).Findings, static f => f.Code == BundleFindings.TooMuch);
    }

    [Fact]
    public void Another_root_of_the_heads_tree_is_found_even_in_a_log_that_is_signed_anew()
    {
        var log = new SampleLog();
        log.Append("proposal.submitted", SampleLog.Proposal);
        log.Append("vote.cast", SampleLog.Proposal);
        // The last vote is left out of the tree: the operator who signs it hopes that nobody counts.
        log.AppendHeads(static h => (h.Proposal, h.Count - 1, h.Last));
        Finds(BundleFindings.Heads, Signed(log));
        Assert.Single(Signed(log).Findings, static f => f.Fails);
    }

    [Fact]
    public void A_trail_that_skips_a_number_or_names_another_entry_is_found_in_a_log_that_is_signed_anew()
    {
        var log = SampleLog.OfTrail(3);
        var last = Enumerable.Range(0, log.Size).Select(i => Entry.Parse(log[i])).Last(static e => e.Proposal == SampleLog.Proposal);
        var next = last with { Seq = log.Size, At = SampleLog.Start.AddDays(1), Sd = [], Nonce = Entry.NewNonce() };
        log.Add(next with { ProposalSeq = last.ProposalSeq + 2 });
        Finds(BundleFindings.TrailGap, Signed(log));

        log = SampleLog.OfTrail(3);
        log.Add(next with { ProposalSeq = last.ProposalSeq + 1, ProposalPrevious = SampleLog.RouteDigest });
        Finds(BundleFindings.TrailGap, Signed(log));

        log = SampleLog.OfTrail(1);
        log.Add(next with { Seq = log.Size, Proposal = "P-2030-9999", ProposalSeq = 0, ProposalPrevious = null, ProposalOrdinal = 7 });
        Finds(BundleFindings.TrailGap, Signed(log));
    }

    [Fact]
    public void Time_that_runs_backwards_and_entries_of_another_log_are_found_in_a_log_that_is_signed_anew()
    {
        var log = SampleLog.OfTrail(2);
        log.Add(new Entry { Log = SampleLog.Origin, Seq = log.Size, At = SampleLog.Start.AddSeconds(-1), Kind = "user.added", Nonce = Entry.NewNonce() });
        Finds(BundleFindings.Time, Signed(log));
        log = SampleLog.OfTrail(2);
        log.Add(new Entry { Log = "other.example/log", Seq = log.Size, At = SampleLog.Start.AddDays(1), Kind = "user.added", Nonce = Entry.NewNonce() });
        Finds(BundleFindings.EntryLog, Signed(log));
    }

    [Fact]
    public void A_log_that_does_not_end_with_the_heads_says_so_and_verifies()
    {
        var report = Signed(SampleLog.OfTrail(3));
        Assert.True(report.Verified);
        Assert.False(report.Complete);
        Assert.Equal(BundleFindings.Heads, Assert.Single(report.Findings).Code);
    }

    [Fact]
    public void Tiles_that_are_missing_changed_or_too_many_are_found()
    {
        Finds(BundleFindings.Tile, Forged(static f => f.Remove("data/log/tile/0/000")));
        Finds(BundleFindings.Tile, Forged(static f => f["data/log/tile/0/001"][5] ^= 1));
        Finds(BundleFindings.Tile, Forged(static f => f["data/log/tile/0/007"] = f["data/log/tile/0/001"]));
        Finds(BundleFindings.Tile, Forged(static f => f["data/log/tile/0/001"] = f["data/log/tile/0/000"]));
    }

    [Fact]
    public void Disclosures_out_of_order_twice_of_no_entry_or_of_something_erased_are_found()
    {
        const string file = "data/disclosures.txt";
        Finds(BundleFindings.DisclosureOrphan, Lines(static l => [l[0], .. l.Skip(1).Reverse()], file));
        Finds(BundleFindings.DisclosureFormat, Lines(static l => [l[0], l[1], .. l.Skip(1)], file));
        Finds(BundleFindings.DisclosureFormat, Lines(static l => l.Skip(1), file));
        Finds(BundleFindings.DisclosureOrphan, Lines(static l => [.. l, "public " + Disclosure.Create("x", "never said").Text], file));
        Finds(BundleFindings.DisclosureFormat, Lines(static l => [.. l, "public x"], file));
        Finds(BundleFindings.DisclosureErased, Lines(static l => [l[0], "panel " + Log.Log.Disclosures[0].Disclosure.Text, .. l.Skip(1)], file));
    }

    [Fact]
    public void An_auditor_who_kept_a_checkpoint_learns_whether_the_log_continues_it()
    {
        var older = WholeLog.Of(300);
        var kept = older.Log.Checkpoint();
        // The same log, grown; and one of another history.
        for (var i = 0; i < 90; i++)
            older.Log.Append("vote.cast", SampleLog.Proposal);
        older.Log.AppendHeads();
        var grown = WholeLog.Verify(WholeLog.Zipped(older.Content()), new BundleChecks { Known = kept });
        Assert.Empty(grown.Findings);
        Assert.Equal(300, grown.ContinuesFrom);
        var other = WholeLog.Verify(Good, new BundleChecks { Known = kept });
        Finds(BundleFindings.KnownCheckpoint, other);
        Assert.Null(other.ContinuesFrom);
        Finds(BundleFindings.ConsistencyMissing, WholeLog.Verify(WholeLog.Zipped(WholeLog.Of(200).Content()), new BundleChecks { Known = kept }));
        Finds(BundleFindings.KnownCheckpoint, WholeLog.Verify(Good, new BundleChecks { Known = "nonsense"u8.ToArray() }));
    }

    [Fact]
    public void Lines_that_are_too_long_or_do_not_end_and_bytes_that_are_no_text_are_found()
    {
        Finds(BundleFindings.EntryFormat, Lines(static l => [l[0], new string('x', CanonicalJson.MaxBytes + 1), .. l.Skip(1)]));
        Finds(BundleFindings.EntryFormat, Lines(static l => [l[0], new string('[', 40_000), .. l.Skip(1)]));
        Finds(BundleFindings.EntryFormat, Lines(static l => [l[0], "", .. l.Skip(1)]));
        Finds(BundleFindings.EntryFormat, Lines(static l => [l[0], l[1].Replace("{", "{\"actor\":\"a\",", StringComparison.Ordinal), .. l.Skip(2)]));
        Finds(BundleFindings.EntryFormat, Forged(static f => f["data/entries.jsonl"] = [0xFF, 0xFE, .. f["data/entries.jsonl"]]));
        Finds(BundleFindings.FileContent, Forged(static f => f["data/entries.jsonl"] = f["data/entries.jsonl"][..^1]));
        // Three mebibytes without a newline are refused at the first 65,536 bytes.
        Finds(BundleFindings.EntryFormat, Forged(static f => f["data/entries.jsonl"] = new byte[3 << 20]));
        Finds(BundleFindings.DisclosureFormat, Forged(static f => f["data/disclosures.txt"] = new byte[300_000]));
    }

    [Fact]
    public void A_key_that_did_not_sign_is_answered_by_a_failure()
    {
        var other = NoteSigner.Generate(SampleLog.Origin);
        var report = LogVerifier.Verify(new MemoryStream(Good), other.Verifier);
        Finds(BundleFindings.Checkpoint, report);
        Assert.Null(report.Log);
    }

    [Fact]
    public void A_trail_and_a_whole_log_are_not_taken_for_each_other()
    {
        Finds(BundleFindings.Unreadable, WholeLog.Verify(Zip.Of(SampleLog.OfTrail(3).Content())));
        Assert.Contains("whole log", BundleVerifier.Verify(new MemoryStream(Good), SampleLog.Signer.Verifier).Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_done_to_a_log_it_is_never_taken_for_another_and_nothing_is_thrown() =>
        Gen.Select(Gen.Int[0, 6], Fuzz.Mutations).Sample(
            static (which, mutation) =>
            {
                var files = Zip.Files(Good);
                var path = which switch { 0 => "data/disclosures.txt", 1 => "data/checkpoint", 2 => "data/log/tile/0/000", _ => "data/entries.jsonl" };
                var before = files[path];
                files[path] = mutation(before);
                var report = WholeLog.Verify(Zip.From(Zip.Resealed(files)));
                if (!report.Verified)
                    return;
                // A log says "others withheld", so that the one who passes it on may leave out whole disclosures, and nothing else.
                if (which == 0)
                    Assert.True(IsPartOf(LinesOf(files[path]), LinesOf(before)), path);
                else
                    Assert.True(files[path].AsSpan().SequenceEqual(before), path);
            },
            iter: Fuzz.Iterations(150));

    private static string[] LinesOf(byte[] file) => Encoding.UTF8.GetString(file).Split('\n');

    // Whether the lines are lines of the whole, in its order.
    private static bool IsPartOf(string[] lines, string[] whole)
    {
        var from = 0;
        return lines.All(line => (from = Array.IndexOf(whole, line, from) + 1) > 0);
    }

    private static LogReport Signed(SampleLog log) => WholeLog.Verify(WholeLog.Zipped(new LogContent
    {
        Checkpoint = log.Checkpoint(),
        Key = SampleLog.Signer.Verifier,
        ExportedAt = SampleLog.Start.AddDays(2),
        Entries = Enumerable.Range(0, log.Size).Select(i => log[i]),
        Disclosures = [],
        Tile = log.Tree().Build,
    }));
}
