using System.Net;
using System.Text.RegularExpressions;
using Governance.Review;
using Governance.Review.Stages;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Web.Tests.Components;

namespace Governance.Web.Tests.People;

public sealed class PeoplePagesTests
{
    [Fact]
    public async Task The_pages_of_people_are_for_administrators()
    {
        await using var site = new PeopleSite();
        var id = await site.Add("pat@example.org", "Pat Sample", Role.ProjectLead, Role.PanelMember, Role.YouthPanelMember, Role.Facilitator, Role.Chair, Role.Auditor);
        var browser = await site.SignedIn("pat@example.org");
        foreach (var path in new[] { "/people", "/people/add", $"/people/{id}", $"/people/{id}/details", $"/people/{id}/seats" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get(path)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostRaw(path)).StatusCode);
            Assert.StartsWith("/sign-in", (await site.Open().Get(path)).Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_person_who_is_not_there_is_not_found()
    {
        await using var site = new PeopleSite();
        var browser = await site.Administrator();
        foreach (var path in new[] { "", "/details", "/seats" })
            Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/people/{Guid.NewGuid()}{path}")).StatusCode);
    }

    [Fact]
    public async Task Every_form_needs_its_token()
    {
        await using var site = new PeopleSite();
        var browser = await site.Administrator();
        var id = await site.Add("pat@example.org", "Pat Sample");
        foreach (var path in new[]
        {
            "/sign-in", "/sign-in?handler=Demonstration", "/sign-out", "/account/sign-in", "/account/sign-out", "/account?handler=Token", "/account?handler=Revoke",
            "/account/password", "/people/add", $"/people/{id}?handler=Reset", $"/people/{id}?handler=Close", $"/people/{id}?handler=Open",
            $"/people/{id}/details", $"/people/{id}/seats",
        })
        {
            Assert.Equal((path, HttpStatusCode.BadRequest), (path, (await browser.PostRaw(path)).StatusCode));
        }
        Assert.True((await site.Send(new GetPerson(id) { Actor = Actor.Service })).Active);
    }

    [Fact]
    public async Task A_person_is_added_with_roles_and_their_password_is_shown_once()
    {
        await using var site = new PeopleSite();
        var browser = await site.Administrator();

        var answer = await browser.Post("/people/add", "/people/add",
            ("Input.Name", "New Person"), ("Input.Email", "new@example.org"), ("Input.Roles", "panel_member"), ("Input.Roles", "chair"));

        var page = await Site.Document(answer);
        var password = page.QuerySelector("code")!.TextContent;
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        var person = await site.SignedIn("new@example.org", password);
        Assert.Equal("/account/password", (await person.Get("/account")).Headers.Location!.OriginalString);
        var row = (await browser.Page("/people?search=new@")).QuerySelector("tbody tr")!;
        Assert.Contains("Panel member, Chair", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_person_comes_back_as_typed_with_every_error()
    {
        await using var site = new PeopleSite();
        var browser = await site.Administrator();

        var answer = await browser.Post("/people/add", "/people/add", ("Input.Name", ""), ("Input.Email", "no address"), ("Input.Roles", "chair"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await Site.Document(answer);
        Assert.Equal(["#Input_Name", "#Input_Email"], page.QuerySelectorAll(".govuk-error-summary a").Select(a => a.GetAttribute("href")));
        Assert.Equal("no address", page.QuerySelector("#Input_Email")!.GetAttribute("value"));
        Assert.Equal("chair", page.QuerySelector("input[checked]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Name_roles_and_seats_are_changed_and_shown()
    {
        await using var site = new PeopleSite();
        var browser = await site.Administrator();
        var id = await site.Add("pat@example.org", "Pat Sample", Role.Auditor);

        var changed = await browser.Post($"/people/{id}/details", $"/people/{id}/details",
            ("Input.Version", "1"), ("Input.Name", "Pat Changed"), ("Input.Roles", "youth_panel_member"));
        Assert.Equal($"/people/{id}", changed.Headers.Location!.OriginalString);
        await browser.Post($"/people/{id}/seats", $"/people/{id}/seats",
            ("version", "2"), ("seats[youth-voice]", "youth"), ("seats[full-panel]", "youth"), ("seats[full-panel]", "lay"));

        var person = (await site.Send(new GetPerson(id) { Actor = Actor.Service })).Person;
        Assert.Equal([Role.YouthPanelMember], person.Roles);
        Assert.Equal(
            new HashSet<PanelSeat> { new(StageIds.YouthVoice, "youth"), new(StageIds.FullPanel, "youth"), new(StageIds.FullPanel, "lay") },
            person.Seats.ToHashSet());
        var text = (await browser.Page($"/people/{id}")).Body!.TextContent;
        Assert.Contains("Pat Changed", text, StringComparison.Ordinal);
        Assert.Contains("Full panel: lay member, young person", text, StringComparison.Ordinal);
        Assert.Equal(3, (await browser.Page($"/people/{id}/seats")).QuerySelectorAll("input[checked]").Length);
    }

    [Fact]
    public async Task A_change_to_what_somebody_else_changed_is_said_and_not_made()
    {
        await using var site = new PeopleSite();
        var browser = await site.Administrator();
        var id = await site.Add("pat@example.org", "Pat Sample");
        await site.Send(new ChangePerson { Actor = Actor.Service, Id = id, Name = "Pat Second" });

        var answer = await browser.Post($"/people/{id}/details", $"/people/{id}/details", ("Input.Version", "1"), ("Input.Name", "Pat Third"));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("Somebody changed this person", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("Pat Second", (await site.Send(new GetPerson(id) { Actor = Actor.Service })).Person.Name);
    }

    [Fact]
    public async Task The_last_administrator_is_told_why_their_account_stays()
    {
        await using var site = new PeopleSite();
        var browser = await site.Administrator();
        var page = await browser.Page("/people");
        var path = page.QuerySelector("tbody a")!.GetAttribute("href")!;

        var answer = await browser.Post(path, path + "?handler=Close", ("version", "1"));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("only administrator", (await Site.Document(answer)).QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
        await browser.Page("/people");
    }

    [Fact]
    public async Task An_administrator_resets_a_password_and_opens_a_closed_account_again()
    {
        await using var site = new PeopleSite();
        var browser = await site.Administrator();
        var id = await site.Add("pat@example.org", "Pat Sample");

        var reset = await Site.Document(await browser.Post($"/people/{id}", $"/people/{id}?handler=Reset"));
        await site.SignedIn("pat@example.org", reset.QuerySelector("code")!.TextContent);

        await browser.Post($"/people/{id}", $"/people/{id}?handler=Close", ("version", "2"));
        var closed = await browser.Page($"/people/{id}");
        Assert.Contains("Closed", closed.Body!.TextContent, StringComparison.Ordinal);
        await browser.Post($"/people/{id}", $"/people/{id}?handler=Open", ("version", "3"));
        Assert.True((await site.Send(new GetPerson(id) { Actor = Actor.Service })).Active);
    }

    [Fact]
    public async Task A_token_is_shown_once_works_for_the_api_alone_and_not_after_it_is_revoked()
    {
        await using var site = new PeopleSite();
        await site.Add("pat@example.org", "Pat Sample");
        var browser = await site.SignedIn("pat@example.org");
        var answer = await browser.Post("/account", "/account?handler=Token", ("Input.Name", "report"), ("Input.Days", "30"));
        var token = Regex.Match(await answer.Content.ReadAsStringAsync(), "gov_[A-Za-z0-9_-]{43}", RegexOptions.None, TimeSpan.FromSeconds(5)).Value;
        Assert.DoesNotContain("gov_", (await browser.Page("/account")).DocumentElement.OuterHtml, StringComparison.Ordinal);

        // No such resource, but for somebody who is known: that tells the two apart.
        Assert.Equal(HttpStatusCode.NotFound, (await Ask(site, "/api/v1/nothing", token)).StatusCode);
        var wrong = await Ask(site, "/api/v1/nothing", token[..^1] + (token[^1] == 'A' ? 'E' : 'A'));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Contains("invalid_token", wrong.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", wrong.Content.Headers.ContentType!.MediaType);
        // A session is nothing to the API, and a token nothing to the pages.
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Get("/api/v1/nothing")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Ask(site, "/account", token)).StatusCode);

        var id = (await browser.Page("/account")).QuerySelector("input[name=id]")!.GetAttribute("value")!;
        await browser.Post("/account", "/account?handler=Revoke", ("id", id));
        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask(site, "/api/v1/nothing", token)).StatusCode);
    }

    [Fact]
    public async Task A_token_stops_working_when_its_days_are_over()
    {
        await using var site = new PeopleSite();
        var id = await site.Add("pat@example.org", "Pat Sample");
        var created = await site.Send(new CreateToken { Actor = Actor.Service, Person = id, Name = "report", Days = 2 });
        Assert.Equal(HttpStatusCode.NotFound, (await Ask(site, "/api/v1/nothing", created.Token)).StatusCode);
        site.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask(site, "/api/v1/nothing", created.Token)).StatusCode);
    }

    static Task<HttpResponseMessage> Ask(PeopleSite site, string path, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", token);
        return site.Open().Client.SendAsync(request);
    }
}
