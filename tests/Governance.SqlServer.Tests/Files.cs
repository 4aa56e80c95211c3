namespace Governance.SqlServer.Tests;

/// <summary>The repository's files.</summary>
static class Files
{
    public static string Root { get; } = FindRoot();

    /// <summary>The migrations for SQL Server, in order.</summary>
    public static IReadOnlyList<string> Migrations { get; } = [.. MigrationFiles("SqlServer").Select(File.ReadAllText)];

    /// <summary>The migrations of the key store's own database, in order.</summary>
    public static IReadOnlyList<string> KeyMigrations { get; } = [.. MigrationFiles("KeysSqlServer").Select(File.ReadAllText)];

    public static IReadOnlyList<string> MigrationFiles(string provider) =>
        [.. Directory.GetFiles(Path.Combine(Root, "src", "Governance.Service", "Data", "Migrations", provider), "*.sql").Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Under(string folder) => Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
        .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(p => p is "bin" or "obj" or "node_modules"));

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
