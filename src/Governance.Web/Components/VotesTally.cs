using System.Collections.Immutable;
using Governance.Review.Events;
using Governance.Review.Proposals;

namespace Governance.Web.Components;

/// <summary>The votes of a closed stage as people read them: how many of each, and who saw it differently.</summary>
/// <param name="Counts">Each choice that was made, with its number, in the order of the choices.</param>
/// <param name="Dissent">The reasons of those who saw it differently, where this reader may see them.</param>
public sealed record VotesTally(ImmutableArray<(VoteChoice Choice, int Number)> Counts, ImmutableArray<Vote> Dissent)
{
    /// <summary>The tally of one closing. Votes that this reader may not see are not in <paramref name="stage"/>, and so not here.</summary>
    public static VotesTally Of(StageState stage, StageResult result) => new(
        [.. result.Votes.GroupBy(v => v.Choice).OrderBy(g => g.Key).Select(g => (g.Key, g.Count()))],
        [
            .. result.Votes
                .Where(v => Differs(v.Choice, result.Outcome))
                .Select(v => stage.Votes.LastOrDefault(cast => cast.Member == v.Member && cast.At <= result.At))
                .OfType<Vote>(),
        ]);

    static bool Differs(VoteChoice choice, StageOutcome outcome) => outcome switch
    {
        StageOutcome.Approved or StageOutcome.ApprovedWithConditions => choice is VoteChoice.MinorChanges or VoteChoice.MajorChanges or VoteChoice.Object,
        StageOutcome.ChangesRequested => choice is VoteChoice.Approve or VoteChoice.ApproveWithConditions or VoteChoice.Object,
        StageOutcome.Objected => choice is not (VoteChoice.Object or VoteChoice.Abstain),
        _ => false,
    };
}
