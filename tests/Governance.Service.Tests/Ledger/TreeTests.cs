using System.Security.Cryptography;
using Governance.Ledger;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Governance.Service.Tests.Pipeline;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Ledger;

/// <summary>What the database holds of the tree, against the tree worked out naively from the leaves alone (RFC 6962, section 2.1).</summary>
public sealed class TreeTests
{
    internal static Task Append(TestService service, int count) =>
        Append(service, [.. Enumerable.Range(0, count).Select(_ => new NewEntry { Kind = "test.tick", Actor = "a", Role = "test" })]);

    internal static Task Append(TestService service, params NewEntry[] entries) => service.InTransaction(async (services, _) =>
    {
        var ledger = services.GetRequiredService<LedgerStore>();
        await ledger.AppendAsync(await ledger.NowAsync(), entries);
        return 0;
    });

    /// <summary>The levels of the tree, leaves first; each holds only hashes over full pairs.</summary>
    static List<List<byte[]>> Levels(IReadOnlyList<byte[]> leaves)
    {
        var levels = new List<List<byte[]>> { leaves.ToList() };
        while (levels[^1].Count > 1)
        {
            var below = levels[^1];
            levels.Add([.. Enumerable.Range(0, below.Count / 2).Select(i => Node(below[2 * i], below[2 * i + 1]))]);
        }
        return levels;
    }

