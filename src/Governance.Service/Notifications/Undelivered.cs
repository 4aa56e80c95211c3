using Governance.Review;
using Governance.Review.Messages;
using Governance.Service.Data;
using Governance.Service.People;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Notifications;

/// <summary>E-mails that were given up, for administrators: a wrong address, as a rule. The messages themselves are in the service.</summary>
public sealed record ListUndelivered(Actor Actor) : IQuery<UndeliveredMail>
{
    /// <summary>More than anybody goes through one by one.</summary>
    const int Most = 200;

    public sealed class Handler(Session session) : IRequestHandler<ListUndelivered, UndeliveredMail>
    {
        public async Task<UndeliveredMail> Handle(ListUndelivered request, CancellationToken cancellationToken)
        {
            PeopleAccess.DemandAdministrator(request.Actor);
            var rows = await session.QueryAsync<UndeliveredLine>(
                $"""
                SELECT w.person, p.name, p.email, w.kind, r.reference, w.tries, w.fault, w.failed_at
                FROM message_mail w JOIN message m ON m.person = w.person AND m.seq = w.seq AND m.kind = w.kind AND m.stage = w.stage
                    JOIN person p ON p.id = w.person JOIN proposal r ON r.id = m.proposal
                WHERE w.failed_at IS NOT NULL
                ORDER BY w.failed_at DESC, w.person, w.seq
                {session.Database.Take}
                """, new { take = Most });
            return new UndeliveredMail(
                rows,
                await session.ScalarAsync<long>("SELECT COUNT(*) FROM message_mail WHERE failed_at IS NOT NULL"),
                await session.ScalarAsync<long>("SELECT COUNT(*) FROM message_mail WHERE failed_at IS NULL"));
        }
    }
}

/// <param name="Lines">The latest of them.</param>
/// <param name="Failed">How many were given up.</param>
/// <param name="Waiting">How many are still to be sent, or tried again.</param>
public sealed record UndeliveredMail(IReadOnlyList<UndeliveredLine> Lines, long Failed, long Waiting);

public sealed record UndeliveredLine
{
    public Guid Person { get; init; }
    public string Name { get; init; } = "";
    public string Email { get; init; } = "";
    /// <summary>A <see cref="MessageKind"/> as <see cref="MessageNames"/> writes it.</summary>
    public string Kind { get; init; } = "";
    public string Reference { get; init; } = "";
    public int Tries { get; init; }
    public string? Fault { get; init; }
    public DateTimeOffset FailedAt { get; init; }
}

/// <summary>Tries e-mails again that were given up, or takes them from the list: all of one person, or everybody's.</summary>
public sealed record SettleUndelivered : Command<int>, INeedsRole, ILeavesTheRecordAlone
{
    /// <summary>Null for everybody.</summary>
    public Guid? Person { get; init; }

    /// <summary>True to send them again, false to give them up for good.</summary>
    public required bool Again { get; init; }

    public Role Needed => Role.Administrator;

    public sealed class Handler(Session session, TimeProvider clock) : IRequestHandler<SettleUndelivered, int>
    {
        public Task<int> Handle(SettleUndelivered request, CancellationToken cancellationToken)
        {
            var values = new { all = request.Person is null ? 1 : 0, person = request.Person ?? Guid.Empty, now = clock.GetUtcNow() };
            return request.Again
                ? session.ExecuteAsync("UPDATE message_mail SET failed_at = NULL, fault = NULL, tries = 0, next_try = @now WHERE failed_at IS NOT NULL AND (@all = 1 OR person = @person)", values)
                : session.ExecuteAsync("DELETE FROM message_mail WHERE failed_at IS NOT NULL AND (@all = 1 OR person = @person)", values);
        }
    }
}
