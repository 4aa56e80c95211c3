using Microsoft.Net.Http.Headers;

namespace Governance.Web.Security;

/// <summary>Headers that tell browsers to do no more for our pages than the pages need.</summary>
public static class SecurityHeaders
{
    /// <summary>
    /// Everything from our own origin, nothing inline, nothing framed. <c>data:</c> images are the small marks within the
    /// stylesheet.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    const string PermissionsPolicy = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()";

    /// <summary>
    /// Sets the headers on every response, error pages included. A page that needs another policy sets its own header
    /// first, and that one stays. What is shown to someone who is signed in is kept by no cache, so that the back button
    /// of a shared computer shows nothing after signing out; but for what is anybody's, which says so itself.
    /// </summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // Set as the response starts: error handling clears what was set before it.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.TryAdd(HeaderNames.ContentSecurityPolicy, ContentSecurityPolicy);
            headers.TryAdd("Permissions-Policy", PermissionsPolicy);
            headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
            headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
            headers.TryAdd("Referrer-Policy", "same-origin");
            headers[HeaderNames.XContentTypeOptions] = "nosniff";
            if (context.User.Identity?.IsAuthenticated == true && !headers.CacheControl.ToString().StartsWith("public", StringComparison.Ordinal))
                headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next();
    });
}
