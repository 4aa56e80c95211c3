using System.Globalization;

namespace Governance.Benchmarks;

/// <summary>Prints figures as they come, each beside its target. A miss is said plainly and fails nothing: speed depends on the machine.</summary>
sealed class Report
{
    readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public void Part(string title)
    {
        Console.WriteLine();
        Console.WriteLine(title);
        _lines.Add($"\n### {title}\n");
    }

    public void Line(string text)
    {
        Console.WriteLine($"  {text}");
        _lines.Add($"- {text}");
    }

    public void Target(string what, double figure, string format, bool reached, string target) => Line(
        $"{(reached ? "PASS" : "BELOW TARGET")}: {what}: {figure.ToString(format, CultureInfo.InvariantCulture)} (target: {target})");

    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    /// <summary>The value that so large a share of all is at or below (nearest rank).</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}
