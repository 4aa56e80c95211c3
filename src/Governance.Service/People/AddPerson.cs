using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using FluentValidation;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>Gives somebody an account.</summary>
public sealed record AddPerson : Command<AddedPerson>, INeedsRole, IPrepares
{
    /// <summary>What they sign in with. One account for each address.</summary>
    public required string Email { get; init; }

    public required string Name { get; init; }

    public ImmutableHashSet<Role> Roles { get; init; } = [];

    public ImmutableArray<PanelSeat> Seats { get; init; } = [];

    /// <summary>A password that the person chose. Without one, a password is made, and they must choose another when they first sign in.</summary>
    public string? Password { get; init; }

    /// <summary>What a made-up person of a demonstration is for; null for real people.</summary>
    public string? Demonstration { get; init; }

    public Role Needed => Role.Administrator;

    string? _made, _hash;

    public Task PrepareAsync(Session session, CancellationToken ct)
    {
        _made = Password is null ? Passwords.Generate() : null;
        _hash = Passwords.Hash(session, _made ?? Password!);
        return Task.CompletedTask;
    }

    protected override bool PrintMembers(StringBuilder text) => text.Append("Actor = ").Append(Actor.Id).Length > 0;

    public sealed class Validator : AbstractValidator<AddPerson>
    {
        public Validator()
        {
            RuleFor(c => c.RepeatKey).OnlyOnce();
            RuleFor(c => c.Email).EmailOfPerson();
            RuleFor(c => c.Name).NameOfPerson();
            RuleFor(c => c.Roles).KnownRoles();
            RuleFor(c => c.Seats).KnownSeats();
            When(c => c.Password is not null, () => RuleFor(c => c.Password).Custom((password, context) =>
            {
                if (Passwords.Fault(password, Emails.Plain(context.InstanceToValidate.Email)) is { } fault) context.AddFailure(fault);
            }));
        }
    }

    public sealed class Handler(Session session, RefreshQueues queues, LedgerStore ledger, ServicePseudonyms pseudonyms, TimeProvider clock) : IRequestHandler<AddPerson, AddedPerson>
    {
        public async Task<AddedPerson> Handle(AddPerson request, CancellationToken cancellationToken)
        {
            var email = Emails.Plain(request.Email);
            var name = request.Name.Trim();
            await PeopleRows.LockAsync(session);
            if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM person WHERE email = @email", new { email }) > 0)
                throw new InvalidException(nameof(Email), "Somebody already has an account with this e-mail address");

            var id = Guid.NewGuid();
            await session.ExecuteAsync(
                """
                INSERT INTO person (id, email, name, password_hash, security_stamp, password_temporary, demonstration, created_at)
                VALUES (@id, @email, @name, @hash, @stamp, @temporary, @demonstration, @now)
                """,
                new
                {
                    id,
                    email,
                    name,
                    hash = request._hash,
                    stamp = Passwords.NewStamp(),
                    // A made-up person is signed in as without a password, so there is none to change.
                    temporary = request._made is not null && request.Demonstration is null,
                    demonstration = request.Demonstration,
                    now = clock.GetUtcNow(),
                });
            await PeopleRows.StoreRolesAsync(session, id, request.Roles);
            await PeopleRows.StoreSeatsAsync(session, id, request.Seats);
            await queues.RunAsync();
            await ledger.AppendAsync(pseudonyms, "person.added", request.Actor, id,
                new JsonObject { ["roles"] = PeopleEntries.Names(request.Roles), ["seats"] = PeopleEntries.Names(request.Seats) },
                PeopleEntries.Personal("name", name), PeopleEntries.Personal("email", email));
            return new AddedPerson(id, request._made);
        }
    }
}

/// <param name="Password">The password that was made, to be handed over once; null when one was given.</param>
public sealed record AddedPerson(Guid Id, string? Password)
{
    bool PrintMembers(StringBuilder text) => text.Append("Id = ").Append(Id).Length > 0;
}
