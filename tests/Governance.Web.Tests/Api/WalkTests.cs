using System.Net;
using System.Text.Json.Nodes;
using Governance.Review.Tests.Proposals;

namespace Governance.Web.Tests.Api;

public sealed class WalkTests
{
    [Fact]
    public async Task A_proposal_goes_from_draft_to_determination_over_the_api_alone()
    {
        await using var site = await ApiSite.StartAsync();

        // The lead writes, in steps.
        var started = await site.Done(ApiSite.Lead, "proposals", new JsonObject { ["title"] = "A first thought" });
        var draft = started["reference"];
        Assert.Equal($"/api/v1/proposals/{draft}", started.Header("Location"));
        Assert.DoesNotContain("seq", started.Text, StringComparison.Ordinal);
        var empty = await site.Get(ApiSite.Lead, $"proposals/{draft}/screening");
        Assert.Contains("answers.problem", empty.Json["faults"]!.AsArray().Select(f => f!["field"]!.GetValue<string>()));
        var saved = await site.Call(ApiSite.Lead, HttpMethod.Put, $"proposals/{draft}", ApiSite.Json(new JsonObject { ["answers"] = SampleAnswers.ServiceDesign.ToJson() }), ifMatch: started.Header("ETag"));
        Assert.Equal(HttpStatusCode.OK, saved.Status);
        foreach (var document in SampleAnswers.Documents)
        {
            var attached = await site.Call(ApiSite.Lead, HttpMethod.Post, $"proposals/{draft}/documents", ApiSite.Document(document.Kind));
            Assert.Equal(HttpStatusCode.Created, attached.Status);
            var download = await site.Get(ApiSite.Lead, attached.Header("Location"));
            Assert.Equal("application/pdf", download.MediaType);
            Assert.StartsWith("attachment", download.Header("Content-Disposition"), StringComparison.Ordinal);
            Assert.Contains(document.Kind, download.Text, StringComparison.Ordinal);
        }
        var screened = await site.Get(ApiSite.Lead, $"proposals/{draft}/screening");
        Assert.Empty(screened.Json["faults"]!.AsArray());
        Assert.Equal("standard", screened["route"]);

        // Submitting gives a reference and a place in the log.
        var submitted = await site.Done(ApiSite.Lead, $"proposals/{draft}/submission", new JsonObject { ["declared"] = true });
        var reference = submitted["reference"];
        Assert.Equal("DUP-2026-0001", reference);
        Assert.Equal(64, submitted["leaf"].Length);
        Assert.Equal(reference, (await site.Get(ApiSite.Lead, $"proposals/{draft}"))["reference"]);

        // A reviewer asks, the lead answers; young people say what worries them, the lead answers that.
        await site.Done("privacy 0", $"proposals/{reference}/stages/privacy/questions", new JsonObject { ["text"] = "Who holds the keys?" });
        await site.Done(ApiSite.Lead, $"proposals/{reference}/questions/q1/answer", new JsonObject { ["text"] = "The university alone." });
        await site.Done(ApiSite.Facilitator, $"proposals/{reference}/stages/youth-voice/sessions", new JsonObject
        {
            ["on"] = "2026-10-30",
            ["young_people"] = 9,
            ["age_bands"] = new JsonArray("16_17"),
            ["method"] = "workshop",
            ["space"] = "An open invitation at the club.",
            ["voice"] = "They drew what worried them.",
            ["feedback"] = "At the club in March.",
        });
        var session = (await site.Get(ApiSite.Facilitator, $"proposals/{reference}/stages/youth-voice")).Json["sessions"]![0]!["id"]!.GetValue<string>();
        await site.Done("youth-voice 0", $"proposals/{reference}/stages/youth-voice/concerns", new JsonObject { ["text"] = "Will my school see this?", ["session"] = session });
        var concern = (await site.Get(ApiSite.Lead, $"proposals/{reference}")).Json["concerns"]![0]!;
        await site.Done(ApiSite.Lead, $"proposals/{reference}/concerns/{concern["id"]}/answer", new JsonObject { ["response"] = "already_met", ["text"] = "No. Schools get nothing." });

        // Each stage votes and its chair closes it; the queue follows.
        Assert.Contains((await site.Get("privacy 0", "work")).Json["items"]!.AsArray(), i => i!["task"]!.GetValue<string>() == "vote" && i["reference"]!.GetValue<string>() == reference);
        await site.Approve(reference, "privacy");
        Assert.Empty((await site.Get("privacy 0", "work")).Json["items"]!.AsArray());
        await site.Approve(reference, "criminalisation-risk");
        await site.Approve(reference, "youth-voice");
        Assert.Equal("awaiting_determination", (await site.Get(ApiSite.Chair, $"proposals/{reference}"))["phase"]);
        await site.Done(ApiSite.Chair, $"proposals/{reference}/determination", new JsonObject
        {
            ["outcome"] = "favourable_with_conditions",
            ["reason"] = "Fair, and the risks are small.",
            ["conditions"] = new JsonArray(new JsonObject { ["text"] = "Publish the results.", ["owner"] = "Research office", ["evidence"] = "The published report", ["due"] = "2027-12-01" }),
        });

        var decided = await site.Get(ApiSite.Lead, $"proposals/{reference}");
        Assert.Equal("determined", decided["phase"]);
        Assert.Equal("favourable_with_conditions", decided.Json["determinations"]![0]!["outcome"]!.GetValue<string>());
        Assert.Equal("k1", decided.Json["determinations"]![0]!["conditions"]![0]!["id"]!.GetValue<string>());
        Assert.Equal($"\"v{decided["version"]}\"", decided.Header("ETag"));
        Assert.Contains("The decision", (await site.Get(ApiSite.Lead, $"proposals/{reference}/timeline?limit=3")).Text, StringComparison.Ordinal);
        Assert.Equal("favourable_with_conditions", (await site.Get(ApiSite.Chair, "proposals?phase=determined&search=evening")).Json["proposals"]![0]!["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_requested_change_is_answered_with_a_revision_that_shows_what_changed()
    {
        await using var site = await ApiSite.StartAsync();
        var reference = await site.Submitted();
        foreach (var member in ApiSite.PanelOf("privacy"))
        {
            var vote = ApiSite.Vote("major_changes");
            vote["changes"] = new JsonArray(new JsonObject { ["field"] = "problem", ["text"] = "Say how you know." });
            vote["revision"] = 1;
            await site.Done(member, $"proposals/{reference}/stages/privacy/votes", vote);
        }
        await site.Done(ApiSite.Chair, $"proposals/{reference}/stages/privacy/outcome", new JsonObject
        {
            ["summary"] = "The panel asks for changes.",
            ["changes"] = new JsonArray(new JsonObject { ["field"] = "problem", ["text"] = "Say how you know." }),
        });
        var before = await site.Get(ApiSite.Lead, $"proposals/{reference}");
        Assert.True(before.Json["revision_awaited"]!.GetValue<bool>());
        var change = before.Json["changes"]![0]!["id"]!.GetValue<string>();

        var answers = SampleAnswers.ServiceDesign.With("problem", "Young people told us so in two surveys.").ToJson();
        var saved = await site.Call(ApiSite.Lead, HttpMethod.Put, $"proposals/{reference}", ApiSite.Json(new JsonObject { ["answers"] = answers }), ifMatch: before.Header("ETag"));
        Assert.Equal(HttpStatusCode.OK, saved.Status);
        (await site.Post(ApiSite.Lead, $"proposals/{reference}/revision", new JsonObject { ["declared"] = true }))
            .Refused(HttpStatusCode.BadRequest, "invalid").Errors.Single(e => e == $"responses[{change}]");
        await site.Done(ApiSite.Lead, $"proposals/{reference}/revision", new JsonObject
        {
            ["declared"] = true,
            ["responses"] = new JsonArray(new JsonObject { ["change"] = change, ["response"] = "changed", ["text"] = "We named the surveys." }),
        });

        var revision = await site.Get("privacy 0", $"proposals/{reference}/revisions/2");
        var changed = Assert.Single(revision.Json["changes"]!.AsArray())!;
        Assert.Equal("problem", changed["field"]!.GetValue<string>());
        Assert.Equal("Young people told us so in two surveys.", string.Concat(changed["words"]!.AsArray().Where(w => w!["kind"]!.GetValue<string>() != "removed").Select(w => w!["text"]!.GetValue<string>())));
        var late = ApiSite.Vote();
        late["revision"] = 1;
        (await site.Post("criminalisation-risk 0", $"proposals/{reference}/stages/criminalisation-risk/votes", late)).Refused(HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task Withdrawing_discarding_stepping_back_and_removing_documents_work()
    {
        await using var site = await ApiSite.StartAsync();
        var draft = await site.Draft();
        var removed = await site.Call(ApiSite.Lead, HttpMethod.Delete, $"proposals/{draft}/documents/d1");
        Assert.Equal(HttpStatusCode.OK, removed.Status);
        (await site.Get(ApiSite.Lead, $"proposals/{draft}/documents/d1")).Refused(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(HttpStatusCode.NoContent, (await site.Call(ApiSite.Lead, HttpMethod.Delete, $"proposals/{draft}", ifMatch: removed.Header("ETag"))).Status);
        (await site.Get(ApiSite.Lead, $"proposals/{draft}")).Refused(HttpStatusCode.NotFound, "not_found");

        var reference = await site.Submitted();
        await site.Done("privacy 1", $"proposals/{reference}/stages/privacy/recusals", new JsonObject { ["conflict"] = "My sister works there." });
        (await site.Post("privacy 1", $"proposals/{reference}/stages/privacy/votes", ApiSite.Vote())).Refused(HttpStatusCode.Forbidden, "not_allowed");
        await site.Done("privacy 0", $"proposals/{reference}/questions", new JsonObject { ["stage"] = "privacy", ["text"] = "Why now?" });
        (await site.Call(ApiSite.Lead, HttpMethod.Delete, $"proposals/{reference}")).Refused(HttpStatusCode.Conflict, "conflict");
        await site.Done(ApiSite.Lead, $"proposals/{reference}/withdrawal", new JsonObject { ["reason"] = "The funding ended." });
        Assert.Equal("withdrawn", (await site.Get(ApiSite.Lead, $"proposals/{reference}"))["phase"]);
    }

    [Fact]
    public async Task The_catalogue_and_the_person_are_told()
    {
        await using var site = await ApiSite.StartAsync();
        var form = await site.Get(ApiSite.Lead, "form");
        Assert.Contains("use_class", form.Json["sections"]!.AsArray().SelectMany(s => s!["fields"]!.AsArray()).Select(f => f!["id"]!.GetValue<string>()));
        var rules = await site.Get(ApiSite.Lead, "rules");
        Assert.Equal(4, rules.Json["checklists"]!.AsArray().Count);
        Assert.NotEmpty(rules.Json["screening"]!.AsArray());
        var me = await site.Get("privacy 0", "me");
        Assert.Equal("Sam privacy 0", me["name"]);
        Assert.Equal("data_protection", me.Json["seats"]![0]!["kind"]!.GetValue<string>());
    }
}
