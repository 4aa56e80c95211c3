using Governance.Review;
using Governance.Review.Proposals;
using Governance.Web.Components;
using Governance.Web.Pages.Proposals.Case;
using MediatR;

namespace Governance.Web.Pages.Decisions;

/// <summary>The decision as a letter, to be printed or saved. It is there once a decision has been made.</summary>
public sealed class LetterModel(IMediator mediator) : CasePage(mediator)
{
    public DeterminationState Decision { get; private set; } = null!;

    /// <summary>The decision in a sentence that says what it means.</summary>
    public string Meaning => DecisionWords.Of(Decision.Determination.Outcome).Meaning;

    protected override async Task LoadAsync()
    {
        await base.LoadAsync();
        Decision = Proposal.State.Determination ?? throw new NotFoundException("There is no decision letter yet: this proposal has not been decided.");
    }
}
