using Dapper;
using Governance.Service.Data;
using Governance.Service.Tests.Pipeline;
using Xunit;

namespace Governance.Service.Tests.Ledger;

/// <summary>Commands that share one wait for the disk: each is kept or undone by itself, and answered only when it is safe.</summary>
public sealed class GroupCommitTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("group").FullName;
    readonly Sqlite _database;

    public GroupCommitTests()
    {
        _database = new Sqlite(Path.Combine(_folder, "governance.db"));
        _database.Migrate();
    }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static CancellationToken Now => TestContext.Current.CancellationToken;

    static Task SetAsync(OpenTransaction open, string name) =>
        open.Connection.ExecuteAsync("INSERT INTO setting (name, value) VALUES (@name, '')", new { name });

    /// <summary>What another connection sees, and so what would be there after a crash.</summary>
    IReadOnlyList<string> Kept()
    {
        using var other = Untouched.Open(_database.File);
        return [.. Untouched.Rows(other, "SELECT name FROM setting ORDER BY name").Select(r => (string)r[0])];
    }

    async Task<Task> BeginBehindAsync(string name, Func<OpenTransaction, Task>? work = null)
    {
        var begun = _database.BeginWriteAsync(Now);
        Assert.False(begun.IsCompleted, "It should wait for its turn.");
        async Task Run()
        {
            await using var open = await begun;
            await SetAsync(open, name);
            if (work is not null) await work(open);
            await open.CommitAsync();
        }
        await Task.Yield();
        return Run();
    }

    [Fact]
    public async Task Nobody_is_answered_before_the_commit_that_holds_their_work()
    {
        var gate = new TaskCompletionSource();
        Task first, second;
        await using (var open = await _database.BeginWriteAsync(Now))
        {
            second = await BeginBehindAsync("second", _ => gate.Task);
            await SetAsync(open, "first");
            first = open.CommitAsync();
        }
        Assert.False(first.IsCompleted, "The second command holds the transaction open.");
        Assert.Empty(Kept());
        gate.SetResult();
        await Task.WhenAll(first, second);
        Assert.Equal(["first", "second"], Kept());
    }

    [Fact]
    public async Task A_command_that_fails_undoes_its_own_work_and_no_other()
    {
        Task first, second, third;
        await using (var open = await _database.BeginWriteAsync(Now))
        {
            second = await BeginBehindAsync("second", _ => throw new InvalidOperationException("It changed its mind."));
            third = await BeginBehindAsync("third");
            await SetAsync(open, "first");
            first = open.CommitAsync();
        }
        await Task.WhenAll(first, third);
        Assert.Equal("It changed its mind.", (await Assert.ThrowsAsync<InvalidOperationException>(() => second)).Message);
        Assert.Equal(["first", "third"], Kept());
    }

    [Fact]
    public async Task A_caller_who_gave_up_waiting_leaves_nobody_unanswered()
    {
        using var giving = new CancellationTokenSource();
        Task first;
        Task<OpenTransaction> gaveUp;
        await using (var open = await _database.BeginWriteAsync(Now))
        {
            gaveUp = _database.BeginWriteAsync(giving.Token);
            await giving.CancelAsync();
            await SetAsync(open, "first");
            first = open.CommitAsync();
        }
        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gaveUp);
        Assert.Equal(["first"], Kept());
    }

    [Fact]
    public async Task When_the_commit_itself_fails_every_caller_of_the_group_is_told_and_nothing_is_kept()
    {
        Task first, second;
        await using (var open = await _database.BeginWriteAsync(Now))
        {
            // A key that points nowhere, looked at only when the transaction is committed.
            second = await BeginBehindAsync("second", async o =>
            {
                await o.Connection.ExecuteAsync("PRAGMA defer_foreign_keys = ON");
                await o.Connection.ExecuteAsync("INSERT INTO person_role (person, role) VALUES ('nobody', 'Chair')");
            });
            await SetAsync(open, "first");
            first = open.CommitAsync();
        }
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => first);
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => second);
        Assert.Empty(Kept());

        await using var later = await _database.BeginWriteAsync(Now);
        await SetAsync(later, "later");
        await later.CommitAsync();
        Assert.Equal(["later"], Kept());
    }

    [Fact]
    public async Task Many_callers_at_once_are_all_kept()
    {
        const int callers = 40;
        var tasks = new List<Task>();
        await using (var open = await _database.BeginWriteAsync(Now))
        {
            for (var i = 0; i < callers; i++) tasks.Add(await BeginBehindAsync($"caller {i:00}"));
            await SetAsync(open, "first");
            tasks.Add(open.CommitAsync());
        }
        await Task.WhenAll(tasks);
        Assert.Equal(callers + 1, Kept().Count);
    }

    [Fact]
    public async Task A_reader_sees_one_picture_while_others_write()
    {
        await using var reading = await _database.BeginReadAsync(Now);
        var before = await reading.Connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM setting");
        await using (var open = await _database.BeginWriteAsync(Now))
        {
            await SetAsync(open, "written meanwhile");
            await open.CommitAsync();
        }
        Assert.Equal(before, await reading.Connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM setting"));
        Assert.Equal(before + 1, Kept().Count);
    }
}
