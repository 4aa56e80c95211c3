using System.Net;
using System.Text.RegularExpressions;
using Governance.Review;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Web.Pages;
using Governance.Web.Tests.Components;

namespace Governance.Web.Tests.People;

public sealed class SignInPageTests
{
    [Fact]
    public async Task The_right_password_leads_to_the_page_that_was_asked_for()
    {
        await using var site = new PeopleSite();
        await site.Add("pat@example.org", "Pat Sample", Role.ProjectLead);
        var browser = site.Open();
        var asked = await browser.Get("/account");
        Assert.Equal("/sign-in?returnUrl=%2Faccount", asked.Headers.Location!.PathAndQuery);

        var answer = await browser.SignIn("pat@example.org", PeopleSite.Password, "/account");

        Assert.Equal("/account", answer.Headers.Location!.OriginalString);
        var account = await browser.Page("/account");
        Assert.Contains("Pat Sample", account.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Writes proposals", account.Body.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    public async Task Signing_in_never_leads_to_another_site(string returnUrl)
    {
        await using var site = new PeopleSite();
        await site.Add("pat@example.org", "Pat Sample");
        var answer = await site.Open().SignIn("pat@example.org", PeopleSite.Password, returnUrl);
        Assert.Equal("/", answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("Development", "governance=")]
    [InlineData("Production", "__Host-governance=")]
    public async Task The_session_cookie_is_out_of_reach_of_scripts_and_other_sites(string environment, string name)
    {
        await using var site = new PeopleSite(environment);
        await site.Add("pat@example.org", "Pat Sample");

        var answer = await site.Open().SignIn("pat@example.org", PeopleSite.Password);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith(name, StringComparison.Ordinal));
        foreach (var word in new[] { "; httponly", "; samesite=lax", "; path=/", "; secure" })
            Assert.Contains(word, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_unknown_address_a_wrong_password_and_a_locked_account_get_the_same_page()
    {
        await using var site = new PeopleSite("Production");
        await site.Add("pat@example.org", "Pat Sample");
        var pages = new List<string>();
        for (var i = 0; i < 6; i++) pages.Add(await Refused(site, "pat@example.org", i < 5 ? "not the password" : PeopleSite.Password));
        pages.Add(await Refused(site, "nob@example.org", "not the password"));

        Assert.Single(pages.Distinct());
        Assert.Contains(SignInModel.Refused, pages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour()
    {
        await using var site = new PeopleSite();
        await site.Add("pat@example.org", "Pat Sample");
        var browser = site.Open();
        for (var i = 0; i < 5; i++) await browser.SignIn("pat@example.org", "not the password");

        Assert.Equal(HttpStatusCode.OK, (await browser.SignIn("pat@example.org", PeopleSite.Password)).StatusCode);
        site.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SignIn("pat@example.org", PeopleSite.Password)).StatusCode);
    }

    [Fact]
    public async Task Too_many_tries_in_a_minute_are_stopped_with_a_page_that_says_so()
    {
        await using var site = new PeopleSite();
        var browser = site.Open();
        for (var i = 0; i < Auth.Accounts.SignInsPerMinute; i++)
            Assert.NotEqual(HttpStatusCode.TooManyRequests, (await browser.PostRaw("/sign-in")).StatusCode);

        var answer = await browser.PostRaw("/sign-in");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Contains("Too many tries", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.Get("/sign-in")).StatusCode);
    }

    [Fact]
    public async Task Empty_fields_are_named_and_lead_to_the_fields()
    {
        await using var site = new PeopleSite();
        var page = await Site.Document(await site.Open().SignIn("", ""));
        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        Assert.Equal(["#Input_Email", "#Input_Password"], page.QuerySelectorAll(".govuk-error-summary a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await using var site = new PeopleSite();
        await site.Add("pat@example.org", "Pat Sample");
        var browser = await site.SignedIn("pat@example.org");

        var answer = await browser.Post("/account", "/account/sign-out");

        Assert.Equal("/sign-in", answer.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.Get("/account")).StatusCode);
    }

    [Fact]
    public async Task A_closed_account_is_out_with_its_next_request()
    {
        await using var site = new PeopleSite();
        var administrator = await site.Administrator();
        var id = await site.Add("pat@example.org", "Pat Sample");
        var browser = await site.SignedIn("pat@example.org");
        await browser.Page("/account");

        await administrator.Post($"/people/{id}", $"/people/{id}?handler=Close", ("version", "1"));

        Assert.Equal(HttpStatusCode.Redirect, (await browser.Get("/account")).StatusCode);
    }

    [Fact]
    public async Task Somebody_with_a_given_password_can_only_choose_their_own()
    {
        await using var site = new PeopleSite();
        var added = await site.Send(new AddPerson { Actor = Actor.Service, Email = "pat@example.org", Name = "Pat Sample", Roles = [Role.Administrator] });
        var browser = await site.SignedIn("pat@example.org", added.Password!);
        foreach (var path in new[] { "/account", "/people", "/people/add" })
            Assert.Equal("/account/password", (await browser.Get(path)).Headers.Location!.OriginalString);

        var answer = await browser.Post("/account/password", "/account/password",
            ("Input.Current", added.Password!), ("Input.New", PeopleSite.Password), ("Input.Again", PeopleSite.Password));

        Assert.Equal("/account", answer.Headers.Location!.OriginalString);
        await browser.Page("/people");
    }

    [Fact]
    public async Task A_new_password_typed_differently_twice_is_refused()
    {
        await using var site = new PeopleSite();
        await site.Add("pat@example.org", "Pat Sample");
        var browser = await site.SignedIn("pat@example.org");

        var answer = await browser.Post("/account/password", "/account/password",
            ("Input.Current", PeopleSite.Password), ("Input.New", "another lantern stands"), ("Input.Again", "another lantern sits"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await Site.Document(answer);
        Assert.Equal("#Input_Again", page.QuerySelector(".govuk-error-summary a")!.GetAttribute("href"));
        Assert.DoesNotContain("lantern", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_Development_a_button_signs_in_as_a_made_up_person_and_only_as_one()
    {
        await using var site = new PeopleSite();
        var demo = (await site.Send(new AddPerson { Actor = Actor.Service, Email = "demo@example.org", Name = "Demi Demo", Demonstration = "A chair with a decision to make" })).Id;
        var real = await site.Add("pat@example.org", "Pat Sample");
        var browser = site.Open();
        var page = await browser.Page("/sign-in");
        Assert.Equal([demo.ToString("D")], page.QuerySelectorAll("button[name=person]").Select(b => b.GetAttribute("value")));
        Assert.Contains("A chair with a decision to make", page.Body!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NotFound, (await browser.Post("/sign-in", "/sign-in?handler=Demonstration", ("person", real.ToString("D")))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.Post("/sign-in", "/sign-in?handler=Demonstration", ("person", demo.ToString("D")))).StatusCode);
        Assert.Contains("Demi Demo", (await browser.Page("/account")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_Development_nobody_signs_in_without_a_password()
    {
        await using var site = new PeopleSite("Production");
        var demo = (await site.Send(new AddPerson { Actor = Actor.Service, Email = "demo@example.org", Name = "Demi Demo", Demonstration = "A chair" })).Id;
        var browser = site.Open();

        Assert.DoesNotContain("Demi", (await browser.Page("/sign-in")).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Post("/sign-in", "/sign-in?handler=Demonstration", ("person", demo.ToString("D")))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.Get("/account")).StatusCode);
    }

    [Fact]
    public async Task Passwords_and_tokens_are_never_logged()
    {
        await using var site = new PeopleSite();
        var browser = await site.Administrator();
        await site.Open().SignIn("ada@example.org", "tried and wrong");
        var answer = await browser.Post("/account", "/account?handler=Token", ("Input.Name", "report"), ("Input.Days", "30"));
        var token = Regex.Match(await answer.Content.ReadAsStringAsync(), "gov_[A-Za-z0-9_-]{43}", RegexOptions.None, TimeSpan.FromSeconds(5)).Value;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/nothing");
        request.Headers.Authorization = new("Bearer", token);
        await site.Open().Client.SendAsync(request);
        await browser.Post("/account/password", "/account/password",
            ("Input.Current", PeopleSite.Password), ("Input.New", "another lantern stands"), ("Input.Again", "another lantern stands"));

        Assert.Contains("/account/password", site.Logged, StringComparison.Ordinal);
        Assert.NotEmpty(token);
        foreach (var secret in new[] { PeopleSite.Password, "tried and wrong", "another lantern", token })
            Assert.DoesNotContain(secret, site.Logged, StringComparison.Ordinal);
    }

    static async Task<string> Refused(PeopleSite site, string email, string password)
    {
        var answer = await site.Open().SignIn(email, password);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var html = (await answer.Content.ReadAsStringAsync()).Replace(email, "", StringComparison.Ordinal);
        return Regex.Replace(html, "RequestVerificationToken\" type=\"hidden\" value=\"[^\"]+\"", "", RegexOptions.None, TimeSpan.FromSeconds(5));
    }
}
