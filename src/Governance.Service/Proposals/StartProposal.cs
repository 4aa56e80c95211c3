using System.Security.Cryptography;
using System.Text.Json;
using FluentValidation;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>Starts a draft. It belongs to whoever starts it, and nobody else can see it before it is submitted.</summary>
public sealed record StartProposal : Command<Receipt>, INeedsRole
{
    public string Title { get; init; } = "";

    /// <summary>Answers to begin with; empty from the site, filled by callers of the API who have them at hand.</summary>
    public Answers Answers { get; init; } = Answers.Empty;

    public Role Needed => Role.ProjectLead;

    public sealed class Validator : AbstractValidator<StartProposal>
    {
        public Validator() => RuleFor(c => c.Title).MaximumLength(150).WithMessage("Use 150 characters or fewer for the title.");
    }

    public sealed class Handler(Session session, ProposalStore proposals, LedgerStore ledger, Sealing sealing) : IRequestHandler<StartProposal, Receipt>
    {
        public async Task<Receipt> Handle(StartProposal request, CancellationToken cancellationToken)
        {
            var now = await ledger.NowAsync();
            var key = Pseudonyms.NewKey();
            var sealingKey = sealing.NewKey();
            var reference = $"D-{Base32(RandomNumberGenerator.GetBytes(5))}";
            var state = ProposalState.None with { Reference = reference, Lead = Pseudonyms.Of(key, request.Actor.Id) };
            await session.ExecuteAsync(
                """
                INSERT INTO proposal (id, reference, draft_reference, version, phase, revision, title, organisation, lead, route, outcome, state, pseudonym_key, created_at, updated_at)
                SELECT COALESCE(MAX(id), 0) + 1, @reference, @reference, 1, 'Draft', 0, @title, @organisation, @lead, '', '', @state, @key, @now, @now FROM proposal
                """,
                new
                {
                    reference,
                    title = sealing.Seal(sealingKey, ProposalColumns.Title, ""),
                    organisation = sealing.Seal(sealingKey, ProposalColumns.Organisation, ""),
                    lead = request.Actor.Id,
                    state = sealing.Seal(sealingKey, ProposalColumns.State, JsonSerializer.Serialize(state, ReviewJson.Options)),
                    key,
                    now,
                });
            var open = await proposals.OpenAsync(reference, request.Actor);
            await proposals.RememberAsync(open.Id, open.Party.Pseudonym, request.Actor.Id);
            await session.ExecuteAsync(
                "INSERT INTO work_item (proposal, person, task, stage, since, due) VALUES (@id, @lead, 'FinishDraft', '', @now, NULL)",
                new { id = open.Id, lead = request.Actor.Id, now });
            var answers = request.Title.Length > 0 ? request.Answers.With("title", request.Title) : request.Answers;
            return await proposals.SaveDraftAsync(open, Draft.Empty with { Answers = answers });
        }

        /// <summary>Eight letters and digits that cannot be mistaken for each other when read aloud.</summary>
        static string Base32(byte[] bytes)
        {
            const string alphabet = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";
            var bits = bytes.Aggregate(0UL, (n, b) => n << 8 | b);
            return string.Create(8, bits, (text, n) =>
            {
                for (var i = 0; i < text.Length; i++) text[i] = alphabet[(int)(n >> 5 * i & 31)];
            });
        }
    }
}
