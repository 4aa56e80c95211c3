using System.IO.Compression;
using System.Text;
using CsCheck;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

public sealed class BundleTests
{
    private static readonly SampleLog Log = SampleLog.OfTrail(6);
    private static readonly byte[] Good = Zip.Of(Log.Content());

    private static BundleReport Verify(byte[] zip) => BundleVerifier.Verify(new MemoryStream(zip), SampleLog.Signer.Verifier);

    private static BundleReport Verify(BundleContent content) => Verify(Zip.Of(content));

    private static BundleReport Forged(Action<SortedDictionary<string, byte[]>> change)
    {
        var files = Zip.Files(Good);
        change(files);
        return Verify(Zip.From(Zip.Resealed(files)));
    }

    private static void Only(string code, BundleReport report)
    {
        Assert.False(report.Verified);
        Assert.All(report.Findings.Where(static f => f.Fails), f => Assert.Equal(code, f.Code));
    }

    [Fact]
    public void A_good_bundle_verifies_and_its_report_says_what_it_holds()
    {
        var report = Verify(Good);
        Assert.Empty(report.Findings);
        Assert.True(report.Verified);
        Assert.Equal((6, 6, 12), (report.Entries, report.Disclosed, report.Withheld));
        Assert.Equal((SampleLog.Origin, (long)Log.Size, SampleLog.Proposal), (report.Log, report.LogSize, report.Proposal));
        Assert.Equal([0L, 1, 2, 3, 4, 5], report.Trail.Select(static t => t.Entry.ProposalSeq!.Value));
        Assert.Equal(SampleLog.Route.Bytes, Assert.Single(report.Pinned).Bytes);
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes_whatever_it_is_written_to()
    {
        Assert.Equal(Good, Zip.Of(Log.Content() with { Checkpoint = Zip.Files(Good)["data/checkpoint"] }));
        using var pipe = new MemoryStream();
        using (var oneWay = new DeflateStream(pipe, CompressionLevel.NoCompression, leaveOpen: true))
            BundleWriter.Write(oneWay, Log.Content());
        pipe.Position = 0;
        using var back = new DeflateStream(pipe, CompressionMode.Decompress);
        Assert.True(BundleVerifier.Verify(back, SampleLog.Signer.Verifier).Verified);
    }

    [Fact]
    public void A_bundle_that_shows_less_verifies_against_the_same_checkpoint()
    {
        var report = Verify(Log.Content() with { Disclosures = [Log.Disclosures[2]] });
        Assert.True(report.Verified);
        Assert.Equal((6, 1, 17), (report.Entries, report.Disclosed, report.Withheld));
    }

    [Fact]
    public void A_bundle_in_a_log_of_hundreds_of_entries_verifies() =>
        Assert.Empty(Verify(SampleLog.OfTrail(300).Content()).Findings);

    [Fact]
    public void A_changed_byte_in_any_file_is_found_and_its_file_is_named()
    {
        var files = Zip.Files(Good);
        foreach (var (path, bytes) in files.ToList())
        {
            // Every byte of a small file, some hundreds spread over a large one.
            var step = Math.Max(1, bytes.Length / 300);
            for (var at = 0; at < bytes.Length; at += step)
            {
                var changed = bytes.ToArray();
                changed[at] ^= (byte)(1 << (at % 8));
                files[path] = changed;
                var report = Verify(Zip.From(files));
                Assert.False(report.Verified, $"{path}, byte {at}");
                Assert.True(
                    report.Findings.Any(f => f.File == path || f.Message.Contains(path, StringComparison.Ordinal)),
                    $"{path}, byte {at}: {string.Join("; ", report.Findings.Select(static f => f.Message))}");
            }

            files[path] = bytes;
        }
    }

    [Fact]
    public void A_changed_byte_is_found_even_when_the_manifests_are_made_to_fit_again()
    {
        var files = Zip.Files(Good);
        foreach (var (path, bytes) in files.Where(static f => f.Key.StartsWith("data/", StringComparison.Ordinal)).ToList())
        {
            var step = Math.Max(1, bytes.Length / 100);
            for (var at = 0; at < bytes.Length; at += step)
            {
                var changed = bytes.ToArray();
                changed[at] ^= (byte)(1 << (at % 8));
                files[path] = changed;
                var report = Verify(Zip.From(Zip.Resealed(files)));
                // Nothing in the bundle vouches for the policy, so that another one is said and no more.
                if (path == "data/keys/policy")
                    Assert.Contains(report.Findings, static f => f is { Code: BundleFindings.PolicyInside, Fails: false });
                else
                    Assert.False(report.Verified, $"{path}, byte {at}");
            }

            files[path] = bytes;
        }
    }

    [Fact]
    public void A_changed_byte_anywhere_in_the_zip_itself_never_throws_and_never_changes_what_is_believed() =>
        Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Byte).Sample(
            static (at, with) =>
            {
                var zip = Good.ToArray();
                zip[at] = with;
                var report = Verify(zip);
                if (report.Verified)
                    Assert.Equal(Verify(Good).Trail.Select(static t => t.Leaf), report.Trail.Select(static t => t.Leaf));
                else
                    Assert.NotEmpty(report.Findings);
            },
            iter: 1000);

