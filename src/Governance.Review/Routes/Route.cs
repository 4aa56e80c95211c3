using System.Security.Cryptography;

namespace Governance.Review.Routes;

/// <summary>
/// The way a proposal takes from screening to its determination, read from an Elsa 3 workflow definition. Immutable.
/// </summary>
public sealed class Route
{
    internal Route(IReadOnlyList<RouteActivity> activities, IReadOnlyList<RouteConnection> connections)
    {
        Activities = activities;
        Connections = connections;
        Start = activities.OfType<StartActivity>().Single();
        Graph = new RouteGraph(Start.Id, activities, connections);
        byId = activities.ToDictionary(a => a.Id, StringComparer.Ordinal);
    }

    readonly Dictionary<string, RouteActivity> byId;

    /// <summary>The definition version's own id, for example <c>standard-v1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What all versions of the route share, for example <c>standard</c>.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>The route's name for people.</summary>
    public required string Name { get; init; }

    /// <summary>What the route is for, in a sentence or two. May be empty.</summary>
    public required string Description { get; init; }

    /// <summary>From 1.</summary>
    public required int Version { get; init; }

    /// <summary>SHA-256 of the file's bytes, 64 lower-case hex digits. Proposals are pinned to it.</summary>
    public required string Digest { get; init; }

    /// <summary>The file as read, for pinning and for the audit bundle.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>In the file's order.</summary>
    public IReadOnlyList<RouteActivity> Activities { get; }

    /// <summary>In the file's order, which is the order in which they fire.</summary>
    public IReadOnlyList<RouteConnection> Connections { get; }

    /// <summary>Names of the stages without which there is no favourable determination: the file's custom property <c>mandatoryStages</c>.</summary>
    public required IReadOnlyList<string> MandatoryStages { get; init; }

    /// <summary>The review stages, in the file's order.</summary>
    public IEnumerable<ReviewStageActivity> Stages => Activities.OfType<ReviewStageActivity>();

    /// <summary>The names of all facts that the route reads, each once, in the file's order.</summary>
    public IReadOnlyList<string> Facts => [.. Activities.Select(FactRead).OfType<string>().Distinct(StringComparer.Ordinal)];

    internal StartActivity Start { get; }

    internal RouteGraph Graph { get; }

    /// <summary>The activity of that id, or null.</summary>
    public RouteActivity? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>Reads a definition file. What can be seen in the file alone is checked here; <see cref="RouteChecker"/> walks the route.</summary>
    /// <param name="utf8">The file's bytes.</param>
    /// <param name="fileName">How faults name the file.</param>
    /// <exception cref="RouteFileException">All faults of the file at once, each with its place.</exception>
    public static Route Parse(ReadOnlySpan<byte> utf8, string fileName) =>
        RouteFile.Read(utf8.ToArray(), Convert.ToHexStringLower(SHA256.HashData(utf8)), fileName);

    static string? FactRead(RouteActivity activity) => activity switch
    {
        ScreenActivity => ScreenActivity.RedLineFact,
        WhenFlaggedActivity flag => flag.Flag,
        _ => null,
    };
}

/// <summary>One thing wrong with a route file.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Place">The activity, connection or property.</param>
/// <param name="Problem">What is wrong, in a sentence.</param>
public sealed record RouteFileFault(string File, string Place, string Problem)
{
    /// <summary>Fit for a log: file, place and problem on one line.</summary>
    public override string ToString() => $"{File}: {Place}: {Problem}";
}

/// <summary>Route files that cannot be used, with everything that is wrong with them.</summary>
public sealed class RouteFileException(IReadOnlyList<RouteFileFault> faults)
    : Exception(string.Join('\n', faults))
{
    /// <summary>All faults, in file order. Never empty.</summary>
    public IReadOnlyList<RouteFileFault> Faults { get; } = faults;
}
