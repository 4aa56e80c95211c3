using Governance.Review.Routes;
using Governance.Routes.Conformance;

namespace Governance.Review.Tests.Routes;

/// <summary>That the suite which every engine must pass can fail: engines with one thing wrong with them.</summary>
public sealed class ConformanceTests
{
    static readonly Dictionary<string, IRouteEngine> Deviants = new(StringComparer.Ordinal)
    {
        ["tells effects in another order"] = new Deviant { Step = s => s with { Effects = [.. s.Effects.Reverse()] } },
        ["loses an effect"] = new Deviant { Step = s => s with { Effects = [.. s.Effects.Where(e => e is not Flagged)] } },
        ["opens a stage more"] = new Deviant { Step = s => s with { State = s.State with { Open = [.. s.State.Open, "privacy"] } } },
        ["orders what is open"] = new Deviant { Step = s => s with { State = s.State with { Open = [.. s.State.Open.Order(StringComparer.Ordinal)] } } },
        ["does not look at facts"] = new Deviant { Facts = _ => new HashSet<string>(StringComparer.Ordinal) },
        ["forgets a token"] = new Deviant { Written = s => s is MachineState m ? m with { Tokens = [.. m.Tokens.Skip(1)] } : s },
        ["does not tell the End"] = new Deviant { Step = s => s with { State = s.State with { EndedAt = null } } },
        ["refuses nothing"] = new Deviant { RefusesNothing = true },
    };

    public static TheoryData<string> Wrong => [.. Deviants.Keys];

    /// <summary>The recordings hold no signal that is refused, and no End but as an effect.</summary>
    public static TheoryData<string> Recordable => [.. Deviants.Keys.SkipLast(2)];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_engine_with_one_thing_wrong_with_it_fails_the_suite(string what)
    {
        var suite = new Suite(Deviants[what]);

        Assert.Contains(RouteEngineConformance.Names, name => Fails(() => suite.Whatever_is_signalled_the_engine_does_as_the_embedded_one_and_the_route_keeps_its_promises(name)));
    }

    [Theory]
    [MemberData(nameof(Recordable))]
    public void An_engine_with_one_thing_wrong_with_it_does_not_follow_the_recorded_walks(string what)
    {
        RecordedWalks.Folder();

        Assert.True(Fails(() => RecordedWalks.Follow(Deviants[what])));
    }

    static bool Fails(Action check) => Record.Exception(check) is not null;

    /// <summary>The embedded engine with one thing wrong.</summary>
    sealed class Deviant : IRouteEngine
    {
        readonly RouteMachine machine = new();

        public Func<RouteStep, RouteStep> Step { get; init; } = s => s;
        public Func<IReadOnlySet<string>, IReadOnlySet<string>> Facts { get; init; } = f => f;
        public Func<RouteState, RouteState> Written { get; init; } = s => s;
        public bool RefusesNothing { get; init; }

        public string Name => machine.Name;

        public string Write(RouteState state) => machine.Write(Written(state));

        public RouteState Read(string text) => machine.Read(text);

        public RouteStep Start(Route route, IReadOnlySet<string> facts) => Step(machine.Start(route, Facts(facts)));

        public RouteStep Resume(Route route, RouteState state, RouteSignal signal, IReadOnlySet<string> facts)
        {
            try
            {
                return Step(machine.Resume(route, state, signal, Facts(facts)));
            }
            catch (RouteSignalException) when (RefusesNothing)
            {
                return new RouteStep(state, []);
            }
        }
    }

    sealed class Suite(IRouteEngine engine) : RouteEngineConformance
    {
        protected override IRouteEngine Engine => engine;

        protected override int RandomWalks => 200;
    }
}
