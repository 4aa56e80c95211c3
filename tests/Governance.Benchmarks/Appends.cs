using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Governance.Service;
using Governance.Service.Data;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Benchmarks;

/// <summary>
/// Durable appends to the ledger alone, one entry a transaction: by one caller, and by 64 who share commits. Beside them the
/// floor: raw INSERT and COMMIT of as many bytes, one after the other, on the same disk, in rounds that take turns.
/// </summary>
static class Appends
{
    const int Warm = 60, Rounds = 20, Alone = 60, Callers = 64, Together = 3_200;

    public static async Task RunAsync(string folder, Report report)
    {
        var own = Path.Combine(folder, "appends");
        if (Directory.Exists(own)) Directory.Delete(own, recursive: true);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:File"] = Path.Combine(own, "governance.db"),
            ["Ledger:Name"] = Installation.LogName,
        }).Build();
        await using var services = new ServiceCollection().AddGovernanceService(configuration).AddSingleton<IConfiguration>(configuration).BuildServiceProvider();
        services.GetRequiredService<Database>().Migrate();
        using var floor = Transitions.Floor(Path.Combine(own, "floor.db"));
        var trails = 0;
        async Task<int> One()
        {
            await using var scope = services.CreateAsyncScope();
            var session = scope.ServiceProvider.GetRequiredService<Session>();
            var ledger = scope.ServiceProvider.GetRequiredService<LedgerStore>();
            await session.BeginWriteAsync(CancellationToken.None);
            await ledger.AppendAsync(await ledger.NowAsync(), [new NewEntry
            {
                Kind = "vote.cast",
                Proposal = $"DUP-2026-{Interlocked.Increment(ref trails) % 200:0000}",
                Actor = "5f1c0b7d9a3e42681234",
                Role = "panel_member",
                Data = new JsonObject { ["stage"] = "privacy", ["choice"] = "approve", ["revision"] = 1 },
                Rule = new Dictionary<string, string> { ["route"] = new('a', 64), ["checklist"] = new('b', 64) },
            }]);
            await session.CommitAsync();
            return 0;
        }

        var alone = new List<double>();
        var together = new List<double>();
        var raws = new List<double>();
        for (var round = -Warm; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Alone; i++) await One();
            var aloneFor = Stopwatch.GetElapsedTime(started);

            started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
            {
                for (var i = 0; i < Together / Callers; i++) await One();
            })));
            var togetherFor = Stopwatch.GetElapsedTime(started);

            // The same bytes: the entry as it lies in the database, with its leaf.
            var content = Enumerable.Range(0, Alone).Select(_ => RandomNumberGenerator.GetBytes(EntryBytes)).ToList();
            started = Stopwatch.GetTimestamp();
            foreach (var bytes in content) Transitions.Insert(floor, bytes);
            var raw = Stopwatch.GetElapsedTime(started);
            if (round < 0) continue;
            alone.Add(Alone / aloneFor.TotalSeconds);
            together.Add(Together / togetherFor.TotalSeconds);
            raws.Add(Alone / raw.TotalSeconds);
        }
        report.Line($"durable appends a second: {Report.Median(alone):N0} by one caller, {Report.Median(together):N0} by {Callers} callers");
        report.Line($"raw INSERT and COMMIT of {EntryBytes} bytes a second: {Report.Median(raws):N0}");
        var single = Report.Median(alone.Zip(raws, (a, r) => a / r));
        report.Target("one caller against the raw floor, median of rounds that take turns", single, "0.00", single >= 0.4, "0.4 or more");
        var many = Report.Median(together.Zip(raws, (t, r) => t / r));
        report.Target($"{Callers} callers against the raw floor, median of rounds that take turns", many, "0.0", many >= 4, "4 or more");
    }

    /// <summary>About what one entry above takes with its leaf.</summary>
    const int EntryBytes = 640;
}
