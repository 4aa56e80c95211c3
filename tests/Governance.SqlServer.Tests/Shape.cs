namespace Governance.SqlServer.Tests;

/// <summary>One column, as whoever reads and writes it meets it.</summary>
/// <param name="Type">With its length and its collation.</param>
/// <param name="Default">What a row gets that does not name the column; null where there is none.</param>
/// <param name="WorkedOut">The database works its value out from other columns.</param>
sealed record ColumnShape(string Type, bool MayBeMissing, string? Default, bool WorkedOut);

/// <summary>
/// What a database demands and offers, whichever it is. <see cref="Rules"/> are what may refuse or change a row: keys, unique
/// indexes, checks, foreign keys from a table and to it, triggers; each by what it is called here, with its text where it has one.
/// </summary>
sealed record Shape
{
    public required IReadOnlySet<string> Tables { get; init; }
    public required IReadOnlyDictionary<(string Table, string Column), ColumnShape> Columns { get; init; }
    public required IReadOnlyDictionary<(string Table, string Rule), string> Rules { get; init; }

    /// <summary>
    /// What a program that was written for the tables as they were before could stumble over afterwards, one line each. Tables that are new
    /// it does not know, and a plain index it does not notice.
    /// </summary>
    public static IReadOnlyList<string> Blocks(Shape before, Shape after)
    {
        var found = new List<string>();
        found.AddRange(before.Tables.Except(after.Tables).Select(t => $"{t} is gone"));
        var stayed = before.Tables.Intersect(after.Tables).ToHashSet(StringComparer.Ordinal);
        foreach (var (at, was) in before.Columns.Where(c => stayed.Contains(c.Key.Table)))
        {
            var name = $"{at.Table}.{at.Column}";
            if (!after.Columns.TryGetValue(at, out var now))
            {
                found.Add($"{name} is gone");
                continue;
            }
            if (was.Type != now.Type) found.Add($"{name} was {was.Type} and is {now.Type}");
            if (was.MayBeMissing != now.MayBeMissing) found.Add(now.MayBeMissing ? $"{name} may now be missing" : $"{name} may no longer be missing");
            if (was.Default != now.Default) found.Add($"{name} had the default {was.Default ?? "none"} and has {now.Default ?? "none"}");
            if (was.WorkedOut != now.WorkedOut) found.Add(now.WorkedOut ? $"{name} is now worked out" : $"{name} is no longer worked out");
        }
        foreach (var (at, now) in after.Columns.Where(c => stayed.Contains(c.Key.Table) && !before.Columns.ContainsKey(c.Key)))
        {
            if (now.WorkedOut) found.Add($"{at.Table}.{at.Column} is new and worked out, which may fail");
            else if (!now.MayBeMissing && now.Default is null) found.Add($"{at.Table}.{at.Column} is new, and older programs do not give it");
        }
        foreach (var at in before.Rules.Keys.Union(after.Rules.Keys).Where(r => stayed.Contains(r.Table)))
        {
            var (was, now) = (before.Rules.GetValueOrDefault(at), after.Rules.GetValueOrDefault(at));
            if (was != now) found.Add($"{at.Table}: {(was is null ? "new " : "")}{at.Rule}{(now is null ? " is gone" : was is null ? "" : " is another one")}");
        }
        return [.. found.Order(StringComparer.Ordinal)];
    }

    /// <summary>Text without what does not matter in it.</summary>
    public static string Plain(string sql) => string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd(';', ' ');
}

/// <summary>What one migration does to a program that does not know it.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Blocks">What such a program could stumble over.</param>
/// <param name="Raises">It writes down that programs must be newer from now on, so that older ones stop by themselves.</param>
sealed record Step(string Name, IReadOnlyList<string> Blocks, bool Raises);
