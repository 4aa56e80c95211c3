using System.Collections.Immutable;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Review.Stages;

namespace Governance.Review.Decisions;

/// <summary>All that a decision looks at: what the proposal is, where its route stands, and the rules it is under.</summary>
public sealed record ReviewCase(ProposalState State, RouteState? Route, Rulebook Rulebook)
{
    public IReadOnlyList<string> LooksAt(string stage) => Rulebook.LooksAt(stage);

    /// <summary>The open stage of that name.</summary>
    /// <exception cref="NotFoundException">The proposal's route has no such stage yet.</exception>
    /// <exception cref="ConflictException">The stage is closed.</exception>
    public StageState OpenStage(string stage)
    {
        var found = State.Stage(stage) ?? throw new NotFoundException($"This proposal has no stage called {StageTitles.Of(stage)} yet.");
        return found.Open
            ? found
            : throw new ConflictException($"The {StageTitles.Of(stage)} stage is closed.");
    }

    public Tally Tally(StageState stage) => Voting.Count(State, stage, LooksAt(stage.Stage));

    /// <summary>How many of the young people's concerns keep the stage from closing with what the votes give: it cannot approve before each one is answered.</summary>
    public int ConcernsInTheWay(StageState stage, Tally tally) =>
        tally.Outcome is StageOutcome.Approved or StageOutcome.ApprovedWithConditions ? State.Concerns.Count(c => c.Stage == stage.Stage && c.Response is null) : 0;

    /// <summary>True when a chair can close the stage with what the votes give: nobody else has anything to do first.</summary>
    public bool IsReadyToClose(StageState stage) => Tally(stage) is { Decides: true } tally && ConcernsInTheWay(stage, tally) == 0;

    /// <summary>
    /// The facts that the route may ask about, as they are in <paramref name="state"/> (design, "Review"):
    /// <c>redLine</c>; <c>stale:&lt;stage&gt;</c>, true until the stage has approved or objected on the fields as they are
    /// now (an objection is an answer: asking the same panel again about the same thing would never end); and
    /// <c>stale</c>, true while that is so of some mandatory stage.
    /// </summary>
    public static ImmutableSortedSet<string> Facts(ProposalState state, Rulebook rulebook)
    {
        var facts = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        if (state.Flags.Any(f => f.Severity == "red_line")) facts.Add(ScreenActivity.RedLineFact);
        foreach (var stage in rulebook.Route.Activities.OfType<ReviewStageActivity>().Select(a => a.Stage).Distinct())
        {
            if (OutcomeOnPresentFields(state, stage, rulebook) is StageOutcome.Approved or StageOutcome.ApprovedWithConditions or StageOutcome.Objected) continue;
            facts.Add($"stale:{stage}");
            if (rulebook.Route.MandatoryStages.Contains(stage)) facts.Add("stale");
        }
        return facts.ToImmutable();
    }

    /// <summary>The stage's last outcome, or null if it has none or a field that it looks at has changed since.</summary>
    public static StageOutcome? OutcomeOnPresentFields(ProposalState state, string stage, Rulebook rulebook) =>
        state.Stage(stage)?.Result is { } result && !state.ChangedSince(result.Revision, rulebook.LooksAt(stage)) ? result.Outcome : null;
}

/// <summary>When a decision is taken, and the two plugs it needs.</summary>
/// <param name="At">The moment, in UTC.</param>
public sealed record Circumstances(DateTimeOffset At, WorkingDays Calendar, IRouteEngine Engine)
{
    public DateOnly Today => DateOnly.FromDateTime(At.UtcDateTime);
}

/// <summary>What was decided: the events, in order, and where that leaves the proposal and its route.</summary>
public sealed record Decision(ImmutableArray<ProposalEvent> Events, ProposalState State, RouteState? Route);

/// <summary>Collects the events of one decision and keeps the case up to date as they are added.</summary>
sealed class Deciding(ReviewCase before, Party by, Circumstances now)
{
    readonly ImmutableArray<ProposalEvent>.Builder _events = ImmutableArray.CreateBuilder<ProposalEvent>();

    public ProposalState State { get; private set; } = before.State;
    public RouteState? Route { get; private set; } = before.Route;

    public Deciding Add(ProposalEvent e)
    {
        _events.Add(e);
        State = ProposalFold.Apply(State, new Happening(by.Pseudonym, now.At, e));
        return this;
    }

    public Deciding Start() => Follow("", "", facts => now.Engine.Start(before.Rulebook.Route, facts));

    /// <summary>Answers an open activity and follows the route to where it waits next.</summary>
    public Deciding Signal(string activity, string outcome) => Follow(activity, outcome,
        facts => now.Engine.Resume(before.Rulebook.Route, Route!, new RouteSignal(activity, outcome), facts));

    public Deciding CloseRoute()
    {
        Route = RouteState.Closed;
        return this;
    }

    public Decision Done() => new(_events.ToImmutable(), State, Route);

    Deciding Follow(string activity, string outcome, Func<IReadOnlySet<string>, RouteStep> advance)
    {
        var facts = ReviewCase.Facts(State, before.Rulebook);
        var step = advance(facts);
        Route = step.State;
        Add(new RouteAdvanced
        {
            Activity = activity,
            Outcome = outcome,
            Facts = [.. facts],
            Steps = [.. step.Effects.Select(RouteSteps.Of)],
        });
        foreach (var effect in step.Effects)
        {
            switch (effect)
            {
                case Routes.StageOpened opened: Add(Open(opened.Activity)); break;
                case Routes.RevisionAwaited awaited: Add(Await(awaited.Activity)); break;
                case Routes.DeterminationOpened opened: Add(new Events.DeterminationOpened { Activity = opened.Activity }); break;
                case RouteCompleted completed: Add(new ReviewCompleted { Activity = completed.Activity }); break;
            }
        }
        return this;
    }

    Events.StageOpened Open(string activity)
    {
        var stage = (ReviewStageActivity)before.Rulebook.Route.Find(activity)!;
        return new()
        {
            Stage = stage.Stage,
            Activity = activity,
            Panel = stage.Panel,
            Opening = (State.Stage(stage.Stage)?.Opening ?? 0) + 1,
            Quorum = stage.Quorum ?? 1,
            Rule = RuleNames.Of(stage.Rule ?? VotingRule.Majority),
            Seats = [.. (stage.Seats ?? []).Select(s => new SeatNeeded(s.Seat, s.Minimum))],
            Due = now.Calendar.Add(now.Today, stage.DueInDays ?? 10),
        };
    }

    Events.RevisionAwaited Await(string activity) => new()
    {
        Activity = activity,
        Stage = ((AwaitRevisionActivity)before.Rulebook.Route.Find(activity)!).Stage ?? "",
    };
}

/// <summary>How the engine's effects are written in the trail.</summary>
public static class RouteSteps
{
    public static RouteStepTaken Of(RouteEffect effect) => effect switch
    {
        Screened s => new("screened", s.Activity, s.Outcome),
        Flagged f => new("flagged", f.Activity, f.Outcome),
        Routes.StageOpened o => new("stage_opened", o.Activity),
        Routes.RevisionAwaited r => new("revision_awaited", r.Activity),
        Routes.DeterminationOpened d => new("determination_opened", d.Activity),
        RouteCompleted c => new("completed", c.Activity),
        _ => throw new InvalidOperationException($"The trail has no word for {effect.GetType().Name}."),
    };
}
