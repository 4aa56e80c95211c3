using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Governance.Review;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service;
using Governance.Service.Erasures;
using Governance.Service.People;
using Governance.Service.Stages;
using Governance.Web.Pages.Erasing;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Erasing;

/// <summary>Erasing through the pages and over the API, by an administrator's browser without scripts.</summary>
public sealed class ErasingPagesTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Fact]
    public async Task An_administrator_chooses_sees_the_dry_run_gives_the_reason_and_gets_a_receipt()
    {
        const string secret = "My cousin was in that group.";
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await site.Send(new AskQuestion { Actor = site.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = secret });
        var administrator = await site.As(site.Administrator);
        Assert.Contains("/erasure", (await administrator.Get("/people")).Document.QuerySelectorAll("nav a, header a").Select(a => a.GetAttribute("href")));

        var choose = await administrator.Get($"/erasure?reference={reference.ToLowerInvariant()}");
        Assert.Equal("Choose what to erase", choose.Heading);
        Assert.Contains(secret, choose.Text, StringComparison.Ordinal);
        // Answers stand under the page of the form that they were given on, by the words of their question.
        var form = site.Services.GetRequiredService<Rulebooks>().Form;
        var purpose = choose.Document.QuerySelectorAll("details").Single(d => d.QuerySelector("summary")!.TextContent.Contains(": Purpose (", StringComparison.Ordinal));
        Assert.Contains(form.Find("problem")!.Label, purpose.QuerySelectorAll("label").Select(l => l.TextContent));
        Assert.DoesNotContain("answers", choose.Document.QuerySelectorAll("label").Select(l => l.TextContent.Split(',')[0]));
        var nothing = await administrator.Submit(choose);
        Assert.Equal(["Choose what to erase"], nothing.Errors.Select(e => e.Text));

        var digest = (await site.Send(new ListErasable(site.Administrator, reference))).Values.Single(v => v.Text == secret).Digest;
        var check = await administrator.Submit(choose, [("Digests", digest)]);
        Assert.Equal("Check what will be erased", check.Heading);
        Assert.Contains("Nothing has been erased yet", check.Text, StringComparison.Ordinal);
        Assert.Contains(secret, check.Text, StringComparison.Ordinal);

        var refused = await administrator.Submit(check);
        Assert.Equal(["Choose the legal reason."], refused.Errors.Select(e => e.Text));
        Assert.Contains(secret, (await (await site.As(site.Chair)).Get($"/proposals/{reference}")).Text + (await (await site.As(site.Chair)).Get($"/proposals/{reference}/history")).Text, StringComparison.Ordinal);

        var done = await administrator.Submit(refused, [("Basis", "ConsentWithdrawn"), ("Note", "Letter of 3 November")]);
        Assert.Equal("Erased", done.Heading);
        Assert.Contains("1 value was erased: consent was withdrawn", done.Text, StringComparison.Ordinal);
        var history = await (await site.As(site.Chair)).Get($"/proposals/{reference}/history");
        Assert.DoesNotContain(secret, history.Text, StringComparison.Ordinal);
        Assert.Contains("(erased)", history.Text, StringComparison.Ordinal);
        Assert.Contains("Personal data was erased", history.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, (await administrator.Get($"/erasure/proposals/{reference}")).Text, StringComparison.Ordinal);
        // Sent again, the form of before erases nothing more and says so.
        Assert.Equal(HttpStatusCode.BadRequest, (await administrator.Submit(refused, [("Basis", "ConsentWithdrawn")])).Status);
    }

    [Fact]
    public async Task An_entry_of_which_only_answers_are_left_still_says_what_it_is()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        var others = (await site.Send(new ListErasable(site.Administrator, reference))).Values
            .Where(v => v.Kind == "proposal.submitted" && !v.Path.StartsWith("answers.", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(others);
        var administrator = await site.As(site.Administrator);
        var choose = await administrator.Get($"/erasure/proposals/{reference}");
        var heading = $"Entry {others[0].Seq}: proposal submitted on ";
        Assert.Single(choose.Document.QuerySelectorAll("h2, legend"), e => e.TextContent.Trim().StartsWith(heading, StringComparison.Ordinal));

        var check = await administrator.Submit(choose, [.. others.Select(v => ("Digests", v.Digest))]);
        Assert.Equal("Erased", (await administrator.Submit(check, [("Basis", "ConsentWithdrawn")])).Heading);
        Assert.Single((await administrator.Get($"/erasure/proposals/{reference}")).Document.QuerySelectorAll("h2, legend"),
            e => e.TextContent.Trim().StartsWith(heading, StringComparison.Ordinal));
    }

    [Fact]
    public void The_rows_of_a_table_stand_in_their_order_and_pages_in_that_of_the_form()
    {
        var form = site.Services.GetRequiredService<Rulebooks>().Form;
        var table = form.Fields.Last(f => f.Columns.Count > 0);
        string[] paths = [$"answers.{table.Id}.10.{table.Columns[0].Id}", $"answers.{form.Fields[0].Id}", $"answers.{table.Id}.2.{table.Columns[0].Id}", "actor_name"];
        var parts = ErasureWords.BySection(form, paths.Select(p => new ErasableValue(p, 1, null, "proposal.submitted", default, p, "", "", default)));
        Assert.Equal([null, form.Fields[0].Section, table.Section], parts.Select(p => p.Section?.Id));
        Assert.Equal([paths[3], paths[1], paths[2], paths[0]], parts.SelectMany(p => p.Values).Select(v => v.Path));
    }

    [Fact]
    public async Task Everything_of_a_person_goes_from_the_page_of_the_person()
    {
        var somebody = await site.Add("Gustav Goinghome", "gustav@example.org", [Role.PanelMember], new PanelSeat(StageIds.Privacy, "lay"));
        var administrator = await site.As(site.Administrator);
        var person = await administrator.Get($"/people/{somebody.Id}");
        var check = await administrator.Get(person.Link("Erase everything of this person")!);
        Assert.Contains("The account of Gustav Goinghome is emptied and closed for good", check.Text, StringComparison.Ordinal);
        var done = await administrator.Submit(check, [("Basis", "NoLongerNeeded")]);
        Assert.Equal("Erased", done.Heading);
        Assert.Contains("Personal data of an account was erased.", done.Text, StringComparison.Ordinal);
        Assert.Equal("Erased person", (await administrator.Get($"/people/{somebody.Id}")).Heading);
        Assert.Null(await site.Send(new FindByEmail("gustav@example.org")));
        Assert.Contains("nothing left to erase", (await administrator.Get($"/erasure/check?person={somebody.Id}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_reaches_the_pages()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        foreach (var person in new[] { site.Lead, site.Chair, site.Auditor })
        {
            var browser = await site.As(person);
            foreach (var path in new[] { "/erasure", $"/erasure/proposals/{reference}", $"/erasure/check?person={site.Lead.Id}", "/erasure/done" })
                Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get(path)).Status);
        }
    }

    [Fact]
    public async Task The_api_lists_plans_and_erases_once()
    {
        const string secret = "Something about a neighbour's boy.";
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await site.Send(new AskQuestion { Actor = site.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = secret });
        var client = site.Nobody().Client;
        var token = await site.Send(new CreateToken { Actor = site.Administrator, Person = site.Administrator.Id, Name = "erasing", Days = 1 });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);

        var listed = (await client.GetFromJsonAsync<JsonObject>($"/api/v1/proposals/{reference}/erasable"))!;
        var digest = listed["values"]!.AsArray().Single(v => v!["text"]!.GetValue<string>() == secret)!["digest"]!.GetValue<string>();
        var plan = (await client.GetFromJsonAsync<JsonObject>($"/api/v1/erasures/plan?proposal={reference}&digests={digest}"))!;
        Assert.Equal("chosen", Assert.Single(plan["values"]!.AsArray())!["reason"]!.GetValue<string>());

        var body = new JsonObject { ["proposal"] = reference, ["digests"] = new JsonArray(digest), ["basis"] = "objection", ["confirmed"] = plan["confirmed"]!.GetValue<string>() };
        var first = await Send();
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        var receipt = (await first.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal(1, receipt["values"]!.GetValue<int>());
        var again = await Send();
        Assert.Equal("true", string.Concat(again.Headers.GetValues("Idempotency-Replayed")));
        Assert.Equal(receipt.ToJsonString(), (await again.Content.ReadFromJsonAsync<JsonObject>())!.ToJsonString());
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"/api/v1/erasures/plan?proposal={reference}&digests={digest}")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/erasures/plan")).StatusCode);

        Task<HttpResponseMessage> Send()
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/erasures") { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", "erase-1");
            return client.SendAsync(request);
        }
    }
}
