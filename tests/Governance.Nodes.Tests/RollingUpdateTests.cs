using System.Collections.Concurrent;
using System.Diagnostics;
using Governance.Auditor;

namespace Governance.Nodes.Tests;

/// <summary>
/// An update as an operator does it (docs/running-in-production.md, step 11), with a real older build beside today's on one
/// database. <c>GOVERNANCE_OLD_NODE</c> names the <c>Governance.Web.dll</c> of that build.
/// </summary>
[Collection("Nodes")]
public sealed class RollingUpdateTests
{
    const string Variable = "GOVERNANCE_OLD_NODE";

    /// <summary>How long both serve. In the middle of it the old one is stopped and started again, on tables that are newer than itself.</summary>
    static readonly TimeSpan Together = TimeSpan.FromSeconds(16);

    /// <summary>How many requests are to be answered at least while both serve, however slow the database is.</summary>
    const int Fewest = 200;

    /// <summary>On SQL Server, versions with this migration lock the log alike; older ones in another way (ADR 0023).</summary>
    const string OneLock = "0010_one_time_codes.sql";

    /// <summary>How many people sign in before the old one is started again, and how many after: half of them with a form of the old one's.</summary>
    const int SignIns = 4;

    [Fact]
    public Task An_older_build_and_this_one_serve_side_by_side_through_an_update_and_the_record_stays_whole() => UpdateAsync(onServer: false);

    [Fact]
    public Task The_same_holds_for_an_update_on_SQL_Server() => UpdateAsync(onServer: true);

    static async Task UpdateAsync(bool onServer)
    {
        var program = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(program), $"No older build to update from: build the site of an earlier version, and set {Variable} to the path of its Governance.Web.dll.");
        Assert.True(File.Exists(program), $"{Variable}: there is no {program}.");
        await using var cluster = Cluster.Make(onServer);
        var (old, now) = (cluster.Start("old", program), cluster.Start("now"));

        // The old version makes the installation, with people and proposals in it, and nothing of today's touches it.
        var made = await old.RunAsync("doctor");
        Assert.True(made.Code == 0, made.Output);
        await cluster.AddPeopleAsync(old);
        var tables = await cluster.Query<string>("SELECT ScriptName FROM SchemaVersions");
        old.Start();
        await old.ReadyAsync();
        using var before = new Callers(cluster, old);
        var first = await TwoNodesTests.WalkAsync(before, 0);
        var halfway = await TwoNodesTests.SubmitAsync(before, 1);
        await TwoNodesTests.SignInAsync(old, old, "admin");

        if (onServer && !tables.Any(t => t.EndsWith(OneLock, StringComparison.Ordinal)))
        {
            // Side by side these two would damage the record, so the new one does not start before the old one has gone, and then the old one no more.
            var refused = await now.RunAsync("doctor");
            Assert.True(refused.Code != 0 && refused.Output.Contains("Stop every node of the older version", StringComparison.Ordinal), refused.Output);
            Assert.Equal(tables, await cluster.Query<string>("SELECT ScriptName FROM SchemaVersions"));
            await old.ReadyAsync();
            await TwoNodesTests.ReviewAsync(before, halfway);
            await old.StopAsync();
            await Lapsed(cluster);
            now.Start();
            await now.ReadyAsync();
            var back = await old.RunAsync("doctor");
            Assert.True(back.Code != 0 && back.Output.Contains("this one no longer fits", StringComparison.Ordinal), back.Output);
            await FinishAsync(cluster, now, before, null, [first, halfway]);
            return;
        }

        // The new one starts beside it and brings the tables up to date. The old one stays ready.
        now.Start();
        await now.ReadyAsync();
        await old.ReadyAsync();
        var added = (await cluster.Query<string>("SELECT ScriptName FROM SchemaVersions")).Except(tables).Select(t => string.Join('.', t.Split('.')[^2..])).ToList();

