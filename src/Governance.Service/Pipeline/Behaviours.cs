using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FluentValidation;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Data;
using MediatR;

namespace Governance.Service.Pipeline;

/// <summary>
/// Runs a command in one transaction: everything it does is kept, or nothing. A repeated request gets the first answer
/// again, from the same transaction that did the work, so a repeat can never do it twice.
/// </summary>
public sealed class Transact<TCommand, TAnswer>(Session session, TimeProvider clock, Repetition repetition, Sealing sealing) : IPipelineBehavior<TCommand, TAnswer>
    where TCommand : Command<TAnswer>
{
    public Task<TAnswer> Handle(TCommand command, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next) =>
        Retrying.RunAsync(session, () => OnceAsync(command, cancellationToken, next), findsItself: command.RepeatKey is not null, cancellationToken);

    async Task<TAnswer> OnceAsync(TCommand command, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        await session.BeginWriteAsync(cancellationToken);
        try
        {
            var hash = command.RepeatKey is null ? "" : Hash(command);
            var earlier = command.RepeatKey is null ? null : await EarlierAnswer(command, hash);
            repetition.Happened = earlier is not null;
            if (earlier is not null) return earlier.Answer;
            var answer = await next();
            if (command.RepeatKey is not null) await Remember(command, hash, answer);
            // A crash before this line undoes the rows and the entries together; after it, both are there.
            await session.CommitAsync();
            return answer;
        }
        finally
        {
            await session.EndAsync();
        }
    }

    async Task<Earlier?> EarlierAnswer(TCommand command, string hash)
    {
        var row = await session.FirstAsync<Row>(
            """
            SELECT request_hash, response FROM idempotency
            WHERE person = @person AND request_key = @key
            """,
            new { person = command.Actor.Id, key = command.RepeatKey });
        if (row is null) return null;
        if (row.RequestHash != hash)
            throw new ConflictException("This Idempotency-Key was used for a different request. Send a new key with a new request.");
        return new Earlier(JsonSerializer.Deserialize<TAnswer>(sealing.OpenOrSay(row.Response, Column), ReviewJson.Options)!);
    }

    Task Remember(TCommand command, string hash, TAnswer answer) => session.ExecuteAsync(
        """
        INSERT INTO idempotency (person, request_key, request_hash, response, created_at)
        VALUES (@person, @key, @hash, @response, @at)
        """,
        new
        {
            person = command.Actor.Id,
            key = command.RepeatKey,
            hash,
            response = sealing.Seal(sealing.Keys.KeyOf(command.Actor.Id), Column, JsonSerializer.Serialize(answer, ReviewJson.Options)),
            at = clock.GetUtcNow(),
        });

    // Requests are only written here. A required property that is left out, as the actor is, could not be read back, and
    // the serialiser would refuse such a type.
    static readonly JsonSerializerOptions Hashed = new(ReviewJson.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { type => { foreach (var property in type.Properties) property.IsRequired = false; } } },
    };

    const string Column = "idempotency.response";

    string Hash(TCommand command)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(command, command.GetType(), Hashed);
        return $"{typeof(TCommand).Name}:{sealing.Fingerprint(body)}";
    }

    sealed record Earlier(TAnswer Answer);

    sealed record Row
    {
        public string RequestHash { get; init; } = "";
        public byte[] Response { get; init; } = [];
    }
}

/// <summary>Does a command's slow work before its transaction. Whoever lacks the role for the command makes nobody work.</summary>
public sealed class Prepare<TCommand, TAnswer>(Session session) : IPipelineBehavior<TCommand, TAnswer>
    where TCommand : Command<TAnswer>, IPrepares
{
    public async Task<TAnswer> Handle(TCommand command, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        command.DemandRole();
        await command.PrepareAsync(session, cancellationToken);
        return await next();
    }
}

/// <summary>Runs a query in one reading transaction, so that all it reads belongs together.</summary>
public sealed class Read<TQuery, TAnswer>(Session session) : IPipelineBehavior<TQuery, TAnswer>
    where TQuery : IQuery<TAnswer>
{
    public Task<TAnswer> Handle(TQuery query, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next) =>
        Retrying.RunAsync(session, () => OnceAsync(cancellationToken, next), findsItself: true, cancellationToken);

    async Task<TAnswer> OnceAsync(CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        await session.BeginReadAsync(cancellationToken);
        try
        {
            return await next();
        }
        finally
        {
            await session.EndAsync();
        }
    }
}

