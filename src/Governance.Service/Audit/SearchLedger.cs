using FluentValidation;
using Governance.Ledger;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>Entries of the whole log, latest first, for auditors and administrators.</summary>
public sealed record SearchLedger(Actor Actor) : IQuery<LedgerPage>
{
    /// <summary>A kind such as <c>vote.cast</c>, or its beginning.</summary>
    public string? Kind { get; init; }

    /// <summary>A proposal's reference.</summary>
    public string? Proposal { get; init; }

    /// <summary>Give entries before this number: the <see cref="LedgerPage.Next"/> of the last page.</summary>
    public long? Before { get; init; }

    /// <summary>How many, 1 to 100.</summary>
    public int Take { get; init; } = 50;

    public sealed class Validator : AbstractValidator<SearchLedger>
    {
        public Validator()
        {
            RuleFor(q => q.Take).InclusiveBetween(1, 100).WithMessage("Ask for 1 to 100 entries at a time.");
            RuleFor(q => q.Kind).MaximumLength(64).WithMessage("A kind has 64 characters or fewer, such as vote.cast.");
            RuleFor(q => q.Proposal).MaximumLength(64).WithMessage("A reference has 64 characters or fewer, such as DUP-2026-0001.");
        }
    }

    public sealed class Handler(Session session) : IRequestHandler<SearchLedger, LedgerPage>
    {
        public async Task<LedgerPage> Handle(SearchLedger request, CancellationToken cancellationToken)
        {
            Oversight.Demand(request.Actor);
            var rows = await session.QueryAsync<Row>(
                $"""
                SELECT seq, entry, leaf FROM ledger_entry
                WHERE (@kind IS NULL OR kind LIKE @kind ESCAPE '\') AND (@proposal IS NULL OR proposal = @proposal) AND (@before IS NULL OR seq < @before)
                ORDER BY seq DESC
                {session.Database.Take}
                """,
                new
                {
                    kind = string.IsNullOrWhiteSpace(request.Kind) ? null : Like.Escape(request.Kind.Trim().ToLowerInvariant()) + "%",
                    proposal = string.IsNullOrWhiteSpace(request.Proposal) ? null : request.Proposal.Trim().ToUpperInvariant(),
                    before = request.Before,
                    take = request.Take + 1,
                });
            var signed = await session.ScalarAsync<long?>("SELECT MAX(size) FROM ledger_checkpoint") ?? 0;
            var page = rows.Take(request.Take).Select(r => new LedgerRow(r.Seq, Entry.Parse(r.Entry), Convert.ToHexStringLower(r.Leaf), r.Seq < signed)).ToList();
            var size = await session.ScalarAsync<long?>("SELECT size FROM ledger_head WHERE id = 1") ?? 0;
            return new LedgerPage(page, rows.Count > request.Take ? page[^1].Seq : null, size, signed);
        }
    }

    sealed record Row
    {
        public long Seq { get; init; }
        public byte[] Entry { get; init; } = [];
        public byte[] Leaf { get; init; } = [];
    }
}

/// <param name="Signed">The entry is under a signed checkpoint.</param>
public sealed record LedgerRow(long Seq, Entry Entry, string Leaf, bool Signed);

/// <param name="Next">Hand it in as <see cref="SearchLedger.Before"/> for the next page; null on the last.</param>
/// <param name="Size">How many entries the log has.</param>
/// <param name="SignedSize">How many of them the last checkpoint covers.</param>
public sealed record LedgerPage(IReadOnlyList<LedgerRow> Entries, long? Next, long Size, long SignedSize);

/// <summary>Who may look at the log as a whole.</summary>
static class Oversight
{
    public static void Demand(Actor actor)
    {
        if (!actor.Is(Role.Auditor) && !actor.Is(Role.Administrator))
            throw new NotAllowedException("Only auditors and administrators look at the ledger as a whole.");
    }
}
