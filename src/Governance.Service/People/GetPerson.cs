using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>One person's account, for administrators.</summary>
public sealed record GetPerson(Guid Id) : IQuery<PersonDetails>
{
    public required Actor Actor { get; init; }

    public sealed class Handler(Session session, PeopleStore people, TimeProvider clock) : IRequestHandler<GetPerson, PersonDetails>
    {
        public async Task<PersonDetails> Handle(GetPerson request, CancellationToken cancellationToken)
        {
            PeopleAccess.DemandAdministrator(request.Actor);
            var row = await session.FirstAsync<Row>(
                $"SELECT p.active, p.version, p.password_temporary, p.locked_until, p.created_at, l.linked_at, {SignIn.HasCodeColumn} FROM person p LEFT JOIN openid_link l ON l.person = p.id WHERE p.id = @id", new { id = request.Id });
            if (row is null || await people.FindAsync(request.Id) is not { } person) throw new NotFoundException("There is no such person.");
            return new PersonDetails
            {
                Person = person,
                Active = row.Active,
                Version = row.Version,
                PasswordTemporary = row.PasswordTemporary,
                LockedUntil = row.LockedUntil > clock.GetUtcNow() ? row.LockedUntil : null,
                CreatedAt = row.CreatedAt,
                HasCode = row.HasCode,
                LinkedAt = row.LinkedAt,
            };
        }
    }

    sealed record Row
    {
        public bool Active { get; init; }
        public long Version { get; init; }
        public bool PasswordTemporary { get; init; }
        public DateTimeOffset? LockedUntil { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public bool HasCode { get; init; }
        public DateTimeOffset? LinkedAt { get; init; }
    }
}

public sealed record PersonDetails
{
    public required Actor Person { get; init; }
    public required bool Active { get; init; }
    public required long Version { get; init; }

    /// <summary>The person has not yet chosen a password of their own.</summary>
    public required bool PasswordTemporary { get; init; }

    /// <summary>Set while too many wrong passwords keep the account locked.</summary>
    public required DateTimeOffset? LockedUntil { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The person is asked for a one-time code at sign-in.</summary>
    public required bool HasCode { get; init; }

    /// <summary>Since when the account belongs to one login with the OpenID provider; null where it does to none.</summary>
    public required DateTimeOffset? LinkedAt { get; init; }
}
