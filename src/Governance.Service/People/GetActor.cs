using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>
/// The person behind a session, with the roles and seats of this moment, so that a change counts from the next request.
/// Null when the session has ended: the account was deactivated or its password changed.
/// </summary>
public sealed record GetActor(Guid Id, string Stamp) : IQuery<SignedIn?>
{
    public sealed class Handler(Session session, PeopleStore people) : IRequestHandler<GetActor, SignedIn?>
    {
        public async Task<SignedIn?> Handle(GetActor request, CancellationToken cancellationToken)
        {
            var row = await session.FirstAsync<Row>(
                $"SELECT p.security_stamp, p.password_temporary, {SignIn.HasCodeColumn} FROM person p WHERE p.id = @id AND p.active = 1", new { id = request.Id });
            return row is not null && row.SecurityStamp == request.Stamp && await people.FindAsync(request.Id) is { } actor
                ? new SignedIn(actor, row.SecurityStamp, row.PasswordTemporary) { HasCode = row.HasCode }
                : null;
        }
    }

    sealed record Row
    {
        public string SecurityStamp { get; init; } = "";
        public bool PasswordTemporary { get; init; }
        public bool HasCode { get; init; }
    }
}
