using Governance.Review.Events;
using Governance.Review.Routes;

namespace Governance.Review.Decisions;

/// <summary>Makes a route's state again from the record: that is how a proposal under way moves from one engine to another.</summary>
public static class RouteReplay
{
    /// <summary>Takes every step on record on an engine.</summary>
    /// <param name="events">All events of one proposal, oldest first.</param>
    /// <returns>Where the proposal stands; null if its route has not started.</returns>
    /// <exception cref="FormatException">The engine takes other steps than those on record, or refuses one.</exception>
    public static RouteState? Run(IRouteEngine engine, Route route, IEnumerable<ProposalEvent> events)
    {
        RouteState? state = null;
        foreach (var e in events)
        {
            state = e switch
            {
                RouteAdvanced advanced => Take(engine, route, state, advanced),
                ProposalWithdrawn => RouteState.Closed,
                _ => state,
            };
        }
        return state;
    }

    static RouteState Take(IRouteEngine engine, Route route, RouteState? before, RouteAdvanced on)
    {
        var facts = on.Facts.ToHashSet(StringComparer.Ordinal);
        RouteStep step;
        try
        {
            step = before is null ? engine.Start(route, facts) : engine.Resume(route, before, new RouteSignal(on.Activity, on.Outcome), facts);
        }
        catch (RouteSignalException refused)
        {
            throw new FormatException($"The route refuses \"{on.Activity} {on.Outcome}\", which is on record. {refused.Message}", refused);
        }
        return step.Effects.Select(RouteSteps.Of).SequenceEqual(on.Steps)
            ? step.State
            : throw new FormatException($"After \"{on.Activity} {on.Outcome}\" the engine \"{engine.Name}\" takes other steps than those on record.");
    }
}
