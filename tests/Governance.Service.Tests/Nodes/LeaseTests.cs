using Governance.Service.Audit;
using Governance.Service.Background;
using Governance.Service.Data;
using Governance.Service.Tests.Ledger;
using Governance.Service.Tests.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Governance.Service.Tests.Nodes;

/// <summary>Two copies of the service, as two nodes, on one database and one clock that stands still.</summary>
public sealed class LeaseTests
{
    const string Work = "some work";

    [Fact]
    public async Task A_lease_is_held_by_one_node_until_it_runs_out_or_is_given_back()
    {
        await using var one = new TestService();
        await using var two = Host.Node(one);

        var held = await Claim(one.Services);
        Assert.Equal(1, held!.Term);
        Assert.Null(await Claim(two.Services));

        // Renewed in time, it stays where it is and its term stays the same.
        one.Clock.Advance(Leases.Lasts - TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await Claim(one.Services))!.Term);
        one.Clock.Advance(Leases.Lasts - TimeSpan.FromSeconds(1));
        Assert.Null(await Claim(two.Services));

        // Not renewed, it passes on, and the one who had it sees that.
        one.Clock.Advance(TimeSpan.FromSeconds(1));
        var taken = await Claim(two.Services);
        Assert.Equal(2, taken!.Term);
        Assert.Null(await Claim(one.Services));

        // What is no longer held cannot be given back; what is held can.
        await In(one.Services, leases => leases.ReleaseAsync(held));
        Assert.Null(await Claim(one.Services));
        await In(two.Services, leases => leases.ReleaseAsync(taken));
        Assert.Equal(3, (await Claim(one.Services))!.Term);
    }

    [Fact]
    public async Task Of_many_who_claim_a_free_lease_at_once_one_gets_it()
    {
        await using var one = new TestService();
        await using var two = Host.Node(one);
        for (var round = 1; round <= 10; round++)
        {
            var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Claim(i % 2 == 0 ? one.Services : two.Services))));
            var terms = claims.OfType<Lease>().Select(l => l.Term).Distinct();
            Assert.Equal([(long)round], terms);
            Assert.True(claims[0] is null || claims[1] is null, "Both nodes hold it.");
            one.Clock.Advance(Leases.Lasts);
        }
    }

    [Fact]
    public async Task A_node_that_was_asleep_past_its_lease_signs_nothing()
    {
        await using var one = new TestService();
        await using var two = Host.Node(one);
        var held = await Claim(one.Services, SignCheckpoint.LeaseName);
        one.Clock.Advance(Leases.Lasts);
        var taken = await Claim(two.Services, SignCheckpoint.LeaseName);
        await two.Append(3);

        var late = await Assert.ThrowsAsync<InvalidOperationException>(() => Sign(one.Services, held));
        Assert.Contains("taken over", late.Message, StringComparison.Ordinal);
        Assert.Empty(one.Rows("SELECT size FROM ledger_checkpoint"));

        await Sign(two.Services, taken);
        var row = Assert.Single(one.Rows("SELECT node, term FROM ledger_checkpoint"));
        Assert.Equal(two.Services.GetRequiredService<Node>().Id, row[0]);
        Assert.Equal(2L, row[1]);
    }

    [Fact]
    public async Task Whoever_cannot_wait_takes_the_signing_over_in_a_new_term()
    {
        await using var one = new TestService();
        await using var two = Host.Node(one);
        var held = await Claim(one.Services, SignCheckpoint.LeaseName);
        await two.Append(1);
        await Sign(one.Services, held);
        await two.Append(1);
        await Sign(two.Services, null);
        await two.Append(1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Sign(one.Services, held));
        Assert.Equal([1L, 2L], one.Rows("SELECT term FROM ledger_checkpoint ORDER BY size").Select(r => (long)r[0]));
    }

    [Fact]
    public async Task A_writer_that_stops_gives_its_lease_back_and_another_one_follows_what_it_signed()
    {
        await using var one = new TestService();
        await using var two = Host.Node(one);
        await two.Append(2);
        // The other node has not signed anything, but keeps what was signed: a database that is put back is noticed there too.
        var writer = Writer(one.Services);
        await writer.StartAsync(CancellationToken.None);
        while (one.Rows("SELECT size FROM ledger_checkpoint").Count == 0) await Task.Yield();
        await writer.StopAsync(CancellationToken.None);
        Assert.True((await Claim(two.Services, SignCheckpoint.LeaseName))!.Term == 2);
    }

    [Fact]
    public async Task A_node_that_only_follows_keeps_the_last_checkpoint_and_refuses_a_log_that_lost_entries()
    {
        await using var one = new TestService();
        var copy = one.File + ".old";
        await one.InTransaction<int>(async (services, _) =>
        {
            var ledger = services.GetRequiredService<LedgerStore>();
            await ledger.AppendAsync(await ledger.NowAsync(), [new NewEntry { Kind = "test.tick", Actor = "a", Role = "test" }]);
            return 0;
        });
        await Sign(one.Services, null);
        one.Services.GetRequiredService<Database>().Backup(copy);

        var head = one.File + ".follower";
        await using (var follower = new Host(one.File, one.Clock, ("Ledger:KeyFile", one.KeyFile), ("Ledger:HeadFile", head)))
        {
            await follower.Append(5);
            await Sign(one.Services, null);
            await Follow(follower.Services);
            Assert.Equal(one.Rows("SELECT note FROM ledger_checkpoint ORDER BY size DESC")[0][0], await File.ReadAllTextAsync(head));
        }
        await using var restored = new Host(copy, one.Clock, ("Ledger:KeyFile", one.KeyFile), ("Ledger:HeadFile", head));
        var lost = await Assert.ThrowsAsync<InvalidOperationException>(() => Follow(restored.Services));
        Assert.Contains("Entries are missing", lost.Message, StringComparison.Ordinal);
    }

    static IHostedService Writer(IServiceProvider services) => ActivatorUtilities.CreateInstance<CheckpointWriter>(services);

    static Task<Lease?> Claim(IServiceProvider services, string name = Work) => In(services, leases => leases.ClaimAsync(name, CancellationToken.None));

    static async Task<T> In<T>(IServiceProvider services, Func<Leases, Task<T>> act)
    {
        await using var scope = services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<Leases>());
    }

    static Task In(IServiceProvider services, Func<Leases, Task> act) => In(services, async leases =>
    {
        await act(leases);
        return 0;
    });

    static async Task Sign(IServiceProvider services, Lease? lease)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None, lease);
    }

    static async Task Follow(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().FollowAsync(CancellationToken.None);
    }
}
