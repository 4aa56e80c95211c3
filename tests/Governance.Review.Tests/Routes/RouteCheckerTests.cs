using System.Text.Json.Nodes;
using Governance.Review.Routes;
using Governance.Routes.Conformance;

namespace Governance.Review.Tests.Routes;

public sealed class RouteCheckerTests
{
    const string Determined = """
        determination Favourable|FavourableWithConditions|Provisional|Unfavourable end
        """;

    [Fact]
    public void A_plain_route_is_sound()
    {
        var route = RouteText.Route(
            """
            start start
            privacy stage
            determination determination
            end end
            """,
            "start Done privacy\n" + RouteText.All("privacy", "determination") + "\n" + Determined);

        Assert.Empty(RouteChecker.Check(route));
    }

    [Fact]
    public void Two_outcomes_of_a_stage_into_one_WaitAll_join_get_stuck()
    {
        var route = RouteText.Route(
            """
            start start
            privacy stage
            join join WaitAll
            end end
            """,
            "start Done privacy\n" + RouteText.All("privacy", "join") + "\njoin Done end");

        Refuses(route, "privacy", "The route is stuck: it still runs but nothing is open.", "privacy Approved");
    }

    [Fact]
    public void An_outcome_without_a_connection_is_refused_and_the_walk_shows_that_the_route_finishes_without_an_End()
    {
        var route = RouteText.Route(
            """
            start start
            privacy stage
            youth-voice stage
            end end
            """,
            """
            start Done privacy
            privacy Approved|ApprovedWithConditions|ChangesRequested|Objected|Overdue youth-voice
            youth-voice Approved|ApprovedWithConditions|ChangesRequested|Overdue end
            """);

        Refuses(route, "youth-voice", "The outcome Objected is not connected.");
        Refuses(route, "youth-voice", "The route finishes without reaching an End.", "privacy Approved", "youth-voice Objected");
    }

    [Fact]
    public void One_outcome_with_two_connections_is_refused_unless_it_is_a_forks()
    {
        var route = RouteText.Route(
            """
            start start
            fork fork
            privacy stage
            youth-voice stage
            after stage
            join join WaitAll
            end end
            """,
            "start Done fork\nfork Done privacy\nfork Done youth-voice\nprivacy Approved after\n"
            + RouteText.All("privacy", "join") + "\n" + RouteText.All("youth-voice", "join") + "\n" + RouteText.All("after", "join") + "\njoin Done end");

        Assert.Equal(
            ["privacy: The outcome Approved has 2 connections: only a fork may have more than one."],
            RouteChecker.Check(route).Where(f => f.Problem.Contains("connections", StringComparison.Ordinal)).Select(f => f.ToString()));
    }

    [Fact]
    public void A_way_back_to_the_fork_beside_an_open_stage_opens_it_twice()
    {
        var route = RouteText.Route(
            """
            start start
            fork fork
            privacy stage
            youth-voice stage
            privacy-done join WaitAny
            youth-done join WaitAny
            revise revise
            join join WaitAll
            end end
            withdrawn end
            """,
            """
            start Done fork
            fork Done privacy
            fork Done youth-voice
            privacy Approved|ApprovedWithConditions|ChangesRequested|Objected|Overdue privacy-done
            youth-voice Approved|ApprovedWithConditions|Objected|Overdue youth-done
            youth-voice ChangesRequested revise
            revise Resubmitted fork
            revise Withdrawn withdrawn
            privacy-done Done join
            youth-done Done join
            join Done end
            """);

        Refuses(route, "privacy", "It is opened a second time while it is open.", "youth-voice ChangesRequested", "revise Resubmitted");
    }

    [Fact]
    public void An_End_beside_a_stage_in_one_fork_leaves_the_stage_open_after_the_end()
    {
        var route = RouteText.Route(
            """
            start start
            screen screen
            fork fork
            closed end
            privacy stage
            end end
            """,
            """
            start Done screen
            screen Proceed privacy
            screen RedLine fork
            fork Done closed
            fork Done privacy
            privacy Approved|ApprovedWithConditions|ChangesRequested|Objected|Overdue end
            """);

        Refuses(route, "privacy", "It is still open after the end.", "start [redLine]");
    }

    [Fact]
    public void A_favourable_determination_past_a_mandatory_stage_is_refused()
    {
        var route = RouteText.Route(
            """
            start start
            minors flag minors
            privacy stage
            determination determination
            end end
            """,
            "start Done minors\nminors True privacy\nminors False determination\n" + RouteText.All("privacy", "determination") + "\n" + Determined,
            "privacy");

        Refuses(route, "determination", "It can be favourable although the mandatory stage privacy was never held.", "determination Favourable");
    }

