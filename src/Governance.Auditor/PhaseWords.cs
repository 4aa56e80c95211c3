using Governance.Review.Proposals;
using Governance.Review.Stages;

namespace Governance.Auditor;

/// <summary>Where a proposal stands, in words.</summary>
internal static class PhaseWords
{
    public static string Of(ProposalState state) => state.Phase switch
    {
        Phase.InReview when state.RevisionAwaited => "under review, changes asked for",
        Phase.InReview => "under review",
        Phase.AwaitingDetermination => "waiting for the decision",
        Phase.Determined when state.Determination is { } made => "decided: " + OutcomeTitles.Of(made.Determination.Outcome).ToLowerInvariant(),
        Phase.Withdrawn => "withdrawn",
        _ => "not submitted",
    };
}
