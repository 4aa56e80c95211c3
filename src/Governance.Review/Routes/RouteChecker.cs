using System.Globalization;

namespace Governance.Review.Routes;

/// <summary>
/// Walks every state that a route can reach, over all signals and all facts, and reports what could go wrong on it.
/// </summary>
/// <remarks>
/// Facts are free (both values are tried wherever the route reads one) but for two. <c>stale:</c><i>stage</i> is true until
/// that stage has closed with Approved, ApprovedWithConditions or Objected, and free afterwards. <c>stale</c> is never
/// true while <c>stale:</c><i>stage</i> is false for every stage of the route.
/// </remarks>
public static class RouteChecker
{
    // The routes in use have a few hundred states. A route with more than this cannot be judged in reasonable time.
    const int MostStates = 10_000;

    const string Stale = "stale";

    /// <summary>All faults found, each once for each activity, with the shortest way there; empty for a sound route.</summary>
    public static IReadOnlyList<RouteFault> Check(Route route)
    {
        var faults = new List<RouteFault>();
        foreach (var activity in route.Activities)
        {
            foreach (var outcome in activity.Outcomes)
            {
                var count = route.Graph.Outbound(activity.Id).Count(c => c.Outcome == outcome);
                if (count == 0)
                {
                    faults.Add(new(activity.Id, $"The outcome {outcome} is not connected.", []));
                }
                else if (count > 1 && activity is not ForkActivity)
                {
                    faults.Add(new(activity.Id, $"The outcome {outcome} has {count.ToString(CultureInfo.InvariantCulture)} connections: only a fork may have more than one.", []));
                }
            }
        }

        faults.AddRange(new Walk(route).Faults());
        return faults;
    }

    /// <summary>Breadth first, so that the first way found to a fault is a shortest one.</summary>
    sealed class Walk(Route route)
    {
        readonly List<RouteFault> faults = [];
        readonly HashSet<(RouteState State, string Closed)> seen = [];
        readonly Queue<Place> queue = new();

        /// <summary>A state that was reached, the stages closed on the way, and the way.</summary>
        sealed record Place(RouteState State, IReadOnlyList<string> Closed, Place? Before, string Signal)
        {
            public IReadOnlyList<string> Signals => Before is null ? (Signal.Length == 0 ? [] : [Signal]) : [.. Before.Signals, Signal];
        }

        public List<RouteFault> Faults()
        {
            Try(before: null, new RouteSignal(route.Start.Id, ""), []);
            while (queue.TryDequeue(out var place))
            {
                foreach (var id in place.State.Open)
                {
                    foreach (var outcome in route.Find(id)!.Outcomes)
                    {
                        var signal = new RouteSignal(id, outcome);
                        Try(place, signal, ClosedBy(signal, place.Closed));
                    }
                }

                if (seen.Count > MostStates)
                {
                    faults.Add(new(route.Start.Id, $"There are more than {MostStates.ToString(CultureInfo.InvariantCulture)} states, too many to check.", []));
                    break;
                }
            }

            return faults;
        }

        IReadOnlyList<string> ClosedBy(RouteSignal signal, IReadOnlyList<string> closed) =>
            route.Find(signal.Activity) is ReviewStageActivity stage && ReviewStageActivity.ClosingOutcomes.Contains(signal.Outcome) && !closed.Contains(stage.Stage)
                ? [.. closed.Append(stage.Stage).Order(StringComparer.Ordinal)]
                : closed;

        /// <summary>Takes one signal (or the start) with every set of facts that the step reads.</summary>
        void Try(Place? before, RouteSignal signal, IReadOnlyList<string> closed)
        {
            // Each list is the beginning of a sequence of answers; facts read after it are answered with their first possible value.
            var untried = new Stack<IReadOnlyList<bool>>([[]]);
            while (untried.TryPop(out var answers))
            {
                var facts = new Dictionary<string, bool>(StringComparer.Ordinal);
                var given = new List<bool>();
                var cancelled = new List<string>();
                var step = before is null
                    ? RouteMachine.Start(route, Answer, cancelled)
                    : RouteMachine.Resume(route, before.State, signal, Answer, cancelled);
                if (Possible(facts))
                {
                    Judge(before, signal, closed, step, facts, cancelled);
                }

                bool Answer(string fact)
                {
                    if (facts.TryGetValue(fact, out var known))
                    {
                        return known;
                    }

                    var mustBeTrue = fact.StartsWith("stale:", StringComparison.Ordinal)
                        && route.Stages.Any(s => fact == $"stale:{s.Stage}" && !closed.Contains(s.Stage));
                    var answer = mustBeTrue;
                    if (!mustBeTrue)
                    {
                        if (given.Count < answers.Count)
                        {
                            answer = answers[given.Count];
                        }
                        else
                        {
                            untried.Push([.. given, true]);
                        }

                        given.Add(answer);
                    }

                    facts.Add(fact, answer);
                    return answer;
                }
            }
        }

