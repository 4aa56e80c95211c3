using System.Net;
using System.Text.Json.Nodes;
using Governance.Review.Tests.Proposals;

namespace Governance.Web.Tests.Api;

public sealed class RepeatTests
{
    [Fact]
    public async Task The_same_request_with_the_same_key_is_done_once_and_answered_alike()
    {
        await using var site = await ApiSite.StartAsync();
        var draft = await site.Draft();
        var body = new JsonObject { ["declared"] = true };
        var before = await site.Entries();
        var first = await site.Post(ApiSite.Lead, $"proposals/{draft}/submission", body, "submit-1");
        var after = await site.Entries();
        site.Clock.Advance(TimeSpan.FromHours(1));
        var again = await site.Post(ApiSite.Lead, $"proposals/{draft}/submission", body, "submit-1");

        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(first.Header("ETag"), again.Header("ETag"));
        Assert.Equal(first.Header("Location"), again.Header("Location"));
        Assert.Equal("", first.Header("Idempotency-Replayed"));
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        Assert.True(after > before);
        Assert.Equal(after, await site.Entries());
    }

    [Fact]
    public async Task A_used_key_with_another_request_is_refused()
    {
        await using var site = await ApiSite.StartAsync();
        var reference = await site.Submitted();
        var votes = $"proposals/{reference}/stages/privacy/votes";
        Assert.Equal(HttpStatusCode.Created, (await site.Post("privacy 0", votes, ApiSite.Vote(), "k")).Status);
        var entries = await site.Entries();
        (await site.Post("privacy 0", votes, ApiSite.Vote("object"), "k")).Refused(HttpStatusCode.Conflict, "conflict");
        (await site.Post("privacy 0", $"proposals/{reference}/stages/privacy/questions", new JsonObject { ["text"] = "Why?" }, "k")).Refused(HttpStatusCode.Conflict, "conflict");
        Assert.Equal(entries, await site.Entries());
        // A key belongs to whoever used it.
        Assert.Equal(HttpStatusCode.Created, (await site.Post("privacy 1", votes, ApiSite.Vote("object"), "k")).Status);
    }

    [Fact]
    public async Task Drafts_that_differ_in_their_answers_alone_are_different_requests()
    {
        await using var site = await ApiSite.StartAsync();
        var one = new JsonObject { ["answers"] = SampleAnswers.Insight.ToJson() };
        var two = new JsonObject { ["answers"] = SampleAnswers.Scoring.ToJson() };
        var first = await site.Post(ApiSite.Lead, "proposals", one, "k");
        Assert.Equal(first["reference"], (await site.Post(ApiSite.Lead, "proposals", one, "k"))["reference"]);
        (await site.Post(ApiSite.Lead, "proposals", two, "k")).Refused(HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task A_repeated_document_is_attached_once()
    {
        await using var site = await ApiSite.StartAsync();
        var draft = (await site.Done(ApiSite.Lead, "proposals", new JsonObject()))["reference"];
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.Created, (await site.Call(ApiSite.Lead, HttpMethod.Post, $"proposals/{draft}/documents", ApiSite.Document("dpia"), "doc")).Status);
        (await site.Call(ApiSite.Lead, HttpMethod.Post, $"proposals/{draft}/documents", ApiSite.Document("dpia", "other content"), "doc")).Refused(HttpStatusCode.Conflict, "conflict");
        Assert.Single((await site.Get(ApiSite.Lead, $"proposals/{draft}")).Json["draft"]!["documents"]!.AsArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x")]
    public async Task A_post_without_a_usable_key_says_so(string key)
    {
        await using var site = await ApiSite.StartAsync();
        var refused = await site.Post(ApiSite.Lead, "proposals", new JsonObject(), key);
        Assert.Equal(["Idempotency-Key"], refused.Refused(HttpStatusCode.BadRequest, "invalid").Errors);
    }
}
