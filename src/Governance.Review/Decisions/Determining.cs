using System.Collections.Immutable;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;

namespace Governance.Review.Decisions;

public sealed record ConditionToSet(string Text, string Owner, string Evidence, DateOnly? Due);

/// <summary>The chair's determination as it is handed in.</summary>
public sealed record DeterminationToMake
{
    public required DeterminationOutcome? Outcome { get; init; }
    public required string Reason { get; init; }
    /// <summary>Stage to reason, for each objection that the decision departs from.</summary>
    public ImmutableArray<(string Stage, string Reason)> Departures { get; init; } = [];
    public ImmutableArray<ConditionToSet> Conditions { get; init; } = [];
    /// <summary>What must change, with a provisional outcome.</summary>
    public ImmutableArray<(string Field, string Text)> Changes { get; init; } = [];
}

/// <summary>The determination of the case (domain.md, section 5).</summary>
public static class Determining
{
    /// <summary>The stages whose last outcome is an objection: a favourable decision departs from each of them.</summary>
    public static IReadOnlyList<string> Objections(ProposalState state) =>
        [.. state.Stages.Where(s => s.Result?.Outcome == StageOutcome.Objected).Select(s => s.Stage)];

    public static bool IsFavourable(DeterminationOutcome outcome) =>
        outcome is DeterminationOutcome.Favourable or DeterminationOutcome.FavourableWithConditions;

    /// <exception cref="InvalidException">Reasons, conditions or changes are missing or do not fit the outcome.</exception>
    public static Decision Determine(ReviewCase before, Party by, Circumstances now, DeterminationToMake make)
    {
        Permissions.Demand(Act.Determine, before.State, by);
        var faults = Faults(before, now, make).ToList();
        if (faults.Count > 0) throw new InvalidException(faults);

        var state = before.State;
        var outcome = make.Outcome!.Value;
        var favourable = IsFavourable(outcome);
        var objections = Objections(state);
        return new Deciding(before, by, now)
            .Add(new DeterminationMade
            {
                Activity = state.DeterminationActivity,
                Revision = state.Revision,
                Outcome = outcome,
                Reason = Sealed.Public(make.Reason),
                Departures = favourable
                    ? [.. objections.Select(s => new Departure(s, Sealed.Public(make.Departures.First(d => d.Stage == s).Reason)))]
                    : [],
                Conditions = [.. make.Conditions.Select((c, i) => new Condition(
                    $"k{i + 1}", Sealed.Public(c.Text), Sealed.Panel(c.Owner), Sealed.Public(c.Evidence), c.Due!.Value))],
                Changes = [.. make.Changes.Select((c, i) => new RequestedChange($"c{state.Changes.Length + i + 1}", c.Field, Sealed.Panel(c.Text)))],
            })
            .Signal(state.DeterminationActivity, outcome.ToString())
            .Done();
    }

    static IEnumerable<Fault> Faults(ReviewCase before, Circumstances now, DeterminationToMake make)
    {
        if (make.Outcome is not { } outcome || !Enum.IsDefined(outcome))
            yield return new("Outcome", "Choose the decision.");
        if (string.IsNullOrWhiteSpace(make.Reason))
            yield return new("Reason", "Give the reason for the decision. It is published.");
        if (make.Outcome is { } chosen && IsFavourable(chosen))
        {
            foreach (var stage in Objections(before.State))
            {
                if (make.Departures.All(d => d.Stage != stage || string.IsNullOrWhiteSpace(d.Reason)))
                    yield return new($"Departures[{stage}]", $"The {StageTitles.Of(stage)} stage objected. Give your reason for deciding differently. It is published.");
            }
        }
        var withConditions = make.Outcome == DeterminationOutcome.FavourableWithConditions;
        if (withConditions && make.Conditions.IsEmpty)
            yield return new("Conditions", "Set at least one condition, or choose a favourable decision without conditions.");
        if (make.Outcome is not null && !withConditions && !make.Conditions.IsEmpty)
            yield return new("Conditions", "Conditions go with \"favourable with conditions\". Remove them or change the decision.");
        for (var i = 0; i < make.Conditions.Length; i++)
        {
            var c = make.Conditions[i];
            if (string.IsNullOrWhiteSpace(c.Text)) yield return new($"Conditions[{i}].Text", $"Condition {i + 1}: write what must be done.");
            if (string.IsNullOrWhiteSpace(c.Owner)) yield return new($"Conditions[{i}].Owner", $"Condition {i + 1}: say who must see to it: an office rather than a name.");
            if (string.IsNullOrWhiteSpace(c.Evidence)) yield return new($"Conditions[{i}].Evidence", $"Condition {i + 1}: say what will show that it was done.");
            if (c.Due is null) yield return new($"Conditions[{i}].Due", $"Condition {i + 1}: enter the day by which it must be done, such as 27 3 2027.");
            else if (c.Due < now.Today) yield return new($"Conditions[{i}].Due", $"Condition {i + 1}: the day must not be in the past.");
        }
        var provisional = make.Outcome == DeterminationOutcome.Provisional;
        if (provisional && make.Changes.IsEmpty)
            yield return new("Changes", "List at least one thing that must change or be explained.");
        if (make.Outcome is not null && !provisional && !make.Changes.IsEmpty)
            yield return new("Changes", "Changes go with a provisional decision. Remove them or change the decision.");
        for (var i = 0; i < make.Changes.Length; i++)
        {
            var change = make.Changes[i];
            if (string.IsNullOrWhiteSpace(change.Text)) yield return new($"Changes[{i}].Text", $"Change {i + 1}: say what must change.");
            if (change.Field.Length > 0 && change.Field != ProposalRevisedFields.Attachments && before.Rulebook.Screening.Form.Find(change.Field) is null)
                yield return new($"Changes[{i}].Field", $"The form has no question \"{change.Field}\". Choose one from the list, or none.");
        }
    }
}