    [Theory]
    [InlineData("Overdue")]
    [InlineData("ChangesRequested")]
    public void An_outcome_that_decides_nothing_does_not_count_as_a_mandatory_stage_held(string outcome)
    {
        var others = string.Join('|', new ReviewStageActivity("privacy", "privacy").Outcomes.Where(o => o != outcome));
        var route = RouteText.Route(
            """
            start start
            privacy stage
            determination determination
            end end
            """,
            $"start Done privacy\nprivacy {others} end\nprivacy {outcome} determination\n" + Determined,
            "privacy");

        Refuses(
            route, "determination", "It can be favourable although the mandatory stage privacy was never held.", $"privacy {outcome}", "determination Favourable");
    }

    [Theory]
    [InlineData("Approved")]
    [InlineData("ApprovedWithConditions")]
    [InlineData("Objected")]
    public void A_stage_that_closed_even_with_an_objection_counts_as_held(string outcome)
    {
        var others = string.Join('|', new ReviewStageActivity("privacy", "privacy").Outcomes.Where(o => o != outcome));
        var route = RouteText.Route(
            """
            start start
            privacy stage
            determination determination
            end end
            """,
            $"start Done privacy\nprivacy {others} end\nprivacy {outcome} determination\n" + Determined,
            "privacy");

        Assert.Empty(RouteChecker.Check(route));
    }

    [Fact]
    public void A_WaitAny_join_across_open_stages_is_refused()
    {
        var route = RouteText.Route(
            """
            start start
            fork fork
            privacy stage
            youth-voice stage
            race join WaitAny
            end end
            """,
            "start Done fork\nfork Done privacy\nfork Done youth-voice\n"
            + RouteText.All("privacy", "race") + "\n" + RouteText.All("youth-voice", "race") + "\nrace Done end");

        Refuses(route, "youth-voice", "A WaitAny join closes it while it is open.", "privacy Approved");
    }

    [Fact]
    public void A_circle_in_which_nothing_waits_is_refused()
    {
        var route = RouteText.Route(
            """
            start start
            privacy stage
            again flag again
            end end
            """,
            "start Done privacy\n" + RouteText.All("privacy", "again") + "\nagain True again\nagain False end");

        Refuses(route, "privacy", "The route goes round in a circle where nothing waits.", "privacy Approved [again]");
        var machine = new RouteMachine();
        var open = machine.Start(route, Facts());
        Assert.Throws<InvalidOperationException>(() => machine.Resume(route, open.State, new("privacy", "Approved"), Facts("again")));
    }

    [Fact]
    public void A_stage_is_stale_until_it_has_closed_so_its_gate_cannot_be_passed_by()
    {
        var route = RouteText.Route(
            """
            start start
            needed flag stale:privacy
            privacy stage
            determination determination
            end end
            """,
            "start Done needed\nneeded True privacy\nneeded False determination\n" + RouteText.All("privacy", "needed")
                .Replace("privacy Approved needed", "privacy Approved determination", StringComparison.Ordinal) + "\n" + Determined,
            "privacy");

        Assert.Empty(RouteChecker.Check(route));
    }

    [Fact]
    public void The_exclusive_ways_of_a_branch_gathered_in_a_WaitAny_join_get_stuck_in_a_second_round()
    {
        // Why our routes gather in a plain activity: the join blocks the way not taken, and the block outlives the round.
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(TestFiles.RouteFolder, "standard.json")))!;
        foreach (var activity in json["root"]!["activities"]!.AsArray().Where(a => ((string)a!["id"]!).EndsWith("-settled", StringComparison.Ordinal)))
        {
            activity!["type"] = "Elsa.FlowJoin";
            activity["mode"] = RouteText.Literal("Elsa.Workflows.Activities.Flowchart.Models.FlowJoinMode, Elsa.Workflows.Core", "WaitAny");
        }

        var route = RouteText.Parse(json);

        Refuses(
            route,
            "revise-determination",
            "The route is stuck: it still runs but nothing is open.",
            "start [stale:privacy, stale:criminalisation-risk, stale:youth-voice]",
            "privacy Approved",
            "criminalisation-risk Approved",
            "youth-voice Approved",
            "determination Provisional",
            "revise-determination Resubmitted");
        Refuses(route, "start", "There are more than 10000 states, too many to check.");
    }

    [Fact]
    public void A_fault_reads_as_one_line()
    {
        var fault = new RouteFault("privacy", "It is stuck.", ["start [redLine]", "privacy Approved"]);

        Assert.Equal("privacy: It is stuck. Shortest way there: start [redLine]; privacy Approved.", fault.ToString());
    }

    static HashSet<string> Facts(params string[] facts) => new(facts, StringComparer.Ordinal);

    static void Refuses(Route route, string activity, string problem, params string[] signals)
    {
        var faults = RouteChecker.Check(route);
        var fault = faults.FirstOrDefault(f => f.Activity == activity && f.Problem == problem);
        Assert.True(fault is not null, $"Not found among:\n{string.Join('\n', faults)}");
        Assert.Equal(signals, fault.ShortestSignals);
    }
}
