using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Review.Routes;
using Governance.Routes.Conformance;

namespace Governance.Review.Tests.Routes;

public sealed class RouteFileTests
{
    [Fact]
    public void A_route_is_pinned_by_the_digest_of_its_files_bytes()
    {
        var bytes = Encoding.UTF8.GetBytes(Plain().ToJsonString());

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), Route.Parse(bytes, "plain.json").Digest);
        Assert.NotEqual(Route.Parse([.. bytes, (byte)'\n'], "plain.json").Digest, Route.Parse(bytes, "plain.json").Digest);
    }

    [Fact]
    public void A_stages_inputs_are_read_as_what_they_are()
    {
        var stage = RouteText.Parse(Plain()).Stages.Single();

        Assert.Equal("privacy", stage.Stage);
        Assert.Equal("ethics", stage.Panel);
        Assert.Equal(10, stage.DueInDays);
        Assert.Equal(3, stage.Quorum);
        Assert.Equal(VotingRule.NoObjection, stage.Rule);
        Assert.Equal([new MandatorySeat("data_protection", 1), new MandatorySeat("lay", 2)], stage.Seats);
    }

    [Fact]
    public void A_stages_panel_is_the_stage_and_its_other_inputs_are_null_where_the_file_leaves_them_out()
    {
        var json = Plain();
        foreach (var input in (string[])["panel", "dueInDays", "quorum", "rule", "seats"])
        {
            Activity(json, "privacy").Remove(input);
        }

        var stage = RouteText.Parse(json).Stages.Single();

        Assert.Equal("privacy", stage.Panel);
        Assert.Null(stage.DueInDays);
        Assert.Null(stage.Quorum);
        Assert.Null(stage.Rule);
        Assert.Null(stage.Seats);
    }

    [Fact]
    public void A_stage_may_have_no_mandatory_seat()
    {
        var json = Plain();
        Activity(json, "privacy")["seats"] = RouteText.Literal("String", "");

        Assert.Equal([], RouteText.Parse(json).Stages.Single().Seats);
    }

    public static TheoryData<string, Action<JsonObject>, string, string> Broken() => new()
    {
        { "unknown activity", j => Activity(j, "privacy")["type"] = "Governance.Rubber", "activity privacy", "has the unknown type “Governance.Rubber”." },
        { "unknown input", j => Activity(j, "privacy")["speed"] = 3, "activity privacy, speed", "is not an input of Governance.ReviewStage." },
        { "unknown outcome", j => Source(j, 0)["port"] = "Finished", "connection number 1 (start Finished to privacy)", "“Finished” is not an outcome of start." },
        { "no outcome", j => Source(j, 0).Remove("port"), "connection number 1 (start  to privacy)", "must name an activity and a port at both its ends." },
        { "unknown port", j => Target(j, 0)["port"] = "Side", "connection number 1 (start Done to privacy)", "must lead to the port In, not “Side”." },
        { "absent activity", j => Target(j, 0)["activity"] = "nowhere", "connection number 1 (start Done to nowhere)", "names the activity “nowhere”, which is not in the file." },
        { "same connection twice", j => Connections(j).Add(Connections(j)[0]!.DeepClone()), "connection number 7 (start Done to privacy)", "is there twice." },
        { "script", j => Expression(j, "dueInDays")["type"] = "JavaScript", "activity privacy, dueInDays", "must be of the expression type Literal: a route file never holds a script or a variable." },
        { "variable", j => Expression(j, "stage")["type"] = "Variable", "activity privacy, stage", "must be of the expression type Literal: a route file never holds a script or a variable." },
        { "object as literal", j => Expression(j, "quorum")["value"] = new JsonObject(), "activity privacy, quorum", "must have a text or a number as its value." },
        { "no typeName", j => Activity(j, "privacy")["quorum"]!.AsObject().Remove("typeName"), "activity privacy, quorum", "must have a typeName." },
        { "wrong typeName", j => Activity(j, "privacy")["quorum"]!["typeName"] = "String", "activity privacy, quorum", "must have the typeName Int32, not “String”." },
        { "not a number", j => Expression(j, "quorum")["value"] = "0", "activity privacy, quorum", "must be a whole number from 1 to 1000." },
        { "unknown rule", j => Expression(j, "rule")["value"] = "loudest", "activity privacy, rule", "must be majority, unanimous or no-objection, not “loudest”." },
        { "bad seat", j => Expression(j, "seats")["value"] = "lay", "activity privacy, seats", "“lay” must be a seat, a colon and a number from 1, and each seat only once." },
        { "seat twice", j => Expression(j, "seats")["value"] = "lay:1,lay:2", "activity privacy, seats", "“lay:2” must be a seat, a colon and a number from 1, and each seat only once." },
        { "no stage", j => Activity(j, "privacy").Remove("stage"), "activity privacy, stage", "is missing." },
        { "join that waits for what is active", j => MakeJoin(j, "WaitAllActive"), "activity extra, mode", "must be WaitAny or WaitAll, not “WaitAllActive”." },
        { "merge mode", j => Activity(j, "privacy")["customProperties"] = new JsonObject { ["mergeMode"] = "Cascade" }, "activity privacy, customProperties.mergeMode", "must not be set: branches meet in an Elsa.FlowJoin." },
        { "other start", j => Activity(j, "privacy")["customProperties"] = new JsonObject { ["canStartWorkflow"] = true }, "activity privacy, customProperties.canStartWorkflow", "must be false." },
        { "root with its own start", j => j["root"]!["start"] = "privacy", "root.start", "must not be set: the Elsa.Start activity is where the route begins." },
        { "two starts", j => Activities(j).Add(new JsonObject { ["id"] = "again", ["type"] = "Elsa.Start" }), "activities", "must have exactly one Elsa.Start, not 2." },
        { "id twice", j => Activities(j).Add(new JsonObject { ["id"] = "end", ["type"] = "Elsa.End" }), "activity end", "is there twice." },
        { "no id", j => Activities(j).Add(new JsonObject { ["type"] = "Elsa.End" }), "activity number 4", "must be an object with an id." },
        { "stage twice", j => Activities(j).Add(new JsonObject { ["id"] = "p2", ["type"] = "Governance.ReviewStage", ["stage"] = RouteText.Literal("String", "privacy") }), "activity p2, stage", "“privacy” is already reviewed by another activity." },
        { "revision of an unknown stage", j => Activities(j).Add(new JsonObject { ["id"] = "r", ["type"] = "Governance.AwaitRevision", ["stage"] = RouteText.Literal("String", "pets") }), "activity r, stage", "no activity reviews the stage “pets”." },
        { "unknown mandatory stage", j => j["customProperties"]!["mandatoryStages"] = new JsonArray("pets"), "customProperties.mandatoryStages", "no activity reviews the stage “pets”." },
        { "other root", j => j["root"]!["type"] = "Elsa.Sequence", "root", "must be an Elsa.Flowchart." },
        { "version 0", j => j["version"] = 0, "version", "must be a whole number from 1." },
        { "no name", j => j["name"] = "", "name", "must be a text that is not empty." },
        { "fork branches", j => Activities(j).Add(new JsonObject { ["id"] = "f", ["type"] = "Elsa.FlowFork", ["branches"] = Branches("[\"a\",\"a\"]") }), "activity f, branches", "must be a JSON list of different names." },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_refused_with_its_name_the_place_and_why(string what, Action<JsonObject> damage, string place, string problem)
    {
        var json = Plain();
        damage(json);

        var faults = Assert.Throws<RouteFileException>(() => RouteText.Parse(json, "broken.json")).Faults;

        Assert.True(faults.Contains(new RouteFileFault("broken.json", place, problem)), $"{what}: {string.Join('\n', faults)}");
    }

    [Theory]
    [InlineData("{ \"id\": \"a\",\n  oh }", "line 2")]
    [InlineData("{ \"id\": \"a\", \"id\": \"b\" }", "line 1")]
    public void A_file_that_is_not_clean_JSON_is_refused_with_the_line(string text, string place)
    {
        var fault = Assert.Throws<RouteFileException>(() => Route.Parse(Encoding.UTF8.GetBytes(text), "broken.json")).Faults.Single();

        Assert.Equal(("broken.json", place), (fault.File, fault.Place));
    }

    [Fact]
    public void All_faults_of_a_file_are_told_at_once()
    {
        var json = Plain();
        json["name"] = "";
        Activity(json, "privacy")["type"] = "Governance.Rubber";
        Target(json, 0)["activity"] = "nowhere";

        var error = Assert.Throws<RouteFileException>(() => RouteText.Parse(json, "broken.json"));

        Assert.Equal(["name", "activity privacy", "connection number 1 (start Done to nowhere)"], error.Faults.Select(f => f.Place));
        Assert.StartsWith("broken.json: name: must be a text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forks_named_branches_are_its_outcomes()
    {
        var json = RouteText.Json(
            """
            start start
            fork fork
            a stage
            b stage
            join join WaitAll
            a-done join WaitAny
            b-done join WaitAny
            end end
            """,
            "start Done fork\nfork left a\nfork right b\n" + RouteText.All("a", "a-done") + "\n" + RouteText.All("b", "b-done")
            + "\na-done Done join\nb-done Done join\njoin Done end");
        Activity(json, "fork")["branches"] = Branches("[\"left\",\"right\"]");

        var route = RouteText.Parse(json);

        Assert.Empty(RouteChecker.Check(route));
        Assert.Equal(["a", "b"], new RouteMachine().Start(route, new HashSet<string>(StringComparer.Ordinal)).State.Open);
    }

    static JsonObject Plain()
    {
        var json = RouteText.Json("start start\nprivacy stage\nend end", "start Done privacy\n" + RouteText.All("privacy", "end"), "privacy");
        var privacy = Activity(json, "privacy");
        privacy["panel"] = RouteText.Literal("String", "ethics");
        privacy["dueInDays"] = RouteText.Literal("Int32", "10");
        privacy["quorum"] = RouteText.Literal("Int32", "3");
        privacy["rule"] = RouteText.Literal("String", "no-objection");
        privacy["seats"] = RouteText.Literal("String", "data_protection:1,lay:2");
        return json;
    }

    static void MakeJoin(JsonObject json, string mode) => Activities(json).Add(new JsonObject
    {
        ["id"] = "extra",
        ["type"] = "Elsa.FlowJoin",
        ["mode"] = RouteText.Literal("Elsa.Workflows.Activities.Flowchart.Models.FlowJoinMode, Elsa.Workflows.Core", mode),
    });

    static JsonObject Branches(string value) => new()
    {
        ["typeName"] = "String[]",
        ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = value },
    };

    static JsonArray Activities(JsonObject json) => json["root"]!["activities"]!.AsArray();

    static JsonArray Connections(JsonObject json) => json["root"]!["connections"]!.AsArray();

    static JsonObject Activity(JsonObject json, string id) => Activities(json).Single(a => (string?)a!["id"] == id)!.AsObject();

    static JsonObject Expression(JsonObject json, string input) => Activity(json, "privacy")[input]!["expression"]!.AsObject();

    static JsonObject Source(JsonObject json, int connection) => Connections(json)[connection]!["source"]!.AsObject();

    static JsonObject Target(JsonObject json, int connection) => Connections(json)[connection]!["target"]!.AsObject();
}
