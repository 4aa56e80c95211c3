using System.ComponentModel.DataAnnotations;
using Governance.Service.People;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.WebUtilities;

namespace Governance.Web.Pages;

/// <summary>Signing in with an e-mail address and a password; in Development also as one of the made-up people.</summary>
[AllowAnonymous, EnableRateLimiting(Accounts.SignInLimit)]
public sealed class SignInModel(IMediator mediator, OpenIdOffer offer, CodeTickets tickets, IWebHostEnvironment environment) : PageModel
{
    /// <summary>One text for every refusal, so that it tells nobody who has an account or whether it is locked.</summary>
    public const string Refused = "The e-mail address or the password is wrong, or too many wrong passwords were tried";

    /// <summary>What was typed.</summary>
    public sealed record Form
    {
        [Display(Name = "E-mail address")]
        public string? Email { get; init; }

        public string? Password { get; init; }
    }

    [BindProperty]
    public Form Input { get; set; } = new();

    /// <summary>The page that asked for signing in.</summary>
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>The made-up people of a demonstration; empty everywhere but in Development.</summary>
    public IReadOnlyList<DemonstrationPerson> Demonstrations { get; private set; } = [];

    /// <summary>The OpenID provider, where one is configured.</summary>
    public OpenId? Provider => offer.Provider;

    /// <summary>Whether people may sign in with a password at all.</summary>
    public bool WithPassword => Provider is not { Only: true };

    public string OpenIdHref => QueryHelpers.AddQueryString("/sign-in/openid", "returnUrl", Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/");

    /// <summary>Why somebody who comes back from the provider is not signed in; null for all others.</summary>
    public string? OpenIdRefusal => Provider is null ? null : (string?)Request.Query["openid"] switch
    {
        "unknown" => $"You are signed in with {Provider.Name}, but nobody with your e-mail address has an account here. Ask an administrator of this service to add you.",
        "other" => $"The account with your e-mail address belongs to another login with {Provider.Name}. If your login is a new one, ask an administrator of this service to release the account from the old one.",
        "failed" => $"Signing in with {Provider.Name} did not work. Try again.",
        _ => null,
    };

    public async Task<IActionResult> OnGetAsync()
    {
        if (HttpContext.FindActor() is not null) return Onwards();
        await LoadAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!WithPassword) return NotFound();
        if (string.IsNullOrWhiteSpace(Input.Email)) ModelState.AddModelError("Input.Email", "Enter your e-mail address");
        if (string.IsNullOrEmpty(Input.Password)) ModelState.AddModelError("Input.Password", "Enter your password");
        if (ModelState.IsValid)
        {
            var person = await mediator.Send(new SignIn { Email = Input.Email!, Password = Input.Password! });
            if (person is { HasCode: true })
            {
                tickets.Give(HttpContext, person);
                return Redirect(QueryHelpers.AddQueryString("/sign-in/code", "returnUrl", Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/"));
            }
            if (person is not null) return await EnterAsync(person);
            ModelState.AddModelError("", Refused);
        }
        await LoadAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostDemonstrationAsync(Guid person)
    {
        if (!environment.IsDevelopment()) return NotFound();
        var found = await mediator.Send(new FindDemonstration(person));
        return found is null ? NotFound() : await EnterAsync(found);
    }

    async Task<IActionResult> EnterAsync(SignedIn person)
    {
        await HttpContext.SignInAsync(person);
        return person.MustChangePassword ? Redirect("/account/password") : Onwards();
    }

    // Only to a page of our own: an address elsewhere could be a copy of this site that asks for the password again.
    LocalRedirectResult Onwards() => LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/");

    async Task LoadAsync()
    {
        if (environment.IsDevelopment()) Demonstrations = await mediator.Send(new ListDemonstrations());
    }
}
