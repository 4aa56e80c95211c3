using System.Net;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Decisions;
using Governance.Service.Proposals;

namespace Governance.Web.Tests.Case;

public sealed class DecisionPagesTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Fact]
    public async Task A_favourable_decision_against_an_objection_needs_a_reason_and_all_faults_are_said_at_once()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await site.ToTheDecision(reference, (StageIds.Privacy, VoteChoice.Object, null));
        var chair = await site.As(site.Chair);
        Assert.Equal("Decide", Assert.Single(CasePagesTests.Primary(await chair.Get($"/proposals/{reference}"))));
        var page = await chair.Get($"/proposals/{reference}/determination");
        Assert.Contains("What the privacy stage found.", page.Text, StringComparison.Ordinal);
        Assert.Equal("Record the decision", Assert.Single(CasePagesTests.Primary(page)));

        var refused = await chair.Submit(page,
            [("Input.Outcome", "FavourableWithConditions"), ("Input.Conditions[0].Text", "Train the staff"), ("Input.Changes[0].Text", "Not needed here")], "action=decide");
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(
            ["#Input_Reason", "#Input_Departures_privacy_", "#Input_Conditions_0__Owner", "#Input_Conditions_0__Evidence", "#Input_Conditions_0__Due", "#Input_Changes_0__Field"],
            refused.Errors.Select(e => e.Href));
        Assert.Equal("Train the staff", refused.Document.QuerySelector("textarea[name='Input.Conditions[0].Text']")!.TextContent.Trim());

        var done = await chair.Submit(refused,
            [
                ("Input.Reason", "The benefit is real."), ("Input.Departures[privacy]", "The plan now leaves out names."), ("Input.Conditions[0].Owner", "Head of data"),
                ("Input.Conditions[0].Evidence", "A list of who was trained"), ("Input.Conditions[0].Due", "27"), ("Input.Conditions[0].Due", "3"), ("Input.Conditions[0].Due", "2027"),
                ("Input.Changes[0].Text", ""),
            ],
            "action=decide");
        Assert.StartsWith("Decision recorded", done.Heading, StringComparison.Ordinal);
        Assert.Matches("[0-9a-f]{64}", done.Text);

        var letter = await chair.Get($"/proposals/{reference}/letter");
        foreach (var words in new[]
        {
            "2 November 2026", reference, "favourable with conditions", "The benefit is real.", "The Privacy stage objected.", "The plan now leaves out names.", "Train the staff", "Head of data",
            "A list of who was trained", "27 March 2027", "Privacy: objected", "Youth voice: approved", "Anyone may complain",
        })
            Assert.Contains(words, letter.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_added_and_removed_without_scripts_and_keep_what_was_typed()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await site.ToTheDecision(reference, (StageIds.Privacy, VoteChoice.ApproveWithConditions, "Delete the data after a year."));
        var chair = await site.As(site.Chair);
        var page = await chair.Get($"/proposals/{reference}/determination");
        Assert.Contains("Delete the data after a year.", Text(page, 0), StringComparison.Ordinal);
        var prefilled = page.Document.QuerySelectorAll("textarea[name$='.Text'][name^='Input.Conditions']").Length;

        var more = await chair.Submit(page, [("Input.Reason", "Because."), ("Input.Outcome", "FavourableWithConditions"), ("Input.Conditions[0].Due", "1"), ("Input.Conditions[0].Due", "13"), ("Input.Conditions[0].Due", "2027")], "action=add-condition", follow: false);
        Assert.Equal(HttpStatusCode.OK, more.Status);
        Assert.Empty(more.Errors);
        Assert.Equal("", Text(more, prefilled));
        Assert.Equal("Because.", more.Document.QuerySelector("textarea[name='Input.Reason']")!.TextContent.Trim());
        Assert.Equal(["1", "13", "2027"], more.Document.QuerySelectorAll("input[name='Input.Conditions[0].Due']").Select(i => i.GetAttribute("value")!));

        var typed = await chair.Submit(more, [($"Input.Conditions[{prefilled}].Text", "A second one")], "action=remove-condition-0");
        Assert.Equal("A second one", Text(typed, prefilled - 1));
        Assert.Null(typed.Document.QuerySelector($"textarea[name='Input.Conditions[{prefilled}].Text']"));
        Assert.Equal("FavourableWithConditions", typed.Document.QuerySelector("input[type=radio][checked]")!.GetAttribute("value"));

        var points = await chair.Submit(typed, [("Input.Changes[0].Text", "Explain the sums")], "action=add-change");
        Assert.Equal("Explain the sums", points.Document.QuerySelector("textarea[name='Input.Changes[0].Text']")!.TextContent.Trim());
        Assert.NotNull(points.Document.QuerySelector("textarea[name='Input.Changes[1].Text']"));
    }

    [Fact]
    public async Task A_fault_in_a_row_after_an_empty_one_stands_at_its_own_row()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        await site.ToTheDecision(reference);
        var chair = await site.As(site.Chair);
        var two = await chair.Submit(await chair.Get($"/proposals/{reference}/determination"), button: "action=add-condition");
        var refused = await chair.Submit(two, [("Input.Outcome", "FavourableWithConditions"), ("Input.Reason", "Yes."), ("Input.Conditions[1].Text", "Only this row")], "action=decide");
        Assert.Equal(["#Input_Conditions_1__Owner", "#Input_Conditions_1__Evidence", "#Input_Conditions_1__Due"], refused.Errors.Select(e => e.Href));
    }

    [Fact]
    public async Task A_provisional_decision_sends_the_proposal_back_with_its_points()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        await site.ToTheDecision(reference);
        var chair = await site.As(site.Chair);
        await chair.Submit(await chair.Get($"/proposals/{reference}/determination"),
            [("Input.Outcome", "Provisional"), ("Input.Reason", "One thing is not clear."), ("Input.Changes[0].Field", "problem"), ("Input.Changes[0].Text", "Say where the numbers come from.")], "action=decide");
        var lead = await (await site.As(site.Lead)).Get($"/proposals/{reference}/changes");
        Assert.Contains("Say where the numbers come from.", lead.Text, StringComparison.Ordinal);
        Assert.Contains("Asked by the chair", lead.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_letter_before_a_decision_and_it_tells_what_young_people_said()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var lead = await site.As(site.Lead);
        Assert.Equal(HttpStatusCode.NotFound, (await lead.Get($"/proposals/{reference}/letter")).Status);
        Assert.Null((await lead.Get($"/proposals/{reference}")).Link("Decision letter"));

        await site.Concern(reference, "Will my <b>school</b> see this?");
        await site.Send(new AnswerConcern { Actor = site.Lead, Reference = reference, Concern = "n1", Response = ConcernResponse.WillChange, Text = "We leave schools out." });
        await site.ToTheDecision(reference);
        await site.Send(new MakeDetermination { Actor = site.Chair, Reference = reference, Outcome = DeterminationOutcome.Favourable, Reason = "It is fair." });
        var letter = await lead.Get($"/proposals/{reference}/letter");
        Assert.Equal(HttpStatusCode.OK, letter.Status);
        Assert.Contains("Will my <b>school</b> see this?", letter.Text, StringComparison.Ordinal);
        Assert.Contains("We will change this: We leave schools out.", letter.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Where the decision differs from a stage", letter.Text, StringComparison.Ordinal);
        Assert.Empty(CasePagesTests.Primary(letter));
        // Who voted how is not the proposing side's to know, and a letter is for the public.
        Assert.All(site.Privacy, member => Assert.DoesNotContain(member.Name, letter.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_a_chair_decides_and_only_when_the_stages_are_done()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        Assert.Equal(HttpStatusCode.Conflict, (await (await site.As(site.Chair)).Get($"/proposals/{reference}/determination")).Status);
        await site.ToTheDecision(reference);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await site.As(site.Lead)).Get($"/proposals/{reference}/determination")).Status);
    }

    static string Text(Seen page, int row) => page.Document.QuerySelector($"textarea[name='Input.Conditions[{row}].Text']")!.TextContent.Trim();
}
