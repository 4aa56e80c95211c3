using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Governance.Review;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.People;
using Governance.Service.Pipeline;

namespace Governance.Nodes.Tests;

/// <summary>
/// Two whole web processes on one database. On SQLite always, and on SQL Server where <c>GOVERNANCE_TEST_SQLSERVER</c>
/// holds a connection string.
/// </summary>
[Collection("Nodes")]
public sealed partial class TwoNodesTests
{
    /// <summary>How long callers are served while one of the nodes is killed again and again.</summary>
    static readonly TimeSpan Storm = TimeSpan.FromSeconds(12);

    /// <summary>How many requests are to be answered at least, however slow the database is.</summary>
    const int Fewest = 200;

    [Fact]
    public Task Nothing_acknowledged_is_lost_or_doubled_while_one_of_two_nodes_is_killed_again_and_again() => StormAsync(onServer: false);

    [Fact]
    public Task The_same_holds_on_SQL_Server() => StormAsync(onServer: true);

    [Fact]
    public Task Two_nodes_that_start_at_once_on_an_empty_database_share_sessions_and_hand_work_over() => SessionsAsync(onServer: false);

    [Fact]
    public Task The_same_holds_for_sessions_on_SQL_Server() => SessionsAsync(onServer: true);

    static async Task StormAsync(bool onServer)
    {
        await using var cluster = Cluster.Make(onServer);
        await cluster.AddPeopleAsync();
        var (steady, killed) = (cluster.Start("steady"), cluster.Start("killed"));
        // The one that will be killed starts first, so that it is the one that signs.
        killed.Start();
        await killed.ReadyAsync();
        steady.Start();
        await steady.ReadyAsync();

        using var callers = new Callers(cluster, steady, killed);
        var clock = Stopwatch.StartNew();
        var kills = KillAgainAndAgain(killed, clock);
        var references = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async lead =>
        {
            for (var round = 0; round == 0 || clock.Elapsed < Storm || callers.Acknowledged.Count < Fewest; round++) references.Add(await WalkAsync(callers, lead));
        }));
        var killedTimes = await kills;
        await killed.ReadyAsync();

        // Without these the test would pass on two nodes that had nothing to do, or of which none was ever missed.
        Assert.True(callers.Acknowledged.Count >= Fewest, $"Only {callers.Acknowledged.Count} requests were acknowledged.");
        Assert.True(killedTimes >= 2 && callers.Repeats > 0, $"{killedTimes} kills, {callers.Repeats} repeats.");

        await SettleAsync(cluster, [.. callers.Acknowledged]);
        await killed.StopAsync();
        await steady.StopAsync();

        var entries = await AssertNothingLost(cluster, [.. callers.Acknowledged]);
        Assert.Equal(references.Count, references.Distinct().Count());

        await AssertOneSignerAtATime(cluster);
        await AssertToldOnce(cluster, references);
        await AssertQueueFollows(cluster);
        // The log, its tree, its checkpoints and every proposal's row.
        var report = await cluster.Send(new RunDoctor());
        Assert.Empty(report.Faults);
        Assert.Equal(entries + 1, report.Entries);
        TestContext.Current.TestOutputHelper?.WriteLine($"{callers.Acknowledged.Count} acknowledged, {callers.Repeats} repeats, {killedTimes} kills, {references.Count} proposals, {entries} entries.");
    }

    /// <summary>Everything is signed and delivered in the end, by whoever is left.</summary>
    internal static async Task SettleAsync(Cluster cluster, IReadOnlyList<Acknowledged> acknowledged)
    {
        var last = acknowledged.Max(a => a.Seq)!.Value;
        for (var waited = Stopwatch.StartNew(); (await cluster.Query<long>("SELECT COALESCE(MAX(size), 0) FROM ledger_checkpoint"))[0] <= last;)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "The end of the log was never signed.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
        for (var waited = Stopwatch.StartNew(); (await cluster.Query<long>("SELECT COUNT(*) FROM outbox"))[0] > 0;)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "The outbox was never emptied.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    /// <summary>What was acknowledged stands in the log, once.</summary>
    /// <returns>How many entries there are.</returns>
    internal static async Task<int> AssertNothingLost(Cluster cluster, IReadOnlyList<Acknowledged> acknowledged)
    {
        // Each receipt stands in the log, and no two are of one place.
        var log = (await cluster.Query<Entry>("SELECT seq, leaf FROM ledger_entry")).ToDictionary(e => e.Seq, e => Convert.ToHexStringLower(e.Leaf));
        var receipts = acknowledged.Where(a => a.Seq is not null).ToList();
        foreach (var receipt in receipts)
            Assert.True(log.TryGetValue(receipt.Seq!.Value, out var leaf) && leaf == receipt.Leaf, $"{receipt.Path}: entry {receipt.Seq} was acknowledged and is not in the log.");
        Assert.Equal(receipts.Count, receipts.Select(r => r.Seq).Distinct().Count());

        // Each key was applied once: as many questions, votes, submissions and closings as were acknowledged, and no more.
        async Task Same(string kind, Func<Acknowledged, bool> which) => Assert.Equal(
            acknowledged.Count(which), (await cluster.Query<long>($"SELECT COUNT(*) FROM ledger_entry WHERE kind = '{kind}'"))[0]);
        await Same("question.asked", a => a.Path.EndsWith("/questions", StringComparison.Ordinal));
        await Same("vote.cast", a => a.Path.EndsWith("/votes", StringComparison.Ordinal));
        await Same("stage.closed", a => a.Path.EndsWith("/outcome", StringComparison.Ordinal));
        await Same("proposal.submitted", a => a.Path.EndsWith("/submission", StringComparison.Ordinal));
        Assert.Equal(acknowledged.Count, (await cluster.Query<long>("SELECT COUNT(*) FROM idempotency"))[0]);
        return log.Count;
    }

    /// <summary>A proposal from draft to a closed stage, every request to the next node in turn.</summary>
    internal static async Task<string> WalkAsync(Callers callers, int lead) => await ReviewAsync(callers, await SubmitAsync(callers, lead));

    internal static async Task<string> SubmitAsync(Callers callers, int lead)
    {
        var draft = (await callers.PostAsync($"lead{lead}", "proposals", new JsonObject { ["answers"] = SampleAnswers.ServiceDesign.ToJson() }))["reference"]!;
        foreach (var document in SampleAnswers.Documents) await callers.AttachAsync($"lead{lead}", $"proposals/{draft}/documents", document.Kind);
        return (await callers.PostAsync($"lead{lead}", $"proposals/{draft}/submission", new JsonObject { ["declared"] = true }))["reference"]!.GetValue<string>();
    }

    internal static async Task<string> ReviewAsync(Callers callers, string reference)
    {
        foreach (var (stage, panel) in new[] { ("privacy", "privacy"), ("criminalisation-risk", "justice") })
        {
            // All at once: they meet at the proposal's version and at the log's head.
            await Task.WhenAll(Enumerable.Range(0, 9).Select(i => i < 3
                ? callers.PostAsync($"{panel}{i}", $"proposals/{reference}/stages/{stage}/votes", new JsonObject { ["choice"] = "approve", ["rationale"] = "It is fair and the risks are small." })
                : callers.PostAsync($"{panel}{i % 3}", $"proposals/{reference}/stages/{stage}/questions", new JsonObject { ["text"] = $"Who holds key {i}?" })));
            await callers.PostAsync("chair", $"proposals/{reference}/stages/{stage}/outcome", new JsonObject { ["summary"] = "The panel found it fair." });
        }
        return reference;
    }

    static async Task<int> KillAgainAndAgain(Node node, Stopwatch clock)
    {
        var random = new Random(7);
        var times = 0;
        while (clock.Elapsed < Storm)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1500)), TimeProvider.System);
            await node.KillAsync();
            times++;
            node.Start();
            // Every other time it is killed again while it starts, as it may be by a system that finds it slow.
            if (times % 2 == 0) await node.ReadyAsync();
        }
        return times;
    }

    /// <summary>What people were told is what follows from the log by the rules, worked out again from each trail: nothing is missing, nothing is there twice.</summary>
    static async Task AssertToldOnce(Cluster cluster, IEnumerable<string> references)
    {
        var (told, expected) = await ToldAsync(cluster, references);
        Assert.True(told.Count >= 100, $"Only {told.Count} messages.");
        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.Empty(expected.Except(told));
        Assert.Empty(told.Except(expected));
    }

    /// <summary>What people were told, and what they should have been told of some proposals.</summary>
    internal static async Task<(IReadOnlyList<Told> Told, IReadOnlyList<Told> Expected)> ToldAsync(Cluster cluster, IEnumerable<string> references)
    {
        List<Told> expected = [];
        foreach (var reference in references) expected.AddRange(await cluster.Replay(reference));
        return (await cluster.Query<Told>("SELECT seq, person, kind, stage FROM message"), expected);
    }

    /// <summary>The work queue is what follows from the proposals: worked out again for everybody, not a row of it changes.</summary>
    internal static async Task AssertQueueFollows(Cluster cluster)
    {
        var queue = await cluster.Query<Work>("SELECT proposal, person, task, stage, since FROM work_item ORDER BY proposal, person, task, stage");
        Assert.NotEmpty(queue);
        var administrator = (await cluster.Query<Guid>("SELECT id FROM person WHERE email = 'admin@example.org'"))[0];
        await cluster.Send(new SetSeats { Actor = Actor.Service, Id = administrator, Seats = [new PanelSeat(StageIds.FullPanel, "lay")] });
        Assert.Equal(queue, await cluster.Query<Work>("SELECT proposal, person, task, stage, since FROM work_item ORDER BY proposal, person, task, stage"));
    }

    /// <summary>Checkpoints in order of size: each says who signed it in which term, terms never go back, and none is of two nodes.</summary>
    internal static async Task AssertOneSignerAtATime(Cluster cluster)
    {
        var signed = await cluster.Query<Signed>("SELECT size, node, term FROM ledger_checkpoint ORDER BY size");
        Assert.True(signed.Count > 1);
        Assert.Equal(signed.Count, signed.Select(s => s.Size).Distinct().Count());
        Assert.Equal(signed.Select(s => s.Term).Order(), signed.Select(s => s.Term));
        Assert.All(signed.GroupBy(s => s.Term), term => Assert.Single(term.Select(s => s.Node).Distinct()));
        // The node that signed was killed, so its work passed to another one.
        Assert.True(signed.Select(s => s.Node).Distinct().Count() > 1, "One node signed everything.");
    }

    static async Task SessionsAsync(bool onServer)
    {
        await using var cluster = Cluster.Make(onServer);
        var (one, two) = (cluster.Start("one"), cluster.Start("two"));
        // Both bring the empty database up to date at once. There is no administrator yet, so both say so and end.
        var first = await Task.WhenAll(one.RunAsync("doctor"), two.RunAsync("doctor"));
        Assert.All(first, f => Assert.True(f.Code == 0, f.Output));
        await cluster.AddPeopleAsync();
        one.Start();
        two.Start();
        await Task.WhenAll(one.ReadyAsync(), two.ReadyAsync());

        await SignInAsync(one, two, "admin");
        Assert.False(Directory.Exists(Path.Combine(cluster.Folder, "cookie-keys")));

        // One node holds the lease. Stopped in good order it gives it back, and the other one signs next, long before the lease would have run out.
        var holder = (await cluster.Query<string>("SELECT holder FROM lease WHERE name = 'checkpoints'"))[0];
        var (signing, other) = holder.StartsWith("one:", StringComparison.Ordinal) ? (one, two) : (two, one);
        await signing.StopAsync();
        var stopped = Stopwatch.StartNew();
        while ((await cluster.Query<string>("SELECT holder FROM lease WHERE name = 'checkpoints'"))[0] == holder)
        {
            Assert.True(stopped.Elapsed < TimeSpan.FromSeconds(12), "The lease was not taken over.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
        Assert.Contains("gave the signing of checkpoints back", signing.Output, StringComparison.Ordinal);
        await other.StopAsync();
    }

    /// <summary>The form comes from one node, is sent to the other, and the session is used on both.</summary>
    internal static async Task SignInAsync(Node one, Node two, string person)
    {
        var cookies = new CookieContainer();
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false });
        var page = await browser.GetStringAsync(new Uri(one.Address, "sign-in"));
        var token = FormToken().Match(page).Groups[1].Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = token,
            ["Input.Email"] = $"{person}@example.org",
            ["Input.Password"] = Cluster.Password,
        });
        using var entered = await browser.PostAsync(new Uri(two.Address, "sign-in"), form);
        Assert.True(entered.StatusCode == HttpStatusCode.Redirect, $"{person} could not sign in: {(int)entered.StatusCode}");
        foreach (var node in new[] { one, two })
        {
            using var account = await browser.GetAsync(new Uri(node.Address, "account"));
            Assert.Equal(HttpStatusCode.OK, account.StatusCode);
            Assert.Contains($"{person}@example.org", await account.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="([^"]+)""", RegexOptions.NonBacktracking)]
    private static partial Regex FormToken();

    internal sealed record Told
    {
        public long Seq { get; init; }
        public Guid Person { get; init; }
        public string Kind { get; init; } = "";
        public string Stage { get; init; } = "";
    }

    sealed record Work
    {
        public long Proposal { get; init; }
        public Guid Person { get; init; }
        public string Task { get; init; } = "";
        public string Stage { get; init; } = "";
        public DateTimeOffset Since { get; init; }
    }

    sealed record Entry
    {
        public long Seq { get; init; }
        public byte[] Leaf { get; init; } = [];
    }

    sealed record Signed
    {
        public long Size { get; init; }
        public string Node { get; init; } = "";
        public long Term { get; init; }
    }
}
