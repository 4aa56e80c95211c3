using System.Text;
using System.Text.Json;
using CsCheck;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>What became of each digest, older checkpoints, and what follows from the entries.</summary>
public sealed class BundlesTrailTests
{
    private const string Said = "data/disclosures.txt";

    private static BundleReport Verify(BundleContent content, BundleChecks? checks = null) => Verify(Zip.Of(content), checks);

    private static BundleReport Verify(byte[] zip, BundleChecks? checks = null) => BundleVerifier.Verify(new MemoryStream(zip), SampleLog.Signer.Verifier, checks);

    private static BundleReport Lines(BundleContent content, Func<List<string>, IEnumerable<string>> change)
    {
        var files = Zip.Files(Zip.Of(content));
        files[Said] = Encoding.UTF8.GetBytes(string.Concat(change([.. Encoding.UTF8.GetString(files[Said]).TrimEnd('\n').Split('\n')]).Select(static l => l + "\n")));
        return Verify(Zip.From(Zip.Resealed(files)));
    }

    private static void Only(string code, BundleReport report)
    {
        Assert.False(report.Verified);
        Assert.All(report.Findings.Where(static f => f.Fails), f => Assert.Equal(code, f.Code));
    }

    private static (SampleLog Log, BundleContent Content) Erased()
    {
        var log = SampleLog.OfTrail(4);
        log.Erase(log.Disclosures[1].Disclosure.Digest);
        return (log, log.Content() with { Disclosures = [.. log.Disclosures.Where((_, i) => i != 1)] });
    }

    [Fact]
    public void A_digest_is_disclosed_withheld_erased_or_a_decoy_and_the_report_counts_them()
    {
        var (log, content) = Erased();
        var full = Verify(content with { Others = DigestStatus.Decoy });
        Assert.Empty(full.Findings);
        Assert.Equal((3, 0, 1, 8, 0), Counts(full));
        var cut = Verify(content with { Disclosures = [log.Disclosures[0]] });
        Assert.Empty(cut.Findings);
        Assert.Equal((1, 10, 1, 0, 0), Counts(cut));

        static (int, int, int, int, int) Counts(BundleReport report) => (
            report.Count(DigestStatus.Disclosed), report.Count(DigestStatus.Withheld), report.Count(DigestStatus.Erased), report.Count(DigestStatus.Decoy), report.Count(DigestStatus.Missing));
    }

    [Fact]
    public void A_digest_of_which_nothing_is_said_is_missing_and_fails()
    {
        var content = SampleLog.OfTrail(3).Content();
        var report = Lines(content, static l => l.Where((line, i) => !line.StartsWith("withheld", StringComparison.Ordinal) || i != l.Count - 1));
        Only(BundleFindings.DisclosureMissing, report);
        Assert.Equal(1, report.Count(DigestStatus.Missing));
        Assert.NotNull(Assert.Single(report.Findings).Seq);
        // A disclosure that is simply taken out leaves its digest without a word.
        Assert.Contains(Lines(content, static l => l.Skip(1)).Findings, static f => f is { Code: BundleFindings.DisclosureMissing, Fails: true });
    }

    [Fact]
    public void What_is_said_to_be_erased_without_an_entry_that_says_so_is_missing() =>
        Only(BundleFindings.DisclosureMissing, Lines(SampleLog.OfTrail(3).Content(), static l => l.Select(static line => line.Replace("withheld", "erased", StringComparison.Ordinal))));

    [Fact]
    public void A_value_that_was_erased_may_not_be_shown()
    {
        var (log, content) = Erased();
        var report = Verify(content with { Disclosures = log.Disclosures });
        Only(BundleFindings.DisclosureErased, report);
    }

