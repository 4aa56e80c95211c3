using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Governance.Benchmarks;

/// <summary>
/// Whole transitions, from the command handed to the mediator until it is committed and ledgered, beside the least that a
/// durable write can cost: one INSERT of as many bytes and its COMMIT, on the same disk, in rounds that take turns. Once with
/// one caller, who waits for the disk each time, and once with many, whose commands share a commit (group commit).
/// </summary>
static class Transitions
{
    const int Warm = 40, Rounds = 20, Each = 40, Callers = 16, Proposals = 800;

    public static async Task RunAsync(string folder, Report report)
    {
        var own = Path.Combine(folder, "transitions");
        if (Directory.Exists(own)) Directory.Delete(own, recursive: true);
        await using var installation = await Installation.OpenAsync(own);
        var references = new List<string>();
        for (var i = 0; i < Proposals; i++) references.Add(await installation.SubmitAsync(i));
        using var look = installation.Look();
        using var floor = Floor(Path.Combine(own, "floor.db"));

        var next = 0;
        async Task<(string Reference, long Seq)> One(int number)
        {
            var reference = references[number % references.Count];
            var turn = number / references.Count;
            var receipt = turn < 9
                ? await installation.VoteAsync(reference, Installation.Stages[turn / 3], turn % 3)
                : await installation.AskAsync(reference);
            return (reference, receipt.Seq!.Value);
        }

        var processor = TimeSpan.Zero;
        var alone = new List<double>();
        var together = new List<double>();
        var raws = new List<double>();
        var bytes = new List<int>();
        for (var round = -Warm; round < Rounds; round++)
        {
            var done = new List<(string Reference, long Seq)>();
            var busy = Environment.CpuUsage.TotalTime;
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Each; i++) done.Add(await One(next++));
            var aloneFor = Stopwatch.GetElapsedTime(started);
            busy = Environment.CpuUsage.TotalTime - busy;

            var first = next;
            next += Callers * Each / 4;
            started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                for (var i = 0; i < Each / 4; i++) await One(first + caller + i * Callers);
            })));
            var togetherFor = Stopwatch.GetElapsedTime(started);

            var sizes = done.ConvertAll(d => BytesOf(look, d.Reference, d.Seq));
            var raw = TimeSpan.Zero;
            foreach (var size in sizes)
            {
                var content = RandomNumberGenerator.GetBytes(size);
                started = Stopwatch.GetTimestamp();
                Insert(floor, content);
                raw += Stopwatch.GetElapsedTime(started);
            }
            if (round < 0) continue;
            processor += busy;
            alone.Add(Each / aloneFor.TotalSeconds);
            together.Add(Callers * Each / 4 / togetherFor.TotalSeconds);
            raws.Add(Each / raw.TotalSeconds);
            bytes.AddRange(sizes);
        }
        report.Line($"whole transitions a second (votes, committed and ledgered): {Report.Median(alone):N0} with one caller, {Report.Median(together):N0} with {Callers} callers");
        report.Line($"processor time of a transition with one caller, all threads: {processor.TotalMilliseconds / alone.Count / Each:0.00} ms");
        report.Line($"raw INSERT and COMMIT of the same bytes a second, one caller: {Report.Median(raws):N0} ({bytes.Average():N0} bytes each on average)");
        report.Line($"one caller against the raw floor, median of rounds that take turns: {Report.Median(alone.Zip(raws, (v, r) => v / r)):0.00}");
        var ratio = Report.Median(together.Zip(raws, (v, r) => v / r));
        report.Target($"{Callers} callers against the raw floor, median of rounds that take turns", ratio, "0.00", ratio >= 0.4, "0.4 or more");
    }

    /// <summary>The bytes of the rows that the command wrote: its entry, its disclosures, the heads, the proposal's row and its work items.</summary>
    static int BytesOf(SqliteConnection look, string reference, long seq)
    {
        using var command = look.CreateCommand();
        command.CommandText = """
            SELECT (SELECT SUM(LENGTH(entry) + LENGTH(leaf) + LENGTH(kind) + LENGTH(at) + LENGTH(proposal) + 16) FROM ledger_entry WHERE seq = $seq)
                + (SELECT COALESCE(SUM(LENGTH(digest) + LENGTH(class) + LENGTH(disclosure) + LENGTH(proposal) + 8), 0) FROM ledger_disclosure WHERE seq = $seq)
                + (SELECT LENGTH(frontier) + LENGTH(root) + LENGTH(last_at) + 16 FROM ledger_head)
                + (SELECT LENGTH(proposal) + LENGTH(last) + 16 FROM ledger_proposal_head WHERE proposal = $reference)
                + (SELECT LENGTH(reference) + LENGTH(draft_reference) + LENGTH(phase) + LENGTH(title) + LENGTH(organisation) + LENGTH(lead) + LENGTH(route) + LENGTH(outcome)
                    + LENGTH(CAST(state AS BLOB)) + LENGTH(route_state) + LENGTH(pseudonym_key) + LENGTH(created_at) + LENGTH(updated_at) + LENGTH(submitted_at) + 24
                    FROM proposal WHERE reference = $reference)
            """;
        command.Parameters.AddWithValue("$seq", seq);
        command.Parameters.AddWithValue("$reference", reference);
        return (int)(long)command.ExecuteScalar()!;
    }

    public static SqliteConnection Floor(string file)
    {
        var connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; CREATE TABLE raw (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
        return connection;
    }

    public static void Insert(SqliteConnection connection, byte[] content)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO raw (bytes) VALUES ($bytes)";
        command.Parameters.AddWithValue("$bytes", content);
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
