using System.Text.Json;
using Governance.Review.Routes;

namespace Governance.Routes.Conformance;

/// <summary>Routes and walks that were recorded from Elsa 3.7.1, from outside the repository.</summary>
public static class RecordedWalks
{
    /// <summary>The folder of the recordings. Where none is set, the test that asks is skipped.</summary>
    public static string Folder()
    {
        Assert.SkipUnless(TestFiles.ElsaVectors is not null, "GOVERNANCE_TEST_VECTORS is not set: nothing recorded to compare with.");
        return TestFiles.ElsaVectors;
    }

    /// <summary>A recorded route.</summary>
    public static Route Read(string file) => Route.Parse(File.ReadAllBytes(Path.Combine(Folder(), "routes", file)), file);

    /// <summary>Follows every recorded walk, and fails at the first step that does, opens or ends with anything else.</summary>
    /// <returns>How many steps were taken.</returns>
    public static int Follow(IRouteEngine engine)
    {
        var steps = 0;
        Parallel.ForEach(Directory.EnumerateFiles(Path.Combine(Folder(), "traces"), "*.json"), path =>
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            var route = Read(file.RootElement.GetProperty("route").GetString()!);
            foreach (var walk in file.RootElement.GetProperty("traces").EnumerateArray())
            {
                Interlocked.Add(ref steps, Follow(engine, route, walk, Path.GetFileName(path)));
            }
        });
        return steps;
    }

    static int Follow(IRouteEngine engine, Route route, JsonElement walk, string file)
    {
        var facts = walk.GetProperty("facts").EnumerateArray().Select(f => f.GetString()!).ToHashSet(StringComparer.Ordinal);
        RouteState? state = null;
        var count = 0;
        foreach (var recorded in walk.GetProperty("steps").EnumerateArray())
        {
            var step = state is null
                ? engine.Start(route, facts)
                : engine.Resume(route, state, new RouteSignal(recorded[0].GetString()!, recorded[1].GetString()!), facts);
            state = Stored.Through(engine, step.State);
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
}
