using Microsoft.Playwright;

namespace Governance.Browser.Tests;

/// <summary>Every page that somebody of each role can reach by links, over the demonstration's proposals.</summary>
public sealed class EveryPageTests(Site site)
{
    const int MostPages = 14;

    static readonly string[] Starts = ["/work", "/messages", "/proposals", "/audit", "/people", "/account", "/account/codes"];

    // Pages of one template with other content are one kind, of which this many are enough.
    const int OfAKind = 1;

    [Theory]
    [InlineData("Imogen")]
    [InlineData("Dominic")]
    [InlineData("Ottilie")]
    [InlineData("Amara")]
    [InlineData("Leonie")]
    [InlineData("Beatrix")]
    [InlineData("Percival")]
    [InlineData("Winifred")]
    public async Task Every_page_that_links_lead_to_answers_and_is_accessible(string name)
    {
        var page = await site.OpenAsync();
        await page.SignInAsync(name);
        var queue = new Queue<string>(Starts);
        var seen = new HashSet<string>(Starts, StringComparer.Ordinal);
        var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
        var visited = 0;
        var faults = new List<string>();
        while (visited < MostPages && queue.TryDequeue(out var path))
        {
            var start = Starts.Contains(path);
            if (!start && !FewOf(kinds, path)) continue;
            var response = await page.GotoAsync(path);
            var status = response!.Status;
            // Where a page to begin at is not for this role, the refusal is a page too.
            if (status != 200 && !(start && status == 403)) faults.Add($"{path} answers {status}");
            visited++;
            faults.AddRange(await page.AccessibilityFaultsAsync());
            var hrefs = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('a[href]')].filter(a => a.origin === location.origin).map(a => a.pathname + a.search)");
            foreach (var href in hrefs.Where(IsPage))
                if (seen.Add(href)) queue.Enqueue(href);
        }
        Assert.True(visited > Starts.Length, $"Only {visited} pages were found.");
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(320)]
    [InlineData(640)]
    public async Task The_main_pages_need_no_sideways_scrolling_when_narrow_or_enlarged(int width)
    {
        var wide = new List<string>();
        var visited = 0;
        foreach (var (name, depth) in new[] { ("Imogen", 10), ("Ottilie", 10), ("Beatrix", 10), ("Percival", 8), ("Winifred", 7) })
        {
            var page = await site.OpenAsync(width: width);
            await page.SignInAsync(name);
            var queue = new Queue<string>(Starts);
            var seen = new HashSet<string>(Starts, StringComparer.Ordinal);
            var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var n = 0; n < depth + Starts.Length && queue.TryDequeue(out var path);)
            {
                if (!Starts.Contains(path) && !FewOf(kinds, path, 1)) continue;
                n++;
                visited++;
                await page.GotoAsync(path);
                var needed = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
                if (needed > width + 1) wide.Add($"{name}, {path}: {needed} px");
                var hrefs = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('a[href]')].filter(a => a.origin === location.origin).map(a => a.pathname + a.search)");
                foreach (var href in hrefs.Where(IsPage))
                    if (seen.Add(href)) queue.Enqueue(href);
            }
            await page.Context.DisposeAsync();
        }
        Assert.True(visited > 40, $"Only {visited} pages were found.");
        Assert.True(wide.Count == 0, string.Join('\n', wide));
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(640)]
    [InlineData(320)]
    public async Task The_public_register_is_accessible_to_anybody_at_every_width_with_everything_unfolded(int width)
    {
        var page = await site.OpenAsync(width: width);
        await page.GotoAsync("/register");
        var entries = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.app-proposals a')].map(a => a.pathname)");
        // The demonstration brings two; walks on the same site may have decided more before this test runs.
        Assert.True(entries.Length >= 2, $"The register shows {entries.Length} entries.");
        foreach (var path in entries.Concat(["/register", "/register?Search=nothing+like+this", "/"]))
        {
            var response = await page.GotoAsync(path);
            Assert.Equal(200, response!.Status);
            await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(d => d.open = true)");
            await page.AssertAccessibleAsync();
            var needed = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
            Assert.True(needed <= width + 1, $"{path} needs {needed} px of {width}.");
        }
        Assert.Empty(await page.Context.CookiesAsync());
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Refused_and_missing_pages_are_accessible_too()
    {
        var page = await site.OpenAsync();
        await page.SignInAsync("Ottilie");
        foreach (var (path, status) in new[] { ("/people", 403), ("/proposals/none-such", 404), ("/no-such-page", 404) })
        {
            var response = await page.GotoAsync(path);
            Assert.Equal(status, response!.Status);
            await page.AssertAccessibleAsync();
        }
        await page.Context.DisposeAsync();
    }

    static bool IsPage(string href) =>
        !href.Contains("handler=", StringComparison.Ordinal) && !href.StartsWith("/sign-out", StringComparison.Ordinal) && !href.StartsWith("/api", StringComparison.Ordinal) && !href.StartsWith("/log", StringComparison.Ordinal)
        && !href.Contains("/documents/", StringComparison.Ordinal) && !href.Contains("/routes/", StringComparison.Ordinal) && !Path.HasExtension(href.Split('?')[0]);

    static bool FewOf(Dictionary<string, int> kinds, string path, int most = OfAKind)
    {
        var kind = string.Join('/', path.Split('?')[0].Split('/').Select(p => p.Any(char.IsDigit) ? "#" : p)) + (path.Contains('?', StringComparison.Ordinal) ? "?" : "");
        kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        return kinds[kind] <= most;
    }
}
