using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Notifications;

/// <summary>A person says whether messages are mailed to them as well. What waits to be mailed follows the choice.</summary>
public sealed record ChooseMail : Command<bool>, ILeavesTheRecordAlone
{
    public required bool Wanted { get; init; }

    public sealed class Handler(Session session) : IRequestHandler<ChooseMail, bool>
    {
        public async Task<bool> Handle(ChooseMail request, CancellationToken cancellationToken)
        {
            await session.ExecuteAsync("UPDATE person SET wants_mail = @wanted WHERE id = @id", new { id = request.Actor.Id, wanted = request.Wanted });
            return request.Wanted;
        }
    }
}

/// <summary>Whether messages are mailed to this person: what they chose, and whether the service mails at all.</summary>
public sealed record GetMailChoice(Actor Actor) : IQuery<MailChoice>
{
    public sealed class Handler(Session session, MailSettings mail) : IRequestHandler<GetMailChoice, MailChoice>
    {
        public async Task<MailChoice> Handle(GetMailChoice request, CancellationToken cancellationToken) =>
            new(mail.On, await session.ScalarAsync<bool>("SELECT wants_mail FROM person WHERE id = @id", new { id = request.Actor.Id }));
    }
}

/// <param name="Offered">The service mails messages.</param>
/// <param name="Wanted">The person has not switched them off.</param>
public sealed record MailChoice(bool Offered, bool Wanted);
