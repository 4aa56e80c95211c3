namespace Governance.Review.Routes;

/// <summary>Walks every reachable state of a route and reports what could go wrong on it.</summary>
public static class RouteChecker
{
    /// <summary>All faults found; empty for a sound route.</summary>
    public static IReadOnlyList<RouteFault> Check(Route route) => throw new NotSupportedException();
}

/// <summary>A way in which a route can go wrong.</summary>
/// <param name="Activity">Where.</param>
/// <param name="Problem">What, in a sentence.</param>
/// <param name="ShortestSignals">The fewest signals that lead there, each as <c>activity Outcome</c>, with the facts that matter; empty where it is wrong at once.</param>
public sealed record RouteFault(string Activity, string Problem, IReadOnlyList<string> ShortestSignals);
