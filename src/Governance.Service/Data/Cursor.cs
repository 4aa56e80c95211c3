using System.Globalization;

namespace Governance.Service.Data;

/// <summary>A place in a list ordered by time and id, as callers carry it from page to page.</summary>
public sealed record Cursor(DateTimeOffset Time, long Id)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Time.ToUnixTimeMilliseconds()}-{Id}");

    public static bool TryParse(string text, out Cursor? cursor)
    {
        cursor = null;
        var parts = text.Split('-');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var time) || time > 253402300799999
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return false;
        cursor = new Cursor(DateTimeOffset.FromUnixTimeMilliseconds(time), id);
        return true;
    }
}

/// <summary>Patterns for LIKE with <c>ESCAPE '\'</c>.</summary>
public static class Like
{
    public static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
}
