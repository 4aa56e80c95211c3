namespace Governance.Review.Routes;

/// <summary>
/// Moves a proposal along its route. Pure: the same route, state, signal and facts always give the same step, so a
/// trail can be replayed by anybody. Every engine gives the same effects in the same order (design, "Routes").
/// </summary>
public interface IRouteEngine
{
    /// <summary>Starts a route.</summary>
    /// <param name="route">A route that <see cref="RouteChecker"/> found sound.</param>
    /// <param name="facts">The names of the facts that are true; every other fact is false.</param>
    RouteStep Start(Route route, IReadOnlySet<string> facts);

    /// <summary>Moves on from an open activity.</summary>
    /// <param name="route">The same route that gave <paramref name="state"/>.</param>
    /// <param name="state">Where the proposal stands.</param>
    /// <param name="signal">The open activity and its outcome.</param>
    /// <param name="facts">
    /// The names of the facts that are true once the signal counts: with the approval that it reports, the stage is no longer
    /// stale. Every other fact is false.
    /// </param>
    /// <exception cref="RouteSignalException">The activity is unknown or not open, the outcome is not one of its own, or the route has finished.</exception>
    RouteStep Resume(Route route, RouteState state, RouteSignal signal, IReadOnlySet<string> facts);
}

/// <summary>A signal that the route cannot take now. The message says why in a sentence that a page can show.</summary>
public sealed class RouteSignalException(string message) : Exception(message);
