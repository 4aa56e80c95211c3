using System.Text.Json;
using Governance.Review.Routes;

namespace Governance.Review.Tests.Routes;

/// <summary>The machine and the checker against routes and walks that were recorded from Elsa 3.7.1.</summary>
public sealed class RecordedWalkTests
{
    static readonly RouteMachine Machine = new();

    [Fact]
    public void Every_recorded_verdict_is_reached()
    {
        using var verdicts = Json("verdicts.json");
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

    [Fact]
    public void Every_recorded_walk_has_the_same_effects_open_activities_and_status_in_the_same_order()
    {
        var folder = Path.Combine(Vectors(), "traces");
        var steps = 0;
        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            var route = Read(file.RootElement.GetProperty("route").GetString()!);
            foreach (var walk in file.RootElement.GetProperty("traces").EnumerateArray())
            {
                steps += Follow(route, walk, Path.GetFileName(path));
            }
        }

        Assert.InRange(steps, 1000, int.MaxValue);
    }

    static int Follow(Route route, JsonElement walk, string file)
    {
        var facts = walk.GetProperty("facts").EnumerateArray().Select(f => f.GetString()!).ToHashSet(StringComparer.Ordinal);
        RouteState? state = null;
        var count = 0;
        foreach (var recorded in walk.GetProperty("steps").EnumerateArray())
        {
            var step = state is null
                ? Machine.Start(route, facts)
                : Machine.Resume(route, state, new RouteSignal(recorded[0].GetString()!, recorded[1].GetString()!), facts);
            // Through JSON each time, as the service keeps it.
            state = JsonSerializer.Deserialize<RouteState>(JsonSerializer.Serialize(step.State))!;
            var ours = JsonSerializer.Serialize(new object[]
            {
                step.Effects.Select(Recorded), state.Open, state.Status is RouteStatus.Running ? "R" : "F",
            });
            var theirs = JsonSerializer.Serialize(new object[] { recorded[2], recorded[3], recorded[4] });
            Assert.True(theirs == ours, $"{file} step {count}: expected {theirs}, found {ours}");
            count++;
        }

        return count;
    }

    static string[] Recorded(RouteEffect effect) => effect switch
    {
        Screened s => ["screened", s.Activity, s.Outcome],
        Flagged f => ["flagged", f.Activity, f.Outcome],
        StageOpened s => ["open", s.Activity],
        RevisionAwaited r => ["awaitRevision", r.Activity],
        DeterminationOpened d => ["openDetermination", d.Activity],
        RouteCompleted c => ["complete", c.Activity],
        _ => throw new InvalidOperationException($"No such effect in the recordings: {effect}"),
    };

    static IReadOnlyList<string> FaultsOf(string name)
    {
        try
        {
            return [.. RouteChecker.Check(Read(name + ".json")).Select(f => f.ToString())];
        }
        catch (RouteFileException e)
        {
            return [.. e.Faults.Select(f => f.ToString())];
        }
    }

    static Route Read(string file) => Route.Parse(File.ReadAllBytes(Path.Combine(Vectors(), "routes", file)), file);

    static JsonDocument Json(string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Vectors(), file)));

    static string Vectors()
    {
        Assert.SkipUnless(TestFiles.ElsaVectors is not null, "GOVERNANCE_TEST_VECTORS is not set: nothing recorded to compare with.");
        return TestFiles.ElsaVectors;
    }
}
