using System.Collections.Immutable;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;

namespace Governance.Review.Tests.Rules;

public sealed class VotingTests
{
    /// <summary>A approve, C with conditions, m minor changes, M major changes, O object, - abstain.</summary>
    static VoteChoice Choice(char letter) => letter switch
    {
        'A' => VoteChoice.Approve,
        'C' => VoteChoice.ApproveWithConditions,
        'm' => VoteChoice.MinorChanges,
        'M' => VoteChoice.MajorChanges,
        'O' => VoteChoice.Object,
        '-' => VoteChoice.Abstain,
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, "No such vote."),
    };

    static Vote Cast(string member, char letter, int revision = 1, params string[] seats) => new()
    {
        Member = member,
        Choice = Choice(letter),
        Opening = 1,
        Revision = revision,
        At = DateTimeOffset.UnixEpoch,
        Seats = [.. seats],
        Rationale = Sealed.Panel("So."),
    };

    static List<Vote> Votes(string letters) => [.. letters.Select((c, i) => Cast($"m{i}", c))];

    [Theory]
    [InlineData("majority", "", null)]
    [InlineData("majority", "---", null)]
    [InlineData("majority", "A--", StageOutcome.Approved)]
    [InlineData("majority", "AAO", StageOutcome.Approved)]
    [InlineData("majority", "ACO", StageOutcome.ApprovedWithConditions)]
    [InlineData("majority", "AO", StageOutcome.Objected)]
    [InlineData("majority", "AO-", StageOutcome.Objected)]
    [InlineData("majority", "AAOO", StageOutcome.Objected)]
    [InlineData("majority", "AAOm", StageOutcome.ChangesRequested)]
    [InlineData("majority", "Am", StageOutcome.ChangesRequested)]
    [InlineData("majority", "mMO", StageOutcome.ChangesRequested)]
    [InlineData("majority", "OOm", StageOutcome.Objected)]
    [InlineData("unanimous", "AAA", StageOutcome.Approved)]
    [InlineData("unanimous", "AA-", StageOutcome.Approved)]
    [InlineData("unanimous", "AAC", StageOutcome.ApprovedWithConditions)]
    [InlineData("unanimous", "AAm", StageOutcome.ChangesRequested)]
    [InlineData("unanimous", "AAO", StageOutcome.Objected)]
    [InlineData("unanimous", "mMO", StageOutcome.Objected)]
    [InlineData("unanimous", "--", null)]
    [InlineData("no-objection", "AAA", StageOutcome.Approved)]
    [InlineData("no-objection", "Amm", StageOutcome.Approved)]
    [InlineData("no-objection", "Cmm", StageOutcome.ApprovedWithConditions)]
    [InlineData("no-objection", "AAM", StageOutcome.ChangesRequested)]
    [InlineData("no-objection", "mmm", StageOutcome.ChangesRequested)]
    [InlineData("no-objection", "AAO", StageOutcome.Objected)]
    [InlineData("no-objection", "AMO", StageOutcome.Objected)]
    [InlineData("no-objection", "-", null)]
    public void A_rule_makes_this_of_the_votes(string rule, string votes, StageOutcome? outcome)
    {
        Assert.Equal(outcome, Voting.Outcome(rule, Votes(votes)));
        Assert.Equal(outcome, Voting.Outcome(rule, Votes(new string([.. votes.Reverse()]))));
    }

    [Fact]
    public void A_rule_that_does_not_exist_is_an_error() => Assert.Throws<InvalidOperationException>(() => Voting.Outcome("whim", Votes("A")));

    static StageState Stage(params Vote[] votes) => new()
    {
        Stage = "privacy",
        Panel = "privacy",
        Activity = "privacy",
        Opening = 1,
        Open = true,
        Quorum = 2,
        Rule = RuleNames.Majority,
        Seats = [new("lay", 1)],
        Votes = [.. votes],
    };

    static readonly string[] LooksAt = ["problem"];

    [Fact]
    public void Abstentions_count_for_the_quorum_and_fill_seats_but_decide_nothing()
    {
        var tally = Voting.Count(ProposalState.None, Stage(Cast("a", 'A'), Cast("b", '-', 1, "lay")), LooksAt);
        Assert.True(tally.QuorumMet);
        Assert.Empty(tally.SeatsMissing);
        Assert.Equal(StageOutcome.Approved, tally.Outcome);
        Assert.True(tally.Decides);
        Assert.False(Voting.Count(ProposalState.None, Stage(Cast("a", '-', 1, "lay"), Cast("b", '-')), LooksAt).Decides);
    }

    [Fact]
    public void One_vote_a_member_counts_the_last()
    {
        var tally = Voting.Count(ProposalState.None, Stage(Cast("a", 'O'), Cast("a", 'A')), LooksAt);
        Assert.Equal(VoteChoice.Approve, Assert.Single(tally.Counted).Choice);
        Assert.False(tally.QuorumMet);
    }

    [Fact]
    public void A_mandatory_seat_is_filled_by_the_seat_held_when_voting()
    {
        Assert.Equal([new SeatNeeded("lay", 1)], Voting.Count(ProposalState.None, Stage(Cast("a", 'A'), Cast("b", 'A')), LooksAt).SeatsMissing);
        Assert.Empty(Voting.Count(ProposalState.None, Stage(Cast("a", 'A', 1, "research", "lay"), Cast("b", 'A')), LooksAt).SeatsMissing);
    }

    [Fact]
    public void A_vote_stops_to_count_when_its_fields_change_or_its_caster_steps_back_or_joins_the_team()
    {
        var stage = Stage(Cast("a", 'A'), Cast("b", 'A', 2));
        int Counted(ProposalState state) => Voting.Count(state, stage, LooksAt).Counted.Length;
        var none = ProposalState.None;
        Assert.Equal(2, Counted(none with { ChangedIn = none.ChangedIn.Add("title", 3) }));
        Assert.Equal(1, Counted(none with { ChangedIn = none.ChangedIn.Add("problem", 2) }));
        Assert.Equal(0, Counted(none with { ChangedIn = none.ChangedIn.Add("problem", 3) }));
        Assert.Equal(1, Counted(none with { Recusals = [new("a", "youth-voice", DateTimeOffset.UnixEpoch, Sealed.Personal("x"))] }));
        Assert.Equal(1, Counted(none with { Team = ["b"] }));
        Assert.Equal(1, Counted(none with { Lead = "a" }));
    }
}
