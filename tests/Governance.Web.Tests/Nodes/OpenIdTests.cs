using System.Net;
using Governance.Review;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Web.Auth;
using Governance.Web.Tests.People;
using Microsoft.Extensions.Configuration;

namespace Governance.Web.Tests.Nodes;

/// <summary>Signing in with a provider that the test itself runs.</summary>
public sealed class OpenIdTests
{
    /// <summary>Cookies that a provider's answer is matched with run out by the browser's clock, which nobody sets here.</summary>
    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Somebody_whom_an_administrator_added_is_signed_in_by_their_address_and_asked_for_no_password()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var site = new PeopleSite(now: Now, settings: Settings(provider));
        // Their password was made for them: who comes by the provider need not choose another.
        await site.Send(new AddPerson { Actor = Actor.Service, Email = "pat@example.org", Name = "Pat Sample", Roles = [Role.Auditor] });
        provider.Says = new() { ["email"] = "Pat@Example.org", ["email_verified"] = true };

        var browser = site.Open();
        var page = await browser.Page("/sign-in?returnUrl=%2Faccount");
        Assert.Equal("Sign in with Brackenshire Council", page.QuerySelector("main a.govuk-button")!.TextContent.Trim());
        Assert.NotNull(page.QuerySelector("input[type=password]"));
        Assert.Equal("/account", await Through(browser, page.QuerySelector("main a.govuk-button")!.GetAttribute("href")!));
        Assert.Contains("Pat Sample", (await browser.Page("/account")).Body!.TextContent, StringComparison.Ordinal);

