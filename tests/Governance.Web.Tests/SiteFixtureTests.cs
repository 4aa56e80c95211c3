using System.Net;

namespace Governance.Web.Tests;

public sealed class SiteFixtureTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Fact]
    public async Task Somebody_who_signs_in_is_known_on_the_next_page_and_a_stranger_is_not()
    {
        var page = await (await site.As(site.Lead)).Get("/nowhere");
        Assert.Contains("Lena Leadbetter", page.Document.QuerySelector("header")!.TextContent, StringComparison.Ordinal);

        var stranger = await site.Nobody().Get("/proposals");
        Assert.Equal(HttpStatusCode.OK, stranger.Status);
        Assert.Equal("Sign in", stranger.Heading);
    }
}
