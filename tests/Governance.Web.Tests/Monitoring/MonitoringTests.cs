using System.Net;
using System.Net.Sockets;
using System.Text;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Stages;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Governance.Web.Tests.Monitoring;

/// <summary>What leaves the house over OpenTelemetry, as a collector on this machine gets it.</summary>
public sealed class MonitoringTests
{
    sealed class Watched : SiteFixture
    {
        readonly HttpListener _collector = new();
        readonly Task _collecting;
        readonly int _port = FreePort();
        readonly List<(string Path, byte[] Body)> _got = [];

        public Watched()
        {
            _collector.Prefixes.Add($"http://127.0.0.1:{_port}/");
            _collector.Start();
            _collecting = CollectAsync();
        }

        protected override IEnumerable<(string Name, string Value)> Settings =>
            [("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{_port}"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

        /// <summary>Everything that the collector got at a path, as text: names and values stand in it as they are.</summary>
        public string Got(string path)
        {
            lock (_got) return string.Concat(_got.Where(g => g.Path == path).Select(g => Encoding.Latin1.GetString(g.Body)));
        }

        async Task CollectAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _collector.GetContextAsync();
                    using var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body);
                    lock (_got) _got.Add((context.Request.Url!.AbsolutePath, body.ToArray()));
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _collector.Close();
            await _collecting;
        }

        static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }

    [Fact]
    public async Task A_collector_gets_requests_commands_and_measures_and_nothing_of_any_person_or_proposal()
    {
        await using var site = new Watched();
        await site.InitializeAsync();
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        await site.Send(new AskQuestion { Actor = site.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "The clinic on Aldergrove Lane?" });
        await Assert.ThrowsAnyAsync<Exception>(() => site.Send(new AskQuestion { Actor = site.Lead, Reference = reference, Stage = StageIds.Privacy, Text = "Aldergrove again?" }));
        var browser = await site.As(site.Administrator);
        await browser.Get($"/people/{site.Lead.Id}");
        await browser.Get("/people?search=Leadbetter");
        await (await site.As(site.Lead)).Get($"/proposals/{reference}");

        Assert.True(site.Services.GetRequiredService<TracerProvider>().ForceFlush(10_000));
        Assert.True(site.Services.GetRequiredService<MeterProvider>().ForceFlush(10_000));
        var (traces, metrics) = (site.Got("/v1/traces"), site.Got("/v1/metrics"));
        foreach (var name in new[] { "SubmitProposal", "AskQuestion", "GetProposal", "refused", "people/{id:guid}" }) Assert.Contains(name, traces, StringComparison.Ordinal);
        // A server has no groups and no queue of ours.
        foreach (var name in Service.Tests.TestServer.IsThere ? [] : new[] { "governance.commit.group_size", "governance.commit.waiting" }) Assert.Contains(name, metrics, StringComparison.Ordinal);
        foreach (var name in new[]
                 {
                     "governance.ledger.appends", "governance.commit.duration", "governance.outbox.length",
                     "governance.checkpoint.unsigned", "governance.check.findings", "governance.ledger.size", "http.server.request.duration",
                 })
            Assert.Contains(name, metrics, StringComparison.Ordinal);
        foreach (var secret in new[]
                 {
                     reference, "Aldergrove", "Leadbetter", "lena@", "Priya", site.Lead.Id.ToString(), site.Administrator.Id.ToString(), SampleAnswers.ServiceDesign.Text("title"), "search=", SiteFixture.Password,
                     "client.address", "client.port", "peer.address", "user_agent", "url.path", "url.query",
                 })
        {
            Assert.DoesNotContain(secret, traces, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, metrics, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Nothing_is_measured_for_anybody_where_no_endpoint_is_named()
    {
        await using var site = new SiteFixture();
        Assert.Null(site.Services.GetService<TracerProvider>());
        Assert.Null(site.Services.GetService<MeterProvider>());
    }
}
