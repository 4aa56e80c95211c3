using System.Diagnostics;
using Governance.Ledger;
using Governance.Review;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Background;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Audit;

public sealed class CheckpointTests
{
    static Task<StoredCheckpoint> Sign(TestService service, byte[]? outside = null) =>
        service.Send(new SignCheckpoint { Actor = Actor.Service, Outside = outside });

    static Task<long> Count(TestService service) =>
        service.InTransaction((_, session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_checkpoint"), commit: false);

    static Task Tamper(TestService service, params string[] statements) => service.InTransaction<int>(async (_, session) =>
    {
        foreach (var trigger in await session.QueryAsync<string>(session.Database is Sqlite ? "SELECT name FROM sqlite_master WHERE type = 'trigger'" : "SELECT name FROM sys.triggers"))
            await session.ExecuteAsync($"DROP TRIGGER {trigger}");
        foreach (var statement in statements) await session.ExecuteAsync(statement);
        return 0;
    });

    [Fact]
    public async Task A_signed_head_verifies_with_the_key_and_is_not_signed_twice()
    {
        await using var service = new TestService();
        await service.Submitted(SampleAnswers.Insight);
        var first = await Sign(service);
        var again = await Sign(service);
        Assert.Equal(first.Note, again.Note);
        Assert.Equal(1, await Count(service));

        var note = SignedNote.Parse(System.Text.Encoding.UTF8.GetBytes(first.Note));
        note.Verify(NoteVerifier.Parse(await service.Send(new GetLogKey())));
        Assert.Equal(first.Size, Checkpoint.Parse(note.Text).Size);
    }

    [Fact]
    public async Task A_log_that_lost_entries_is_not_signed()
    {
        await using var service = new TestService();
        await service.Submitted(SampleAnswers.Insight);
        await Sign(service);
        await Tamper(service, "UPDATE ledger_head SET size = size - 1");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Sign(service));
        Assert.Contains("Entries are missing", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Count(service));
    }

    [Fact]
    public async Task A_log_with_a_changed_entry_is_not_signed_again()
    {
        await using var service = new TestService();
        await service.Submitted(SampleAnswers.Insight);
        await Sign(service);
        await Tamper(service, "UPDATE ledger_entry SET leaf = root FROM ledger_head WHERE seq = 0");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Sign(service));
        Assert.Contains("are not those that", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Count(service));
    }

    [Fact]
    public async Task A_database_older_than_the_file_beside_the_key_is_not_signed()
    {
        await using var service = new TestService();
        await service.Submitted(SampleAnswers.Insight);
        var signed = await Sign(service);
        var key = service.Services.GetRequiredService<SigningKey>();
        var later = SignedNote.Sign(new Checkpoint(TestService.LogName, signed.Size + 3, signed.Root).ToText(), key.Signer).ToBytes();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Sign(service, later));
        Assert.Contains("the file beside the key", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_writer_signs_while_the_log_grows_and_rests_while_it_does_not()
    {
        await using var service = new TestService();
        await service.Submitted(SampleAnswers.Insight);
        using var writer = ActivatorUtilities.CreateInstance<CheckpointWriter>(service.Services);
        await writer.StartAsync(CancellationToken.None);
        await Until(async () => await Count(service) == 1);

        await service.Submitted(SampleAnswers.ServiceDesign);
        await Until(async () =>
        {
            service.Clock.Advance(TimeSpan.FromSeconds(5));
            return await Count(service) == 2;
        });

        for (var i = 0; i < 20; i++)
        {
            service.Clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
            Assert.Equal(2, await Count(service));
        }
        await writer.StopAsync(CancellationToken.None);
        Assert.Equal(2, await Count(service));
    }

    /// <summary>Waits for what another task will have done soon; a minute is for a machine that is busy with much else.</summary>
    static async Task Until(Func<Task<bool>> holds)
    {
        var waited = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), "It did not come about.");
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Everybody_with_a_receipt_can_check_it_and_a_wrong_leaf_is_not_found()
    {
        await using var service = new TestService();
        var reference = await service.Submitted(SampleAnswers.Insight);
        var receipt = await service.Vote(reference, Governance.Review.Stages.StageIds.Privacy, service.Privacy[0]);
        var before = await service.Send(new CheckReceipt(receipt.Seq!.Value, receipt.Leaf!));
        Assert.True(before.Matches);
        Assert.Null(before.Proof);

        await Sign(service);
        var after = await service.Send(new CheckReceipt(receipt.Seq.Value, receipt.Leaf!.ToUpperInvariant()));
        Assert.Equal(receipt.Seq, after.Proof!.Index);
        Assert.False((await service.Send(new CheckReceipt(receipt.Seq.Value, new string('0', 64)))).Matches);
        Assert.False((await service.Send(new CheckReceipt(100_000, receipt.Leaf))).Matches);
    }

    [Fact]
    public async Task A_trail_is_for_oversight_and_reading_it_is_recorded()
    {
        await using var service = new TestService();
        var reference = await service.Submitted(SampleAnswers.Insight);
        var view = await service.Send(new GetTrail(service.Auditor, reference));
        Assert.True(view.MayExport);
        Assert.Equal("Lena Leadbetter", view.Entries[0].Name);
        var seen = await service.Send(new GetTrail(service.Administrator, reference));
        Assert.False(seen.MayExport);
        Assert.All(seen.Entries, e => Assert.Equal("", e.Name));
        Assert.True((await service.Send(new GetTrail(service.Chair, reference))).MayExport);
        foreach (var other in (Actor[])[service.Lead, service.Privacy[0], service.Youth[0], service.Facilitator])
            await Assert.ThrowsAsync<NotAllowedException>(() => service.Send(new GetTrail(other, reference)));
        await Assert.ThrowsAsync<NotFoundException>(() => service.Send(new GetTrail(service.OtherLead, reference)));

        var reads = await service.Send(new SearchLedger(service.Auditor) { Kind = "proposal.read" });
        Assert.Equal(2, reads.Entries.Count);
        Assert.All(reads.Entries, r => Assert.Equal("GetTrail", (string?)r.Entry.Data["what"]));
    }
}
