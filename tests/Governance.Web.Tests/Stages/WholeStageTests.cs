using System.Net;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using static Governance.Web.Tests.Stages.StageForms;

namespace Governance.Web.Tests.Stages;

public sealed class WholeStageTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Fact]
    public async Task A_panel_takes_a_stage_from_opening_to_closing_with_nothing_but_forms()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var stage = Address(reference, StageIds.Privacy);
        var member = await site.As(site.Privacy[0]);

        var work = await member.Get("/work");
        Assert.Equal(stage, work.Document.QuerySelectorAll(".app-work__item a").Single(a => a.TextContent.Contains(reference, StringComparison.Ordinal)).GetAttribute("href"));
        Assert.Contains("Read the proposal and vote", work.Text, StringComparison.Ordinal);

        var asked = await member.Submit(await member.Get($"{stage}/question"), [("Text", "Who reads the posts?")]);
        Assert.Contains("Who reads the posts?", asked.Text, StringComparison.Ordinal);
        Assert.Contains("Asked by Priya Privacy 0", asked.Text, StringComparison.Ordinal);
        Assert.Contains("No answer yet", asked.Text, StringComparison.Ordinal);

        var chair = await site.As(site.Chair);
        var early = await chair.Get($"{stage}/close");
        Assert.Contains("0 of the 3 votes that this stage needs are in", early.Text, StringComparison.Ordinal);
        Assert.Null(early.Document.QuerySelector("main form"));

        foreach (var person in site.Privacy)
        {
            var receipt = await site.Vote(person, reference, StageIds.Privacy, VoteChoice.Approve, ("Input.Items[need_shown].Answer", "met"));
            receipt.AssertDone("Your vote is on record");
            Assert.Matches("^[0-9a-f]{64}$", receipt.Document.QuerySelector(".app-code")!.TextContent);
            Assert.Contains("Entry number", receipt.Text, StringComparison.Ordinal);
        }
        var own = await member.Get("/work");
        Assert.DoesNotContain(own.Document.QuerySelectorAll(".app-work__item"), i => i.TextContent.Contains(reference, StringComparison.Ordinal));

        var queue = await chair.Get("/work");
        Assert.Contains($"{stage}/close", queue.Document.QuerySelectorAll(".app-work__item a").Select(a => a.GetAttribute("href")));
        var close = await chair.Get($"{stage}/close");
        Assert.Contains("By the rule, the outcome is Approved", close.Text, StringComparison.Ordinal);
        var refused = await chair.Submit(close, [("Input.Summary", "")], "asked=close");
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        refused.AssertErrorsLead();
        (await chair.Submit(refused, [("Input.Summary", "The panel is content.")], "asked=close")).AssertDone("The stage is closed");

        var after = await member.Get(stage);
        Assert.Contains("This stage is closed", after.Text, StringComparison.Ordinal);
        Assert.Contains("The panel is content.", after.Text, StringComparison.Ordinal);
        Assert.Contains("Approve: 3", after.Text, StringComparison.Ordinal);
        var late = await member.Get($"{stage}/vote");
        Assert.Equal(stage, late.Path);
        Assert.Contains("The Privacy stage is closed", late.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vote_for_changes_comes_back_as_a_new_revision_and_the_voter_is_told_what_changed()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var stage = Address(reference, StageIds.Privacy);
        foreach (var person in site.Privacy)
        {
            (await site.Vote(person, reference, StageIds.Privacy, VoteChoice.MinorChanges,
                ("Input.Changes[0].Field", "retention_reason"), ("Input.Changes[0].Text", $"Shorter, says {person.Name}."))).AssertDone("Your vote is on record");
        }

        var chair = await site.As(site.Chair);
        var close = await chair.Get($"{stage}/close");
        Assert.Contains("Changes requested", close.Text, StringComparison.Ordinal);
        Assert.Equal("Shorter, says Priya Privacy 0.", close.Typed("Input.Changes[0].Text"));
        Assert.Equal("retention_reason", close.Typed("Input.Changes[0].Field"));
        var fewer = await chair.Submit(close, [("Input.Summary", "Nearly there.")], "asked=remove-change-1");
        Assert.Equal("Nearly there.", fewer.Typed("Input.Summary"));
        Assert.Equal("Shorter, says Priya Privacy 2.", fewer.Typed("Input.Changes[1].Text"));
        var none = await chair.Submit(fewer, [("Input.Changes[0].Text", ""), ("Input.Changes[0].Field", ""), ("Input.Changes[1].Text", "")], "asked=close");
        Assert.Equal(HttpStatusCode.BadRequest, none.Status);
        none.AssertErrorsLead();
        Assert.Contains(("Say what should change.", "#Input_Changes_1__Text"), none.Errors);
        (await chair.Submit(none, [("Input.Changes[1].Text", "Keep it for less time.")], "asked=close")).AssertDone("The stage is closed");

        await site.Send(new SaveDraft { Actor = site.Lead, Reference = reference, Answers = SampleAnswers.ServiceDesign.With("retention_reason", "We need it for three months only.") });
        await site.Send(new SubmitRevision { Actor = site.Lead, Reference = reference, Declared = true, Responses = [new("c1", ChangeResponse.Changed, "Three months now.")] });

        var again = await site.Stage(site.Privacy[0], reference, StageIds.Privacy);
        Assert.Contains("Your vote stays on record but no longer counts", again.Text, StringComparison.Ordinal);
        Assert.Equal($"/proposals/{reference}/revisions/2", again.Link("See what changed in revision 2"));
        Assert.Contains("Three months now.", again.Text, StringComparison.Ordinal);
        Assert.Equal($"{stage}/vote", again.Link("Vote again"));
        Assert.Contains("Vote again", (await (await site.As(site.Privacy[0])).Get("/work")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dissent_is_shown_with_its_reasons_once_the_stage_is_closed_and_never_to_those_who_propose()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var stage = Address(reference, StageIds.Privacy);
        await site.Vote(site.Privacy[0], reference, StageIds.Privacy, VoteChoice.ApproveWithConditions, ("Input.Conditions[0]", "Publish the code."));
        await site.Vote(site.Privacy[1], reference, StageIds.Privacy);
        await site.Vote(site.Privacy[2], reference, StageIds.Privacy, VoteChoice.MinorChanges, ("Input.Changes[0].Text", "Say it more plainly."));

        var chair = await site.As(site.Chair);
        var close = await chair.Get($"{stage}/close");
        Assert.Contains("Publish the code.", close.Text, StringComparison.Ordinal);
        (await chair.Submit(close, [("Input.Summary", "Two approve, one wants changes.")], "asked=close")).AssertDone("The stage is closed");

        var member = await site.Stage(site.Criminalisation[0], reference, StageIds.Privacy);
        Assert.Contains("Who saw it differently Priya Privacy 2: Minor changes neededReasons of Priya Privacy 2.", member.Text, StringComparison.Ordinal);
        var lead = await site.Stage(site.Lead, reference, StageIds.Privacy);
        Assert.Contains("Minor changes needed: 1", lead.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Priya Privacy", lead.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Reasons of", lead.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vote_that_comes_in_while_the_chair_writes_is_not_closed_over()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        foreach (var person in site.Privacy) await site.Vote(person, reference, StageIds.Privacy);
        var chair = await site.As(site.Chair);
        var close = await chair.Get($"{Address(reference, StageIds.Privacy)}/close");
        await site.Vote(site.Privacy[0], reference, StageIds.Privacy, VoteChoice.Object);

        var refused = await chair.Submit(close, [("Input.Summary", "All is well.")], "asked=close");

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Equal("All is well.", refused.Typed("Input.Summary"));
        Assert.Contains("Object: 1", refused.Text, StringComparison.Ordinal);
    }
}
