namespace Governance.Review.Routes;

/// <summary>Every route that the service knows, checked when loaded.</summary>
public sealed class RouteLibrary
{
    /// <summary>Reads and checks every <c>*.json</c> file of a folder.</summary>
    /// <exception cref="RouteFileException">All faults of all files at once.</exception>
    public static RouteLibrary Load(string folder) => throw new NotSupportedException();

    /// <summary>All routes, by definition id and version.</summary>
    public IReadOnlyList<Route> Routes => throw new NotSupportedException();

    /// <summary>The newest version of a definition, or null.</summary>
    public Route? ByDefinitionId(string definitionId) => throw new NotSupportedException();

    /// <summary>The route of exactly those bytes, or null.</summary>
    public Route? ByDigest(string digest) => throw new NotSupportedException();
}
