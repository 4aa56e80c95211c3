using Governance.Service.Data;

namespace Governance.Service.Notifications;

/// <summary>Writes messages, and what is to be mailed of them, each once.</summary>
public sealed class MessageRows(Session session, MailSettings mail)
{
    /// <summary>A message as the tables hold it: its key, and what it says.</summary>
    internal sealed record Row
    {
        public required Guid Person { get; init; }
        public required long Seq { get; init; }
        public required string Kind { get; init; }
        public required string Stage { get; init; }
        public required long Proposal { get; init; }
        public required DateOnly? Due { get; init; }
        public required DateTimeOffset At { get; init; }
    }

    /// <summary>Adds a message unless it is there, or its person has no account any more. It is mailed too, where the service mails and the person wants that.</summary>
    /// <returns>Whether it was added.</returns>
    internal async Task<bool> AddAsync(Row message)
    {
        var added = await session.ExecuteAsync(
            """
            INSERT INTO message (person, seq, kind, stage, proposal, due, at)
            SELECT @Person, @Seq, @Kind, @Stage, @Proposal, @Due, @At
            WHERE EXISTS (SELECT 1 FROM person p WHERE p.id = @Person AND p.active = 1)
                AND NOT EXISTS (SELECT 1 FROM message m WHERE m.person = @Person AND m.seq = @Seq AND m.kind = @Kind AND m.stage = @Stage)
            """, message);
        if (added == 0) return false;
        if (!mail.On) return true;
        // Made-up people have made-up addresses, which may be somebody's.
        await session.ExecuteAsync(
            """
            INSERT INTO message_mail (person, seq, kind, stage, tries, next_try)
            SELECT @Person, @Seq, @Kind, @Stage, 0, @At
            WHERE EXISTS (SELECT 1 FROM person p WHERE p.id = @Person AND p.demonstration IS NULL)
                AND NOT EXISTS (SELECT 1 FROM mail_off o WHERE o.person = @Person)
            """, message);
        return true;
    }

    /// <summary>The number of the entry that work follows from, for a message that no command made.</summary>
    /// <param name="at">The last entry up to this time.</param>
    internal async Task<long> EntryAsync(long proposal, DateTimeOffset at) => await session.ScalarAsync<long?>(
        "SELECT MAX(e.seq) FROM ledger_entry e JOIN proposal p ON p.reference = e.proposal WHERE p.id = @proposal AND e.at <= @at", new { proposal, at }) ?? 0;

    /// <summary>Takes everything that a person was told or is to be mailed. What is still in the outbox for them is given up when it is delivered.</summary>
    internal static async Task EraseAsync(Session session, Guid person)
    {
        await session.ExecuteAsync("DELETE FROM message_mail WHERE person = @person", new { person });
        await session.ExecuteAsync("DELETE FROM message WHERE person = @person", new { person });
        await session.ExecuteAsync("DELETE FROM mail_off WHERE person = @person", new { person });
    }
}