        bool Possible(Dictionary<string, bool> facts) =>
            !facts.GetValueOrDefault(Stale)
            || route.Stages.Any(s => facts.GetValueOrDefault($"stale:{s.Stage}", defaultValue: true));

        void Judge(Place? before, RouteSignal signal, IReadOnlyList<string> closed, RouteStep? step, Dictionary<string, bool> facts, List<string> cancelled)
        {
            var said = Said(before, signal, facts);
            if (step is null)
            {
                Report(before, said, signal.Activity, "The route goes round in a circle where nothing waits.");
                return;
            }

            var place = new Place(step.State, closed, before, said);
            var wasOpen = before is null ? [] : before.State.Open.Where(id => id != signal.Activity).ToList();
            if (Problems(signal, closed, step, wasOpen, cancelled).ToList() is { Count: > 0 } problems)
            {
                foreach (var (activity, problem) in problems)
                {
                    Report(before, said, activity, problem);
                }
            }
            else if (step.State.Status is RouteStatus.Running && seen.Add((step.State, string.Join(',', closed))))
            {
                queue.Enqueue(place);
            }
        }

        IEnumerable<(string Activity, string Problem)> Problems(RouteSignal signal, IReadOnlyList<string> closed, RouteStep step, List<string> wasOpen, List<string> cancelled)
        {
            var state = step.State;
            if (state.Status is RouteStatus.Running && state.Open.Count == 0)
            {
                yield return (signal.Activity, "The route is stuck: it still runs but nothing is open.");
            }

            if (state.Status is RouteStatus.Finished && state.EndedAt is null)
            {
                yield return (signal.Activity, "The route finishes without reaching an End.");
            }

            if (state.Status is RouteStatus.Finished)
            {
                foreach (var id in state.Open)
                {
                    yield return (id, "It is still open after the end.");
                }
            }
            else
            {
                var opened = step.Effects.Where(e => e is StageOpened or RevisionAwaited or DeterminationOpened).Select(e => e.Activity).ToList();
                foreach (var id in opened.Where((id, i) => wasOpen.Contains(id) || opened.IndexOf(id) < i).Distinct(StringComparer.Ordinal))
                {
                    yield return (id, "It is opened a second time while it is open.");
                }

            }

            foreach (var id in cancelled)
            {
                yield return (id, "A WaitAny join closes it while it is open.");
            }

            if (route.Find(signal.Activity) is DeterminationActivity && DeterminationActivity.FavourableOutcomes.Contains(signal.Outcome))
            {
                foreach (var stage in route.MandatoryStages.Except(closed, StringComparer.Ordinal))
                {
                    yield return (signal.Activity, $"It can be favourable although the mandatory stage {stage} was never held.");
                }
            }
        }

        static string Said(Place? before, RouteSignal signal, Dictionary<string, bool> facts)
        {
            var name = before is null ? signal.Activity : signal.ToString();
            var trueFacts = facts.Where(f => f.Value).Select(f => f.Key).ToList();
            return trueFacts.Count > 0 ? $"{name} [{string.Join(", ", trueFacts)}]"
                : before is null ? ""
                : name;
        }

        void Report(Place? before, string said, string activity, string problem)
        {
            if (!faults.Exists(f => f.Activity == activity && f.Problem == problem))
            {
                faults.Add(new(activity, problem, new Place(RouteState.Closed, [], before, said).Signals));
            }
        }
    }
}

/// <summary>A way in which a route can go wrong.</summary>
/// <param name="Activity">Where.</param>
/// <param name="Problem">What, in a sentence.</param>
/// <param name="ShortestSignals">
/// The fewest signals that lead there, each as <c>activity Outcome</c>, then in brackets the facts that were read as true, if
/// any; first the start, if it read any. Empty where it goes wrong at the start, or is seen without walking.
/// </param>
public sealed record RouteFault(string Activity, string Problem, IReadOnlyList<string> ShortestSignals)
{
    /// <summary>Activity, problem and the way there, on one line.</summary>
    public override string ToString() =>
        ShortestSignals.Count == 0 ? $"{Activity}: {Problem}" : $"{Activity}: {Problem} Shortest way there: {string.Join("; ", ShortestSignals)}.";
}
