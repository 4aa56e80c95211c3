using System.Globalization;
using Governance.Review.Events;
using Governance.Review.Stages;

namespace Governance.Review.Oversight;

/// <summary>
/// Each event in one sentence that holds nothing sealed and nobody's name: for auditors' pages and for the terminal, where
/// <see cref="Timeline"/> is for those who take part.
/// </summary>
public static class Story
{
    public static string Of(ProposalEvent e) => e switch
    {
        ProposalSubmitted s => $"The proposal was submitted. Screening raised {Count(s.Flags.Length, "flag", "flags")} and chose the route \"{s.Route}\".",
        RouteAdvanced { Activity: "" } a => $"The route started and took {Count(a.Steps.Length, "step", "steps")}.",
        RouteAdvanced a => $"The route moved on from \"{a.Activity}\" ({a.Outcome}) and took {Count(a.Steps.Length, "step", "steps")}.",
        StageOpened o => $"The {StageTitles.Of(o.Stage)} stage opened{(o.Opening == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" for the {Ordinal(o.Opening)} time"))}: {Count(o.Quorum, "vote is", "votes are")} needed, by {Day(o.Due)}.",
        QuestionAsked q => $"A question ({q.Question}) was asked in the {StageTitles.Of(q.Stage)} stage.",
        QuestionAnswered q => $"The question {q.Question} was answered.",
        MemberRecused r => $"A member declared a conflict of interest in the {StageTitles.Of(r.Stage)} stage and stepped back.",
        VoteCast v => $"A vote was cast in the {StageTitles.Of(v.Stage)} stage on revision {v.Revision.ToString(CultureInfo.InvariantCulture)}: {Lower(OutcomeTitles.Of(v.Choice))}.",
        YouthSessionHeld s => $"A session with {Count(s.YoungPeople, "young person", "young people")} on {Day(s.On)} was recorded ({s.Session}).",
        ConcernRaised c => $"A concern of young people ({c.Concern}) was put on record.",
        ConcernAnswered c => $"The concern {c.Concern} was answered: {Lower(OutcomeTitles.Of(c.Response))}.",
        StageClosed c => $"The {StageTitles.Of(c.Stage)} stage closed: {Lower(OutcomeTitles.Of(c.Outcome))}. {Count(c.Votes.Length, "vote", "votes")} counted.",
        RevisionAwaited r => r.Stage.Length > 0 ? $"The lead was asked for changes by the {StageTitles.Of(r.Stage)} stage." : "The lead was asked for changes with the decision.",
        ProposalRevised r => $"Revision {r.Revision.ToString(CultureInfo.InvariantCulture)} was sent: {Count(r.Changed.Length, "answer", "answers")} changed, {Count(r.Responses.Length, "request", "requests")} answered.",
        DeterminationOpened => "All stages were done, and the chair was asked to decide.",
        DeterminationMade d => $"The chair decided: {Lower(OutcomeTitles.Of(d.Outcome))}.{(d.Conditions.IsEmpty ? "" : $" {Count(d.Conditions.Length, "condition was", "conditions were")} set.")}{(d.Departures.IsEmpty ? "" : $" The decision departs from {Count(d.Departures.Length, "objection", "objections")}.")}",
        ReviewCompleted => "The route reached its end.",
        ProposalWithdrawn => "The lead withdrew the proposal.",
        DisclosureErased d => $"{Count(d.Digests.Length, "value was", "values were")} erased{(d.Documents.IsEmpty ? "" : $", and {Count(d.Documents.Length, "document", "documents")}")}: {Lower(ErasureBases.Of(d.Basis))}.",
        _ => throw new InvalidOperationException($"The story has no words for {e.GetType().Name}."),
    };

    /// <summary>True for what followed by itself from somebody's decision.</summary>
    public static bool Follows(ProposalEvent? e) => e is RouteAdvanced or StageOpened or RevisionAwaited or DeterminationOpened or ReviewCompleted;

    static string Count(int n, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{n} {(n == 1 ? one : many)}");

    static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    static string Lower(string text) => text.ToLowerInvariant();

    static string Ordinal(int n) => string.Create(CultureInfo.InvariantCulture, $"{n}{(n % 100 is >= 11 and <= 13 ? "th" : (n % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" })}");
}
