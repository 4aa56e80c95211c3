using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Governance.Ledger;
using Governance.Service.Data;
using Governance.Service.Tests.Ledger;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.Crash;

/// <summary>
/// A process in which many callers append and one signs is killed (SIGKILL) at a random moment, hundreds of times. The number
/// of rounds is set by <c>GOVERNANCE_APPEND_CRASH_ROUNDS</c>.
/// </summary>
public sealed class AppendCrashTests : IDisposable
{
    /// <summary>Databases that are worked on side by side, each by one process.</summary>
    const int Lanes = 2;

    static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("GOVERNANCE_APPEND_CRASH_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 200;

    readonly string _folder = Directory.CreateTempSubdirectory("append-crash-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task No_acknowledged_entry_is_lost_no_number_is_left_out_and_no_checkpoint_is_ahead_of_its_entries()
    {
        var told = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => Lane(lane))));
        // Without these the test would pass if nobody ever got to append, or to sign.
        Assert.True(told.Sum(t => t.Entries) >= Rounds, $"Only {told.Sum(t => t.Entries)} entries were acknowledged in {Rounds} rounds.");
        Assert.True(told.Sum(t => t.Checkpoints) >= Rounds / 10, $"Only {told.Sum(t => t.Checkpoints)} checkpoints were acknowledged in {Rounds} rounds.");
    }

    async Task<(int Entries, int Checkpoints)> Lane(int lane)
    {
        var folder = Path.Combine(_folder, lane.ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        var key = Path.Combine(folder, "ledger.key");
        await File.WriteAllTextAsync(key, NoteSigner.Generate(TestService.LogName).ToPrivateText());
        using var database = new Sqlite(Path.Combine(folder, "governance.db"));
        database.Migrate();
        var (entries, checkpoints, seen) = (0, 0, 0L);
        for (var round = 0; round < Rounds / Lanes; round++)
        {
            var lines = (await RunAndKill(database.File, key, new Random(lane * 10_000 + round))).ConvertAll(l => l.Split(' '));
            using var connection = Untouched.Open(database.File);
            var added = Untouched.Rows(connection, "SELECT seq, entry, leaf FROM ledger_entry WHERE seq >= @seen ORDER BY seq", ("@seen", seen));
            Assert.Equal(Enumerable.Range(0, added.Count).Select(i => seen + i), added.Select(r => (long)r[0]));
            Assert.All(added, r => Assert.Equal(SHA256.HashData([0, .. (byte[])r[1]]), (byte[])r[2]));
            seen += added.Count;
            Assert.Equal(seen, Untouched.Rows(connection, "SELECT COALESCE(MAX(size), 0) FROM ledger_head")[0][0]);
            var leaves = added.ToDictionary(r => (long)r[0], r => Convert.ToHexStringLower((byte[])r[2]));
            foreach (var line in lines.Where(l => l[0] != "checkpoint"))
            {
                Assert.True(leaves.TryGetValue(long.Parse(line[0], CultureInfo.InvariantCulture), out var leaf), $"Entry {line[0]} was acknowledged and is lost.");
                Assert.Equal(line[1], leaf);
                entries++;
            }
            var signed = Untouched.Rows(connection, "SELECT size, root FROM ledger_checkpoint").ToDictionary(r => (long)r[0], r => Convert.ToHexStringLower((byte[])r[1]));
            Assert.All(signed.Keys, size => Assert.True(size <= seen, $"A checkpoint of {size} entries stands over {seen}."));
            foreach (var line in lines.Where(l => l[0] == "checkpoint"))
            {
                Assert.True(signed.TryGetValue(long.Parse(line[1], CultureInfo.InvariantCulture), out var root), $"The checkpoint of {line[1]} was acknowledged and is lost.");
                Assert.Equal(line[2], root);
                checkpoints++;
            }
        }
        using var last = Untouched.Open(database.File);
        Assert.Equal("ok", Untouched.Rows(last, "PRAGMA integrity_check")[0][0]);
        TreeTests.AssertWhole(last);
        var all = Untouched.Rows(last, "SELECT leaf FROM ledger_entry ORDER BY seq").Select(r => (byte[])r[0]).ToArray();
        foreach (var row in Untouched.Rows(last, "SELECT size, root FROM ledger_checkpoint ORDER BY size DESC LIMIT 20"))
            Assert.Equal(TreeTests.Root(all.AsSpan(0, (int)(long)row[0])), (byte[])row[1]);
        return (entries, checkpoints);
    }

    /// <summary>The lines that the process printed before it was killed; the last one may be cut off, and is left out then.</summary>
    static async Task<List<string>> RunAndKill(string file, string key, Random random)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "Governance.CrashWriter.dll"), "append", file, key }) start.ArgumentList.Add(argument);
        // Started hundreds of times: code that runs for a moment is not worth optimising.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_QuickJitForLoops"] = "1";
        using var writer = Process.Start(start)!;
        var errors = writer.StandardError.ReadToEndAsync();
        var output = new List<string>();
        // The moment is chosen by how much was acknowledged and a few spins more, not by the clock.
        for (var wanted = random.Next(1, 120); output.Count < wanted;)
        {
            var line = await writer.StandardOutput.ReadLineAsync();
            if (line is null) Assert.Fail(await errors);
            output.Add(line);
        }
        Thread.SpinWait(random.Next(0, 200_000));
        writer.Kill();
        var rest = await writer.StandardOutput.ReadToEndAsync();
        await writer.WaitForExitAsync();
        output.AddRange(rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("ready", output[0]);
        return output[1..];
    }
}
