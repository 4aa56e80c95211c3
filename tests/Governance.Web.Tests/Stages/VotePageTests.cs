using System.Net;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using static Governance.Web.Tests.Stages.StageForms;

namespace Governance.Web.Tests.Stages;

public sealed class VotePageTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    const string Evil = "<script>alert('x')</script>\"&";

    [Fact]
    public async Task Votes_are_nowhere_in_the_page_until_one_has_voted_oneself()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await site.Vote(site.Privacy[0], reference, StageIds.Privacy, VoteChoice.Object);

        var before = await site.Stage(site.Privacy[1], reference, StageIds.Privacy);
        Assert.Contains("You see the others' votes once you have voted", before.Text, StringComparison.Ordinal);
        Assert.Contains("Priya Privacy 0 (data protection)Has voted", before.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Reasons of", before.Document.Source.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(">Object<", before.Document.Source.Text, StringComparison.Ordinal);

        await site.Vote(site.Privacy[1], reference, StageIds.Privacy);
        var after = await site.Stage(site.Privacy[1], reference, StageIds.Privacy);
        Assert.Contains("Reasons of Priya Privacy 0.", after.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_of_the_delivery_team_with_a_seat_on_the_panel_gets_no_button_and_is_refused_in_words()
    {
        var both = await site.Add("Bo Bothways", "bo@example.org", [Role.ProjectLead, Role.PanelMember], new PanelSeat(StageIds.Privacy, "lay"));
        var reference = await site.Submitted(SampleAnswers.ServiceDesign, both);

        var stage = await site.Stage(both, reference, StageIds.Privacy);
        Assert.Contains("You are part of the team that proposes this", stage.Text, StringComparison.Ordinal);
        Assert.Null(stage.Document.QuerySelector("main .govuk-button"));
        Assert.DoesNotContain(stage.Document.QuerySelectorAll("main a"), a => a.GetAttribute("href")!.EndsWith("/vote", StringComparison.Ordinal));

        var refused = await (await site.As(both)).Get($"{Address(reference, StageIds.Privacy)}/vote");
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("You are part of the team that proposes this, so you cannot take part in its review.", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_of_another_panel_reads_the_stage_and_is_told_why_they_cannot_vote()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var other = await site.As(site.Youth[0]);
        Assert.Null((await other.Get(Address(reference, StageIds.Privacy))).Document.QuerySelector("main .govuk-button"));
        var refused = await other.Get($"{Address(reference, StageIds.Privacy)}/vote");
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("Only members of the Privacy panel vote in this stage", refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vote")]
    [InlineData("question")]
    [InlineData("recuse")]
    public async Task Whoever_stepped_back_is_told_so_in_place_of_every_form(string page)
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var member = await site.As(site.Privacy[0]);
        var address = Address(reference, StageIds.Privacy);
        var empty = await member.Submit(await member.Get($"{address}/recuse"), [("Conflict", "  ")]);
        Assert.Equal(HttpStatusCode.BadRequest, empty.Status);
        empty.AssertErrorsLead();
        (await member.Submit(empty, [("Conflict", "My sister works there.")])).AssertDone("You have stepped back");

        var refused = await member.Get($"{address}/{page}");
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("You declared a conflict of interest", refused.Text, StringComparison.Ordinal);
        var others = await site.Stage(site.Privacy[1], reference, StageIds.Privacy);
        Assert.Contains("Has stepped back", others.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("My sister", others.Document.Source.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_missing_is_said_at_once_and_nothing_typed_is_lost()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var member = await site.As(site.Privacy[0]);
        var page = await member.Get($"{Address(reference, StageIds.Privacy)}/vote");
        var item = (await site.Send(new GetStage(site.Privacy[0], reference, StageIds.Privacy))).Checklist.Items[0].Id;

        var refused = await member.Submit(page,
            [("Input.Choice", nameof(VoteChoice.ApproveWithConditions)), ("Input.Rationale", ""), ($"Input.Items[{item}].Note", "See page 3"), ("Input.Changes[0].Field", "volume")], "asked=cast");

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        refused.AssertErrorsLead();
        Assert.Equal(
            ["Give the reasons for your vote.", "Write at least one condition, or choose to approve without conditions.", "Changes go with a vote for changes. Remove them or change your vote.", "Say what should change."],
            refused.Errors.Select(e => e.Text));
        Assert.Equal(nameof(VoteChoice.ApproveWithConditions), refused.Typed("Input.Choice"));
        Assert.Equal("See page 3", refused.Typed($"Input.Items[{item}].Note"));
        Assert.Equal("volume", refused.Typed("Input.Changes[0].Field"));

        var noGrade = await member.Submit(refused, [("Input.Rationale", "It is fine."), ("Input.Conditions[0]", "Publish it."), ("Input.Changes[0].Field", "")], "asked=cast");
        Assert.Equal(HttpStatusCode.BadRequest, noGrade.Status);
        Assert.Equal($"#Input_Items_{item}__Answer", noGrade.Errors.Single().Href);
        noGrade.AssertErrorsLead();
    }

    [Fact]
    public async Task A_vote_without_a_choice_is_asked_for_one()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var member = await site.As(site.Privacy[0]);
        var refused = await member.Submit(await member.Get($"{Address(reference, StageIds.Privacy)}/vote"), [("Input.Rationale", "Because.")], "asked=cast");
        Assert.Equal(("Choose how you vote.", "#Input_Choice"), refused.Errors.Single());
        Assert.Equal("Because.", refused.Typed("Input.Rationale"));
    }

    [Fact]
    public async Task Rows_come_and_go_without_scripts_and_keep_what_stands_in_them()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var member = await site.As(site.Privacy[0]);
        var page = await member.Get($"{Address(reference, StageIds.Privacy)}/vote");
        page = await member.Submit(page, [("Input.Conditions[0]", "First"), ("Input.Rationale", "Because.")], "asked=add-condition");
        page = await member.Submit(page, [("Input.Conditions[1]", "Second")], "asked=add-condition");
        page = await member.Submit(page, [("Input.Conditions[2]", "Third")], "asked=add-change");
        page = await member.Submit(page, [("Input.Changes[1].Text", "Later")], "asked=remove-condition-1");
        Assert.Equal("First", page.Typed("Input.Conditions[0]"));
        Assert.Equal("Third", page.Typed("Input.Conditions[1]"));
        Assert.Null(page.Typed("Input.Conditions[2]"));
        Assert.Equal("Later", page.Typed("Input.Changes[1].Text"));
        Assert.Equal("Because.", page.Typed("Input.Rationale"));
    }

    [Fact]
    public async Task A_vote_saved_for_later_is_there_again_and_is_no_vote()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var member = await site.As(site.Privacy[0]);
        var address = Address(reference, StageIds.Privacy);
        var saved = await member.Submit(await member.Get($"{address}/vote"),
            [("Input.Choice", nameof(VoteChoice.Object)), ("Input.Rationale", "Half a thou"), ("Input.Conditions[0]", "If at all"), ("Input.Changes[0].Field", "volume")], "asked=save");
        Assert.Contains("Saved for later", saved.Text, StringComparison.Ordinal);
        Assert.Equal($"{address}/vote", saved.Link("Carry on with your vote"));
        Assert.Empty((await site.Send(new GetStage(site.Privacy[0], reference, StageIds.Privacy))).Counted);

        var again = await member.Get($"{address}/vote");
        Assert.Equal(nameof(VoteChoice.Object), again.Typed("Input.Choice"));
        Assert.Equal("Half a thou", again.Typed("Input.Rationale"));
        Assert.Equal("If at all", again.Typed("Input.Conditions[0]"));
        Assert.Equal("volume", again.Typed("Input.Changes[0].Field"));
        var first = again.Document.QuerySelector("main form button")!;
        Assert.Equal("save", first.GetAttribute("value"));
    }

    [Fact]
    public async Task A_vote_on_a_revision_that_has_been_overtaken_is_kept_on_the_page_and_can_be_sent_again()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        foreach (var person in site.Criminalisation)
            await site.Vote(person, reference, StageIds.CriminalisationRisk, VoteChoice.MinorChanges, ("Input.Changes[0].Text", "Say who decides."));
        var member = await site.As(site.Privacy[0]);
        var page = await member.Get($"{Address(reference, StageIds.Privacy)}/vote");
        await site.Send(new CloseStage { Actor = site.Chair, Reference = reference, Stage = StageIds.CriminalisationRisk, Summary = "Change it.", Changes = [new("", "Say who decides.")] });
        await site.Send(new SaveDraft { Actor = site.Lead, Reference = reference, Answers = SampleAnswers.ServiceDesign.With("volume", "Half as many") });
        await site.Send(new SubmitRevision { Actor = site.Lead, Reference = reference, Declared = true, Responses = [new("c1", ChangeResponse.Changed, "Done.")] });

        var stale = await member.Submit(page, [("Input.Choice", "Approve"), ("Input.Rationale", "All of my thoughts"), ("Input.Conditions[0]", "")], "asked=cast");

        Assert.Equal(HttpStatusCode.Conflict, stale.Status);
        Assert.Equal("All of my thoughts", stale.Typed("Input.Rationale"));
        Assert.Equal("Approve", stale.Typed("Input.Choice"));
        Assert.Contains(stale.Document.QuerySelectorAll("main a"), a => a.GetAttribute("href") == $"/proposals/{reference}/revisions/2");
        (await member.Submit(stale, [], "asked=cast")).AssertDone("Your vote is on record");
        Assert.Equal(2, (await site.Send(new GetStage(site.Privacy[0], reference, StageIds.Privacy))).MyVote!.Revision);
    }

    [Fact]
    public async Task What_people_write_is_shown_as_text_and_never_run()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign.With("title", Evil).With("problem", Evil).With("retention_reason", Evil));
        var member = await site.As(site.Privacy[0]);
        await member.Submit(await member.Get($"{Address(reference, StageIds.Privacy)}/question"), [("Text", Evil)]);
        var refused = await member.Submit(await member.Get($"{Address(reference, StageIds.Privacy)}/vote"),
            [("Input.Choice", Evil), ("Input.Rationale", Evil), ("Input.Conditions[0]", Evil), ("Input.Changes[0].Text", Evil), ("Input.Changes[0].Field", Evil)], "asked=cast");
        Assert.Equal(Evil, refused.Typed("Input.Rationale"));
        await site.Vote(site.Privacy[0], reference, StageIds.Privacy, VoteChoice.ApproveWithConditions, ("Input.Rationale", Evil), ("Input.Conditions[0]", Evil), ("Input.Changes[0].Text", null));
        var stage = await member.Get(Address(reference, StageIds.Privacy));
        var close = await (await site.As(site.Chair)).Get($"{Address(reference, StageIds.Privacy)}/close");
        var work = await (await site.As(site.Privacy[1])).Get("/work");
        foreach (var page in new[] { refused, stage, close, work })
        {
            Assert.Contains("<script>alert('x')</script>", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert(", page.Document.Source.Text, StringComparison.Ordinal);
        }
    }
}
