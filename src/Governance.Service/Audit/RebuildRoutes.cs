using System.Text.Json;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>The proposals that are under way on a route.</summary>
/// <param name="OnOthersOnly">Only those whose route another engine keeps than the one that the service runs on, or the same one in an earlier form.</param>
public sealed record ListRoutes(bool OnOthersOnly) : IQuery<IReadOnlyList<RouteKept>>
{
    public sealed class Handler(Session session, IRouteEngine engine) : IRequestHandler<ListRoutes, IReadOnlyList<RouteKept>>
    {
        public async Task<IReadOnlyList<RouteKept>> Handle(ListRoutes request, CancellationToken cancellationToken)
        {
            // Every engine's state begins alike, see RouteState.
            var rows = await session.QueryAsync<Row>(
                """
                SELECT reference, route_state FROM proposal
                WHERE route_state LIKE '{"engine":"%","status":"running"%' AND (@all = 1 OR route_state NOT LIKE @own) ORDER BY id
                """,
                new { all = request.OnOthersOnly ? 0 : 1, own = $$"""{"engine":"{{engine.Name}}",%""" });
            return [.. rows.Select(r => new RouteKept(r.Reference, RouteState.Read(r.RouteState).Engine))];
        }
    }

    sealed record Row
    {
        public string Reference { get; init; } = "";
        public string RouteState { get; init; } = "";
    }
}

/// <param name="Engine">The name of the engine that keeps the route.</param>
public sealed record RouteKept(string Reference, string Engine)
{
    /// <summary>What to say of a route that the engine in use cannot go on from.</summary>
    public string Fault => $"{Reference}: its route is kept by the engine “{Engine}”, which is not the one in use. Nothing is lost. Make the route again from the ledger with: doctor --rebuild-routes";
}

/// <summary>
/// Makes the state of one proposal's route again, from its entries, on the engine that the service runs on. Nothing else of the
/// proposal changes but its version, and nothing is ledgered: the state says nothing that the entries do not say.
/// </summary>
public sealed record RebuildRoute : Command<RouteKept>, INeedsRole
{
    public required string Reference { get; init; }

    public Role Needed => Role.Administrator;

    /// <exception cref="NotFoundException">There is no such proposal.</exception>
    /// <exception cref="ConflictException">Its entries do not fit its route on this engine, or it was changed at the same moment. Nothing was changed.</exception>
    public sealed class Handler(Session session, TrailStore trails, Sealing sealing, Rulebooks rulebooks, IRouteEngine engine) : IRequestHandler<RebuildRoute, RouteKept>
    {
        public async Task<RouteKept> Handle(RebuildRoute request, CancellationToken cancellationToken)
        {
            var row = await session.FirstAsync<Row>("SELECT id, version, state FROM proposal WHERE reference = @Reference", new { request.Reference })
                ?? throw new NotFoundException("There is no such proposal.");
            var pins = JsonSerializer.Deserialize<ProposalState>(sealing.OpenOrSay(row.State, ProposalColumns.State), ReviewJson.Options)!.Pins
                ?? throw new ConflictException($"{request.Reference} has not been submitted, so it is on no route.");
            var route = (await rulebooks.PinnedAsync(pins, session)).Route;
            var trail = await trails.AllAsync(request.Reference);
            RouteState state;
            try
            {
                state = RouteReplay.Run(engine, route, trail.Select(t => t.Happening.Event)) ?? throw new FormatException("Its route never started.");
            }
            catch (FormatException e)
            {
                throw new ConflictException($"{request.Reference}: its route cannot be rebuilt. {e.Message}");
            }
            // A version more, so that nobody who read the old state, in whatever process, goes on from it.
            var changed = await session.ExecuteAsync(
                "UPDATE proposal SET route_state = @state, version = version + 1 WHERE id = @id AND version = @version",
                new { state = engine.Write(state), id = row.Id, version = row.Version });
            if (changed != 1) throw new ConflictException($"{request.Reference} was changed at the same moment. Stop the service, then repeat this.");
            return new RouteKept(request.Reference, engine.Name);
        }
    }

    sealed record Row
    {
        public long Id { get; init; }
        public long Version { get; init; }
        public byte[] State { get; init; } = [];
    }
}
