namespace Governance.Review.Routes;

/// <summary>
/// Moves a proposal along its route. Pure: the same route, state, signal and facts always give the same step, so a
/// trail can be replayed by anybody. Every engine gives the same effects in the same order (design, "Routes").
/// </summary>
public interface IRouteEngine
{
    /// <summary>
    /// Marks the states that this engine can go on from (<see cref="RouteState.Engine"/>): lower-case letters, digits, hyphens
    /// and full stops, and never the name of another engine. An engine that keeps a state in another form than it did before, or
    /// would take it for something else, has another name from then on: its earlier states are as those of another engine.
    /// </summary>
    string Name { get; }

    /// <summary>The text in which a state is kept with its proposal. Its form is the engine's own but for how it begins (<see cref="RouteState"/>).</summary>
    /// <param name="state">A state of this engine, or one that has finished.</param>
    /// <exception cref="ConflictException">Another engine wrote it and the route still goes on: only <c>doctor --rebuild-routes</c> moves it.</exception>
    string Write(RouteState state);

    /// <summary>Reads back what was written, by this engine or another: the state of another can be looked at, but not gone on from.</summary>
    /// <exception cref="System.Text.Json.JsonException">The text is no route's state.</exception>
    RouteState Read(string text);

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
    /// <exception cref="ConflictException">Another engine wrote the state.</exception>
    RouteStep Resume(Route route, RouteState state, RouteSignal signal, IReadOnlySet<string> facts);
}

/// <summary>A signal that the route cannot take now. The message says why in a sentence that a page can show.</summary>
public sealed class RouteSignalException(string message) : Exception(message);
