using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service;
using Governance.Service.Erasures;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Erasing;

/// <summary>The dry run: everything that would go, the reason to give, and the button that does it.</summary>
[RequireRole(Role.Administrator)]
public sealed class CheckModel(IMediator mediator, Rulebooks rulebooks) : ReviewPage(mediator)
{
    public ProposalForm Form => rulebooks.Form;

    [BindProperty(SupportsGet = true)]
    public Guid? Person { get; set; }

    [BindProperty]
    public string? Reference { get; set; }

    [BindProperty]
    public string[] Digests { get; set; } = [];

    [BindProperty]
    public string[] Documents { get; set; } = [];

    [BindProperty]
    public ErasureBasis? Basis { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    [BindProperty]
    public string? Confirmed { get; set; }

    /// <summary>Null while nothing is chosen.</summary>
    public ErasurePlan? Plan { get; private set; }

    ErasureScope Scope => new() { Proposal = Person is null ? Reference ?? "" : "", Digests = [.. Digests], Documents = [.. Documents], Person = Person };

    protected override async Task LoadAsync()
    {
        if (Person is null && Digests.Length == 0 && Documents.Length == 0) return;
        Plan = await Send(new PlanErasure(Actor, Scope));
        // What is shown again is the list as it is now, and that is what would be confirmed.
        ModelState.Remove(nameof(Confirmed));
    }

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        if (Digests.Length == 0 && Documents.Length == 0) ModelState.AddModelError("", "Choose what to erase");
        await LoadAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostEraseAsync()
    {
        var receipt = await Send(new EraseDisclosures { Actor = Actor, Scope = Scope, Basis = Basis, Note = Note ?? "", Confirmed = Confirmed });
        return Redirect(Url.Content($"~/erasure/done?{string.Join('&', receipt.Entries.Select(e => $"entries={e.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture)}"))}"));
    }
}
