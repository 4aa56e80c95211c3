namespace Governance.Review.Routes;

/// <summary>Every route that the service knows, checked when loaded.</summary>
public sealed class RouteLibrary
{
    RouteLibrary(IReadOnlyList<Route> routes) => Routes = routes;

    /// <summary>All routes, by definition id, newest version first.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>Reads and checks every <c>*.json</c> file of a folder (not of the folders in it).</summary>
    /// <param name="folder">An existing folder, for example <c>workflows/routes</c>.</param>
    /// <exception cref="RouteFileException">All faults of all files at once.</exception>
    public static RouteLibrary Load(string folder)
    {
        var routes = new List<(string File, Route Route)>();
        var faults = new List<RouteFileFault>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var file = Path.GetFileName(path);
            try
            {
                var route = Route.Parse(File.ReadAllBytes(path), file);
                faults.AddRange(RouteChecker.Check(route).Select(f => new RouteFileFault(file, $"activity {f.Activity}", WithWay(f))));
                faults.AddRange(Missing(route).Select(m => new RouteFileFault(file, m.Place, m.Problem)));
                if (routes.Find(r => r.Route.DefinitionId == route.DefinitionId && r.Route.Version == route.Version).File is { } other)
                {
                    faults.Add(new(file, "version", $"{other} already has this definitionId and version."));
                }

                routes.Add((file, route));
            }
            catch (RouteFileException e)
            {
                faults.AddRange(e.Faults);
            }
        }

        return faults.Count > 0
            ? throw new RouteFileException(faults)
            : new RouteLibrary([.. routes.Select(r => r.Route).OrderBy(r => r.DefinitionId, StringComparer.Ordinal).ThenByDescending(r => r.Version)]);
    }

    /// <summary>The newest version of a definition, or null.</summary>
    public Route? ByDefinitionId(string definitionId) => Routes.FirstOrDefault(r => r.DefinitionId == definitionId);

    /// <summary>The route of exactly those bytes (<see cref="Route.Digest"/>), or null.</summary>
    public Route? ByDigest(string digest) => Routes.FirstOrDefault(r => r.Digest == digest);

    static string WithWay(RouteFault fault) =>
        fault.ShortestSignals.Count == 0 ? fault.Problem : $"{fault.Problem} Shortest way there: {string.Join("; ", fault.ShortestSignals)}.";

    /// <summary>What a route may lack elsewhere but not where proposals are reviewed on it.</summary>
    static IEnumerable<(string Place, string Problem)> Missing(Route route)
    {
        foreach (var stage in route.Stages)
        {
            var inputs = new (string Name, object? Value)[]
            {
                ("dueInDays", stage.DueInDays), ("quorum", stage.Quorum), ("rule", stage.Rule), ("seats", stage.Seats),
            };
            foreach (var (name, value) in inputs)
            {
                if (value is null)
                {
                    yield return ($"activity {stage.Id}, {name}", "is missing.");
                }
            }
        }

        foreach (var place in route.Activities.GroupBy(a => (a.X, a.Y)).Where(g => g.Count() > 1))
        {
            yield return ($"activity {place.Skip(1).First().Id}, metadata.designer.position", $"is missing or the same as {place.First().Id}'s, so that the picture cannot show both.");
        }
    }
}
