namespace Governance.Review.Routes;

/// <summary>The embedded engine, and the auditor's replayer.</summary>
public sealed class RouteMachine : IRouteEngine
{
    /// <inheritdoc/>
    public RouteStep Start(Route route, IReadOnlySet<string> facts) => throw new NotSupportedException();

    /// <inheritdoc/>
    public RouteStep Resume(Route route, RouteState state, RouteSignal signal, IReadOnlySet<string> facts) => throw new NotSupportedException();
}
