using System.Net;

namespace Governance.Web.Tests.Audit;

public sealed class PublicLimitTests(PublicLimitTests.Limited site) : IClassFixture<PublicLimitTests.Limited>
{
    public sealed class Limited : SiteFixture
    {
        protected override IEnumerable<(string Name, string Value)> Settings => [("Api:PublicRequestsPerMinute", "3")];
    }

    [Fact]
    public async Task What_anybody_may_read_of_the_log_is_limited_by_address_and_says_when_to_come_back()
    {
        var client = site.Nobody().Client;
        for (var i = 0; i < 3; i++)
        {
            using var answer = await client.GetAsync(new Uri("/api/v1/ledger/tile/0/000", UriKind.Relative));
            Assert.NotEqual(HttpStatusCode.TooManyRequests, answer.StatusCode);
        }
        foreach (var path in new[] { "tile/0/000", "checkpoint", "key" })
        {
            using var refused = await client.GetAsync(new Uri("/api/v1/ledger/" + path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        }
    }
}
