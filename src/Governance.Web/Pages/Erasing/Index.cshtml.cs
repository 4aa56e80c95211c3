using Governance.Review;
using Governance.Service.Erasures;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Erasing;

/// <summary>Where an administrator begins to erase.</summary>
[RequireRole(Role.Administrator)]
public sealed class IndexModel(IMediator mediator) : ReviewPage(mediator)
{
    [BindProperty(SupportsGet = true)]
    public string? Reference { get; set; }

    protected override Task LoadAsync() => Task.CompletedTask;

    public IActionResult OnGet()
    {
        if (Reference is null) return Page();
        var reference = Reference.Trim().ToUpperInvariant();
        if (reference.Length is > 0 and <= 64 && reference.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) return Redirect(Url.Content($"~/erasure/proposals/{reference}"));
        ModelState.AddModelError("reference", "Enter a reference, such as DUP-2026-0001");
        return Page();
    }
}
