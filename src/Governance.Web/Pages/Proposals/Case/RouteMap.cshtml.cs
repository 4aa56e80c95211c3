using MediatR;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>The proposal's way through review: what is done, what is happening, and how it can end.</summary>
public sealed class RouteMapModel(IMediator mediator, TimeProvider clock) : CasePage(mediator)
{
    public IReadOnlyList<StageLine> Stages => StageLine.All(Proposal, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
}
