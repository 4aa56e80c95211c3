using Governance.Review;
using Governance.Service.Data;
using Governance.Service.People;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Erasures;

/// <summary>A command after which keys must go: what they sealed was erased, or nothing refers to it any more.</summary>
public interface IErases;

/// <summary>After an erasure is committed, destroys the keys of what was erased.</summary>
public sealed class DestroyKeys<TCommand, TAnswer>(IMediator mediator, KeyStore keys, Repetition repetition) : IPipelineBehavior<TCommand, TAnswer>
    where TCommand : Command<TAnswer>, IErases
{
    public async Task<TAnswer> Handle(TCommand command, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        var answer = await next();
        if (repetition.Happened) return answer;
        // A crash before this leaves the keys; another node destroys them within a minute, or the next start does. Rows and
        // caches are gone already.
        await DoomedKeys.DestroyAsync(mediator, keys, cancellationToken);
        return answer;
    }
}

/// <summary>Destroys the keys that committed erasures left to be destroyed: after each erasure, every minute, and at every start.</summary>
public static class DoomedKeys
{
    public static async Task DestroyAsync(IMediator mediator, KeyStore keys, CancellationToken ct)
    {
        // Read apart from any writing: an erasure that is not committed yet must not lose its keys, in case it never is.
        var doomed = await mediator.Send(new ListDoomed(), ct);
        if (doomed.Count == 0) return;
        keys.Destroy(
            [.. doomed.Where(d => d.Kind == Doomed.Key).Select(d => long.Parse(d.Name, System.Globalization.CultureInfo.InvariantCulture))],
            [.. doomed.Where(d => d.Kind == Doomed.Value).Select(d => new ErasedValue { Digest = d.Name, Path = d.Path, Class = d.Class, Many = d.Many })],
            [.. doomed.Where(d => d.Kind == Doomed.Person).Select(d => Guid.Parse(d.Name))]);
        await mediator.Send(new ForgetDoomed { Actor = Actor.Service, Destroyed = doomed }, ct);
    }
}

sealed record ListDoomed : IQuery<IReadOnlyList<Doomed>>
{
    public sealed class Handler(Session session) : IRequestHandler<ListDoomed, IReadOnlyList<Doomed>>
    {
        public Task<IReadOnlyList<Doomed>> Handle(ListDoomed request, CancellationToken cancellationToken) =>
            session.QueryAsync<Doomed>("SELECT id, kind, name, path, class, many FROM doomed ORDER BY id");
    }
}

sealed record ForgetDoomed : Command<Unit>, ILeavesTheRecordAlone
{
    public required IReadOnlyList<Doomed> Destroyed { get; init; }

    public sealed class Handler(Session session) : IRequestHandler<ForgetDoomed, Unit>
    {
        public async Task<Unit> Handle(ForgetDoomed request, CancellationToken cancellationToken)
        {
            // By name as well: a number is given again once its row is gone.
            foreach (var row in request.Destroyed) await session.ExecuteAsync("DELETE FROM doomed WHERE id = @Id AND name = @Name", new { row.Id, row.Name });
            return Unit.Value;
        }
    }
}

/// <summary>
/// Blanks again the accounts of erased people that a restored copy of the data brought back. Runs at every start, and finds
/// nothing to do most times.
/// </summary>
public sealed record BlankErasedAccounts : Command<int>
{
    public sealed class Handler(Session session, KeyStore keys, RefreshQueues queues, TimeProvider clock) : IRequestHandler<BlankErasedAccounts, int>
    {
        public async Task<int> Handle(BlankErasedAccounts request, CancellationToken cancellationToken)
        {
            var again = 0;
            foreach (var person in keys.ErasedPeople())
            {
                if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM person WHERE id = @person AND email <> @email", new { person, email = Accounts.ErasedEmail(person) }) == 0) continue;
                await PeopleRows.LockAsync(session);
                await Accounts.BlankAsync(session, person, clock.GetUtcNow());
                again++;
            }
            // Opening what is in review fails where its stored copy is unreadable too: then doctor --rebuild comes first.
            if (again > 0 && (await Unreadable.ProposalsAsync(session, keys)).Count == 0) await queues.RunAsync();
            return again;
        }
    }
}

/// <summary>A row of what is to be destroyed.</summary>
sealed record Doomed
{
    public const string Key = "key", Value = "value", Person = "person";

    public long Id { get; init; }
    public string Kind { get; init; } = "";
    public string Name { get; init; } = "";
    public string Path { get; init; } = "";
    public string Class { get; init; } = "";
    public bool Many { get; init; }

    public static Task AddAsync(Session session, Doomed row) => session.ExecuteAsync(
        "INSERT INTO doomed (id, kind, name, path, class, many) SELECT COALESCE(MAX(id), 0) + 1, @Kind, @Name, @Path, @Class, @Many FROM doomed", row);

    public static Task AddKeyAsync(Session session, long key) =>
        AddAsync(session, new Doomed { Kind = Key, Name = key.ToString(System.Globalization.CultureInfo.InvariantCulture) });
}

/// <summary>Accounts of people of whom everything was erased.</summary>
static class Accounts
{
    /// <summary>What pages call such a person.</summary>
    public const string ErasedName = "Erased person";

    public static string ErasedEmail(Guid person) => $"{person:N}@erased.invalid";

    /// <summary>Takes name, address, password, link to a login elsewhere, roles, seats and tokens from an account and closes it. The row stays, for the record refers to it.</summary>
    public static async Task BlankAsync(Session session, Guid person, DateTimeOffset now)
    {
        await session.ExecuteAsync(
            """
            UPDATE person SET name = @name, email = @email, password_hash = '', security_stamp = @stamp, password_temporary = 0, active = 0,
                demonstration = NULL, failed_sign_ins = 0, locked_until = NULL, version = version + 1
            WHERE id = @person
            """,
            new { person, name = ErasedName, email = ErasedEmail(person), stamp = Passwords.NewStamp() });
        await PeopleRows.StoreRolesAsync(session, person, []);
        await PeopleRows.StoreSeatsAsync(session, person, []);
        await session.ExecuteAsync("DELETE FROM idempotency WHERE person = @person", new { person });
        await session.ExecuteAsync("DELETE FROM work_item WHERE person = @person", new { person });
        await Notifications.MessageRows.EraseAsync(session, person);
        await CodeRows.RemoveAsync(session, person);
        await OpenIdRows.RemoveAsync(session, person);
        await PeopleRows.RevokeTokensAsync(session, person, now);
        await session.ExecuteAsync("UPDATE api_token SET name = 'erased' WHERE person = @person", new { person });
    }
}
