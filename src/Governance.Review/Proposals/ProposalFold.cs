using System.Collections.Immutable;
using Governance.Review.Events;

namespace Governance.Review.Proposals;

/// <summary>Who did something to a proposal, and when: the part of an entry that stands outside the event.</summary>
/// <param name="By">The person's pseudonym in this proposal.</param>
public sealed record Happening(string By, DateTimeOffset At, ProposalEvent Event);

/// <summary>
/// Folds events into what a proposal is. It decides nothing and refuses nothing: whether an event may happen was decided
/// before it was written down. Sealed text may be absent (withheld or erased) and changes nothing but itself.
/// </summary>
public static class ProposalFold
{
    public static ProposalState Fold(string reference, IEnumerable<Happening> happenings) =>
        happenings.Aggregate(ProposalState.None with { Reference = reference }, Apply);

    public static ProposalContent FoldContent(IEnumerable<ProposalEvent> events) =>
        events.Aggregate(ProposalContent.None, Apply);

    public static ProposalContent Apply(ProposalContent content, ProposalEvent e) => e switch
    {
        ProposalSubmitted s => new(s.Answers.Answers, s.Documents),
        ProposalRevised r => new(r.Removed.Aggregate(content.Answers.Merge(r.Answers.Answers), (a, field) => a.Without(field)), r.Documents),
        _ => content,
    };

    public static ProposalState Apply(ProposalState state, Happening happening)
    {
        var (by, at, e) = (happening.By, happening.At, happening.Event);
        return e switch
        {
            ProposalSubmitted s => state with
            {
                Phase = Phase.InReview,
                Revision = 1,
                Lead = by,
                Team = s.Team,
                SubmittedAt = at,
                Pins = s.Pins,
                Route = s.Route,
                RouteReason = s.RouteReason,
                Flags = s.Flags,
            },
            RouteAdvanced a => Advanced(state, a),
            StageOpened o => WithStage(state, Opened(state.Stage(o.Stage), o, at)),
            QuestionAsked q => state with
            {
                Questions = state.Questions.Add(new() { Id = q.Question, Stage = q.Stage, AskedBy = by, AskedAt = at, Text = q.Text }),
            },
            QuestionAnswered q => state with
            {
                Questions = Change(state.Questions, x => x.Id == q.Question, x => x with { Answers = x.Answers.Add(new(by, at, q.Text)) }),
            },
            MemberRecused r => state with { Recusals = state.Recusals.Add(new(by, r.Stage, at, r.Conflict)) },
            VoteCast v => ChangeStage(state, v.Stage, s => s with
            {
                Votes = s.Votes.Add(new()
                {
                    Member = by,
                    At = at,
                    Choice = v.Choice,
                    Opening = v.Opening,
                    Revision = v.Revision,
                    Seats = v.Seats,
                    Rationale = v.Rationale,
                    Checklist = v.Checklist,
                    Conditions = v.Conditions,
                    Changes = v.Changes,
                }),
            }),
            YouthSessionHeld h => state with { Sessions = state.Sessions.Add(new(h.Session, h.Stage, by, at, h)) },
            ConcernRaised c => state with
            {
                Concerns = state.Concerns.Add(new()
                {
                    Id = c.Concern,
                    Stage = c.Stage,
                    Session = c.Session,
                    RaisedBy = by,
                    RaisedAt = at,
                    Text = c.Text,
                }),
            },
            ConcernAnswered c => state with
            {
                Concerns = Change(state.Concerns, x => x.Id == c.Concern, x => x with { Response = c.Response, Answer = c.Text, AnsweredAt = at }),
            },
            StageClosed c => Closed(state, c, by, at),
            RevisionAwaited r => state with { Awaited = state.Awaited.Add(new(r.Activity, r.Stage, at)) },
            ProposalRevised r => Revised(state, r),
            DeterminationOpened d => state with { Phase = Phase.AwaitingDetermination, DeterminationActivity = d.Activity },
            DeterminationMade d => state with
            {
                Phase = d.Outcome == DeterminationOutcome.Provisional ? Phase.InReview : Phase.Determined,
                DeterminationActivity = "",
                Determinations = state.Determinations.Add(new(by, at, d)),
                Changes = state.Changes.AddRange(d.Changes.Select(c => Asked(c, "determination", d.Revision))),
            },
            ReviewCompleted c => state with { EndActivity = c.Activity, EndedAt = at },
            ProposalWithdrawn w => state with
            {
                Phase = Phase.Withdrawn,
                WithdrawalReason = w.Reason,
                EndedAt = at,
                DeterminationActivity = "",
                Awaited = [],
                Stages = [.. state.Stages.Select(s => s with { Open = false })],
            },
            // The fold is of what is left: the values are gone already when this is read.
            DisclosureErased => state,
            _ => throw new InvalidOperationException($"The fold does not know {e.GetType().Name}."),
        };
    }

    static ProposalState Advanced(ProposalState state, RouteAdvanced a) => state with
    {
        Awaited = state.Awaited.RemoveAll(x => x.Activity == a.Activity),
    };

    static StageState Opened(StageState? before, StageOpened o, DateTimeOffset at) =>
        (before ?? new StageState { Stage = o.Stage, Panel = o.Panel, Activity = o.Activity }) with
        {
            Panel = o.Panel,
            Activity = o.Activity,
            Opening = o.Opening,
            Open = true,
            OpenedAt = at,
            Due = o.Due,
            Quorum = o.Quorum,
            Rule = o.Rule,
            Seats = o.Seats,
        };

    static ProposalState Closed(ProposalState state, StageClosed c, string by, DateTimeOffset at)
    {
        state = ChangeStage(state, c.Stage, s => s with
        {
            Open = false,
            Results = s.Results.Add(new()
            {
                Opening = c.Opening,
                Revision = c.Revision,
                Outcome = c.Outcome,
                At = at,
                ClosedBy = by,
                Summary = c.Summary,
                Votes = c.Votes,
                Conditions = c.Conditions,
            }),
        });
        return state with { Changes = state.Changes.AddRange(c.Changes.Select(x => Asked(x, c.Stage, c.Revision))) };
    }

    static ChangeState Asked(RequestedChange c, string stage, int revision) =>
        new() { Id = c.Change, Stage = stage, Field = c.Field, Text = c.Text, Revision = revision };

    static ProposalState Revised(ProposalState state, ProposalRevised r)
    {
        var answers = r.Responses.ToDictionary(a => a.Change);
        return state with
        {
            Revision = r.Revision,
            Team = r.Team,
            Flags = r.Flags,
            ChangedIn = state.ChangedIn.SetItems(r.Changed.Select(f => KeyValuePair.Create(f, r.Revision))),
            Changes = [.. state.Changes.Select(c => c.Response is null && answers.TryGetValue(c.Id, out var a)
                ? c with { Response = a.Response, Answer = a.Text, AnsweredIn = r.Revision }
                : c)],
        };
    }

    static ProposalState WithStage(ProposalState state, StageState stage)
    {
        var at = state.Stages.IndexOf(state.Stage(stage.Stage)!);
        return state with { Stages = at < 0 ? state.Stages.Add(stage) : state.Stages.SetItem(at, stage) };
    }

    static ProposalState ChangeStage(ProposalState state, string stage, Func<StageState, StageState> change) =>
        state with { Stages = Change(state.Stages, s => s.Stage == stage, change) };

    static ImmutableArray<T> Change<T>(ImmutableArray<T> list, Func<T, bool> which, Func<T, T> change) =>
        [.. list.Select(x => which(x) ? change(x) : x)];
}
