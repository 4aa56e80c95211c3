namespace Governance.Benchmarks;

/// <summary>How long the site takes to its first page, and how much memory it holds when nobody uses it.</summary>
static class StartUp
{
    const int Times = 5;

    public static async Task RunAsync(string folder, Report report)
    {
        var own = Path.Combine(folder, "start");
        await using (await Installation.OpenAsync(own))
        {
        }
        var starts = new List<double>();
        var idle = new List<double>();
        var peak = new List<double>();
        for (var i = 0; i < Times; i++)
        {
            await using var site = await WebProcess.StartAsync(own);
            starts.Add(site.ToFirstPage.TotalMilliseconds);
            await Task.Delay(TimeSpan.FromSeconds(2));
            var (now, most) = site.Memory();
            idle.Add(now);
            peak.Add(most);
        }
        report.Line($"from the start of the process to the whole sign-in page, median of {Times}: {Report.Median(starts):N0} ms");
        report.Line($"working set two seconds later: {Report.Median(idle):N0} MB, peak until then {Report.Median(peak):N0} MB");
    }
}
