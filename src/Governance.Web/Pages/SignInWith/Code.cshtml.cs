using Governance.Service.People;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace Governance.Web.Pages.SignInWith;

/// <summary>The second step of signing in, for who uses one-time codes. Limited as the first one is.</summary>
[AllowAnonymous, EnableRateLimiting(Accounts.SignInLimit)]
public sealed class CodeModel(IMediator mediator, CodeTickets tickets) : PageModel
{
    /// <summary>One text for every refusal: a wrong code, one that was used, an account that is locked by now.</summary>
    public const string Refused = "The code is wrong or was used before, or too many wrong codes were tried";

    [BindProperty]
    public string? Code { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public IActionResult OnGet() => tickets.Find(HttpContext) is null ? Redirect("/sign-in") : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (tickets.Find(HttpContext) is not { } ticket) return Redirect("/sign-in");
        if (string.IsNullOrWhiteSpace(Code))
        {
            ModelState.AddModelError(nameof(Code), "Enter your code");
        }
        else
        {
            var person = await mediator.Send(new SignInWithCode { Person = ticket.Person, Stamp = ticket.Stamp, Code = Code.Length > 100 ? "" : Code });
            if (person is not null)
            {
                tickets.Take(HttpContext);
                await HttpContext.SignInAsync(person);
                return person.MustChangePassword ? Redirect("/account/password") : LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/");
            }
            // What was typed is no use any more, and stays out of the page.
            ModelState.Remove(nameof(Code));
            Code = null;
            ModelState.AddModelError(nameof(Code), Refused);
        }
        return Page();
    }
}
