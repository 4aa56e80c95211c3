using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Web.Tests.Nodes;

/// <summary>
/// A small OpenID provider on 127.0.0.1: discovery, keys, authorisation and tokens (OpenID Connect Core 1.0, code flow with
/// PKCE). Whoever comes is signed in at once, as <see cref="Says"/>.
/// </summary>
sealed class OpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "governance", ClientSecret = "a secret of the test's";

    readonly WebApplication _app;
    readonly RSA _key = RSA.Create(2048), _other = RSA.Create(2048);
    readonly ConcurrentDictionary<string, (string Nonce, string Challenge, string Redirect)> _codes = [];

    OpenIdProvider(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>The claims of the person who is signed in there.</summary>
    public Dictionary<string, object> Says { get; set; } = [];

    /// <summary>What the provider calls that person for good.</summary>
    public string Subject { get; set; } = "person-1";

    /// <summary>Signs with a key that it does not publish, as a forger would have to.</summary>
    public bool Forges { get; set; }

    public static async Task<OpenIdProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var provider = new OpenIdProvider(builder.Build());
        provider.Map();
        await provider._app.StartAsync();
        return provider;
    }

    void Map()
    {
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, object>
        {
            ["issuer"] = Address,
            ["authorization_endpoint"] = $"{Address}/authorize",
            ["token_endpoint"] = $"{Address}/token",
            ["jwks_uri"] = $"{Address}/keys",
            ["response_types_supported"] = new[] { "code" },
            ["subject_types_supported"] = new[] { "public" },
            ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        }));
        _app.MapGet("/keys", () =>
        {
            var key = _key.ExportParameters(includePrivateParameters: false);
            return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "1", n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) } } });
        });
        _app.MapGet("/authorize", (HttpContext context) =>
        {
            var asked = context.Request.Query;
            if (asked["client_id"] != ClientId || asked["response_type"] != "code" || asked["code_challenge_method"] != "S256") return Results.BadRequest();
            var code = Guid.NewGuid().ToString("N");
            _codes[code] = (asked["nonce"]!, asked["code_challenge"]!, asked["redirect_uri"]!);
            return Results.Redirect(QueryHelpers.AddQueryString(asked["redirect_uri"]!, new Dictionary<string, string?> { ["code"] = code, ["state"] = asked["state"] }));
        });
        _app.MapPost("/token", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync();
            if (!_codes.TryRemove(form["code"].ToString(), out var given) || form["client_id"] != ClientId || form["client_secret"] != ClientSecret || form["redirect_uri"] != given.Redirect
                || Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != given.Challenge)
                return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
            // The library that checks the token goes by the machine's own time.
            var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Issuer = Address,
                Audience = ClientId,
                Claims = new Dictionary<string, object>(Says) { ["nonce"] = given.Nonce, ["sub"] = Subject },
                IssuedAt = TimeProvider.System.GetUtcNow().UtcDateTime,
                NotBefore = TimeProvider.System.GetUtcNow().UtcDateTime,
                Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
                SigningCredentials = new SigningCredentials(new RsaSecurityKey(Forges ? _other : _key) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
            });
            return Results.Json(new { access_token = "unused", token_type = "Bearer", expires_in = 300, id_token = token });
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
        _other.Dispose();
    }
}
