using System.Collections.Immutable;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Routes;

namespace Governance.Review.Stages;

/// <summary>How a stage stands: which votes count, whether that is enough, and what the rule makes of them.</summary>
/// <param name="Counted">One vote a member: the last, on fields as they are now, by somebody who may vote.</param>
/// <param name="QuorumMet">Enough votes count.</param>
/// <param name="SeatsMissing">Mandatory seats that have not voted in sufficient number.</param>
/// <param name="Outcome">What the rule gives; null while nobody has taken a position.</param>
public sealed record Tally(
    ImmutableArray<Vote> Counted, bool QuorumMet, ImmutableArray<SeatNeeded> SeatsMissing, StageOutcome? Outcome)
{
    /// <summary>True when the chair can close the stage with an outcome.</summary>
    public bool Decides => QuorumMet && SeatsMissing.IsEmpty && Outcome is not null;
}

/// <summary>Counts votes. Pure; the rules are design.md's ("Votes") and domain.md's section 5.</summary>
public static class Voting
{
    public static Tally Count(ProposalState state, StageState stage, IReadOnlyList<string> looksAt)
    {
        var counted = stage.Votes
            .GroupBy(v => v.Member)
            .Select(member => member.Last())
            .Where(v => Counts(state, v, looksAt))
            .ToImmutableArray();
        var missing = stage.Seats
            .Where(needed => counted.Count(v => v.Seats.Contains(needed.Seat)) < needed.AtLeast)
            .ToImmutableArray();
        return new Tally(counted, counted.Length >= stage.Quorum, missing, Outcome(stage.Rule, counted));
    }

    /// <summary>
    /// A vote counts unless its caster has since stepped back or turned out to be proposing, or a later revision changed
    /// something that the stage looks at: then it stays on record and the voter is asked again.
    /// </summary>
    public static bool Counts(ProposalState state, Vote vote, IReadOnlyList<string> looksAt) =>
        !state.IsRecused(vote.Member) && !state.IsProposing(vote.Member) && !state.ChangedSince(vote.Revision, looksAt);

    /// <summary>
    /// The outcome that a rule makes of the votes. Abstentions count for the quorum, never for the outcome.
    /// <list type="bullet">
    /// <item><c>majority</c>: more than half approve; or at least half object; otherwise changes are asked for.</item>
    /// <item><c>unanimous</c>: all approve; one objection is an objection; otherwise changes are asked for.</item>
    /// <item><c>no-objection</c>: one objection is an objection; one call for major changes, or no approval, asks for changes.</item>
    /// </list>
    /// One approval with conditions among the approvals makes it an approval with conditions.
    /// </summary>
    public static StageOutcome? Outcome(string rule, IReadOnlyCollection<Vote> counted)
    {
        int Number(VoteChoice choice) => counted.Count(v => v.Choice == choice);
        var conditional = Number(VoteChoice.ApproveWithConditions);
        var approving = Number(VoteChoice.Approve) + conditional;
        var objecting = Number(VoteChoice.Object);
        var positions = counted.Count - Number(VoteChoice.Abstain);
        if (positions == 0) return null;

        var approved = conditional > 0 ? StageOutcome.ApprovedWithConditions : StageOutcome.Approved;
        return rule switch
        {
            RuleNames.Majority when 2 * approving > positions => approved,
            RuleNames.Majority when 2 * objecting >= positions => StageOutcome.Objected,
            RuleNames.Majority => StageOutcome.ChangesRequested,
            RuleNames.Unanimous when approving == positions => approved,
            RuleNames.NoObjection when objecting == 0 && Number(VoteChoice.MajorChanges) == 0 && approving > 0 => approved,
            RuleNames.Unanimous or RuleNames.NoObjection when objecting > 0 => StageOutcome.Objected,
            RuleNames.Unanimous or RuleNames.NoObjection => StageOutcome.ChangesRequested,
            _ => throw new InvalidOperationException($"There is no voting rule \"{rule}\"."),
        };
    }

    /// <summary>Whose votes a person may see: everybody's once their own counts or the stage is closed; until then only their own.</summary>
    public static bool MaySeeVotes(ProposalState state, StageState stage, string member, bool judging, IReadOnlyList<string> looksAt)
    {
        if (!stage.Open) return true;
        return judging && stage.Votes.Any(v => v.Member == member && v.Opening == stage.Opening && Counts(state, v, looksAt));
    }
}

/// <summary>The names of voting rules, as route files and entries write them.</summary>
public static class RuleNames
{
    public const string Majority = "majority";
    public const string Unanimous = "unanimous";
    public const string NoObjection = "no-objection";

    public static string Of(VotingRule rule) => rule switch
    {
        VotingRule.Majority => Majority,
        VotingRule.Unanimous => Unanimous,
        VotingRule.NoObjection => NoObjection,
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "There is no such rule."),
    };

    /// <summary>The rule in a sentence for the people who vote.</summary>
    public static string InWords(string rule) => rule switch
    {
        Majority => "The stage approves when more than half of the votes approve.",
        Unanimous => "The stage approves only when every vote approves.",
        NoObjection => "One objection is enough to object. The stage approves when nobody objects or asks for major changes.",
        _ => rule,
    };
}
