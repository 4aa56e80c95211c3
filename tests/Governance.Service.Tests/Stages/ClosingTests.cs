using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.Stages;

public sealed class ClosingTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    CloseStage Close(string reference, string stage = StageIds.Privacy) => new() { Actor = _service.Chair, Reference = reference, Stage = stage, Summary = "What we found." };

    [Fact]
    public async Task A_stage_closes_by_its_votes_and_only_a_chair_closes_it()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        Assert.Contains("0 of the 3 votes", (await _service.Refuses<ConflictException>(Close(reference))).Message, StringComparison.Ordinal);
        foreach (var member in _service.Privacy) await _service.Vote(reference, StageIds.Privacy, member);
        foreach (var other in new[] { _service.Privacy[0], _service.Lead, _service.Auditor, _service.Administrator, _service.Facilitator })
            await _service.Refuses<NotAllowedException>(Close(reference) with { Actor = other });
        await _service.Faults(Close(reference) with { Summary = "" }, ("Summary", "Sum up what the stage found, and what those said who saw it differently."));
        await _service.Faults(Close(reference) with { Summary = new string('a', 10_001) }, ("Summary", "Use 10,000 characters or fewer for the summary."));
        await _service.Faults(Close(reference) with { Changes = [new("", "Say more.")] }, ("Changes", "The outcome is \"Approved\", so no changes can be asked for. Remove them."));
        await _service.Refuses<NotFoundException>(Close(reference, StageIds.FullPanel));
        var version = (await _service.Get(reference)).Version;
        await _service.Refuses<ConflictException>(Close(reference) with { ExpectedVersion = version - 1 });
        await _service.Send(Close(reference) with { ExpectedVersion = version });
        await _service.Refuses<ConflictException>(Close(reference));
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task A_stage_without_a_vote_of_its_mandatory_seat_does_not_close()
    {
        var extra = _service.Add("Petra Privacy", "petra@example.org", [Role.PanelMember], new PanelSeat(StageIds.Privacy, "lay"));
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[1]);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[2]);
        await _service.Vote(reference, StageIds.Privacy, extra);
        Assert.Contains("This stage needs at least 1 for data protection.", (await _service.Refuses<ConflictException>(Close(reference))).Message, StringComparison.Ordinal);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[0], VoteChoice.Abstain);
        await _service.Send(Close(reference));
    }

    [Fact]
    public async Task When_all_abstain_there_is_no_outcome()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        foreach (var member in _service.Privacy) await _service.Vote(reference, StageIds.Privacy, member, VoteChoice.Abstain);
        Assert.Contains("abstained", (await _service.Refuses<ConflictException>(Close(reference))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_are_listed_when_changes_are_asked_for()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        foreach (var member in _service.Privacy) await _service.Vote(reference, StageIds.Privacy, member, VoteChoice.MajorChanges, "Say more.");
        await _service.Faults(Close(reference), ("Changes", "List at least one change that you ask the lead to make."));
        await _service.Faults(Close(reference) with { Changes = [new("no_field", "Say more.")] }, ("Changes", "The form has no question \"no_field\". Choose one from the list, or none."));
        await _service.Faults(Close(reference) with { Changes = [new("problem", "")] }, ("Changes[0].Text", "Say what should change."));
        await _service.Faults(Close(reference) with { Changes = [.. Enumerable.Repeat(new CastVote.Change("", "More."), 51)] }, ("Changes", "Ask for 50 changes or fewer."));
        await _service.Send(Close(reference) with { Changes = [new("problem", "Say more."), new("", "And be brief.")] });
        Assert.Equal(["c1", "c2"], (await _service.Get(reference)).State.Changes.Select(c => c.Id));
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task Conditions_of_the_votes_that_count_stand_with_the_outcome()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[0], VoteChoice.ApproveWithConditions, condition: "Delete after six months.");
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[1]);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[2]);
        await _service.Send(Close(reference));
        var result = (await _service.Get(reference)).State.Stage(StageIds.Privacy)!.Result!;
        Assert.Equal(StageOutcome.ApprovedWithConditions, result.Outcome);
        Assert.Equal("Delete after six months.", Assert.Single(result.Conditions).Text.Text);
    }

    [Fact]
    public async Task A_stage_past_its_day_starts_again_with_a_new_day_and_keeps_its_votes()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[0]);
        // Ten working days after Monday 2 November 2026 is Monday 16 November: on the day itself it is not overdue.
        Assert.Equal(new DateOnly(2026, 11, 16), (await _service.Get(reference)).State.Stage(StageIds.Privacy)!.Due);
        _service.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 16, 23, 0, 0, TimeSpan.Zero));
        await _service.Refuses<ConflictException>(Close(reference));
        _service.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 17, 9, 0, 0, TimeSpan.Zero));
        Assert.True((await _service.Send(new GetStage(_service.Chair, reference, StageIds.Privacy))).Overdue);
        await _service.Send(Close(reference));

        var stage = (await _service.Get(reference)).State.Stage(StageIds.Privacy)!;
        Assert.Equal((true, 2, StageOutcome.Overdue, new DateOnly(2026, 12, 1)), (stage.Open, stage.Opening, stage.Result!.Outcome, stage.Due));
        Assert.Empty(_service.Queue(_service.Privacy[0], reference));
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[1]);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[2]);
        await _service.Send(Close(reference));
        Assert.Equal(StageOutcome.Approved, (await _service.Get(reference)).State.Stage(StageIds.Privacy)!.Result!.Outcome);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task Whoever_steps_back_is_asked_no_more_and_their_vote_no_longer_counts()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        var member = _service.Privacy[1];
        foreach (var voter in _service.Privacy) await _service.Vote(reference, StageIds.Privacy, voter);
        Recuse recuse = new() { Actor = member, Reference = reference, Stage = StageIds.Privacy, Conflict = "My sister runs the tool." };
        await _service.Faults(recuse with { Conflict = "" }, ("Conflict", "Say what the conflict is. Only chairs see it."));
        await _service.Faults(recuse with { Conflict = new string('a', 10_001) }, ("Conflict", "Use 10,000 characters or fewer."));
        await _service.Refuses<NotAllowedException>(recuse with { Stage = StageIds.YouthVoice });
        await _service.Refuses<NotAllowedException>(recuse with { Actor = _service.Auditor });
        await _service.Send(recuse);

        Assert.Contains("2 of the 3 votes", (await _service.Refuses<ConflictException>(Close(reference))).Message, StringComparison.Ordinal);
        // Nothing is left for them to do or to see.
        await _service.Refuses<NotAllowedException>(recuse);
        await _service.Refuses<NotAllowedException>(new CastVote { Actor = member, Reference = reference, Stage = StageIds.Privacy, Choice = VoteChoice.Approve, Rationale = "Again." });
        Assert.Empty(_service.Queue(member, reference));
        Assert.Equal("My sister runs the tool.", Assert.Single((await _service.Get(reference)).State.Recusals).Conflict.Text);
        Assert.Null(Assert.Single((await _service.Get(reference, _service.Privacy[0])).State.Recusals).Conflict.Text);
        Assert.Null(Assert.Single((await _service.Get(reference, _service.Lead)).State.Recusals).Conflict.Text);

        var fourth = _service.Add("Petra Privacy", "petra@example.org", [Role.PanelMember], new PanelSeat(StageIds.Privacy, "lay"));
        await _service.Vote(reference, StageIds.Privacy, fourth);
        await _service.Send(Close(reference));
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task Whoever_stepped_back_finds_the_proposal_in_no_list_and_by_no_search()
    {
        var member = _service.Privacy[1];
        var other = await _service.Submitted(SampleAnswers.ServiceDesign);
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Vote(other, StageIds.Privacy, member);
        await _service.Vote(reference, StageIds.Privacy, member);
        Assert.Equal(2, (await Listed(member)).Count);
        await _service.Send(new Recuse { Actor = member, Reference = reference, Stage = StageIds.Privacy, Conflict = "My sister runs the tool." });

        Assert.Equal([other], await Listed(member));
        Assert.Equal([other], await Listed(member, SampleAnswers.ServiceDesign.Text("title")[..12]));
        // Smaller pages than what is left out: the list goes on behind it.
        Assert.Equal([other], (await _service.Send(new ListProposals(member) { Take = 1 })).Proposals.Select(p => p.Reference));
        Assert.DoesNotContain(await _service.Send(new ListWork(member)), w => w.Reference == reference);
        // Everybody else finds it as before, and so does who has oversight.
        foreach (var person in new[] { _service.Chair, _service.Lead, _service.Privacy[0], member with { Roles = [Role.Auditor] } })
            Assert.Contains(reference, await Listed(person));
        // Who took part and has no role any more could not open it either.
        Assert.Empty(await Listed(member with { Roles = [], Seats = [] }));

        async Task<List<string>> Listed(Actor person, string? search = null) =>
            [.. (await _service.Send(new ListProposals(person) { Search = search })).Proposals.Select(p => p.Reference)];
    }

    [Fact]
    public async Task A_chair_without_a_seat_asks_and_steps_back_and_does_not_vote()
    {
        var chair = _service.Add("Chike Otherchair", "chike@example.org", [Role.Chair]);
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        Assert.True((await _service.Send(new GetStage(chair, reference, StageIds.Privacy))).TakesPart);
        await _service.Send(new AskQuestion { Actor = chair, Reference = reference, Stage = StageIds.Privacy, Text = "Who holds the keys?" });
        await _service.Refuses<ConflictException>(new CastVote { Actor = chair, Reference = reference, Stage = StageIds.Privacy, Choice = VoteChoice.Approve, Rationale = "Yes." });
        await _service.Send(new Recuse { Actor = chair, Reference = reference, Stage = StageIds.Privacy, Conflict = "I know them." });
        await _service.Refuses<NotAllowedException>(new AskQuestion { Actor = chair, Reference = reference, Stage = StageIds.Privacy, Text = "And now?" });
    }

    [Fact]
    public async Task Whoever_stepped_back_may_not_vote_nor_close()
    {
        var chair = _service.Add("Chike Otherchair", "chike@example.org", [Role.Chair], new PanelSeat(StageIds.Privacy, "chair"));
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(new Recuse { Actor = chair, Reference = reference, Stage = StageIds.Privacy, Conflict = "I know them." });
        foreach (var member in _service.Privacy) await _service.Vote(reference, StageIds.Privacy, member);
        await _service.Refuses<NotAllowedException>(Close(reference) with { Actor = chair });
        await _service.Refuses<NotAllowedException>(new CastVote { Actor = chair, Reference = reference, Stage = StageIds.Privacy, Choice = VoteChoice.Approve, Rationale = "Yes." });
        Assert.Empty(_service.Queue(chair, reference));
        await _service.Send(Close(reference));
    }
}
