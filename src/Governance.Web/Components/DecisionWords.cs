using Governance.Review.Events;
using Governance.Review.Stages;

namespace Governance.Web.Components;

/// <summary>A decision for people: its name, the colour of its tag, and what it means in a sentence.</summary>
public sealed record DecisionWords(string Title, string Colour, string Meaning)
{
    public static DecisionWords Of(DeterminationOutcome outcome) => outcome switch
    {
        DeterminationOutcome.Favourable => new(OutcomeTitles.Of(outcome), "green",
            "The decision is favourable. The proposed use may go ahead as it is described in the proposal."),
        DeterminationOutcome.FavourableWithConditions => new(OutcomeTitles.Of(outcome), "teal",
            "The decision is favourable with conditions. The proposed use may go ahead as it is described in the proposal, and the conditions below must be met."),
        DeterminationOutcome.Provisional => new(OutcomeTitles.Of(outcome), "yellow",
            "The decision is provisional. More information is needed before the review can end. The proposed use may not start."),
        _ => new(OutcomeTitles.Of(outcome), "red", "The decision is unfavourable. The proposed use may not go ahead."),
    };
}
