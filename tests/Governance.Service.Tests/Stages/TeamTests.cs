using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Decisions;
using Governance.Service.Pipeline;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.Stages;

/// <summary>Whoever proposes, or is on the delivery team, has no part in judging, whatever their roles.</summary>
public sealed class TeamTests : IAsyncDisposable
{
    const string TeamEmail = "t.oduya-lamb@brackenshire-vru.example";
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    static PanelSeat[] EverySeat => [new(StageIds.Privacy, "lay"), new(StageIds.CriminalisationRisk, "lay"), new(StageIds.YouthVoice, "youth")];

    Actor TeamMember(string email) => _service.Add("Tamsin Oduya-Lamb", email, [Role.PanelMember, Role.YouthPanelMember, Role.Facilitator, Role.Chair], EverySeat);

    async Task HasNoPart(string reference, Actor member)
    {
        foreach (var stage in new[] { StageIds.Privacy, StageIds.CriminalisationRisk, StageIds.YouthVoice })
        {
            await _service.Refuses<NotAllowedException>(new CastVote { Actor = member, Reference = reference, Stage = stage, Choice = VoteChoice.Approve, Rationale = "Ours is good." });
            await _service.Refuses<NotAllowedException>(new SaveReviewDraft { Actor = member, Reference = reference, Stage = stage, Draft = new ReviewDraft() });
            await _service.Refuses<NotAllowedException>(new AskQuestion { Actor = member, Reference = reference, Stage = stage, Text = "Is it not good?" });
            await _service.Refuses<NotAllowedException>(new Recuse { Actor = member, Reference = reference, Stage = stage, Conflict = "It is mine." });
            await _service.Refuses<NotAllowedException>(new CloseStage { Actor = member, Reference = reference, Stage = stage, Summary = "Good." });
        }
        await _service.Refuses<NotAllowedException>(new RaiseConcern { Actor = member, Reference = reference, Stage = StageIds.YouthVoice, Text = "None." });
        await _service.Refuses<NotAllowedException>(new RecordSession
        {
            Actor = member,
            Reference = reference,
            On = new DateOnly(2026, 11, 1),
            YoungPeople = 5,
            AgeBands = ["16_17"],
            Method = "workshop",
            Space = "A room.",
            Voice = "Talk.",
            Feedback = "Soon.",
        });
        await _service.ApproveAll(reference);
        await _service.Refuses<NotAllowedException>(new MakeDetermination { Actor = member, Reference = reference, Outcome = DeterminationOutcome.Favourable, Reason = "Good." });
    }

    [Theory]
    [InlineData(TeamEmail)]
    [InlineData("T.Oduya-Lamb@Brackenshire-VRU.example")]
    public async Task A_team_member_with_an_account_before_submission_has_no_part_in_the_review(string email)
    {
        var member = TeamMember(email);
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        Assert.Empty(_service.Queue(member, reference));
        Assert.Equal(Progress.Proposing, (await _service.Send(new GetStage(_service.Chair, reference, StageIds.Privacy))).Members.Single(m => m.Name == member.Name).Progress);
        await HasNoPart(reference, member);
    }

    [Fact]
    public async Task A_team_member_who_gets_an_account_after_submission_has_no_part_in_the_review_either()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await HasNoPart(reference, TeamMember(TeamEmail));
    }

    [Fact]
    public async Task The_lead_has_no_part_in_the_review_whatever_their_roles()
    {
        var lead = _service.Add("Lola Leadall", "lola@example.org", [.. Enum.GetValues<Role>()], EverySeat);
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign, lead);
        Assert.Empty(_service.Queue(lead, reference));
        await HasNoPart(reference, lead);
    }

    [Fact]
    public async Task Whoever_joins_the_team_in_a_revision_votes_no_more_and_their_vote_no_longer_counts()
    {
        var turncoat = _service.Privacy[1];
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Vote(reference, StageIds.CriminalisationRisk, _service.Criminalisation[0], VoteChoice.MajorChanges, "Say more.");
        await _service.Vote(reference, StageIds.CriminalisationRisk, _service.Criminalisation[1], VoteChoice.MajorChanges, "Say more.");
        await _service.Vote(reference, StageIds.CriminalisationRisk, _service.Criminalisation[2], VoteChoice.MajorChanges, "Say more.");
        foreach (var member in _service.Privacy) await _service.Vote(reference, StageIds.Privacy, member);
        await _service.Close(reference, StageIds.CriminalisationRisk, new CastVote.Change("root_causes", "Say more."));
        Assert.True((await _service.Send(new GetStage(_service.Chair, reference, StageIds.Privacy))).QuorumMet);

        var answers = SampleAnswers.ServiceDesign.With("team_emails", [.. SampleAnswers.ServiceDesign.Choices("team_emails"), turncoat.Email]);
        await RevisionTests.Revise(_service, reference, answers);

        Assert.False((await _service.Send(new GetStage(_service.Chair, reference, StageIds.Privacy))).QuorumMet);
        await _service.Refuses<NotAllowedException>(new CastVote { Actor = turncoat, Reference = reference, Stage = StageIds.Privacy, Choice = VoteChoice.Approve, Rationale = "Again." });
        Assert.Empty(_service.Queue(turncoat, reference));
        await _service.Refuses<ConflictException>(new CloseStage { Actor = _service.Chair, Reference = reference, Stage = StageIds.Privacy, Summary = "Two of three." });
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }
}
