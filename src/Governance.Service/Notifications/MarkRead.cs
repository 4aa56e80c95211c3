using FluentValidation;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Notifications;

/// <summary>Marks messages of one's own as read. Marking again changes nothing.</summary>
/// <remarks>Whether somebody read a message is their own business and no part of the record.</remarks>
public sealed record MarkRead : Command<long>, ILeavesTheRecordAlone
{
    /// <summary>Which, as <see cref="MessageKey"/> writes them.</summary>
    public IReadOnlyList<string> Messages { get; init; } = [];

    /// <summary>Everything up to this time instead: what came after it was not on the page that the person saw.</summary>
    public DateTimeOffset? UpTo { get; init; }

    public sealed class Validator : AbstractValidator<MarkRead>
    {
        public Validator()
        {
            RuleFor(c => c.Messages).Must(m => m.Count <= 100).WithMessage("Mark 100 messages or fewer at a time.");
            RuleForEach(c => c.Messages).Must(m => MessageKey.TryParse(m, out _)).WithMessage("This is not the id of a message.");
            RuleFor(c => c).Must(c => c.UpTo is null != (c.Messages.Count == 0)).WithName("Messages").WithMessage("Say which messages, or up to when.");
        }
    }

    /// <summary>The answer is how many are unread still.</summary>
    public sealed class Handler(Session session, TimeProvider clock) : IRequestHandler<MarkRead, long>
    {
        public async Task<long> Handle(MarkRead request, CancellationToken cancellationToken)
        {
            var (me, now) = (request.Actor.Id, clock.GetUtcNow());
            if (request.UpTo is { } upTo)
                await session.ExecuteAsync("UPDATE message SET read_at = @now WHERE person = @me AND read_at IS NULL AND at <= @upTo", new { me, now, upTo });
            foreach (var message in request.Messages)
            {
                if (!MessageKey.TryParse(message, out var key)) continue;
                var values = new { me, now, key!.Seq, key.Kind, key.Stage };
                if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM message WHERE person = @me AND seq = @Seq AND kind = @Kind AND stage = @Stage", values) == 0)
                    throw new NotFoundException("You have no such message.");
                await session.ExecuteAsync("UPDATE message SET read_at = @now WHERE person = @me AND seq = @Seq AND kind = @Kind AND stage = @Stage AND read_at IS NULL", values);
            }
            return await session.ScalarAsync<long>("SELECT COUNT(*) FROM message WHERE person = @me AND read_at IS NULL", new { me });
        }
    }
}
