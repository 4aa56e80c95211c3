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
                "SELECT active, version, password_temporary, locked_until, created_at FROM person WHERE id = @id", new { id = request.Id });
            if (row is null || await people.FindAsync(request.Id) is not { } person) throw new NotFoundException("There is no such person.");
            return new PersonDetails
            {
                Person = person,
                Active = row.Active,
                Version = row.Version,
                PasswordTemporary = row.PasswordTemporary,
                LockedUntil = row.LockedUntil > clock.GetUtcNow() ? row.LockedUntil : null,
                CreatedAt = row.CreatedAt,
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
}
