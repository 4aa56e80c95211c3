using System.Collections.Immutable;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>People by name, for administrators.</summary>
public sealed record ListPeople : IQuery<PeopleFound>
{
    public required Actor Actor { get; init; }

    /// <summary>Part of a name or an e-mail address; empty for everybody.</summary>
    public string? Search { get; init; }

    /// <summary>At most so many people are given; searching narrows them down.</summary>
    public const int Most = 100;

    public sealed class Handler(Session session) : IRequestHandler<ListPeople, PeopleFound>
    {
        public async Task<PeopleFound> Handle(ListPeople request, CancellationToken cancellationToken)
        {
            PeopleAccess.DemandAdministrator(request.Actor);
            // The marks of LIKE are searched for as they are.
            var like = $"%{(request.Search ?? "").Trim().ToLowerInvariant().Replace("!", "!!").Replace("%", "!%").Replace("_", "!_").Replace("[", "![")}%";
            var rows = await session.QueryAsync<Row>(
                $"""
                SELECT id, name, email, active FROM person
                WHERE LOWER(name) LIKE @like ESCAPE '!' OR email LIKE @like ESCAPE '!'
                ORDER BY name, id {session.Database.Take}
                """,
                new { like, take = Most + 1 });
            var roles = await session.QueryAsync<RoleRow>(
                """
                SELECT r.person, r.role FROM person_role r JOIN person p ON p.id = r.person
                WHERE LOWER(p.name) LIKE @like ESCAPE '!' OR p.email LIKE @like ESCAPE '!'
                """,
                new { like });
            var byPerson = roles.ToLookup(r => r.Person, r => Enum.Parse<Role>(r.Role));
            return new PeopleFound(
                [.. rows.Take(Most).Select(r => new PersonLine(r.Id, r.Name, r.Email, r.Active, [.. byPerson[r.Id].Order()]))],
                More: rows.Count > Most);
        }
    }

    sealed record Row
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string Email { get; init; } = "";
        public bool Active { get; init; }
    }

    sealed record RoleRow
    {
        public Guid Person { get; init; }
        public string Role { get; init; } = "";
    }
}

public sealed record PeopleFound(ImmutableArray<PersonLine> People, bool More);

public sealed record PersonLine(Guid Id, string Name, string Email, bool Active, ImmutableArray<Role> Roles);

static class PeopleAccess
{
    public static void DemandAdministrator(Actor actor)
    {
        if (!actor.Is(Role.Administrator) && actor != Actor.Service)
            throw new NotAllowedException("Your role does not let you do this. Ask an administrator.");
    }
}
