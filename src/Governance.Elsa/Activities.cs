using Elsa.Extensions;
using Elsa.Workflows;
using Elsa.Workflows.Activities.Flowchart.Attributes;
using Elsa.Workflows.Attributes;
using Elsa.Workflows.Models;
using Elsa.Workflows.UIHints;

namespace Governance.Elsa;

// Elsa 3.7.1, src/modules/Elsa.Workflows.Core: Attributes/ActivityAttribute.cs (namespace, category, description; the type's
// name in files is namespace.class), Activities/Flowchart/Attributes/FlowNodeAttribute.cs (the ports that Studio draws),
// Attributes/InputAttribute.cs, Models/Input.cs, UIHints/InputUIHints.cs, Services/ActivityDescriber.cs (who reads them).
// Ports and inputs are those of Governance.Review's RouteActivity; a test compares them.

/// <summary>The names under which a route's activities find, in the workflow's input, what a step is given.</summary>
public static class StepInput
{
    /// <summary>The names of the facts that are true: a list of texts.</summary>
    public const string Facts = "facts";

    /// <summary>The outcome of the activity that is resumed.</summary>
    public const string Outcome = "outcome";

    // ActivityExecutionContextExtensions.TryGetWorkflowInput (Extensions/ActivityExecutionContextExtensions.cs).
    internal static bool IsFact(this ActivityExecutionContext context, string name) =>
        context.TryGetWorkflowInput<string[]>(Facts, out var facts) && facts.Contains(name, StringComparer.Ordinal);
}

/// <summary>
/// Shows the ports of our activities as words in Elsa Studio, <c>Approved with conditions</c> for <c>ApprovedWithConditions</c>.
/// Route files and answers go by the ports' names, which stay as they are.
/// </summary>
public sealed class PortWords : IActivityDescriptorModifier
{
    // Elsa 3.7.1: IActivityDescriptorModifier (Contracts/IActivityDescriptorModifier.cs), asked by Services/ActivityRegistry.cs
    // when an activity is registered. Services/ActivityDescriber.cs shows a port by its name, and no attribute says otherwise.
    /// <inheritdoc/>
    public void Modify(ActivityDescriptor descriptor)
    {
        if (descriptor.Namespace != "Governance") return;
        foreach (var port in descriptor.Ports)
            port.DisplayName = string.Concat(port.Name.Select((letter, at) => at > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));
    }
}

/// <summary>An activity that waits until somebody says its outcome.</summary>
public abstract class WaitingActivity : Activity
{
    // ActivityExecutionContext.CreateBookmark(CreateBookmarkArgs) (Contexts/ActivityExecutionContext.cs). The callback is kept
    // by its method's name, so the name below must not change while proposals are on their way.
    /// <inheritdoc/>
    protected override void Execute(ActivityExecutionContext context) =>
        context.CreateBookmark(new CreateBookmarkArgs { Callback = OnAnsweredAsync });

    // ActivityExecutionContext.CompleteActivityWithOutcomesAsync (Contexts/ActivityExecutionContext.Complete.cs).
    ValueTask OnAnsweredAsync(ActivityExecutionContext context) =>
        context.CompleteActivityWithOutcomesAsync(context.GetWorkflowInput<string>(StepInput.Outcome));
}

/// <summary>Asks whether screening found a red line.</summary>
[Activity("Governance", "Review", "Goes on by Red line where the screening rules found a red line, else by Proceed.", DisplayName = "Screening")]
[FlowNode("Proceed", "RedLine")]
public sealed class Screen : Activity
{
    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityExecutionContext context) =>
        context.CompleteActivityWithOutcomesAsync(context.IsFact("redLine") ? "RedLine" : "Proceed");
}

/// <summary>A panel reviews the proposal and votes.</summary>
[Activity("Governance", "Review", "A panel reviews the proposal and votes. Waits until the stage is closed.", DisplayName = "Review stage")]
[FlowNode("Approved", "ApprovedWithConditions", "ChangesRequested", "Objected", "Overdue")]
public sealed class ReviewStage : WaitingActivity
{
    /// <summary>The stage's name.</summary>
    [Input(DisplayName = "Stage", Description = "The stage's name, for example privacy. Its checklist goes by it. Each stage is in a route once.", Order = 0)]
    public Input<string> Stage { get; set; } = null!;

    /// <summary>The panel whose members vote.</summary>
    [Input(DisplayName = "Panel", Description = "The panel whose members vote. The stage's own name where this is empty.", Order = 1)]
    public Input<string?> Panel { get; set; } = null!;

    /// <summary>Working days from opening until the outcome is due.</summary>
    [Input(DisplayName = "Due in days", Description = "Working days from opening until the outcome is due, from 1.", Order = 2)]
    public Input<int> DueInDays { get; set; } = null!;

    /// <summary>How many votes the stage needs.</summary>
    [Input(DisplayName = "Quorum", Description = "How many votes the stage needs before an outcome can be recorded, from 1.", Order = 3)]
    public Input<int> Quorum { get; set; } = null!;

    /// <summary>How votes become an outcome.</summary>
    [Input(DisplayName = "Rule", Description = "How votes become an outcome.", UIHint = InputUIHints.DropDown, Options = new[] { "majority", "unanimous", "no-objection" }, Order = 4)]
    public Input<string> Rule { get; set; } = null!;

    /// <summary>Seats that must have voted.</summary>
    [Input(DisplayName = "Seats", Description = "Seats that must have voted, each with how many at least: data_protection:1,lay:2.", Order = 5)]
    public Input<string> Seats { get; set; } = null!;
}

/// <summary>Waits for the proposer to change the proposal or take it back.</summary>
[Activity("Governance", "Review", "Waits until the proposer has changed the proposal or taken it back.", DisplayName = "Await revision")]
[FlowNode("Resubmitted", "Withdrawn")]
public sealed class AwaitRevision : WaitingActivity
{
    /// <summary>The stage that asked for changes.</summary>
    [Input(DisplayName = "Stage", Description = "The stage that asked for changes; empty where the determination did.")]
    public Input<string?> Stage { get; set; } = null!;
}

/// <summary>Takes one way if a fact is true, else the other.</summary>
[Activity("Governance", "Review", "Goes on by True if the named fact is true when the route gets here, else by False.", DisplayName = "When flagged")]
[FlowNode("True", "False")]
public sealed class WhenFlagged : Activity
{
    /// <summary>The fact's name.</summary>
    [Input(DisplayName = "Flag", Description = "The fact's name, for example stale:privacy, which is true until the privacy stage has approved the fields as they are now.")]
    public Input<string> Flag { get; set; } = null!;

    // InputExtensions.Get(ActivityExecutionContext) (Extensions/InputExtensions.cs).
    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityExecutionContext context) =>
        context.CompleteActivityWithOutcomesAsync(context.IsFact(context.Get(Flag)!) ? "True" : "False");
}

/// <summary>Waits for the chair's determination of the case.</summary>
[Activity("Governance", "Review", "Waits for the chair's determination.", DisplayName = "Determination")]
[FlowNode("Favourable", "FavourableWithConditions", "Provisional", "Unfavourable")]
public sealed class Determination : WaitingActivity;
