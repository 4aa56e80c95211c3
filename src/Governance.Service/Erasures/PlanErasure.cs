using System.Collections.Immutable;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.People;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Erasures;

/// <summary>A dry run: lists everything that an erasure would take, and takes nothing. For administrators.</summary>
public sealed record PlanErasure(Actor Actor, ErasureScope Scope) : IQuery<ErasurePlan>
{
    public sealed class Handler(ErasurePlanner planner) : IRequestHandler<PlanErasure, ErasurePlan>
    {
        public Task<ErasurePlan> Handle(PlanErasure request, CancellationToken cancellationToken)
        {
            PeopleAccess.DemandAdministrator(request.Actor);
            return planner.PlanAsync(request.Scope);
        }
    }
}

/// <summary>Everything sealed of a proposal, for an administrator to choose from. That they looked is recorded.</summary>
public sealed record ListErasable(Actor Actor, string Reference) : IQuery<ErasableList>, IReadsProposal
{
    public sealed class Handler(ErasurePlanner planner) : IRequestHandler<ListErasable, ErasableList>
    {
        public async Task<ErasableList> Handle(ListErasable request, CancellationToken cancellationToken)
        {
            PeopleAccess.DemandAdministrator(request.Actor);
            var (values, documents) = await planner.ErasableAsync(request.Reference);
            return new ErasableList(request.Reference, values, documents);
        }
    }
}

public sealed record ErasableList(string Reference, ImmutableArray<ErasableValue> Values, ImmutableArray<ErasableDocument> Documents);
