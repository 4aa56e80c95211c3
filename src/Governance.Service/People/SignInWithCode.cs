using System.Text;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>
/// The second step of signing in: after the password, a one-time code. Null whatever the reason. As many wrong codes as
/// wrong passwords lock the account for as long, and a right password in between does not set their count back.
/// </summary>
/// <remarks>No <see cref="Command{T}"/>, for a failed try must be kept though it is refused.</remarks>
public sealed record SignInWithCode : IRequest<SignedIn?>
{
    /// <summary>Whose password was right.</summary>
    public required Guid Person { get; init; }

    /// <summary>The stamp that the account had then: a password that was changed since has to be given again.</summary>
    public required string Stamp { get; init; }

    public required string Code { get; init; }

    bool PrintMembers(StringBuilder text) => text.Append("Person = ").Append(Person).Length > 0;

    public sealed class Handler(Session session, PeopleStore people, Sealing sealing, TimeProvider clock) : IRequestHandler<SignInWithCode, SignedIn?>
    {
        // A code that a lost commit used up may be refused the second time: better than used twice.
        public Task<SignedIn?> Handle(SignInWithCode request, CancellationToken cancellationToken) =>
            Retrying.RunAsync(session, () => OnceAsync(request, cancellationToken), findsItself: true, cancellationToken);

        async Task<SignedIn?> OnceAsync(SignInWithCode request, CancellationToken cancellationToken)
        {
            await session.BeginWriteAsync(cancellationToken);
            try
            {
                await CodeRows.LockAsync(session, request.Person);
                var now = clock.GetUtcNow();
                var person = await session.FirstAsync<Row>("SELECT security_stamp, password_temporary, active, locked_until FROM person WHERE id = @id", new { id = request.Person });
                var row = await CodeRows.FindAsync(session, request.Person);
                if (person is not { Active: true } || person.SecurityStamp != request.Stamp || person.LockedUntil > now || row?.ConfirmedAt is null) return null;
                if (await CodeRows.UseAsync(session, sealing, request.Person, row, request.Code, now))
                {
                    var actor = (await people.FindAsync(request.Person))!;
                    await session.CommitAsync();
                    return new SignedIn(actor, person.SecurityStamp, person.PasswordTemporary) { HasCode = true };
                }
                var failed = row.Failed + 1;
                await session.ExecuteAsync("UPDATE one_time_code SET failed = @failed WHERE person = @id", new { id = request.Person, failed = failed < SignIn.Tries ? failed : 0 });
                if (failed >= SignIn.Tries)
                    await session.ExecuteAsync("UPDATE person SET locked_until = @until WHERE id = @id", new { id = request.Person, until = now + SignIn.LockedFor });
                await session.CommitAsync();
                return null;
            }
            finally
            {
                await session.EndAsync();
            }
        }
    }

    sealed record Row
    {
        public string SecurityStamp { get; init; } = "";
        public bool PasswordTemporary { get; init; }
        public bool Active { get; init; }
        public DateTimeOffset? LockedUntil { get; init; }
    }
}
