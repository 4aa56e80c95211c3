using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>A document of a draft or of a submitted revision, to be downloaded.</summary>
/// <param name="Revision">The revision; null for the draft, or for the latest revision where there is no draft to see.</param>
public sealed record GetDocument(Actor Actor, string Reference, string Document, int? Revision = null) : IQuery<StoredDocument>, IReadsProposal
{
    public sealed class Handler(Session session, ProposalStore proposals, Sealing sealing) : IRequestHandler<GetDocument, StoredDocument>
    {
        public async Task<StoredDocument> Handle(GetDocument request, CancellationToken cancellationToken)
        {
            var open = await proposals.OpenAsync(request.Reference, request.Actor);
            var mayEdit = Permissions.Allowed(open.State, open.Party).Contains(Drafts.ActIn(open.State));
            var documents = request.Revision is { } revision ? (await proposals.ContentAsync(open, revision)).Documents
                : mayEdit ? (await Drafts.CurrentAsync(proposals, open)).Documents
                : (await proposals.ContentAsync(open, open.State.Revision)).Documents;
            var document = documents.FirstOrDefault(d => d.Id == request.Document) ?? throw new NotFoundException("There is no such document.");
            var box = await session.ScalarAsync<byte[]?>("SELECT content FROM document WHERE sha256 = @sha256", new { sha256 = document.Sha256 });
            // A copy of the data that is older than the erasure still has the row, and no key for it any more.
            var content = (box is null ? null : sealing.OpenBytes(box, document.Sha256)) ?? throw new NotFoundException("This document was erased.");
            return new StoredDocument(document.Name.ToString(), document.MediaType, content);
        }
    }
}

public sealed record StoredDocument(string FileName, string MediaType, byte[] Content);
