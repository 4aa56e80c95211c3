using System.Security.Claims;
using Governance.Review;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Microsoft.AspNetCore.Authorization;

namespace Governance.Web.Auth;

/// <summary>Who is behind a request.</summary>
public static class SignedInPerson
{
    /// <summary>
    /// The person behind this request, with the roles and seats that they have at this moment. Every page asks for
    /// somebody who is signed in unless it says <c>[AllowAnonymous]</c>, so this is there in all others.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in: the page is open to everyone and must ask <see cref="FindActor"/>.</exception>
    public static Actor GetActor(this HttpContext context) =>
        context.FindActor() ?? throw new InvalidOperationException("Nobody is signed in here. A page that is open to everyone asks FindActor.");

    /// <summary>The person behind this request, or null.</summary>
    public static Actor? FindActor(this HttpContext context) => context.Features.Get<Actor>();

    internal static ClaimsPrincipal Principal(Actor actor, string scheme, params IEnumerable<Claim> more) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, actor.Id.ToString("D")),
            new Claim(ClaimTypes.Name, actor.Name),
            .. actor.Roles.Select(r => new Claim(ClaimTypes.Role, RoleTitles.Name(r))),
            .. more,
        ],
        scheme));
}

/// <summary>The page or address is for people with one of these roles. Others are told so (403); who is not signed in is asked to.</summary>
public sealed class RequireRoleAttribute : AuthorizeAttribute
{
    public RequireRoleAttribute(params Role[] roles) => Roles = string.Join(',', roles.Select(RoleTitles.Name));
}
