using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Messages;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Service.Notifications;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;

namespace Governance.Service.Tests.Notifications;

/// <summary>From a command to what people find among their messages: once, whatever happens in between.</summary>
public sealed class MessageTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_whole_review_tells_each_person_what_they_have_to_do_and_what_came_of_it()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        var stages = (await _service.Get(reference)).State.Stages.Where(s => s.Open).Select(s => s.Stage).ToList();
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "Who holds the keys?" });
        await _service.Send(new AnswerQuestion { Actor = _service.Lead, Reference = reference, Question = "q1", Text = "The unit." });
        await _service.ApproveAll(reference);
        await _service.Decide(reference);
        await _service.Deliver();

        Assert.Contains(StageIds.Privacy, stages);
        Assert.Equal(["vote_asked privacy", "question_answered privacy", "determined"], (await _service.Told(_service.Privacy[0])).Where(m => !m.EndsWith("full-panel", StringComparison.Ordinal)));
        var lead = await _service.Told(_service.Lead);
        Assert.Equal("question_asked privacy", lead[0]);
        Assert.Equal("determined", lead[^1]);
        Assert.Contains("stage_closed privacy", lead);
        var chair = await _service.Told(_service.Chair);
        Assert.Contains("close_asked privacy", chair);
        Assert.Contains("determination_asked", chair);
        // The chair decided, and need not be told.
        Assert.DoesNotContain("determined", chair);
        Assert.Empty(await _service.Told(_service.OtherLead));
        Assert.Empty(await _service.Told(_service.Auditor));
        Assert.Equal(0, await _service.Count("outbox"));
        // Off by default.
        Assert.Equal(0, await _service.Count("message_mail"));
    }

    [Fact]
    public async Task A_revision_tells_those_whose_vote_no_longer_counts_to_vote_again_and_nobody_else()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Vote(reference, StageIds.YouthVoice, _service.Youth[0]);
        foreach (var member in _service.Criminalisation) await _service.Vote(reference, StageIds.CriminalisationRisk, member, VoteChoice.MinorChanges, "Say what you would refuse.");
        await _service.Close(reference, StageIds.CriminalisationRisk, new CastVote.Change("lay_summary", "Say what you would refuse."));
        await Stages.RevisionTests.Revise(_service, reference, SampleAnswers.ServiceDesign.With("lay_summary", SampleAnswers.ServiceDesign.Text("lay_summary") + " You can always ask us."));
        await _service.Deliver();
        Assert.Equal(["vote_asked youth-voice", "vote_again_asked youth-voice"], await _service.Told(_service.Youth[0]));
        Assert.Equal(["vote_asked youth-voice"], await _service.Told(_service.Youth[1]));
        // Their stage opened again, but it does not look at what changed: their votes still count, and the chair can close it.
        Assert.Equal(["vote_asked criminalisation-risk"], await _service.Told(_service.Criminalisation[0]));
        Assert.Equal(["close_asked criminalisation-risk", "close_asked criminalisation-risk"], await _service.Told(_service.Chair));
        Assert.Equal(["stage_closed criminalisation-risk", "changes_asked criminalisation-risk"], await _service.Told(_service.Lead));
    }

    [Fact]
    public async Task What_is_undone_tells_nobody()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Deliver();
        var before = await _service.Count("outbox");
        await _service.InTransaction(async (services, session) =>
        {
            var proposals = (ProposalStore)services.GetService(typeof(ProposalStore))!;
            var open = await proposals.OpenAsync(reference, _service.Privacy[0]);
            var now = await proposals.NowAsync();
            await proposals.StoreAsync(open, Review.Decisions.Reviewing.Ask(open.Case, open.Party, now, StageIds.Privacy, "Undone?"), now, Act.AskQuestion);
            Assert.Equal(before + 1, await session.ScalarAsync<long>("SELECT COUNT(*) FROM outbox"));
            return 0;
        }, commit: false);
        await _service.Deliver();
        Assert.Empty(await _service.Told(_service.Lead));
    }

    [Fact]
    public async Task Delivering_the_same_outbox_again_tells_nobody_twice()
    {
        await _service.Submitted(SampleAnswers.ServiceDesign);
        var row = await _service.InTransaction((_, session) => session.FirstAsync<Row>("SELECT seq, proposal, at, messages FROM outbox"));
        await _service.Deliver();
        var told = await _service.Count("message");
        // As a copy of the data from just before the delivery, put back, would have it.
        await _service.InTransaction((_, session) => session.ExecuteAsync("INSERT INTO outbox (seq, proposal, at, messages) VALUES (@Seq, @Proposal, @At, @Messages)", row));
        await _service.Deliver();
        Assert.True(told > 0);
        Assert.Equal(told, await _service.Count("message"));
    }

    [Fact]
    public async Task One_reminder_before_the_day_one_after_it_and_none_once_it_is_done()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Deliver();
        var due = (await _service.Get(reference)).State.Stage(StageIds.Privacy)!.Due;
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[1]);
        await _service.Remind();
        Assert.Equal(["vote_asked privacy"], await _service.Told(_service.Privacy[0]));

        _service.Clock.SetUtcNow(new DateTimeOffset(due.AddDays(-1), new TimeOnly(9, 0), TimeSpan.Zero));
        await _service.Remind();
        await _service.Remind();
        Assert.Single(await _service.Told(_service.Privacy[0]), "due_soon privacy");
        Assert.DoesNotContain("due_soon privacy", await _service.Told(_service.Privacy[1]));

        _service.Clock.SetUtcNow(new DateTimeOffset(due, new TimeOnly(23, 0), TimeSpan.Zero));
        await _service.Remind();
        Assert.DoesNotContain("overdue privacy", await _service.Told(_service.Privacy[0]));
        _service.Clock.SetUtcNow(new DateTimeOffset(due.AddDays(1), new TimeOnly(9, 0), TimeSpan.Zero));
        await _service.Remind();
        _service.Clock.Advance(TimeSpan.FromDays(3));
        await _service.Remind();
        Assert.Equal(["vote_asked privacy", "due_soon privacy", "overdue privacy"], (await _service.Told(_service.Privacy[0])).OrderBy(m => m[0] == 'v' ? 0 : m[0] == 'd' ? 1 : 2));
    }

    [Fact]
    public async Task Who_joins_a_panel_is_told_of_its_open_stage_once_however_often_they_leave_and_come_back()
    {
        await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Deliver();
        var joining = _service.Add("Nell Newcomer", "nell@example.org", [Role.PanelMember]);
        var seat = new PanelSeat(StageIds.Privacy, "lay");
        for (var i = 0; i < 3; i++)
        {
            await _service.Send(new SetSeats { Actor = _service.Administrator, Id = joining.Id, Seats = [seat] });
            await _service.Send(new SetSeats { Actor = _service.Administrator, Id = joining.Id, Seats = [] });
        }
        Assert.Equal(["vote_asked privacy"], await _service.Told(joining));
        Assert.Equal(["vote_asked privacy"], await _service.Told(_service.Privacy[0]));
    }

    [Fact]
    public async Task A_message_is_read_by_its_own_person_only_and_what_came_later_stays_unread()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Deliver();
        var (one, two) = (_service.Privacy[0], _service.Privacy[1]);
        var message = (await _service.Send(new ListMessages(one))).Messages.Single();
        Assert.Null(message.ReadAt);
        await Assert.ThrowsAsync<NotFoundException>(() => _service.Send(new MarkRead { Actor = _service.Lead, Messages = [message.Key.ToString()] }));
        Assert.Equal(0, await _service.Send(new MarkRead { Actor = one, Messages = [message.Key.ToString()] }));
        var read = (await _service.Send(new ListMessages(one))).Messages.Single().ReadAt;
        _service.Clock.Advance(TimeSpan.FromHours(1));
        await _service.Send(new MarkRead { Actor = one, Messages = [message.Key.ToString()] });
        Assert.Equal(read, (await _service.Send(new ListMessages(one))).Messages.Single().ReadAt);
        Assert.Empty((await _service.Send(new ListMessages(one) { OnlyUnread = true })).Messages);
        Assert.Equal(1, await _service.Send(new CountUnread(two.Id)));

        await _service.Send(new AskQuestion { Actor = two, Reference = reference, Stage = StageIds.Privacy, Text = "One?" });
        await _service.Deliver();
        var seen = (await _service.Send(new ListMessages(_service.Lead))).Messages[0].At;
        _service.Clock.Advance(TimeSpan.FromMinutes(1));
        await _service.Send(new AskQuestion { Actor = two, Reference = reference, Stage = StageIds.Privacy, Text = "Two?" });
        await _service.Deliver();
        Assert.Equal(1, await _service.Send(new MarkRead { Actor = _service.Lead, UpTo = seen }));
        await Assert.ThrowsAsync<InvalidException>(() => _service.Send(new MarkRead { Actor = _service.Lead }));
        await Assert.ThrowsAsync<InvalidException>(() => _service.Send(new MarkRead { Actor = _service.Lead, Messages = ["nonsense"] }));
    }

    [Fact]
    public async Task Erasing_a_person_takes_their_messages_and_what_was_still_on_its_way_and_again_from_an_old_copy()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Deliver();
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "The clinic on Aldergrove Lane?" });
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[2]);
        await _service.Deliver();
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "And since?" });
        Assert.Equal(1, await _service.Count("outbox"));
        Assert.NotEmpty(await _service.Told(_service.Lead));
        var backup = _service.BackUp("backup.db");

        // Nothing that anybody wrote or is called stands in the outbox or among messages, so erased values have nothing to be taken from.
        var rows = string.Concat(await _service.InTransaction((_, session) => session.QueryAsync<string>("SELECT messages FROM outbox")))
            + string.Concat(await _service.InTransaction((_, session) => session.QueryAsync<string>("SELECT kind || stage FROM message")));
        foreach (var typed in new[] { "Aldergrove", "And since", "Lena", "lena@", "Priya", SampleAnswers.ServiceDesign.Text("title") })
            Assert.DoesNotContain(typed, rows, StringComparison.OrdinalIgnoreCase);

        var erase = new EraseDisclosures { Actor = _service.Administrator, Scope = new ErasureScope { Person = _service.Lead.Id }, Basis = ErasureBasis.ConsentWithdrawn };
        await _service.Send(erase);
        await _service.Deliver();
        Assert.Empty(await _service.Told(_service.Lead));
        Assert.Equal(["vote_asked privacy"], await _service.Told(_service.Privacy[0]));

        _service.Restore(backup);
        await _service.Send(new BlankErasedAccounts { Actor = Actor.Service });
        await _service.Deliver();
        Assert.Empty(await _service.Told(_service.Lead));
        Assert.Equal(["vote_asked privacy"], await _service.Told(_service.Privacy[0]));
    }

    [Fact]
    public async Task A_command_that_tells_nobody_writes_nothing_more()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        Assert.Equal(1, await _service.Count("outbox"));
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[0]);
        Assert.Equal(1, await _service.Count("outbox"));
    }

    sealed record Row
    {
        public long Seq { get; init; }
        public long Proposal { get; init; }
        public DateTimeOffset At { get; init; }
        public string Messages { get; init; } = "";
    }
}
