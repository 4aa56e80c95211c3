using System.Text.Json.Nodes;
using Governance.Review.Routes;
using Governance.Routes.Conformance;

namespace Governance.Elsa.Tests;

/// <summary>
/// A state that was stored once, recorded under the engine's mark: the mark must change when the form does. With
/// <c>GOVERNANCE_WRITE_DOCS=1</c> the state of a new mark is recorded.
/// </summary>
public sealed class StoredStateTests : IDisposable
{
    static readonly string[] NoFacts = [];

    static readonly Route Route = RouteText.Route(
        "start start\nfork fork\nprivacy stage\nyouth-voice stage\njoin join WaitAll\ndetermination determination\nend end",
        """
        start Done fork
        fork Done privacy
        fork Done youth-voice
        privacy Approved join
        youth-voice Approved join
        join Done determination
        determination Favourable end
        """,
        "privacy");

    readonly ElsaRouteEngine elsa = new();

    static string Recorded => Path.Combine(TestFiles.RouteFolder, "..", "..", "tests", "Governance.Elsa.Tests", "States", $"{ElsaRouteEngine.EngineName}.json");

    [Fact]
    public void A_state_stored_under_this_mark_is_gone_on_from_to_the_end_of_its_route()
    {
        var embedded = new RouteMachine();
        var (there, here) = (Privacy(embedded, embedded.Start(Route, Facts).State).State, elsa.Read(File.ReadAllText(Recorded)));
        foreach (var signal in (RouteSignal[])[new("youth-voice", "Approved"), new("determination", "Favourable")])
        {
            var (wanted, got) = (embedded.Resume(Route, there, signal, Facts), elsa.Resume(Route, here, signal, Facts));
            Assert.Equal(wanted.Effects, got.Effects);
            Assert.Equal(wanted.State.Open, got.State.Open);
            (there, here) = (wanted.State, got.State);
        }

        Assert.Equal("end", here.EndedAt);
    }

    [Fact]
    public void What_is_stored_has_the_form_that_was_recorded_under_this_mark()
    {
        var now = elsa.Write(Privacy(elsa, elsa.Start(Route, Facts).State).State);
        if (Environment.GetEnvironmentVariable("GOVERNANCE_WRITE_DOCS") == "1" && !File.Exists(Recorded)) File.WriteAllText(Recorded, now);

        Assert.Equal(Form(JsonNode.Parse(File.ReadAllText(Recorded)), ""), Form(JsonNode.Parse(now), ""));
    }

    public void Dispose() => elsa.Dispose();

    static IReadOnlySet<string> Facts => NoFacts.ToHashSet(StringComparer.Ordinal);

    static RouteStep Privacy(IRouteEngine engine, RouteState state) => engine.Resume(Route, state, new("privacy", "Approved"), Facts);

    // Every property's place with its kind of value; and the words that say what code reads them: types and callbacks.
    static SortedSet<string> Form(JsonNode? node, string place)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        switch (node)
        {
            case JsonObject o:
                foreach (var (name, value) in o) found.UnionWith(Form(value, $"{place}.{name}"));
                break;
            case JsonArray a:
                foreach (var item in a) found.UnionWith(Form(item, $"{place}[]"));
                break;
            default:
                var says = place.EndsWith("type", StringComparison.OrdinalIgnoreCase) || place.EndsWith("callbackMethodName", StringComparison.OrdinalIgnoreCase);
                found.Add($"{place} {node?.GetValueKind()}{(says ? $" {node}" : "")}");
                break;
        }

        return found;
    }
}
