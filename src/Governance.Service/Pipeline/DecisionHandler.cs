using Governance.Review;
using Governance.Review.Decisions;
using Governance.Service.Data;
using MediatR;

namespace Governance.Service.Pipeline;

/// <summary>Handles a command whose whole effect is a pure decision: load, decide, store.</summary>
public abstract class DecisionHandler<TCommand>(ProposalStore proposals) : IRequestHandler<TCommand, Receipt>
    where TCommand : ProposalCommand
{
    public async Task<Receipt> Handle(TCommand request, CancellationToken cancellationToken)
    {
        var open = proposals.Open;
        var now = await proposals.NowAsync();
        var decision = Decide(request, open.Case, open.Party, now);
        return await proposals.StoreAsync(open, decision, now, request.ActIn(open.State));
    }

    protected abstract Decision Decide(TCommand command, ReviewCase before, Party by, Circumstances now);
}
