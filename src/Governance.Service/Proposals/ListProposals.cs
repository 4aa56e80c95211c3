using FluentValidation;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>
/// The proposals that somebody may see, latest change first: those that they could open, so none from which they stepped back.
/// </summary>
public sealed record ListProposals(Actor Actor) : IQuery<ProposalPage>
{
    /// <summary>Words in the title, the organisation or the reference.</summary>
    public string? Search { get; init; }

    public Phase? Phase { get; init; }

    /// <summary>A route's definition id.</summary>
    public string? Route { get; init; }

    public bool OnlyMine { get; init; }

    /// <summary>Where the last page ended: its <see cref="ProposalPage.Next"/>.</summary>
    public string? After { get; init; }

    /// <summary>How many to give, 1 to 100.</summary>
    public int Take { get; init; } = 25;

    public sealed class Validator : AbstractValidator<ListProposals>
    {
        public Validator()
        {
            RuleFor(q => q.Take).InclusiveBetween(1, 100).WithMessage("Ask for 1 to 100 proposals at a time.");
            RuleFor(q => q.Search).MaximumLength(200).WithMessage("Search for 200 characters or fewer.");
            RuleFor(q => q.After).Must(a => a is null || Cursor.TryParse(a, out _)).WithMessage("This is not a place in the list. Start again from the first page.");
        }
    }

    /// <summary>How many rows to open at a time when words are looked for.</summary>
    const int SearchBatch = 200;

    public sealed class Handler(Session session, ProposalStore proposals, Sealing sealing) : IRequestHandler<ListProposals, ProposalPage>
    {
        public async Task<ProposalPage> Handle(ListProposals request, CancellationToken cancellationToken)
        {
            var after = Cursor.TryParse(request.After ?? "", out var place) ? place : null;
            var words = request.Search?.Trim() ?? "";
            var found = new List<ProposalRow>();
            // Titles are sealed, so words are looked for here and not in the database: page by page, until there are enough.
            while (true)
            {
                var batch = words.Length == 0 ? request.Take + 1 : SearchBatch;
                var rows = await PageAsync(request, after, batch);
                foreach (var row in rows)
                {
                    var opened = Opened(row);
                    if ((words.Length == 0 || Has(opened, words)) && (!row.Doubtful || await proposals.MayViewAsync(row.Reference, request.Actor))) found.Add(opened);
                }
                if (found.Count > request.Take || rows.Count < batch) break;
                after = new Cursor(rows[^1].UpdatedAt, rows[^1].Id);
            }
            var page = found.Take(request.Take).ToList();
            return new ProposalPage(page, found.Count > request.Take ? new Cursor(page[^1].UpdatedAt, page[^1].Id).ToString() : null);
        }

        static bool Has(ProposalRow row, string words) => new[] { row.Title, row.Organisation, row.Reference }.Any(t => t.Contains(words, StringComparison.OrdinalIgnoreCase));

        ProposalRow Opened(ProposalRow row) => row with
        {
            Title = sealing.Open(row.SealedTitle, ProposalColumns.Title) ?? Sealing.Erased,
            Organisation = sealing.Open(row.SealedOrganisation, ProposalColumns.Organisation) ?? Sealing.Erased,
            SealedTitle = [],
            SealedOrganisation = [],
        };

        Task<IReadOnlyList<ProposalRow>> PageAsync(ListProposals request, Cursor? after, int take)
        {
            var actor = request.Actor;
            var oversees = actor.Is(Role.Auditor) || actor.Is(Role.Administrator);
            return session.QueryAsync<ProposalRow>(
                $"""
                SELECT p.id, p.reference, p.title AS sealed_title, p.organisation AS sealed_organisation, p.phase, p.route, p.outcome, p.revision, p.updated_at, p.submitted_at, l.name AS lead_name,
                    CASE WHEN p.lead = @me THEN 1 ELSE 0 END AS mine,
                    CASE WHEN p.lead <> @me AND @oversees = 0 AND EXISTS (SELECT 1 FROM proposal_person a WHERE a.proposal = p.id AND a.person = @me)
                        AND (@seesAll = 0 OR EXISTS (SELECT 1 FROM ledger_entry e WHERE e.proposal = p.reference AND e.kind = 'member.recused')) THEN 1 ELSE 0 END AS doubtful
                FROM proposal p JOIN person l ON l.id = p.lead
                WHERE (p.lead = @me OR (p.phase <> 'Draft' AND @onlyMine = 0
                        AND (@seesAll = 1 OR EXISTS (SELECT 1 FROM proposal_person pp WHERE pp.proposal = p.id AND pp.person = @me))))
                    AND (@phase IS NULL OR p.phase = @phase)
                    AND (@route IS NULL OR p.route = @route)
                    AND (@afterTime IS NULL OR p.updated_at < @afterTime OR (p.updated_at = @afterTime AND p.id < @afterId))
                ORDER BY p.updated_at DESC, p.id DESC
                {session.Database.Take}
                """,
                new
                {
                    me = actor.Id,
                    onlyMine = request.OnlyMine ? 1 : 0,
                    seesAll = actor.Judges || oversees ? 1 : 0,
                    oversees = oversees ? 1 : 0,
                    phase = request.Phase?.ToString(),
                    route = request.Route,
                    afterTime = after?.Time,
                    afterId = after?.Id ?? 0,
                    take,
                });
        }
    }
}

/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record ProposalPage(IReadOnlyList<ProposalRow> Proposals, string? Next);

public sealed record ProposalRow
{
    public long Id { get; init; }
    public string Reference { get; init; } = "";
    public string Title { get; init; } = "";
    public string Organisation { get; init; } = "";
    public string Phase { get; init; } = "";
    public string Route { get; init; } = "";
    public string Outcome { get; init; } = "";
    public int Revision { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? SubmittedAt { get; init; }
    public string LeadName { get; init; } = "";
    public bool Mine { get; init; }
    /// <summary>Whoever asks had a part in it, and may have stepped back or left since: its state has to say.</summary>
    internal bool Doubtful { get; init; }
    internal byte[] SealedTitle { get; init; } = [];
    internal byte[] SealedOrganisation { get; init; } = [];
}
