using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>What happened to a proposal, in sentences, latest first.</summary>
/// <param name="Take">How many of the latest entries to tell; null tells all.</param>
public sealed record GetTimeline(Actor Actor, string Reference, int? Take = null) : IQuery<IReadOnlyList<TimelineItem>>
{
    public sealed class Handler(ProposalStore proposals, TrailStore trails) : IRequestHandler<GetTimeline, IReadOnlyList<TimelineItem>>
    {
        public async Task<IReadOnlyList<TimelineItem>> Handle(GetTimeline request, CancellationToken cancellationToken)
        {
            var open = await proposals.OpenAsync(request.Reference, request.Actor);
            var names = await proposals.NamesAsync(open.Id);
            var entries = await trails.LastAsync(open.Reference, request.Take ?? int.MaxValue);
            return [.. entries.SelectMany(e => Timeline.Tell(open.Case, open.Party, e.Happening, names) is { } told ? [new TimelineItem(e.Seq, e.Happening.At, told)] : Array.Empty<TimelineItem>())];
        }
    }
}

public sealed record TimelineItem(long Seq, DateTimeOffset At, Told Told);
