using Governance.Review.Routes;
using Governance.Routes.Conformance;

namespace Governance.Review.Tests.Routes;

/// <summary>The embedded engine as every engine must be, and what only it has.</summary>
public sealed class RouteMachineTests : RouteEngineConformance
{
    static readonly RouteMachine Machine = new();

    /// <inheritdoc/>
    protected override IRouteEngine Engine => Machine;

    static readonly Route Route = RouteText.Route(
        "start start\nprivacy stage\nend end", "start Done privacy\nprivacy Approved|ApprovedWithConditions|ChangesRequested|Objected end\nprivacy Overdue privacy", "privacy");

    [Fact]
    public void A_withdrawn_route_is_finished_with_nothing_open_and_no_End()
    {
        Assert.Equal(RouteStatus.Finished, RouteState.Closed.Status);
        Assert.Empty(RouteState.Closed.Open);
        Assert.Null(RouteState.Closed.EndedAt);
    }

    [Fact]
    public void The_state_is_kept_as_snake_case_JSON()
    {
        var state = Machine.Start(Route, Facts()).State;

        Assert.Equal(
            """{"engine":"embedded","status":"running","open":["privacy"],"ended_at":null,"tokens":[{"from":"start","outcome":"Done","to":"privacy","consumed":false,"blocked":false}]}""",
            Machine.Write(state));
        Assert.Equal("""{"engine":"","status":"finished","open":[],"ended_at":null}""", Machine.Write(RouteState.Closed));
    }

    [Fact]
    public void States_are_compared_by_value()
    {
        var first = Machine.Start(Route, Facts()).State;
        var again = Machine.Read(Machine.Write(first));
        var other = Machine.Resume(Route, first, new("privacy", "Approved"), Facts()).State;

        Assert.Equal(first, again);
        Assert.Equal(first.GetHashCode(), again.GetHashCode());
        Assert.NotEqual(first, other);
    }

    static HashSet<string> Facts(params string[] facts) => new(facts, StringComparer.Ordinal);
}