    static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);

    internal static byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 0) return SHA256.HashData([]);
        if (leaves.Length == 1) return leaves[0];
        var split = 1;
        while (split * 2 < leaves.Length) split *= 2;
        return Node(Root(leaves[..split]), Root(leaves[split..]));
    }

    internal static void AssertWhole(TestService service)
    {
        using var connection = service.OpenOutside();
        AssertWhole(connection);
    }

    internal static void AssertWhole(System.Data.Common.DbConnection connection)
    {
        var rows = Untouched.Rows(connection, "SELECT seq, entry, leaf FROM ledger_entry ORDER BY seq");
        var leaves = rows.Select(r => SHA256.HashData([0, .. (byte[])r[1]])).ToArray();
        for (var i = 0; i < rows.Count; i++)
        {
            Assert.Equal(i, (long)rows[i][0]);
            Assert.Equal(leaves[i], (byte[])rows[i][2]);
        }
        var head = Untouched.Rows(connection, "SELECT size, root FROM ledger_head")[0];
        Assert.Equal(rows.Count, (long)head[0]);
        Assert.Equal(Root(leaves), (byte[])head[1]);

        var levels = Levels(leaves);
        var expected = new Dictionary<(long, long), byte[]>();
        for (var level = 0; 8 * level < levels.Count; level++)
        {
            var nodes = levels[8 * level];
            for (var number = 0; (number + 1) * 256 <= nodes.Count; number++)
                expected[(level, number)] = [.. nodes.Skip(number * 256).Take(256).SelectMany(h => h)];
        }
        var stored = Untouched.Rows(connection, "SELECT level, number, hashes FROM ledger_tile").ToDictionary(r => ((long)r[0], (long)r[1]), r => (byte[])r[2]);
        Assert.Equal(expected.Keys.Order(), stored.Keys.Order());
        foreach (var (tile, hashes) in expected) Assert.True(hashes.AsSpan().SequenceEqual(stored[tile]), $"Tile {tile} does not hold the hashes of its leaves.");
    }

    [Fact]
    public async Task Head_and_tiles_are_those_of_the_leaves_at_every_size_around_a_full_tile()
    {
        await using var service = new TestService();
        await Append(service, 1);
        AssertWhole(service);
        await Append(service, 253);
        foreach (var _ in Enumerable.Range(254, 4))
        {
            AssertWhole(service);
            await Append(service, 1);
        }
        await Append(service, 510 - (int)service.LedgerSize());
        foreach (var _ in Enumerable.Range(510, 4))
        {
            AssertWhole(service);
            await Append(service, 1);
        }
        // One append that begins and ends within tiles and completes two.
        await Append(service, 600);
        AssertWhole(service);
    }

    [Fact]
    public async Task Head_tiles_and_proofs_hold_past_65_536_entries()
    {
        await using var service = new TestService();
        while (service.LedgerSize() < 65_500) await Append(service, 13_100);
        await Append(service, 36);
        AssertWhole(service);
        await Append(service, 1);
        await Append(service, 700);
        AssertWhole(service);

        var (size, root) = ((long)service.Rows("SELECT size FROM ledger_head")[0][0], (byte[])service.Rows("SELECT root FROM ledger_head")[0][0]);
        await service.InTransaction(async (services, _) =>
        {
            var tree = services.GetRequiredService<LedgerStore>().Tree(size);
            foreach (var seq in new long[] { 0, 255, 256, 65_535, 65_536, size - 1 })
            {
                var leaf = (byte[])service.Rows("SELECT leaf FROM ledger_entry WHERE seq = @s", ("@s", seq))[0][0];
                Assert.True(Merkle.VerifyInclusion(seq, size, leaf, Merkle.InclusionProof(seq, size, tree.Node), root), $"The proof of entry {seq} fails.");
            }
            return 0;
        }, commit: false);
    }

    [Fact]
    public async Task Entries_of_several_proposals_form_unbroken_trails()
    {
        await using var service = new TestService();
        var first = await service.Submitted(SampleAnswers.Insight);
        var second = await service.Submitted(SampleAnswers.ServiceDesign, service.OtherLead);
        await service.ApproveAll(second);
        await service.ApproveAll(first);
        await service.Decide(first);
        AssertTrails(service);
        AssertWhole(service);
    }

    internal static void AssertTrails(TestService service)
    {
        var heads = service.Rows("SELECT proposal, pord, count, last FROM ledger_proposal_head ORDER BY pord");
        Assert.Equal(Enumerable.Range(0, heads.Count).Select(i => (long)i), heads.Select(h => (long)h[1]));
        foreach (var head in heads)
        {
            var rows = service.Rows("SELECT seq, entry, leaf, pseq FROM ledger_entry WHERE proposal = @p ORDER BY seq", ("@p", head[0]));
            Assert.Equal((long)head[2], rows.Count);
            Assert.Equal((byte[])head[3], (byte[])rows[^1][2]);
            for (var i = 0; i < rows.Count; i++)
            {
                var entry = Entry.Parse((byte[])rows[i][1]);
                Assert.Equal(((long)rows[i][0], (string)head[0], (long?)i), (entry.Seq, entry.Proposal, entry.ProposalSeq));
                Assert.Equal(i, (long)rows[i][3]);
                Assert.Equal(i == 0 ? (long)head[1] : null, entry.ProposalOrdinal);
                Assert.Equal(i == 0 ? "" : Convert.ToHexStringLower((byte[])rows[i - 1][2]), entry.ProposalPrevious ?? "");
            }
        }
    }

    [Fact]
    public async Task Two_trails_can_begin_in_one_append()
    {
        await using var service = new TestService();
        await service.InTransaction(async (services, _) =>
        {
            var ledger = services.GetRequiredService<LedgerStore>();
            await ledger.AppendAsync(await ledger.NowAsync(), [.. new[] { "P-1", "P-2", "P-1" }.Select(p => new NewEntry { Kind = "test.tick", Proposal = p, Actor = "a", Role = "test" })]);
            return 0;
        });
        AssertTrails(service);
    }

    [Fact]
    public async Task Time_in_the_log_never_goes_back_even_when_the_clock_does()
    {
        await using var service = new TestService();
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        var submitted = service.Clock.GetUtcNow();
        service.Clock.AdjustTime(submitted.AddHours(-2));
        var receipt = await service.Vote(reference, "privacy", service.Privacy[0]);
        Assert.Equal(submitted, receipt.At);
        service.Clock.AdjustTime(submitted.AddHours(1));
        await service.Vote(reference, "privacy", service.Privacy[1]);
        var times = service.Rows("SELECT at FROM ledger_entry ORDER BY seq").Select(r => (string)r[0]).ToList();
        Assert.Equal(times.Order(StringComparer.Ordinal), times);
        Assert.Equal(times, service.Rows("SELECT entry FROM ledger_entry ORDER BY seq").Select(r => Database.Text(Entry.Parse((byte[])r[0]).At)));
        await WholeWalkTests.AssertRowIsFold(service, reference);
    }

    [Fact]
    public async Task Of_two_appends_on_two_connections_one_waits_and_takes_the_next_number()
    {
        await using var service = new TestService();
        await Append(service, 5);
        await using var other = new Host(service);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            if (i % 2 == 0) await Append(service, 3);
            else await other.Append(3);
        })));
        Assert.Equal(125, service.LedgerSize());
        AssertWhole(service);
    }

    [Fact]
    public async Task An_append_that_believes_in_an_older_head_is_undone()
    {
        await using var service = new TestService();
        await Append(service, 5);
        using var stale = Untouched.Open(service.File);
        using var command = stale.CreateCommand();
        // What a second writer without the lock would do: the number that it computed before the other one committed.
        command.CommandText = "INSERT INTO ledger_entry (seq, proposal, pseq, kind, at, entry, leaf) VALUES (4, NULL, NULL, 'x', 'x', x'00', x'00')";
        Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => { command.ExecuteNonQuery(); });
        command.CommandText = "UPDATE ledger_head SET size = 6 WHERE id = 1 AND size = 4";
        Assert.Equal(0, command.ExecuteNonQuery());
        AssertWhole(service);
    }
}
