using System.Net;
using System.Text.Json.Nodes;
using Governance.Review.Stages;
using Governance.Web.Tests.Messages;

namespace Governance.Web.Tests.Api;

public sealed class MessagesTests
{
    [Fact]
    public async Task Messages_are_listed_page_by_page_and_marked_as_read_once()
    {
        await using var site = await ApiSite.StartAsync();
        var reference = await site.Submitted();
        for (var i = 0; i < 5; i++)
        {
            site.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await site.Done($"{StageIds.Privacy} 0", $"proposals/{reference}/stages/privacy/questions", new JsonObject { ["text"] = $"Who holds key {i}?" });
        }
        await MessagePagesTests.Deliver(site.Services);

        List<string> ids = [];
        for (var path = "messages?limit=2"; path.Length > 0;)
        {
            var page = await site.Get(ApiSite.Lead, path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Equal(5, page.Json["unread"]!.GetValue<long>());
            var items = page.Json["items"]!.AsArray();
            Assert.All(items, i => Assert.Equal(("question_asked", reference, "privacy"), (i!["kind"]!.GetValue<string>(), i["reference"]!.GetValue<string>(), i["stage"]!.GetValue<string>())));
            ids.AddRange(items.Select(i => i!["id"]!.GetValue<string>()));
            path = page.Json["next"] is { } next ? $"messages?limit=2&cursor={Uri.EscapeDataString(next.GetValue<string>())}" : "";
        }
        Assert.Equal(5, ids.Distinct().Count());
        Assert.DoesNotContain("Who holds", (await site.Get(ApiSite.Lead, "messages")).Text, StringComparison.Ordinal);

        var body = new JsonObject { ["ids"] = new JsonArray(ids[0], ids[1]) };
        var read = await site.Post(ApiSite.Lead, "messages/read", body, key: "once");
        Assert.Equal((HttpStatusCode.Created, "3"), (read.Status, read["unread"]));
        var again = await site.Post(ApiSite.Lead, "messages/read", body, key: "once");
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        Assert.Equal(3, (await site.Get(ApiSite.Lead, "messages?unread=true")).Json["items"]!.AsArray().Count);
        var upTo = (await site.Get(ApiSite.Lead, "messages?unread=true&limit=1")).Json["items"]![0]!["at"]!.GetValue<string>();
        var all = await site.Post(ApiSite.Lead, "messages/read", new JsonObject { ["up_to"] = upTo });
        Assert.True(all.Status == HttpStatusCode.Created, all.Text);
        Assert.Equal("0", all["unread"]);

        (await site.Post(ApiSite.OtherLead, "messages/read", new JsonObject { ["ids"] = new JsonArray(ids[0]) })).Refused(HttpStatusCode.NotFound, "not_found");
        (await site.Post(ApiSite.Lead, "messages/read", new JsonObject())).Refused(HttpStatusCode.BadRequest, "invalid");
        (await site.Post(ApiSite.Lead, "messages/read", new JsonObject { ["up_to"] = "yesterday" })).Refused(HttpStatusCode.BadRequest, "invalid");
        (await site.Get(ApiSite.Lead, "messages?limit=0")).Refused(HttpStatusCode.BadRequest, "invalid");
        (await site.Get(ApiSite.Lead, "messages?cursor=1")).Refused(HttpStatusCode.BadRequest, "invalid");
        (await site.Get(ApiSite.Lead, "messages?unread=perhaps")).Refused(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    public async Task What_could_not_be_mailed_is_for_administrators_alone()
    {
        await using var site = await ApiSite.StartAsync();
        var list = await site.Get(ApiSite.Administrator, "messages/undelivered");
        Assert.Equal((HttpStatusCode.OK, "0", "0"), (list.Status, list["failed"], list["waiting"]));
        (await site.Get(ApiSite.Chair, "messages/undelivered")).Refused(HttpStatusCode.Forbidden, "not_allowed");
        (await site.Post(ApiSite.Chair, "messages/undelivered", new JsonObject { ["again"] = true })).Refused(HttpStatusCode.Forbidden, "not_allowed");
        Assert.Equal("0", (await site.Done(ApiSite.Administrator, "messages/undelivered", new JsonObject { ["again"] = true }))["count"]);
        Assert.Equal("0", (await site.Done(ApiSite.Administrator, "messages/undelivered", new JsonObject { ["again"] = false, ["person"] = Guid.Empty.ToString() }))["count"]);
        (await site.Post(ApiSite.Administrator, "messages/undelivered", new JsonObject { ["again"] = true, ["person"] = "somebody" })).Refused(HttpStatusCode.BadRequest, "invalid");
        (await site.Post(ApiSite.Administrator, "messages/undelivered", new JsonObject())).Refused(HttpStatusCode.BadRequest, "invalid");
    }
}
