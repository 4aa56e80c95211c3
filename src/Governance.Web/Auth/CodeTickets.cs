using Governance.Service.People;
using Microsoft.AspNetCore.DataProtection;

namespace Governance.Web.Auth;

/// <summary>
/// Remembers between the two steps of signing in whose password was right: a cookie for the pages of signing in alone, sealed
/// with keys that every node has. It is no session: all it is good for is to be asked for a code.
/// </summary>
public sealed class CodeTickets(IDataProtectionProvider protection, IHostEnvironment environment)
{
    const string Cookie = "governance.code";

    /// <summary>Time enough to find the phone.</summary>
    static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    readonly ITimeLimitedDataProtector _sealed = protection.CreateProtector("governance.sign-in.code").ToTimeLimitedDataProtector();

    public void Give(HttpContext context, SignedIn person) =>
        context.Response.Cookies.Append(Cookie, _sealed.Protect($"{person.Actor.Id:D} {person.Stamp}", Lasts), Options(context));

    public void Take(HttpContext context) => context.Response.Cookies.Delete(Cookie, Options(context));

    /// <summary>Whose password was right, and the stamp that they had then; null where nobody's was, or too long ago.</summary>
    public (Guid Person, string Stamp)? Find(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } ticket) return null;
        try
        {
            var parts = _sealed.Unprotect(ticket).Split(' ');
            return (Guid.ParseExact(parts[0], "D"), parts[1]);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = environment.IsProduction() || context.Request.IsHttps,
        Path = "/sign-in",
    };
}
