using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>Takes a document out of the draft. Submitted revisions keep theirs.</summary>
public sealed record RemoveDocument : ProposalCommand, IErases
{
    /// <summary>The document's id in the draft, such as <c>d1</c>.</summary>
    public required string Document { get; init; }

    public override Act ActIn(ProposalState state) => Drafts.ActIn(state);

    public sealed class Handler(Session session, ProposalStore proposals, LedgerStore ledger) : IRequestHandler<RemoveDocument, Receipt>
    {
        public async Task<Receipt> Handle(RemoveDocument request, CancellationToken cancellationToken)
        {
            var open = proposals.Open;
            var draft = await Drafts.CurrentAsync(proposals, open);
            var document = draft.Documents.FirstOrDefault(d => d.Id == request.Document)
                ?? throw new NotFoundException("There is no such document in the draft. It may have been removed already.");
            var receipt = await proposals.SaveDraftAsync(open, draft with { Documents = draft.Documents.Remove(document) });
            await Documents.ForgetAsync(session, ledger, document.Sha256);
            return receipt;
        }
    }
}

/// <summary>The stored bytes behind documents.</summary>
static class Documents
{
    /// <summary>
    /// Takes a document's bytes out of the database, unless a draft or a submitted revision still has it. Its key goes with
    /// it: each document has one of its own. Whoever calls this is one of <see cref="IErases"/>.
    /// </summary>
    public static async Task ForgetAsync(Session session, LedgerStore ledger, string sha256)
    {
        // Nobody can begin to use them between the look and the removal: the log's lock stands for all stored bytes too.
        await ledger.HoldAsync();
        var box = await session.ScalarAsync<byte[]?>("SELECT SUBSTRING(content, 1, 9) FROM document WHERE sha256 = @sha256", new { sha256 });
        var gone = await session.ExecuteAsync(
            """
            DELETE FROM document WHERE sha256 = @sha256
                AND NOT EXISTS (SELECT 1 FROM proposal_draft d WHERE d.attached LIKE @like)
                AND NOT EXISTS (SELECT 1 FROM proposal_revision r WHERE r.attached LIKE @like)
            """,
            new { sha256, like = $"%{sha256}%" });
        if (gone == 1) await Doomed.AddKeyAsync(session, Sealing.KeyIdOf(box!));
    }
}
