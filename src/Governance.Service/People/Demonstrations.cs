using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>A made-up person of a demonstration, and what signing in as them is good for.</summary>
public sealed record DemonstrationPerson
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string For { get; init; } = "";
}

/// <summary>The made-up people. Only a site in Development may ask: whoever is listed can be signed in as.</summary>
public sealed record ListDemonstrations : IQuery<IReadOnlyList<DemonstrationPerson>>
{
    public sealed class Handler(Session session) : IRequestHandler<ListDemonstrations, IReadOnlyList<DemonstrationPerson>>
    {
        public Task<IReadOnlyList<DemonstrationPerson>> Handle(ListDemonstrations request, CancellationToken cancellationToken) =>
            session.QueryAsync<DemonstrationPerson>(
                "SELECT id, name, demonstration AS \"for\" FROM person WHERE demonstration IS NOT NULL AND active = 1 ORDER BY created_at, name");
    }
}

/// <summary>Signs in as one of the made-up people, without a password; null when that person is a real one. Only for a site in Development.</summary>
public sealed record FindDemonstration(Guid Id) : IQuery<SignedIn?>
{
    public sealed class Handler(Session session, PeopleStore people) : IRequestHandler<FindDemonstration, SignedIn?>
    {
        public async Task<SignedIn?> Handle(FindDemonstration request, CancellationToken cancellationToken)
        {
            var stamp = await session.ScalarAsync<string?>(
                "SELECT security_stamp FROM person WHERE id = @id AND demonstration IS NOT NULL AND active = 1", new { id = request.Id });
            return stamp is not null && await people.FindAsync(request.Id) is { } actor ? new SignedIn(actor, stamp, MustChangePassword: false) : null;
        }
    }
}