    [Fact]
    public void Anything_may_be_handed_to_the_verifier_and_it_never_throws() =>
        Gen.OneOf(
            Gen.Byte.Array[0, 300],
            Gen.Int[0, Good.Length].Select(static n => Good[..n]),
            Gen.Int[0, Good.Length].Select(static n => Good[n..]),
            Gen.Select(Gen.Int[0, 30], Gen.Byte.Array[0, 200]).Select(static (n, bytes) =>
            {
                var files = Zip.Files(Good);
                files[files.Keys.ElementAt(n % files.Count)] = bytes;
                return Zip.From(Zip.Resealed(files));
            })).Sample(static zip => Verify(zip).Findings.Count > 0 || zip.Length == Good.Length, iter: 400);

    [Fact]
    public void A_key_that_did_not_sign_is_answered_by_a_failure()
    {
        var other = NoteSigner.Generate(SampleLog.Origin);
        var report = BundleVerifier.Verify(new MemoryStream(Good), other.Verifier);
        Assert.Contains(report.Findings, static f => f is { Code: BundleFindings.Checkpoint, Fails: true });
        Assert.Null(report.Log);
        // A forger who signs the checkpoint with a key of their own and puts that key in the bundle gains nothing.
        var forged = Zip.Of(Log.Content() with
        {
            Key = other.Verifier,
            Checkpoint = SignedNote.Sign(SignedNote.Parse(Log.Checkpoint()).Text, other).ToBytes(),
        });
        Assert.False(Verify(forged).Verified);
        Assert.True(BundleVerifier.Verify(new MemoryStream(forged), other.Verifier).Verified);
    }

    [Fact]
    public void A_key_of_another_log_is_not_enough()
    {
        var other = NoteSigner.Generate("other.example/log");
        var note = SignedNote.Sign(SignedNote.Parse(Log.Checkpoint()).Text, other).ToBytes();
        var report = BundleVerifier.Verify(new MemoryStream(Zip.Of(Log.Content() with { Key = other.Verifier, Checkpoint = note })), other.Verifier);
        Only(BundleFindings.Checkpoint, report);
    }

    [Fact]
    public void An_entry_left_out_of_the_middle_of_a_trail_is_found()
    {
        var content = Log.Content();
        var report = Verify(content with { Entries = [.. content.Entries.Take(2), .. content.Entries.Skip(3)], Disclosures = [] });
        Only(BundleFindings.TrailGap, report);
        Assert.Equal(Entry.Parse(content.Entries[3].Bytes).Seq, Assert.Single(report.Findings).Seq);
    }

    [Fact]
    public void A_first_entry_left_out_is_found() =>
        Only(BundleFindings.TrailGap, Verify(Log.Content() with { Entries = [.. Log.Content().Entries.Skip(1)], Disclosures = [] }));

    [Fact]
    public void An_entry_that_is_not_in_the_log_is_found()
    {
        var content = Log.Content();
        var entry = Entry.Parse(content.Entries[^1].Bytes) with { Nonce = Entry.NewNonce() };
        Only(BundleFindings.NotInLog, Verify(content with { Entries = [.. content.Entries.SkipLast(1), content.Entries[^1] with { Bytes = entry.ToBytes() }] }));
    }

    [Fact]
    public void An_entry_with_another_entrys_proof_is_found()
    {
        var content = Log.Content();
        Only(BundleFindings.NotInLog, Verify(content with { Entries = [content.Entries[0] with { Proof = content.Entries[1].Proof }, .. content.Entries.Skip(1)] }));
    }

    [Fact]
    public void A_trail_whose_link_names_another_entry_is_found()
    {
        var log = SampleLog.OfTrail(2);
        var last = Entry.Parse(log[log.Size - 1]);
        log.Add(SampleEntry(log, 2) with { Sd = last.Sd });
        Only(BundleFindings.TrailGap, Verify(log.Content() with { Disclosures = [] }));
    }