/// <summary>
/// Asks the permission table before anything else is looked at, with the proposal as it is inside this transaction: what
/// is allowed here cannot have changed when the handler runs. See docs/adr for why it runs inside.
/// </summary>
public sealed class Authorize<TCommand, TAnswer>(Session session, ProposalStore proposals) : IPipelineBehavior<TCommand, TAnswer>
    where TCommand : Command<TAnswer>
{
    public async Task<TAnswer> Handle(TCommand command, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        command.DemandRole();
        if (command.Actor != Actor.Service) await DemandStillAsync(command.Actor);
        if (command is ProposalCommand onProposal)
        {
            await proposals.HoldAsync(onProposal.Reference);
            var proposal = await proposals.OpenAsync(onProposal.Reference, onProposal.Actor);
            Permissions.Demand(onProposal.ActIn(proposal.State), proposal.State, proposal.Party);
            if (!proposal.State.IsProposing(proposal.Party.Pseudonym)) await Proposals.Team.RefuseAsync(proposals, proposal);
            proposal.DemandVersion(onProposal.ExpectedVersion);
        }
        return await next();
    }

    /// <summary>
    /// A session or token was looked at when the request came. The account may have been closed or erased since, or a role or seat
    /// that the request counts on taken away.
    /// </summary>
    async Task DemandStillAsync(Actor actor)
    {
        var has = await session.QueryAsync<Right>(
            """
            SELECT r.role AS name, '' AS panel FROM person p LEFT JOIN person_role r ON r.person = p.id WHERE p.id = @id AND p.active = 1
            UNION ALL SELECT s.kind AS name, s.panel FROM panel_seat s WHERE s.person = @id
            """, new { id = actor.Id });
        if (!has.Any(r => r.Panel.Length == 0)) throw new NotAllowedException("Your account is closed, so nothing more can be done with it. Nothing was kept.");
        if (actor.Roles.Any(role => !has.Any(r => r.Panel.Length == 0 && r.Name == role.ToString())) || actor.Seats.Any(seat => !has.Any(r => r.Panel == seat.Panel && r.Name == seat.Kind)))
            throw new NotAllowedException("An administrator took a role or a seat from you while you did this. Nothing was kept. Look at the page again.");
    }

    /// <summary>A role, or a seat where there is a panel. Somebody without roles has one that is null.</summary>
    sealed record Right
    {
        public string? Name { get; init; }
        public string Panel { get; init; } = "";
    }
}

/// <summary>Checks the shape of a request and names every fault at once.</summary>
public sealed class Validate<TRequest, TAnswer>(IEnumerable<IValidator<TRequest>> validators) : IPipelineBehavior<TRequest, TAnswer>
    where TRequest : IRequest<TAnswer>
{
    public async Task<TAnswer> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        var faults = new List<Fault>();
        foreach (var validator in validators)
        {
            var result = await validator.ValidateAsync(request, cancellationToken);
            faults.AddRange(result.Errors.Select(e => new Fault(e.PropertyName, e.ErrorMessage)));
        }
        if (faults.Count > 0) throw new InvalidException(faults);
        return await next();
    }
}

/// <summary>
/// After an auditor or administrator has read a proposal, the reading itself goes into the ledger. It runs outside the
/// reading transaction: if the record cannot be written, the answer is not given.
/// </summary>
public sealed class RecordReading<TQuery, TAnswer>(IMediator mediator) : IPipelineBehavior<TQuery, TAnswer>
    where TQuery : IQuery<TAnswer>, IReadsProposal
{
    public async Task<TAnswer> Handle(TQuery query, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        var answer = await next();
        if (query.Actor.Is(Role.Auditor) || query.Actor.Is(Role.Administrator))
            await mediator.Send(new Audit.RecordRead { Actor = query.Actor, Reference = query.Reference, What = typeof(TQuery).Name }, cancellationToken);
        return answer;
    }
}
