using Dapper;
using Governance.Review;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Stages;
using Governance.Service.Tests.Ledger;
using Governance.Service.Tests.Pipeline;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Databases;

/// <summary>What becomes of a command where the database has many writers and may be away for a moment.</summary>
public sealed class RetryingTests : IAsyncDisposable
{
    readonly TestService _service = new();
    readonly Troubled _database;
    readonly ServiceProvider _services;

    public RetryingTests()
    {
        // A file is opened once more, as by another process: what the service's own connection keeps of it is not this one's.
        var database = _service.Services.GetRequiredService<Data.Database>();
        _database = new Troubled(database is Sqlite file ? new Sqlite(file.File) : database);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_service.Settings).Build();
        var services = new ServiceCollection().AddGovernanceService(configuration);
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<TimeProvider>(_service.Clock);
        services.AddSingleton<Data.Database>(_database);
        _services = services.BuildServiceProvider(validateScopes: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _service.DisposeAsync();
    }

    async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    async Task<AskQuestion> Question(string? key = null) => new()
    {
        Actor = _service.Privacy[0],
        Reference = await _service.Submitted(SampleAnswers.ServiceDesign),
        Stage = StageIds.Privacy,
        Text = "Who holds the keys?",
        RepeatKey = key,
    };

    async Task AssertAskedOnce(AskQuestion question, long before)
    {
        Assert.Equal(before + 1, _service.LedgerSize());
        Assert.Single((await _service.Get(question.Reference)).State.Questions);
        TreeTests.AssertWhole(_service);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_command_that_met_another_is_run_again_whole_and_done_once(int times)
    {
        var question = await Question();
        var before = _service.LedgerSize();
        _database.OnCommit = () => times-- > 0 ? throw new Trouble() : Task.CompletedTask;
        await Send(question);
        await AssertAskedOnce(question, before);
    }

    [Fact]
    public async Task A_database_that_cannot_be_opened_at_first_is_tried_again_for_reading_too()
    {
        var question = await Question();
        var times = 2;
        _database.OnBegin = () => times-- > 0 ? throw new PassingException(new Trouble()) : Task.CompletedTask;
        Assert.Empty((await Send(new Service.Proposals.GetProposal(_service.Chair, question.Reference))).State.Questions);
        Assert.Equal(-1, times);
    }

    [Fact]
    public async Task What_never_passes_becomes_a_conflict_that_says_so_and_keeps_nothing()
    {
        var question = await Question();
        var before = _service.Picture();
        var times = 0;
        _database.OnCommit = () => { times++; throw new Trouble(); };
        var refusal = await Assert.ThrowsAsync<ConflictException>(() => Send(question));
        Assert.Contains("Try again", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Retrying.Most, times);
        Assert.Equal(before, _service.Picture());
    }

    [Fact]
    public async Task A_mistake_is_not_tried_again()
    {
        var question = await Question();
        var times = 0;
        _database.OnCommit = () => { times++; throw new InvalidOperationException("A mistake."); };
        await Assert.ThrowsAsync<InvalidOperationException>(() => Send(question));
        Assert.Equal(1, times);
    }

    [Fact]
    public async Task A_refusal_is_not_tried_again()
    {
        var question = await Question();
        var begun = 0;
        _database.OnBegin = () => { begun++; return Task.CompletedTask; };
        await Assert.ThrowsAsync<StaleException>(() => Send(question with { ExpectedVersion = 0 }));
        Assert.Equal(1, begun);
    }

    [Fact]
    public async Task After_a_commit_whose_end_is_not_known_a_request_with_a_key_finds_its_own_answer()
    {
        var question = await Question("once");
        var before = _service.LedgerSize();
        var lost = true;
        _database.AfterCommit = () => { (var was, lost) = (lost, false); if (was) throw new UncertainException(); };
        var receipt = await Send(question);
        Assert.Equal(before, receipt.Seq);
        await AssertAskedOnce(question, before);
    }

    [Fact]
    public async Task Without_a_key_the_person_is_told_to_look()
    {
        var question = await Question();
        var before = _service.LedgerSize();
        _database.AfterCommit = () => throw new UncertainException();
        await Assert.ThrowsAsync<UncertainException>(() => Send(question));
        await AssertAskedOnce(question, before);
    }

    [Fact]
    public async Task A_command_whose_time_was_overtaken_in_the_log_is_taken_again_later()
    {
        var question = await Question();
        var before = _service.LedgerSize();
        var locks = 0;
        // Another node's entry, later than this command's time, that was committed while it waited for the lock.
        _database.OnLock = open => ++locks == 1
            ? open.Connection.ExecuteAsync("UPDATE ledger_head SET size = size + 1, last_at = '2026-12-24T00:00:00.000Z'", null, open.Transaction)
            : Task.CompletedTask;
        await Send(question);
        Assert.Equal(2, locks);
        await AssertAskedOnce(question, before);
    }

    [Fact]
    public async Task The_lock_is_taken_at_the_append_and_before_the_first_look_at_the_log_by_a_command_that_was_overtaken_twice()
    {
        var locks = 0;
        _database.OnLock = _ => { locks++; return Task.CompletedTask; };
        foreach (var first in new[] { false, true })
        {
            locks = 0;
            await using var scope = _services.CreateAsyncScope();
            var session = scope.ServiceProvider.GetRequiredService<Session>();
            var ledger = scope.ServiceProvider.GetRequiredService<LedgerStore>();
            session.LogFirst = first;
            await session.BeginWriteAsync(CancellationToken.None);
            var now = await ledger.NowAsync();
            Assert.Equal(first ? 1 : 0, locks);
            await ledger.AppendAsync(now, [new NewEntry { Kind = "test.tick", Actor = "a", Role = "test" }]);
            await ledger.AppendAsync(now, [new NewEntry { Kind = "test.tick", Actor = "a", Role = "test" }]);
            Assert.Equal(1, locks);
            await session.CommitAsync();
        }
        TreeTests.AssertWhole(_service);
    }

    [Fact]
    public async Task A_command_that_was_overtaken_twice_holds_its_proposal_and_the_log_before_it_reads_them()
    {
        var question = await Question();
        var before = _service.LedgerSize();
        var locks = 0;
        _database.OnLock = open =>
        {
            // Twice it is overtaken at the append. The third time it has the lock before it has read: what changes until then it sees.
            if (++locks <= 2) throw new OvertakenException();
            return open.Connection.ExecuteAsync("UPDATE proposal SET version = version + 1 WHERE reference = @Reference", new { question.Reference }, open.Transaction);
        };
        await Send(question);
        Assert.Equal(3, locks);
        await AssertAskedOnce(question, before);
    }

    sealed class Trouble : Exception;

    /// <summary>A database, whichever it is, that behaves as a server with many writers may on a bad day.</summary>
    sealed class Troubled(Data.Database inner) : Data.Database, IDisposable
    {
        public Func<Task> OnBegin { get; set; } = () => Task.CompletedTask;
        public Func<Task> OnCommit { get; set; } = () => Task.CompletedTask;
        public Action AfterCommit { get; set; } = () => { };
        public Func<OpenTransaction, Task> OnLock { get; set; } = _ => Task.CompletedTask;

        public override string Name => inner.Name;
        public override string Take => inner.Take;

        public override async Task<OpenTransaction> BeginReadAsync(CancellationToken ct)
        {
            await OnBegin();
            return await inner.BeginReadAsync(ct);
        }

        public override async Task<OpenTransaction> BeginWriteAsync(CancellationToken ct)
        {
            await OnBegin();
            var open = await inner.BeginWriteAsync(ct);
            return new OpenTransaction(open.Connection, open.Transaction, async () =>
            {
                await OnCommit();
                await open.CommitAsync();
                AfterCommit();
            }, open.DisposeAsync);
        }

        public override bool IsPassing(Exception e) => e is Trouble or OvertakenException or UncertainException or PassingException || inner.IsPassing(e);

        public override bool IsAway(Exception e) => inner.IsAway(e);

        public override async Task<bool> LockLogAsync(OpenTransaction open)
        {
            await OnLock(open);
            await inner.LockLogAsync(open);
            return true;
        }

        public override bool HasTable(OpenTransaction open, string table) => inner.HasTable(open, table);
        public override void Migrate() => inner.Migrate();
        public override void Backup(string file) => inner.Backup(file);
        public void Dispose() => (inner as IDisposable)?.Dispose();
    }
}