        // An account that is closed is closed at once, for sessions from there too.
        var person = (await site.Send(new ListPeople { Actor = Actor.Service })).People.Single();
        await site.Send(new ChangePerson { Actor = Actor.Service, Id = person.Id, Active = false });
        Assert.Equal(HttpStatusCode.Redirect, (await browser.Get("/account")).StatusCode);
        Assert.Equal("/sign-in?openid=unknown", await Through(browser, "/sign-in/openid"));
    }

    [Fact]
    public async Task Somebody_who_was_not_added_or_whose_address_is_in_doubt_gets_no_account_and_is_told_why()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var site = new PeopleSite(now: Now, settings: Settings(provider));
        await site.Add("pat@example.org", "Pat Sample", Role.Auditor);
        foreach (var says in new Dictionary<string, object>[]
        {
            new() { ["email"] = "stranger@example.org", ["email_verified"] = true },
            new() { ["email"] = "pat@example.org", ["email_verified"] = false },
            new() { ["preferred_username"] = "pat@example.org" },
        })
        {
            provider.Says = says;
            var browser = site.Open();
            Assert.Equal("/sign-in?openid=unknown", await Through(browser, "/sign-in/openid"));
            Assert.Contains("Ask an administrator of this service to add you", (await browser.Page("/sign-in?openid=unknown")).Body!.TextContent, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Redirect, (await browser.Get("/account")).StatusCode);
        }
        Assert.Single((await site.Send(new ListPeople { Actor = Actor.Service })).People);
    }

    [Fact]
    public async Task After_the_first_sign_in_the_login_counts_and_another_with_the_same_address_is_refused_until_an_administrator_releases_the_account()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var site = new PeopleSite(now: Now, settings: Settings(provider));
        var pat = await site.Add("pat@example.org", "Pat Sample", Role.Auditor);
        provider.Says = new() { ["email"] = "pat@example.org" };
        var browser = site.Open();
        Assert.Equal("/", await Through(browser, "/sign-in/openid"));

        // Another login that has the address by now, or says that it has.
        provider.Subject = "person-2";
        var stranger = site.Open();
        Assert.Equal("/sign-in?openid=other", await Through(stranger, "/sign-in/openid"));
        Assert.Contains("belongs to another login with Brackenshire Council", (await stranger.Page("/sign-in?openid=other")).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await stranger.Get("/account")).StatusCode);

        // The person themselves, whose address the provider changed, took away or is no longer sure of.
        provider.Subject = "person-1";
        foreach (var says in new Dictionary<string, object>[] { new() { ["email"] = "new.name@example.org" }, new(), new() { ["email"] = "pat@example.org", ["email_verified"] = false } })
        {
            provider.Says = says;
            var again = site.Open();
            Assert.Equal("/", await Through(again, "/sign-in/openid"));
            Assert.Contains("Pat Sample", (await again.Page("/account")).Body!.TextContent, StringComparison.Ordinal);
        }

        var administrator = await site.Administrator();
        Assert.Contains("Linked since", (await administrator.Page($"/people/{pat}")).Body!.TextContent, StringComparison.Ordinal);
        await administrator.Post($"/people/{pat}", $"/people/{pat}?handler=Release");
        Assert.DoesNotContain("Linked since", (await administrator.Page($"/people/{pat}")).Body!.TextContent, StringComparison.Ordinal);
        // Whoever was in by the old login is out.
        Assert.Equal(HttpStatusCode.Redirect, (await browser.Get("/account")).StatusCode);
        provider.Says = new() { ["email"] = "pat@example.org" };
        provider.Subject = "person-2";
        Assert.Equal("/", await Through(stranger, "/sign-in/openid"));
        provider.Subject = "person-1";
        Assert.Equal("/sign-in?openid=other", await Through(site.Open(), "/sign-in/openid"));
    }

    [Fact]
    public async Task A_token_that_the_provider_did_not_sign_and_an_answer_that_nobody_asked_for_let_nobody_in()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var site = new PeopleSite(now: Now, settings: Settings(provider));
        await site.Add("pat@example.org", "Pat Sample", Role.Auditor);
        provider.Says = new() { ["email"] = "pat@example.org" };
        provider.Forges = true;
        var browser = site.Open();
        Assert.Equal("/sign-in?openid=failed", await Through(browser, "/sign-in/openid"));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.Get("/account")).StatusCode);

        var answer = await browser.Get($"{OpenId.CallbackPath}?code=abc&state=made-up");
        Assert.Equal("/sign-in?openid=failed", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Where_only_the_provider_is_wanted_no_password_is_taken()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var site = new PeopleSite(now: Now, settings: [.. Settings(provider), ("OpenIdConnect:Only", "true")]);
        await site.Add("pat@example.org", "Pat Sample", Role.Auditor);
        var browser = site.Open();
        var page = await browser.Page("/sign-in");
        Assert.Null(page.QuerySelector("input[type=password]"));
        var sent = await browser.PostRaw("/sign-in", ("Input.Email", "pat@example.org"), ("Input.Password", PeopleSite.Password));
        Assert.NotEqual(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.Get("/account")).StatusCode);
    }

    [Fact]
    public async Task Without_a_provider_there_is_no_such_page()
    {
        await using var site = new PeopleSite();
        Assert.Equal(HttpStatusCode.NotFound, (await site.Open().Get("/sign-in/openid")).StatusCode);
        Assert.Null((await site.Open().Page("/sign-in?openid=unknown")).QuerySelector(".govuk-inset-text"));
    }

    [Theory]
    [InlineData("http://login.example.org", "governance")]
    [InlineData("login.example.org", "governance")]
    [InlineData("https://login.example.org", "")]
    public void A_provider_without_TLS_or_without_a_client_is_refused(string authority, string client) =>
        Assert.Throws<InvalidDataException>(() => OpenId.Load(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OpenIdConnect:Authority"] = authority,
            ["OpenIdConnect:ClientId"] = client,
        }).Build()));

    static (string, string)[] Settings(OpenIdProvider provider) =>
    [
        ("OpenIdConnect:Authority", provider.Address),
        ("OpenIdConnect:ClientId", OpenIdProvider.ClientId),
        ("OpenIdConnect:ClientSecret", OpenIdProvider.ClientSecret),
        ("OpenIdConnect:Name", "Brackenshire Council"),
    ];

    /// <summary>Goes to the provider and back as a browser does, and gives where the site leads in the end.</summary>
    static async Task<string> Through(People.Browser browser, string start)
    {
        var away = await browser.Get(start);
        Assert.Equal(HttpStatusCode.Redirect, away.StatusCode);
        using var there = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var back = await there.GetAsync(away.Headers.Location);
        var answer = await browser.Get(back.Headers.Location!.PathAndQuery);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }
}
