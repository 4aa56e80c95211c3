using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Governance.Benchmarks;

/// <summary>
/// Whole transitions, from the command handed to the mediator until it is committed and ledgered, beside the least that a
/// durable write can cost: one INSERT of as many bytes and its COMMIT, on the same disk, in rounds that take turns.
/// </summary>
static class Transitions
{
    const int Warm = 15, Rounds = 25, Each = 40, Proposals = 180;

    public static async Task RunAsync(string folder, Report report)
    {
        var own = Path.Combine(folder, "transitions");
        if (Directory.Exists(own)) Directory.Delete(own, recursive: true);
        await using var installation = await Installation.OpenAsync(own);
        var references = new List<string>();
        for (var i = 0; i < Proposals; i++) references.Add(await installation.SubmitAsync(i));
        using var look = installation.Look();
        using var floor = Floor(Path.Combine(own, "floor.db"));

        var processor = TimeSpan.Zero;
        var next = 0;
        var votes = new List<double>();
        var raws = new List<double>();
        var bytes = new List<int>();
        for (var round = -Warm; round < Rounds; round++)
        {
            var sizes = new List<int>();
            var spent = TimeSpan.Zero;
            var busy = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < Each; i++, next++)
            {
                var reference = references[next % references.Count];
                var turn = next / references.Count;
                var started = Stopwatch.GetTimestamp();
                var receipt = turn < 9
                    ? await installation.VoteAsync(reference, Installation.Stages[turn / 3], turn % 3)
                    : await installation.AskAsync(reference);
                spent += Stopwatch.GetElapsedTime(started);
                sizes.Add(BytesOf(look, reference, receipt.Seq!.Value));
            }
            busy = Environment.CpuUsage.TotalTime - busy;
            var raw = TimeSpan.Zero;
            foreach (var size in sizes)
            {
                var content = RandomNumberGenerator.GetBytes(size);
                var started = Stopwatch.GetTimestamp();
                Insert(floor, content);
                raw += Stopwatch.GetElapsedTime(started);
            }
            if (round < 0) continue;
            processor += busy;
            votes.Add(Each / spent.TotalSeconds);
            raws.Add(Each / raw.TotalSeconds);
            bytes.AddRange(sizes);
        }
        var ratio = Report.Median(votes.Zip(raws, (v, r) => v / r));
        report.Line($"whole transitions a second, one caller: {Report.Median(votes):N0} (votes, committed and ledgered)");
        report.Line($"processor time of a transition, all threads: {processor.TotalMilliseconds / votes.Count / Each:0.00} ms");
        report.Line($"raw INSERT and COMMIT of the same bytes a second: {Report.Median(raws):N0} ({bytes.Average():N0} bytes each on average)");
        report.Target("transitions against the raw floor, median of rounds that take turns", ratio, "0.00", ratio >= 0.4, "0.4 or more");
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

    static SqliteConnection Floor(string file)
    {
        var connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; CREATE TABLE raw (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
        return connection;
    }

    static void Insert(SqliteConnection connection, byte[] content)
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