    [Fact]
    public void An_erasure_in_front_of_the_entry_erases_nothing()
    {
        var log = SampleLog.OfTrail(2);
        var late = Disclosure.Create("rationale", "Not there yet.");
        log.Erase(late.Digest);
        var last = Entry.Parse(log[log.Size - 1]);
        log.Add(last with { Seq = log.Size, Kind = "vote.cast", ProposalSeq = last.ProposalSeq + 1, ProposalPrevious = Convert.ToHexStringLower(Merkle.LeafHash(log[log.Size - 1])), Data = [], Sd = [late.Digest], Nonce = Entry.NewNonce() });
        var report = Verify(log.Content());
        Only(BundleFindings.DisclosureMissing, report);
    }

    [Fact]
    public void Words_about_digests_that_are_malformed_twice_or_of_no_entry_are_found()
    {
        var content = SampleLog.OfTrail(3).Content();
        var stray = Disclosure.Create("x", "y").Digest;
        Only(BundleFindings.DisclosureOrphan, Lines(content, l => [.. l, "decoy " + stray]));
        Only(BundleFindings.DisclosureFormat, Lines(content, static l => [.. l, l[^1]]));
        Only(BundleFindings.DisclosureFormat, Lines(content, static l => [.. l, "hidden x"]));
        Only(BundleFindings.DisclosureFormat, Lines(content, l => [.. l, "decoy " + SampleOf(content)]));

        static string SampleOf(BundleContent content) => content.Disclosures[0].Disclosure.Digest;
    }

    [Fact]
    public void A_bundle_proves_that_the_log_only_grew_since_an_older_checkpoint()
    {
        var log = SampleLog.OfTrail(3);
        var older = (Note: log.Checkpoint(), log.Size);
        for (var i = 0; i < 9; i++)
            log.Append("vote.cast", SampleLog.Proposal);
        var proof = new BundleConsistency(older.Note, Merkle.ConsistencyProof(older.Size, log.Size, log.Tree().Node));
        var content = log.Content() with { Consistency = [proof] };
        var known = new BundleChecks { Known = older.Note };

        var report = Verify(content, known);
        Assert.Empty(report.Findings);
        Assert.Equal(older.Size, report.ContinuesFrom);
        Assert.Null(Verify(content).ContinuesFrom);

        // Without the proof nothing is wrong, but what was asked was not shown.
        var without = Verify(log.Content(), known);
        Only(BundleFindings.ConsistencyMissing, without);
        Assert.Contains($"since={older.Size}", without.Findings[0].Message, StringComparison.Ordinal);
        Only(BundleFindings.Consistency, Verify(content with { Consistency = [proof with { Hashes = [.. proof.Hashes.SkipLast(1)] }] }));
        Only(BundleFindings.Consistency, Verify(content with { Consistency = [proof with { Hashes = [new byte[32], .. proof.Hashes.Skip(1)] }] }));
        var forged = SignedNote.Sign(SignedNote.Parse(older.Note).Text, NoteSigner.Generate(SampleLog.Origin)).ToBytes();
        Only(BundleFindings.Consistency, Verify(content with { Consistency = [proof with { Checkpoint = forged }] }));
        Only(BundleFindings.KnownCheckpoint, Verify(content, new BundleChecks { Known = forged }));
    }

    [Fact]
    public void A_log_of_another_history_is_found_by_the_checkpoint_that_was_kept()
    {
        var log = SampleLog.OfTrail(5);
        var same = SampleLog.OfTrail(5);
        Only(BundleFindings.KnownCheckpoint, Verify(log.Content(), new BundleChecks { Known = same.Checkpoint() }));
        Assert.Equal(log.Size, Verify(log.Content(), new BundleChecks { Known = log.Checkpoint() }).ContinuesFrom);
        same.Append("vote.cast", SampleLog.Proposal);
        Only(BundleFindings.ConsistencyMissing, Verify(log.Content(), new BundleChecks { Known = same.Checkpoint() }));
    }

    [Fact]
    public void A_policy_is_asked_and_its_words_are_the_finding()
    {
        var report = Verify(SampleLog.OfTrail(2).Content(), new BundleChecks { Policy = static (_, _) => throw new LedgerFormatException("Nobody cosigned.") });
        Only(BundleFindings.Policy, report);
        Assert.Contains("Nobody cosigned.", report.Findings[0].Message, StringComparison.Ordinal);
        SignedNote? asked = null;
        Assert.True(Verify(SampleLog.OfTrail(2).Content(), new BundleChecks { Policy = (note, _) => asked = note }).Verified);
        Assert.NotNull(asked);
    }

