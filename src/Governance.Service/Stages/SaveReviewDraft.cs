using System.Text.Json;
using FluentValidation;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Stages;

/// <summary>Keeps a vote in preparation, unfinished as it may be. Nobody else sees it, and it is not ledgered.</summary>
public sealed record SaveReviewDraft : ProposalCommand
{
    public required string Stage { get; init; }

    public required ReviewDraft Draft { get; init; }

    public override Act ActIn(ProposalState state) => Act.Vote;

    public sealed class Validator : AbstractValidator<SaveReviewDraft>
    {
        public Validator() => RuleFor(c => c.Draft).Must(d => JsonSerializer.Serialize(d, ReviewJson.Options).Length <= 200_000)
            .WithMessage("This is more text than can be kept. Shorten your notes.");
    }

    public sealed class Handler(Session session, ProposalStore proposals, LedgerStore ledger, Sealing sealing) : IRequestHandler<SaveReviewDraft, Receipt>
    {
        public async Task<Receipt> Handle(SaveReviewDraft request, CancellationToken cancellationToken)
        {
            var open = proposals.Open;
            open.Case.OpenStage(request.Stage);
            await proposals.HoldAsync(open);
            var now = await ledger.NowAsync();
            var row = new { id = open.Id, stage = request.Stage, person = open.Actor.Id, content = sealing.Seal(open.Key, ProposalColumns.ReviewDraft, JsonSerializer.Serialize(request.Draft, ReviewJson.Options)), now };
            await session.ExecuteAsync("DELETE FROM review_draft WHERE proposal = @id AND stage = @stage AND person = @person", row);
            await session.ExecuteAsync("INSERT INTO review_draft (proposal, stage, person, content, updated_at) VALUES (@id, @stage, @person, @content, @now)", row);
            return new Receipt { Reference = open.Reference, Version = open.Version, At = now };
        }
    }
}

/// <summary>A vote as it is being prepared.</summary>
public sealed record ReviewDraft
{
    public VoteChoice? Choice { get; init; }
    public string Rationale { get; init; } = "";
    public IReadOnlyList<CastVote.ItemAnswer> Checklist { get; init; } = [];
    public IReadOnlyList<string> Conditions { get; init; } = [];
    public IReadOnlyList<CastVote.Change> Changes { get; init; } = [];
}
