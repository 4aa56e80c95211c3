using Governance.Ledger;
using Governance.Review;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Background;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Tests.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Governance.Service.Tests.Ledger;

/// <summary>The check of the record, over a database that somebody changed past its guards.</summary>
public sealed class SelfCheckTests : IAsyncDisposable
{
    readonly TestService _service = new();

    RecordFindings Findings => _service.Services.GetRequiredService<RecordFindings>();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    /// <summary>A log of more than two tiles with a trail in its first, and checkpoints along the way.</summary>
    async Task<string> Filled()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(new SignCheckpoint { Actor = Actor.Service });
        await TreeTests.Append(_service, 300);
        await _service.Send(new SignCheckpoint { Actor = Actor.Service });
        await TreeTests.Append(_service, 300);
        return reference;
    }

    void Tamper(string statement)
    {
        using var connection = Untouched.Open(_service.File);
        using var command = connection.CreateCommand();
        command.CommandText = string.Concat(Untouched.Rows(connection, "SELECT name FROM sqlite_master WHERE type = 'trigger'").Select(r => $"DROP TRIGGER {r[0]};")) + "PRAGMA foreign_keys = OFF;" + statement;
        command.ExecuteNonQuery();
    }

    async Task<IReadOnlyList<string>> LookThrough()
    {
        var check = _service.Services.GetRequiredService<RecordCheck>();
        var walk = new RecordWalk();
        while (!walk.Finished) await check.CheckPartAsync(walk, CancellationToken.None);
        return Findings.All;
    }

    [Fact]
    public async Task A_record_that_nobody_touched_has_no_findings_and_the_look_is_noted()
    {
        await Filled();
        Assert.Empty(await LookThrough());
        Assert.Empty(await _service.Services.GetRequiredService<RecordCheck>().CheckEndAsync(CancellationToken.None));
        Assert.Equal(_service.LedgerSize(), (await _service.Send(new GetLog(_service.Auditor))).Checked!.Size);
    }

    [Fact]
    public async Task An_empty_record_has_no_findings()
    {
        Assert.Empty(await _service.Services.GetRequiredService<RecordCheck>().CheckEndAsync(CancellationToken.None));
        Assert.Empty(await LookThrough());
    }

    [Theory]
    [InlineData("UPDATE ledger_entry SET entry = CAST(replace(CAST(entry AS TEXT), 'test', 'tost') AS BLOB) WHERE seq = 400", "Entry 400: its bytes")]
    [InlineData("UPDATE ledger_entry SET entry = x'7b7d', leaf = x'00' WHERE seq = 400", "Entry 400")]
    [InlineData("UPDATE ledger_entry SET kind = 'vote.cast' WHERE seq = 400", "Entry 400: what the database says")]
    [InlineData("UPDATE ledger_entry SET proposal = NULL, pseq = NULL WHERE seq = 2", "Entry 2: what the database says")]
    [InlineData("UPDATE ledger_entry SET leaf = (SELECT leaf FROM ledger_entry WHERE seq = 5) WHERE seq = 4", "Entry 4: its bytes")]
    [InlineData("DELETE FROM ledger_entry WHERE seq = 300", "Entry 300 is missing")]
    [InlineData("UPDATE ledger_tile SET hashes = zeroblob(8192) WHERE number = 0", "The stored tile/0/000")]
    [InlineData("DELETE FROM ledger_tile WHERE number = 1", "The stored tile/0/001")]
    [InlineData("UPDATE ledger_checkpoint SET root = zeroblob(32) WHERE size = (SELECT MIN(size) FROM ledger_checkpoint)", "is not of these entries")]
    [InlineData("UPDATE ledger_proposal_head SET count = count - 1", "The stored head of")]
    [InlineData("DELETE FROM ledger_proposal_head", "The stored head of")]
    [InlineData("UPDATE ledger_head SET root = zeroblob(32)", "The head's hashes")]
    [InlineData("UPDATE ledger_entry SET at = 'long ago' WHERE seq = 400", "The record from entry 256 on cannot be read")]
    public async Task A_look_through_the_record_finds(string statement, string finding)
    {
        await Filled();
        Tamper(statement);
        Assert.Contains(await LookThrough(), f => f.Contains(finding, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE ledger_head SET size = size - 1", "The head says")]
    [InlineData("UPDATE ledger_head SET root = zeroblob(32)", "do not fit one another")]
    [InlineData("DELETE FROM ledger_entry WHERE seq > 550", "The head says")]
    [InlineData("UPDATE ledger_entry SET entry = CAST(replace(CAST(entry AS TEXT), 'test', 'tost') AS BLOB) WHERE seq = (SELECT MAX(seq) FROM ledger_entry)", "its bytes")]
    [InlineData("UPDATE ledger_tile SET hashes = zeroblob(8192) WHERE number = 1", "The stored tile/0/001")]
    [InlineData("UPDATE ledger_tile SET hashes = zeroblob(8192) WHERE number = 0", "not those of the stored tiles")]
    [InlineData("DELETE FROM ledger_tile WHERE number = 0", "The stored tile/0/000 is missing")]
    [InlineData("DELETE FROM ledger_entry WHERE seq = 550", "Of the last")]
    [InlineData("UPDATE ledger_checkpoint SET note = 'x'", "The last checkpoint")]
    [InlineData("UPDATE ledger_head SET frontier = x'00'", "The head cannot be read")]
    [InlineData("UPDATE ledger_checkpoint SET note = replace(note, 'test.example/ledger' || char(10), 'else.example/ledger' || char(10))", "The last checkpoint")]
    public async Task A_look_at_the_end_alone_finds(string statement, string finding)
    {
        await Filled();
        Tamper(statement);
        Assert.Contains(await _service.Services.GetRequiredService<RecordCheck>().CheckEndAsync(CancellationToken.None), f => f.Contains(finding, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, true, false)]
    [InlineData(1, false, true)]
    [InlineData(2, true, true)]
    public async Task A_look_through_the_record_works_out_every_root_of_the_heads_tree_again(long proposals, bool rightRoot, bool found)
    {
        await Filled();
        var head = Assert.Single(_service.Rows("SELECT proposal, count, last FROM ledger_proposal_head"));
        var root = rightRoot ? Heads.LeafHash((string)head[0], (long)head[1], (byte[])head[2]) : new byte[32];
        await TreeTests.Append(_service, new NewEntry { Kind = Heads.Kind, Actor = "service", Role = "service", Data = Heads.Data(proposals, root) });
        Assert.Equal(found, (await LookThrough()).Any(f => f.Contains("says a root of the heads tree", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_entry_that_should_hold_the_root_of_the_heads_tree_and_does_not_is_found()
    {
        await Filled();
        await TreeTests.Append(_service, new NewEntry { Kind = Heads.Kind, Actor = "service", Role = "service" });
        Assert.Contains(await LookThrough(), f => f.Contains("does not hold the number of proposals", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restored_backup_that_lacks_signed_entries_is_found_by_the_file_beside_the_key()
    {
        await Filled();
        var key = _service.Services.GetRequiredService<SigningKey>();
        key.WriteHead(SignedNote.Sign(new Checkpoint(TestService.LogName, _service.LedgerSize() + 1, new byte[32]).ToText(), key.Signer).ToBytes());
        var found = await _service.Services.GetRequiredService<RecordCheck>().CheckEndAsync(CancellationToken.None);
        Assert.Contains("in the file beside the key", Assert.Single(found), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_finding_every_change_is_refused_and_reading_goes_on()
    {
        var reference = await Filled();
        var size = _service.LedgerSize();
        Tamper("UPDATE ledger_tile SET hashes = zeroblob(8192) WHERE number = 0");
        await LookThrough();
        await Assert.ThrowsAsync<UnavailableException>(() => _service.Vote(reference, StageIds.Privacy, _service.Privacy[0]));
        await Assert.ThrowsAsync<UnavailableException>(() => _service.Send(new SignCheckpoint { Actor = Actor.Service }));
        Assert.Equal(reference, (await _service.Get(reference)).State.Reference);
        // An auditor's reading cannot be recorded now. It must still be possible, above all now.
        Assert.NotEmpty((await _service.Send(new GetTrail(_service.Auditor, reference))).Entries);
        Assert.NotNull((await _service.Send(new CheckHealth())).Fault);
        Assert.Equal(size, _service.LedgerSize());
    }

    [Fact]
    public async Task A_finding_deep_in_the_record_survives_a_restart_and_is_only_forgotten_on_purpose()
    {
        await Filled();
        Tamper("UPDATE ledger_entry SET kind = 'vote.cast' WHERE seq = 3");
        await LookThrough();
        Findings.Clear();

        // As at a start: the end of the record is well, and yet.
        using var log = new Recorded();
        using var check = new SelfCheck(_service.Services.GetRequiredService<RecordCheck>(), _service.Clock, log);
        await check.StartAsync(CancellationToken.None);
        Assert.Contains(Findings.All, f => f.StartsWith("Entry 3:", StringComparison.Ordinal));
        Assert.Contains(log.Lines, l => l.Level == LogLevel.Critical && l.Text.Contains("Entry 3:", StringComparison.Ordinal));
        await check.StopAsync(CancellationToken.None);

        await _service.Send(new ClearFindings { Actor = Actor.Service });
        Assert.False(Findings.Any);
        Assert.Empty(await _service.Send(new ListFindings()));
    }

    [Fact]
    public async Task In_the_background_the_whole_record_is_looked_through_without_anybody_asking()
    {
        await Filled();
        Tamper("UPDATE ledger_entry SET kind = 'vote.cast' WHERE seq = 300");
        using var check = new SelfCheck(_service.Services.GetRequiredService<RecordCheck>(), _service.Clock, NullLogger<SelfCheck>.Instance);
        await check.StartAsync(CancellationToken.None);
        while (!Findings.Any)
        {
            _service.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await check.StopAsync(CancellationToken.None);
        Assert.StartsWith("Entry 300:", Findings.All[0], StringComparison.Ordinal);
    }

    sealed class Recorded : ILogger<SelfCheck>, IDisposable
    {
        public List<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable BeginScope<TState>(TState state) where TState : notnull => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add((logLevel, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
