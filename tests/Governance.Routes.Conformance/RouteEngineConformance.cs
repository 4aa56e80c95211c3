using CsCheck;
using Governance.Review;
using Governance.Review.Routes;

namespace Governance.Routes.Conformance;

/// <summary>
/// What every engine must do alike (design, "Routes"): the same effects in the same order, the same states as far as they are
/// seen from outside, and the same refusals, on every route in use, on the recorded walks, and in whatever order signals come.
/// An engine's own tests derive from it.
/// </summary>
public abstract class RouteEngineConformance
{
    static readonly RouteLibrary Library = RouteLibrary.Load(TestFiles.RouteFolder);
    static readonly string[] Three = ["privacy", "criminalisation-risk", "youth-voice"];

    static readonly Route Small = RouteText.Route(
        """
        start start
        screen screen
        declined end
        privacy stage
        revise revise
        withdrawn end
        determination determination
        end end
        """,
        """
        start Done screen
        screen RedLine declined
        screen Proceed privacy
        privacy Approved|ApprovedWithConditions|Objected determination
        privacy Overdue privacy
        privacy ChangesRequested revise
        revise Resubmitted privacy
        revise Withdrawn withdrawn
        determination Favourable|FavourableWithConditions|Provisional|Unfavourable end
        """,
        "privacy");

    /// <summary>The engine in question. It may be used by several threads at once.</summary>
    protected abstract IRouteEngine Engine { get; }

    /// <summary>How many random walks are taken on each route. A slow engine takes fewer.</summary>
    protected virtual int RandomWalks => 2000;

