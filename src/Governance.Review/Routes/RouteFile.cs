using System.Globalization;
using System.Text.Json;

namespace Governance.Review.Routes;

/// <summary>
/// Reads an Elsa 3 workflow definition as a route. Elsa itself lets many mistakes pass in silence (an unknown activity
/// becomes NotFoundActivity, a connection to nowhere is dropped, an input without typeName takes its default), so
/// everything that a route does not need is refused here.
/// </summary>
sealed class RouteFile
{
    const string JoinModeType = "Elsa.Workflows.Activities.Flowchart.Models.FlowJoinMode, Elsa.Workflows.Core";

    // What Elsa's own serialiser writes on every activity beside its inputs.
    static readonly HashSet<string> CommonProperties = new(StringComparer.Ordinal)
    {
        "id", "nodeId", "name", "type", "version", "customProperties", "metadata",
    };

    static readonly Dictionary<string, string[]> InputsByType = new(StringComparer.Ordinal)
    {
        ["Elsa.Start"] = [],
        ["Elsa.End"] = [],
        ["Elsa.FlowFork"] = ["branches"],
        ["Elsa.FlowJoin"] = ["mode"],
        ["Governance.Screen"] = [],
        ["Governance.ReviewStage"] = ["stage", "panel", "dueInDays", "quorum", "rule", "seats"],
        ["Governance.AwaitRevision"] = ["stage"],
        ["Governance.WhenFlagged"] = ["flag"],
        ["Governance.Determination"] = [],
    };

    readonly string file;
    readonly List<RouteFileFault> faults = [];

    readonly byte[] bytes;

    RouteFile(string file, byte[] bytes) => (this.file, this.bytes) = (file, bytes);

    public static Route Read(byte[] utf8, string digest, string fileName)
    {
        var reader = new RouteFile(fileName, utf8);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new RouteFileException([new(fileName, $"line {(e.LineNumber ?? 0) + 1}", "is not valid JSON, or names a property twice.")]);
        }

