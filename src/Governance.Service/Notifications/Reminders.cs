using Governance.Review.Messages;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.People;

namespace Governance.Service.Notifications;

/// <summary>
/// Tells people of days that are near or past: once before the day, and once after it, for each person, stage and day. That
/// somebody was told is the message itself, which is looked for and added in one transaction under the lease: a second node finds
/// it there, and a crash leaves either both or none. Nothing of it goes into the ledger, for it says nothing about the review.
/// </summary>
public sealed class Reminders(Session session, Leases leases, ProposalStore proposals, PeopleStore people, MessageRows messages, Rulebooks rulebooks, TimeProvider clock)
{
    /// <summary>How many reminders go into one transaction: other writers wait meanwhile.</summary>
    const int Batch = 20;

    static readonly string DueSoon = MessageNames.Of(MessageKind.DueSoon), Overdue = MessageNames.Of(MessageKind.Overdue), StageOverdue = MessageNames.Of(MessageKind.StageOverdue);

    /// <summary>Tells everybody who is to be told by now. Where nobody is, nothing is written.</summary>
    /// <exception cref="InvalidOperationException">Another node holds the lease by now.</exception>
    public async Task RemindAsync(Lease lease, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (await ReadAsync(() => DueAsync(today), ct) is { Count: > 0 })
        {
            while (await RemindOfWorkAsync(lease, today, ct)) { }
        }
        var open = await ReadAsync(() => session.QueryAsync<string>("SELECT reference FROM proposal WHERE phase = @phase ORDER BY id", new { phase = nameof(Phase.InReview) }), ct);
        foreach (var reference in open)
        {
            if (await ReadAsync(() => OverdueAsync(reference, today), ct) is { Count: > 0 }) await RemindOfStagesAsync(lease, reference, today, ct);
        }
    }

    /// <returns>Whether there may be more.</returns>
    Task<bool> RemindOfWorkAsync(Lease lease, DateOnly today, CancellationToken ct) => WriteAsync(lease, async () =>
    {
        var due = await DueAsync(today);
        var added = 0;
        foreach (var work in due)
        {
            if (MessageRules.OfDeadline(work.DueOn, today, rulebooks.Calendar) is { } kind && await AddAsync(work, kind)) added++;
        }
        return due.Count == Batch && added > 0;
    }, ct);

    // Looked for again, since whoever was to be told may have voted or stepped back in between.
    Task<bool> RemindOfStagesAsync(Lease lease, string reference, DateOnly today, CancellationToken ct) => WriteAsync(lease, async () =>
    {
        foreach (var stage in await OverdueAsync(reference, today)) await AddAsync(stage, MessageKind.StageOverdue);
        return true;
    }, ct);

    /// <summary>
    /// The next work with a day that its people have not been told of; several tasks of one person in one stage are one. A chair who
    /// was told that the stage is overdue need not be told so of their part in it.
    /// </summary>
    Task<IReadOnlyList<Reminder>> DueAsync(DateOnly today) => session.QueryAsync<Reminder>(
        $"""
        SELECT w.person, w.proposal, w.stage, w.due AS due_on
        FROM work_item w JOIN person p ON p.id = w.person
        WHERE w.due IS NOT NULL AND w.due <= @last AND p.active = 1
            AND NOT EXISTS (SELECT 1 FROM message m WHERE m.person = w.person AND m.proposal = w.proposal AND m.stage = w.stage AND m.due = w.due
                AND (m.kind = @Overdue OR (w.due < @today AND m.kind = @StageOverdue) OR (w.due >= @today AND m.kind = @DueSoon)))
        GROUP BY w.person, w.proposal, w.stage, w.due
        ORDER BY w.proposal, w.person, w.stage
        {session.Database.Take}
        """,
        new { last = rulebooks.Calendar.Add(today, MessageRules.ReminderDays), today, DueSoon, Overdue, StageOverdue, take = Batch });

    /// <summary>Which chairs are to be told of which stages of a proposal, and were not.</summary>
    async Task<IReadOnlyList<Reminder>> OverdueAsync(string reference, DateOnly today)
    {
        // Gone or decided since the list was made.
        if (!await proposals.MayViewAsync(reference, RefreshQueues.Opener)) return [];
        var proposal = await proposals.OpenAsync(reference, RefreshQueues.Opener);
        if (!proposal.State.Stages.Any(s => s.Open && s.Due < today)) return [];
        var parties = (await people.JudgesAsync()).People.Select(j => (j.Id, Party: Pseudonyms.Party(proposal.PseudonymKey, j))).ToDictionary(j => j.Party.Pseudonym);
        List<Reminder> left = [];
        foreach (var message in MessageRules.OfOverdueStages(proposal.State, today, [.. parties.Values.Select(p => p.Party)]))
        {
            var stage = new Reminder { Person = parties[message.Person].Id, Proposal = proposal.Id, Stage = message.Stage, DueOn = message.Due!.Value };
            if (await session.ScalarAsync<long>(
                """
                SELECT COUNT(*) FROM message
                WHERE person = @Person AND proposal = @Proposal AND stage = @Stage AND due = @DueOn AND (kind = @Overdue OR kind = @StageOverdue)
                """, new { stage.Person, stage.Proposal, stage.Stage, stage.DueOn, Overdue, StageOverdue }) == 0) left.Add(stage);
        }
        return left;
    }

    // The last entry of all: whoever is told of another day of the same stage is told by another entry, the one that set it.
    async Task<bool> AddAsync(Reminder due, MessageKind kind)
    {
        var now = clock.GetUtcNow();
        var seq = await messages.EntryAsync(due.Proposal, now);
        return await messages.AddAsync(new MessageRows.Row { Person = due.Person, Seq = seq, Kind = MessageNames.Of(kind), Stage = due.Stage, Proposal = due.Proposal, Due = due.DueOn, At = now });
    }

    async Task<T> ReadAsync<T>(Func<Task<T>> read, CancellationToken ct)
    {
        await session.BeginReadAsync(ct);
        try
        {
            return await read();
        }
        finally
        {
            await session.EndAsync();
        }
    }

    async Task<bool> WriteAsync(Lease lease, Func<Task<bool>> write, CancellationToken ct)
    {
        await session.BeginWriteAsync(ct);
        try
        {
            await leases.DemandAsync(lease);
            var more = await write();
            await session.CommitAsync();
            return more;
        }
        finally
        {
            await session.EndAsync();
        }
    }

    /// <summary>Somebody who is to be told, about what, and its day.</summary>
    sealed record Reminder
    {
        public Guid Person { get; init; }
        public long Proposal { get; init; }
        public string Stage { get; init; } = "";
        public DateOnly DueOn { get; init; }
    }
}
