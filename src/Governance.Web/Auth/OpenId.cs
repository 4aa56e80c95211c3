using System.Security.Claims;
using Governance.Review;
using Governance.Service.People;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Governance.Web.Auth;

/// <summary>
/// Signing in with an OpenID provider (OpenID Connect Core 1.0, authorization code flow with PKCE) beside the accounts'
/// own passwords. The provider says who somebody is; whether they have an account, and what it may do, is for
/// administrators here: nobody gets one by having a login there.
/// </summary>
public sealed record OpenId
{
    public const string Scheme = "OpenIdConnect";

    /// <summary>Where the provider sends people back to: this address is registered with it.</summary>
    public const string CallbackPath = "/sign-in/openid/callback";

    /// <summary>The claim in a session's cookie that says that no password of ours was asked for.</summary>
    internal const string Mark = "openid";

    /// <summary><c>OpenIdConnect:Authority</c>: the provider's address. Over TLS, except on this very machine.</summary>
    public required Uri Authority { get; init; }

    /// <summary><c>OpenIdConnect:ClientId</c>, as the provider gave it out for this site.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>OpenIdConnect:ClientSecret</c>, from a secret store or the environment, never from a file of the program.</summary>
    public string? ClientSecret { get; init; }

    /// <summary><c>OpenIdConnect:Only</c>: no passwords, and no pages for them.</summary>
    public bool Only { get; init; }

    /// <summary><c>OpenIdConnect:Name</c>: what the button calls the provider.</summary>
    public string Name { get; init; } = "your organisation";

    /// <summary>What is configured; null without <c>OpenIdConnect:Authority</c>.</summary>
    /// <exception cref="InvalidDataException">A setting is missing or unusable.</exception>
    public static OpenId? Load(IConfiguration configuration)
    {
        var section = configuration.GetSection("OpenIdConnect");
        if (section["Authority"] is not { Length: > 0 } authority) return null;
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var uri) || !(uri.Scheme == Uri.UriSchemeHttps || uri is { Scheme: "http", IsLoopback: true }))
            throw new InvalidDataException("OpenIdConnect:Authority must be an address that begins with https://.");
        return new OpenId
        {
            Authority = uri,
            ClientId = section["ClientId"] is { Length: > 0 } id ? id : throw new InvalidDataException("OpenIdConnect:ClientId is missing. The provider gives it out when you register this site."),
            ClientSecret = section["ClientSecret"],
            Only = section.GetValue("Only", false),
            Name = section["Name"] is { Length: > 0 } name ? name : "your organisation",
        };
    }

    internal void Configure(OpenIdConnectOptions options)
    {
        options.Authority = Authority.ToString();
        options.RequireHttpsMetadata = Authority.Scheme == Uri.UriSchemeHttps;
        options.ClientId = ClientId;
        options.ClientSecret = ClientSecret;
        options.CallbackPath = CallbackPath;
        options.SignInScheme = Sessions.Scheme;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // The answer comes in the address and not as a form, so that its cookies need not be open to other sites.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.Scope.Clear();
        options.Scope.Add("openid");
        options.Scope.Add("email");
        options.MapInboundClaims = false;
        options.SaveTokens = false;
        options.GetClaimsFromUserInfoEndpoint = false;
        options.NonceCookie.SameSite = options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.NonceCookie.SecurePolicy = options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Events.OnTokenValidated = EnterAsync;
        options.Events.OnRemoteFailure = context =>
        {
            context.HttpContext.RequestServices.GetRequiredService<ILogger<OpenId>>().LogFailed(context.Failure);
            return RefuseAsync(context, "failed");
        };
        options.Events.OnAccessDenied = context => RefuseAsync(context, "failed");
    }

    /// <summary>
    /// The token is genuine. Its issuer and subject say whose account this is; where they are new, its e-mail address does, once.
    /// </summary>
    static async Task EnterAsync(TokenValidatedContext context)
    {
        var email = context.Principal?.FindFirstValue("email");
        // A provider that lets people type any address says so with this claim; many leave it out where they are sure.
        var doubtful = string.Equals(context.Principal?.FindFirstValue("email_verified"), "false", StringComparison.OrdinalIgnoreCase);
        var mediator = context.HttpContext.RequestServices.GetRequiredService<IMediator>();
        var (issuer, subject) = (context.SecurityToken.Issuer, context.SecurityToken.Subject);
        var account = await mediator.Send(
            new FindByOpenId { Issuer = issuer, Subject = subject, Email = string.IsNullOrWhiteSpace(email) || doubtful ? null : email }, context.HttpContext.RequestAborted);
        if (account is null)
        {
            await RefuseAsync(context, "unknown");
            return;
        }
        if (!account.Linked)
        {
            try
            {
                await mediator.Send(new LinkOpenId { Actor = account.Person.Actor, Issuer = issuer, Subject = subject }, context.HttpContext.RequestAborted);
            }
            catch (ConflictException)
            {
                await RefuseAsync(context, "other");
                return;
            }
        }
        context.Principal = Sessions.Cookie(account.Person, new Claim(Mark, "1"));
        context.Properties!.IsPersistent = false;
        context.Properties.ExpiresUtc = null;
        context.Success();
    }

    static Task RefuseAsync<T>(HandleRequestContext<T> context, string why)
        where T : AuthenticationSchemeOptions
    {
        context.HandleResponse();
        context.Response.Redirect($"/sign-in?openid={why}");
        return Task.CompletedTask;
    }
}

/// <summary>The OpenID provider that people may sign in with; null where none is configured.</summary>
public sealed record OpenIdOffer(OpenId? Provider);

static partial class OpenIdLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody could not be signed in with the OpenID provider")]
    public static partial void LogFailed(this ILogger<OpenId> log, Exception? failure);
}
