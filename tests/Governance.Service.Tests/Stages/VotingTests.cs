using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.Stages;

public sealed class VotingTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    CastVote Ballot(string reference) => new() { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Choice = VoteChoice.Approve, Rationale = "Sound." };

    [Fact]
    public async Task A_vote_with_a_whole_checklist_is_kept_as_it_was_cast()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        var items = (await _service.Send(new GetStage(_service.Privacy[0], reference, StageIds.Privacy))).Checklist.Items;
        var answers = items.Select((item, i) => new CastVote.ItemAnswer(
            item.Id,
            item.Answer == AnswerKind.Grade ? "met" : "important",
            item.Answer == AnswerKind.Grade ? "" : "limited",
            i % 2 == 0 ? $"Note {i}." : "")).ToList();

        var receipt = await _service.Send(Ballot(reference) with { Choice = VoteChoice.ApproveWithConditions, Conditions = ["Report back."], Checklist = answers });

        var view = await _service.Send(new GetStage(_service.Privacy[0], reference, StageIds.Privacy));
        Assert.Equal(answers, view.MyVote!.Checklist.Select(a => new CastVote.ItemAnswer(a.Item, a.Answer, a.After, a.Note?.Text ?? "")));
        Assert.Equal("Report back.", Assert.Single(view.MyVote.Conditions).Text.Text);
        Assert.Equal(["data_protection"], view.MyVote.Seats);
        Assert.Equal(receipt.Version, view.Proposal.Version);
        Assert.Equal("vote.cast", _service.Kinds(reference)[^1]);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task A_vote_says_everything_that_is_wrong_with_it_by_field()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Faults(Ballot(reference) with { Choice = null }, ("Choice", "Choose how you vote."));
        await _service.Faults(Ballot(reference) with { Choice = (VoteChoice)77 }, ("Choice", "Choose how you vote."));
        await _service.Faults(Ballot(reference) with { Rationale = " " }, ("Rationale", "Give the reasons for your vote."));
        await _service.Faults(Ballot(reference) with { Rationale = new string('a', 10_001) }, ("Rationale", "Use 10,000 characters or fewer for your reasons."));
        await _service.Faults(Ballot(reference) with { Choice = VoteChoice.ApproveWithConditions },
            ("Conditions", "Write at least one condition, or choose to approve without conditions."));
        await _service.Faults(Ballot(reference) with { Conditions = ["One."] },
            ("Conditions", "Conditions go with \"approve with conditions\". Remove them or change your vote."));
        await _service.Faults(Ballot(reference) with { Choice = VoteChoice.MinorChanges }, ("Changes", "Say at least one thing that should change."));
        await _service.Faults(Ballot(reference) with { Changes = [new("", "Say more.")] }, ("Changes", "Changes go with a vote for changes. Remove them or change your vote."));
        await _service.Faults(Ballot(reference) with { Choice = VoteChoice.MajorChanges, Changes = [new("no_such_field", "Say more.")] },
            ("Changes", "The form has no question \"no_such_field\". Choose one from the list, or none."));
        await _service.Faults(Ballot(reference) with { Choice = VoteChoice.MajorChanges, Changes = [new("problem", "")] }, ("Changes[0].Text", "Say what should change."));
        await _service.Faults(Ballot(reference) with { Choice = VoteChoice.ApproveWithConditions, Conditions = [""] }, ("Conditions[0]", "Write the condition."));
        await _service.Faults(Ballot(reference) with { Choice = VoteChoice.ApproveWithConditions, Conditions = [.. Enumerable.Repeat("One.", 51)] },
            ("Conditions", "Give 50 conditions or fewer."));
        await _service.Faults(Ballot(reference) with { Checklist = [new("need_shown", "met"), new("need_shown", "met")] }, ("Checklist", "Answer each checklist item once."));
        await _service.Faults(Ballot(reference) with { Checklist = [new("no_such_item", "met")] }, ("Checklist", "This stage's checklist has no item \"no_such_item\"."));
        await _service.Faults(Ballot(reference) with { Checklist = [new("need_shown", "splendid")] },
            ("Checklist[0]", "Choose one of the answers offered for \"Is it shown that social media data is needed for the purpose?\"."));
        await _service.Faults(Ballot(reference) with { Checklist = [new("need_shown", "met", Note: new string('a', 2_001))] },
            ("Checklist[0].Note", "Use 2,000 characters or fewer for a note."));
        await _service.Faults(Ballot(reference) with { Choice = null, Rationale = "" }, ("Choice", "Choose how you vote."), ("Rationale", "Give the reasons for your vote."));
    }

    [Fact]
    public async Task Only_members_of_the_panel_vote_and_only_while_their_stage_is_open()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Refuses<NotAllowedException>(Ballot(reference) with { Actor = _service.Lead });
        await _service.Refuses<NotFoundException>(Ballot(reference) with { Actor = _service.OtherLead });
        await _service.Refuses<NotAllowedException>(Ballot(reference) with { Actor = _service.Auditor });
        await _service.Refuses<NotAllowedException>(Ballot(reference) with { Actor = _service.Administrator });
        await _service.Refuses<NotAllowedException>(Ballot(reference) with { Actor = _service.Facilitator });
        await _service.Refuses<NotAllowedException>(Ballot(reference) with { Actor = _service.Youth[0] });
        await _service.Refuses<NotFoundException>(Ballot(reference) with { Stage = StageIds.FullPanel });
        await _service.Refuses<NotFoundException>(Ballot(reference) with { Stage = "nonsense" });
        await _service.Refuses<NotFoundException>(Ballot("DUP-2026-9999"));

        await _service.Approve(reference, StageIds.Privacy);
        await _service.Refuses<ConflictException>(Ballot(reference));
    }

    [Fact]
    public async Task A_vote_on_an_older_version_or_revision_is_a_conflict_that_says_so()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        var seen = (await _service.Get(reference)).Version;
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[1]);

        var stale = await _service.Refuses<ConflictException>(Ballot(reference) with { ExpectedVersion = seen });
        Assert.Contains($"you saw version {seen}, it is now at version {seen + 1}", stale.Message, StringComparison.Ordinal);
        var revision = await _service.Refuses<ConflictException>(Ballot(reference) with { Revision = 2 });
        Assert.Contains("revision 1", revision.Message, StringComparison.Ordinal);
        await _service.Send(Ballot(reference) with { ExpectedVersion = seen + 1, Revision = 1 });
    }

    [Fact]
    public async Task Voting_again_replaces_the_vote_that_counts_and_keeps_both_on_record()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[0], VoteChoice.Object);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[0]);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[1]);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[2]);
        await _service.Close(reference, StageIds.Privacy);

        var stage = (await _service.Get(reference)).State.Stage(StageIds.Privacy)!;
        Assert.Equal(4, stage.Votes.Length);
        Assert.Equal(StageOutcome.Approved, stage.Result!.Outcome);
        Assert.Equal(3, stage.Result.Votes.Length);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task The_queue_asks_each_member_until_they_have_voted_and_the_chair_once_it_can_be_closed()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        Assert.Equal(["Vote privacy"], _service.Queue(_service.Privacy[0], reference));
        Assert.Empty(_service.Queue(_service.Chair, reference));
        Assert.Equal(["RecordSession youth-voice"], _service.Queue(_service.Facilitator, reference));
        foreach (var member in _service.Privacy) await _service.Vote(reference, StageIds.Privacy, member);
        Assert.Empty(_service.Queue(_service.Privacy[0], reference));
        Assert.Equal(["CloseStage privacy"], _service.Queue(_service.Chair, reference));
        Assert.Contains(await _service.Send(new ListWork(_service.Chair)), w => w.Reference == reference && w.Task == "CloseStage");
        await _service.Close(reference, StageIds.Privacy);
        Assert.Empty(_service.Queue(_service.Chair, reference));
    }

    [Fact]
    public async Task Votes_are_hidden_from_a_member_until_they_have_voted_and_from_the_lead_for_ever()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[0], VoteChoice.Object);

        Assert.Empty((await _service.Send(new GetStage(_service.Privacy[1], reference, StageIds.Privacy))).Stage.Votes);
        Assert.Empty((await _service.Send(new GetStage(_service.Lead, reference, StageIds.Privacy))).Stage.Votes);
        Assert.Empty((await _service.Send(new GetStage(_service.Lead, reference, StageIds.Privacy))).Counted);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[1]);
        Assert.Equal(2, (await _service.Send(new GetStage(_service.Privacy[1], reference, StageIds.Privacy))).Stage.Votes.Length);

        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[2]);
        await _service.Close(reference, StageIds.Privacy);
        foreach (var outside in new[] { _service.Lead, _service.Administrator })
        {
            var seen = (await _service.Send(new GetStage(outside, reference, StageIds.Privacy))).Stage;
            Assert.Empty(seen.Votes);
            Assert.Equal(StageOutcome.Approved, seen.Result!.Outcome);
            Assert.All(seen.Result.Votes, v => Assert.Empty(v.Member));
        }
    }

    [Fact]
    public async Task A_vote_in_preparation_is_seen_by_its_writer_alone_is_not_ledgered_and_goes_when_the_vote_is_cast()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        var (size, version) = (_service.LedgerSize(), (await _service.Get(reference)).Version);
        var draft = new ReviewDraft { Rationale = "Half a thought", Checklist = [new("need_shown", "partly")], Changes = [new("problem", "More?")] };
        await _service.Send(new SaveReviewDraft { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Draft = new ReviewDraft { Rationale = "Half" } });
        await _service.Send(new SaveReviewDraft { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Draft = draft });

        var mine = (await _service.Send(new GetStage(_service.Privacy[0], reference, StageIds.Privacy))).Draft!;
        Assert.Equal(("Half a thought", null), (mine.Rationale, mine.Choice));
        Assert.Equal(draft.Checklist, mine.Checklist);
        Assert.Equal(draft.Changes, mine.Changes);
        Assert.Null((await _service.Send(new GetStage(_service.Privacy[1], reference, StageIds.Privacy))).Draft);
        Assert.Null((await _service.Send(new GetStage(_service.Chair, reference, StageIds.Privacy))).Draft);
        Assert.Equal(size, _service.LedgerSize());
        Assert.Equal(version, (await _service.Get(reference)).Version);

        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[0]);
        Assert.Equal(0, _service.Count("review_draft"));
    }

    [Fact]
    public async Task A_vote_in_preparation_has_a_limit_and_needs_an_open_stage()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        SaveReviewDraft Save(string stage, string text = "") => new() { Actor = _service.Privacy[0], Reference = reference, Stage = stage, Draft = new ReviewDraft { Rationale = text } };
        await _service.Faults(Save(StageIds.Privacy, new string('a', 200_001)), ("Draft", "This is more text than can be kept. Shorten your notes."));
        await _service.Refuses<NotFoundException>(Save(StageIds.FullPanel));
        await _service.Refuses<NotAllowedException>(Save(StageIds.Privacy) with { Actor = _service.Lead });
        await _service.Approve(reference, StageIds.Privacy);
        await _service.Refuses<ConflictException>(Save(StageIds.Privacy));
    }
}
