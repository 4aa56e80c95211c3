using System.Text.Json;
using Governance.Service.Data;

namespace Governance.Service.Notifications;

/// <summary>
/// Delivers what commands left in the outbox. Each piece is one transaction, in which the lease is demanded: of two nodes only
/// one delivers, and what it delivered is gone from the outbox.
/// </summary>
public sealed class MessageDelivery(Session session, Leases leases, MessageRows messages)
{
    /// <summary>Who delivers, reminds and tidies up.</summary>
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
                    await messages.AddAsync(new MessageRows.Row
                    {
                        Person = message.Person,
                        Seq = row.Seq + message.Entry,
                        Kind = message.Kind,
                        Stage = message.Stage,
                        Proposal = row.Proposal,
                        Due = message.Due,
                        At = row.At,
                    });
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

    sealed record OutboxRow
    {
        public long Seq { get; init; }
        public long Proposal { get; init; }
        public DateTimeOffset At { get; init; }
        public string Messages { get; init; } = "";
    }
}
