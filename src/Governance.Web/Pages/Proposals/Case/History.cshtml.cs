using Governance.Service.Audit;
using MediatR;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>Everything that happened to a proposal, latest first, as far as this reader may know it.</summary>
public sealed class HistoryModel(IMediator mediator) : CasePage(mediator)
{
    public IReadOnlyList<TimelineItem> Items { get; private set; } = [];

    protected override async Task LoadAsync()
    {
        await base.LoadAsync();
        Items = await Send(new GetTimeline(Actor, Reference));
    }
}
