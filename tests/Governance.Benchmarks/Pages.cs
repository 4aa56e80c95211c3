using System.Diagnostics;

namespace Governance.Benchmarks;

/// <summary>The pages that people wait for, over HTTP with a cookie session, at two sizes of installation.</summary>
static class Pages
{
    const int Warm = 150, Requests = 600;

    public static async Task RunAsync(string folder, IReadOnlyList<int> sizes, Report report)
    {
        foreach (var size in sizes)
        {
            Console.Error.WriteLine($"Generating {size:N0} proposals (what is there is kept)");
            await using var installation = await Installation.OpenAsync(Path.Combine(folder, $"proposals-{size}"), generating: true);
            await installation.GenerateAsync(size);
        }
        var p95 = new Dictionary<(string Page, int Size), double>();
        // Both sites run at once and take turns, so that whatever else the machine does falls on both alike.
        var sites = new List<(int Size, WebProcess Process, HttpClient Member, HttpClient Chair, List<string> References)>();
        foreach (var size in sizes)
        {
            var own = Path.Combine(folder, $"proposals-{size}");
            List<string> references;
            await using (var installation = await Installation.OpenAsync(own)) references = References(installation);
            var site = await WebProcess.StartAsync(own);
            sites.Add((size, site, await site.SignInAsync("privacy2"), await site.SignInAsync("chair"), references));
        }
        foreach (var (page, address) in new (string, Func<int, List<string>, string>)[]
        {
            ("work queue of a panel member", (_, _) => "/work"),
            ("proposal page, over all proposals in turn", (i, references) => $"/proposals/{references[i * 37 % references.Count]}"),
        })
        {
            var times = sizes.ToDictionary(s => s, _ => new List<double>());
            for (var i = -Warm; i < Requests; i++)
            {
                foreach (var site in sites)
                {
                    var path = address(i + Warm, site.References);
                    var started = Stopwatch.GetTimestamp();
                    using var answer = await site.Member.GetAsync(path);
                    await answer.Content.ReadAsByteArrayAsync();
                    var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                    if (!answer.IsSuccessStatusCode || answer.RequestMessage!.RequestUri!.AbsolutePath != path)
                        throw new InvalidOperationException($"{path} gave {(int)answer.StatusCode} at {answer.RequestMessage!.RequestUri}.");
                    if (i >= 0) times[site.Size].Add(took);
                }
            }
            foreach (var size in sizes)
            {
                p95[(page, size)] = Report.Quantile(times[size], 0.95);
                report.Target($"p95 of the {page} at {size:N0} proposals, ms (median {Report.Median(times[size]):0.0})", p95[(page, size)], "0.0", p95[(page, size)] <= 15, "15 or less");
            }
            if (sizes.Count == 2)
            {
                var ratio = p95[(page, sizes[1])] / p95[(page, sizes[0])];
                report.Target($"p95 of the {page} at {sizes[1]:N0} against {sizes[0]:N0}", ratio, "0.00", ratio <= 1.2, "1.20 or less");
            }
        }
        foreach (var (size, process, member, chair, _) in sites)
        {
            var (now, peak) = process.Memory();
            report.Line($"working set of the site at {size:N0} proposals after these requests: {now:N0} MB, peak {peak:N0} MB");
            member.Dispose();
            chair.Dispose();
            await process.DisposeAsync();
        }
    }

    static List<string> References(Installation installation)
    {
        using var connection = installation.Look();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT proposal FROM ledger_proposal_head WHERE count = {Installation.EventsEach} ORDER BY pord";
        using var reader = command.ExecuteReader();
        var references = new List<string>();
        while (reader.Read()) references.Add(reader.GetString(0));
        return references;
    }
}
