using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>How the service is, in a few numbers.</summary>
public sealed record GetVitals : IQuery<Vitals>
{
    public sealed class Handler(Session session, RecordFindings findings) : IRequestHandler<GetVitals, Vitals>
    {
        public async Task<Vitals> Handle(GetVitals request, CancellationToken cancellationToken)
        {
            var signed = await session.ScalarAsync<long?>("SELECT MAX(size) FROM ledger_checkpoint") ?? 0;
            return new Vitals
            {
                Size = await session.ScalarAsync<long?>("SELECT size FROM ledger_head WHERE id = 1") ?? 0,
                Signed = signed,
                SignedAt = (await session.FirstAsync<Row>("SELECT at FROM ledger_checkpoint WHERE size = @signed", new { signed }))?.At,
                Outbox = await session.ScalarAsync<long>("SELECT COUNT(*) FROM outbox"),
                MailWaiting = await session.ScalarAsync<long>("SELECT COUNT(*) FROM message_mail WHERE failed_at IS NULL"),
                MailFailed = await session.ScalarAsync<long>("SELECT COUNT(*) FROM message_mail WHERE failed_at IS NOT NULL"),
                Findings = findings.All.Count,
            };
        }
    }

    sealed record Row
    {
        public DateTimeOffset At { get; init; }
    }
}

/// <summary>What <see cref="GetVitals"/> found.</summary>
public sealed record Vitals
{
    /// <summary>Entries in the ledger.</summary>
    public required long Size { get; init; }
    /// <summary>How many of them the last checkpoint covers.</summary>
    public required long Signed { get; init; }
    /// <summary>When it was signed; null before the first.</summary>
    public required DateTimeOffset? SignedAt { get; init; }
    /// <summary>Commands whose messages are not delivered yet.</summary>
    public required long Outbox { get; init; }
    public required long MailWaiting { get; init; }
    public required long MailFailed { get; init; }
    /// <summary>What the check of the record found.</summary>
    public required long Findings { get; init; }
}
