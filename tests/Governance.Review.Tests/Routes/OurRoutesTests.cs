using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Review.Routes;

namespace Governance.Review.Tests.Routes;

/// <summary>The three routes in use: loaded as the service loads them, and walked.</summary>
public sealed class OurRoutesTests
{
    static readonly RouteLibrary Library = RouteLibrary.Load(TestFiles.RouteFolder);
    static readonly RouteMachine Machine = new();
    static readonly string[] Three = ["privacy", "criminalisation-risk", "youth-voice"];

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
    public void On_the_standard_route_the_three_stages_open_together_and_the_decision_waits_for_all()
    {
        var walk = new Walk("standard");

        Assert.Equal(Three, walk.State.Open);
        walk.Say("youth-voice", "Approved").Say("privacy", "Objected");
        Assert.Equal(["criminalisation-risk"], walk.State.Open);
        walk.Say("criminalisation-risk", "ApprovedWithConditions");
        Assert.Equal(["determination"], walk.State.Open);
        walk.Say("determination", "FavourableWithConditions");
        Assert.Equal("favourable-with-conditions", walk.State.EndedAt);
    }

    [Fact]
    public void On_the_light_route_the_stages_open_one_after_another()
    {
        var walk = new Walk("light");

        foreach (var stage in Three)
        {
            Assert.Equal([stage], walk.State.Open);
            walk.Say(stage, "Approved");
        }

        Assert.Equal(["determination"], walk.State.Open);
    }

