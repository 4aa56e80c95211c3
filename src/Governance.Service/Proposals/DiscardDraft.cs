using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>
/// Throws a draft away. It was never submitted, so the ledger knows nothing of it and nothing is left behind; its keys go
/// too, so older copies of the data do not show it either.
/// </summary>
public sealed record DiscardDraft : ProposalCommand, IErases
{
    public override Act ActIn(ProposalState state) => Act.DiscardDraft;

    public sealed class Handler(Session session, ProposalStore proposals, LedgerStore ledger) : IRequestHandler<DiscardDraft, Receipt>
    {
        public async Task<Receipt> Handle(DiscardDraft request, CancellationToken cancellationToken)
        {
            var open = proposals.Open;
            await proposals.HoldAsync(open);
            var documents = (await Drafts.CurrentAsync(proposals, open)).Documents;
            await session.ExecuteAsync("DELETE FROM work_item WHERE proposal = @id", new { id = open.Id });
            await session.ExecuteAsync("DELETE FROM proposal_draft WHERE proposal = @id", new { id = open.Id });
            await session.ExecuteAsync("DELETE FROM proposal_person WHERE proposal = @id", new { id = open.Id });
            await session.ExecuteAsync("DELETE FROM proposal WHERE id = @id", new { id = open.Id });
            await Doomed.AddKeyAsync(session, open.Key);
            foreach (var document in documents) await Documents.ForgetAsync(session, ledger, document.Sha256);
            return new Receipt { Reference = open.Reference, Version = open.Version, At = await ledger.NowAsync() };
        }
    }
}