    [Fact]
    public void Time_that_runs_backwards_is_found()
    {
        var log = SampleLog.OfTrail(1);
        log.Add(SampleEntry(log, 1) with { At = SampleLog.Start.AddSeconds(-1), ProposalPrevious = Convert.ToHexStringLower(Merkle.LeafHash(log[1])) });
        Only(BundleFindings.Time, Verify(log.Content()));
    }

    [Fact]
    public void Entries_of_two_proposals_in_one_bundle_are_found()
    {
        var other = Enumerable.Range(0, Log.Size).First(static i => Entry.Parse(Log[i]).Proposal is not (null or SampleLog.Proposal));
        var content = Log.Content();
        var entries = content.Entries.Append(Log.Prove(other)).OrderBy(static e => Entry.Parse(e.Bytes).Seq);
        Assert.Contains(Verify(content with { Entries = [.. entries] }).Findings, static f => f is { Code: BundleFindings.TrailMixed, Fails: true });
    }

    [Fact]
    public void Entries_of_no_proposal_may_stand_among_those_of_one()
    {
        var content = Log.Content();
        Assert.True(Verify(content with { Entries = [Log.Prove(0), .. content.Entries] }).Verified);
    }

    [Fact]
    public void Entries_out_of_order_or_twice_are_found()
    {
        var content = Log.Content();
        var report = Verify(content with { Entries = [content.Entries[1], content.Entries[0], .. content.Entries.Skip(2)] });
        Assert.Contains(report.Findings, static f => f.Code == BundleFindings.Order);
    }

    [Fact]
    public void Entries_of_another_log_are_found()
    {
        var log = new SampleLog();
        log.Add(SampleEntry(log, 0) with { Log = "other.example/log", ProposalOrdinal = 0, ProposalPrevious = null });
        Only(BundleFindings.EntryLog, Verify(log.Content()));
    }

