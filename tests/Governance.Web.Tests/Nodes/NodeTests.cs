using System.Net;
using System.Text;
using Governance.Review;
using Governance.Service.Data;
using Governance.Web.Composition;
using Governance.Web.Tests.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Nodes;

public sealed class NodeTests
{
    [Theory]
    [InlineData("", "10.0.3.9", "203.0.113.7", "10.0.3.9 http")]
    [InlineData("10.0.3.0/24", "10.0.3.9", "203.0.113.7", "203.0.113.7 https")]
    [InlineData("10.0.3.9", "10.0.3.9", "203.0.113.7", "203.0.113.7 https")]
    // A stranger who comes past the proxy says what they like.
    [InlineData("10.0.3.0/24", "198.51.100.2", "203.0.113.7", "198.51.100.2 http")]
    // What the visitor wrote into the header before the proxy added the truth.
    [InlineData("10.0.3.0/24", "10.0.3.9", "192.0.2.1, 203.0.113.7", "203.0.113.7 https")]
    [InlineData("10.0.3.0/24, 10.0.4.0/24", "10.0.3.9", "192.0.2.1, 203.0.113.7, 10.0.4.1", "203.0.113.7 https")]
    public async Task Only_proxies_that_were_named_are_believed(string known, string from, string forwarded, string seen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration[Proxies.Setting] = known;
        await using var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(from);
            return next(context);
        });
        app.UseProxies();
        app.Run(context => context.Response.WriteAsync($"{context.Connection.RemoteIpAddress} {context.Request.Scheme}"));
        await app.StartAsync();

        using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost/");
        request.Headers.Add("X-Forwarded-For", forwarded);
        // One word for each address, as a chain of proxies writes them.
        request.Headers.Add("X-Forwarded-Proto", string.Join(", ", forwarded.Split(',').Select(_ => "https")));
        using var answer = await app.GetTestClient().SendAsync(request);
        Assert.Equal(seen, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public void What_is_no_network_is_refused()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration[Proxies.Setting] = "the proxy";
        var app = builder.Build();
        Assert.Contains("the proxy", Assert.Throws<InvalidDataException>(() => app.UseProxies()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_too_old_for_the_tables_does_nothing_and_is_not_ready()
    {
        await using var site = new PeopleSite();
        var database = site.Services.GetRequiredService<Database>();
        await using (var session = new Session(database))
        {
            await session.BeginWriteAsync(CancellationToken.None);
            await session.ExecuteAsync($"UPDATE {Schema.Needs} SET migration = 9999");
            await session.CommitAsync();
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Open().Get("/health/ready")).StatusCode);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        Assert.Equal(1, await Commands.CommandLine.RunAsync(["doctor"], site.Services, TextReader.Null, output, error));
        Assert.Contains("9999 is needed. Start the newer version", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public async Task The_keys_of_sessions_are_in_the_database_and_nobody_reads_them_without_the_wrapping_key()
    {
        await using var site = new PeopleSite();
        await site.Add("pat@example.org", "Pat Sample", Role.Auditor);
        await site.SignedIn("pat@example.org");

        await using var session = new Session(site.Services.GetRequiredService<Database>());
        await session.BeginReadAsync(CancellationToken.None);
        var content = Assert.Single(await session.QueryAsync<byte[]>("SELECT content FROM protection_key"));
        Assert.DoesNotContain("masterKey", Encoding.UTF8.GetString(content), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<key", Encoding.UTF8.GetString(content), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("masterKey", Assert.Single(site.Services.GetRequiredService<ProtectionKeys>().GetAllElements()).ToString(), StringComparison.Ordinal);

        var wrong = Path.Combine(site.Folder, "wrong.key");
        WrappingKey.Create(wrong);
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager { [WrappingKey.FileSetting] = wrong };
        var others = new ProtectionKeys(site.Services.GetRequiredService<Database>(), () => WrappingKey.Load(configuration, ""), TimeProvider.System);
        Assert.Throws<InvalidOperationException>(() => others.GetAllElements());
        Assert.DoesNotContain("No XML encryptor", site.Logged, StringComparison.Ordinal);
    }
}
