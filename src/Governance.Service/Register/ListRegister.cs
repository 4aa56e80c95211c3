using System.Globalization;
using FluentValidation;
using Governance.Review.Events;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Register;

/// <summary>The public register: proposals that were decided, the latest decision first. For everybody.</summary>
public sealed record ListRegister : IQuery<RegisterPage>
{
    /// <summary>Words in the title, the organisation or the reference: all of them public.</summary>
    public string? Search { get; init; }

    /// <summary>Words in the organisation's name.</summary>
    public string? Organisation { get; init; }

    public DeterminationOutcome? Outcome { get; init; }

    /// <summary>The year of the decision.</summary>
    public int? Year { get; init; }

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
            RuleFor(q => q.Organisation).MaximumLength(200).WithMessage("Search for 200 characters or fewer.");
            RuleFor(q => q.Year).InclusiveBetween(2000, 9998).WithMessage("Give a year, such as 2026.");
            RuleFor(q => q.After).Must(a => string.IsNullOrEmpty(a) || long.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out _)).WithMessage("This is not a place in the list. Start again from the first page.");
        }
    }

    /// <summary>How many rows to open at a time when words are looked for, and how many at most: anybody may ask, so nobody's search goes on for long.</summary>
    const int SearchBatch = 200, MostOpened = 2_000;

    public sealed class Handler(Session session, Sealing sealing, PublicRegister register) : IRequestHandler<ListRegister, RegisterPage>
    {
        public async Task<RegisterPage> Handle(ListRegister request, CancellationToken cancellationToken)
        {
            register.Demand();
            long? before = string.IsNullOrEmpty(request.After) ? null : long.Parse(request.After, CultureInfo.InvariantCulture);
            var (words, organisation) = (request.Search?.Trim() ?? "", request.Organisation?.Trim() ?? "");
            var batch = words.Length + organisation.Length == 0 ? request.Take + 1 : SearchBatch;
            var found = new List<RegisterRow>();
            var opened = 0;
            // Titles are sealed, so words are looked for here and not in the database.
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var rows = await PageAsync(request, before, batch);
                found.AddRange(rows.Select(Opened).Where(r => Has(words, r.Title, r.Organisation, r.Reference) && Has(organisation, r.Organisation)));
                if (found.Count > request.Take) return await PageAsync([.. found.Take(request.Take)], found[request.Take - 1].Seq);
                if (rows.Count < batch) return await PageAsync(found, null);
                before = rows[^1].Seq;
                opened += rows.Count;
                if (opened >= MostOpened) return await PageAsync(found, before);
            }
        }

        static bool Has(string words, params ReadOnlySpan<string> texts)
        {
            foreach (var text in texts)
                if (text.Contains(words, StringComparison.OrdinalIgnoreCase)) return true;
            return false;
        }

        RegisterRow Opened(RegisterRow row) => row with
        {
            Title = sealing.Open(row.SealedTitle, ProposalColumns.Title) ?? Sealing.Erased,
            Organisation = sealing.Open(row.SealedOrganisation, ProposalColumns.Organisation) ?? Sealing.Erased,
            SealedTitle = [],
            SealedOrganisation = [],
        };

        async Task<RegisterPage> PageAsync(IReadOnlyList<RegisterRow> decisions, long? next)
        {
            var first = await session.QueryAsync<DateTimeOffset>($"SELECT at FROM ledger_entry WHERE kind = 'determination.made' ORDER BY seq {session.Database.Take}", new { take = 1 });
            return new RegisterPage(decisions, next?.ToString(CultureInfo.InvariantCulture), first.Count == 0 ? null : first[0].Year);
        }

        // A provisional decision comes before another one, so only the last is asked for.
        Task<IReadOnlyList<RegisterRow>> PageAsync(ListRegister request, long? before, int take) => session.QueryAsync<RegisterRow>(
            $"""
            SELECT e.seq, e.at AS decided_at, p.reference, p.title AS sealed_title, p.organisation AS sealed_organisation, p.outcome
            FROM ledger_entry e JOIN proposal p ON p.reference = e.proposal
            WHERE e.kind = 'determination.made' AND p.phase = 'Determined'
                AND (@outcome IS NULL OR p.outcome = @outcome)
                AND (@since IS NULL OR (e.at >= @since AND e.at < @until))
                AND (@before IS NULL OR e.seq < @before)
                AND NOT EXISTS (SELECT 1 FROM ledger_entry l WHERE l.proposal = e.proposal AND l.kind = 'determination.made' AND l.seq > e.seq)
            ORDER BY e.seq DESC
            {session.Database.Take}
            """,
            new
            {
                outcome = request.Outcome?.ToString(),
                since = request.Year is { } year ? new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero) : (DateTimeOffset?)null,
                until = request.Year is { } next ? new DateTimeOffset(next + 1, 1, 1, 0, 0, 0, TimeSpan.Zero) : (DateTimeOffset?)null,
                before,
                take,
            });
    }
}

/// <param name="Next">Where the next page begins; null on the last. A search for words may give few and still go on: it looks at so many at a time.</param>
/// <param name="FirstYear">The year of the first decision of all; null before there is one.</param>
public sealed record RegisterPage(IReadOnlyList<RegisterRow> Decisions, string? Next, int? FirstYear);

/// <summary>A line of the register.</summary>
public sealed record RegisterRow
{
    /// <summary>The decision's entry in the log.</summary>
    public long Seq { get; init; }
    public string Reference { get; init; } = "";
    public string Title { get; init; } = "";
    public string Organisation { get; init; } = "";
    /// <summary>A <see cref="DeterminationOutcome"/> by its name.</summary>
    public string Outcome { get; init; } = "";
    public DateTimeOffset DecidedAt { get; init; }
    internal byte[] SealedTitle { get; init; } = [];
    internal byte[] SealedOrganisation { get; init; } = [];
}
