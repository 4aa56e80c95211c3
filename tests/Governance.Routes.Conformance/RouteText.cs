using System.Text;
using System.Text.Json.Nodes;
using Governance.Review.Routes;

namespace Governance.Routes.Conformance;

/// <summary>
/// Small routes for tests: activities as <c>id kind input…</c>, connections as <c>from Outcome to</c>, one a line.
/// </summary>
public static class RouteText
{
    const string JoinMode = "Elsa.Workflows.Activities.Flowchart.Models.FlowJoinMode, Elsa.Workflows.Core";

    public static Route Route(string activities, string connections, params string[] mandatory)
    {
        var json = Json(activities, connections, mandatory);
        return Parse(json);
    }

    public static Route Parse(JsonNode json, string file = "test.json") =>
        Governance.Review.Routes.Route.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()), file);

    public static JsonObject Json(string activities, string connections, params string[] mandatory) => new()
    {
        ["id"] = "test-v1",
        ["definitionId"] = "test",
        ["name"] = "Test",
        ["version"] = 1,
        ["customProperties"] = new JsonObject { ["mandatoryStages"] = new JsonArray([.. mandatory.Select(m => JsonValue.Create(m))]) },
        ["root"] = new JsonObject
        {
            ["id"] = "flow",
            ["type"] = "Elsa.Flowchart",
            ["version"] = 1,
            ["activities"] = new JsonArray([.. Lines(activities).Select(Activity)]),
            ["connections"] = new JsonArray([.. Lines(connections).SelectMany(Connections)]),
        },
    };

    /// <summary>The lines that connect each closing outcome of a stage, and its other two, to one activity.</summary>
    public static string All(string stage, string to) =>
        string.Join('\n', new ReviewStageActivity(stage, stage).Outcomes.Select(o => $"{stage} {o} {to}"));

    static IEnumerable<string[]> Lines(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '));

    static JsonObject Activity(string[] words)
    {
        var activity = new JsonObject { ["id"] = words[0], ["version"] = 1 };
        (string type, string? input, string typeName) = words[1] switch
        {
            "start" => ("Elsa.Start", null, ""),
            "end" => ("Elsa.End", null, ""),
            "fork" => ("Elsa.FlowFork", null, ""),
            "join" => ("Elsa.FlowJoin", "mode", JoinMode),
            "screen" => ("Governance.Screen", null, ""),
            "stage" => ("Governance.ReviewStage", "stage", "String"),
            "revise" => ("Governance.AwaitRevision", null, ""),
            "flag" => ("Governance.WhenFlagged", "flag", "String"),
            "determination" => ("Governance.Determination", (string?)null, ""),
            _ => (words[1], null, ""),
        };
        activity["type"] = type;
        if (input is not null)
        {
            activity[input] = Literal(typeName, words.Length > 2 ? words[2] : words[0]);
        }

        return activity;
    }

    public static JsonObject Literal(string typeName, string value) => new()
    {
        ["typeName"] = typeName,
        ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value },
    };

    /// <summary>Several outcomes may be joined by a bar.</summary>
    static IEnumerable<JsonObject> Connections(string[] words) => words[1].Split('|').Select(outcome => new JsonObject
    {
        ["source"] = new JsonObject { ["activity"] = words[0], ["port"] = outcome },
        ["target"] = new JsonObject { ["activity"] = words[2], ["port"] = "In" },
    });
}
