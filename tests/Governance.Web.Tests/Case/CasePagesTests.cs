using System.Net;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Proposals;

namespace Governance.Web.Tests.Case;

public sealed class CasePagesTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    const string Attack = "<script>alert(1)</script>";

    [Fact]
    public async Task The_overview_says_where_a_proposal_stands_and_gives_each_reader_at_most_one_primary_action()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await site.Question(reference, "Who holds the key?");

        var panel = await (await site.As(site.Privacy[0])).Get($"/proposals/{reference}");
        Assert.Equal(SampleAnswers.ServiceDesign.Text("title"), panel.Heading);
        Assert.Contains("In review", panel.Text, StringComparison.Ordinal);
        Assert.Contains("The Privacy panel votes by", panel.Text, StringComparison.Ordinal);
        Assert.Equal($"/proposals/{reference}/stages/privacy", panel.Link("Vote in the Privacy stage"));
        Assert.Single(Primary(panel));

        var lead = await (await site.As(site.Lead)).Get($"/proposals/{reference}");
        Assert.Equal("Answer a question of the Privacy stage", Assert.Single(Primary(lead)));

        var auditor = await (await site.As(site.Auditor)).Get($"/proposals/{reference}");
        Assert.Empty(Primary(auditor));
        Assert.Contains("There is nothing for you to do here now.", auditor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_route_is_drawn_with_a_description_in_sentences()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await site.Through(reference, StageIds.Privacy);
        foreach (var path in new[] { $"/proposals/{reference}", $"/proposals/{reference}/route" })
        {
            var seen = await (await site.As(site.Chair)).Get(path);
            Assert.Equal(HttpStatusCode.OK, seen.Status);
            var says = Assert.Single(seen.Document.QuerySelectorAll("svg[role=img] desc")).TextContent;
            Assert.Matches("Happening now: .*Youth", says);
            Assert.Matches("Done: .*Privacy", says);
        }
    }

    [Fact]
    public async Task A_draft_leads_its_lead_to_the_draft_and_is_not_there_for_anybody_else()
    {
        var reference = await site.Draft(SampleAnswers.Insight);
        var lead = await (await site.As(site.Lead)).Client.GetAsync($"/proposals/{reference}", TestContext.Current.CancellationToken);
        Assert.Equal($"/proposals/{reference}/draft", lead.Headers.Location?.OriginalString);
        foreach (var page in new[] { "", "/answers", "/history", "/route", "/revisions/1", "/letter", "/changes", "/determination", "/withdraw", "/documents/d1" })
            Assert.Equal(HttpStatusCode.NotFound, (await (await site.As(site.OtherLead)).Get($"/proposals/{reference}{page}")).Status);
    }

    [Fact]
    public async Task Answers_that_name_a_person_are_shown_to_chairs_and_not_to_panel_members()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var personal = new[] { "lead_email", "dpo_email", "owner_name" }.Select(SampleAnswers.ServiceDesign.Text).Where(t => t.Length > 0).ToList();
        Assert.NotEmpty(personal);
        var chair = await (await site.As(site.Chair)).Get($"/proposals/{reference}/answers");
        Assert.All(personal, p => Assert.Contains(p, chair.Text, StringComparison.Ordinal));
        var panel = await (await site.As(site.Privacy[0])).Get($"/proposals/{reference}/answers");
        Assert.Equal(HttpStatusCode.OK, panel.Status);
        Assert.All(personal, p => Assert.DoesNotContain(p, panel.Text, StringComparison.Ordinal));
        Assert.Contains("shown only to those who need them", panel.Text, StringComparison.Ordinal);
        Assert.Contains(SampleAnswers.ServiceDesign.Text("problem")[..40], panel.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_is_only_ever_served_as_an_attachment()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var browser = await site.As(site.Privacy[0]);
        var page = await browser.Get($"/proposals/{reference}/answers");
        var link = page.Document.QuerySelector(".app-documents a")!.GetAttribute("href")!;
        var answer = await browser.Client.GetAsync(link, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("application/pdf", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/proposals/{reference}/documents/d99?revision=1")).Status);
    }

    [Fact]
    public async Task The_history_tells_everything_and_keeps_open_votes_secret()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var voter = site.Privacy[0];
        await site.Vote(reference, StageIds.Privacy, voter, VoteChoice.Object);

        var other = await (await site.As(site.Privacy[1])).Get($"/proposals/{reference}/history");
        Assert.Contains("A vote was cast in the Privacy stage", other.Text, StringComparison.Ordinal);
        Assert.Contains("The proposal was submitted", other.Text, StringComparison.Ordinal);
        foreach (var person in new[] { site.Privacy[1], site.Lead })
        {
            foreach (var page in new[] { "/history", "" })
            {
                var seen = await (await site.As(person)).Get($"/proposals/{reference}{page}");
                Assert.DoesNotContain(voter.Name, seen.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("stage: object", seen.Text, StringComparison.Ordinal);
            }
        }
        var own = await (await site.As(voter)).Get($"/proposals/{reference}/history");
        Assert.Contains("A vote was cast in the Privacy stage: object", own.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_people_write_is_shown_as_text_on_every_page()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign.With("title", $"Title {Attack}").With("problem", $"Problem {Attack}"));
        await site.Question(reference, $"Question {Attack}");
        await site.Concern(reference, $"Concern {Attack}");
        await site.Send(new AnswerConcern { Actor = site.Lead, Reference = reference, Concern = "n1", Response = ConcernResponse.WillChange, Text = $"Answer {Attack}" });
        await site.Through(reference, StageIds.Privacy, VoteChoice.MajorChanges, null, new Governance.Service.Stages.CastVote.Change("problem", $"Change {Attack}"));
        await site.ToTheRevision(reference);
        foreach (var (person, page) in new[]
        {
            (site.Chair, ""), (site.Chair, "/answers"), (site.Chair, "/history"), (site.Chair, "/route"), (site.Chair, "/revisions/1"),
            (site.Lead, "/changes"), (site.Lead, "/questions/q1"), (site.Lead, "/withdraw"),
        })
        {
            var seen = await (await site.As(person)).Get($"/proposals/{reference}{page}");
            Assert.Equal(HttpStatusCode.OK, seen.Status);
            Assert.DoesNotContain(seen.Document.QuerySelectorAll("script"), s => s.TextContent.Contains("alert", StringComparison.Ordinal));
            Assert.Contains(Attack, seen.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_lead_answers_a_question_and_a_concern_and_is_told_what_is_missing()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await site.Question(reference, "Who holds the key?");
        await site.Concern(reference, "Will my school see this?");
        var lead = await site.As(site.Lead);

        var empty = await lead.Submit(await lead.Get($"/proposals/{reference}/questions/q1"));
        Assert.Equal(HttpStatusCode.BadRequest, empty.Status);
        Assert.Equal([("Write an answer.", "#Answer")], empty.Errors);
        var answered = await lead.Submit(await lead.Get($"/proposals/{reference}/questions/q1"), [("Answer", "Only the research lead.")]);
        Assert.Contains("Only the research lead.", answered.Text, StringComparison.Ordinal);

        var page = await lead.Get($"/proposals/{reference}/concerns/n1");
        var faults = await lead.Submit(page);
        Assert.Equal(2, faults.Errors.Count);
        Assert.Equal(["#Choice", "#Answer"], faults.Errors.Select(e => e.Href));
        var done = await lead.Submit(page, [("Choice", "WillNotChange"), ("Answer", "No school is told, now or later.")]);
        Assert.Contains("We will not change this", done.Text, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Forbidden, (await (await site.As(site.Privacy[0])).Get($"/proposals/{reference}/questions/q1")).Status);
    }

    [Fact]
    public async Task Withdrawing_warns_asks_for_a_reason_and_gives_a_receipt()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var lead = await site.As(site.Lead);
        var page = await lead.Get($"/proposals/{reference}/withdraw");
        Assert.Contains("You cannot undo this.", page.Text, StringComparison.Ordinal);
        Assert.Equal("#Reason", Assert.Single((await lead.Submit(page)).Errors).Href);
        var done = await lead.Submit(page, [("Reason", "The funder left.")]);
        Assert.StartsWith("Proposal withdrawn", done.Heading, StringComparison.Ordinal);
        Assert.Matches("[0-9a-f]{64}", done.Text);
        Assert.Contains("Withdrawn", (await lead.Get($"/proposals/{reference}")).Text, StringComparison.Ordinal);
    }

    internal static IReadOnlyList<string> Primary(Seen seen) =>
        [.. seen.Document.QuerySelectorAll("main .govuk-button:not(.govuk-button--secondary, .govuk-button--warning)").Select(b => b.TextContent.Trim())];
}