    [Fact]
    public void On_the_enhanced_route_a_red_line_is_reviewed_by_the_three_stages_and_then_the_full_panel()
    {
        var walk = new Walk("enhanced", "redLine");

        Assert.Contains(new Screened("screen", "RedLine"), walk.Effects);
        walk.SayAll(Three, "Approved");
        Assert.Equal(["full-panel"], walk.State.Open);
        walk.Say("full-panel", "Approved");
        Assert.Equal(["determination"], walk.State.Open);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("light")]
    public void A_red_line_does_not_pass_on_a_route_without_the_full_panel(string name)
    {
        var walk = new Walk(name, "redLine");

        Assert.Equal("not-taken", walk.State.EndedAt);
        Assert.Equal([new Screened("screen", "RedLine"), new RouteCompleted("not-taken")], walk.Effects);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Changes_asked_for_by_a_stage_come_back_to_that_stage(string name)
    {
        var walk = new Walk(name);

        walk.Say("privacy", "ChangesRequested");
        Assert.Contains("revise-privacy", walk.State.Open);
        Assert.DoesNotContain("privacy", walk.State.Open);
        walk.Say("revise-privacy", "Resubmitted");
        Assert.Contains("privacy", walk.State.Open);
        Assert.Equal([new StageOpened("privacy")], walk.Effects);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_overdue_stage_is_opened_again_and_again(string name)
    {
        var walk = new Walk(name);

        for (var time = 0; time < 3; time++)
        {
            walk.Say("privacy", "Overdue");
            Assert.Equal([new StageOpened("privacy")], walk.Effects);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Withdrawing_instead_of_revising_ends_the_route_whatever_else_is_open(string name)
    {
        var walk = new Walk(name);

        walk.Say("privacy", "ChangesRequested").Say("revise-privacy", "Withdrawn");

        Assert.Equal((RouteStatus.Finished, "withdrawn-privacy"), (walk.State.Status, walk.State.EndedAt));
        Assert.Empty(walk.State.Open);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_approval_that_a_later_change_made_stale_is_asked_for_again_before_the_decision(string name)
    {
        var walk = new Walk(name);
        walk.SayAll(["privacy", "criminalisation-risk"], "Approved");

        walk.MakeStale("privacy").Say("youth-voice", "Approved");

        Assert.Equal(["privacy"], walk.State.Open);
        walk.Say("privacy", "Approved");
        Assert.Equal(name == "enhanced" ? ["full-panel"] : ["determination"], walk.State.Open);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void After_a_provisional_decision_only_the_stages_that_the_change_touches_are_held_again(string name)
    {
        var walk = new Walk(name);
        walk.SayAll(Get(name).MandatoryStages, "Approved").Say("determination", "Provisional");
        Assert.Equal(["revise-determination"], walk.State.Open);

        walk.MakeStale("youth-voice").Say("revise-determination", "Resubmitted");

        Assert.Equal(["youth-voice"], walk.State.Open);
        walk.Say("youth-voice", "Approved");
        Assert.Equal(["determination"], walk.State.Open);
    }

    [Fact]
    public void Changes_asked_for_by_the_full_panel_lead_through_the_touched_stages_back_to_it()
    {
        var walk = new Walk("enhanced");
        walk.SayAll(Three, "Approved").Say("full-panel", "ChangesRequested");
        Assert.Equal(["revise-full-panel"], walk.State.Open);

        walk.MakeStale("criminalisation-risk").Say("revise-full-panel", "Resubmitted");

        Assert.Equal(["criminalisation-risk"], walk.State.Open);
        walk.Say("criminalisation-risk", "Approved");
        Assert.Equal(["full-panel"], walk.State.Open);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_is_signalled_a_route_keeps_its_promises(string name)
    {
        var route = Get(name);
        Gen.Int[0, 9999].Array[0, 60].Sample(choices =>
        {
            var walk = new Walk(name);
            foreach (var choice in choices)
            {
                if (walk.State.Status is RouteStatus.Finished)
                {
                    break;
                }

                var id = walk.State.Open[choice % walk.State.Open.Count];
                var outcomes = route.Find(id)!.Outcomes;
                var bits = choice / 7;
                foreach (var stage in route.MandatoryStages.Where((_, i) => (bits >> i & 1) == 1))
                {
                    walk.MakeStale(stage);
                }

                // The service's own rule, or (one in three) any value that the checker allows.
                walk.AnyStale = choice % 3 == 0 ? choice % 2 == 0 : null;
                var outcome = outcomes[choice / 3 % outcomes.Count];
                walk.Say(id, outcome);
                Assert.False(
                    DeterminationActivity.FavourableOutcomes.Contains(outcome) && !route.MandatoryStages.All(walk.Held.Contains),
                    "favourable without a mandatory stage");
            }
        }, iter: 2000);
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

    /// <summary>A walk with facts as the service computes them; after every step it checks what must hold after any step.</summary>
    sealed class Walk
    {
        readonly Route route;
        readonly HashSet<string> stale;
        readonly bool redLine;

        public Walk(string name, params string[] facts)
        {
            route = Get(name);
            stale = [.. route.MandatoryStages];
            redLine = facts.Contains("redLine");
            Take(Machine.Start(route, Facts()), [], signalled: null);
        }

        public RouteState State { get; private set; } = RouteState.Closed;

        public IReadOnlyList<RouteEffect> Effects { get; private set; } = [];

        /// <summary>Stages closed with a decision at least once.</summary>
        public HashSet<string> Held { get; } = new(StringComparer.Ordinal);

        /// <summary>The fact <c>stale</c>, where it is not simply whether any stage is stale.</summary>
        public bool? AnyStale { get; set; }

        public Walk MakeStale(string stage)
        {
            stale.Add(stage);
            return this;
        }

        public Walk Say(string activity, string outcome)
        {
            if (route.Find(activity) is ReviewStageActivity stage && ReviewStageActivity.ClosingOutcomes.Contains(outcome))
            {
                stale.Remove(stage.Stage);
                Held.Add(stage.Stage);
            }

            var before = State.Open;
            Take(Machine.Resume(route, State, new(activity, outcome), Facts()), before, activity);
            return this;
        }

        public Walk SayAll(IEnumerable<string> activities, string outcome)
        {
            foreach (var activity in activities)
            {
                Say(activity, outcome);
            }

            return this;
        }

        HashSet<string> Facts()
        {
            var facts = stale.Select(s => "stale:" + s).ToHashSet(StringComparer.Ordinal);
            if (redLine)
            {
                facts.Add("redLine");
            }

            if (stale.Count > 0 && (AnyStale ?? true))
            {
                facts.Add("stale");
            }

            return facts;
        }

        void Take(RouteStep step, IReadOnlyList<string> before, string? signalled)
        {
            Assert.Equal(step.State, JsonSerializer.Deserialize<RouteState>(JsonSerializer.Serialize(step.State)));
            Assert.Equal(step.State.Open.Distinct(StringComparer.Ordinal), step.State.Open);
            if (step.State.Status is RouteStatus.Finished)
            {
                Assert.Empty(step.State.Open);
                Assert.IsType<EndActivity>(route.Find(step.State.EndedAt!));
            }
            else
            {
                Assert.NotEmpty(step.State.Open);
                // Nothing that was open closes but what was signalled, and what opens is what the effects say.
                var opened = step.Effects.Where(e => e is StageOpened or RevisionAwaited or DeterminationOpened).Select(e => e.Activity);
                Assert.Equal(before.Where(id => id != signalled).Concat(opened), step.State.Open);
            }

            State = step.State;
            Effects = step.Effects;
        }
    }

    sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("routes-").FullName;

        public void Write(string file, JsonObject definition) =>
            File.WriteAllText(System.IO.Path.Combine(Path, file), definition.ToJsonString());

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
