using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Elsa.Workflows;
using Elsa.Workflows.Activities;
using Elsa.Workflows.Models;
using Elsa.Workflows.Options;
using Elsa.Workflows.State;
using Governance.Review.Routes;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Elsa;

/// <summary>What Elsa keeps of a route: its workflow state, besides what everybody sees.</summary>
public sealed record ElsaRouteState : RouteState
{
    /// <summary>As Elsa's own serialiser writes it.</summary>
    [JsonPropertyName("workflow")]
    public required JsonElement Workflow { get; init; }

    /// <inheritdoc/>
    public bool Equals(ElsaRouteState? other) => base.Equals(other) && JsonElement.DeepEquals(Workflow, other.Workflow);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();
}

[JsonSerializable(typeof(ElsaRouteState))]
sealed partial class ElsaRouteStateJson : JsonSerializerContext;

/// <summary>
/// Runs routes on Elsa's workflow engine, step by step: Elsa is given where a route stands and one answer, and gives back
/// where it stands then. It keeps nothing itself; the state is stored with the decision that caused it, in one transaction
/// (design, "Routes"). Built on Elsa 3.7.1; may be used by several threads at once.
/// </summary>
public sealed class ElsaRouteEngine : IRouteEngine, IDisposable
{
    // Counts the forms in which this adapter has kept a state. Raise it when ElsaRouteState, StateText, the activities' type names
    // or WaitingActivity's callback change. States that are marked "elsa" alone were written before forms were counted.
    const int Form = 1;

    /// <summary>
    /// What the state of this engine is marked with: Elsa's version, which decides how Elsa writes and reads one, and the form of
    /// this adapter's own. A state with another mark is not gone on from: <c>doctor --rebuild-routes</c> makes it again.
    /// </summary>
    public static string EngineName { get; } = $"elsa-{typeof(IWorkflowRunner).Assembly.GetName().Version!.ToString(3)}-{Form}";

    readonly ServiceProvider elsa = ElsaServices.Build();

    // Reading a definition again for each step would take most of the time. Routes are few and never change: they are pinned.
    readonly ConcurrentDictionary<string, WorkflowGraph> graphs = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public string Write(RouteState state) =>
        state is ElsaRouteState own ? JsonSerializer.Serialize(own, ElsaRouteStateJson.Default.ElsaRouteState) : state.Write(Name);

