using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;

namespace Governance.Review.Oversight;

/// <summary>One thing that happened, told to a person.</summary>
/// <param name="Title">A short sentence.</param>
/// <param name="By">Who did it; empty where this reader is not told, or where it followed by itself.</param>
/// <param name="Text">More of it in the people's own words; empty when there is none.</param>
public sealed record Told(string Title, string By, string Text);

/// <summary>Tells a trail in sentences, to each reader what they may see.</summary>
public static class Timeline
{
    /// <summary>The event in words, or null where it says nothing to people that another event does not say.</summary>
    public static Told? Tell(ReviewCase review, Party reader, Happening happening, IReadOnlyDictionary<string, string> names)
    {
        var state = review.State;
        var by = names.TryGetValue(happening.By, out var name) ? name : "";
        var seesPersonal = Visibility.SeesPersonal(state, reader);
        string Stage(string stage) => StageTitles.Of(stage);
        bool SeesVotes(string stage) => state.Stage(stage) is { } s && (happening.By == reader.Pseudonym || Visibility.SeesVotes(review, s, reader));

        return happening.Event switch
        {
            ProposalSubmitted s => new("The proposal was submitted", by, s.RouteReason),
            RouteAdvanced => null,
            StageOpened { Opening: 1 } o => new($"The {Stage(o.Stage)} stage opened", "", $"The panel is asked to decide by {o.Due:d MMMM yyyy}."),
            StageOpened o => new($"The {Stage(o.Stage)} stage opened again", "", $"The panel is asked to decide by {o.Due:d MMMM yyyy}."),
            QuestionAsked q => new($"A question was asked in the {Stage(q.Stage)} stage", by, q.Text.ToString()),
            QuestionAnswered q => new("A question was answered", by, q.Text.ToString()),
            MemberRecused r when state.IsProposing(reader.Pseudonym) => new($"A member of the {Stage(r.Stage)} stage stepped back", "", ""),
            MemberRecused r => new($"A member of the {Stage(r.Stage)} stage declared a conflict of interest and stepped back", by,
                seesPersonal || happening.By == reader.Pseudonym ? r.Conflict.ToString() : ""),
            VoteCast v when SeesVotes(v.Stage) => new($"A vote was cast in the {Stage(v.Stage)} stage: {OutcomeTitles.Of(v.Choice).ToLowerInvariant()}", by, v.Rationale.ToString()),
            VoteCast v => new($"A vote was cast in the {Stage(v.Stage)} stage", "", ""),
            YouthSessionHeld s => new($"A session with {s.YoungPeople} young people was recorded", by, s.Voice.ToString()),
            // Those who propose answer what was said, and are not told by whom.
            ConcernRaised c => new("A concern of young people was put on record", state.IsProposing(reader.Pseudonym) ? "" : by, c.Text.ToString()),
            ConcernAnswered c => new($"A concern was answered: {OutcomeTitles.Of(c.Response).ToLowerInvariant()}", by, c.Text.ToString()),
            StageClosed { Outcome: StageOutcome.Overdue } c => new($"The {Stage(c.Stage)} stage ran past its day and starts again", by, c.Summary.ToString()),
            StageClosed c => new($"The {Stage(c.Stage)} stage closed: {OutcomeTitles.Of(c.Outcome).ToLowerInvariant()}", by, c.Summary.ToString()),
            RevisionAwaited r => new(r.Stage.Length > 0 ? $"Changes were asked for by the {Stage(r.Stage)} stage" : "Changes were asked for with the decision", "", ""),
            ProposalRevised r => new($"Revision {r.Revision} was sent", by, $"{r.Changed.Length} {(r.Changed.Length == 1 ? "answer" : "answers")} changed."),
            DeterminationOpened => new("All stages are done. The chair is asked to decide", "", ""),
            DeterminationMade d => new($"The decision: {OutcomeTitles.Of(d.Outcome).ToLowerInvariant()}", by, d.Reason.ToString()),
            ReviewCompleted => null,
            ProposalWithdrawn w => new("The proposal was withdrawn", by, w.Reason.ToString()),
            DisclosureErased d => new("Personal data was erased", by, $"{ErasureBases.Of(d.Basis)}. {d.Digests.Length + d.Documents.Length} {(d.Digests.Length + d.Documents.Length == 1 ? "value" : "values")}."),
            _ => throw new InvalidOperationException($"The timeline has no words for {happening.Event.GetType().Name}."),
        };
    }
}
