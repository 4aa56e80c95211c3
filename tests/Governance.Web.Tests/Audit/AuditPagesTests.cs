using System.Net;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Stages;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Audit;

public sealed class AuditPagesTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    async Task<StoredCheckpoint> Sign()
    {
        await using var scope = site.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None);
    }

    [Fact]
    public async Task An_auditor_finds_a_proposal_and_its_entries_with_one_search()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        var auditor = await site.As(site.Auditor);
        var start = await auditor.Get("/audit");
        Assert.Equal("Audit", start.Heading);

        var found = await auditor.Get($"/audit?search={reference}");
        Assert.Contains(found.Document.QuerySelectorAll("main a"), a => a.GetAttribute("href") == $"/audit/proposals/{reference}");
        Assert.Contains("The proposal was submitted.", found.Text, StringComparison.Ordinal);
        Assert.Contains("The proposal was submitted.", (await auditor.Get("/audit?search=proposal.submitted")).Text, StringComparison.Ordinal);
        Assert.Contains("Entry 0", (await auditor.Get("/audit?search=0")).Text, StringComparison.Ordinal);
        Assert.Contains("None. Try fewer words", (await auditor.Get("/audit?search=nothingofthekind")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await auditor.Get("/audit?search=" + new string('x', 190))).Status);
    }

    [Fact]
    public async Task The_checkpoint_and_the_key_stand_on_the_page_to_be_copied()
    {
        await site.Submitted(SampleAnswers.Insight);
        var checkpoint = await Sign();
        var page = await (await site.As(site.Auditor)).Get("/audit");
        var blocks = page.Document.QuerySelectorAll("main pre").Select(p => p.TextContent).ToList();
        Assert.Contains(checkpoint.Note, blocks);
        SignedNote.Parse(System.Text.Encoding.UTF8.GetBytes(blocks[0])).Verify(NoteVerifier.Parse(blocks[1]));
    }

    [Fact]
    public async Task The_log_is_paged_and_filtered_and_every_row_is_a_sentence()
    {
        // Enough for a second page, whichever test of this class is the first.
        await site.Submitted(SampleAnswers.ServiceDesign);
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var auditor = await site.As(site.Auditor);
        var page = await auditor.Get("/audit/ledger");
        Assert.Equal(25, page.Document.QuerySelectorAll("main .moj-timeline__item").Length);
        var next = page.Document.QuerySelector("main .govuk-pagination__next a")!.GetAttribute("href")!;
        var second = await auditor.Get(next);
        Assert.Empty(Numbers(page).Intersect(Numbers(second)));

        var filtered = await auditor.Get($"/audit/ledger?kind=stage.opened&proposal={reference}");
        Assert.Equal(3, filtered.Document.QuerySelectorAll("main .moj-timeline__item").Length);
        Assert.Contains("The Privacy stage opened", filtered.Text, StringComparison.Ordinal);
        Assert.Contains("No entry is like that", (await auditor.Get("/audit/ledger?kind=vote.cast&proposal=DUP-1999-0001")).Text, StringComparison.Ordinal);

        static IEnumerable<string> Numbers(Seen seen) => seen.Document.QuerySelectorAll("main a").Select(a => a.GetAttribute("href")!).Where(h => h.StartsWith("/audit/ledger/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_entry_shows_its_bytes_and_its_proof_downloads_and_verifies()
    {
        await site.Submitted(SampleAnswers.Insight);
        await Sign();
        var auditor = await site.As(site.Auditor);
        var page = await auditor.Get("/audit/ledger/0");
        Assert.Equal("Entry 0", page.Heading);
        var raw = page.Document.QuerySelectorAll("main pre")[1].TextContent;
        var leaf = Merkle.LeafHash(System.Text.Encoding.UTF8.GetBytes(raw));
        Assert.Contains(Convert.ToHexStringLower(leaf), page.Text, StringComparison.Ordinal);

        var answer = await auditor.Client.GetAsync("/audit/ledger/0?handler=Proof");
        Assert.Equal("attachment; filename=0.tlog-proof; filename*=UTF-8''0.tlog-proof", answer.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal("nosniff", string.Concat(answer.Headers.GetValues("X-Content-Type-Options")));
        var proof = TlogProof.Parse(await answer.Content.ReadAsByteArrayAsync());
        var signed = Checkpoint.Parse(SignedNote.Parse(proof.Checkpoint).Text);
        Assert.True(Merkle.VerifyInclusion(0, signed.Size, leaf, proof.Hashes, signed.Root));
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.Get("/audit/ledger/999999")).Status);
    }

    [Fact]
    public async Task An_auditor_exports_a_trail_in_every_format_and_the_exports_are_recorded()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        var auditor = await site.As(site.Auditor);
        var page = await auditor.Get($"/audit/proposals/{reference}");
        Assert.Contains("is itself an entry in the log", page.Text, StringComparison.Ordinal);
        Assert.Contains("The route started", page.Text, StringComparison.Ordinal);

        var refused = await auditor.Submit(page);
        Assert.Equal(["Choose how much the export shows", "Choose a format"], refused.Errors.Select(e => e.Text));

        var zip = await Export("public", "bundle");
        Assert.Equal($"{reference}-public.zip", zip.Content.Headers.ContentDisposition!.FileName);
        var key = NoteVerifier.Parse(await site.Send(new GetLogKey()));
        var report = BundleVerifier.Verify(await zip.Content.ReadAsStreamAsync(), key);
        Assert.True(report.Verified, string.Join('\n', report.Findings));
        Assert.Equal(reference, report.Proposal);

        var csv = await (await Export("panel", "csv")).Content.ReadAsStringAsync();
        Assert.Contains("proposal.submitted", csv, StringComparison.Ordinal);
        var json = JsonNode.Parse(await (await Export("full", "json")).Content.ReadAsStringAsync())!;
        Assert.Equal(reference, (string?)json["proposal"]);
        Assert.Contains(json["entries"]![0]!["disclosed"]!.AsArray(), d => d!["value"] is JsonValue value && value.ToString() == "Lena Leadbetter");

        var exports = await site.Send(new SearchLedger(site.Auditor) { Kind = "trail.exported", Take = 100 });
        Assert.Equal(["full", "panel", "public"], exports.Entries.Where(e => (string?)e.Entry.Data["reference"] == reference).Select(e => (string?)e.Entry.Data["depth"]));

        async Task<HttpResponseMessage> Export(string depth, string format)
        {
            var answer = (await auditor.Submit(page, [("Depth", depth), ("Format", format)])).Answer;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal("nosniff", string.Concat(answer.Headers.GetValues("X-Content-Type-Options")));
            return answer;
        }
    }

    [Fact]
    public async Task What_reviewers_type_is_never_markup_on_the_audit_pages()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        await site.Send(new AskQuestion { Actor = site.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "<script>alert(1)</script>" });
        var page = await (await site.As(site.Auditor)).Get($"/audit/proposals/{reference}");
        Assert.Empty(page.Document.QuerySelectorAll("main script"));
    }

    [Fact]
    public async Task Others_get_403_or_404_and_administrators_cannot_export()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        foreach (var person in new[] { site.Lead, site.Privacy[0], site.Chair })
        {
            var browser = await site.As(person);
            foreach (var path in (string[])["/audit", "/audit/ledger", "/audit/ledger/0"])
                Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get(path)).Status);
        }
        Assert.Equal(HttpStatusCode.OK, (await (await site.As(site.Chair)).Get($"/audit/proposals/{reference}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await site.As(site.Lead)).Get($"/audit/proposals/{reference}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await (await site.As(site.OtherLead)).Get($"/audit/proposals/{reference}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await (await site.As(site.Auditor)).Get("/audit/proposals/DUP-1999-0001")).Status);

        var administrator = await site.As(site.Administrator);
        Assert.Equal(HttpStatusCode.OK, (await administrator.Get("/audit")).Status);
        Assert.Null((await administrator.Get($"/audit/proposals/{reference}")).Document.QuerySelector("#export"));
        Assert.Equal("Sign in", (await site.Nobody().Get("/audit")).Heading);
    }

    [Fact]
    public async Task Anybody_signed_in_checks_a_receipt()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        var receipt = await site.Send(new CastVote { Actor = site.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Choice = VoteChoice.Approve, Rationale = "Sound." });
        await Sign();
        var voter = await site.As(site.Privacy[0]);
        Assert.Equal("Check a receipt", (await voter.Get("/audit/receipt")).Heading);
        Assert.Contains($"Entry {receipt.Seq} is in the log, unchanged and signed.", (await voter.Get($"/audit/receipt?Number={receipt.Seq}&Leaf={receipt.Leaf}")).Text, StringComparison.Ordinal);
        Assert.Contains("The log has no entry", (await voter.Get($"/audit/receipt?Number={receipt.Seq}&Leaf={new string('a', 64)}")).Text, StringComparison.Ordinal);
        Assert.Equal(2, (await voter.Get("/audit/receipt?Number=x&Leaf=y")).Errors.Count);
    }
}