    /// <inheritdoc/>
    public RouteState Read(string text)
    {
        var head = RouteState.Read(text);
        return head.Engine == Name ? JsonSerializer.Deserialize(text, ElsaRouteStateJson.Default.ElsaRouteState)! : head;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The route goes round in a circle where nothing waits, or Elsa does not know one of its activities.</exception>
    public RouteStep Start(Route route, IReadOnlySet<string> facts) =>
        RunAsync(route, before: null, new RunWorkflowOptions { WorkflowInstanceId = route.Id, Input = Input(facts) }).GetAwaiter().GetResult();

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The route goes round in a circle where nothing waits, or the state was damaged.</exception>
    public RouteStep Resume(Route route, RouteState state, RouteSignal signal, IReadOnlySet<string> facts)
    {
        // Asked before Elsa is, which would take an unknown outcome for a dead end and an unknown bookmark for nothing to do.
        signal.Demand(route, state);
        state.DemandEngine(Name);
        return ResumeAsync(route, (ElsaRouteState)state, signal, facts).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => elsa.Dispose();

    // Elsa 3.7.1: IWorkflowStateSerializer.Deserialize(JsonElement) (Contracts/IWorkflowStateSerializer.cs), WorkflowState.Bookmarks
    // (State/WorkflowState.cs), Bookmark.Id and ActivityId (Models/Bookmark.cs), RunWorkflowOptions (Options/RunWorkflowOptions.cs).
    // An empty BookmarkId would start the whole workflow again inside the same state (Services/WorkflowRunner.cs).
    Task<RouteStep> ResumeAsync(Route route, ElsaRouteState state, RouteSignal signal, IReadOnlySet<string> facts)
    {
        var before = elsa.GetRequiredService<IWorkflowStateSerializer>().Deserialize(state.Workflow);
        var bookmark = before.Bookmarks.Single(b => b.ActivityId == signal.Activity);
        if (string.IsNullOrEmpty(bookmark.Id)) throw new InvalidOperationException("The route's stored state names an open step without saying where it waits.");
        var input = Input(facts);
        input[StepInput.Outcome] = signal.Outcome;
        return RunAsync(route, before, new RunWorkflowOptions { BookmarkId = bookmark.Id, Input = input });
    }

    // Elsa 3.7.1: IWorkflowRunner.RunAsync(WorkflowGraph, RunWorkflowOptions) and RunAsync(WorkflowGraph, WorkflowState,
    // RunWorkflowOptions) (Contracts/IWorkflowRunner.cs); RunWorkflowResult.WorkflowState (Models/RunWorkflowResult.cs).
    async Task<RouteStep> RunAsync(Route route, WorkflowState? before, RunWorkflowOptions options)
    {
        await using var scope = elsa.CreateAsyncScope();
        var runner = scope.ServiceProvider.GetRequiredService<IWorkflowRunner>();
        var graph = Graph(route);
        var result = before is null ? await runner.RunAsync(graph, options) : await runner.RunAsync(graph, before, options);
        var after = result.WorkflowState;
        if (after.SubStatus is not (WorkflowSubStatus.Suspended or WorkflowSubStatus.Finished))
            throw new InvalidOperationException($"Elsa left route {route.Id} as {after.SubStatus}.");
        var effects = scope.ServiceProvider.GetRequiredService<StepJournal>().Effects;
        var finished = after.Status == WorkflowStatus.Finished;
        return new RouteStep(
            new ElsaRouteState
            {
                Engine = Name,
                Status = finished ? RouteStatus.Finished : RouteStatus.Running,
                Open = [.. after.Bookmarks.Select(b => b.ActivityId)],
                EndedAt = finished ? effects.OfType<RouteCompleted>().FirstOrDefault()?.Activity : null,
                Workflow = elsa.GetRequiredService<IWorkflowStateSerializer>().SerializeToElement(after),
            },
            effects);
    }

    WorkflowGraph Graph(Route route) => graphs.TryGetValue(route.Digest, out var known)
        ? known
        : graphs.GetOrAdd(route.Digest, BuildAsync(route).GetAwaiter().GetResult());

    // Elsa 3.7.1: IActivitySerializer.Deserialize(string) (Contracts/IActivitySerializer.cs), which makes a NotFoundActivity of a
    // type that it does not know; new Workflow(IActivity) and Identity (Activities/Workflow.cs); WorkflowIdentity
    // (Models/WorkflowIdentity.cs); IWorkflowGraphBuilder.BuildAsync (Contracts/IWorkflowGraphBuilder.cs); WorkflowGraph.Nodes.
    async Task<WorkflowGraph> BuildAsync(Route route)
    {
        using var file = JsonDocument.Parse(route.Bytes);
        var root = elsa.GetRequiredService<IActivitySerializer>().Deserialize(file.RootElement.GetProperty("root").GetRawText());
        await using var scope = elsa.CreateAsyncScope();
        var graph = await scope.ServiceProvider.GetRequiredService<IWorkflowGraphBuilder>().BuildAsync(
            new Workflow(root) { Identity = new WorkflowIdentity(route.DefinitionId, route.Version, route.Id) });
        var unknown = graph.Nodes.Select(n => n.Activity).OfType<NotFoundActivity>().Select(a => a.Id).ToList();
        return unknown.Count == 0 ? graph : throw new InvalidOperationException($"Elsa does not know these steps of route {route.Id}: {string.Join(", ", unknown)}.");
    }

    static Dictionary<string, object> Input(IReadOnlySet<string> facts) => new(StringComparer.Ordinal) { [StepInput.Facts] = facts.ToArray() };
}
