using System.Globalization;
using FluentValidation;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Register;

/// <summary>The public register: proposals that were decided, the latest decision first. For everybody.</summary>
public sealed record ListRegister : IQuery<RegisterPage>
{
    /// <summary>Words in the title, the organisation or the reference: all of them public.</summary>
    public string? Search { get; init; }

    /// <summary>Where the last page ended: its <see cref="RegisterPage.Next"/>.</summary>
    public string? After { get; init; }

    /// <summary>How many to give, 1 to 100.</summary>
    public int Take { get; init; } = 20;

    public sealed class Validator : AbstractValidator<ListRegister>
    {
        public Validator()
        {
            RuleFor(q => q.Take).InclusiveBetween(1, 100).WithMessage("Ask for 1 to 100 decisions at a time.");
            RuleFor(q => q.Search).MaximumLength(200).WithMessage("Search for 200 characters or fewer.");
            RuleFor(q => q.After).Must(a => string.IsNullOrEmpty(a) || long.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out _)).WithMessage("This is not a place in the list. Start again from the first page.");
        }
    }

    /// <summary>How many rows to open at a time when words are looked for.</summary>
    const int SearchBatch = 200;

    public sealed class Handler(Session session, Sealing sealing) : IRequestHandler<ListRegister, RegisterPage>
    {
        public async Task<RegisterPage> Handle(ListRegister request, CancellationToken cancellationToken)
        {
            long? before = string.IsNullOrEmpty(request.After) ? null : long.Parse(request.After, CultureInfo.InvariantCulture);
            var words = request.Search?.Trim() ?? "";
            var found = new List<RegisterRow>();
            // Titles are sealed, so words are looked for here and not in the database.
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var batch = words.Length == 0 ? request.Take + 1 : SearchBatch;
                var rows = await PageAsync(before, batch);
                found.AddRange(rows.Select(Opened).Where(r => words.Length == 0 || Has(r, words)));
                if (found.Count > request.Take || rows.Count < batch) break;
                before = rows[^1].Seq;
            }
            var page = found.Take(request.Take).ToList();
            return new RegisterPage(page, found.Count > request.Take ? page[^1].Seq.ToString(CultureInfo.InvariantCulture) : null);
        }

        static bool Has(RegisterRow row, string words) => new[] { row.Title, row.Organisation, row.Reference }.Any(t => t.Contains(words, StringComparison.OrdinalIgnoreCase));

        RegisterRow Opened(RegisterRow row) => row with
        {
            Title = sealing.Open(row.SealedTitle, ProposalColumns.Title) ?? Sealing.Erased,
            Organisation = sealing.Open(row.SealedOrganisation, ProposalColumns.Organisation) ?? Sealing.Erased,
            SealedTitle = [],
            SealedOrganisation = [],
        };

        // A provisional decision comes before another one, so only the last is asked for.
        Task<IReadOnlyList<RegisterRow>> PageAsync(long? before, int take) => session.QueryAsync<RegisterRow>(
            $"""
            SELECT e.seq, e.at AS decided_at, p.reference, p.title AS sealed_title, p.organisation AS sealed_organisation, p.outcome
            FROM ledger_entry e JOIN proposal p ON p.reference = e.proposal
            WHERE e.kind = 'determination.made' AND p.phase = 'Determined' AND (@before IS NULL OR e.seq < @before)
                AND NOT EXISTS (SELECT 1 FROM ledger_entry l WHERE l.proposal = e.proposal AND l.kind = 'determination.made' AND l.seq > e.seq)
            ORDER BY e.seq DESC
            {session.Database.Take}
            """,
            new { before, take });
    }
}

/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record RegisterPage(IReadOnlyList<RegisterRow> Decisions, string? Next);

/// <summary>A line of the register.</summary>
public sealed record RegisterRow
{
    /// <summary>The decision's entry in the log.</summary>
    public long Seq { get; init; }
    public string Reference { get; init; } = "";
    public string Title { get; init; } = "";
    public string Organisation { get; init; } = "";
    /// <summary>A <see cref="Governance.Review.Events.DeterminationOutcome"/> by its name.</summary>
    public string Outcome { get; init; } = "";
    public DateTimeOffset DecidedAt { get; init; }
    internal byte[] SealedTitle { get; init; } = [];
    internal byte[] SealedOrganisation { get; init; } = [];
}
