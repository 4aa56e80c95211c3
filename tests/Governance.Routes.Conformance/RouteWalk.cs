using Governance.Review.Routes;

namespace Governance.Routes.Conformance;

/// <summary>
/// A walk along a route on some engine, with facts as the service computes them. Every step goes through the engine's stored
/// text, is taken by <see cref="RouteMachine"/> beside it, which never leaves memory, and must give the same; and what must
/// hold after any step is checked after each.
/// </summary>
public sealed class RouteWalk
{
    static readonly RouteMachine Reference = new();

    readonly IRouteEngine engine;
    readonly Route route;
    readonly HashSet<string> stale;
    readonly bool redLine;
    RouteState reference = RouteState.Closed;

    /// <summary>Starts the walk.</summary>
    /// <param name="facts"><c>redLine</c> or nothing: whether a stage is stale follows from the walk.</param>
    public RouteWalk(IRouteEngine engine, Route route, params string[] facts)
    {
        this.engine = engine;
        this.route = route;
        stale = [.. route.MandatoryStages];
        redLine = facts.Contains(ScreenActivity.RedLineFact);
        var now = Facts();
        Take(engine.Start(route, now), Reference.Start(route, now), [], signalled: null);
    }

    /// <summary>Where the walk stands, as read back from the engine's text.</summary>
    public RouteState State { get; private set; } = RouteState.Closed;

    /// <summary>What the last step did.</summary>
    public IReadOnlyList<RouteEffect> Effects { get; private set; } = [];

    /// <summary>Stages closed with a decision at least once.</summary>
    public HashSet<string> Held { get; } = new(StringComparer.Ordinal);

    /// <summary>The fact <c>stale</c>, where it is not simply whether any stage is stale.</summary>
    public bool? AnyStale { get; set; }

    /// <summary>A later change made what a stage approved stale.</summary>
    public RouteWalk MakeStale(string stage)
    {
        stale.Add(stage);
        return this;
    }

    /// <summary>Answers an open activity.</summary>
    public RouteWalk Say(string activity, string outcome)
    {
        if (route.Find(activity) is ReviewStageActivity stage && ReviewStageActivity.ClosingOutcomes.Contains(outcome))
        {
            stale.Remove(stage.Stage);
            Held.Add(stage.Stage);
        }

        var facts = Facts();
        var before = State.Open;
        var signal = new RouteSignal(activity, outcome);
        Take(engine.Resume(route, State, signal, facts), Reference.Resume(route, reference, signal, facts), before, activity);
        return this;
    }

    /// <summary>Answers several open activities alike, one after another.</summary>
    public RouteWalk SayAll(IEnumerable<string> activities, string outcome)
    {
        foreach (var activity in activities)
        {
            Say(activity, outcome);
        }

        return this;
    }

    /// <summary>Tries a signal that cannot be taken now: it must be refused in the same words, and the walk goes on from where it was.</summary>
    public void Refuses(RouteSignal signal)
    {
        var facts = Facts();
        var before = engine.Write(State);
        var expected = Assert.Throws<RouteSignalException>(() => Reference.Resume(route, reference, signal, facts));
        var refusal = Assert.Throws<RouteSignalException>(() => engine.Resume(route, State, signal, facts));
        Assert.Equal(expected.Message, refusal.Message);
        Assert.Equal(before, engine.Write(State));
    }

    HashSet<string> Facts()
    {
        var facts = stale.Select(s => "stale:" + s).ToHashSet(StringComparer.Ordinal);
        if (redLine)
        {
            facts.Add(ScreenActivity.RedLineFact);
        }

        if (stale.Count > 0 && (AnyStale ?? true))
        {
            facts.Add("stale");
        }

        return facts;
    }

    void Take(RouteStep step, RouteStep expected, IReadOnlyList<string> before, string? signalled)
    {
        Assert.Equal(expected.Effects, step.Effects);
        var state = Stored.Through(engine, step.State);
        Assert.Equal((expected.State.Status, expected.State.EndedAt), (state.Status, state.EndedAt));
        Assert.Equal(expected.State.Open, state.Open);

        Assert.Equal(state.Open.Distinct(StringComparer.Ordinal), state.Open);
        if (state.Status is RouteStatus.Finished)
        {
            Assert.Empty(state.Open);
            Assert.IsType<EndActivity>(route.Find(state.EndedAt!));
        }
        else
        {
            Assert.NotEmpty(state.Open);
            // Nothing that was open closes but what was signalled, and what opens is what the effects say.
            var opened = step.Effects.Where(e => e is StageOpened or RevisionAwaited or DeterminationOpened).Select(e => e.Activity);
            Assert.Equal(before.Where(id => id != signalled).Concat(opened), state.Open);
        }

        State = state;
        reference = expected.State;
        Effects = step.Effects;
    }
}

/// <summary>How states are kept.</summary>
public static class Stored
{
    /// <summary>A state as it is after it was kept and read back; what everybody sees of it must be as before, whoever reads it.</summary>
    public static RouteState Through(IRouteEngine engine, RouteState state)
    {
        var text = engine.Write(state);
        var read = engine.Read(text);
        Assert.Equal(text, engine.Write(read));
        foreach (var seen in (RouteState[])[read, RouteState.Read(text)])
        {
            Assert.Equal((state.Engine, state.Status, state.EndedAt), (seen.Engine, seen.Status, seen.EndedAt));
            Assert.Equal(state.Open, seen.Open);
        }

        return read;
    }
}
