namespace Governance.Routes.Conformance;

/// <summary>Where the files are that these tests read.</summary>
public static class TestFiles
{
    public static string RouteFolder { get; } = Path.Combine(Repository(), "workflows", "routes");

    /// <summary>The folder of recorded routes and walks, or null where none is set.</summary>
    public static string? ElsaVectors =>
        Environment.GetEnvironmentVariable("GOVERNANCE_TEST_VECTORS") is { Length: > 0 } folder ? Path.Combine(folder, "elsa-routes") : null;

    static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Governance.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Governance.sln is in no folder above the tests.");
    }
}
