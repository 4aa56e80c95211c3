using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.Stages;

/// <summary>Changes are asked for, the lead sends a revision, and only the stages that look at what changed are asked again.</summary>
public sealed class RevisionTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    internal static async Task<Receipt> Revise(TestService service, string reference, Answers answers, Actor? lead = null)
    {
        lead ??= service.Lead;
        await service.Send(new SaveDraft { Actor = lead, Reference = reference, Answers = answers });
        return await service.Send(new SubmitRevision { Actor = lead, Reference = reference, Declared = true, Responses = Responses(await service.Get(reference, lead)) });
    }

    static List<ChangeToAnswer> Responses(ProposalView view) => [.. view.State.OpenChanges.Select(c => new ChangeToAnswer(c.Id, ChangeResponse.Changed, $"Done: {c.Id}."))];

    /// <summary>Privacy approves, criminalisation risk asks for a change of a field, youth voice has two votes of three.</summary>
    async Task<string> ChangesAsked(string field = "police_requests")
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Approve(reference, StageIds.Privacy);
        foreach (var member in _service.Criminalisation) await _service.Vote(reference, StageIds.CriminalisationRisk, member, VoteChoice.MinorChanges, "Say what you would refuse.");
        await _service.Vote(reference, StageIds.YouthVoice, _service.Youth[0]);
        await _service.Vote(reference, StageIds.YouthVoice, _service.Youth[1]);
        await _service.Close(reference, StageIds.CriminalisationRisk, new CastVote.Change(field, "Say what you would refuse."));
        return reference;
    }

    [Fact]
    public async Task Only_the_stage_whose_fields_changed_is_asked_again()
    {
        var reference = await ChangesAsked();
        Assert.Equal(["Revise"], _service.Queue(_service.Lead, reference));
        // police_requests is looked at by criminalisation risk, and not by privacy or youth voice.
        var receipt = await Revise(_service, reference, SampleAnswers.ServiceDesign.With("police_requests", "We refuse without a court order."));

        var state = (await _service.Get(reference)).State;
        Assert.Equal(2, state.Revision);
        Assert.False(state.Stage(StageIds.Privacy)!.Open);
        Assert.Equal((true, 2), (state.Stage(StageIds.CriminalisationRisk)!.Open, state.Stage(StageIds.CriminalisationRisk)!.Opening));
        Assert.Equal((true, 1), (state.Stage(StageIds.YouthVoice)!.Open, state.Stage(StageIds.YouthVoice)!.Opening));
        Assert.Equal(["VoteAgain criminalisation-risk"], _service.Queue(_service.Criminalisation[0], reference));
        Assert.Empty(_service.Queue(_service.Youth[0], reference));
        Assert.Equal(["Vote youth-voice"], _service.Queue(_service.Youth[2], reference));
        Assert.Empty(_service.Queue(_service.Lead, reference));
        Assert.NotNull(receipt.Seq);
        await WholeWalkTests.AssertRowIsFold(_service, reference);

        await _service.Refuses<ConflictException>(new CastVote { Actor = _service.Youth[2], Reference = reference, Stage = StageIds.YouthVoice, Revision = 1, Choice = VoteChoice.Approve, Rationale = "Yes." });
        await _service.ApproveAll(reference);
        await _service.Decide(reference);
        Assert.Equal(Phase.Determined, (await _service.Get(reference)).State.Phase);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task A_change_that_an_open_stage_looks_at_takes_the_count_from_its_votes_and_asks_their_voters_again()
    {
        var reference = await ChangesAsked();
        await Revise(_service, reference, SampleAnswers.ServiceDesign.With("lay_summary", SampleAnswers.ServiceDesign.Text("lay_summary") + " You can always ask us."));

        Assert.Equal(["VoteAgain youth-voice"], _service.Queue(_service.Youth[0], reference));
        Assert.Equal(["Vote youth-voice"], _service.Queue(_service.Youth[2], reference));
        var view = await _service.Send(new GetStage(_service.Youth[0], reference, StageIds.YouthVoice));
        Assert.False(view.MyVoteCounts);
        Assert.NotNull(view.MyVote);
        Assert.Empty(view.Counted);
        Assert.Equal(Progress.AskedAgain, view.Members.Single(m => m.Name == _service.Youth[0].Name).Progress);

        await _service.Vote(reference, StageIds.YouthVoice, _service.Youth[2]);
        await _service.Refuses<ConflictException>(new CloseStage { Actor = _service.Chair, Reference = reference, Stage = StageIds.YouthVoice, Summary = "One vote." });
        await _service.Vote(reference, StageIds.YouthVoice, _service.Youth[0]);
        await _service.Vote(reference, StageIds.YouthVoice, _service.Youth[1]);
        await _service.Close(reference, StageIds.YouthVoice);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task A_stage_that_had_approved_opens_again_when_a_field_that_it_looks_at_changed()
    {
        var reference = await ChangesAsked();
        // retention_months is looked at by privacy.
        await Revise(_service, reference, SampleAnswers.ServiceDesign.With("retention_months", "6").With("police_requests", "We refuse."));
        await _service.ApproveAll(reference);
        var state = (await _service.Get(reference)).State;
        Assert.Equal(2, state.Stage(StageIds.Privacy)!.Opening);
        Assert.Equal(2, state.Stage(StageIds.Privacy)!.Result!.Revision);
        Assert.Equal(Phase.AwaitingDetermination, state.Phase);
        Assert.Equal(1, state.Stage(StageIds.YouthVoice)!.Opening);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task Every_open_request_wants_one_answer_and_everything_missing_is_said_at_once()
    {
        var reference = await ChangesAsked();
        SubmitRevision Send(params ChangeToAnswer[] responses) => new() { Actor = _service.Lead, Reference = reference, Declared = true, Responses = responses };
        await _service.Faults(Send(), ("answers[c1]", "Say what you did about this request, or why you did not do it."));
        await _service.Faults(Send(new ChangeToAnswer("c1", ChangeResponse.Changed, " ")), ("answers[c1]", "Say what you did about this request, or why you did not do it."));
        await _service.Faults(Send(new ChangeToAnswer("c1", ChangeResponse.Changed, "Done."), new ChangeToAnswer("c9", ChangeResponse.Changed, "Done.")), ("answers[c9]", "There is no open request \"c9\"."));
        await _service.Faults(Send(new ChangeToAnswer("c1", null, "Done.")), ("answers[c1].response", "Say whether you changed the proposal."));
        await _service.Faults(Send(new ChangeToAnswer("c1", ChangeResponse.Changed, new string('a', 10_001))), ("Responses[0].Text", "Use 10,000 characters or fewer."));
        await _service.Send(new SaveDraft { Actor = _service.Lead, Reference = reference, Answers = SampleAnswers.ServiceDesign.Without("problem") });
        await _service.Faults(Send() with { Declared = false },
            ("problem", "Write an answer."),
            ("answers[c1]", "Say what you did about this request, or why you did not do it."),
            ("Declared", "Confirm that what you say is true and complete, to the best of your knowledge."));
    }

    [Fact]
    public async Task Answers_to_requests_are_drafted_unfinished_and_sent_with_the_revision()
    {
        var reference = await ChangesAsked();
        await _service.Send(new SaveDraft { Actor = _service.Lead, Reference = reference, Answers = SampleAnswers.ServiceDesign, Responses = [new("c1", null, "I am thinking")] });
        Assert.Equal([new ChangeToAnswer("c1", null, "I am thinking")], (await _service.Get(reference, _service.Lead)).Draft!.Responses);
        await _service.Faults(new SubmitRevision { Actor = _service.Lead, Reference = reference, Declared = true }, ("answers[c1].response", "Say whether you changed the proposal."));

        await _service.Send(new SaveDraft { Actor = _service.Lead, Reference = reference, Answers = SampleAnswers.ServiceDesign, Responses = [new("c1", ChangeResponse.NotChanged, "The law says otherwise.")] });
        await _service.Send(new SubmitRevision { Actor = _service.Lead, Reference = reference, Declared = true });
        var change = Assert.Single((await _service.Get(reference)).State.Changes);
        Assert.Equal((ChangeResponse.NotChanged, "The law says otherwise.", 2), (change.Response, change.Answer!.Text, change.AnsweredIn));
    }

    [Fact]
    public async Task While_changes_are_asked_for_only_the_lead_writes_and_others_see_the_submitted_revision()
    {
        var reference = await ChangesAsked();
        await _service.Send(new SaveDraft { Actor = _service.Lead, Reference = reference, Answers = SampleAnswers.ServiceDesign.With("title", "A title in the making") });
        Assert.Equal("A title in the making", (await _service.Get(reference, _service.Lead)).Draft!.Answers.Text("title"));
        Assert.Equal(SampleAnswers.ServiceDesign.Text("title"), (await _service.Get(reference, _service.Lead)).Content.Answers.Text("title"));
        Assert.Null((await _service.Get(reference)).Draft);
        foreach (var other in new[] { _service.Chair, _service.Privacy[0], _service.Auditor })
        {
            await _service.Refuses<NotAllowedException>(new SaveDraft { Actor = other, Reference = reference, Answers = Answers.Empty });
            await _service.Refuses<NotAllowedException>(new SubmitRevision { Actor = other, Reference = reference, Declared = true });
        }
    }

    [Fact]
    public async Task A_revision_shows_what_changed_and_hides_what_names_a_person()
    {
        var reference = await ChangesAsked();
        await Revise(_service, reference, SampleAnswers.ServiceDesign.With("police_requests", "We refuse.").With("lead_name", "Morwenna Newname"));

        var seen = await _service.Send(new GetRevision(_service.Privacy[0], reference, 2));
        Assert.Equal(["police_requests"], seen.Changes.Select(c => c.Field));
        Assert.False(seen.Content.Answers.Has("lead_name"));
        Assert.False(seen.Before!.Answers.Has("lead_name"));
        Assert.Equal(["lead_name", "police_requests"], (await _service.Send(new GetRevision(_service.Chair, reference, 2))).Changes.Select(c => c.Field));
        Assert.Null((await _service.Send(new GetRevision(_service.Privacy[0], reference, 1))).Before);
        await _service.Refuses<NotFoundException>(new GetRevision(_service.Privacy[0], reference, 3));
        await _service.Refuses<NotFoundException>(new GetRevision(_service.OtherLead, reference, 1));
    }

    [Fact]
    public async Task Documents_changed_in_a_revision_open_the_stages_that_look_at_them()
    {
        var reference = await ChangesAsked();
        await _service.Send(new AttachDocument { Actor = _service.Lead, Reference = reference, Kind = "other", FileName = "more.pdf", Content = TestService.Pdf("more") });
        await _service.Send(new SubmitRevision { Actor = _service.Lead, Reference = reference, Declared = true, Responses = Responses(await _service.Get(reference, _service.Lead)) });
        var state = (await _service.Get(reference)).State;
        Assert.Equal(["attachments"], state.ChangedIn.Keys);
        await _service.ApproveAll(reference);
        Assert.Equal(2, (await _service.Get(reference)).State.Stage(StageIds.Privacy)!.Opening);
        Assert.Equal(TestService.Pdf("more"), (await _service.Send(new GetDocument(_service.Privacy[0], reference, "d6"))).Content);
        await _service.Refuses<NotFoundException>(new GetDocument(_service.Privacy[0], reference, "d6", Revision: 1));
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task White_space_alone_is_a_change_like_any_other_and_row_and_trail_agree_on_it()
    {
        var reference = await ChangesAsked();
        await Revise(_service, reference, SampleAnswers.ServiceDesign
            .With("problem", SampleAnswers.ServiceDesign.Text("problem") + " ")
            .With("website", "   ")
            .With("earlier_reference", "\n"));
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task One_revision_answers_the_requests_of_two_stages()
    {
        var reference = await ChangesAsked();
        await _service.Vote(reference, StageIds.YouthVoice, _service.Youth[2], VoteChoice.MajorChanges, "Say it plainly.");
        await _service.Close(reference, StageIds.YouthVoice, new CastVote.Change("lay_summary", "Say it plainly."));
        Assert.Equal(2, (await _service.Get(reference)).State.Awaited.Length);
        await Revise(_service, reference, SampleAnswers.ServiceDesign.With("police_requests", "We refuse."));
        var state = (await _service.Get(reference)).State;
        Assert.Empty(state.Awaited);
        Assert.All(state.Changes, c => Assert.NotNull(c.Response));
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }
}
