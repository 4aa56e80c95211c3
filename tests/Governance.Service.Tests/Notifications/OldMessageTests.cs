using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Service.Notifications;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Notifications;

/// <summary>What was read long ago goes, and nothing else does.</summary>
public sealed class OldMessageTests : IAsyncDisposable
{
    readonly TestService _service = new(settings: new Dictionary<string, string?>
    {
        ["Messages:KeepReadForDays"] = "100",
        ["Mail:KeepFailedForDays"] = "10",
        ["Mail:Host"] = "127.0.0.1",
        ["Mail:Tls"] = "None",
        ["Mail:From"] = "review@example.org",
        ["Mail:SiteAddress"] = "https://review.example.org",
    });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    async Task Remove()
    {
        await using var scope = _service.Services.CreateAsyncScope();
        var lease = await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(MessageDelivery.LeaseName, default);
        await scope.ServiceProvider.GetRequiredService<OldMessages>().RemoveAsync(lease!, default);
    }

    Task Read(Actor person) => _service.Send(new MarkRead { Actor = person, UpTo = _service.Clock.GetUtcNow() });

    async Task<string> Decided()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.ApproveAll(reference);
        await _service.Decide(reference);
        await _service.Deliver();
        return reference;
    }

    [Fact]
    public async Task Messages_go_so_many_days_after_they_were_read_and_unread_ones_stay_but_for_those_of_closed_accounts()
    {
        await Decided();
        await Read(_service.Privacy[0]);
        await _service.Send(new ChangePerson { Actor = _service.Administrator, Id = _service.Privacy[1].Id, Active = false });
        var (read, closed, unread) = (await _service.Told(_service.Privacy[0]), await _service.Told(_service.Privacy[1]), await _service.Told(_service.Privacy[2]));
        Assert.NotEmpty(read);
        Assert.NotEmpty(closed);
        _service.Clock.Advance(TimeSpan.FromDays(100) - TimeSpan.FromSeconds(1));
        await Remove();
        Assert.Equal(read, await _service.Told(_service.Privacy[0]));
        Assert.Equal(closed, await _service.Told(_service.Privacy[1]));
        _service.Clock.Advance(TimeSpan.FromSeconds(1));
        await Remove();
        Assert.Empty(await _service.Told(_service.Privacy[0]));
        Assert.Empty(await _service.Told(_service.Privacy[1]));
        Assert.Equal(unread, await _service.Told(_service.Privacy[2]));
        Assert.NotEmpty(unread);
        // No e-mail is left of a message that is gone.
        Assert.Equal(0, await _service.InTransaction((_, session) => session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM message_mail w WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.person = w.person AND m.seq = w.seq AND m.kind = w.kind AND m.stage = w.stage)")));
    }

    [Fact]
    public async Task While_a_proposal_is_in_review_nobody_is_reminded_again_because_the_reminder_that_they_read_was_removed()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Deliver();
        _service.Clock.SetUtcNow(new DateTimeOffset((await _service.Get(reference)).State.Stage(StageIds.Privacy)!.Due.AddDays(1), new TimeOnly(9, 0), TimeSpan.Zero));
        await _service.Remind();
        await Read(_service.Privacy[0]);
        await Read(_service.Chair);
        var (told, chair) = (await _service.Told(_service.Privacy[0]), await _service.Told(_service.Chair));
        Assert.Contains($"stage_overdue {StageIds.Privacy}", chair);
        _service.Clock.Advance(TimeSpan.FromDays(150));
        await Remove();
        await _service.Remind();
        Assert.Equal(told, await _service.Told(_service.Privacy[0]));
        Assert.Equal(chair.Count(m => m == $"stage_overdue {StageIds.Privacy}"), (await _service.Told(_service.Chair)).Count(m => m == $"stage_overdue {StageIds.Privacy}"));

        await _service.Send(new WithdrawProposal { Actor = _service.Lead, Reference = reference, Reason = "Not now." });
        await Remove();
        Assert.Empty(await _service.Told(_service.Privacy[0]));
    }

    [Fact]
    public async Task More_than_one_piece_goes_piece_by_piece_and_a_node_that_lost_the_lease_removes_nothing()
    {
        await Decided();
        var kept = await _service.Count("message");
        await _service.InTransaction(async (_, session) =>
        {
            var proposal = await session.ScalarAsync<long>("SELECT MAX(id) FROM proposal");
            for (var i = 0; i < 250; i++)
                await session.ExecuteAsync("INSERT INTO message (person, seq, kind, stage, proposal, due, at, read_at) VALUES (@person, @seq, 'determined', '', @proposal, NULL, @at, @at)",
                    new { person = _service.OtherLead.Id, seq = 100_000 + i, proposal, at = _service.Clock.GetUtcNow() });
            return 0;
        });
        _service.Clock.Advance(TimeSpan.FromDays(101));
        await using var scope = _service.Services.CreateAsyncScope();
        var old = scope.ServiceProvider.GetRequiredService<OldMessages>();
        await Assert.ThrowsAsync<InvalidOperationException>(() => old.RemovePieceAsync(new Lease(MessageDelivery.LeaseName, 999, _service.Clock.GetUtcNow()), default));
        Assert.Equal(kept + 250, await _service.Count("message"));
        var lease = await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(MessageDelivery.LeaseName, default);
        Assert.True(await old.RemovePieceAsync(lease!, default));
        Assert.Equal(kept + 150, await _service.Count("message"));
        await old.RemoveAsync(lease!, default);
        Assert.Equal(kept, await _service.Count("message"));
    }

    [Fact]
    public async Task E_mails_that_were_given_up_go_sooner_and_their_messages_and_those_still_to_be_sent_stay()
    {
        await Decided();
        var (messages, waiting) = (await _service.Count("message"), await _service.Count("message_mail"));
        var failed = await _service.InTransaction((_, session) => session.ExecuteAsync(
            "UPDATE message_mail SET failed_at = @now, fault = 'The mail server refused it (550)' WHERE person = @Id", new { _service.Lead.Id, now = _service.Clock.GetUtcNow() }));
        Assert.True(failed > 0);
        _service.Clock.Advance(TimeSpan.FromDays(10) - TimeSpan.FromSeconds(1));
        await Remove();
        Assert.Equal(waiting, await _service.Count("message_mail"));
        _service.Clock.Advance(TimeSpan.FromSeconds(1));
        await Remove();
        Assert.Equal((messages, waiting - failed), (await _service.Count("message"), await _service.Count("message_mail")));
    }

    [Fact]
    public async Task Erasing_somebody_after_some_of_their_messages_went_by_age_leaves_none_and_takes_nobody_elses()
    {
        await Decided();
        await Read(_service.Lead);
        _service.Clock.Advance(TimeSpan.FromDays(101));
        await Remove();
        await Decided();
        Assert.NotEmpty(await _service.Told(_service.Lead));
        var other = await _service.Told(_service.Privacy[0]);
        await _service.Send(new EraseDisclosures { Actor = _service.Administrator, Scope = new ErasureScope { Person = _service.Lead.Id }, Basis = ErasureBasis.ConsentWithdrawn });
        foreach (var table in new[] { "message", "message_mail" })
            Assert.Equal(0, await _service.InTransaction((_, session) => session.ScalarAsync<long>($"SELECT COUNT(*) FROM {table} WHERE person = @Id", new { _service.Lead.Id })));
        Assert.Equal(other, await _service.Told(_service.Privacy[0]));
    }

    [Theory]
    [InlineData("Messages:KeepReadForDays", "0")]
    [InlineData("Messages:KeepReadForDays", "a year")]
    [InlineData("Mail:KeepFailedForDays", "-1")]
    [InlineData("Mail:KeepFailedForDays", "4000000")]
    public void A_time_that_is_no_number_of_days_is_named(string setting, string value) => Assert.Contains(setting,
        Assert.Throws<InvalidDataException>(() => Keeping.Load(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [setting] = value }).Build())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_year_for_messages_and_a_month_for_e_mails_that_were_given_up_is_what_holds_without_settings() =>
        Assert.Equal(new Keeping(TimeSpan.FromDays(365), TimeSpan.FromDays(30)), Keeping.Load(new ConfigurationBuilder().Build()));
}
