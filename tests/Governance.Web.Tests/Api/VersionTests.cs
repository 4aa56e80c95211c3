using System.Net;
using System.Text.Json.Nodes;

namespace Governance.Web.Tests.Api;

public sealed class VersionTests
{
    static HttpContent Titled(string title) => ApiSite.Json(new JsonObject { ["answers"] = new JsonObject { ["title"] = title } });

    [Fact]
    public async Task Two_windows_do_not_overwrite_each_other()
    {
        await using var site = await ApiSite.StartAsync();
        var started = await site.Done(ApiSite.Lead, "proposals", new JsonObject { ["title"] = "One" });
        var path = $"proposals/{started["reference"]}";
        var seen = (await site.Get(ApiSite.Lead, path)).Header("ETag");
        Assert.Equal(started.Header("ETag"), seen);

        var first = await site.Call(ApiSite.Lead, HttpMethod.Put, path, Titled("Two"), ifMatch: seen);
        Assert.Equal(HttpStatusCode.OK, first.Status);
        var second = (await site.Call(ApiSite.Lead, HttpMethod.Put, path, Titled("Three"), ifMatch: seen)).Refused(HttpStatusCode.PreconditionFailed, "stale");
        Assert.Equal(first["version"], second["current_version"]);
        Assert.Equal(first.Header("ETag"), second["current_etag"]);
        Assert.Equal("Two", (await site.Get(ApiSite.Lead, path))["title"]);
        Assert.Equal(HttpStatusCode.OK, (await site.Call(ApiSite.Lead, HttpMethod.Put, path, Titled("Three"), ifMatch: second["current_etag"])).Status);
    }

    [Fact]
    public async Task Writing_without_saying_what_was_seen_is_refused_with_428()
    {
        await using var site = await ApiSite.StartAsync();
        var path = $"proposals/{(await site.Done(ApiSite.Lead, "proposals", new JsonObject()))["reference"]}";
        (await site.Call(ApiSite.Lead, HttpMethod.Put, path, Titled("Two"))).Refused(HttpStatusCode.PreconditionRequired, "version_needed");
        Assert.Equal(HttpStatusCode.OK, (await site.Call(ApiSite.Lead, HttpMethod.Put, path, Titled("Two"), ifMatch: "*")).Status);
    }

    [Theory]
    [InlineData("W/\"v2\"", HttpStatusCode.PreconditionFailed, "stale")]
    [InlineData("\"abc\"", HttpStatusCode.PreconditionFailed, "stale")]
    [InlineData("v2", HttpStatusCode.BadRequest, "invalid")]
    [InlineData("\"v1\", \"v2\"", HttpStatusCode.BadRequest, "invalid")]
    public async Task A_tag_that_was_never_given_matches_nothing(string tag, HttpStatusCode status, string code)
    {
        await using var site = await ApiSite.StartAsync();
        var path = $"proposals/{(await site.Done(ApiSite.Lead, "proposals", new JsonObject()))["reference"]}";
        (await site.Call(ApiSite.Lead, HttpMethod.Put, path, Titled("Two"), ifMatch: tag)).Refused(status, code);
    }

    [Fact]
    public async Task A_vote_on_an_overtaken_version_is_not_cast()
    {
        await using var site = await ApiSite.StartAsync();
        var reference = await site.Submitted();
        var votes = $"proposals/{reference}/stages/privacy/votes";
        var seen = (await site.Get("privacy 0", $"proposals/{reference}/stages/privacy")).Header("ETag");
        await site.Done("privacy 1", votes, ApiSite.Vote());
        var entries = await site.Entries();
        var refused = (await site.Post("privacy 0", votes, ApiSite.Vote(), ifMatch: seen)).Refused(HttpStatusCode.PreconditionFailed, "stale");
        Assert.Equal(entries, await site.Entries());
        Assert.Equal(HttpStatusCode.Created, (await site.Post("privacy 0", votes, ApiSite.Vote(), ifMatch: refused["current_etag"])).Status);
    }
}
