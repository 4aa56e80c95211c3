using System.Text.Json;
using System.Text.Json.Serialization;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;

namespace Governance.Service.Tests.Audit;

/// <summary>A proposal that is under way when the service is put on another route engine.</summary>
public sealed class RebuildRoutesTests
{
    [Fact]
    public async Task On_another_engine_a_proposal_can_be_read_but_not_decided_until_its_route_is_rebuilt_and_then_it_goes_on_to_its_end()
    {
        var engine = new EngineSwitch();
        await using var service = new TestService(engine);
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        await service.Approve(reference, StageIds.Privacy);
        engine.Now = new Clockwork();

        Assert.Equal([new RouteKept(reference, "embedded")], await service.Send(new ListRoutes(OnOthersOnly: true)));
        var fault = Assert.Single((await service.Send(new RunDoctor())).Faults);
        Assert.StartsWith($"{reference}: its route is kept by the engine “embedded”, which is not the one in use.", fault, StringComparison.Ordinal);
        Assert.EndsWith("doctor --rebuild-routes", fault, StringComparison.Ordinal);
        Assert.Equal([StageIds.CriminalisationRisk, StageIds.YouthVoice], (await service.Get(reference)).Route!.Open);
        var refusal = await Assert.ThrowsAsync<ConflictException>(() => service.Vote(reference, StageIds.YouthVoice, service.Youth[0]));
        Assert.Contains("doctor --rebuild-routes", refusal.Message, StringComparison.Ordinal);

        Assert.Equal(new RouteKept(reference, "clockwork"), await service.Send(new RebuildRoute { Actor = Actor.Service, Reference = reference }));

        Assert.Empty(await service.Send(new ListRoutes(OnOthersOnly: true)));
        await service.ApproveAll(reference);
        await service.Decide(reference);
        Assert.Equal(Phase.Determined, (await service.Get(reference)).State.Phase);
        Assert.Empty((await service.Send(new RunDoctor())).Faults);
        Assert.Empty(await service.Send(new ListRoutes(OnOthersOnly: false)));
    }

    [Fact]
    public async Task What_the_same_engine_kept_in_another_form_is_refused_and_named_and_goes_on_once_its_route_is_rebuilt()
    {
        await using var service = new TestService();
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        await service.InTransaction((_, session) => session.ExecuteAsync(
            """UPDATE proposal SET version = version + 1, route_state = REPLACE(REPLACE(route_state, '{"engine":"embedded"', '{"engine":"embedded-2"'), '"tokens":[', '"tokens":7,"marks":[')"""));
        var before = await service.Get(reference);

        var refusal = await Assert.ThrowsAsync<ConflictException>(() => service.Vote(reference, StageIds.YouthVoice, service.Youth[0]));
        Assert.Contains("kept by the engine “embedded-2”", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before.Version, (await service.Get(reference)).Version);
        Assert.Equal([new RouteKept(reference, "embedded-2")], await service.Send(new ListRoutes(OnOthersOnly: true)));

        await service.Send(new RebuildRoute { Actor = Actor.Service, Reference = reference });
        await service.ApproveAll(reference);
        Assert.Empty((await service.Send(new RunDoctor())).Faults);
    }

    [Fact]
    public async Task A_route_that_the_engine_walks_otherwise_than_on_record_is_left_as_it_was()
    {
        var engine = new EngineSwitch();
        await using var service = new TestService(engine);
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        engine.Now = new Clockwork { Slips = true };

        var refusal = await Assert.ThrowsAsync<ConflictException>(() => service.Send(new RebuildRoute { Actor = Actor.Service, Reference = reference }));

        Assert.Contains("takes other steps than those on record", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([new RouteKept(reference, "embedded")], await service.Send(new ListRoutes(OnOthersOnly: true)));
        engine.Now = new RouteMachine();
        await service.ApproveAll(reference);
    }

    [Fact]
    public async Task Rebuilding_is_for_administrators_and_the_operator()
    {
        await using var service = new TestService();
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);

        await Assert.ThrowsAsync<NotAllowedException>(() => service.Send(new RebuildRoute { Actor = service.Chair, Reference = reference }));
        await Assert.ThrowsAsync<NotFoundException>(() => service.Send(new RebuildRoute { Actor = Actor.Service, Reference = "DUP-2000-0001" }));
    }

    [Fact]
    public async Task Rebuilding_on_the_same_engine_gives_the_same_state()
    {
        await using var service = new TestService();
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        await service.Approve(reference, StageIds.YouthVoice);
        var before = (await service.Get(reference)).Route;

        await service.Send(new RebuildRoute { Actor = Actor.Service, Reference = reference });

        Assert.Equal(before, (await service.Get(reference)).Route);
    }

    /// <summary>An engine of another name and another kind of state, which can slip.</summary>
    sealed class Clockwork : IRouteEngine
    {
        readonly RouteMachine works = new();

        public bool Slips { get; init; }

        public string Name => "clockwork";

        public string Write(RouteState state) => state is Wound own ? JsonSerializer.Serialize(own) : state.Write(Name);

        public RouteState Read(string text) =>
            RouteState.Read(text) is var head && head.Engine == Name ? JsonSerializer.Deserialize<Wound>(text)! : head;

        public RouteStep Start(Route route, IReadOnlySet<string> facts) => Wind(works.Start(route, facts));

        public RouteStep Resume(Route route, RouteState state, RouteSignal signal, IReadOnlySet<string> facts)
        {
            signal.Demand(route, state);
            state.DemandEngine(Name);
            return Wind(works.Resume(route, works.Read(((Wound)state).Inside), signal, facts));
        }

        RouteStep Wind(RouteStep step) => new(
            new Wound { Engine = Name, Status = step.State.Status, Open = step.State.Open, EndedAt = step.State.EndedAt, Inside = works.Write(step.State) },
            Slips ? [.. step.Effects.Reverse()] : step.Effects);

        sealed record Wound : RouteState
        {
            [JsonPropertyName("inside")]
            public required string Inside { get; init; }
        }
    }
}
