using System.Globalization;
using System.Security.Claims;
using Governance.Service.People;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Governance.Web.Auth;

/// <summary>Sessions of people at a browser, each held by a cookie with the person's id and security stamp and no more.</summary>
public static class Sessions
{
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    const string Stamp = "stamp";

    /// <summary>A session ends after so long without a request: a working day on a shared computer is not left open overnight.</summary>
    static readonly TimeSpan Lasts = TimeSpan.FromHours(8);

    /// <summary>Starts a session. Whatever session there was ends.</summary>
    public static Task SignInAsync(this HttpContext context, SignedIn person) =>
        context.SignInAsync(Scheme, Cookie(person), new AuthenticationProperties { IsPersistent = false });

    internal static void Configure(CookieAuthenticationOptions options, bool production)
    {
        // The prefix makes a browser refuse the cookie from anywhere but this host over TLS.
        options.Cookie.Name = production ? "__Host-governance" : "governance";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = production ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        options.Cookie.Path = "/";
        options.ExpireTimeSpan = Lasts;
        options.SlidingExpiration = true;
        options.LoginPath = "/sign-in";
        options.ReturnUrlParameter = "returnUrl";
        // A refusal is a status without a body; the error pages turn it into words.
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
        options.Events.OnValidatePrincipal = ValidateAsync;
    }

    /// <summary>Asks the database on every request: a deactivated person is out at once, and a new role counts at once.</summary>
    static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var mediator = context.HttpContext.RequestServices.GetRequiredService<IMediator>();
        var stamp = context.Principal?.FindFirstValue(Stamp);
        var person = stamp is not null && Guid.TryParse(context.Principal?.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out var id)
            ? await mediator.Send(new GetActor(id, stamp), context.HttpContext.RequestAborted)
            : null;
        if (person is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Scheme);
            return;
        }
        // Whoever came by the OpenID provider uses no password of ours, so none of theirs has to be changed, and the provider asks for codes.
        var mark = context.Principal!.FindFirst(OpenId.Mark);
        if (mark is not null) person = person with { MustChangePassword = false, HasCode = true };
        context.ReplacePrincipal(SignedInPerson.Principal(person.Actor, Scheme, mark is null ? [new Claim(Stamp, person.Stamp)] : [new Claim(Stamp, person.Stamp), mark.Clone()]));
        context.HttpContext.Features.Set(person.Actor);
        context.HttpContext.Features.Set(person);
    }

    // Roles and names stay out of the cookie: they are read anew each time.
    internal static ClaimsPrincipal Cookie(SignedIn person, params IEnumerable<Claim> more) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, person.Actor.Id.ToString("D")), new Claim(Stamp, person.Stamp), .. more], Scheme));
}