    /// <summary>Every file in <c>workflows/routes</c>.</summary>
    public static TheoryData<string> Names => [.. Directory.GetFiles(TestFiles.RouteFolder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_recorded_walk_has_the_same_effects_open_activities_and_status_in_the_same_order() =>
        Assert.InRange(RecordedWalks.Follow(Engine), 1000, int.MaxValue);

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_is_signalled_the_engine_does_as_the_embedded_one_and_the_route_keeps_its_promises(string name)
    {
        var route = Get(name);
        Gen.Int[0, 9999].Array[0, 60].Sample(choices => Stroll(route, choices), iter: RandomWalks);
    }

    void Stroll(Route route, int[] choices)
    {
        var walk = new RouteWalk(Engine, route, choices.Length % 5 == 4 ? [ScreenActivity.RedLineFact] : []);
        foreach (var choice in choices)
        {
            var any = route.Activities[choice % route.Activities.Count];
            if (!walk.State.Open.Contains(any.Id))
            {
                walk.Refuses(new RouteSignal(any.Id, any.Outcomes.Count > 0 ? any.Outcomes[0] : ""));
            }

            if (walk.State.Status is RouteStatus.Finished)
            {
                break;
            }

            var id = walk.State.Open[choice % walk.State.Open.Count];
            walk.Refuses(new RouteSignal(id, "Maybe"));
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
    }

    [Fact]
    public void A_red_line_takes_its_own_way()
    {
        var step = Engine.Start(Small, Facts(ScreenActivity.RedLineFact));

        Assert.Equal([new Screened("screen", "RedLine"), new RouteCompleted("declined")], step.Effects);
        Assert.Equal((RouteStatus.Finished, "declined"), (step.State.Status, step.State.EndedAt));
    }

    [Theory]
    [InlineData("pets", "Approved", "This route has no step called “pets”.")]
    [InlineData("revise", "Resubmitted", "“revise” is not open at the moment.")]
    [InlineData("privacy", "Perhaps", "“Perhaps” is not a possible outcome of “privacy”. Possible are: Approved, ApprovedWithConditions, ChangesRequested, Objected, Overdue.")]
    [InlineData("privacy", "*", "“*” is not a possible outcome of “privacy”. Possible are: Approved, ApprovedWithConditions, ChangesRequested, Objected, Overdue.")]
    public void A_signal_that_the_route_cannot_take_is_refused_in_a_sentence(string activity, string outcome, string sentence)
    {
        var open = Stored.Through(Engine, Engine.Start(Small, Facts()).State);

        var refusal = Assert.Throws<RouteSignalException>(() => Engine.Resume(Small, open, new(activity, outcome), Facts()));

        Assert.Equal(sentence, refusal.Message);
    }

    [Fact]
    public void A_finished_route_takes_no_signal()
    {
        var ended = Engine.Start(Small, Facts(ScreenActivity.RedLineFact)).State;

        foreach (var state in (RouteState[])[ended, Stored.Through(Engine, ended), RouteState.Closed, Stored.Through(Engine, RouteState.Closed)])
        {
            var refusal = Assert.Throws<RouteSignalException>(() => Engine.Resume(Small, state, new("privacy", "Approved"), Facts()));
            Assert.Equal("The review has already ended, so “privacy” can no longer be answered.", refusal.Message);
        }
    }

    [Fact]
    public void A_circle_where_nothing_waits_is_told_and_not_walked_for_ever()
    {
        var route = RouteText.Route("start start\nagain flag\nend end", "start Done again\nagain True again\nagain False end");

        var error = Assert.Throws<InvalidOperationException>(() => Engine.Start(route, Facts("again")));

        Assert.Equal("Route test version 1 goes round in a circle where nothing waits.", error.Message);
        Assert.Equal("end", Engine.Start(route, Facts()).State.EndedAt);
    }

    [Fact]
    public void A_step_leaves_the_state_before_it_as_it_was()
    {
        var before = Engine.Start(Small, Facts()).State;
        var text = Engine.Write(before);

        var after = Engine.Resume(Small, before, new("privacy", "ChangesRequested"), Facts());

        Assert.Equal(["revise"], after.State.Open);
        Assert.Equal(text, Engine.Write(before));
        Assert.Equal(after.Effects, Engine.Resume(Small, before, new("privacy", "ChangesRequested"), Facts()).Effects);
    }

    [Fact]
    public void A_stored_state_begins_with_what_everybody_may_read()
    {
        var text = Engine.Write(Engine.Start(Small, Facts()).State);

        Assert.StartsWith($$"""{"engine":"{{Engine.Name}}","status":"running","open":["privacy"],"ended_at":null""", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_of_another_engine_can_be_looked_at_but_neither_gone_on_from_nor_written()
    {
        const string Others = """{"engine":"clockwork","status":"running","open":["privacy"],"ended_at":null,"cogs":[7]}""";

        var state = Engine.Read(Others);

        Assert.Equal("clockwork", state.Engine);
        Assert.Equal(["privacy"], state.Open);
        foreach (var act in (Action[])[() => Engine.Resume(Small, state, new("privacy", "Approved"), Facts()), () => Engine.Write(state)])
        {
            var refusal = Assert.Throws<ConflictException>(act);
            Assert.Equal(
                $"This proposal's route is kept by the engine “clockwork”, but the service now runs on “{Engine.Name}”. Nothing was changed. The operator must run “doctor --rebuild-routes” once.",
                refusal.Message);
        }
    }

    [Fact]
    public void A_route_that_ended_on_another_engine_is_read_and_written_as_ended()
    {
        const string Others = """{"engine":"clockwork","status":"finished","open":[],"ended_at":"favourable"}""";

        Assert.Equal(Others, Engine.Write(Engine.Read(Others)));
    }

    [Fact]
    public void On_the_standard_route_the_three_stages_open_together_and_the_decision_waits_for_all()
    {
        var walk = Walk("standard");

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
        var walk = Walk("light");

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
        var walk = Walk("enhanced", ScreenActivity.RedLineFact);

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
        var walk = Walk(name, ScreenActivity.RedLineFact);

        Assert.Equal("not-taken", walk.State.EndedAt);
        Assert.Equal([new Screened("screen", "RedLine"), new RouteCompleted("not-taken")], walk.Effects);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Changes_asked_for_by_a_stage_come_back_to_that_stage(string name)
    {
        var walk = Walk(name);

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
        var walk = Walk(name);

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
        var walk = Walk(name);

        walk.Say("privacy", "ChangesRequested").Say("revise-privacy", "Withdrawn");

        Assert.Equal((RouteStatus.Finished, "withdrawn-privacy"), (walk.State.Status, walk.State.EndedAt));
        Assert.Empty(walk.State.Open);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_approval_that_a_later_change_made_stale_is_asked_for_again_before_the_decision(string name)
    {
        var walk = Walk(name);
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
        var walk = Walk(name);
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
        var walk = Walk("enhanced");
        walk.SayAll(Three, "Approved").Say("full-panel", "ChangesRequested");
        Assert.Equal(["revise-full-panel"], walk.State.Open);

        walk.MakeStale("criminalisation-risk").Say("revise-full-panel", "Resubmitted");

        Assert.Equal(["criminalisation-risk"], walk.State.Open);
        walk.Say("criminalisation-risk", "Approved");
        Assert.Equal(["full-panel"], walk.State.Open);
    }

    RouteWalk Walk(string name, params string[] facts) => new(Engine, Get(name), facts);

    static Route Get(string name) => Library.ByDefinitionId(name)!;

    static HashSet<string> Facts(params string[] facts) => new(facts, StringComparer.Ordinal);
}