    [Fact]
    public void A_disclosure_that_belongs_to_no_entry_is_found()
    {
        var stray = new BundleDisclosure(DisclosureClass.Public, Disclosure.Create("rationale", "never said"));
        var report = Verify(Log.Content() with { Disclosures = [.. Log.Disclosures, stray] });
        Only(BundleFindings.DisclosureOrphan, report);
        Assert.Contains("disclosure that belongs to no entry", report.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disclosure_that_is_there_twice_or_malformed_is_found()
    {
        Only(BundleFindings.DisclosureFormat, Verify(Log.Content() with { Disclosures = [.. Log.Disclosures, Log.Disclosures[0]] }));
        Only(BundleFindings.DisclosureFormat, Forged(static f => f["data/disclosures.txt"] = [.. f["data/disclosures.txt"], .. "secret abc\n"u8]));
    }

    [Fact]
    public void A_file_that_no_entry_pins_is_found()
    {
        Only(BundleFindings.PinnedUnknown, Verify(Log.Content() with { Pinned = [SampleLog.Route, new PinnedFile("other.json", "{}"u8.ToArray())] }));
        var changed = Verify(Log.Content() with { Pinned = [SampleLog.Route with { Bytes = [.. SampleLog.Route.Bytes, (byte)' '] }] });
        Only(BundleFindings.PinnedUnknown, changed);
        Assert.Contains(changed.Findings, static f => f is { Code: BundleFindings.PinnedMissing, Fails: false });
    }

    [Fact]
    public void A_missing_pinned_file_is_said_but_does_not_fail()
    {
        var report = Verify(Log.Content() with { Pinned = [] });
        Assert.True(report.Verified);
        Assert.Equal(BundleFindings.PinnedMissing, Assert.Single(report.Findings).Code);
    }

    [Fact]
    public void A_readable_view_that_says_something_else_is_found()
    {
        Only(BundleFindings.Derived, Forged(static f => f["data/derived/trail.csv"] = Replaced(f["data/derived/trail.csv"], "approve", "object")));
        Only(BundleFindings.Derived, Forged(static f => f["data/derived/trail.html"] = Replaced(f["data/derived/trail.html"], "approve", "object")));
    }

    [Fact]
    public void Another_script_is_said_but_does_not_fail()
    {
        var report = Forged(static f => f["verify.sh"] = "echo VERIFIED\n"u8.ToArray());
        Assert.True(report.Verified);
        Assert.Equal(BundleFindings.Script, Assert.Single(report.Findings).Code);
    }

    [Fact]
    public void Missing_and_additional_files_are_found()
    {
        foreach (var path in Zip.Files(Good).Keys)
        {
            var files = Zip.Files(Good);
            files.Remove(path);
            var report = Verify(Zip.From(files));
            Assert.Contains(report.Findings, f => f.Fails && (f.File == path || f.Message.Contains("names no file", StringComparison.Ordinal)));
        }

        Only(BundleFindings.Proof, Forged(static f => f["data/proofs/0.tlog-proof"] = f["data/proofs/1.tlog-proof"]));
        var unlisted = Zip.Files(Good);
        unlisted["data/routes/extra.json"] = SampleLog.Route.Bytes;
        Assert.Contains(Verify(Zip.From(unlisted)).Findings, static f => f is { Code: BundleFindings.Manifest, File: "data/routes/extra.json" });
    }

    [Theory]
    [InlineData("../evil.sh")]
    [InlineData("/etc/evil")]
    [InlineData("data/../../evil")]
    [InlineData("data/routes/../../evil")]
    [InlineData("data/routes/.hidden")]
    [InlineData("data/routes/sub/file")]
    [InlineData("data\\routes\\evil")]
    [InlineData("data/proofs/01.tlog-proof")]
    [InlineData("data/proofs/-1.tlog-proof")]
    [InlineData("data/routes/")]
    [InlineData("C:evil")]
    [InlineData("data/\u001B[2J")]
    public void Names_that_do_not_belong_in_a_bundle_are_refused(string name)
    {
        var files = Zip.Files(Good);
        files[name] = [];
        var finding = Assert.Single(Verify(Zip.From(files)).Findings);
        Assert.Equal(BundleFindings.Unreadable, finding.Code);
        Assert.DoesNotContain('\u001B', finding.Message);
    }

    [Fact]
    public void Names_that_are_there_twice_are_refused()
    {
        var files = Zip.Files(Good);
        Assert.Contains("twice", Verify(Zip.From([.. files, KeyValuePair.Create("data/checkpoint", Array.Empty<byte>())])).Findings[0].Message, StringComparison.Ordinal);
        Assert.Contains("twice", Verify(Zip.From([.. files, KeyValuePair.Create("data/routes/STANDARD.json", Array.Empty<byte>())])).Findings[0].Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Zip.Of(Log.Content() with { Pinned = [SampleLog.Route, SampleLog.Route with { Name = "STANDARD.json" }] }));
        Assert.Throws<ArgumentException>(() => Zip.Of(Log.Content() with { Pinned = [SampleLog.Route with { Name = "../x" }] }));
    }

    [Fact]
    public void A_bomb_is_refused_before_it_is_unpacked()
    {
        var files = Zip.Files(Good);
        files["data/routes/bomb"] = new byte[BundleReader.MaxFileBytes];
        var bomb = Verify(Zip.From(files, CompressionLevel.Optimal));
        Assert.Contains("larger than is allowed", Assert.Single(bomb.Findings).Message, StringComparison.Ordinal);

        var crowd = Zip.From(Enumerable.Range(0, BundleReader.MaxFiles + 1).Select(static i => KeyValuePair.Create($"data/proofs/{i}.tlog-proof", Array.Empty<byte>())));
        Assert.Contains("more than", Assert.Single(Verify(crowd).Findings).Message, StringComparison.Ordinal);

        // A stream that cannot be read twice is taken into memory, but not without end.
        using var squeezed = new MemoryStream();
        using (var endless = new DeflateStream(squeezed, CompressionLevel.Fastest, leaveOpen: true))
            endless.Write(new byte[BundleReader.MaxZipBytes + 1]);
        squeezed.Position = 0;
        using var oneWay = new DeflateStream(squeezed, CompressionMode.Decompress);
        Assert.Contains("larger", Assert.Single(BundleVerifier.Verify(oneWay, SampleLog.Signer.Verifier).Findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_bundle_verifies_too() =>
        Assert.True(Verify(Zip.From(Zip.Files(Good), CompressionLevel.Optimal)).Verified);

    [Fact]
    public void Cells_that_a_spreadsheet_could_run_are_guarded()
    {
        var log = new SampleLog();
        foreach (var start in "=+-@\t\r")
            log.Append("vote.cast", SampleLog.Proposal, (start + "name", "text"));
        var csv = DerivedTrail.Csv(Verify(log.Content()).Trail);
        foreach (var start in "=+-@\t")
            Assert.Contains($",'{start}name: text,", csv, StringComparison.Ordinal);
        Assert.Contains(",\"'\rname: text\",", csv, StringComparison.Ordinal);
        Assert.Contains(",'=p0,panel_member,", csv, StringComparison.Ordinal);
        var sample = Encoding.UTF8.GetString(Zip.Files(Good)["data/derived/trail.csv"]);
        Assert.Contains("\"rationale: =SUM(A1) <b>fair</b> \u202E, \"\"quoted\"\"\nnext line\"", sample, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_shows_texts_as_texts()
    {
        var html = Encoding.UTF8.GetString(Zip.Files(Good)["data/derived/trail.html"]);
        Assert.Contains("<bdi>=SUM(A1) &lt;b&gt;fair&lt;/b&gt; \u202E, &quot;quoted&quot;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_that_leads_to_another_checkpoint_or_carries_more_is_found()
    {
        const string path = "data/proofs/1.tlog-proof";
        Only(BundleFindings.Proof, Forged(static f => f[path] = (TlogProof.Parse(f[path]) with { Checkpoint = "other\n"u8.ToArray() }).ToBytes()));
        Only(BundleFindings.Proof, Forged(static f => f[path] = (TlogProof.Parse(f[path]) with { Extra = [1] }).ToBytes()));
        Only(BundleFindings.Proof, Forged(static f => f[path] = (TlogProof.Parse(f[path]) with { Index = 2 }).ToBytes()));
        Only(BundleFindings.Proof, Forged(static f => f[path] = "nonsense"u8.ToArray()));
        Only(BundleFindings.Proof, Forged(static f => f.Remove(path)));
    }

    [Fact]
    public void Another_key_in_the_bundle_is_found()
    {
        var other = NoteSigner.Generate(SampleLog.Origin).Verifier;
        Only(BundleFindings.Key, Verify(Log.Content() with { Key = other }));
        Only(BundleFindings.Key, Forged(f => f["data/keys/log.spki.pem"] = Encoding.ASCII.GetBytes(other.ToSpkiPem())));
    }

    [Fact]
    public void A_checkpoint_of_another_root_or_size_under_the_trusted_key_is_found_by_the_proofs()
    {
        var content = Log.Content();
        byte[] Signed(Func<Checkpoint, Checkpoint> change) =>
            SignedNote.Sign(change(Checkpoint.Parse(SignedNote.Parse(content.Checkpoint).Text)).ToText(), SampleLog.Signer).ToBytes();
        Only(BundleFindings.NotInLog, Verify(content with { Checkpoint = Signed(static c => c with { Root = new byte[32] }) }));
        Only(BundleFindings.NotInLog, Verify(content with { Checkpoint = Signed(static c => c with { Size = 3 }) }));
    }

    [Fact]
    public void Entries_that_are_not_spelt_canonically_are_found()
    {
        var files = Zip.Files(Good);
        files["data/entries.jsonl"] = Replaced(files["data/entries.jsonl"], "{\"actor\"", "{ \"actor\"");
        var report = Verify(Zip.From(Zip.Resealed(files)));
        Assert.Equal(6, report.Findings.Count(static f => f.Code == BundleFindings.EntryFormat));
        Assert.Equal((6, 0), (report.Entries, report.Trail.Count));
    }

    [Fact]
    public void A_bundle_without_entries_is_not_verified() =>
        Only(BundleFindings.EntryFormat, Verify(Log.Content() with { Entries = [], Disclosures = [], Pinned = [] }));

    [Fact]
    public void A_description_that_is_of_another_bundle_is_found()
    {
        var files = Zip.Files(Good);
        files["bag-info.txt"] = Replaced(files["bag-info.txt"], SampleLog.Proposal, "P-2030-0002");
        Only(BundleFindings.FileContent, Verify(Zip.From(Zip.Resealed(files))));
        files["bag-info.txt"] = Replaced(files["bag-info.txt"], "Governance-Bundle-Version: 1", "Governance-Bundle-Version: 2");
        Only(BundleFindings.FileContent, Verify(Zip.From(Zip.Resealed(files))));
    }

    [Fact]
    public void An_entry_that_cannot_be_written_stops_the_writer() =>
        Assert.Throws<LedgerFormatException>(() => Zip.Of(Log.Content() with { Entries = [new BundleEntry("{}"u8.ToArray(), [])] }));

    private static Entry SampleEntry(SampleLog log, long proposalSeq) => new()
    {
        Log = SampleLog.Origin,
        Seq = log.Size,
        At = SampleLog.Start.AddSeconds(log.Size),
        Kind = "vote.cast",
        Proposal = SampleLog.Proposal,
        ProposalSeq = proposalSeq,
        ProposalPrevious = SampleLog.RouteDigest,
        Rule = new Dictionary<string, string> { ["route"] = SampleLog.RouteDigest },
        Nonce = Entry.NewNonce(),
    };

    private static byte[] Replaced(byte[] text, string from, string to) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace(from, to, StringComparison.Ordinal));
}
