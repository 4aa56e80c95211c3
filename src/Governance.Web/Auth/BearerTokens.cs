using System.Text.Encodings.Web;
using Governance.Service.People;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Governance.Web.Auth;

/// <summary>
/// Bearer tokens (RFC 6750) for the API. The API takes nothing else: a browser sends no such header by itself, so no other
/// site can make it act for somebody.
/// </summary>
public sealed class BearerTokens(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IMediator mediator)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";

    const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        var actor = await mediator.Send(new FindByToken { Token = header[Prefix.Length..].Trim() }, Context.RequestAborted);
        if (actor is null) return AuthenticateResult.Fail("The token is unknown, revoked or expired.");
        Context.Features.Set(actor);
        return AuthenticateResult.Success(new AuthenticationTicket(SignedInPerson.Principal(actor, SchemeName), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        var given = Request.Headers.ContainsKey(HeaderNames.Authorization);
        Response.Headers.WWWAuthenticate = given
            ? """Bearer error="invalid_token", error_description="The token is unknown, revoked or expired. Make another on your account page." """.TrimEnd()
            : "Bearer";
        return Task.CompletedTask;
    }
}
