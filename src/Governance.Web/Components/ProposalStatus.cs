using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service.Proposals;
using Governance.Web.TagHelpers;

namespace Governance.Web.Components;

/// <summary>Something that the reader is asked to do, and where it is done.</summary>
public sealed record Ask(string Text, string Href);

/// <summary>Where a proposal stands, in words for people.</summary>
/// <param name="Word">For a tag.</param>
/// <param name="Colour">The tag's colour.</param>
/// <param name="Sentence">The status in a sentence.</param>
/// <param name="Next">Who must do what next, a sentence each; empty when nothing is left to do.</param>
public sealed record ProposalStatus(string Word, string Colour, string Sentence, IReadOnlyList<string> Next)
{
    /// <summary>The status of a proposal that was submitted.</summary>
    public static ProposalStatus Of(ProposalView view)
    {
        var state = view.State;
        var decided = state.Determination;
        return state.Phase switch
        {
            Phase.Withdrawn => new("Withdrawn", "grey",
                $"The lead withdrew this proposal{(state.EndedAt is { } at ? $" on {UkTime.Date(at)}" : "")}. It stays on record and is not reviewed any further.", []),
            Phase.Determined => new(OutcomeTitles.Of(decided!.Determination.Outcome), Colours.Of(decided.Determination.Outcome), Decided(decided), []),
            Phase.AwaitingDetermination => new("Waiting for the decision", "purple", "All stages are done. A chair decides now.", Waiting(view)),
            Phase.InReview when state.RevisionAwaited => new("Changes requested", "orange",
                $"This proposal is back with its lead: {Count(state.OpenChanges.Count(), "change is", "changes are")} asked for.", Waiting(view)),
            Phase.InReview => new("In review", "blue", $"This proposal is being reviewed.{OpenStages(state)}", Waiting(view)),
            _ => new("Draft", "grey", "This is a draft. Only its lead sees it.", []),
        };
    }

    /// <summary>What the reader is asked to do, the most pressing first. It comes from the same rules as the work queues.</summary>
    public static IReadOnlyList<Ask> AsksOf(ProposalView view)
    {
        var here = $"/proposals/{Uri.EscapeDataString(view.Reference)}";
        var state = view.State;
        return [.. WorkQueue.Of(new ReviewCase(state, view.Route, view.Rulebook), [view.Party])
            .Where(i => i.Person == view.Party.Pseudonym)
            .OrderBy(i => Array.IndexOf(Order, i.Task))
            .SelectMany(i => i.Task switch
            {
                WorkTask.Revise => [new("Answer the requested changes", $"{here}/changes")],
                WorkTask.AnswerConcern => state.Concerns.Where(c => c.Stage == i.Stage && c.Response is null)
                    .Select((c, n) => new Ask(n == 0 ? "Answer a concern of young people" : $"Answer concern {c.Id}", $"{here}/concerns/{c.Id}")).Take(1),
                WorkTask.AnswerQuestion => state.Questions.Where(q => q.Stage == i.Stage && q.Answers.IsEmpty)
                    .Select(q => new Ask($"Answer a question of the {StageTitles.Of(i.Stage)} stage", $"{here}/questions/{q.Id}")).Take(1),
                WorkTask.Vote => [new Ask($"Vote in the {StageTitles.Of(i.Stage)} stage", $"{here}/stages/{i.Stage}")],
                WorkTask.VoteAgain => [new Ask($"Vote again in the {StageTitles.Of(i.Stage)} stage", $"{here}/stages/{i.Stage}")],
                WorkTask.RecordSession => [new Ask("Record a session with young people", $"{here}/stages/{i.Stage}")],
                WorkTask.CloseStage => [new Ask($"Close the {StageTitles.Of(i.Stage)} stage", $"{here}/stages/{i.Stage}")],
                WorkTask.Determine => [new Ask("Decide", $"{here}/determination")],
                _ => Enumerable.Empty<Ask>(),
            })];
    }

    static readonly WorkTask[] Order =
    [
        WorkTask.Revise, WorkTask.AnswerConcern, WorkTask.AnswerQuestion, WorkTask.Determine, WorkTask.Vote, WorkTask.VoteAgain, WorkTask.RecordSession, WorkTask.CloseStage,
    ];

    static string Decided(DeterminationState decided) =>
        $"The decision was made on {UkTime.Date(decided.At)}: {OutcomeTitles.Of(decided.Determination.Outcome).ToLowerInvariant()}.";

    static string OpenStages(ProposalState state)
    {
        var open = state.Stages.Where(s => s.Open).Select(s => StageTitles.Of(s.Stage)).ToList();
        return open.Count switch
        {
            0 => "",
            1 => $" The {open[0]} stage is open.",
            _ => $" The {string.Join(", ", open.SkipLast(1))} and {open[^1]} stages are open.",
        };
    }

    static List<string> Waiting(ProposalView view)
    {
        var state = view.State;
        var lead = view.NameOf(state.Lead);
        var next = new List<string>();
        if (state.RevisionAwaited)
            next.Add($"{lead}, the lead, answers {Count(state.OpenChanges.Count(), "requested change", "requested changes")} and sends a new revision.");
        if (state.Questions.Count(q => q.Answers.IsEmpty) is > 0 and var questions)
            next.Add($"{lead}, the lead, answers {Count(questions, "question", "questions")}.");
        if (state.Concerns.Count(c => c.Response is null) is > 0 and var concerns)
            next.Add($"{lead}, the lead, answers {Count(concerns, "concern", "concerns")} of young people.");
        next.AddRange(state.Stages.Where(s => s.Open).Select(s => $"The {StageTitles.Of(s.Stage)} panel votes by {UkTime.Date(s.Due)}."));
        if (state.DeterminationActivity.Length > 0 && state.Phase == Phase.AwaitingDetermination) next.Add("A chair reads what the stages found and decides.");
        return next;
    }

    static string Count(int number, string one, string many) => $"{number} {(number == 1 ? one : many)}";
}

/// <summary>Tag colours. The words beside them carry the meaning.</summary>
public static class Colours
{
    public static string Of(DeterminationOutcome outcome) => outcome switch
    {
        DeterminationOutcome.Favourable => "green",
        DeterminationOutcome.FavourableWithConditions => "teal",
        DeterminationOutcome.Provisional => "orange",
        _ => "red",
    };

    public static string Of(StageOutcome outcome) => outcome switch
    {
        StageOutcome.Approved => "green",
        StageOutcome.ApprovedWithConditions => "teal",
        StageOutcome.ChangesRequested => "orange",
        StageOutcome.Objected => "red",
        _ => "grey",
    };

    /// <summary>Of a flag, as the trail names severities.</summary>
    public static string OfSeverity(Governance.Review.Screening.Severity severity) => severity switch
    {
        Governance.Review.Screening.Severity.RedLine => "red",
        Governance.Review.Screening.Severity.Concern => "orange",
        _ => "grey",
    };
}
