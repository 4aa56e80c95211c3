using System.Collections.Immutable;
using Governance.Review.Events;
using Governance.Review.Routes;
using Governance.Review.Screening;
using Governance.Review.Stages;

namespace Governance.Review;

/// <summary>
/// What a proposal is reviewed under: its route, the screening rules with the form's lists, and each stage's checklist.
/// A proposal keeps the rulebook that it was submitted under, whatever is changed later.
/// </summary>
public sealed class Rulebook(Route route, ScreeningRules screening, IReadOnlyList<Checklist> checklists)
{
    public Route Route { get; } = route;
    public ScreeningRules Screening { get; } = screening;
    public IReadOnlyList<Checklist> Checklists { get; } = checklists;

    public Pins Pins { get; } = new()
    {
        Route = route.Digest,
        Screening = [.. screening.Files.Select(f => new FilePin(f.Name, f.Digest))],
        Checklists = [.. checklists.Select(c => new FilePin(c.FileName, c.Digest))],
    };

    /// <summary>The fields that a stage looks at: a later change to one of them makes its votes and its outcome stale.</summary>
    public IReadOnlyList<string> LooksAt(string stage) => Checklists.FirstOrDefault(c => c.Stage == stage)?.LooksAt ?? [];

    /// <summary>
    /// Whether a stage must look at what a rule flagged: the stage that the rule names, or every stage where the route does
    /// not have that one. Otherwise nobody would see the flag.
    /// </summary>
    public bool IsFor(Rule rule, string stage) => rule.Stage == stage || Route.Stages.All(s => s.Stage != rule.Stage);
}
