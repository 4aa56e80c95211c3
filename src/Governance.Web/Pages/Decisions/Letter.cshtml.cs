using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Web.Pages.Proposals.Case;
using MediatR;

namespace Governance.Web.Pages.Decisions;

/// <summary>The decision as a letter, to be printed or saved. It is there once a decision has been made.</summary>
public sealed class LetterModel(IMediator mediator) : CasePage(mediator)
{
    public DeterminationState Decision { get; private set; } = null!;

    /// <summary>The decision in a sentence that says what it means.</summary>
    public string Meaning => Decision.Determination.Outcome switch
    {
        DeterminationOutcome.Favourable => "The decision is favourable. The proposed use may go ahead as it is described in the proposal.",
        DeterminationOutcome.FavourableWithConditions => "The decision is favourable with conditions. The proposed use may go ahead as it is described in the proposal, and the conditions below must be met.",
        DeterminationOutcome.Provisional => "The decision is provisional. More information is needed before the review can end. The proposed use may not start.",
        _ => "The decision is unfavourable. The proposed use may not go ahead.",
    };

    protected override async Task LoadAsync()
    {
        await base.LoadAsync();
        Decision = Proposal.State.Determination ?? throw new NotFoundException("There is no decision letter yet: this proposal has not been decided.");
    }
}
