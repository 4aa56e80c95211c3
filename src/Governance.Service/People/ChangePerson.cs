using System.Collections.Immutable;
using System.Text.Json.Nodes;
using FluentValidation;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>Changes a person's name, roles, or whether the account works at all. What is null stays as it is.</summary>
/// <remarks>
/// Roles count from the person's next request. Deactivating ends their sessions and revokes their tokens for good; the
/// account stays, for the record refers to it.
/// </remarks>
public sealed record ChangePerson : Command<ChangedPerson>, INeedsRole
{
    public required Guid Id { get; init; }

    public string? Name { get; init; }

    public ImmutableHashSet<Role>? Roles { get; init; }

    public bool? Active { get; init; }

    /// <summary>The version that the administrator was looking at; null takes whatever is there.</summary>
    public long? ExpectedVersion { get; init; }

    public Role Needed => Role.Administrator;

    public sealed class Validator : AbstractValidator<ChangePerson>
    {
        public Validator()
        {
            When(c => c.Name is not null, () => RuleFor(c => c.Name!).NameOfPerson());
            When(c => c.Roles is not null, () => RuleFor(c => c.Roles!).KnownRoles());
        }
    }

    public sealed class Handler(Session session, RefreshQueues queues, LedgerStore ledger, ServicePseudonyms pseudonyms, TimeProvider clock) : IRequestHandler<ChangePerson, ChangedPerson>
    {
        public async Task<ChangedPerson> Handle(ChangePerson request, CancellationToken cancellationToken)
        {
            await PeopleRows.LockAsync(session);
            var before = await session.FirstAsync<Row>("SELECT name, active, version FROM person WHERE id = @id", new { id = request.Id })
                ?? throw new NotFoundException("There is no such person.");
            if (request.ExpectedVersion is { } expected && expected != before.Version)
                throw new ConflictException("Somebody changed this person while you had the page open. Look at it again, then repeat what you did.");
            var had = (await session.QueryAsync<string>("SELECT role FROM person_role WHERE person = @id", new { id = request.Id }))
                .Select(Enum.Parse<Role>).ToImmutableHashSet();

            var name = request.Name?.Trim() ?? before.Name;
            var roles = request.Roles ?? had;
            var active = request.Active ?? before.Active;
            var rolesChanged = !roles.SetEquals(had);
            if (name == before.Name && !rolesChanged && active == before.Active) return new ChangedPerson(before.Version, Changed: false);
            if (before.Active && had.Contains(Role.Administrator) && !(active && roles.Contains(Role.Administrator))) await DemandAnotherAdministratorAsync(request.Id);

            await session.ExecuteAsync(
                """
                UPDATE person SET name = @name, active = @active, version = version + 1, failed_sign_ins = 0, locked_until = NULL,
                    security_stamp = CASE WHEN @ends = 1 THEN @stamp ELSE security_stamp END
                WHERE id = @id
                """,
                new { id = request.Id, name, active, ends = active == before.Active ? 0 : 1, stamp = Passwords.NewStamp() });
            if (!active) await PeopleRows.RevokeTokensAsync(session, request.Id, clock.GetUtcNow());
            if (rolesChanged) await PeopleRows.StoreRolesAsync(session, request.Id, roles);
            if (rolesChanged || active != before.Active) await queues.RunAsync();

            var data = new JsonObject { ["roles"] = PeopleEntries.Names(roles), ["active"] = active, ["renamed"] = name != before.Name };
            await ledger.AppendAsync(pseudonyms, "person.changed", request.Actor, request.Id, data,
                name == before.Name ? [] : [PeopleEntries.Personal("name", name)]);
            return new ChangedPerson(before.Version + 1, Changed: true);
        }

        async Task DemandAnotherAdministratorAsync(Guid person)
        {
            var others = await session.ScalarAsync<long>(
                """
                SELECT COUNT(*) FROM person p JOIN person_role r ON r.person = p.id
                WHERE p.active = 1 AND r.role = 'Administrator' AND p.id <> @person
                """,
                new { person });
            if (others == 0)
                throw new ConflictException("This is the only administrator. Make somebody else an administrator first.");
        }
    }

    sealed record Row
    {
        public string Name { get; init; } = "";
        public bool Active { get; init; }
        public long Version { get; init; }
    }
}

/// <param name="Changed">False when everything was so already; then nothing was written.</param>
public sealed record ChangedPerson(long Version, bool Changed);
