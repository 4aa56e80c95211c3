using System.Globalization;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Microsoft.Extensions.Configuration;

namespace Governance.Service.Notifications;

/// <summary>How long what people were told is kept.</summary>
/// <param name="Read"><c>Messages:KeepReadForDays</c>: after somebody marked a message as read.</param>
/// <param name="Failed"><c>Mail:KeepFailedForDays</c>: after an e-mail was given up.</param>
public sealed record Keeping(TimeSpan Read, TimeSpan Failed)
{
    /// <summary>A century: longer is a slip of the keyboard, and dates before the year 1 there are none.</summary>
    const int MostDays = 36_525;

    /// <exception cref="InvalidDataException">A setting is no number of days.</exception>
    public static Keeping Load(IConfiguration configuration) =>
        new(Days(configuration, "Messages:KeepReadForDays", 365), Days(configuration, "Mail:KeepFailedForDays", 30));

    static TimeSpan Days(IConfiguration configuration, string setting, int otherwise)
    {
        if (configuration[setting] is not { Length: > 0 } text) return TimeSpan.FromDays(otherwise);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days is < 1 or > MostDays)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{setting} is \"{text}\". Set it to a number of days from 1 to {MostDays}."));
        return TimeSpan.FromDays(days);
    }
}

/// <summary>
/// Removes messages that were read long ago, those of closed accounts that nobody will read, and e-mails that were given up long
/// ago. What is still to be read or sent stays, and so does whatever marks that somebody was told of a day: a message with a day
/// goes only once its proposal is decided or withdrawn, or they would be told again.
/// </summary>
public sealed class OldMessages(Session session, Leases leases, Keeping keeping, TimeProvider clock)
{
    /// <summary>How many rows go in one transaction: other writers wait meanwhile.</summary>
    const int Batch = 100;

    /// <summary>Removes all that is old. Where nothing is, nothing is written.</summary>
    /// <exception cref="InvalidOperationException">Another node holds the lease by now.</exception>
    public async Task RemoveAsync(Lease lease, CancellationToken ct)
    {
        while (await RemovePieceAsync(lease, ct)) { }
    }

    /// <summary>Removes some of it.</summary>
    /// <returns>Whether there may be more.</returns>
    public async Task<bool> RemovePieceAsync(Lease lease, CancellationToken ct)
    {
        var (messages, mails) = await FindAsync(ct);
        if (messages.Count + mails.Count == 0) return false;
        await session.BeginWriteAsync(ct);
        try
        {
            await leases.DemandAsync(lease);
            // Where mail and message go together, the mail goes first: one without its message could never be sent or listed.
            foreach (var row in mails.Concat(messages))
                await session.ExecuteAsync("DELETE FROM message_mail WHERE person = @Person AND seq = @Seq AND kind = @Kind AND stage = @Stage", row);
            foreach (var row in messages)
                await session.ExecuteAsync("DELETE FROM message WHERE person = @Person AND seq = @Seq AND kind = @Kind AND stage = @Stage", row);
            await session.CommitAsync();
            return messages.Count == Batch || mails.Count == Batch;
        }
        finally
        {
            await session.EndAsync();
        }
    }

    async Task<(IReadOnlyList<Row> Messages, IReadOnlyList<Row> Mails)> FindAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await session.BeginReadAsync(ct);
        try
        {
            return (
                await session.QueryAsync<Row>(
                    $"""
                    SELECT m.person, m.seq, m.kind, m.stage
                    FROM message m JOIN person p ON p.id = m.person JOIN proposal r ON r.id = m.proposal
                    WHERE (m.read_at <= @before OR (m.at <= @before AND p.active = 0))
                        AND (m.due IS NULL OR r.phase NOT IN (@reviewed, @awaited))
                    ORDER BY m.person, m.seq, m.kind, m.stage
                    {session.Database.Take}
                    """, new { before = now - keeping.Read, reviewed = nameof(Phase.InReview), awaited = nameof(Phase.AwaitingDetermination), take = Batch }),
                await session.QueryAsync<Row>(
                    $"""
                    SELECT person, seq, kind, stage FROM message_mail
                    WHERE failed_at <= @before
                    ORDER BY person, seq, kind, stage
                    {session.Database.Take}
                    """, new { before = now - keeping.Failed, take = Batch }));
        }
        finally
        {
            await session.EndAsync();
        }
    }

    sealed record Row
    {
        public Guid Person { get; init; }
        public long Seq { get; init; }
        public string Kind { get; init; } = "";
        public string Stage { get; init; } = "";
    }
}
