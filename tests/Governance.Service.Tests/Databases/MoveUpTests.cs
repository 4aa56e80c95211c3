using Governance.Review;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Tests.Ledger;
using Governance.Service.Tests.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Databases;

/// <summary>Moving an installation to another database, with SQLite on both sides: the same code moves to SQL Server.</summary>
public sealed class MoveUpTests : IAsyncDisposable
{
    readonly TestService _service = new(embedded: true);
    readonly string _folder = Directory.CreateTempSubdirectory("governance-move-").FullName;

    Data.Database From => _service.Services.GetRequiredService<Data.Database>();

    string Target => Path.Combine(_folder, "moved.db");

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A decided proposal, one under way, a draft, a repeated request, 300 entries and a checkpoint.</summary>
    async Task Filled()
    {
        var decided = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.ApproveAll(decided);
        await _service.Decide(decided);
        var open = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Vote(open, "privacy", _service.Privacy[0]);
        await _service.Send(new Service.Stages.AskQuestion { Actor = _service.Privacy[1], Reference = open, Stage = "privacy", Text = "Once?", RepeatKey = "once" });
        await _service.Draft(SampleAnswers.ServiceDesign);
        await TreeTests.Append(_service, 300);
        await _service.Send(new SignCheckpoint { Actor = Service.Pipeline.Actor.Service });
    }

    /// <summary>Every row of every table, in an order of its own.</summary>
    static List<string> Content(string file)
    {
        using var connection = Untouched.Open(file);
        return [.. MoveUp.Tables.SelectMany(t => Untouched.Rows(connection, $"SELECT * FROM {t.Table}")
            .Select(r => t.Table + "|" + string.Join("|", r.Select(v => v is byte[] bytes ? Convert.ToHexStringLower(bytes) : $"{v.GetType().Name} {v}"))).Order(StringComparer.Ordinal))];
    }

    [Fact]
    public async Task Everything_arrives_the_ledger_byte_for_byte()
    {
        await Filled();
        var before = _service.Picture();
        var rows = Content(_service.File);
        Moved moved;
        using (var to = new Sqlite(Target)) moved = await new MoveUp(From, to).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(_service.LedgerSize(), moved.Entries);
        Assert.Equal(rows, Content(Target));
        using var there = Untouched.Open(Target);
        TreeTests.AssertWhole(there);
        Assert.Equal(before, _service.Picture());
    }

    [Fact]
    public async Task The_service_goes_on_over_the_new_database()
    {
        await Filled();
        using (var to = new Sqlite(Target)) await new MoveUp(From, to).RunAsync(TestContext.Current.CancellationToken);
        await using var host = new Host(_service, Target);
        Assert.Empty((await host.Send(new RunDoctor())).Faults);
        var list = await host.Send(new Service.Proposals.ListProposals(_service.Chair));
        var receipt = await host.Send(new Service.Stages.AskQuestion { Actor = _service.Privacy[0], Reference = list.Proposals[0].Reference, Stage = "privacy", Text = "And now?" });
        Assert.Equal(_service.LedgerSize(), receipt.Seq);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(60)]
    public async Task After_an_interruption_it_goes_on_where_it_stopped(int batches)
    {
        await Filled();
        var done = new List<MoveProgress>();
        using (var to = new Sqlite(Target))
        {
            var stop = new Stopping(batches, done);
            await Assert.ThrowsAsync<OperationCanceledException>(() => new MoveUp(From, to, stop, batch: 7).RunAsync(stop.Source.Token));
        }
        Assert.Equal(batches, done.Count);
        var again = new List<MoveProgress>();
        using (var to = new Sqlite(Target)) await new MoveUp(From, to, new Stopping(int.MaxValue, again), batch: 7).RunAsync(TestContext.Current.CancellationToken);
        // No batch is copied twice.
        Assert.Empty(done.Intersect(again.Where(p => p.Table != "verify")));
        Assert.Equal(Content(_service.File), Content(Target));
    }

    [Fact]
    public async Task A_database_that_is_not_empty_is_refused()
    {
        await using var other = new TestService(embedded: true);
        var refusal = await Assert.ThrowsAsync<ConflictException>(() => new MoveUp(From, other.Services.GetRequiredService<Data.Database>()).RunAsync(TestContext.Current.CancellationToken));
        Assert.Contains("person", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_installation_that_was_used_in_between_is_noticed()
    {
        await Filled();
        using var to = new Sqlite(Target);
        var stop = new Stopping(30, []);
        await Assert.ThrowsAsync<OperationCanceledException>(() => new MoveUp(From, to, stop, batch: 7).RunAsync(stop.Source.Token));
        _service.Add("Nia Newcomer", "nia@example.org", [Role.PanelMember]);
        var refusal = await Assert.ThrowsAsync<ConflictException>(() => new MoveUp(From, to, batch: 7).RunAsync(TestContext.Current.CancellationToken));
        Assert.Contains("person", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE person SET name = 'Somebody Else' WHERE email = 'lena@example.org'", "person")]
    [InlineData("DELETE FROM ledger_disclosure WHERE seq = 0", "ledger_disclosure")]
    [InlineData("UPDATE proposal_revision SET submitted_at = '2026-01-01T00:00:00.000Z'", "proposal_revision")]
    public async Task A_row_that_differs_is_found_at_the_end(string change, string table)
    {
        await Filled();
        using var to = new Sqlite(Target);
        await new MoveUp(From, to).RunAsync(TestContext.Current.CancellationToken);
        using (var there = Untouched.Open(Target))
        {
            using var command = there.CreateCommand();
            command.CommandText = change;
            Assert.True(command.ExecuteNonQuery() > 0);
        }
        var refusal = await Assert.ThrowsAsync<ConflictException>(() => new MoveUp(From, to).RunAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"The table {table} ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_table_is_moved()
    {
        using var connection = Untouched.Open(_service.File);
        // What the tables themselves are is not moved: the target's migrations wrote that.
        var there = Untouched.Rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT IN ('SchemaVersions', 'schema_needs')").Select(r => (string)r[0]);
        Assert.Equal(there.Order(StringComparer.Ordinal), MoveUp.Tables.Select(t => t.Table).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Values_become_what_SQL_Server_holds_and_are_compared_as_what_they_were()
    {
        (object Value, Type Type)[] values =
        [
            ("5b4e8f0e-1c55-4a39-9a0e-0d3c7a2b6f11", typeof(Guid)),
            ("2026-11-02T09:00:00.007Z", typeof(DateTimeOffset)),
            ("2026-11-20", typeof(DateTime)),
            (1L, typeof(bool)),
            (7L, typeof(long)),
            ("text", typeof(string)),
        ];
        foreach (var (value, type) in values)
        {
            var there = MoveUp.As(value, type);
            Assert.IsType(type, there);
            Assert.Equal(value, MoveUp.Plain(there));
        }
        Assert.Equal(7L, MoveUp.Plain(7));
    }

    /// <summary>Stops the move after so many batches, as an operator's Ctrl+C does.</summary>
    sealed class Stopping(int after, List<MoveProgress> seen) : IProgress<MoveProgress>
    {
        public CancellationTokenSource Source { get; } = new();

        public void Report(MoveProgress value)
        {
            seen.Add(value);
            if (seen.Count == after) Source.Cancel();
        }
    }
}
