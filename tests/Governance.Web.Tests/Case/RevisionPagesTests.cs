using System.Net;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Proposals;
using Governance.Service.Stages;

namespace Governance.Web.Tests.Case;

public sealed class RevisionPagesTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Fact]
    public async Task A_lead_answers_requests_is_told_all_that_is_missing_at_once_and_sends_a_revision_whose_changes_are_shown()
    {
        var (reference, page) = await Requested();
        var lead = await site.As(site.Lead);
        var overview = await lead.Get($"/proposals/{reference}");
        Assert.Contains("Changes requested", overview.Text, StringComparison.Ordinal);
        Assert.Equal("Answer the requested changes", Assert.Single(CasePagesTests.Primary(overview)));
        Assert.Contains("Keep the data for a shorter time.", page.Text, StringComparison.Ordinal);
        Assert.Contains(page.Document.QuerySelectorAll("main a"), a => a.GetAttribute("href") == $"/proposals/{reference}/draft/safeguards#retention_reason");

        await Save(reference, a => a.Without("problem"));
        var refused = await lead.Submit(page, button: "action=submit");
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(["#Replies_c1__Response", "#Replies_c1__Text", "#section-purpose", "#Declared"], refused.Errors.Select(e => e.Href));

        await Save(reference, a => a.With("problem", $"{SampleAnswers.ServiceDesign.Text("problem")} Quietly added."));
        var answered = await lead.Submit(await lead.Get($"/proposals/{reference}/changes"),
            [("Replies[c1].Response", "Changed"), ("Replies[c1].Text", "We keep it for six months."), ("Declared", "true")], "action=submit");
        Assert.StartsWith("Revision sent", answered.Heading, StringComparison.Ordinal);
        Assert.Matches("[0-9a-f]{64}", answered.Text);

        var diff = await (await site.As(site.Privacy[0])).Get($"/proposals/{reference}/revisions/2");
        Assert.Contains(diff.Document.QuerySelectorAll("#field-problem ~ .app-diff__text ins"), i => i.TextContent.Contains("Quietly added.", StringComparison.Ordinal));
        Assert.All(diff.Document.QuerySelectorAll("ins"), i => Assert.Contains("[added:", i.TextContent, StringComparison.Ordinal));
        Assert.All(diff.Document.QuerySelectorAll("del"), i => Assert.Contains("[removed:", i.TextContent, StringComparison.Ordinal));
        Assert.Contains("Asked for by the Privacy stage", diff.Text, StringComparison.Ordinal);
        Assert.Contains("We keep it for six months.", diff.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_are_kept_when_the_lead_saves_them_to_come_back_even_before_choosing()
    {
        var (reference, page) = await Requested();
        var lead = await site.As(site.Lead);
        var saved = await lead.Submit(page, [("Replies[c1].Text", "Half a thought")], "action=save");
        Assert.Contains("saved", saved.Text, StringComparison.Ordinal);
        var again = await lead.Get($"/proposals/{reference}/changes");
        Assert.Equal("Half a thought", again.Document.QuerySelector("textarea[name='Replies[c1].Text']")!.TextContent.Trim());
        Assert.Empty(again.Document.QuerySelectorAll("input[type=radio][checked]"));
    }

    [Fact]
    public async Task A_refused_revision_keeps_what_was_typed()
    {
        var (_, page) = await Requested();
        var refused = await (await site.As(site.Lead)).Submit(page, [("Replies[c1].Response", "NotChanged"), ("Replies[c1].Text", "Because of <the> law.")], "action=submit");
        Assert.Equal("Because of <the> law.", refused.Document.QuerySelector("textarea[name='Replies[c1].Text']")!.TextContent.Trim());
        Assert.Equal("NotChanged", refused.Document.QuerySelector("input[type=radio][checked]")!.GetAttribute("value"));
        Assert.Equal("#Declared", Assert.Single(refused.Errors).Href);
    }

    [Fact]
    public async Task Removed_and_added_words_are_marked_and_a_stage_sees_only_what_it_looks_at()
    {
        var (reference, _) = await Requested();
        var looked = (await site.Send(new GetProposal(site.Chair, reference))).Rulebook.LooksAt(StageIds.Privacy);
        Assert.Contains("retention_reason", looked);
        Assert.DoesNotContain("title", looked);
        await Save(reference, a => a.With("title", "A wholly new name").With("retention_reason", "Six months are enough."));
        await site.Send(new SubmitRevision
        {
            Actor = site.Lead,
            Reference = reference,
            Declared = true,
            Responses = [new("c1", ChangeResponse.Changed, "Done.")],
        });
        var panel = await site.As(site.Privacy[1]);
        var all = await panel.Get($"/proposals/{reference}/revisions/2");
        Assert.NotNull(all.Document.QuerySelector("#field-title"));
        Assert.Contains(all.Document.QuerySelectorAll("del"), d => d.TextContent.Contains(SampleAnswers.ServiceDesign.Text("title").Split(' ')[0], StringComparison.Ordinal));
        Assert.Contains(all.Document.QuerySelectorAll("ins"), d => d.TextContent.Contains("wholly", StringComparison.Ordinal));

        var mine = await panel.Get($"/proposals/{reference}/revisions/2?stage=privacy");
        Assert.Null(mine.Document.QuerySelector("#field-title"));
        Assert.NotNull(mine.Document.QuerySelector("#field-retention_reason"));
        Assert.Equal(HttpStatusCode.NotFound, (await panel.Get($"/proposals/{reference}/revisions/2?stage=nonsense")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await panel.Get($"/proposals/{reference}/revisions/3")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await panel.Get($"/proposals/{reference}/revisions/none")).Status);
    }

    [Fact]
    public async Task A_change_to_an_answer_that_names_a_person_is_not_shown_to_panel_members()
    {
        var (reference, _) = await Requested();
        await Save(reference, a => a.With("dpo_email", "somebody.else@example.org"));
        await site.Send(new SubmitRevision { Actor = site.Lead, Reference = reference, Declared = true, Responses = [new("c1", ChangeResponse.NotChanged, "No.")] });
        Assert.Contains("somebody.else", (await (await site.As(site.Chair)).Get($"/proposals/{reference}/revisions/2")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("somebody.else", (await (await site.As(site.Privacy[2])).Get($"/proposals/{reference}/revisions/2")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_lead_answers_requested_changes()
    {
        var (reference, _) = await Requested();
        Assert.Equal(HttpStatusCode.Forbidden, (await (await site.As(site.Chair)).Get($"/proposals/{reference}/changes")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await (await site.As(site.Lead)).Get($"/proposals/{await site.Submitted(SampleAnswers.Insight)}/changes")).Status);
    }

    async Task<(string Reference, Seen Page)> Requested()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await site.Through(reference, StageIds.Privacy, VoteChoice.MajorChanges, null, new CastVote.Change("retention_reason", "Keep the data for a shorter time."));
        await site.ToTheRevision(reference);
        var page = await (await site.As(site.Lead)).Get($"/proposals/{reference}/changes");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return (reference, page);
    }

    async Task Save(string reference, Func<Answers, Answers> change)
    {
        var draft = (await site.Send(new GetProposal(site.Lead, reference))).Draft!;
        await site.Send(new SaveDraft { Actor = site.Lead, Reference = reference, Answers = change(draft.Answers) });
    }
}