        using var both = new Callers(cluster, old, now);
        var clock = Stopwatch.StartNew();
        var walked = new ConcurrentBag<string> { first };
        async Task Leads(int lead)
        {
            for (var round = 0; round == 0 || clock.Elapsed < Together || both.Acknowledged.Count < Fewest; round++) walked.Add(await TwoNodesTests.WalkAsync(both, lead));
        }
        // What began before the update is reviewed by both.
        async Task Halfway() => walked.Add(await TwoNodesTests.ReviewAsync(both, halfway));
        var signIns = 0;
        // Few enough for the limit on sign-ins from one address, spread over the time.
        async Task Visitors()
        {
            for (var i = 0; i < SignIns; i++, signIns++)
            {
                await (i % 2 == 0 ? TwoNodesTests.SignInAsync(old, now, $"privacy{i % 3}") : TwoNodesTests.SignInAsync(now, old, $"privacy{i % 3}"));
                await Task.Delay(Together / (2 * SignIns), TimeProvider.System);
            }
        }
        async Task Both()
        {
            await Visitors();
            // Whoever has to go back starts the old version again: it still fits.
            await old.StopAsync();
            old.Start();
            await old.ReadyAsync();
            await Visitors();
        }
        await Task.WhenAll([Halfway(), Both(), .. Enumerable.Range(0, 4).Select(Leads)]);

        // The old one goes.
        await old.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"Added: {string.Join(", ", added)}. {both.Acknowledged.Count} acknowledged by both, {both.Repeats} repeats, {signIns} sign-ins.");
        await FinishAsync(cluster, now, before, both, [.. walked]);
        await TwoNodesTests.AssertOneSignerAtATime(cluster);
    }

    /// <summary>A node that was stopped gives its leases back; one that had none to give is not waited for.</summary>
    static async Task Lapsed(Cluster cluster)
    {
        for (var waited = Stopwatch.StartNew(); (await cluster.Query<DateTimeOffset>("SELECT until FROM lease")).Any(u => u > TimeProvider.System.GetUtcNow());)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(25), "A lease never ended.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    /// <summary>The new one goes on alone, and the whole record is looked through: by the tests, the service itself, and the auditor's program.</summary>
    static async Task FinishAsync(Cluster cluster, Node now, Callers before, Callers? both, List<string> walked)
    {
        using var alone = new Callers(cluster, now);
        var last = await TwoNodesTests.WalkAsync(alone, 2);
        walked.Add(last);
        await TwoNodesTests.SignInAsync(now, now, "admin");
        List<Acknowledged> acknowledged = [.. before.Acknowledged, .. both?.Acknowledged ?? [], .. alone.Acknowledged];
        await TwoNodesTests.SettleAsync(cluster, acknowledged);
        var trail = Path.Combine(cluster.Folder, "trail.zip");
        await File.WriteAllBytesAsync(trail, await alone.GetAsync("chair", $"proposals/{walked[0]}/trail?depth=full", "application/zip"));
        await now.StopAsync();

        var entries = await TwoNodesTests.AssertNothingLost(cluster, acknowledged);
        Assert.Equal(walked.Count, walked.Distinct().Count());
        // Nobody was told anything twice, or anything that does not follow. What the old version recorded is not told where it knew no messages yet.
        var (told, expected) = await TwoNodesTests.ToldAsync(cluster, walked);
        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.Empty(told.Except(expected));
        Assert.Empty((await TwoNodesTests.ToldAsync(cluster, [last])).Expected.Except(told));
        await TwoNodesTests.AssertQueueFollows(cluster);

        var doctor = await now.RunAsync("doctor");
        Assert.True(doctor.Code == 0 && doctor.Output.Contains(" 0 faults", StringComparison.Ordinal), doctor.Output);
        var bundle = Path.Combine(cluster.Folder, "log.zip");
        var exported = await now.RunAsync("export-log", "--out", bundle);
        Assert.True(exported.Code == 0, exported.Output);
        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, "log.vkey"), cluster.PublicKey + "\n");
        using var said = new StringWriter();
        foreach (var (command, file) in new[] { ("verify", bundle), ("verify", trail), ("replay", trail) })
        {
            var code = AuditorProgram.Run([command, file, "--trust", Path.Combine(cluster.Folder, "log.vkey")], said, said);
            Assert.True(code == AuditorProgram.Verified, said.ToString());
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{walked.Count} proposals, {entries} entries, doctor without faults, log and trail verified");
    }
}
