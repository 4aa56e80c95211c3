using System.Globalization;
using System.Reflection;

namespace Governance.Service.Data;

/// <summary>
/// Whether this program may work on the tables that it finds. In a rolling upgrade the first new node brings the tables up
/// to date while old ones still run. So a migration only adds, and what is no longer used goes in a later one; that one
/// writes down how new a program must be from then on (ADR 0019).
/// </summary>
public static class Schema
{
    /// <summary>The table with the number of the newest migration that a program must know.</summary>
    public const string Needs = "schema_needs";

    /// <summary>The number of the newest migration in this program.</summary>
    public static int Newest(Database database)
    {
        var folder = $".Migrations.{database.Name}.";
        return Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.Contains(folder, StringComparison.Ordinal))
            .Max(name => int.Parse(name.AsSpan(name.IndexOf(folder, StringComparison.Ordinal) + folder.Length, 4), CultureInfo.InvariantCulture));
    }

    /// <summary>Why this program must not work on the database, and what to do; null when it may.</summary>
    public static async Task<string?> ProblemAsync(Session session)
    {
        var needed = await session.ScalarAsync<int>("SELECT migration FROM schema_needs WHERE id = 1");
        var newest = Newest(session.Database);
        return needed > newest
            ? $"The database was brought up to date by a newer version, and this one no longer fits: it knows migration {newest}, and {needed} is needed. Start the newer version."
            : null;
    }

    /// <inheritdoc cref="ProblemAsync(Session)"/>
    public static async Task<string?> ProblemAsync(Database database, CancellationToken ct)
    {
        await using var session = new Session(database);
        await session.BeginReadAsync(ct);
        return await ProblemAsync(session);
    }
}