    [Fact]
    public void Cosignatures_that_nobody_knows_stay_in_the_checkpoint_byte_for_byte()
    {
        var log = SampleLog.OfTrail(3);
        byte[] cosigned = [.. log.Checkpoint(), .. Encoding.UTF8.GetBytes($"\u2014 witness.example/w1 {Convert.ToBase64String([1, 2, 3, 4, .. new byte[72]])}\n")];
        var zip = Zip.Of(log.Content() with { Checkpoint = cosigned });
        Assert.Equal(cosigned, Zip.Files(zip)["data/checkpoint"]);
        var report = Verify(zip);
        Assert.Empty(report.Findings);
        Assert.Equal(cosigned, report.Checkpoint);
    }

    [Fact]
    public void The_provenance_is_JSON_LD_in_which_every_entry_made_one_entity()
    {
        var log = SampleLog.OfTrail(4);
        var content = log.Content();
        using var json = JsonDocument.Parse(Zip.Files(Zip.Of(content))["data/derived/prov.jsonld"]);
        var nodes = json.RootElement.GetProperty("@graph").EnumerateArray().ToList();
        Assert.Equal("http://www.w3.org/ns/prov#", json.RootElement.GetProperty("@context").GetProperty("prov").GetString());
        var ids = nodes.Select(static n => n.GetProperty("@id").GetString()!).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, static id => Assert.True(Uri.IsWellFormedUriString(id, UriKind.Absolute), id));
        Assert.Equal(content.Entries.Count, nodes.Count(static n => n.GetProperty("@type").GetString() == "prov:Activity"));
        foreach (var made in nodes.Where(static n => n.TryGetProperty("prov:wasGeneratedBy", out _)))
            Assert.Contains(made.GetProperty("prov:wasGeneratedBy").GetProperty("@id").GetString()!, ids);
        var derived = nodes.Where(static n => n.TryGetProperty("prov:wasDerivedFrom", out _)).ToList();
        Assert.Equal(content.Entries.Count - 1, derived.Count);
        Assert.All(derived, n => Assert.Contains(n.GetProperty("prov:wasDerivedFrom").GetProperty("@id").GetString()!, ids));
    }

    [Fact]
    public void Each_view_of_the_entries_is_made_again_and_compared()
    {
        var files = Zip.Files(Zip.Of(SampleLog.OfTrail(3).Content()));
        foreach (var view in (string[])["trail.csv", "trail.html", "prov.jsonld"])
        {
            var path = "data/derived/" + view;
            var good = files[path];
            files[path] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(good).Replace("vote.cast", "vote.lost", StringComparison.Ordinal));
            Only(BundleFindings.Derived, Verify(Zip.From(Zip.Resealed(files))));
            files[path] = good;
        }
    }

    [Fact]
    public void A_trail_of_another_log_swapped_proofs_and_a_key_nobody_trusts_each_have_a_finding_of_their_own()
    {
        var log = SampleLog.OfTrail(4);
        var content = log.Content();
        var other = SampleLog.OfTrail(4).Content();
        var swapped = content with { Entries = [content.Entries[0] with { Proof = content.Entries[1].Proof }, content.Entries[1] with { Proof = content.Entries[0].Proof }, .. content.Entries.Skip(2)] };
        Only(BundleFindings.NotInLog, Verify(swapped));
        Only(BundleFindings.NotInLog, Verify(other with { Checkpoint = content.Checkpoint }));
        var report = BundleVerifier.Verify(new MemoryStream(Zip.Of(content)), NoteSigner.Generate(SampleLog.Origin).Verifier);
        Assert.Contains(report.Findings, static f => f.Code == BundleFindings.Checkpoint);
        Assert.Contains(report.Findings, static f => f.Code == BundleFindings.Key);
    }
}
