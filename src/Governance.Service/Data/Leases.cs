using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Data;

/// <summary>
/// This run of the program among the nodes on one database. Never the same twice, so that a node which comes up again
/// after a crash cannot take what it held before for its own.
/// </summary>
/// <param name="Name">The setting <c>Node:Name</c>, or the machine's name.</param>
public sealed record Node(string Name)
{
    /// <summary>Name, process and a few random digits.</summary>
    public string Id { get; } = string.Create(CultureInfo.InvariantCulture, $"{Name}:{Environment.ProcessId}:{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
}

/// <summary>The right to do one piece of background work, held by one node at a time.</summary>
/// <param name="Term">Grows by one with each change of hands: no two nodes ever hold the same term.</param>
public sealed record Lease(string Name, long Term, DateTimeOffset Until);

/// <summary>
/// Claims, renews and releases leases. A lease says who should work; that nobody else does at that moment is made sure by
/// <see cref="DemandAsync"/> in the transaction of the work itself, so clocks that differ or a node that was
/// suspended for a while cannot make two of them do it.
/// </summary>
public sealed class Leases(Session session, Node node, TimeProvider clock)
{
    /// <summary>So long after its last sign of life a node's work passes to another one.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Claims a lease that is free or has run out, or renews this node's own. In a transaction of its own. Of two nodes that meet,
    /// for example where both put the row there first, the one that is overtaken looks again.
    /// </summary>
    /// <returns>Null while another node holds it. That is found without writing anything.</returns>
    /// <exception cref="Governance.Review.ConflictException">The database could not be had for a while.</exception>
    public Task<Lease?> ClaimAsync(string name, CancellationToken ct) => Retrying.RunAsync(session, () => ClaimOnceAsync(name, ct), findsItself: true, ct);

    async Task<Lease?> ClaimOnceAsync(string name, CancellationToken ct)
    {
        await session.BeginReadAsync(ct);
        try
        {
            if (await FindAsync(name) is { } row && row.Holder != node.Id && row.Until > clock.GetUtcNow()) return null;
        }
        finally
        {
            await session.EndAsync();
        }

        await session.BeginWriteAsync(ct);
        try
        {
            // Whatever was read above, only these guards decide: of two nodes at once one changes the row.
            var values = Values(name);
            if (await session.ExecuteAsync("UPDATE lease SET until = @Until WHERE name = @Name AND holder = @Holder AND until > @Now", values) == 0
                && await session.ExecuteAsync("UPDATE lease SET holder = @Holder, term = term + 1, until = @Until WHERE name = @Name AND until <= @Now", values) == 0
                && await InsertAsync(values) == 0) return null;
            var term = (await FindAsync(name))!.Term;
            await session.CommitAsync();
            return new Lease(name, term, values.Until);
        }
        finally
        {
            await session.EndAsync();
        }
    }

    /// <summary>The same, for work that may be done twice without harm, only not by all nodes all the time.</summary>
    public static async Task<bool> ClaimAsync(IServiceScopeFactory scopes, string name, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(name, ct) is not null;
    }

    /// <summary>
    /// In the transaction of the work: makes sure that this node still holds the lease, and renews it. The row stays locked
    /// until the transaction ends, so nobody else can take the work over in the middle of it.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another node holds it by now.</exception>
    public async Task DemandAsync(Lease lease)
    {
        var values = Values(lease.Name);
        var held = await session.ExecuteAsync("UPDATE lease SET until = @Until WHERE name = @Name AND holder = @Holder AND term = @Term",
            new { values.Name, values.Holder, values.Until, lease.Term });
        if (held == 0) throw new InvalidOperationException($"The lease \"{lease.Name}\" of term {lease.Term} was taken over by another node. It does the work now.");
    }

    /// <summary>
    /// In the transaction of the work: takes the lease, whoever holds it, for work that somebody waits for. The holder so
    /// far is not in the middle of its own, since that locks the row, and finds out before it begins the next.
    /// </summary>
    public async Task<Lease> TakeAsync(string name)
    {
        var values = Values(name);
        if (await session.ExecuteAsync(
            """
            UPDATE lease SET term = CASE WHEN holder = @Holder AND until > @Now THEN term ELSE term + 1 END, holder = @Holder, until = @Until
            WHERE name = @Name
            """, values) == 0) await InsertAsync(values);
        return new Lease(name, (await FindAsync(name))!.Term, values.Until);
    }

    /// <summary>Gives a lease back, so that another node need not wait until it runs out. Does nothing where it is no longer held.</summary>
    public async Task ReleaseAsync(Lease lease)
    {
        await session.BeginWriteAsync(CancellationToken.None);
        try
        {
            await session.ExecuteAsync("UPDATE lease SET until = @Now WHERE name = @Name AND holder = @Holder AND term = @Term",
                new { Now = clock.GetUtcNow(), lease.Name, Holder = node.Id, lease.Term });
            await session.CommitAsync();
        }
        finally
        {
            await session.EndAsync();
        }
    }

    Task<Row?> FindAsync(string name) => session.FirstAsync<Row>("SELECT holder, term, until FROM lease WHERE name = @name", new { name });

    Task<int> InsertAsync(Claim values) => session.ExecuteAsync(
        "INSERT INTO lease (name, holder, term, until) SELECT @Name, @Holder, 1, @Until WHERE NOT EXISTS (SELECT 1 FROM lease WHERE name = @Name)", values);

    Claim Values(string name)
    {
        var now = clock.GetUtcNow();
        return new Claim(name, node.Id, now, now + Lasts);
    }

    sealed record Claim(string Name, string Holder, DateTimeOffset Now, DateTimeOffset Until);

    sealed record Row
    {
        public string Holder { get; init; } = "";
        public long Term { get; init; }
        public DateTimeOffset Until { get; init; }
    }
}
