using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Decisions;
using Governance.Service.Proposals;
using Governance.Service.Tests.Pipeline;
using Governance.Service.Tests.Stages;

namespace Governance.Service.Tests.Decisions;

public sealed class DeterminationTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    MakeDetermination Make(string reference) => new() { Actor = _service.Chair, Reference = reference, Outcome = DeterminationOutcome.Favourable, Reason = "Fair." };

    async Task<string> AllApproved()
    {
        var reference = await _service.Submitted(SampleAnswers.Insight);
        await _service.ApproveAll(reference);
        return reference;
    }

    [Fact]
    public async Task Only_a_chair_decides_and_everything_that_does_not_fit_is_said_by_field()
    {
        var reference = await AllApproved();
        Assert.Equal(["Determine"], _service.Queue(_service.Chair, reference));
        foreach (var other in new[] { _service.Lead, _service.Privacy[0], _service.Auditor, _service.Administrator, _service.Facilitator })
            await _service.Refuses<NotAllowedException>(Make(reference) with { Actor = other });
        await _service.Faults(Make(reference) with { Outcome = null, Reason = "" },
            ("Outcome", "Choose the decision."), ("Reason", "Give the reason for the decision. It is published."));
        await _service.Faults(Make(reference) with { Outcome = (DeterminationOutcome)9 }, ("Outcome", "Choose the decision."));
        await _service.Faults(Make(reference) with { Reason = new string('a', 10_001) }, ("Reason", "Use 10,000 characters or fewer for the reason."));
        await _service.Faults(Make(reference) with { Outcome = DeterminationOutcome.FavourableWithConditions },
            ("Conditions", "Set at least one condition, or choose a favourable decision without conditions."));
        await _service.Faults(Make(reference) with { Conditions = [new("Tell us.", "The unit", "A report", new DateOnly(2027, 1, 1))] },
            ("Conditions", "Conditions go with \"favourable with conditions\". Remove them or change the decision."));
        await _service.Faults(Make(reference) with { Outcome = DeterminationOutcome.FavourableWithConditions, Conditions = [new("", "", "", null), new("Tell us.", "The unit", "A report", new DateOnly(2026, 11, 1))] },
            ("Conditions[0].Text", "Condition 1: write what must be done."),
            ("Conditions[0].Owner", "Condition 1: say who must see to it: an office rather than a name."),
            ("Conditions[0].Evidence", "Condition 1: say what will show that it was done."),
            ("Conditions[0].Due", "Condition 1: enter the day by which it must be done, such as 27 3 2027."),
            ("Conditions[1].Due", "Condition 2: the day must not be in the past."));
        await _service.Faults(Make(reference) with { Outcome = DeterminationOutcome.Provisional }, ("Changes", "List at least one thing that must change or be explained."));
        await _service.Faults(Make(reference) with { Changes = [new("problem", "Explain.")] }, ("Changes", "Changes go with a provisional decision. Remove them or change the decision."));
        await _service.Faults(Make(reference) with { Outcome = DeterminationOutcome.Provisional, Changes = [new("no_field", "")] },
            ("Changes[0].Text", "Change 1: say what must change."), ("Changes[0].Field", "The form has no question \"no_field\". Choose one from the list, or none."));
        await _service.Refuses<ConflictException>(Make(reference) with { ExpectedVersion = 1 });
        await _service.Send(Make(reference));
        await _service.Refuses<ConflictException>(Make(reference));
        Assert.Equal(0, _service.Count("work_item"));
    }

    [Fact]
    public async Task Conditions_are_numbered_and_kept_with_owner_evidence_and_day()
    {
        var reference = await AllApproved();
        await _service.Send(Make(reference) with
        {
            Outcome = DeterminationOutcome.FavourableWithConditions,
            Conditions = [new("Publish the report.", "The unit", "A link", new DateOnly(2027, 3, 27)), new("Delete.", "The university", "A log", new DateOnly(2026, 11, 2))],
        });
        var view = await _service.Get(reference);
        Assert.Equal(["k1", "k2"], view.State.Determination!.Determination.Conditions.Select(c => c.Id));
        Assert.Equal("Determined", _service.Rows("SELECT phase FROM proposal")[0][0]);
        Assert.Equal("FavourableWithConditions", _service.Rows("SELECT outcome FROM proposal")[0][0]);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task A_favourable_decision_gives_its_own_reason_for_departing_from_each_objection()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Approve(reference, StageIds.Privacy);
        await _service.Approve(reference, StageIds.CriminalisationRisk);
        foreach (var member in _service.Youth) await _service.Vote(reference, StageIds.YouthVoice, member, VoteChoice.Object);
        await _service.Close(reference, StageIds.YouthVoice);

        const string missing = "The Youth voice stage objected. Give your reason for deciding differently. It is published.";
        await _service.Faults(Make(reference), ("Departures[youth-voice]", missing));
        await _service.Faults(Make(reference) with { Departures = [new(StageIds.Privacy, "Because.")] }, ("Departures[youth-voice]", missing));
        await _service.Faults(Make(reference) with { Departures = [new(StageIds.YouthVoice, " ")] }, ("Departures[youth-voice]", missing));
        await _service.Faults(Make(reference) with { Departures = [new(StageIds.YouthVoice, new string('a', 10_001))] }, ("Departures[0].Reason", "Use 10,000 characters or fewer."));
        await _service.Send(Make(reference) with { Departures = [new(StageIds.YouthVoice, "They fear X, which is ruled out.")] });
        var departure = Assert.Single((await _service.Get(reference)).State.Determination!.Determination.Departures);
        Assert.Equal((StageIds.YouthVoice, "They fear X, which is ruled out."), (departure.Stage, departure.Reason.Text));
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task An_unfavourable_decision_follows_an_objection_without_more_words()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Approve(reference, StageIds.Privacy);
        await _service.Approve(reference, StageIds.CriminalisationRisk);
        foreach (var member in _service.Youth) await _service.Vote(reference, StageIds.YouthVoice, member, VoteChoice.Object);
        await _service.Close(reference, StageIds.YouthVoice);
        await _service.Decide(reference, DeterminationOutcome.Unfavourable);
        Assert.Equal(Phase.Determined, (await _service.Get(reference)).State.Phase);
    }

    [Fact]
    public async Task A_provisional_decision_sends_the_round_back_and_asks_again_only_what_changed()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.ApproveAll(reference);
        await _service.Send(Make(reference) with { Outcome = DeterminationOutcome.Provisional, Changes = [new("police_requests", "Say what you would refuse.")] });
        var state = (await _service.Get(reference)).State;
        Assert.Equal(Phase.InReview, state.Phase);
        Assert.True(state.RevisionAwaited);
        Assert.Equal(["Revise"], _service.Queue(_service.Lead, reference));

        await RevisionTests.Revise(_service, reference, SampleAnswers.ServiceDesign.With("police_requests", "We refuse without a court order."));
        state = (await _service.Get(reference)).State;
        Assert.Equal([StageIds.CriminalisationRisk], state.Stages.Where(s => s.Open).Select(s => s.Stage));
        await _service.Approve(reference, StageIds.CriminalisationRisk);
        await _service.Decide(reference);
        Assert.Equal(2, (await _service.Get(reference)).State.Determinations.Length);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task A_provisional_decision_answered_without_a_change_goes_straight_back_to_the_chair()
    {
        var reference = await AllApproved();
        await _service.Send(Make(reference) with { Outcome = DeterminationOutcome.Provisional, Changes = [new("", "Explain.")] });
        await _service.Send(new SubmitRevision { Actor = _service.Lead, Reference = reference, Declared = true, Responses = [new ChangeToAnswer("c1", ChangeResponse.NotChanged, "It is explained in the report.")] });
        Assert.Equal(Phase.AwaitingDetermination, (await _service.Get(reference)).State.Phase);
        await _service.Decide(reference);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task A_withdrawal_before_the_decision_takes_it_from_the_chair()
    {
        var reference = await AllApproved();
        await _service.Send(new WithdrawProposal { Actor = _service.Lead, Reference = reference, Reason = "Not now." });
        await _service.Refuses<ConflictException>(Make(reference));
        Assert.Equal(0, _service.Count("work_item"));
    }
}
