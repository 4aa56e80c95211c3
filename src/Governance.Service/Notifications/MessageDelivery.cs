using System.Text.Json;
using Governance.Review.Messages;
using Governance.Service.Data;

namespace Governance.Service.Notifications;

/// <summary>
/// Delivers what commands left in the outbox, and reminds people of days that are near or past. Each is one transaction, in
/// which the lease is demanded: of two nodes only one delivers, and what it delivered is gone from the outbox.
/// </summary>
public sealed class MessageDelivery(Session session, Leases leases, MailSettings mail, Rulebooks rulebooks, TimeProvider clock)
{
    /// <summary>Who delivers.</summary>
    public const string LeaseName = "messages";

    /// <summary>How many commands' messages go into one transaction: other writers wait meanwhile.</summary>
    const int Batch = 20;

    /// <summary>Whether there is anything to deliver. Writes nothing.</summary>
    public async Task<bool> AnyAsync(CancellationToken ct)
    {
        await session.BeginReadAsync(ct);
        try
        {
            return await session.ScalarAsync<long?>("SELECT MIN(seq) FROM outbox") is not null;
        }
        finally
        {
            await session.EndAsync();
        }
    }

    /// <summary>Delivers the oldest of what is there.</summary>
    /// <returns>Whether there may be more.</returns>
    /// <exception cref="InvalidOperationException">Another node holds the lease by now.</exception>
    public async Task<bool> DeliverAsync(Lease lease, CancellationToken ct)
    {
        await session.BeginWriteAsync(ct);
        try
        {
            await leases.DemandAsync(lease);
            var rows = await session.QueryAsync<OutboxRow>($"SELECT seq, proposal, at, messages FROM outbox ORDER BY seq {session.Database.Take}", new { take = Batch });
            foreach (var row in rows)
            {
                foreach (var message in JsonSerializer.Deserialize(row.Messages, OutboxJson.Default.OutboxMessageArray)!)
                {
                    await MessageRows.AddAsync(session, new MessageRows.Row
                    {
                        Person = message.Person,
                        Seq = row.Seq + message.Entry,
                        Kind = message.Kind,
                        Stage = message.Stage,
                        Proposal = row.Proposal,
                        Due = message.Due,
                        At = row.At,
                    }, mail.On);
                }
                await session.ExecuteAsync("DELETE FROM outbox WHERE seq = @Seq", row);
            }
            // A crash before this line leaves all of it in the outbox, after it nothing: each message is there once.
            await session.CommitAsync();
            return rows.Count == Batch;
        }
        finally
        {
            await session.EndAsync();
        }
    }

    /// <summary>Tells people of work whose day is near, once, and of work whose day is past, once.</summary>
    public async Task RemindAsync(Lease lease, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var due = await DueAsync(rulebooks.Calendar.Add(today, MessageRules.ReminderDays), ct);
        if (due.Count == 0) return;
        await session.BeginWriteAsync(ct);
        try
        {
            await leases.DemandAsync(lease);
            foreach (var work in due)
            {
                if (MessageRules.OfDeadline(work.Due, today, rulebooks.Calendar) is not { } reminder) continue;
                var kind = MessageNames.Of(reminder);
                // Read here, where the lease's row keeps every other node from adding the same. Once for each day that was
                // set: a stage that starts again has another.
                if (await session.ScalarAsync<long>(
                    "SELECT COUNT(*) FROM message WHERE person = @Person AND proposal = @Proposal AND kind = @kind AND stage = @Stage AND due = @Due",
                    new { work.Person, work.Proposal, kind, work.Stage, work.Due }) > 0) continue;
                var seq = await MessageRows.EntryAsync(session, work.Proposal, work.Since);
                await MessageRows.AddAsync(session, new MessageRows.Row { Person = work.Person, Seq = seq, Kind = kind, Stage = work.Stage, Proposal = work.Proposal, Due = work.Due, At = now }, mail.On);
            }
            await session.CommitAsync();
        }
        finally
        {
            await session.EndAsync();
        }
    }

    /// <summary>Work that is due by a day; several tasks of one person in one stage are one.</summary>
    async Task<IReadOnlyList<DueRow>> DueAsync(DateOnly last, CancellationToken ct)
    {
        await session.BeginReadAsync(ct);
        try
        {
            return await session.QueryAsync<DueRow>(
                """
                SELECT person, proposal, stage, MIN(since) AS since, due FROM work_item
                WHERE due IS NOT NULL AND due <= @last
                GROUP BY person, proposal, stage, due
                ORDER BY proposal, person, stage
                """, new { last });
        }
        finally
        {
            await session.EndAsync();
        }
    }

    sealed record OutboxRow
    {
        public long Seq { get; init; }
        public long Proposal { get; init; }
        public DateTimeOffset At { get; init; }
        public string Messages { get; init; } = "";
    }

    sealed record DueRow
    {
        public Guid Person { get; init; }
        public long Proposal { get; init; }
        public string Stage { get; init; } = "";
        public DateTimeOffset Since { get; init; }
        public DateOnly Due { get; init; }
    }
}
