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
            var values = new { person = request.Actor.Id };
            await session.ExecuteAsync("DELETE FROM mail_off WHERE person = @person", values);
            if (!request.Wanted) await session.ExecuteAsync("INSERT INTO mail_off (person) VALUES (@person)", values);
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
            new(mail.On, await session.ScalarAsync<long>("SELECT COUNT(*) FROM mail_off WHERE person = @id", new { id = request.Actor.Id }) == 0);
    }
}

/// <param name="Offered">The service mails messages.</param>
/// <param name="Wanted">The person has not switched them off.</param>
public sealed record MailChoice(bool Offered, bool Wanted);
