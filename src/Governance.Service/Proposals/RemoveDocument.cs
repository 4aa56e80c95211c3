using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>Takes a document out of the draft. Submitted revisions keep theirs.</summary>
public sealed record RemoveDocument : ProposalCommand
{
    /// <summary>The document's id in the draft, such as <c>d1</c>.</summary>
    public required string Document { get; init; }

    public override Act ActIn(ProposalState state) => Drafts.ActIn(state);

    public sealed class Handler(ProposalStore proposals) : IRequestHandler<RemoveDocument, Receipt>
    {
        public async Task<Receipt> Handle(RemoveDocument request, CancellationToken cancellationToken)
        {
            var open = proposals.Open;
            var draft = await Drafts.CurrentAsync(proposals, open);
            var document = draft.Documents.FirstOrDefault(d => d.Id == request.Document)
                ?? throw new NotFoundException("There is no such document in the draft. It may have been removed already.");
            return await proposals.SaveDraftAsync(open, draft with { Documents = draft.Documents.Remove(document) });
        }
    }
}
