using Governance.Review;
using Governance.Service.Audit;
using Governance.Web.Auth;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Audit;

/// <summary>The entries of the whole log, latest first.</summary>
[RequireRole(Role.Auditor, Role.Administrator)]
public sealed class LedgerModel(IMediator mediator) : ReviewPage(mediator)
{
    const int PageSize = 25;

    [BindProperty(SupportsGet = true)]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Proposal { get; set; }

    /// <summary>Show entries before this number.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Before { get; set; }

    public LedgerPage Found { get; private set; } = new([], null, 0, 0);

    public IReadOnlyList<Choice> Kinds { get; } = [.. LedgerWords.Kinds.Select(k => new Choice(k, k))];

    public bool Filtered => !string.IsNullOrWhiteSpace(Kind) || !string.IsNullOrWhiteSpace(Proposal);

    /// <summary>The address of another page of the same search.</summary>
    public string Address(long? before) => "/audit/ledger" + QueryString.Create(new Dictionary<string, string?>
    {
        ["kind"] = Kind,
        ["proposal"] = Proposal,
        ["before"] = before?.ToString(System.Globalization.CultureInfo.InvariantCulture),
    }.Where(p => !string.IsNullOrEmpty(p.Value)));

    protected override async Task LoadAsync() => Found = await Send(new SearchLedger(Actor) { Kind = Kind, Proposal = Proposal, Before = Before, Take = PageSize });

    public Task OnGetAsync() => LoadAsync();
}
