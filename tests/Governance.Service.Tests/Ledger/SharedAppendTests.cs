using CsCheck;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Tests.Pipeline;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Governance.Service.Tests.Ledger;

/// <summary>
/// Appends that share a commit go on from what the one before them left in memory. These tests hold that against what is in the
/// file: when one of them is undone, when another process appended in between, and when the head is signed in the middle.
/// </summary>
public sealed class SharedAppendTests
{
    /// <param name="Trail">Which proposal's; none where it is negative.</param>
    sealed record Step(int Trail, int Entries, bool Undone);

    sealed record Group(bool OtherNode, Step[] Steps);

    static readonly Gen<Group[]> Groups =
        Gen.Select(
            Gen.Bool,
            Gen.Select(Gen.Int[-1, 3], Gen.Int[1, 3], Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true))), (trail, entries, undone) => new Step(trail, entries, undone)).Array[1, 5],
            (other, steps) => new Group(other, steps)).Array[1, 8];

    [Fact]
    public async Task Whoever_appends_and_whatever_is_undone_the_stored_heads_are_those_of_the_entries() => await Groups.SampleAsync(async groups =>
    {
        await using var service = new TestService();
        await using var other = new Host(service);
        var before = service.LedgerSize();
        foreach (var group in groups) await Run(group.OtherNode ? other.Services : service.Services, [.. group.Steps.Select(Work)]);
        if (service.LedgerSize() == 0) return;
        TreeTests.AssertWhole(service);
        TreeTests.AssertTrails(service);
        Assert.Equal(before + groups.SelectMany(g => g.Steps).Where(s => !s.Undone).Sum(s => s.Entries), service.LedgerSize());
    }, iter: 40, threads: 1);

    [Fact]
    public async Task What_is_signed_in_the_middle_of_a_group_holds_the_entries_before_it()
    {
        await using var service = new TestService();
        StoredCheckpoint? signed = null;
        await Run(service.Services,
        [
            Work(new Step(0, 2, Undone: false)),
            async services => signed = await services.GetRequiredService<IRequestHandler<SignCheckpoint, StoredCheckpoint>>().Handle(new SignCheckpoint { Actor = service.Auditor }, CancellationToken.None),
            Work(new Step(0, 1, Undone: false)),
        ]);
        // Two entries and the one with the heads tree's root.
        Assert.Equal(3, signed!.Size);
        Assert.Equal(4, service.LedgerSize());
        TreeTests.AssertWhole(service);
    }

    static Func<IServiceProvider, Task> Work(Step step) => async services =>
    {
        var ledger = services.GetRequiredService<LedgerStore>();
        var now = await ledger.NowAsync();
        var proposal = step.Trail < 0 ? null : $"DUP-2030-{step.Trail:0000}";
        await ledger.AppendAsync(now, [.. Enumerable.Range(0, step.Entries).Select(_ => new NewEntry { Kind = "test.tick", Proposal = proposal, Actor = "a", Role = "test" })]);
        if (step.Undone) throw new UndoneException();
    };

    /// <summary>Runs commands that share one commit: while the first has its turn, the others queue behind it.</summary>
    static async Task Run(IServiceProvider services, IReadOnlyList<Func<IServiceProvider, Task>> works)
    {
        var scopes = works.Select(_ => services.CreateAsyncScope()).ToList();
        var begun = scopes.Select(s => s.ServiceProvider.GetRequiredService<Session>().BeginWriteAsync(CancellationToken.None)).ToList();
        var done = new List<Task>();
        for (var i = 0; i < works.Count; i++)
        {
            await begun[i];
            var session = scopes[i].ServiceProvider.GetRequiredService<Session>();
            try
            {
                await works[i](scopes[i].ServiceProvider);
                // Not awaited before the last has ended: it completes when the group is committed.
                done.Add(session.CommitAsync());
            }
            catch (UndoneException)
            {
                await session.EndAsync();
            }
        }
        await Task.WhenAll(done);
        foreach (var scope in scopes) await scope.DisposeAsync();
    }

    sealed class UndoneException : Exception;
}
