namespace Governance.Review.Routes;

/// <summary>
/// A route's connections, looked up. Forward connections are those that a breadth-first walk from the start meets
/// before any way back: a connection is a way back if its target already leads to its source (Elsa 3.7.1, token mode).
/// </summary>
sealed class RouteGraph
{
    readonly ILookup<string, RouteConnection> outbound;
    readonly Dictionary<string, IReadOnlyList<RouteConnection>> forwardInbound;
    readonly Dictionary<string, IReadOnlySet<string>> ancestors;

    public RouteGraph(string start, IReadOnlyList<RouteActivity> activities, IReadOnlyList<RouteConnection> connections)
    {
        outbound = connections.ToLookup(c => c.From, StringComparer.Ordinal);
        var accepted = ForwardEdges(start);
        var sources = accepted.ToLookup(e => e.To, e => e.From, StringComparer.Ordinal);
        forwardInbound = activities.ToDictionary(
            a => a.Id,
            IReadOnlyList<RouteConnection> (a) => [.. accepted.Where(e => e.To == a.Id).SelectMany(e => connections.Where(c => c.From == e.From && c.To == e.To))],
            StringComparer.Ordinal);
        ancestors = activities.ToDictionary(a => a.Id, IReadOnlySet<string> (a) => Reach(a.Id, id => sources[id]), StringComparer.Ordinal);
    }

    /// <summary>In file order.</summary>
    public IEnumerable<RouteConnection> Outbound(string id) => outbound[id];

    public IReadOnlyList<RouteConnection> ForwardInbound(string id) => forwardInbound[id];

    /// <summary>Every activity from which forward connections lead to this one.</summary>
    public IReadOnlySet<string> Ancestors(string id) => ancestors[id];

    List<(string From, string To)> ForwardEdges(string start)
    {
        var accepted = new List<(string From, string To)>();
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<string>([start]);
        while (queue.TryDequeue(out var source))
        {
            visited.Add(source);
            foreach (var target in outbound[source].Select(c => c.To))
            {
                var wayBack = target == source
                    || Reach(target, id => accepted.Where(e => e.From == id).Select(e => e.To)).Contains(source);
                if (accepted.Contains((source, target)) || wayBack)
                {
                    continue;
                }

                accepted.Add((source, target));
                if (!visited.Contains(target))
                {
                    queue.Enqueue(target);
                }
            }
        }

        return accepted;
    }

    static HashSet<string> Reach(string from, Func<string, IEnumerable<string>> next)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var stack = new Stack<string>(next(from));
        while (stack.TryPop(out var id))
        {
            if (seen.Add(id))
            {
                foreach (var further in next(id))
                {
                    stack.Push(further);
                }
            }
        }

        return seen;
    }
}
