using System.Globalization;
using Governance.Review;
using Governance.Service.Audit;
using Governance.Service.Proposals;
using Governance.Web.Api;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Audit;

/// <summary>Where an audit begins: how the log stands, and one search over proposals and entries.</summary>
[RequireRole(Role.Auditor, Role.Administrator)]
public sealed class IndexModel(IMediator mediator) : ReviewPage(mediator)
{
    /// <summary>How many of each are shown; the rest is a link away.</summary>
    public const int Most = 10;

    /// <summary>Words of a proposal, a reference, a kind of entry, or an entry's number.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    public LogView Log { get; private set; } = null!;

    public ProposalPage? Proposals { get; private set; }

    public LedgerPage? Entries { get; private set; }

    public bool Searched => !string.IsNullOrWhiteSpace(Search);

    /// <summary>The search as a kind of entry, or its beginning; null where it is none.</summary>
    public string? Kind { get; private set; }

    protected override async Task LoadAsync()
    {
        Log = await Send(new GetLog(Actor));
        if (!Searched) return;
        var words = Search!.Trim();
        Proposals = await Send(new ListProposals(Actor) { Search = words, Take = Most });
        Kind = LedgerWords.Kinds.Any(k => k.StartsWith(words, StringComparison.OrdinalIgnoreCase)) ? words.ToLowerInvariant() : null;
        Entries = long.TryParse(words, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < long.MaxValue
            ? await Send(new SearchLedger(Actor) { Before = number + 1, Take = 1 })
            : await Send(new SearchLedger(Actor) { Kind = Kind, Proposal = Kind is null ? Shortened(words) : null, Take = Most });
        if (number > 0 && Entries.Entries is [{ Seq: var found }] && found != number) Entries = Entries with { Entries = [], Next = null };
    }

    public Task OnGetAsync() => LoadAsync();

    /// <summary>How much of what is sealed the whole log's export shows.</summary>
    [BindProperty]
    public string? Depth { get; set; }

    /// <summary>Administrators look at the log; only auditors take it with them.</summary>
    public bool MayExport => Actor.Is(Role.Auditor);

    public async Task<IActionResult> OnPostExportAsync([FromServices] LogExport export)
    {
        if (Depth is not { Length: > 0 } || DepthNames.Parse(Depth) is not { } depth)
        {
            ModelState.AddModelError("Depth", "Choose how much the export shows");
            await LoadAsync();
            return Page();
        }
        await LogDownload.SendAsync(HttpContext, export, Actor, depth);
        return new EmptyResult();
    }

    static string Shortened(string words) => words.Length > 64 ? words[..64] : words;
}
