using System.Security.Cryptography;
using FluentValidation;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>Adds a document to the draft. It is kept once, under the SHA-256 of its bytes.</summary>
public sealed record AttachDocument : ProposalCommand
{
    /// <summary>One of <see cref="ProposalForm.AttachmentKinds"/>.</summary>
    public required string Kind { get; init; }

    public required string FileName { get; init; }

    public required byte[] Content { get; init; }

    public override Act ActIn(ProposalState state) => Drafts.ActIn(state);

    public sealed class Validator : AbstractValidator<AttachDocument>
    {
        public Validator()
        {
            RuleFor(c => c.Kind).Must(k => ProposalForm.AttachmentKinds.Any(o => o.Id == k)).WithMessage("Choose what kind of document this is.");
            RuleFor(c => c.FileName)
                .Must(n => !string.IsNullOrWhiteSpace(Path.GetFileName(n))).WithMessage("The file needs a name.")
                .MaximumLength(200).WithMessage("The file's name is too long. Use 200 characters or fewer.");
            RuleFor(c => c.Content).Cascade(CascadeMode.Stop)
                .Must(c => c.Length > 0).WithMessage("Choose a file. The one you sent is empty.")
                .Must(c => c.Length <= Limits.DocumentBytes).WithMessage($"The file is too large. It can be up to {Limits.DocumentBytes / 1024 / 1024} MB.")
                .Must(c => MediaTypes.Of(c) is not null).WithMessage("This kind of file is not accepted. Send a PDF, a Word document without macros (.docx), an OpenDocument text (.odt), a PNG or JPEG picture, or plain text.");
        }
    }

    public sealed class Handler(Session session, ProposalStore proposals, LedgerStore ledger, Sealing sealing) : IRequestHandler<AttachDocument, Receipt>
    {
        public async Task<Receipt> Handle(AttachDocument request, CancellationToken cancellationToken)
        {
            var open = proposals.Open;
            var draft = await Drafts.CurrentAsync(proposals, open);
            if (draft.Documents.Length >= Limits.Documents)
                throw new InvalidException("Content", $"A proposal can have up to {Limits.Documents} documents. Remove one first.");
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(request.Content));
            if (draft.Documents.Any(d => d.Sha256 == sha256 && d.Kind == request.Kind))
                throw new InvalidException("Content", "This very file is attached already.");
            var mediaType = MediaTypes.Of(request.Content)!;
            var known = await IsStoredAsync(sha256);
            if (!known)
            {
                await session.ExecuteAsync(
                    "INSERT INTO document (sha256, media_type, size, content, stored_at) VALUES (@sha256, @mediaType, @size, @content, @now)",
                    new { sha256, mediaType, size = request.Content.LongLength, content = sealing.Seal(sealing.NewKey(), sha256, request.Content), now = await ledger.NowAsync() });
            }
            var number = draft.Documents.Select(d => int.Parse(d.Id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)).DefaultIfEmpty().Max() + 1;
            var document = new AttachedDocument($"d{number}", request.Kind, Sealed.Panel(Path.GetFileName(request.FileName)), mediaType, request.Content.LongLength, sha256);
            var receipt = await proposals.SaveDraftAsync(open, draft with { Documents = draft.Documents.Add(document) });
            if (known)
            {
                // Whoever takes the last use of these bytes away takes them out under the same lock.
                await ledger.HoldAsync();
                if (!await IsStoredAsync(sha256)) throw new OvertakenException();
            }
            return receipt;
        }

        async Task<bool> IsStoredAsync(string sha256) =>
            await session.ScalarAsync<long>("SELECT COUNT(*) FROM document WHERE sha256 = @sha256", new { sha256 }) > 0;
    }
}
