namespace Governance.Review.Screening;

/// <summary>A rule that fired.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Title">Its short name.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Reason">Why it matters.</param>
/// <param name="Ask">What to ask the proposer.</param>
/// <param name="Stage">The stage that must look at it.</param>
/// <param name="Source">Where the rule comes from.</param>
/// <param name="Fields">The fields that it is about.</param>
public sealed record Flag(string Rule, string Title, Severity Severity, string Reason, string Ask, string Stage, IReadOnlyList<string> Source, IReadOnlyList<string> Fields);

/// <summary>What screening found.</summary>
/// <param name="Flags">Heaviest first, then in the order of the file.</param>
/// <param name="WorstSeverity">The heaviest flag's severity; null when nothing was flagged.</param>
/// <param name="RouteId">The route to take.</param>
/// <param name="RouteReason">Why, in plain English.</param>
public sealed record ScreeningResult(IReadOnlyList<Flag> Flags, Severity? WorstSeverity, string RouteId, string RouteReason);
