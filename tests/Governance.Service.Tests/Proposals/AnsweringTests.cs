using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.Proposals;

/// <summary>Questions of reviewers, sessions and concerns of young people, and what the lead answers.</summary>
public sealed class AnsweringTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_question_is_asked_answered_once_and_needs_no_revision()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "How long?" });
        Assert.Equal(["AnswerQuestion privacy"], _service.Queue(_service.Lead, reference));
        AnswerQuestion Answer(string question = "q1", string text = "Nine months.") => new() { Actor = _service.Lead, Reference = reference, Question = question, Text = text };
        await _service.Faults(Answer(text: ""), ("Text", "Write an answer."));
        await _service.Faults(Answer(text: new string('a', 10_001)), ("Text", "Use 10,000 characters or fewer for the answer."));
        await _service.Refuses<NotFoundException>(Answer("q9"));
        await _service.Refuses<NotAllowedException>(Answer() with { Actor = _service.Privacy[0] });
        await _service.Refuses<NotFoundException>(Answer() with { Actor = _service.OtherLead });
        await _service.Send(Answer());
        await _service.Refuses<ConflictException>(Answer());
        var question = Assert.Single((await _service.Get(reference)).State.Questions);
        Assert.Equal(("How long?", "Nine months."), (question.Text.Text, Assert.Single(question.Answers).Text.Text));
        Assert.Empty(_service.Queue(_service.Lead, reference));
        Assert.Equal(1, (await _service.Get(reference)).State.Revision);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task Only_those_who_take_part_in_an_open_stage_ask()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        AskQuestion Ask(string stage = StageIds.Privacy, string text = "Why?") => new() { Actor = _service.Privacy[0], Reference = reference, Stage = stage, Text = text };
        await _service.Faults(Ask(text: " "), ("Text", "Write your question."));
        await _service.Faults(Ask(text: new string('a', 10_001)), ("Text", "Use 10,000 characters or fewer."));
        await _service.Refuses<NotAllowedException>(Ask(StageIds.YouthVoice));
        await _service.Refuses<NotFoundException>(Ask(StageIds.FullPanel));
        await _service.Refuses<NotAllowedException>(Ask() with { Actor = _service.Lead });
        await _service.Refuses<NotAllowedException>(Ask() with { Actor = _service.Auditor });
        await _service.Send(Ask(StageIds.YouthVoice) with { Actor = _service.Facilitator });
        await _service.Refuses<NotAllowedException>(Ask() with { Actor = _service.Facilitator });
        await _service.Approve(reference, StageIds.Privacy);
        await _service.Refuses<ConflictException>(Ask());
    }

    RecordSession Session(string reference) => new()
    {
        Actor = _service.Facilitator,
        Reference = reference,
        On = new DateOnly(2026, 11, 1),
        YoungPeople = 12,
        AgeBands = ["16_17", "18_24"],
        Method = "workshop",
        Space = "An open evening at the club.",
        Voice = "Cards and talk in pairs.",
        Feedback = "A voice note within a week.",
    };

    [Fact]
    public async Task A_youth_worker_records_a_session_and_everything_wrong_with_it_is_said_by_field()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Faults(
            Session(reference) with { On = null, YoungPeople = null, AgeBands = [], Method = "séance", Space = "", Voice = "", Feedback = "" },
            ("On", "Enter the day of the session, such as 27 3 2026."),
            ("YoungPeople", "Enter how many young people took part, as a number from 1."),
            ("AgeBands", "Choose the age bands of those who took part."),
            ("Method", "Choose how the session was held."),
            ("Space", "Say how young people were invited, and how it was made safe and open to all."),
            ("Voice", "Say how they were helped to form a view and say it."),
            ("Feedback", "Say how and when they will hear what came of it."));
        await _service.Faults(Session(reference) with { YoungPeople = 0 }, ("YoungPeople", "Enter how many young people took part, as a number from 1."));
        await _service.Faults(Session(reference) with { AgeBands = ["16_17", "retired"] }, ("AgeBands[1]", "Choose age bands from the list."));
        await _service.Faults(Session(reference) with { On = new DateOnly(2026, 11, 3) }, ("On", "Enter the day when the session was held. It cannot be in the future."));
        await _service.Refuses<NotAllowedException>(Session(reference) with { Actor = _service.Youth[0] });
        await _service.Refuses<NotAllowedException>(Session(reference) with { Actor = _service.Chair });
        await _service.Send(Session(reference));
        Assert.Equal("s1", Assert.Single((await _service.Get(reference)).State.Sessions).Id);
        Assert.Empty(_service.Queue(_service.Facilitator, reference));
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task Every_concern_is_answered_before_the_youth_voice_stage_approves()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(Session(reference));
        RaiseConcern Raise(string text = "What if a joke is misread?", string session = "") => new() { Actor = _service.Youth[0], Reference = reference, Stage = StageIds.YouthVoice, Session = session, Text = text };
        await _service.Faults(Raise(""), ("Text", "Write the concern, in the young people's own words if you can. Do not name anybody."));
        await _service.Faults(Raise(new string('a', 2_001)), ("Text", "Use 2,000 characters or fewer. If it is more than one concern, add them one by one."));
        await _service.Faults(Raise(session: "s7"), ("Session", "Choose a session that is on record, or none."));
        await _service.Refuses<NotAllowedException>(Raise() with { Actor = _service.Privacy[0] });
        await _service.Refuses<ConflictException>(new AnswerConcern { Actor = _service.Lead, Reference = reference, Concern = "n1", Response = ConcernResponse.WillChange, Text = "Too early." });
        await _service.Send(Raise());
        await _service.Send(Raise("Who tells us?", "s1") with { Actor = _service.Facilitator });
        Assert.Equal(["AnswerConcern youth-voice"], _service.Queue(_service.Lead, reference));

        foreach (var member in _service.Youth) await _service.Vote(reference, StageIds.YouthVoice, member);
        CloseStage close = new() { Actor = _service.Chair, Reference = reference, Stage = StageIds.YouthVoice, Summary = "Good." };
        Assert.Contains("2 of the young people's concerns", (await _service.Refuses<ConflictException>(close)).Message, StringComparison.Ordinal);
        Assert.Empty(_service.Queue(_service.Chair, reference));

        AnswerConcern Answer(string concern) => new() { Actor = _service.Lead, Reference = reference, Concern = concern, Response = ConcernResponse.WillChange, Text = "A reader from the area checks." };
        await _service.Faults(Answer("n1") with { Response = null, Text = "" },
            ("Response", "Choose what you will do about this concern."), ("Text", "Explain your answer in words that a young person follows."));
        await _service.Faults(Answer("n1") with { Response = (ConcernResponse)9 }, ("Response", "Choose what you will do about this concern."));
        await _service.Refuses<NotAllowedException>(Answer("n1") with { Actor = _service.Youth[0] });
        await _service.Refuses<NotFoundException>(Answer("n9"));
        await _service.Send(Answer("n1"));
        await _service.Refuses<ConflictException>(Answer("n1"));
        Assert.Contains("1 of the young people's concerns", (await _service.Refuses<ConflictException>(close)).Message, StringComparison.Ordinal);
        await _service.Send(Answer("n2") with { Response = ConcernResponse.WillNotChange, Text = "The law does not allow it." });
        Assert.Equal(["CloseStage youth-voice"], _service.Queue(_service.Chair, reference));
        await _service.Send(close);
        Assert.Equal(StageOutcome.Approved, (await _service.Get(reference)).State.Stage(StageIds.YouthVoice)!.Result!.Outcome);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task An_unanswered_concern_does_not_stop_young_people_from_objecting()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(new RaiseConcern { Actor = _service.Youth[0], Reference = reference, Stage = StageIds.YouthVoice, Text = "We do not want this." });
        foreach (var member in _service.Youth) await _service.Vote(reference, StageIds.YouthVoice, member, VoteChoice.Object);
        await _service.Close(reference, StageIds.YouthVoice);
        Assert.Equal(StageOutcome.Objected, (await _service.Get(reference)).State.Stage(StageIds.YouthVoice)!.Result!.Outcome);
    }

    [Fact]
    public async Task A_withdrawal_with_stages_open_closes_everything()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[0]);
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "How long?" });
        WithdrawProposal withdraw = new() { Actor = _service.Lead, Reference = reference, Reason = "The money is gone." };
        await _service.Faults(withdraw with { Reason = "" }, ("Reason", "Say why you take the proposal back."));
        await _service.Faults(withdraw with { Reason = new string('a', 10_001) }, ("Reason", "Use 10,000 characters or fewer for the reason."));
        await _service.Refuses<NotAllowedException>(withdraw with { Actor = _service.Chair });
        await _service.Send(withdraw);

        var view = await _service.Get(reference);
        Assert.Equal(Phase.Withdrawn, view.State.Phase);
        Assert.DoesNotContain(view.State.Stages, s => s.Open);
        Assert.Empty(view.Route!.Open);
        Assert.Equal(0, _service.Count("work_item"));
        Assert.NotNull(view.State.EndedAt);
        await _service.Refuses<ConflictException>(withdraw);
        await _service.Refuses<ConflictException>(new CastVote { Actor = _service.Privacy[1], Reference = reference, Stage = StageIds.Privacy, Choice = VoteChoice.Approve, Rationale = "Late." });
        await _service.Refuses<ConflictException>(new AnswerQuestion { Actor = _service.Lead, Reference = reference, Question = "q1", Text = "Late." });
        await _service.Refuses<ConflictException>(new CloseStage { Actor = _service.Chair, Reference = reference, Stage = StageIds.Privacy, Summary = "Late." });
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }
}
