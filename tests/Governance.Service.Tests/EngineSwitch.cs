using Governance.Review.Routes;

namespace Governance.Service.Tests;

/// <summary>The route engine of a service, which can be changed under it, as if it were started again with another setting.</summary>
public sealed class EngineSwitch : IRouteEngine
{
    public IRouteEngine Now { get; set; } = new RouteMachine();

    public string Name => Now.Name;

    public string Write(RouteState state) => Now.Write(state);

    public RouteState Read(string text) => Now.Read(text);

    public RouteStep Start(Route route, IReadOnlySet<string> facts) => Now.Start(route, facts);

    public RouteStep Resume(Route route, RouteState state, RouteSignal signal, IReadOnlySet<string> facts) => Now.Resume(route, state, signal, facts);
}
