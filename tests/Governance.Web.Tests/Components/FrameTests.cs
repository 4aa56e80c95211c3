using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Governance.Web.Tests.Components;

public sealed partial class FrameTests(Site site) : IClassFixture<Site>
{
    [Theory]
    [InlineData("/components", HttpStatusCode.OK)]
    [InlineData("/nowhere", HttpStatusCode.Redirect)]
    [InlineData("/components?handler=failure", HttpStatusCode.InternalServerError)]
    [InlineData("/api/v1/nowhere", HttpStatusCode.Unauthorized)]
    [InlineData("/js/site.js", HttpStatusCode.OK)]
    public async Task Every_answer_forbids_what_is_inline_framed_or_foreign(string path, HttpStatusCode status)
    {
        var answer = await site.Client().GetAsync(path);

        Assert.Equal(status, answer.StatusCode);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Contains("camera=()", Assert.Single(answer.Headers.GetValues("Permissions-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_holds_nothing_that_its_own_policy_would_stop()
    {
        var page = await site.Components();

        Assert.Empty(page.QuerySelectorAll("[style], style"));
        Assert.All(page.QuerySelectorAll("script"), script => Assert.Equal("", script.TextContent));
        Assert.DoesNotContain(page.All.SelectMany(e => e.Attributes), a => a.Name.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Styles_and_scripts_that_a_page_asks_for_are_served()
    {
        var page = await site.Components();
        var asked = page.QuerySelectorAll("link[rel=stylesheet], link[rel=icon]").Select(e => e.GetAttribute("href"))
            .Concat(page.QuerySelectorAll("script").Select(e => e.GetAttribute("src"))).Append("/build/govuk-frontend.min.js").ToList();
        Assert.Equal(5, asked.Count);

        foreach (var path in asked)
        {
            var answer = await site.Client().GetAsync(path);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
            Assert.True(answer.Headers.CacheControl!.Public);
        }
    }

    [Fact]
    public async Task Styles_hold_the_components_and_neither_the_font_nor_a_foreign_address_of_gov_uk()
    {
        var styles = await site.Client().GetStringAsync("/build/site.css");

        Assert.Contains(".govuk-task-list", styles, StringComparison.Ordinal);
        Assert.Contains(".moj-timeline", styles, StringComparison.Ordinal);
        Assert.Contains("@media print", styles, StringComparison.Ordinal);
        Assert.DoesNotContain("GDS Transport", styles, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@font-face", styles, StringComparison.Ordinal);
        Assert.DoesNotMatch(ForeignAddress(), styles);
    }

    [Fact]
    public async Task Every_class_of_a_page_that_is_ours_has_a_style()
    {
        var styles = await site.Client().GetStringAsync("/build/site.css");
        var page = await site.Send();

        var classes = page.All.SelectMany(e => e.ClassList).Where(c => c.StartsWith("app-", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(classes);
        Assert.All(classes, c => Assert.Contains($".{c}", styles, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_frame_has_a_way_past_it_and_its_landmarks()
    {
        var page = await site.Components();

        Assert.Equal("en-GB", page.DocumentElement.GetAttribute("lang"));
        Assert.Equal("a", page.Body!.QuerySelectorAll("a, button, input").First().LocalName);
        Assert.Equal("#main-content", page.QuerySelector(".govuk-skip-link")!.GetAttribute("href"));
        Assert.Equal("MAIN", page.GetElementById("main-content")!.TagName);
        Assert.Single(page.QuerySelectorAll("body > header"));
        Assert.Single(page.QuerySelectorAll("body > footer"));
        Assert.Contains("all people and proposals are made up", page.Body.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notice_is_said_once_after_a_redirect()
    {
        var client = site.Client();
        var token = (await Site.Document(await client.GetAsync("/components"))).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var answer = await client.PostAsync("/components?handler=Notice", new FormUrlEncodedContent([new("__RequestVerificationToken", token)]));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);

        var next = await Site.Document(await client.GetAsync(answer.Headers.Location));
        var again = await Site.Document(await client.GetAsync(answer.Headers.Location));

        Assert.Equal("Vote recorded", next.QuerySelector(".govuk-notification-banner--success .govuk-notification-banner__heading")!.TextContent);
        Assert.Null(again.QuerySelector(".govuk-notification-banner--success"));
    }

    [Theory]
    [InlineData(400, "We could not read what you sent")]
    [InlineData(403, "You cannot do this")]
    [InlineData(404, "Page not found")]
    [InlineData(409, "Someone else changed this first")]
    [InlineData(429, "Too many tries")]
    [InlineData(500, "Something went wrong on our side")]
    public async Task A_refusal_keeps_its_status_and_says_what_to_do(int status, string heading)
    {
        var answer = await site.Client().GetAsync($"/components?handler=status&code={status}");
        var page = await Site.Document(answer);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(heading, page.QuerySelector("h1")!.TextContent);
        Assert.StartsWith(heading, page.Title, StringComparison.Ordinal);
        Assert.NotEmpty(page.QuerySelectorAll("main li"));
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused_with_a_page()
    {
        var answer = await site.Client().PostAsync("/components", new FormUrlEncodedContent([]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("We could not read what you sent", (await Site.Document(answer)).QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task A_caller_of_the_api_gets_problem_details()
    {
        var answer = await site.Client().GetAsync("/api/v1/nowhere");

        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_components_and_the_demonstration_bar_are_for_development_only()
    {
        await using var production = Site.InProduction();

        var answer = await production.Client().GetAsync("/components");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("made up", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_shows_its_exception_in_development()
    {
        var page = await Site.Document(await site.Client().GetAsync("/components?handler=failure"));

        Assert.Contains("A failure made for its page", page.QuerySelector("details")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_shows_nothing_of_its_exception_in_production()
    {
        await using var production = Site.InProductionFailingWith("the secret inside");

        var answer = await production.Client().GetAsync("/components");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var page = await Site.Document(answer);
        Assert.Equal("Something went wrong on our side", page.QuerySelector("h1")!.TextContent);
        Assert.NotEqual("", page.QuerySelector("main .app-code")!.TextContent);
        Assert.DoesNotContain("the secret inside", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Someone_who_is_not_signed_in_is_offered_to_sign_in_and_nothing_else()
    {
        var page = await site.Components();

        Assert.Empty(page.QuerySelectorAll(".app-nav"));
        Assert.Equal("/account/sign-in", page.QuerySelector("header a[href*=sign]")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("lead", "/work /messages /proposals")]
    [InlineData("auditor", "/work /messages /proposals /audit")]
    [InlineData("administrator", "/work /messages /proposals /audit /people /erasure")]
    public async Task The_navigation_follows_the_role(string role, string links)
    {
        await using var signedIn = Site.SignedIn(role);

        var page = await signedIn.Components();

        Assert.Equal(links, string.Join(' ', page.QuerySelectorAll("nav.app-nav a").Select(a => a.GetAttribute("href"))));
    }

    [Fact]
    public async Task Signing_out_is_a_form_with_a_token_and_what_was_seen_is_kept_by_no_cache()
    {
        await using var signedIn = Site.SignedIn();

        var answer = await signedIn.Client().GetAsync("/components");
        var page = await Site.Document(answer);

        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        var form = page.QuerySelector("header form[method=post]")!;
        Assert.Equal("/account/sign-out", form.GetAttribute("action"));
        Assert.NotNull(form.QuerySelector("input[name=__RequestVerificationToken]"));
        Assert.Contains("Ada <Example>", page.QuerySelector("header")!.TextContent, StringComparison.Ordinal);
    }

    [GeneratedRegex("""url\(["']?(?:https?:)?//""", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ForeignAddress();
}
