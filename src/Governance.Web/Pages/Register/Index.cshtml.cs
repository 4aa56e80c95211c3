using System.Globalization;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Service.Register;
using Governance.Web.Auth;
using Governance.Web.Components;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace Governance.Web.Pages.Register;

/// <summary>The public register: what was decided, the latest first.</summary>
[AllowAnonymous, EnableRateLimiting(Accounts.PublicLimit)]
public sealed class IndexModel(IMediator mediator, TimeProvider clock) : PublicPage(mediator)
{
    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Organisation { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Outcome { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Year { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public RegisterPage List { get; private set; } = null!;

    public bool IsNarrowed => !string.IsNullOrWhiteSpace(Search) || !string.IsNullOrWhiteSpace(Organisation) || KnownOutcome is not null || KnownYear is not null;

    /// <summary>Every outcome that ends a review.</summary>
    public IEnumerable<Choice> Outcomes { get; } =
        [.. Enum.GetValues<DeterminationOutcome>().Where(o => o != DeterminationOutcome.Provisional).Select(o => new Choice(o.ToString(), OutcomeTitles.Of(o)))];

    public IEnumerable<Choice> Years
    {
        get
        {
            var now = clock.GetUtcNow().Year;
            var first = Math.Min(List.FirstYear ?? now, now);
            return Enumerable.Range(first, now - first + 1).Reverse().Select(y => y.ToString(CultureInfo.InvariantCulture)).Select(y => new Choice(y, y));
        }
    }

    public string? NextPage => List.Next is { } next ? Address(next) : null;

    public string? FirstPage => string.IsNullOrEmpty(After) ? null : Address(null);

    public static DecisionWords Decision(RegisterRow row) => DecisionWords.Of(Enum.Parse<DeterminationOutcome>(row.Outcome));

    public async Task<IActionResult> OnGetAsync()
    {
        await LoadAsync();
        MayBeKept();
        return Page();
    }

    protected override async Task LoadAsync() => List = await Send(new ListRegister
    {
        Search = Search,
        Organisation = Organisation,
        Outcome = KnownOutcome,
        Year = KnownYear,
        After = After,
    });

    DeterminationOutcome? KnownOutcome => Enum.TryParse<DeterminationOutcome>(Outcome, out var outcome) && Enum.IsDefined(outcome) ? outcome : null;

    int? KnownYear => int.TryParse(Year, NumberStyles.None, CultureInfo.InvariantCulture, out var year) ? year : null;

    string Address(string? after) => Url.Page("/Register/Index", new { Search, Organisation, Outcome, Year, After = after })!;
}
