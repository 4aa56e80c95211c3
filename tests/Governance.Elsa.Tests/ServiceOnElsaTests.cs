using Governance.Review;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service;
using Governance.Service.Audit;
using Governance.Service.Pipeline;
using Governance.Service.Tests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Elsa.Tests;

/// <summary>The whole service with its routes on Elsa.</summary>
public sealed class ServiceOnElsaTests
{
    [Fact]
    public async Task A_proposal_goes_from_submission_to_determination()
    {
        using var elsa = new ElsaRouteEngine();
        await using var service = new TestService(elsa);
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);

        Assert.Equal(ElsaRouteEngine.EngineName, (await service.Get(reference)).Route!.Engine);
        await service.ApproveAll(reference);
        await service.Decide(reference);

        Assert.Equal(Phase.Determined, (await service.Get(reference)).State.Phase);
        Assert.Empty((await service.Send(new RunDoctor())).Faults);
    }

    [Fact]
    public async Task A_proposal_under_way_moves_to_Elsa_and_back()
    {
        using var elsa = new ElsaRouteEngine();
        var engine = new EngineSwitch();
        await using var service = new TestService(engine);
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        await service.Approve(reference, StageIds.Privacy);

        engine.Now = elsa;
        Assert.Equal(new RouteKept(reference, ElsaRouteEngine.EngineName), await service.Send(new RebuildRoute { Actor = Actor.Service, Reference = reference }));
        await service.Approve(reference, StageIds.YouthVoice);

        engine.Now = new RouteMachine();
        Assert.Equal(new RouteKept(reference, "embedded"), await service.Send(new RebuildRoute { Actor = Actor.Service, Reference = reference }));
        await service.ApproveAll(reference);
        await service.Decide(reference);
        Assert.Equal(Phase.Determined, (await service.Get(reference)).State.Phase);
    }

    [Fact]
    public async Task A_state_that_an_earlier_adapter_stored_is_refused_and_named_and_nothing_is_lost_until_its_route_is_rebuilt()
    {
        using var elsa = new ElsaRouteEngine();
        await using var service = new TestService(elsa);
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        await service.Approve(reference, StageIds.Privacy);
        await Mark(service, "elsa");

        Assert.Equal([new RouteKept(reference, "elsa")], await service.Send(new ListRoutes(OnOthersOnly: true)));
        var fault = Assert.Single((await service.Send(new RunDoctor())).Faults);
        Assert.Contains($"{reference}: its route is kept by the engine “elsa”", fault, StringComparison.Ordinal);
        Assert.Contains("doctor --rebuild-routes", fault, StringComparison.Ordinal);
        var before = await service.Get(reference);
        Assert.Equal([StageIds.CriminalisationRisk, StageIds.YouthVoice], before.Route!.Open);
        var refusal = await Assert.ThrowsAsync<ConflictException>(() => service.Vote(reference, StageIds.YouthVoice, service.Youth[0]));
        Assert.Contains("doctor --rebuild-routes", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before.Version, (await service.Get(reference)).Version);

        await service.Send(new RebuildRoute { Actor = Actor.Service, Reference = reference });
        Assert.Empty((await service.Send(new RunDoctor())).Faults);
        await service.ApproveAll(reference);
        await service.Decide(reference);
        Assert.Equal(Phase.Determined, (await service.Get(reference)).State.Phase);
    }

    // What an earlier version left there: its mark, and a form that this one would misread.
    static Task Mark(TestService service, string mark) => service.InTransaction((_, session) => session.ExecuteAsync(
        $$"""UPDATE proposal SET route_state = REPLACE(REPLACE(route_state, '{"engine":"{{ElsaRouteEngine.EngineName}}"', '{"engine":"{{mark}}"'), '"workflow":', '"instance":'), version = version + 1"""));

    [Fact]
    public void One_call_puts_the_service_on_Elsa()
    {
        using var provider = new ServiceCollection().AddGovernanceService(new ConfigurationBuilder().Build()).AddElsaRoutes().BuildServiceProvider();

        Assert.IsType<ElsaRouteEngine>(provider.GetRequiredService<IRouteEngine>());
    }
}
