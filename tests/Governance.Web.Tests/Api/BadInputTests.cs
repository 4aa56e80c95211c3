using System.Net;
using System.Text.Json.Nodes;

namespace Governance.Web.Tests.Api;

public sealed class BadInputTests
{
    [Fact]
    public async Task Each_kind_of_bad_input_is_named_precisely()
    {
        await using var site = await ApiSite.StartAsync();
        var reference = await site.Submitted();
        var votes = $"proposals/{reference}/stages/privacy/votes";
        Task<Answer> Vote(string json) => site.Call("privacy 0", HttpMethod.Post, votes, ApiSite.Json(json));
        async Task Names(string json, params string[] paths) =>
            Assert.Equal(paths, (await Vote(json)).Refused(HttpStatusCode.BadRequest, "invalid").Errors);

        Assert.Contains("line 2", (await Vote("{\n \"choice\": }")).Refused(HttpStatusCode.BadRequest, "malformed")["detail"], StringComparison.Ordinal);
        (await Vote("")).Refused(HttpStatusCode.BadRequest, "malformed");
        (await Vote("{\"\\ud800\": 1}")).Refused(HttpStatusCode.BadRequest, "malformed");
        await Names("[]", "body");
        await Names("""{"choice":"approve","rationale":"Yes.","rational":"x"}""", "rational");
        await Names("""{"choice":"approve","rationale":"Yes.","rationale":"No."}""", "rationale");
        await Names("""{"choice":"aprove","rationale":7,"revision":"one","checklist":[{"item":1}],"changes":{},"conditions":[null]}""",
            "choice", "rationale", "revision", "checklist[0].item", "changes", "conditions[0]");
        await Names("""{"choice":1,"rationale":"Yes."}""", "choice");
        await Names("""{"choice":"approve","rationale":"\ud800"}""", "rationale");
        await Names("{}", "choice", "rationale");
        await Names("""{"choice":"approve","rationale":"Yes.","checklist":[{"item":"a","answer":"met","note":"LONG"}]}""".Replace("LONG", new string('x', 2_001), StringComparison.Ordinal), "checklist[0].note");
        (await Vote("{\"rationale\":\"" + new string('x', 3_000_000) + "\"}")).Refused(HttpStatusCode.RequestEntityTooLarge, "too_large");
        (await site.Call("privacy 0", HttpMethod.Post, votes, new StringContent("{}"))).Refused(HttpStatusCode.UnsupportedMediaType, "wrong_media_type");
        (await site.Call("privacy 0", HttpMethod.Put, votes, ApiSite.Json("{}"))).Refused(HttpStatusCode.MethodNotAllowed, "wrong_method");
        (await site.Get("privacy 0", "nothing")).Refused(HttpStatusCode.NotFound, "not_found");
        // Out of order.
        (await site.Post(ApiSite.Chair, $"proposals/{reference}/determination", new JsonObject { ["outcome"] = "favourable", ["reason"] = "Fair." })).Refused(HttpStatusCode.Conflict, "conflict");
        (await site.Post(ApiSite.Chair, $"proposals/{reference}/stages/privacy/outcome", new JsonObject { ["summary"] = "Done." })).Refused(HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task Wrong_answers_documents_and_filters_are_named_by_their_path()
    {
        await using var site = await ApiSite.StartAsync();
        var draft = (await site.Done(ApiSite.Lead, "proposals", new JsonObject()))["reference"];
        var refused = await site.Post(ApiSite.Lead, "proposals", JsonNode.Parse("""{"answers":{"titel":"x","platforms":"one","onward_use":[{"who":"us"}],"title":{}}}"""));
        Assert.Equal(["answers.titel", "answers.platforms", "answers.onward_use[0].who", "answers.title"], refused.Refused(HttpStatusCode.BadRequest, "invalid").Errors);
        var incomplete = (await site.Post(ApiSite.Lead, $"proposals/{draft}/submission", new JsonObject { ["declared"] = true })).Refused(HttpStatusCode.BadRequest, "invalid");
        Assert.Contains("answers.title", incomplete.Errors);
        Assert.Equal(["declared"], (await site.Post(ApiSite.Lead, $"proposals/{draft}/submission", new JsonObject())).Refused(HttpStatusCode.BadRequest, "invalid").Errors);

        Task<Answer> Attach(HttpContent content) => site.Call(ApiSite.Lead, HttpMethod.Post, $"proposals/{draft}/documents", content);
        Assert.Equal(["kind", "file"], (await Attach(new MultipartFormDataContent { { new StringContent("x"), "extra" } })).Refused(HttpStatusCode.BadRequest, "invalid").Errors.Where(e => e != "extra"));
        Assert.Equal(["kind"], (await Attach(ApiSite.Document("nonsense"))).Refused(HttpStatusCode.BadRequest, "invalid").Errors);
        using var program = new MultipartFormDataContent { { new StringContent("dpia"), "kind" }, { new ByteArrayContent([0x7F, 0x45, 0x4C, 0x46, 0]), "file", "dpia.pdf" } };
        Assert.Equal(["file"], (await Attach(program)).Refused(HttpStatusCode.BadRequest, "invalid").Errors);
        using var huge = new MultipartFormDataContent { { new StringContent("dpia"), "kind" }, { new ByteArrayContent(new byte[11 * 1024 * 1024]), "file", "dpia.pdf" } };
        (await Attach(huge)).Refused(HttpStatusCode.RequestEntityTooLarge, "too_large");
        (await Attach(ApiSite.Json("{}"))).Refused(HttpStatusCode.UnsupportedMediaType, "wrong_media_type");

        foreach (var (query, name) in new[] { ("phase=nowhere", "phase"), ("limit=0", "limit"), ("limit=x", "limit"), ("cursor=x", "cursor"), ("phse=draft", "phse"), ("mine=yes", "mine") })
            Assert.Equal([name], (await site.Get(ApiSite.Lead, $"proposals?{query}")).Refused(HttpStatusCode.BadRequest, "invalid").Errors);
    }

    [Fact]
    public async Task Only_a_token_that_works_is_let_in_and_nobody_without_end()
    {
        await using var site = await ApiSite.StartAsync(("Api:RequestsPerMinute", "3"));
        (await site.Get(null, "me")).Refused(HttpStatusCode.Unauthorized, "not_signed_in");
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await site.Get(ApiSite.Lead, "me")).Status);
        var limited = (await site.Get(ApiSite.Lead, "me")).Refused(HttpStatusCode.TooManyRequests, "too_many_requests");
        Assert.InRange(int.Parse(limited.Header("Retry-After"), System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await site.Get(ApiSite.OtherLead, "me")).Status);
        site.Clock.Advance(TimeSpan.FromDays(301));
        (await site.Get(ApiSite.OtherLead, "me")).Refused(HttpStatusCode.Unauthorized, "not_signed_in");
    }
}
