using Governance.Review.Decisions;
using Governance.Review.Proposals;

namespace Governance.Review.Stages;

/// <summary>What somebody can be asked to do.</summary>
public enum WorkTask { FinishDraft, AnswerQuestion, AnswerConcern, Revise, Vote, VoteAgain, RecordSession, CloseStage, Determine }

/// <summary>One thing that one person is asked to do.</summary>
/// <param name="Person">Pseudonym.</param>
/// <param name="Stage">The stage it belongs to; empty when it belongs to none.</param>
/// <param name="Due">The day by which it should be done; null when none is set.</param>
public sealed record WorkItem(string Person, WorkTask Task, string Stage, DateTimeOffset Since, DateOnly? Due);

/// <summary>
/// Who is asked to do what, derived from the proposal alone: an item appears when something can be done and goes when it
/// is done, so a decided proposal is in nobody's queue.
/// </summary>
public static class WorkQueue
{
    /// <param name="people">Everybody who holds a seat or a role in review, and the lead.</param>
    public static IReadOnlyList<WorkItem> Of(ReviewCase review, IEnumerable<Party> people)
    {
        var state = review.State;
        if (state.Phase is Phase.Draft or Phase.Determined or Phase.Withdrawn) return [];
        var items = new List<WorkItem>();
        foreach (var q in state.Questions.Where(q => q.Answers.IsEmpty).GroupBy(q => q.Stage))
            items.Add(new(state.Lead, WorkTask.AnswerQuestion, q.Key, q.Min(x => x.AskedAt), state.Stage(q.Key)?.Due));
        foreach (var c in state.Concerns.Where(c => c.Response is null).GroupBy(c => c.Stage))
            items.Add(new(state.Lead, WorkTask.AnswerConcern, c.Key, c.Min(x => x.RaisedAt), state.Stage(c.Key)?.Due));
        if (state.RevisionAwaited)
            items.Add(new(state.Lead, WorkTask.Revise, "", state.Awaited.Min(a => a.Since), null));

        foreach (var person in people.DistinctBy(p => p.Pseudonym))
        {
            var capacities = Capacities.Of(state, person);
            foreach (var stage in state.Stages.Where(s => s.Open))
                items.AddRange(InStage(review, stage, person, capacities));
            if (capacities.Contains(Capacity.Chair) && state.DeterminationActivity.Length > 0)
                items.Add(new(person.Pseudonym, WorkTask.Determine, "", state.Stages.Max(s => s.Result?.At) ?? state.SubmittedAt, null));
        }
        return items;
    }

    static IEnumerable<WorkItem> InStage(ReviewCase review, StageState stage, Party person, IReadOnlySet<Capacity> capacities)
    {
        var state = review.State;
        var votes = capacities.Overlaps([Capacity.PanelMember, Capacity.YouthPanelMember, Capacity.Chair]) && person.SitsOn(stage.Panel);
        if (votes)
        {
            var last = stage.Votes.LastOrDefault(v => v.Member == person.Pseudonym);
            if (last is null)
                yield return new(person.Pseudonym, WorkTask.Vote, stage.Stage, stage.OpenedAt, stage.Due);
            else if (!Voting.Counts(state, last, review.LooksAt(stage.Stage)))
                yield return new(person.Pseudonym, WorkTask.VoteAgain, stage.Stage, stage.OpenedAt, stage.Due);
        }
        if (stage.Stage == StageIds.YouthVoice && capacities.Contains(Capacity.Facilitator) && state.Sessions.IsEmpty)
            yield return new(person.Pseudonym, WorkTask.RecordSession, stage.Stage, stage.OpenedAt, stage.Due);
        if (capacities.Contains(Capacity.Chair) && review.IsReadyToClose(stage))
            yield return new(person.Pseudonym, WorkTask.CloseStage, stage.Stage, stage.OpenedAt, stage.Due);
    }
}
