using System.Collections.Immutable;
using System.Text.Json.Nodes;
using FluentValidation;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>
/// Sets a person's seats on panels: all of them, whatever they were before. Votes that were cast stay (design, "Votes").
/// </summary>
public sealed record SetSeats : Command<ChangedPerson>, INeedsRole
{
    public required Guid Id { get; init; }

    public required ImmutableArray<PanelSeat> Seats { get; init; }

    /// <summary>The version that the administrator was looking at; null takes whatever is there.</summary>
    public long? ExpectedVersion { get; init; }

    public Role Needed => Role.Administrator;

    public sealed class Validator : AbstractValidator<SetSeats>
    {
        public Validator() => RuleFor(c => c.Seats).KnownSeats();
    }

    public sealed class Handler(Session session, PeopleStore people, RefreshQueues queues, LedgerStore ledger, ServicePseudonyms pseudonyms) : IRequestHandler<SetSeats, ChangedPerson>
    {
        public async Task<ChangedPerson> Handle(SetSeats request, CancellationToken cancellationToken)
        {
            await PeopleRows.LockAsync(session);
            var before = await people.FindAsync(request.Id) ?? throw new NotFoundException("There is no such person.");
            var version = await session.ScalarAsync<long>("SELECT version FROM person WHERE id = @id", new { id = request.Id });
            if (request.ExpectedVersion is { } expected && expected != version)
                throw new ConflictException("Somebody changed this person while you had the page open. Look at it again, then repeat what you did.");
            if (before.Seats.ToHashSet().SetEquals(request.Seats)) return new ChangedPerson(version, Changed: false);

            await PeopleRows.StoreSeatsAsync(session, request.Id, request.Seats);
            await session.ExecuteAsync("UPDATE person SET version = version + 1 WHERE id = @id", new { id = request.Id });
            await queues.RunAsync();
            await ledger.AppendAsync(pseudonyms, "panel.changed", request.Actor, request.Id, new JsonObject { ["seats"] = PeopleEntries.Names(request.Seats.Distinct()) });
            return new ChangedPerson(version + 1, Changed: true);
        }
    }
}
