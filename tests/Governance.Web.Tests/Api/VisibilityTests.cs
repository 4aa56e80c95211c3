using System.Net;
using System.Text.Json.Nodes;

namespace Governance.Web.Tests.Api;

public sealed class VisibilityTests
{
    [Fact]
    public async Task Nobody_else_sees_a_draft()
    {
        await using var site = await ApiSite.StartAsync();
        var draft = await site.Draft();
        foreach (var person in site.Everyone.Where(p => p != ApiSite.Lead))
        {
            (await site.Get(person, $"proposals/{draft}")).Refused(HttpStatusCode.NotFound, "not_found");
            (await site.Get(person, $"proposals/{draft}/documents/d1")).Refused(HttpStatusCode.NotFound, "not_found");
            (await site.Call(person, HttpMethod.Put, $"proposals/{draft}", ApiSite.Json(new JsonObject { ["answers"] = new JsonObject() }), ifMatch: "*")).Refused(HttpStatusCode.NotFound, "not_found");
            Assert.Empty((await site.Get(person, "proposals")).Json["proposals"]!.AsArray());
        }
    }

    [Fact]
    public async Task Votes_stay_hidden_until_one_has_voted_and_names_from_those_who_propose()
    {
        await using var site = await ApiSite.StartAsync();
        var reference = await site.Submitted();
        var stage = $"proposals/{reference}/stages/privacy";
        await site.Done("privacy 0", $"{stage}/votes", ApiSite.Vote("object"));
        Assert.Empty((await site.Get("privacy 1", stage)).Json["votes"]!.AsArray());
        await site.Done("privacy 1", $"{stage}/votes", ApiSite.Vote());
        Assert.Equal(2, (await site.Get("privacy 1", stage)).Json["votes"]!.AsArray().Count);
        await site.Done("privacy 2", $"{stage}/votes", ApiSite.Vote());
        await site.Done(ApiSite.Chair, $"{stage}/outcome", new JsonObject { ["summary"] = "Most approve." });
        var lead = await site.Get(ApiSite.Lead, stage);
        Assert.Empty(lead.Json["votes"]!.AsArray());
        Assert.DoesNotContain("Sam privacy", lead.Text, StringComparison.Ordinal);

        // Pseudonyms are the log's; a reader of the API could use them to tell who is who there.
        var pseudonyms = await site.Query<string>("SELECT pseudonym FROM proposal_person");
        Assert.NotEmpty(pseudonyms);
        foreach (var person in new[] { ApiSite.Lead, ApiSite.Chair, "privacy 0", ApiSite.Auditor })
        {
            foreach (var path in new[] { $"proposals/{reference}", stage, $"proposals/{reference}/timeline", $"proposals/{reference}/revisions/1" })
            {
                var answer = await site.Get(person, path);
                Assert.Equal(HttpStatusCode.OK, answer.Status);
                Assert.DoesNotContain(pseudonyms, p => answer.Text.Contains(p, StringComparison.Ordinal));
            }
        }
        Assert.DoesNotContain("dpo_email", (await site.Get("privacy 0", $"proposals/{reference}/revisions/1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_permission_table_does_not_allow_is_refused_and_changes_nothing()
    {
        await using var site = await ApiSite.StartAsync();
        var reference = await site.Submitted();
        var acts = new (string Act, string Path, JsonObject Body)[]
        {
            ("withdraw", "withdrawal", new() { ["reason"] = "x" }),
            ("submit", "submission", new() { ["declared"] = true }),
            ("submit_revision", "revision", new() { ["declared"] = true }),
            ("vote", "stages/privacy/votes", ApiSite.Vote()),
            ("recuse", "stages/privacy/recusals", new() { ["conflict"] = "x" }),
            ("ask_question", "stages/privacy/questions", new() { ["text"] = "x" }),
            ("raise_concern", "stages/youth-voice/concerns", new() { ["text"] = "x" }),
            ("close_stage", "stages/privacy/outcome", new() { ["summary"] = "x" }),
            ("determine", "determination", new() { ["outcome"] = "favourable", ["reason"] = "x" }),
            ("answer_question", "questions/q1/answer", new() { ["text"] = "x" }),
        };
        var version = (await site.Get(ApiSite.Chair, $"proposals/{reference}"))["version"];
        foreach (var person in new[] { ApiSite.Lead, ApiSite.OtherLead, ApiSite.Chair, ApiSite.Auditor, ApiSite.Administrator, ApiSite.Facilitator, "privacy 0", "youth-voice 0" })
        {
            var view = await site.Get(person, $"proposals/{reference}");
            var allowed = view.Status == HttpStatusCode.OK ? view.Json["allowed"]!.AsArray().Select(a => a!.GetValue<string>()).ToHashSet() : [];
            foreach (var (act, path, body) in acts.Where(a => !allowed.Contains(a.Act)))
            {
                var answer = await site.Post(person, $"proposals/{reference}/{path}", body);
                Assert.True(answer.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Conflict, $"{person} {act}: {answer.Status} {answer.Text}");
            }
        }
        Assert.Equal(version, (await site.Get(ApiSite.Chair, $"proposals/{reference}"))["version"]);
    }
}