        using (document)
        {
            return reader.ReadDefinition(document.RootElement, digest) ?? throw new RouteFileException(reader.faults);
        }
    }

    void Fault(string place, string problem) => faults.Add(new(file, place, problem));

    Route? ReadDefinition(JsonElement definition, string digest)
    {
        if (definition.ValueKind is not JsonValueKind.Object)
        {
            Fault("the file", "must be a JSON object.");
            return null;
        }

        var id = RequiredText(definition, "id", "id");
        var definitionId = RequiredText(definition, "definitionId", "definitionId");
        var name = RequiredText(definition, "name", "name");
        if (!TryGet(definition, "version", JsonValueKind.Number, out var versionValue) || !versionValue.TryGetInt32(out var version) || version < 1)
        {
            Fault("version", "must be a whole number from 1.");
            version = 0;
        }

        if (!TryGet(definition, "root", JsonValueKind.Object, out var root) || Text(root, "type") != "Elsa.Flowchart")
        {
            Fault("root", "must be an Elsa.Flowchart.");
            return null;
        }

        if (root.TryGetProperty("start", out var start) && start.ValueKind is not JsonValueKind.Null)
        {
            Fault("root.start", "must not be set: the Elsa.Start activity is where the route begins.");
        }

        var activities = ReadActivities(root);
        var connections = ReadConnections(root, activities);
        // An activity that could not be read may be the stage that is missed.
        var mandatory = activities.ContainsValue(null) ? [] : ReadMandatoryStages(definition, activities);
        CheckStages(activities);
        var starts = activities.Values.OfType<StartActivity>().Count();
        if (starts != 1)
        {
            Fault("activities", $"must have exactly one Elsa.Start, not {starts.ToString(CultureInfo.InvariantCulture)}.");
        }

        return faults.Count > 0
            ? null
            : new Route([.. activities.Values.OfType<RouteActivity>()], connections)
            {
                Id = id,
                DefinitionId = definitionId,
                Name = name,
                Description = Text(definition, "description") ?? "",
                Version = version,
                Digest = digest,
                Bytes = bytes,
                MandatoryStages = mandatory,
            };
    }

    /// <summary>By id, in file order. An activity that could not be read is there as null, so that connections to it are not faults too.</summary>
    Dictionary<string, RouteActivity?> ReadActivities(JsonElement root)
    {
        var activities = new Dictionary<string, RouteActivity?>(StringComparer.Ordinal);
        if (!TryGet(root, "activities", JsonValueKind.Array, out var list))
        {
            Fault("root.activities", "must be a list.");
            return activities;
        }

        var number = 0;
        foreach (var element in list.EnumerateArray())
        {
            number++;
            var id = element.ValueKind is JsonValueKind.Object ? Text(element, "id") : null;
            if (string.IsNullOrWhiteSpace(id))
            {
                Fault(string.Create(CultureInfo.InvariantCulture, $"activity number {number}"), "must be an object with an id.");
            }
            else if (!activities.TryAdd(id, ReadActivity(element, id)))
            {
                Fault($"activity {id}", "is there twice.");
            }
        }

        return activities;
    }

    RouteActivity? ReadActivity(JsonElement element, string id)
    {
        var type = Text(element, "type");
        if (type is null || !InputsByType.TryGetValue(type, out var inputs))
        {
            Fault($"activity {id}", $"has the unknown type “{type}”.");
            return null;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (!CommonProperties.Contains(property.Name) && !inputs.Contains(property.Name) && property.Value.ValueKind is not JsonValueKind.Null)
            {
                Fault($"activity {id}, {property.Name}", $"is not an input of {type}.");
            }
        }

        RefuseBehaviour(element, id);
        var activity = type switch
        {
            "Elsa.Start" => new StartActivity(id),
            "Elsa.End" => new EndActivity(id),
            "Elsa.FlowFork" => ReadFork(element, id),
            "Elsa.FlowJoin" => ReadJoin(element, id),
            "Governance.Screen" => new ScreenActivity(id),
            "Governance.ReviewStage" => ReadStage(element, id),
            "Governance.AwaitRevision" => new AwaitRevisionActivity(id, Literal(element, id, "stage", "String")),
            "Governance.WhenFlagged" => new WhenFlaggedActivity(id, RequiredLiteral(element, id, "flag")),
            _ => (RouteActivity)new DeterminationActivity(id),
        };
        return WithDesign(activity, element);
    }

    /// <summary>Custom properties through which Elsa would run an activity in another way than the machine does.</summary>
    void RefuseBehaviour(JsonElement element, string id)
    {
        if (!TryGet(element, "customProperties", JsonValueKind.Object, out var custom))
        {
            return;
        }

        if (custom.TryGetProperty("mergeMode", out var merge) && !(merge.ValueKind is JsonValueKind.String && merge.GetString() == "None"))
        {
            Fault($"activity {id}, customProperties.mergeMode", "must not be set: branches meet in an Elsa.FlowJoin.");
        }

        foreach (var name in (string[])["canStartWorkflow", "runAsynchronously"])
        {
            if (custom.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null))
            {
                Fault($"activity {id}, customProperties.{name}", "must be false.");
            }
        }
    }

    ForkActivity ReadFork(JsonElement element, string id)
    {
        // A list is written as an Object expression: its value is JSON text, a constant like a Literal.
        if (Constant(element, id, "branches", "String[]", "Object") is not { } text)
        {
            return new ForkActivity(id);
        }

        try
        {
            if (JsonSerializer.Deserialize<string[]>(text) is { Length: > 0 } branches
                && Array.TrueForAll(branches, b => !string.IsNullOrEmpty(b)) && branches.Distinct(StringComparer.Ordinal).Count() == branches.Length)
            {
                return new ForkActivity(id) { Branches = branches };
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        Fault($"activity {id}, branches", "must be a JSON list of different names.");
        return new ForkActivity(id);
    }

    JoinActivity ReadJoin(JsonElement element, string id)
    {
        var mode = Literal(element, id, "mode", JoinModeType);
        if (mode is not ("WaitAny" or "WaitAll"))
        {
            Fault($"activity {id}, mode", $"must be WaitAny or WaitAll, not “{mode}”.");
        }

        return new JoinActivity(id, mode == "WaitAll" ? JoinMode.WaitAll : JoinMode.WaitAny);
    }

    ReviewStageActivity ReadStage(JsonElement element, string id)
    {
        var stage = RequiredLiteral(element, id, "stage");
        VotingRule? rule = Literal(element, id, "rule", "String") switch
        {
            "majority" => VotingRule.Majority,
            "unanimous" => VotingRule.Unanimous,
            "no-objection" => VotingRule.NoObjection,
            null => null,
            var other => FaultyRule(other),
        };
        return new ReviewStageActivity(id, stage)
        {
            Panel = Literal(element, id, "panel", "String") ?? stage,
            DueInDays = Number(element, id, "dueInDays"),
            Quorum = Number(element, id, "quorum"),
            Rule = rule,
            Seats = Seats(element, id),
        };

        VotingRule? FaultyRule(string other)
        {
            Fault($"activity {id}, rule", $"must be majority, unanimous or no-objection, not “{other}”.");
            return null;
        }
    }

    int? Number(JsonElement element, string id, string input)
    {
        var text = Literal(element, id, input, "Int32");
        if (text is null)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1000)
        {
            return number;
        }

        Fault($"activity {id}, {input}", "must be a whole number from 1 to 1000.");
        return null;
    }

    List<MandatorySeat>? Seats(JsonElement element, string id)
    {
        var text = Literal(element, id, "seats", "String");
        if (text is null)
        {
            return null;
        }

        var seats = new List<MandatorySeat>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split(':');
            if (pair.Length == 2 && pair[0].Length > 0 && int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minimum)
                && minimum >= 1 && seats.TrueForAll(s => s.Seat != pair[0]))
            {
                seats.Add(new MandatorySeat(pair[0], minimum));
            }
            else
            {
                Fault($"activity {id}, seats", $"“{part}” must be a seat, a colon and a number from 1, and each seat only once.");
            }
        }

        return seats;
    }

    string RequiredLiteral(JsonElement element, string id, string input)
    {
        if (!element.TryGetProperty(input, out _))
        {
            Fault($"activity {id}, {input}", "is missing.");
            return "";
        }

        var text = Literal(element, id, input, "String") ?? "";
        if (text.Length == 0 && !faults.Exists(f => f.Place == $"activity {id}, {input}"))
        {
            Fault($"activity {id}, {input}", "must not be empty.");
        }

        return text;
    }

    string? Literal(JsonElement element, string id, string input, string typeName) => Constant(element, id, input, typeName, "Literal");

    /// <summary>An input's constant value; null where the file leaves the input out, and after a fault.</summary>
    string? Constant(JsonElement element, string id, string input, string typeName, string expressionType)
    {
        if (!element.TryGetProperty(input, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        var place = $"activity {id}, {input}";
        if (value.ValueKind is not JsonValueKind.Object || Text(value, "typeName") is not { } written)
        {
            Fault(place, "must have a typeName.");
            return null;
        }

        if (written != typeName)
        {
            Fault(place, $"must have the typeName {typeName}, not “{written}”.");
        }

        if (!TryGet(value, "expression", JsonValueKind.Object, out var expression) || Text(expression, "type") != expressionType)
        {
            Fault(place, $"must be of the expression type {expressionType}: a route file never holds a script or a variable.");
            return null;
        }

        if (!expression.TryGetProperty("value", out var literal) || literal.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            Fault(place, "must have a text or a number as its value.");
            return null;
        }

        return literal.ToString();
    }

    static RouteActivity WithDesign(RouteActivity activity, JsonElement element)
    {
        if (!TryGet(element, "metadata", JsonValueKind.Object, out var metadata))
        {
            return activity;
        }

        activity = activity with
        {
            Label = Text(metadata, "displayText") is { Length: > 0 } label ? label : activity.Id,
            Description = Text(metadata, "description") ?? "",
        };
        return TryGet(metadata, "designer", JsonValueKind.Object, out var designer)
            && TryGet(designer, "position", JsonValueKind.Object, out var position)
            && TryGet(position, "x", JsonValueKind.Number, out var x) && TryGet(position, "y", JsonValueKind.Number, out var y)
            ? activity with { X = x.GetDouble(), Y = y.GetDouble() }
            : activity;
    }

    List<RouteConnection> ReadConnections(JsonElement root, Dictionary<string, RouteActivity?> activities)
    {
        var connections = new List<RouteConnection>();
        if (!TryGet(root, "connections", JsonValueKind.Array, out var list))
        {
            Fault("root.connections", "must be a list.");
            return connections;
        }

        var number = 0;
        foreach (var element in list.EnumerateArray())
        {
            number++;
            var (from, outcome) = Endpoint(element, "source");
            var (to, port) = Endpoint(element, "target");
            var place = string.Create(CultureInfo.InvariantCulture, $"connection number {number} ({from} {outcome} to {to})");
            if (from is null || outcome is null || to is null || port is null)
            {
                Fault(place, "must name an activity and a port at both its ends.");
                continue;
            }

            foreach (var absent in new[] { from, to }.Where(id => !activities.ContainsKey(id)))
            {
                Fault(place, $"names the activity “{absent}”, which is not in the file.");
            }

            if (activities.GetValueOrDefault(from) is { } source && !source.Outcomes.Contains(outcome))
            {
                Fault(place, $"“{outcome}” is not an outcome of {from}.");
            }

            if (port != "In")
            {
                Fault(place, $"must lead to the port In, not “{port}”.");
            }

            var connection = new RouteConnection(from, outcome, to);
            if (connections.Contains(connection))
            {
                Fault(place, "is there twice.");
            }

            connections.Add(connection);
        }

        return connections;
    }

    static (string? Activity, string? Port) Endpoint(JsonElement connection, string end) =>
        connection.ValueKind is JsonValueKind.Object && TryGet(connection, end, JsonValueKind.Object, out var value)
            ? (Text(value, "activity"), Text(value, "port"))
            : (null, null);

    List<string> ReadMandatoryStages(JsonElement definition, Dictionary<string, RouteActivity?> activities)
    {
        var stages = new List<string>();
        if (!TryGet(definition, "customProperties", JsonValueKind.Object, out var custom) || !custom.TryGetProperty("mandatoryStages", out var list))
        {
            return stages;
        }

        if (list.ValueKind is not JsonValueKind.Array)
        {
            Fault("customProperties.mandatoryStages", "must be a list of stages.");
            return stages;
        }

        foreach (var element in list.EnumerateArray())
        {
            var stage = element.ValueKind is JsonValueKind.String ? element.GetString()! : element.GetRawText();
            if (!activities.Values.OfType<ReviewStageActivity>().Any(a => a.Stage == stage))
            {
                Fault("customProperties.mandatoryStages", $"no activity reviews the stage “{stage}”.");
            }

            stages.Add(stage);
        }

        return stages;
    }

    void CheckStages(Dictionary<string, RouteActivity?> activities)
    {
        var stages = activities.Values.OfType<ReviewStageActivity>().ToLookup(a => a.Stage, StringComparer.Ordinal);
        foreach (var second in stages.SelectMany(s => s.Skip(1)))
        {
            Fault($"activity {second.Id}, stage", $"“{second.Stage}” is already reviewed by another activity.");
        }

        foreach (var revision in activities.Values.OfType<AwaitRevisionActivity>()
            .Where(a => a.Stage is { } stage && !stages.Contains(stage) && !activities.ContainsValue(null)))
        {
            Fault($"activity {revision.Id}, stage", $"no activity reviews the stage “{revision.Stage}”.");
        }
    }

    string RequiredText(JsonElement element, string property, string place)
    {
        if (Text(element, property) is { Length: > 0 } text)
        {
            return text;
        }

        Fault(place, "must be a text that is not empty.");
        return "";
    }

    static string? Text(JsonElement element, string property) =>
        TryGet(element, property, JsonValueKind.String, out var value) ? value.GetString() : null;

    static bool TryGet(JsonElement element, string property, JsonValueKind kind, out JsonElement value) =>
        element.TryGetProperty(property, out value) && value.ValueKind == kind;
}
