using Governance.Review;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Notifications;
using Governance.Service.People;
using Governance.Service.Pipeline;

namespace Governance.Service.Tests.Pipeline;

/// <summary>A request that was let in, and then a right that it counts on goes before its transaction begins.</summary>
public sealed class TakenAwayTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_role_that_was_taken_away_in_mid_request_is_refused_at_once_and_nothing_is_kept()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        foreach (var member in _service.Privacy) await _service.Vote(reference, StageIds.Privacy, member);
        // As the request has it: read when it came.
        var chair = _service.Chair;
        await _service.Send(new ChangePerson { Actor = _service.Administrator, Id = chair.Id, Roles = [Role.PanelMember] });
        var before = await _service.InTransaction((_, session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_entry"));
        var refused = await Assert.ThrowsAsync<NotAllowedException>(() => _service.Close(reference, StageIds.Privacy));
        Assert.Contains("took a role or a seat from you", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await _service.InTransaction((_, session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_entry")));
        // With what is left to them they go on.
        await _service.Send(new MarkRead { Actor = chair with { Roles = [Role.PanelMember] }, UpTo = _service.Clock.GetUtcNow() });
    }

    [Fact]
    public async Task An_administrator_who_is_none_any_more_changes_nobody()
    {
        var second = _service.Add("Sid Secondus", "sid@example.org", [Role.Administrator]);
        await _service.Send(new ChangePerson { Actor = _service.Administrator, Id = second.Id, Roles = [] });
        await Assert.ThrowsAsync<NotAllowedException>(() => _service.Send(new ChangePerson { Actor = second, Id = _service.Lead.Id, Active = false }));
        Assert.True((await _service.Send(new GetPerson(_service.Lead.Id) { Actor = _service.Administrator })).Active);
    }

    [Fact]
    public async Task A_seat_that_was_taken_away_in_mid_request_gives_no_vote()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        var member = _service.Privacy[0];
        await _service.Send(new SetSeats { Actor = _service.Administrator, Id = member.Id, Seats = [new PanelSeat(StageIds.FullPanel, "lay")] });
        await Assert.ThrowsAsync<NotAllowedException>(() => _service.Vote(reference, StageIds.Privacy, member));
        Assert.Empty((await _service.Get(reference)).State.Stage(StageIds.Privacy)!.Votes);
    }

    [Fact]
    public async Task More_rights_than_the_request_knows_of_do_no_harm()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        var member = _service.Privacy[0];
        await _service.Send(new ChangePerson { Actor = _service.Administrator, Id = member.Id, Roles = [Role.PanelMember, Role.ProjectLead] });
        await _service.Vote(reference, StageIds.Privacy, member);
        Assert.Single((await _service.Get(reference)).State.Stage(StageIds.Privacy)!.Votes);
    }
}
