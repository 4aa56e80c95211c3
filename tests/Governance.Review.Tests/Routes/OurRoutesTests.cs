using System.Text.Json.Nodes;
using Governance.Review.Routes;
using Governance.Routes.Conformance;

namespace Governance.Review.Tests.Routes;

/// <summary>The three routes in use: loaded as the service loads them.</summary>
public sealed class OurRoutesTests
{
    static readonly RouteLibrary Library = RouteLibrary.Load(TestFiles.RouteFolder);

    public static TheoryData<string> Names => ["standard", "light", "enhanced"];

    [Fact]
    public void The_three_routes_load_and_are_sound()
    {
        Assert.Equal(["enhanced", "light", "standard"], Library.Routes.Select(r => r.DefinitionId));
        Assert.All(Library.Routes, r => Assert.Empty(RouteChecker.Check(r)));
    }

    [Theory]
    [InlineData("standard", "redLine, stale:privacy, stale:criminalisation-risk, stale:youth-voice, stale")]
    [InlineData("light", "redLine, stale:privacy, stale:criminalisation-risk, stale:youth-voice, stale")]
    [InlineData("enhanced", "redLine, stale:privacy, stale:criminalisation-risk, stale:youth-voice, stale:full-panel, stale")]
    public void Each_route_reads_the_facts_that_its_page_says(string name, string facts) =>
        Assert.Equal(facts, string.Join(", ", Get(name).Facts));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_stage_of_a_route_is_mandatory(string name) =>
        Assert.Equal(Get(name).Stages.Select(s => s.Stage), Get(name).MandatoryStages);

    [Theory]
    [InlineData("standard", "privacy", 10, 3, VotingRule.Majority, "data_protection:1")]
    [InlineData("standard", "criminalisation-risk", 10, 3, VotingRule.Majority, "youth_justice:1")]
    [InlineData("standard", "youth-voice", 10, 3, VotingRule.NoObjection, "youth:2")]
    [InlineData("light", "privacy", 7, 2, VotingRule.Majority, "data_protection:1")]
    [InlineData("light", "criminalisation-risk", 7, 2, VotingRule.Majority, "youth_justice:1")]
    [InlineData("light", "youth-voice", 7, 2, VotingRule.Majority, "youth:1")]
    [InlineData("enhanced", "privacy", 10, 3, VotingRule.Majority, "data_protection:1")]
    [InlineData("enhanced", "criminalisation-risk", 10, 3, VotingRule.Majority, "youth_justice:1")]
    [InlineData("enhanced", "youth-voice", 10, 3, VotingRule.NoObjection, "youth:2")]
    [InlineData("enhanced", "full-panel", 15, 5, VotingRule.Majority, "chair:1,youth:1")]
    public void Each_stage_has_its_panel_time_quorum_rule_and_seats(string name, string stage, int days, int quorum, VotingRule rule, string seats)
    {
        var found = Get(name).Stages.Single(s => s.Stage == stage);

        Assert.Equal((stage, days, quorum, rule), (found.Panel, found.DueInDays, found.Quorum, found.Rule));
        Assert.Equal(seats, string.Join(',', found.Seats!.Select(s => $"{s.Seat}:{s.Minimum}")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_activity_has_a_name_and_a_sentence_for_people(string name)
    {
        Assert.All(Get(name).Activities, a =>
        {
            Assert.NotEqual(a.Id, a.Label);
            Assert.Matches(@"[.?]$", a.Description);
        });
    }

    [Fact]
    public void A_route_is_found_by_its_definition_and_by_its_digest()
    {
        var standard = Get("standard");

        Assert.Same(standard, Library.ByDigest(standard.Digest));
        Assert.Null(Library.ByDigest("00"));
        Assert.Null(Library.ByDefinitionId("none"));
    }

    [Fact]
    public void The_newest_version_is_found_and_the_older_one_stays_for_proposals_pinned_to_it()
    {
        using var folder = new Folder();
        folder.Write("one.json", Definition("light"));
        var second = Definition("light");
        second["version"] = 2;
        folder.Write("two.json", second);

        var library = RouteLibrary.Load(folder.Path);

        Assert.Equal(2, library.ByDefinitionId("light")!.Version);
        Assert.Equal([2, 1], library.Routes.Select(r => library.ByDigest(r.Digest)!.Version));
    }

    [Fact]
    public void Loading_tells_all_faults_of_all_files_at_once_with_file_place_and_why()
    {
        using var folder = new Folder();
        var noQuorum = Definition("standard");
        Activity(noQuorum, "privacy").Remove("quorum");
        Activity(noQuorum, "youth-voice").Remove("metadata");
        Activity(noQuorum, "privacy").Remove("metadata");
        folder.Write("a.json", noQuorum);
        var unconnected = Definition("light");
        var connections = unconnected["root"]!["connections"]!.AsArray();
        connections.Remove(connections.Single(c => (string?)c!["source"]!["activity"] == "privacy" && (string?)c["source"]!["port"] == "Objected"));
        folder.Write("b.json", unconnected);
        File.WriteAllText(System.IO.Path.Combine(folder.Path, "c.json"), "no");
        folder.Write("d.json", Definition("enhanced"));
        folder.Write("e.json", Definition("enhanced"));

        var error = Assert.Throws<RouteFileException>(() => RouteLibrary.Load(folder.Path));

        Assert.Equal(
            [
                "a.json: activity privacy, quorum: is missing.",
                "a.json: activity youth-voice, metadata.designer.position: is missing or the same as privacy's, so that the picture cannot show both.",
                "b.json: activity privacy: The outcome Objected is not connected.",
                "b.json: activity privacy: The route finishes without reaching an End. Shortest way there: start [stale:privacy]; privacy Objected.",
                "c.json: line 1: is not valid JSON, or names a property twice.",
                "e.json: version: d.json already has this definitionId and version.",
            ],
            error.Faults.Select(f => f.ToString()));
        Assert.Equal(string.Join('\n', error.Faults), error.Message);
    }

    static Route Get(string name) => Library.ByDefinitionId(name)!;

    static JsonObject Definition(string name) =>
        JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(TestFiles.RouteFolder, name + ".json")))!.AsObject();

    static JsonObject Activity(JsonObject definition, string id) =>
        definition["root"]!["activities"]!.AsArray().Single(a => (string?)a!["id"] == id)!.AsObject();

    sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("routes-").FullName;

        public void Write(string file, JsonObject definition) =>
            File.WriteAllText(System.IO.Path.Combine(Path, file), definition.ToJsonString());

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
