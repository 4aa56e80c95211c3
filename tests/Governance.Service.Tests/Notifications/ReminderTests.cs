using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Governance.Service.Notifications;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Notifications;

/// <summary>A day passes: who is told, once, whatever node does it and wherever it dies.</summary>
public sealed class ReminderTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    /// <summary>Sets the clock to the morning after the privacy stage's day.</summary>
    async Task<DateOnly> PassTheDay(string reference)
    {
        var due = (await _service.Get(reference)).State.Stage(StageIds.Privacy)!.Due;
        _service.Clock.SetUtcNow(new DateTimeOffset(due.AddDays(1), new TimeOnly(9, 0), TimeSpan.Zero));
        return due;
    }

    async Task<List<string>> Reminded(Actor person) => [.. (await _service.Told(person)).Where(m => m.Contains("overdue", StringComparison.Ordinal))];

    [Fact]
    public async Task After_the_day_the_chair_the_lead_who_is_waited_for_and_members_who_have_not_voted_are_told_and_nobody_else()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Deliver();
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[0]);
        await _service.Send(new Recuse { Actor = _service.Privacy[1], Reference = reference, Stage = StageIds.Privacy, Conflict = "My sister works there." });
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "Who holds the keys?" });
        await _service.Send(new ChangePerson { Actor = _service.Administrator, Id = _service.Youth[0].Id, Active = false });
        await PassTheDay(reference);
        await _service.Remind();
        await _service.Remind();

        Assert.Equal([$"overdue {StageIds.Privacy}"], await Reminded(_service.Lead));
        Assert.Equal([$"overdue {StageIds.Privacy}"], await Reminded(_service.Privacy[2]));
        Assert.Equal((await _service.Get(reference)).State.Stages.Where(s => s.Open && s.Due < DateOnly.FromDateTime(_service.Clock.GetUtcNow().UtcDateTime)).Select(s => $"stage_overdue {s.Stage}").Order(StringComparer.Ordinal),
            (await Reminded(_service.Chair)).Order(StringComparer.Ordinal));
        Assert.Contains($"stage_overdue {StageIds.Privacy}", await Reminded(_service.Chair));
        foreach (var other in new[] { _service.Privacy[0], _service.Privacy[1], _service.Youth[0], _service.OtherLead, _service.Auditor, _service.Administrator }) Assert.Empty(await Reminded(other));
    }

    [Fact]
    public async Task Where_a_whole_panel_stepped_back_and_nobody_is_asked_for_anything_the_chair_still_learns_of_the_day()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        foreach (var member in _service.Privacy) await _service.Send(new Recuse { Actor = member, Reference = reference, Stage = StageIds.Privacy, Conflict = "I know them." });
        Assert.Equal(0, await _service.InTransaction((_, session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM work_item WHERE stage = @stage", new { stage = StageIds.Privacy })));
        await PassTheDay(reference);
        await _service.Remind();
        Assert.Contains($"stage_overdue {StageIds.Privacy}", await Reminded(_service.Chair));

        // Who is told of the stage is not told again of what they have to do in it.
        await _service.InTransaction((_, session) => session.ExecuteAsync(
            "INSERT INTO work_item (proposal, person, task, stage, since, due) SELECT proposal, person, 'CloseStage', stage, at, due FROM message WHERE kind = 'stage_overdue' AND stage = @stage", new { stage = StageIds.Privacy }));
        await _service.Remind();
        Assert.DoesNotContain($"overdue {StageIds.Privacy}", await Reminded(_service.Chair));
    }

    [Fact]
    public async Task A_stage_whose_clock_starts_again_has_another_day_and_all_are_told_once_more_when_that_is_past()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "Who holds the keys?" });
        var first = await PassTheDay(reference);
        await _service.Remind();
        await _service.Close(reference, StageIds.Privacy);
        Assert.True((await _service.Get(reference)).State.Stage(StageIds.Privacy)!.Due > first);
        await _service.Remind();
        Assert.Equal([$"overdue {StageIds.Privacy}"], await Reminded(_service.Privacy[0]));
        await PassTheDay(reference);
        await _service.Remind();
        await _service.Remind();
        foreach (var person in new[] { _service.Privacy[0], _service.Lead }) Assert.Equal([$"overdue {StageIds.Privacy}", $"overdue {StageIds.Privacy}"], await Reminded(person));
        Assert.Equal(2, (await Reminded(_service.Chair)).Count(m => m == $"stage_overdue {StageIds.Privacy}"));
    }

    [Fact]
    public async Task Two_nodes_that_take_the_work_from_one_another_all_the_time_tell_everybody_once()
    {
        await using var other = Host.Node(_service);
        List<string> references = [];
        for (var i = 0; i < 4; i++) references.Add(await _service.Submitted(SampleAnswers.ServiceDesign));
        await _service.Deliver();
        await PassTheDay(references[0]);
        // Whoever was overtaken before it began tells nobody, though there is somebody to tell.
        var late = await Take(_service.Services);
        await Take(other.Services);
        await using (var scope = _service.Services.CreateAsyncScope())
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => scope.ServiceProvider.GetRequiredService<Reminders>().RemindAsync(late, default));
        }
        Assert.Empty(await Reminded(_service.Chair));
        // Whoever is overtaken takes the work back, in the middle of the other's.
        (IServiceProvider Services, Lease Lease)[] nodes = [(_service.Services, await Take(_service.Services)), (other.Services, await Take(other.Services))];
        await Task.WhenAll(nodes.Select(node => Task.Run(async () =>
        {
            for (var (lease, done) = (node.Lease, false); !done;)
            {
                await using var scope = node.Services.CreateAsyncScope();
                try
                {
                    await scope.ServiceProvider.GetRequiredService<Reminders>().RemindAsync(lease, default);
                    done = true;
                }
                catch (InvalidOperationException)
                {
                    lease = await Take(node.Services);
                }
            }
        })));
        var rows = await _service.InTransaction((_, session) => session.QueryAsync<Told>("SELECT person, proposal, stage FROM message WHERE kind IN ('overdue', 'stage_overdue')"));
        Assert.Equal(rows.Count, rows.Distinct().Count());
        foreach (var member in _service.Privacy) Assert.Equal(references.Count, (await Reminded(member)).Count);
        Assert.Equal(references.Count, (await Reminded(_service.Chair)).Count(m => m == $"stage_overdue {StageIds.Privacy}"));
    }

    static async Task<Lease> Take(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.BeginWriteAsync(default);
        var lease = await scope.ServiceProvider.GetRequiredService<Leases>().TakeAsync(MessageDelivery.LeaseName);
        await session.CommitAsync();
        return lease;
    }

    [Theory]
    [InlineData("overdue", 7)]
    [InlineData("stage_overdue", 1)]
    public async Task A_node_that_dies_in_the_middle_has_told_nobody_of_that_piece_and_the_next_one_tells_everybody_once(string kind, int at)
    {
        await using var service = new TestService(embedded: true, settings: new Dictionary<string, string?>
        {
            ["Mail:Host"] = "127.0.0.1",
            ["Mail:Tls"] = "None",
            ["Mail:From"] = "review@example.org",
            ["Mail:SiteAddress"] = "https://review.example.org",
        });
        await using var other = Host.Node(service);
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        service.Clock.SetUtcNow(new DateTimeOffset((await service.Get(reference)).State.Stages.Max(s => s.Due).AddDays(1), new TimeOnly(9, 0), TimeSpan.Zero));
        // The database ends the transaction at that row, as it does for a process that is killed there.
        await service.InTransaction((_, session) => session.ExecuteAsync(
            $"CREATE TRIGGER dies AFTER INSERT ON message_mail WHEN NEW.kind = '{kind}' AND (SELECT COUNT(*) FROM message_mail WHERE kind = '{kind}') >= {at} BEGIN SELECT RAISE(ROLLBACK, 'died'); END"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(service.Remind);
        Assert.Equal(0, await service.InTransaction((_, session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM message WHERE kind = @kind", new { kind })));
        await service.InTransaction((_, session) => session.ExecuteAsync("DROP TRIGGER dies"));

        service.Clock.Advance(Leases.Lasts);
        await using var scope = other.Services.CreateAsyncScope();
        var lease = await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(MessageDelivery.LeaseName, default);
        await scope.ServiceProvider.GetRequiredService<Reminders>().RemindAsync(lease!, default);
        Assert.Equal([.. (await service.Get(reference)).State.Stages.Where(s => s.Open).Select(s => $"stage_overdue {s.Stage}").Order(StringComparer.Ordinal)],
            (await service.Told(service.Chair)).Where(m => m.StartsWith("stage_overdue", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        foreach (var member in service.Privacy) Assert.Single(await service.Told(member), $"overdue {StageIds.Privacy}");
        Assert.Equal(await service.Count("message"), await service.Count("message_mail"));
    }

    [Fact]
    public async Task While_everybody_was_told_reminding_writes_nothing_and_adds_nothing_to_the_log()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await PassTheDay(reference);
        var size = await _service.Count("ledger_entry");
        await _service.Remind();
        Assert.Equal(size, await _service.Count("ledger_entry"));
        var before = await _service.Count("message");
        // A lease of another term: whoever wrote anything would be refused.
        await using var scope = _service.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Reminders>().RemindAsync(new Lease(MessageDelivery.LeaseName, 999, _service.Clock.GetUtcNow()), default);
        Assert.Equal(before, await _service.Count("message"));
    }

    sealed record Told
    {
        public Guid Person { get; init; }
        public long Proposal { get; init; }
        public string Stage { get; init; } = "";
    }
}
