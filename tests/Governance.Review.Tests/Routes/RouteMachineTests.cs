using System.Text.Json;
using Governance.Review.Routes;

namespace Governance.Review.Tests.Routes;

public sealed class RouteMachineTests
{
    static readonly RouteMachine Machine = new();

    static readonly Route Route = RouteText.Route(
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

    [Fact]
    public void A_red_line_takes_its_own_way()
    {
        var step = Machine.Start(Route, Facts("redLine"));

        Assert.Equal([new Screened("screen", "RedLine"), new RouteCompleted("declined")], step.Effects);
        Assert.Equal((RouteStatus.Finished, "declined"), (step.State.Status, step.State.EndedAt));
    }

    [Fact]
    public void An_overdue_stage_is_opened_again()
    {
        var open = Machine.Start(Route, Facts()).State;

        var step = Machine.Resume(Route, open, new("privacy", "Overdue"), Facts());

        Assert.Equal([new StageOpened("privacy")], step.Effects);
        Assert.Equal(["privacy"], step.State.Open);
    }

    [Theory]
    [InlineData("pets", "Approved", "This route has no step called “pets”.")]
    [InlineData("revise", "Resubmitted", "“revise” is not open at the moment.")]
    [InlineData("privacy", "Perhaps", "“Perhaps” is not a possible outcome of “privacy”. Possible are: Approved, ApprovedWithConditions, ChangesRequested, Objected, Overdue.")]
    [InlineData("privacy", "*", "“*” is not a possible outcome of “privacy”. Possible are: Approved, ApprovedWithConditions, ChangesRequested, Objected, Overdue.")]
    public void A_signal_that_the_route_cannot_take_is_refused_in_a_sentence(string activity, string outcome, string sentence)
    {
        var open = Machine.Start(Route, Facts()).State;

        var refusal = Assert.Throws<RouteSignalException>(() => Machine.Resume(Route, open, new(activity, outcome), Facts()));

        Assert.Equal(sentence, refusal.Message);
    }

    [Fact]
    public void A_finished_route_takes_no_signal()
    {
        var ended = Machine.Start(Route, Facts("redLine")).State;

        foreach (var state in (RouteState[])[ended, RouteState.Closed])
        {
            var refusal = Assert.Throws<RouteSignalException>(() => Machine.Resume(Route, state, new("privacy", "Approved"), Facts()));
            Assert.Equal("The review has already ended, so “privacy” can no longer be answered.", refusal.Message);
        }
    }

    [Fact]
    public void A_withdrawn_route_is_finished_with_nothing_open_and_no_End()
    {
        Assert.Equal(RouteStatus.Finished, RouteState.Closed.Status);
        Assert.Empty(RouteState.Closed.Open);
        Assert.Empty(RouteState.Closed.Tokens);
        Assert.Null(RouteState.Closed.EndedAt);
    }

    [Fact]
    public void The_state_is_kept_as_snake_case_JSON()
    {
        var state = Machine.Start(Route, Facts()).State;

        Assert.Equal(
            """{"tokens":[{"from":"screen","outcome":"Proceed","to":"privacy","consumed":false,"blocked":false}],"open":["privacy"],"status":"running","ended_at":null}""",
            JsonSerializer.Serialize(state));
        Assert.Equal(
            """{"tokens":[],"open":[],"status":"finished","ended_at":null}""", JsonSerializer.Serialize(RouteState.Closed));
    }

    [Fact]
    public void States_are_compared_by_value()
    {
        var first = Machine.Start(Route, Facts()).State;
        var again = Machine.Start(Route, Facts()).State;
        var other = Machine.Resume(Route, first, new("privacy", "Overdue"), Facts()).State;

        Assert.Equal(first, again);
        Assert.Equal(first.GetHashCode(), again.GetHashCode());
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void A_step_leaves_the_state_before_it_as_it_was()
    {
        var before = Machine.Start(Route, Facts()).State;
        var text = JsonSerializer.Serialize(before);

        Machine.Resume(Route, before, new("privacy", "Approved"), Facts());

        Assert.Equal(text, JsonSerializer.Serialize(before));
    }

    static HashSet<string> Facts(params string[] facts) => new(facts, StringComparer.Ordinal);
}
