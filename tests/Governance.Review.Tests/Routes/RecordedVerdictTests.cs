using System.Text.Json;
using Governance.Review.Routes;
using Governance.Routes.Conformance;

namespace Governance.Review.Tests.Routes;

/// <summary>The checker against routes that were recorded from Elsa 3.7.1.</summary>
public sealed class RecordedVerdictTests
{
    [Fact]
    public void Every_recorded_verdict_is_reached()
    {
        using var verdicts = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(RecordedWalks.Folder(), "verdicts.json")));
        var wrong = new List<string>();
        var count = 0;
        foreach (var verdict in verdicts.RootElement.EnumerateObject())
        {
            var faults = FaultsOf(verdict.Name);
            var sound = verdict.Value.GetProperty("verdict").GetString() == "sound";
            count++;
            if (sound != (faults.Count == 0))
            {
                wrong.Add($"{verdict.Name}: {string.Join(" | ", faults)}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(22, count);
    }

    static IReadOnlyList<string> FaultsOf(string name)
    {
        try
        {
            return [.. RouteChecker.Check(RecordedWalks.Read(name + ".json")).Select(f => f.ToString())];
        }
        catch (RouteFileException e)
        {
            return [.. e.Faults.Select(f => f.ToString())];
        }
    }
}
