using System.Diagnostics;
using System.Globalization;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Tests.Ledger;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.Crash;

/// <summary>
/// A writer is killed (SIGKILL) at a random moment, again and again on one database. Whatever it was told is committed must
/// be there, and nothing may be there by half. <c>GOVERNANCE_CRASH_ROUNDS</c> sets the number of rounds.
/// </summary>
public sealed class CrashTests
{
    static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("GOVERNANCE_CRASH_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 24;

    [Fact]
    public async Task Whatever_was_answered_survives_a_kill_at_any_moment_and_nothing_is_left_half_done()
    {
        await using var service = new TestService();
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        var told = 0;
        var killedAfter = new List<int>();
        for (var round = 0; round < Rounds; round += Writers)
        {
            // Several rounds at once would be several writers on one file: that is allowed too, and makes moments harder to hit by luck.
            var lines = await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => RunAndKill(service, reference, new Random(round + w))));
            var receipts = lines.SelectMany(l => l).ToList();
            killedAfter.AddRange(lines.Select(l => l.Count));
            told += receipts.Count;

            var log = service.Rows("SELECT seq, leaf FROM ledger_entry").ToDictionary(r => (long)r[0], r => Convert.ToHexStringLower((byte[])r[1]));
            foreach (var receipt in receipts)
            {
                var parts = receipt.Split(' ');
                Assert.True(log.TryGetValue(long.Parse(parts[0], CultureInfo.InvariantCulture), out var leaf), $"Entry {parts[0]} was answered for and is lost.");
                Assert.Equal(parts[1], leaf);
            }
            if (!TestServer.IsThere) Assert.Equal("ok", service.Rows("PRAGMA integrity_check")[0][0]);
            TreeTests.AssertWhole(service);
            TreeTests.AssertTrails(service);
            await WholeWalkTests.AssertRowIsFold(service, reference);
            var state = (await service.Get(reference)).State;
            Assert.Equal(service.Kinds(reference).Count(k => k == "vote.cast"), state.Stage(StageIds.Privacy)!.Votes.Length);
            Assert.Equal(service.Kinds(reference).Count(k => k == "question.asked"), state.Questions.Length);
        }
        // Without this the test would pass if the writer never got to write.
        Assert.True(told >= Rounds, $"Only {told} commands were answered in {Rounds} rounds.");
        Assert.True(killedAfter.Distinct().Count() > 1, "Every round was killed at the same place.");
    }

    const int Writers = 4;

    /// <summary>The receipts that the writer printed before it was killed; the last line may be cut off, and is left out then.</summary>
    static async Task<List<string>> RunAndKill(TestService service, string reference, Random random)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Governance.CrashWriter.dll"));
        var settings = service.Settings.ToDictionary(s => s.Key, s => s.Value);
        start.Environment["GOVERNANCE_CRASH_SERVER"] = settings.GetValueOrDefault("Database:ConnectionString");
        start.Environment["GOVERNANCE_CRASH_KEYS"] = settings.GetValueOrDefault("Keys:ConnectionString");
        foreach (var argument in new[] { settings["Database:File"]!, Path.Combine(TestService.Root, "workflows"), reference }.Concat(service.Privacy.Select(p => p.Id.ToString("D"))))
            start.ArgumentList.Add(argument);
        using var writer = Process.Start(start)!;
        var errors = writer.StandardError.ReadToEndAsync();
        var ready = await writer.StandardOutput.ReadLineAsync();
        Assert.True(ready == "ready", ready is null ? await errors : ready);

        // The moment is chosen by how much has been answered and a few spins more, not by the clock: on a slow machine it must
        var output = new List<string>();
        for (var wanted = random.Next(0, 12); output.Count < wanted;)
        {
            var line = await writer.StandardOutput.ReadLineAsync();
            Assert.True(line is not null, await ErrorsOf(line, errors));
            output.Add(line);
        }
        Thread.SpinWait(random.Next(0, 300_000));
        writer.Kill();
        var rest = await writer.StandardOutput.ReadToEndAsync();
        await writer.WaitForExitAsync();
        output.AddRange(rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return output;
    }

    static async Task<string> ErrorsOf(string? line, Task<string> errors) => line is null ? await errors : "";
}
