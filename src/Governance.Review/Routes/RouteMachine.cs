using System.Text.Json;

namespace Governance.Review.Routes;

/// <summary>
/// The embedded engine, and the auditor's replayer. It advances a route as Elsa 3.7.1 does in token mode, so that a
/// trail made on either engine replays on the other.
/// </summary>
public sealed class RouteMachine : IRouteEngine
{
    // A sound route runs each activity a few times in a step at most; more than this is a circle without anybody in it.
    const int LongestStep = 1000;

    // A start, a fork and a join complete with every outcome that they have. Signals cannot name it: it is no outcome.
    const string AllOutcomes = "*";

    /// <summary>What the state of this engine is marked with. When what it keeps changes, this becomes <c>embedded-2</c>, and so on.</summary>
    public const string EngineName = "embedded";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public string Write(RouteState state) =>
        state is MachineState own ? JsonSerializer.Serialize(own, RouteStateJson.Default.MachineState) : state.Write(Name);

    /// <inheritdoc/>
    public RouteState Read(string text)
    {
        // How it begins is read first: the rest of another engine's state, or of an earlier form, may be anything.
        var head = RouteState.Read(text);
        return head.Engine == Name ? JsonSerializer.Deserialize(text, RouteStateJson.Default.MachineState)! : head;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The route goes round in a circle where nothing waits: it is not sound for these facts.</exception>
    public RouteStep Start(Route route, IReadOnlySet<string> facts) =>
        Start(route, facts.Contains) ?? throw Circle(route);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The route goes round in a circle where nothing waits: it is not sound for these facts.</exception>
    public RouteStep Resume(Route route, RouteState state, RouteSignal signal, IReadOnlySet<string> facts)
    {
        signal.Demand(route, state);
        state.DemandEngine(Name);
        return Resume(route, state, signal, facts.Contains) ?? throw Circle(route);
    }

    /// <summary>
    /// As the public one, with facts asked for one by one; null where the step goes round for ever. What a WaitAny join
    /// closes is added to <paramref name="cancelled"/>.
    /// </summary>
    internal static RouteStep? Start(Route route, Func<string, bool> facts, List<string>? cancelled = null)
    {
        var run = new Run(route, facts, [], [], cancelled);
        run.Schedule(route.Start.Id);
        return run.Drain() ? run.Step() : null;
    }

    /// <summary>As the other internal one; the signal is not checked.</summary>
    internal static RouteStep? Resume(Route route, RouteState state, RouteSignal signal, Func<string, bool> facts, List<string>? cancelled = null)
    {
        var run = new Run(route, facts, [.. ((MachineState)state).Tokens], [.. state.Open], cancelled);
        run.Complete(signal);
        return run.Drain() ? run.Step() : null;
    }

    static InvalidOperationException Circle(Route route) =>
        new($"Route {route.DefinitionId} version {route.Version} goes round in a circle where nothing waits.");

    /// <summary>One step in the making.</summary>
    sealed class Run(Route route, Func<string, bool> facts, List<RouteToken> tokens, List<string> open, List<string>? cancelledByJoin)
    {
        readonly Queue<string> work = new();
        readonly List<RouteEffect> effects = [];
        bool finished;
        string? endedAt;

        public void Schedule(string id) => work.Enqueue(id);

        public bool Drain()
        {
            for (var count = 0; work.TryDequeue(out var id); count++)
            {
                if (count == LongestStep)
                {
                    return false;
                }

                Execute(route.Find(id)!);
            }

            return true;
        }

        public RouteStep Step() => new(
            new MachineState
            {
                Engine = EngineName,
                Status = finished ? RouteStatus.Finished : RouteStatus.Running,
                Open = open,
                EndedAt = endedAt,
                Tokens = tokens,
            },
            effects);

        void Execute(RouteActivity activity)
        {
            switch (activity)
            {
                case ScreenActivity screen:
                    var screened = facts(ScreenActivity.RedLineFact) ? "RedLine" : "Proceed";
                    effects.Add(new Screened(screen.Id, screened));
                    Complete(new RouteSignal(screen.Id, screened));
                    break;
                case WhenFlaggedActivity flag:
                    var flagged = facts(flag.Flag) ? "True" : "False";
                    effects.Add(new Flagged(flag.Id, flagged));
                    Complete(new RouteSignal(flag.Id, flagged));
                    break;
                case ReviewStageActivity:
                    open.Add(activity.Id);
                    effects.Add(new StageOpened(activity.Id));
                    break;
                case AwaitRevisionActivity:
                    open.Add(activity.Id);
                    effects.Add(new RevisionAwaited(activity.Id));
                    break;
                case DeterminationActivity:
                    open.Add(activity.Id);
                    effects.Add(new DeterminationOpened(activity.Id));
                    break;
                case EndActivity:
                    effects.Add(new RouteCompleted(activity.Id));
                    End(activity.Id);
                    break;
                default:
                    Complete(new RouteSignal(activity.Id, AllOutcomes));
                    break;
            }
        }

        void End(string? id)
        {
            tokens.Clear();
            open.Clear();
            endedAt ??= id;
            finished = true;
        }

        public void Complete(RouteSignal completed)
        {
            var id = completed.Activity;
            open.Remove(id);
            if (finished)
            {
                return;
            }

            var followed = route.Graph.Outbound(id).Where(c => completed.Outcome is AllOutcomes || c.Outcome == completed.Outcome).ToList();
            tokens.AddRange(followed.Select(c => new RouteToken(c.From, c.Outcome, c.To, Consumed: false, Blocked: false)));
            // Also those just added, where an activity leads back to itself.
            tokens.RemoveAll(t => t.To == id && t.Live);
            foreach (var connection in followed)
            {
                if (MayRun(connection))
                {
                    Schedule(connection.To);
                }
            }

            if (open.Count == 0 && work.Count == 0 && !tokens.Exists(t => t.Live))
            {
                End(id: null);
            }

            tokens.RemoveAll(t => t.To == id && t.Consumed);
        }

        bool MayRun(RouteConnection connection)
        {
            var inbound = route.Graph.ForwardInbound(connection.To);
            return route.Find(connection.To) switch
            {
                JoinActivity { Mode: JoinMode.WaitAll } =>
                    inbound.Count <= 1 || inbound.All(c => tokens.Exists(t => t.Live && Follows(t, c))),
                JoinActivity => WinsRace(connection, inbound),
                // Somebody is still on the way to an activity that leads here.
                _ => !inbound.Any(c => tokens.Exists(t => t.Live && t.To == c.From)),
            };
        }

        bool WinsRace(RouteConnection connection, IReadOnlyList<RouteConnection> inbound)
        {
            var ancestors = route.Graph.Ancestors(connection.To);
            foreach (var cancelled in open.Where(ancestors.Contains).ToList())
            {
                cancelledByJoin?.Add(cancelled);
                open.Remove(cancelled);
                tokens.RemoveAll(t => t.From == cancelled || t.To == cancelled);
            }

            var block = tokens.FindIndex(t => t.Blocked && Follows(t, connection));
            if (block >= 0)
            {
                tokens[block] = tokens[block] with { Consumed = true };
                return false;
            }

            tokens.AddRange(inbound.Where(c => c.From != connection.From).Select(c => new RouteToken(c.From, c.Outcome, c.To, Consumed: false, Blocked: true)));
            return true;
        }

        static bool Follows(RouteToken token, RouteConnection connection) =>
            token.From == connection.From && token.Outcome == connection.Outcome && token.To == connection.To;
    }
}
