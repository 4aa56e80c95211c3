using System.Net;
using System.Text.Json.Nodes;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Audit;

/// <summary>What people see when the record does not match: changes are refused, reading goes on, and it is not hidden.</summary>
public sealed class StoppedSiteTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    static async Task Spoil(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.BeginWriteAsync(CancellationToken.None);
        await session.ExecuteAsync("DROP TRIGGER ledger_entry_no_update");
        await session.ExecuteAsync("UPDATE ledger_entry SET kind = 'vote.cast' WHERE seq = 1");
        await session.CommitAsync();
        await session.EndAsync();
        var check = services.GetRequiredService<RecordCheck>();
        var walk = new RecordWalk();
        while (!walk.Finished) await check.CheckPartAsync(walk, CancellationToken.None);
    }

    [Fact]
    public async Task On_the_pages_changes_are_refused_and_administrators_are_told_on_every_page()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        var member = await site.As(site.Privacy[0]);
        var administrator = await site.As(site.Administrator);
        var form = await member.Get($"/proposals/{reference}/stages/{StageIds.Privacy}/question");
        Assert.Equal(HttpStatusCode.OK, (await site.Nobody().Client.GetAsync("/health/ready")).StatusCode);

        await Spoil(site.Services);
        var refused = await member.Submit(form, [("Text", "Why is this needed?")]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Contains("The record does not match", refused.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await member.Get($"/proposals/{reference}")).Status);
        Assert.DoesNotContain("Entry 1:", (await member.Get("/work")).Text, StringComparison.Ordinal);

        foreach (var path in (string[])["/work", "/people", "/audit", $"/audit/proposals/{reference}", "/audit/ledger/1"])
        {
            var page = await administrator.Get(path);
            Assert.Equal((path, HttpStatusCode.OK), (path, page.Status));
            Assert.Contains("Entry 1: what the database says of it is not what it says itself.", page.Document.Body!.TextContent, StringComparison.Ordinal);
        }

        // Outsiders learn that it is not ready, and nothing else.
        var ready = await site.Nobody().Client.GetAsync("/health/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), (ready.StatusCode, await ready.Content.ReadAsStringAsync()));
        Assert.NotEqual(HttpStatusCode.OK, (await site.Nobody().Client.GetAsync("/health/details")).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await member.Client.GetAsync("/health/details")).StatusCode);
        var details = JsonNode.Parse(await (await administrator.Client.GetAsync("/health/details")).Content.ReadAsStringAsync())!;
        Assert.Contains("Entry 1:", (string)details["checks"]!["ledger"]!["data"]!["findings"]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_the_API_changes_are_refused_with_503_and_reading_goes_on()
    {
        await using var api = await ApiSite.StartAsync();
        var reference = await api.Submitted();
        await Spoil(api.Services);
        var refused = await api.Post(ApiSite.PanelOf(StageIds.Privacy).First(), $"proposals/{reference}/stages/{StageIds.Privacy}/votes", ApiSite.Vote());
        refused.Refused(HttpStatusCode.ServiceUnavailable, "record_does_not_match");
        Assert.Equal(HttpStatusCode.OK, (await api.Get(ApiSite.Auditor, $"proposals/{reference}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.Get(null, "ledger/checkpoint")).Status);
    }
}
