using System.Text;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;
using Microsoft.AspNetCore.Identity;

namespace Governance.Service.People;

/// <summary>
/// Checks an e-mail address and a password. The answer is null whatever the reason: a wrong password, no such person, an
/// account that is locked or no longer active. Nobody can find out here who has an account.
/// </summary>
/// <remarks>
/// No <see cref="Command{T}"/>, for a failed try must be kept though it is refused, and hashing takes a tenth of a second
/// in which no other writer should have to wait.
/// </remarks>
public sealed record SignIn : IRequest<SignedIn?>
{
    public required string Email { get; init; }
    public required string Password { get; init; }

    /// <summary>So many wrong tries in a row lock an account…</summary>
    public const int Tries = 5;

    /// <summary>…for so long. The right password does not open it sooner.</summary>
    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(15);

    // Records print what they hold, and this holds a password.
    bool PrintMembers(StringBuilder text) => text.Append("Email and password not shown").Length > 0;

    public sealed class Handler(Session session, PeopleStore people, TimeProvider clock) : IRequestHandler<SignIn, SignedIn?>
    {
        // Run again after a commit whose end is not known, a wrong try may count twice: better than not at all.
        public Task<SignedIn?> Handle(SignIn request, CancellationToken cancellationToken) =>
            Retrying.RunAsync(session, () => OnceAsync(request, cancellationToken), findsItself: true, cancellationToken);

        async Task<SignedIn?> OnceAsync(SignIn request, CancellationToken cancellationToken)
        {
            var email = Emails.Plain(request.Email);
            Row? row;
            await session.BeginReadAsync(cancellationToken);
            try
            {
                row = await FindAsync(email);
            }
            finally
            {
                await session.EndAsync();
            }

            var result = Passwords.Check(session, row?.PasswordHash, request.Password);
            var rehashed = result == PasswordVerificationResult.SuccessRehashNeeded ? Passwords.Hash(session, request.Password) : null;

            await session.BeginWriteAsync(cancellationToken);
            try
            {
                // Tries on one account wait here for one another (where the database has more than one writer), so that each counts.
                await session.ExecuteAsync("UPDATE person SET failed_sign_ins = failed_sign_ins WHERE email = @email", new { email });
                // Read again: tries that ran beside this one may have locked the account while the hash was computed.
                var now = clock.GetUtcNow();
                var current = await FindAsync(email);
                var open = current is { Active: true } && !(current.LockedUntil > now) && current.PasswordHash == row?.PasswordHash;
                if (open && result != PasswordVerificationResult.Failed)
                {
                    await session.ExecuteAsync("UPDATE person SET failed_sign_ins = 0, locked_until = NULL WHERE id = @id", new { id = current!.Id });
                    if (rehashed is not null)
                        await session.ExecuteAsync("UPDATE person SET password_hash = @hash WHERE id = @id", new { id = current.Id, hash = rehashed });
                    var actor = (await people.FindAsync(current.Id))!;
                    await session.CommitAsync();
                    return new SignedIn(actor, current.SecurityStamp, current.PasswordTemporary) { HasCode = current.HasCode };
                }
                if (open) await CountAsync(current!, now);
                // Written at every refusal, so that one for an unknown address takes a commit as well and no less time.
                await Settings.SetAsync(session, "sign_in_refused_at", Database.Text(now));
                await session.CommitAsync();
                return null;
            }
            finally
            {
                await session.EndAsync();
            }
        }

        Task<Row?> FindAsync(string email) => session.FirstAsync<Row>(
            $"SELECT p.id, p.password_hash, p.security_stamp, p.password_temporary, p.active, p.failed_sign_ins, p.locked_until, {HasCodeColumn} FROM person p WHERE p.email = @email", new { email });

        Task<int> CountAsync(Row person, DateTimeOffset now)
        {
            var failed = person.FailedSignIns + 1;
            return session.ExecuteAsync(
                "UPDATE person SET failed_sign_ins = @failed, locked_until = @until WHERE id = @id",
                new { id = person.Id, failed = failed < Tries ? failed : 0, until = failed < Tries ? null : (DateTimeOffset?)(now + LockedFor) });
        }
    }

    sealed record Row
    {
        public Guid Id { get; init; }
        public string PasswordHash { get; init; } = "";
        public string SecurityStamp { get; init; } = "";
        public bool PasswordTemporary { get; init; }
        public bool Active { get; init; }
        public int FailedSignIns { get; init; }
        public DateTimeOffset? LockedUntil { get; init; }
        public bool HasCode { get; init; }
    }

    /// <summary>Whether person <c>p</c> is asked for a one-time code.</summary>
    internal const string HasCodeColumn = "CASE WHEN EXISTS (SELECT 1 FROM one_time_code c WHERE c.person = p.id AND c.confirmed_at IS NOT NULL) THEN 1 ELSE 0 END AS has_code";
}

/// <summary>Somebody who is signed in.</summary>
/// <param name="Stamp">Goes into the cookie; a cookie with another stamp counts no longer.</param>
/// <param name="MustChangePassword">The password was given by somebody else, who knows it: nothing may be done with it but choose another.</param>
public sealed record SignedIn(Actor Actor, string Stamp, bool MustChangePassword)
{
    /// <summary>The person uses one-time codes. After a password alone nobody is let in then: <see cref="SignInWithCode"/> comes next.</summary>
    public bool HasCode { get; init; }
}
