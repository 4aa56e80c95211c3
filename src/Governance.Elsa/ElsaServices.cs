using Elsa.Expressions.Contracts;
using Elsa.Extensions;
using Elsa.Workflows;
using Elsa.Workflows.Activities;
using Elsa.Workflows.Activities.Flowchart.Activities;
using Elsa.Workflows.Activities.Flowchart.Models;
using Elsa.Workflows.Middleware.Activities;
using Elsa.Workflows.Middleware.Workflows;
using Elsa.Workflows.Pipelines.ActivityExecution;
using Elsa.Workflows.Serialization.Serializers;
using Governance.Review.Routes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Governance.Elsa;

/// <summary>Elsa's services, in a provider of their own: the site's own services never meet them.</summary>
static class ElsaServices
{
    /// <summary>Every type of activity that a route file may use.</summary>
    public static readonly IReadOnlyList<Type> Activities =
    [
        typeof(Flowchart), typeof(Start), typeof(End), typeof(FlowFork), typeof(FlowJoin),
        typeof(Screen), typeof(ReviewStage), typeof(AwaitRevision), typeof(WhenFlagged), typeof(Determination),
    ];

    // Elsa 3.7.1: CreateModule (src/common/Elsa.Features/Extensions/DependencyInjectionExtensions.cs); UseWorkflows and
    // UseFlowchart (src/modules/Elsa.Workflows.Core/Extensions/ModuleExtensions.cs); WorkflowsFeature.WithWorkflowExecutionPipeline
    // and WithActivityExecutionPipeline (Features/WorkflowsFeature.cs); FlowchartFeature.FlowchartOptionsConfigurator
    // (Features/FlowchartFeature.cs), without which the state would lose its scope; IActivityRegistry.RegisterAsync
    // (Contracts/IActivityRegistry.cs). Elsa's exception middlewares are left out, so that a fault is thrown to the caller.
    public static ServiceProvider Build()
    {
        // FlowJoin asks only this switch of the whole process (Activities/Flowchart/Activities/FlowJoin.cs), the flowchart only
        // its options (Flowchart.cs, GetEffectiveExecutionMode). Counter mode cannot express our routes.
        Flowchart.UseTokenFlow = true;

        var services = new ServiceCollection();
        services.AddScoped<StepJournal>();
        services.AddSingleton<IExpressionDescriptorRegistry, LiteralInputs>();
        services.AddSingleton<IActivityDescriptorModifier, PortWords>();
        // How activities are read, which Elsa registers with its Management package only: SerializationOptionsConfigurator
        // (Serialization/Serializers/SerializationOptionsConfigurator.cs).
        services.AddSerializationOptionsConfigurator<SerializationOptionsConfigurator>();
        var module = services.CreateModule();
        module.UseWorkflows(workflows => workflows
            .WithWorkflowExecutionPipeline(pipeline => pipeline.UseDefaultActivityScheduler())
            .WithActivityExecutionPipeline(pipeline => pipeline.Use(StepJournal.Tap).UseDefaultActivityInvoker()));
        module.UseFlowchart(flowchart => flowchart.FlowchartOptionsConfigurator = options => options.DefaultExecutionMode = FlowchartExecutionMode.TokenBased);
        module.Apply();
        services.Replace(ServiceDescriptor.Singleton<IWorkflowStateSerializer, StateText>());
        var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IActivityRegistry>().RegisterAsync(Activities).GetAwaiter().GetResult();
        return provider;
    }
}

/// <summary>What happened in one step, in order, as Elsa ran it.</summary>
sealed class StepJournal
{
    // As RouteMachine: a sound route runs each activity a few times in a step at most.
    const int LongestStep = 1000;

    readonly List<RouteEffect> effects = [];
    int executed;

    public IReadOnlyList<RouteEffect> Effects => effects;

    // Elsa 3.7.1: IActivityExecutionPipelineBuilder.Use(Func<ActivityMiddlewareDelegate, ActivityMiddlewareDelegate>)
    // (Contracts/IActivityExecutionPipelineBuilder.cs); ActivityExecutionContext.Status, Activity, GetRequiredService and
    // JournalData["Outcomes"], a list of texts, WorkflowExecutionContext.Workflow (Contexts/ActivityExecutionContext.cs and .Complete.cs).
    public static ActivityMiddlewareDelegate Tap(ActivityMiddlewareDelegate next) => async context =>
    {
        var journal = context.GetRequiredService<StepJournal>();
        if (++journal.executed > LongestStep)
        {
            var route = context.WorkflowExecutionContext.Workflow.Identity;
            throw new InvalidOperationException($"Route {route.DefinitionId} version {route.Version} goes round in a circle where nothing waits.");
        }
        await next(context);
        if (Effect(context) is { } effect) journal.effects.Add(effect);
    };

    static RouteEffect? Effect(ActivityExecutionContext context)
    {
        var id = context.Activity.Id;
        // An activity that waits is still running after it ran. When it is answered it runs again, and then has completed.
        var waits = context.Status == ActivityStatus.Running;
        return context.Activity switch
        {
            Screen => new Screened(id, Outcome(context)),
            WhenFlagged => new Flagged(id, Outcome(context)),
            ReviewStage when waits => new StageOpened(id),
            AwaitRevision when waits => new RevisionAwaited(id),
            Determination when waits => new DeterminationOpened(id),
            End => new RouteCompleted(id),
            _ => null,
        };
    }

    static string Outcome(ActivityExecutionContext context) => ((IEnumerable<string>)context.JournalData["Outcomes"]).Single();
}
