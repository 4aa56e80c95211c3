using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Stages;

/// <summary>What somebody is asked to do, most pressing first.</summary>
/// <param name="Take">How many items at most, 1 to 500.</param>
public sealed record ListWork(Actor Actor, int Take = 200) : IQuery<IReadOnlyList<WorkRow>>
{
    public sealed class Handler(Session session, Sealing sealing) : IRequestHandler<ListWork, IReadOnlyList<WorkRow>>
    {
        public async Task<IReadOnlyList<WorkRow>> Handle(ListWork request, CancellationToken cancellationToken) => [.. (await session.QueryAsync<WorkRow>(
            $"""
            SELECT w.task, w.stage, w.since, w.due, p.reference, p.title AS sealed_title, p.organisation AS sealed_organisation
            FROM work_item w JOIN proposal p ON p.id = w.proposal
            WHERE w.person = @me
            ORDER BY CASE WHEN w.due IS NULL THEN 1 ELSE 0 END, w.due, w.since, p.id
            {session.Database.Take}
            """,
            new { me = request.Actor.Id, take = Math.Clamp(request.Take, 1, 500) })).Select(r => r with
            {
                Title = sealing.Open(r.SealedTitle, ProposalColumns.Title) ?? Sealing.Erased,
                Organisation = sealing.Open(r.SealedOrganisation, ProposalColumns.Organisation) ?? Sealing.Erased,
                SealedTitle = [],
                SealedOrganisation = [],
            })];
    }
}

public sealed record WorkRow
{
    /// <summary>A <see cref="Review.Stages.WorkTask"/>.</summary>
    public string Task { get; init; } = "";
    public string Stage { get; init; } = "";
    public DateTimeOffset Since { get; init; }
    public DateOnly? Due { get; init; }
    public string Reference { get; init; } = "";
    public string Title { get; init; } = "";
    public string Organisation { get; init; } = "";
    internal byte[] SealedTitle { get; init; } = [];
    internal byte[] SealedOrganisation { get; init; } = [];
}
