using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service;
using Governance.Service.Proposals;
using Governance.Web.Components;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals;

/// <summary>The proposals that the person may see, latest change first.</summary>
public sealed class IndexModel(IMediator mediator, Rulebooks rulebooks) : ReviewPage(mediator)
{
    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Phase { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Route { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool? Mine { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public ProposalPage List { get; private set; } = null!;

    public bool MayStart => Actor.Is(Role.ProjectLead);

    /// <summary>Whether anything narrows the list.</summary>
    public bool IsNarrowed => !string.IsNullOrWhiteSpace(Search) || Known is not null || !string.IsNullOrEmpty(Route) || Mine == true;

    public IEnumerable<Choice> Phases => Enum.GetValues<Phase>().Where(p => p != Review.Proposals.Phase.Draft || MayStart).Select(p => new Choice(p.ToString(), Words(p)));

    public IEnumerable<Choice> Routes => rulebooks.Routes.Select(r => new Choice(r.DefinitionId, r.Name));

    public string? NextPage => List.Next is { } next ? Address(next) : null;

    public string? FirstPage => string.IsNullOrEmpty(After) ? null : Address(null);

    public string NameOfRoute(string route) => rulebooks.Routes.FirstOrDefault(r => r.DefinitionId == route)?.Name ?? route;

    public static string Href(ProposalRow row) => row.Phase == nameof(Review.Proposals.Phase.Draft) ? $"/proposals/{row.Reference}/draft" : $"/proposals/{row.Reference}";

    /// <summary>Where a proposal stands, in words, and the colour of its tag.</summary>
    public static (string Words, string Colour) Status(ProposalRow row) => Enum.TryParse<Phase>(row.Phase, out var phase) ? phase switch
    {
        Review.Proposals.Phase.Determined when Enum.TryParse<DeterminationOutcome>(row.Outcome, out var outcome) => (DecisionWords.Of(outcome).Title, DecisionWords.Of(outcome).Colour),
        Review.Proposals.Phase.Draft or Review.Proposals.Phase.Withdrawn => (Words(phase), "grey"),
        Review.Proposals.Phase.InReview => (Words(phase), "blue"),
        _ => (Words(phase), "purple"),
    } : (row.Phase, "grey");

    public async Task<IActionResult> OnGetAsync()
    {
        await LoadAsync();
        return Page();
    }

    protected override async Task LoadAsync() => List = await Send(new ListProposals(Actor)
    {
        Search = Search,
        Phase = Known,
        Route = string.IsNullOrEmpty(Route) ? null : Route,
        OnlyMine = Mine == true,
        After = string.IsNullOrEmpty(After) ? null : After,
    });

    Phase? Known => Enum.TryParse<Phase>(Phase, out var phase) && Enum.IsDefined(phase) ? phase : null;

    string Address(string? after) => Url.Page("/Proposals/Index", new { Search, Phase, Route, Mine = Mine == true ? "true" : null, After = after })!;

    static string Words(Phase phase) => phase switch
    {
        Review.Proposals.Phase.Draft => "Draft",
        Review.Proposals.Phase.InReview => "In review",
        Review.Proposals.Phase.AwaitingDetermination => "Being decided",
        Review.Proposals.Phase.Determined => "Decided",
        Review.Proposals.Phase.Withdrawn => "Withdrawn",
        _ => phase.ToString(),
    };
}
