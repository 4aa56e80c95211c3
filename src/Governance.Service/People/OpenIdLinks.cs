using System.Text;
using System.Text.Json.Nodes;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>
/// Whose account somebody opens who comes from an OpenID provider. Only issuer and subject together name a person for good
/// (OpenID Connect Core 1.0, section 5.7): the first time the e-mail address finds the account, and the login is then linked to it
/// (<see cref="LinkOpenId"/>); from then on the login does, whatever its address is by now. No password is asked for, so one
/// that has to be changed keeps nobody out.
/// </summary>
public sealed record FindByOpenId : IQuery<OpenIdAccount?>
{
    public required string Issuer { get; init; }
    public required string Subject { get; init; }

    /// <summary>Null where the provider says none, or does not vouch for it.</summary>
    public required string? Email { get; init; }

    bool PrintMembers(StringBuilder text) => text.Append("Login not shown").Length > 0;

    /// <summary>The answer is null where an administrator has added nobody with this address, or the account is closed.</summary>
    public sealed class Handler(Session session, PeopleStore people) : IRequestHandler<FindByOpenId, OpenIdAccount?>
    {
        public async Task<OpenIdAccount?> Handle(FindByOpenId request, CancellationToken cancellationToken)
        {
            var row = await session.FirstAsync<Row>(
                "SELECT p.id, p.security_stamp, p.active FROM openid_link l JOIN person p ON p.id = l.person WHERE l.issuer = @Issuer AND l.subject = @Subject",
                new { request.Issuer, request.Subject });
            var linked = row is not null;
            // A login that is linked opens its own account or none: never another one that has its address.
            if (row is null && request.Email is { } email)
                row = await session.FirstAsync<Row>("SELECT id, security_stamp, active FROM person WHERE email = @email", new { email = Emails.Plain(email) });
            if (row is not { Active: true } || await people.FindAsync(row.Id) is not { } actor) return null;
            return new OpenIdAccount(new SignedIn(actor, row.SecurityStamp, MustChangePassword: false), linked);
        }
    }

    sealed record Row
    {
        public Guid Id { get; init; }
        public string SecurityStamp { get; init; } = "";
        public bool Active { get; init; }
    }
}

/// <param name="Linked">False where the account was found by its address: then <see cref="LinkOpenId"/> comes before anybody is let in.</param>
public sealed record OpenIdAccount(SignedIn Person, bool Linked);

/// <summary>
/// Links a login with an OpenID provider to the account of whoever signs in with it for the first time. The account keeps it until an administrator releases it.
/// </summary>
public sealed record LinkOpenId : Command<Unit>
{
    /// <summary>A subject has 255 characters at most (OpenID Connect Core 1.0, section 2); for an issuer there is no limit but ours.</summary>
    public const int LongestIssuer = 400, LongestSubject = 255;

    public required string Issuer { get; init; }
    public required string Subject { get; init; }

    protected override bool PrintMembers(StringBuilder text) => text.Append("Actor = ").Append(Actor.Id).Length > 0;

    public sealed class Handler(Session session, LedgerStore ledger, ServicePseudonyms pseudonyms, TimeProvider clock) : IRequestHandler<LinkOpenId, Unit>
    {
        /// <exception cref="ConflictException">The account is linked to another login already.</exception>
        public async Task<Unit> Handle(LinkOpenId request, CancellationToken cancellationToken)
        {
            var person = request.Actor.Id;
            // Two first sign-ins at once wait here for one another, where the database has more than one writer.
            await session.ExecuteAsync("UPDATE person SET failed_sign_ins = failed_sign_ins WHERE id = @person", new { person });
            var there = await session.FirstAsync<Row>("SELECT issuer, subject FROM openid_link WHERE person = @person", new { person });
            if (there is not null)
            {
                if (there.Issuer == request.Issuer && there.Subject == request.Subject) return Unit.Value;
                throw new ConflictException("This account is linked to another login with the provider. Ask an administrator of this service to release the link.");
            }
            if (request.Issuer.Length > LongestIssuer || request.Subject.Length > LongestSubject)
                throw new ConflictException("The provider's name for this login is too long to be kept.");
            await session.ExecuteAsync("INSERT INTO openid_link (person, issuer, subject, linked_at) VALUES (@person, @Issuer, @Subject, @now)",
                new { person, request.Issuer, request.Subject, now = clock.GetUtcNow() });
            await ledger.AppendAsync(pseudonyms, "person.openid_linked", request.Actor, person, new JsonObject());
            return Unit.Value;
        }
    }

    sealed record Row
    {
        public string Issuer { get; init; } = "";
        public string Subject { get; init; } = "";
    }
}

/// <summary>
/// An administrator releases an account from the login that it is linked to, for somebody whose login with the provider is another one
/// now. That person's sessions end, and the next login that comes with the account's address is linked to it.
/// </summary>
public sealed record ReleaseOpenId : Command<Unit>, INeedsRole
{
    public required Guid Id { get; init; }

    public Role Needed => Role.Administrator;

    public sealed class Handler(Session session, LedgerStore ledger, ServicePseudonyms pseudonyms) : IRequestHandler<ReleaseOpenId, Unit>
    {
        public async Task<Unit> Handle(ReleaseOpenId request, CancellationToken cancellationToken)
        {
            if (request.Id == request.Actor.Id) throw new ConflictException("You cannot release your own account from its login. Another administrator must do it.");
            if (await OpenIdRows.RemoveAsync(session, request.Id) == 0) throw new NotFoundException("This person's account is linked to no login.");
            await session.ExecuteAsync("UPDATE person SET security_stamp = @stamp, version = version + 1 WHERE id = @id", new { id = request.Id, stamp = Passwords.NewStamp() });
            await ledger.AppendAsync(pseudonyms, "person.openid_released", request.Actor, request.Id, new JsonObject());
            return Unit.Value;
        }
    }
}

static class OpenIdRows
{
    public static Task<int> RemoveAsync(Session session, Guid person) => session.ExecuteAsync("DELETE FROM openid_link WHERE person = @person", new { person });
}
