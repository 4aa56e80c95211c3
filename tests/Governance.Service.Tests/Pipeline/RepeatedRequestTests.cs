using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;

namespace Governance.Service.Tests.Pipeline;

public sealed class RepeatedRequestTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    CastVote Ballot(string reference, string rationale = "Sound.") => new()
    {
        Actor = _service.Privacy[0],
        Reference = reference,
        Stage = StageIds.Privacy,
        Choice = VoteChoice.Approve,
        Rationale = rationale,
        RepeatKey = "the-key",
    };

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_is_done_once()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        var first = await _service.Send(Ballot(reference));
        var picture = _service.Picture();
        _service.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(first, await _service.Send(Ballot(reference)));
        Assert.Equal(picture, _service.Picture());
        Assert.Single(_service.Kinds(reference), "vote.cast");
    }

    [Fact]
    public async Task A_key_used_for_a_different_body_is_a_conflict()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(Ballot(reference));
        await _service.Refuses<ConflictException>(Ballot(reference, "Unsound."));
        await _service.Refuses<ConflictException>(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "Why?", RepeatKey = "the-key" });
    }

    [Fact]
    public async Task Different_answers_are_a_different_body()
    {
        var started = await _service.Send(new StartProposal { Actor = _service.Lead });
        SaveDraft Save(string title) => new() { Actor = _service.Lead, Reference = started.Reference, Answers = Answers.Empty.With("title", title), RepeatKey = "save" };
        var first = await _service.Send(Save("One"));
        Assert.Equal(first, await _service.Send(Save("One")));
        await _service.Refuses<ConflictException>(Save("Two"));
    }

    [Fact]
    public async Task Different_bytes_of_a_document_are_a_different_body()
    {
        var started = await _service.Send(new StartProposal { Actor = _service.Lead });
        AttachDocument Attach(string text) => new() { Actor = _service.Lead, Reference = started.Reference, Kind = "other", FileName = "a.pdf", Content = TestService.Pdf(text), RepeatKey = "attach" };
        var first = await _service.Send(Attach("one"));
        Assert.Equal(first, await _service.Send(Attach("one")));
        await _service.Refuses<ConflictException>(Attach("two"));
        Assert.Single((await _service.Get(started.Reference, _service.Lead)).Draft!.Documents);
    }

    [Fact]
    public async Task The_same_key_of_another_person_is_another_key()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(Ballot(reference));
        var other = await _service.Send(Ballot(reference) with { Actor = _service.Privacy[1] });
        Assert.Equal(2, _service.Kinds(reference).Count(k => k == "vote.cast"));
        Assert.Equal(_service.LedgerSize() - 1, other.Seq);
    }

    [Fact]
    public async Task A_refused_request_uses_no_key_up()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Faults(Ballot(reference, ""), ("Rationale", "Give the reasons for your vote."));
        await _service.Send(Ballot(reference));
    }

    [Fact]
    public async Task Starting_a_proposal_twice_with_one_key_starts_one()
    {
        var command = new StartProposal { Actor = _service.Lead, Title = "Once", RepeatKey = "start" };
        Assert.Equal(await _service.Send(command), await _service.Send(command));
        Assert.Equal(1, _service.Count("proposal"));
    }

    [Fact]
    public async Task A_repeat_is_answered_even_when_the_command_could_no_longer_be_done()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        var withdraw = new WithdrawProposal { Actor = _service.Lead, Reference = reference, Reason = "No money.", RepeatKey = "out", ExpectedVersion = (await _service.Get(reference)).Version };
        Receipt first = await _service.Send(withdraw);
        Assert.Equal(first, await _service.Send(withdraw));
    }
}
