using System.Net;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Pipeline;
using Governance.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Audit;

/// <summary>The addresses of the log over the service of the real site; who asks is set by the test.</summary>
public sealed class AuditApiTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    async Task<HttpClient> As(Actor? person)
    {
        await using var scope = site.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        // The requests are answered by the site's own service.
        builder.Services.AddScoped(_ => site.Services.CreateScope());
        builder.Services.AddScoped(services => services.GetRequiredService<IServiceScope>().ServiceProvider.GetRequiredService<MediatR.IMediator>());
        builder.Services.AddScoped(services => services.GetRequiredService<IServiceScope>().ServiceProvider.GetRequiredService<TrailExport>());
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            if (person is not null) context.Features.Set(person);
            try
            {
                await next(context);
            }
            catch (RefusalException refusal)
            {
                context.Response.StatusCode = refusal switch { InvalidException => 400, NotAllowedException => 403, NotFoundException => 404, _ => 409 };
            }
        });
        app.MapGroup("/api/v1").MapAuditApi();
        await app.StartAsync();
        return app.GetTestClient();
    }

    static async Task<HttpResponseMessage> Get(HttpClient client, string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        return await client.SendAsync(request);
    }

    [Fact]
    public async Task A_trail_comes_in_the_format_that_is_asked_for()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        var client = await As(site.Auditor);
        var path = $"/api/v1/proposals/{reference}/trail";
        foreach (var (accept, type) in ((string?, string)[])
            [(null, "application/json"), ("*/*", "application/json"), ("text/csv", "text/csv"), ("application/zip", "application/zip"),
             ("application/json;q=0.1, text/*", "text/csv"), ("*/*, application/json;q=0, text/csv;q=0", "application/zip")])
        {
            var answer = await Get(client, path, accept);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        }
        Assert.Equal(HttpStatusCode.NotAcceptable, (await Get(client, path, "text/html")).StatusCode);
        Assert.Equal(HttpStatusCode.NotAcceptable, (await Get(client, path, "nonsense")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Get(client, path + "?depth=deeper")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Get(client, "/api/v1/proposals/DUP-1999-0001/trail")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Get(await As(site.Privacy[0]), path)).StatusCode);

        var zip = await Get(client, path + "?depth=public", "application/zip");
        Assert.Equal($"{reference}-public.zip", zip.Content.Headers.ContentDisposition!.FileName);
        var key = NoteVerifier.Parse((await client.GetStringAsync("/api/v1/ledger/key")).TrimEnd());
        Assert.True(BundleVerifier.Verify(await zip.Content.ReadAsStreamAsync(), key).Verified);
    }

    [Fact]
    public async Task Anybody_may_have_the_checkpoint_and_the_key()
    {
        await site.Submitted(SampleAnswers.Insight);
        var client = await As(null);
        var answer = await Get(client, "/api/v1/ledger/checkpoint");
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        SignedNote.Parse(await answer.Content.ReadAsByteArrayAsync()).Verify(NoteVerifier.Parse((await client.GetStringAsync("/api/v1/ledger/key")).TrimEnd()));
    }

    [Fact]
    public async Task Entries_are_searched_page_by_page_and_proved_one_by_one()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        var client = await As(site.Administrator);
        var first = JsonNode.Parse(await client.GetStringAsync($"/api/v1/ledger/entries?proposal={reference}&limit=2"))!;
        Assert.Equal(2, first["entries"]!.AsArray().Count);
        var second = JsonNode.Parse(await client.GetStringAsync($"/api/v1/ledger/entries?proposal={reference}&limit=2&cursor={first["next"]}"))!;
        Assert.True((long)second["entries"]![0]!["seq"]! < (long)first["entries"]![1]!["seq"]!);

        var seq = (long)first["entries"]![0]!["seq"]!;
        var entry = JsonNode.Parse(await client.GetStringAsync($"/api/v1/ledger/entries/{seq}"))!;
        var leaf = Merkle.LeafHash(Convert.FromBase64String((string)entry["bytes"]!));
        Assert.Equal((string?)entry["leaf"], Convert.ToHexStringLower(leaf));
        var proof = TlogProof.Parse(await client.GetByteArrayAsync($"/api/v1/ledger/entries/{seq}/proof"));
        var signed = Checkpoint.Parse(SignedNote.Parse(proof.Checkpoint).Text);
        Assert.True(Merkle.VerifyInclusion(seq, signed.Size, leaf, proof.Hashes, signed.Root));

        Assert.Equal(HttpStatusCode.BadRequest, (await Get(client, "/api/v1/ledger/entries?limit=0")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Get(client, "/api/v1/ledger/entries?cursor=x")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Get(client, "/api/v1/ledger/entries/999999")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Get(await As(site.Lead), "/api/v1/ledger/entries")).StatusCode);
    }
}
