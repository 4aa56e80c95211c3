using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Governance.Service.Data;
using Governance.Service.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Governance.Web.Auth;

/// <summary>Accounts: who may use the site, and how it knows them.</summary>
public static class Accounts
{
    /// <summary>The name of the rate limit on signing in.</summary>
    public const string SignInLimit = "sign-in";

    /// <summary>Tries to sign in, by minute and address. A classroom behind one address still gets in.</summary>
    public const int SignInsPerMinute = 30;

    /// <summary>The name of the rate limit on what anybody may read without signing in: the log's tiles and checkpoint, the register.</summary>
    public const string PublicLimit = "public";

    /// <summary>
    /// Public requests, by minute and address, unless <c>Api:PublicRequestsPerMinute</c> says otherwise. A monitor fetches every
    /// tile of a log of a million entries in four minutes.
    /// </summary>
    public const int PublicRequestsPerMinute = 1200;

    const string ByPath = "governance";

    /// <summary>
    /// Cookie sessions for pages, bearer tokens under <c>/api</c>, and the rule that everything asks for somebody who is
    /// signed in unless it says otherwise.
    /// </summary>
    /// <exception cref="InvalidDataException">A setting of the OpenID provider is missing or unusable.</exception>
    public static IServiceCollection AddAccounts(this IServiceCollection services, IHostEnvironment environment, IConfiguration configuration)
    {
        // Every node reads what any other one sealed, and a restart signs nobody out: the keys are in the database.
        services.AddDataProtection().SetApplicationName("governance");
        services.AddSingleton(provider => new ProtectionKeys(provider.GetRequiredService<Database>(), () => WrappingKey.Load(configuration, configuration["Keys:File"]!), provider.GetRequiredService<TimeProvider>()));
        services.AddOptions<KeyManagementOptions>().Configure<ProtectionKeys>(static (options, keys) =>
        {
            options.XmlRepository = keys;
            // The repository seals each document whole. A seal inside it too would name a type and version of ours, which
            // an older node could not load in a rolling upgrade.
            options.XmlEncryptor = new NullXmlEncryptor();
        });
        // The layout's links; the pages' own addresses are shorter.
        services.Configure<RazorPagesOptions>(options =>
        {
            options.Conventions.AddPageRoute("/SignIn", "/account/sign-in");
            options.Conventions.AddPageRoute("/SignOut", "/account/sign-out");
        });
        services.AddSingleton<CodeTickets>();
        var openId = OpenId.Load(configuration);
        services.AddSingleton(new OpenIdOffer(openId));
        var authentication = services.AddAuthentication(ByPath)
            .AddPolicyScheme(ByPath, null, options => options.ForwardDefaultSelector = context =>
                context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) ? BearerTokens.SchemeName : Sessions.Scheme)
            .AddCookie(Sessions.Scheme, options => Sessions.Configure(options, environment.IsProduction()))
            .AddScheme<AuthenticationSchemeOptions, BearerTokens>(BearerTokens.SchemeName, null);
        if (openId is not null) authentication.AddOpenIdConnect(OpenId.Scheme, null, openId.Configure);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = static (rejected, _) =>
            {
                if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                    rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
            var perMinute = configuration.GetValue("Api:PublicRequestsPerMinute", PublicRequestsPerMinute);
            options.AddPolicy(PublicLimit, context => RateLimitPartition.GetFixedWindowLimiter(Origin(context.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = perMinute,
                Window = TimeSpan.FromMinutes(1),
            }));
            options.AddPolicy(SignInLimit, context => HttpMethods.IsPost(context.Request.Method)
                ? RateLimitPartition.GetFixedWindowLimiter(Origin(context.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions
                {
                    PermitLimit = SignInsPerMinute,
                    Window = TimeSpan.FromMinutes(1),
                })
                : RateLimitPartition.GetNoLimiter("reading"));
        });
        return services;
    }

    /// <summary>Goes after routing (<c>UseFrontEnd</c>) and before the routes are mapped.</summary>
    public static WebApplication UseAccounts(this WebApplication app)
    {
        app.UseRateLimiter();
        app.UseAuthentication();
        app.Use(AskForNewPassword);
        app.Use(AskForCodes);
        app.UseAuthorization();
        return app;
    }

    /// <summary>
    /// Somebody whose password was given by an administrator can do nothing before choosing their own: until then two
    /// people know it, and the record could not say who of them acted.
    /// </summary>
    static Task AskForNewPassword(HttpContext context, RequestDelegate next) =>
        context.Features.Get<SignedIn>() is { MustChangePassword: true } ? FirstTo("/account/password", context, next) : next(context);

    /// <summary>Somebody whose role must have one-time codes (<c>SignIn:CodesRequiredFor</c>) sets them up before anything else.</summary>
    static Task AskForCodes(HttpContext context, RequestDelegate next) =>
        context.Features.Get<SignedIn>() is { HasCode: false, MustChangePassword: false } person && context.RequestServices.GetRequiredService<CodesRequired>().For(person.Actor)
            ? FirstTo("/account/codes", context, next)
            : next(context);

    /// <summary>Leads to the one page that somebody may use for now. They may sign out, and read what is open to everybody.</summary>
    static Task FirstTo(string page, HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments(page, StringComparison.OrdinalIgnoreCase)
            || context.Request.Path.StartsWithSegments("/sign-out", StringComparison.OrdinalIgnoreCase)
            || context.Request.Path.StartsWithSegments("/account/sign-out", StringComparison.OrdinalIgnoreCase)
            || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return next(context);
        }
        context.Response.Redirect(page);
        return Task.CompletedTask;
    }

    // A household or an office has a whole IPv6 network of 64 bits, so one visitor could take any number of addresses.
    static string Origin(IPAddress? address) => address switch
    {
        null => "",
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.MapToIPv4().ToString(),
    };
}
