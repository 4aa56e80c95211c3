using System.Collections.Immutable;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Screening;
using Condition = Governance.Review.Screening.Condition;

namespace Governance.Review.Oversight;

/// <summary>
/// Runs the pinned screening rules again over what is disclosed of a proposal. A rule that looks at a text that is not at
/// hand says nothing: whether the text was withheld or never written cannot be told from outside.
/// </summary>
static class Rescreening
{
    /// <param name="Problems">What differs from the record, in sentences.</param>
    /// <param name="NotRun">The rules that could not be judged.</param>
    /// <param name="RouteChecked">Whether the choice of the route could be judged, or was not asked about.</param>
    public sealed record Result(IReadOnlyList<string> Problems, IReadOnlyList<string> NotRun, bool RouteChecked);

    /// <summary>True for a field whose answer stands in no entry: it was typed freely.</summary>
    public static bool IsSealed(Field field) => field.Kind switch
    {
        FieldKind.Text or FieldKind.LongText or FieldKind.Lines => true,
        FieldKind.Rows => field.Columns.All(c => c.Kind is FieldKind.Text or FieldKind.LongText or FieldKind.Lines),
        _ => false,
    };

    /// <param name="recorded">The flags on record.</param>
    /// <param name="route">The route that was chosen, at submission; null where none is.</param>
    public static Result Run(ScreeningRules rules, ProposalContent content, ImmutableArray<RaisedFlag> recorded, DateOnly today, string? route)
    {
        var problems = new List<string>();
        var notRun = new List<string>();
        var attachments = content.Documents.Select(d => new Attachment(d.Id, d.Kind, d.Name.ToString(), d.MediaType, d.Size, d.Sha256)).ToList();
        var source = new FactSource(rules.Form, content.Answers, attachments, today, rules.JudgingWords);
        var values = new FactValues(rules.Facts, source);
        foreach (var rule in rules.Rules)
        {
            var flag = recorded.FirstOrDefault(f => f.Rule == rule.Id);
            if (flag is not null && (flag.Severity != Decisions.Submitting.SeverityName(rule.Severity) || flag.Stage != rule.Stage))
                problems.Add($"the flag \"{rule.Id}\" is recorded as {flag.Severity} for {flag.Stage}, but the pinned rule says {Decisions.Submitting.SeverityName(rule.Severity)} for {rule.Stage}.");
            if (NeedsTextNotAtHand(rule.When, rules, content.Answers))
                notRun.Add(rule.Id);
            else if (values.Holds(rule.When) != flag is not null)
                problems.Add(flag is null ? $"the pinned rule \"{rule.Id}\" fires on these answers, but its flag is not on record." : $"the flag \"{rule.Id}\" is on record, but the pinned rule does not fire on these answers.");
        }
        problems.AddRange(recorded.Where(f => rules.Rules.All(r => r.Id != f.Rule)).Select(f => $"the flag \"{f.Rule}\" belongs to no pinned rule."));
        problems.AddRange(recorded.GroupBy(f => f.Rule).Where(g => g.Count() > 1).Select(g => $"the flag \"{g.Key}\" is on record twice."));
        if (route is null || problems.Count > 0) return new(problems, notRun, RouteChecked: true);

        var flags = rules.Rules.Where(r => recorded.Any(f => f.Rule == r.Id))
            .Select(r => new Flag(r.Id, r.Title, r.Severity, r.Reason, r.Ask, r.Stage, r.Source, r.Fields)).ToList();
        var routeValues = new FactValues(rules.RouteFacts, source with { Flags = flags });
        foreach (var choice in rules.Routes)
        {
            if (choice.When is not null && NeedsTextNotAtHand(choice.When, rules, content.Answers)) return new(problems, notRun, RouteChecked: false);
            if (choice.When is not null && !routeValues.Holds(choice.When)) continue;
            if (choice.Route != route) problems.Add($"the route \"{route}\" was taken, but the pinned rules choose \"{choice.Route}\".");
            break;
        }
        return new(problems, notRun, RouteChecked: true);
    }

    static bool NeedsTextNotAtHand(Condition condition, ScreeningRules rules, Answers answers) => condition switch
    {
        Condition.All all => all.Of.Any(c => NeedsTextNotAtHand(c, rules, answers)),
        Condition.Any any => any.Of.Any(c => NeedsTextNotAtHand(c, rules, answers)),
        Condition.Not not => NeedsTextNotAtHand(not.Of, rules, answers),
        Condition.Test test => TextsOf(test.Fact, rules.Form).Any(f => !answers.Has(f)),
        _ => true,
    };

    /// <summary>The freely typed fields that a fact is read from.</summary>
    static IEnumerable<string> TextsOf(string fact, ProposalForm form) => fact switch
    {
        "judging_words" => ["title", "problem", "harm_definition", "lay_summary"],
        "lay_summary_reading_age" => ["lay_summary"],
        _ when fact.StartsWith("words_in_", StringComparison.Ordinal) => [fact["words_in_".Length..]],
        _ => form.Find(fact) is { } field && IsSealed(field) ? [fact] : [],
    };
}
