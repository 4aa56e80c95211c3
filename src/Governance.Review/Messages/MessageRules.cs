using System.Collections.Immutable;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;

namespace Governance.Review.Messages;

/// <summary>To whom a rule sends its message.</summary>
public enum Recipients
{
    /// <summary>The event says nothing to anybody that another event does not say.</summary>
    Nobody,
    /// <summary>The person who submitted the proposal.</summary>
    Lead,
    /// <summary>The lead, and everybody on the delivery team who has an account.</summary>
    ProposingSide,
    /// <summary>Members of the stage's panel whose vote is asked for.</summary>
    VotersOfTheStage,
    /// <summary>Members of panels of open stages whose vote counted before and does not any more.</summary>
    VotersAskedAgain,
    /// <summary>Youth workers, while no session is on record.</summary>
    YouthWorkers,
    /// <summary>Chairs who may act on this proposal.</summary>
    Chairs,
    /// <summary>The same, if this made the stage one that can be closed.</summary>
    ChairsOnceItCanBeClosed,
    /// <summary>Whoever asked the question.</summary>
    Asker,
    /// <summary>Whoever put the concern on record.</summary>
    Raiser,
    /// <summary>The proposing side, and everybody who voted, asked, recorded or raised something in its review.</summary>
    EverybodyWhoTookPart,
    /// <summary>Everybody whose vote is asked for, and everybody who took part but the lead.</summary>
    EverybodyAskedOrTakingPart,
}

/// <summary>One row of the table: what an event makes, for whom.</summary>
/// <param name="Kind">Null where it makes nothing.</param>
/// <param name="When">In words, for the printed table.</param>
public sealed record MessageRule(Type Event, MessageKind? Kind, Recipients To, string When);

/// <summary>
/// Which event makes which message for whom: one table, and nothing else decides. It looks at one event and at what the
/// proposal was before and is after it, so anybody who has the trail can work out what people were told.
/// </summary>
public static class MessageRules
{
    /// <summary>So many working days before its day somebody is reminded of what they are asked to do.</summary>
    public const int ReminderDays = 2;

    /// <summary>Every event has a row, those that make nothing too: a test asks for a decision about each new one.</summary>
    public static ImmutableArray<MessageRule> Table { get; } =
    [
        new(typeof(ProposalSubmitted), null, Recipients.Nobody, "The stages that open tell whoever is asked."),
        new(typeof(RouteAdvanced), null, Recipients.Nobody, "What it opens has events of its own."),
        new(typeof(StageOpened), MessageKind.VoteAsked, Recipients.VotersOfTheStage, "A stage opens, or opens again."),
        new(typeof(StageOpened), MessageKind.SessionAsked, Recipients.YouthWorkers, "The youth-voice stage opens and no session is on record."),
        new(typeof(StageOpened), MessageKind.CloseAsked, Recipients.ChairsOnceItCanBeClosed, "A stage opens again, and the votes it has are enough."),
        new(typeof(QuestionAsked), MessageKind.QuestionAsked, Recipients.Lead, "A reviewer asks something."),
        new(typeof(QuestionAnswered), MessageKind.QuestionAnswered, Recipients.Asker, "The lead answers."),
        new(typeof(MemberRecused), MessageKind.MemberSteppedBack, Recipients.Chairs, "A member declares a conflict of interest."),
        new(typeof(MemberRecused), MessageKind.CloseAsked, Recipients.ChairsOnceItCanBeClosed, "With the votes that are left the stage can be closed."),
        new(typeof(VoteCast), MessageKind.CloseAsked, Recipients.ChairsOnceItCanBeClosed, "The vote that was still missing is cast."),
        new(typeof(YouthSessionHeld), null, Recipients.Nobody, "Voters find it in the stage; concerns from it have events of their own."),
        new(typeof(ConcernRaised), MessageKind.ConcernRaised, Recipients.Lead, "A concern of young people is put on record."),
        new(typeof(ConcernAnswered), MessageKind.ConcernAnswered, Recipients.Raiser, "The lead answers it."),
        new(typeof(ConcernAnswered), MessageKind.CloseAsked, Recipients.ChairsOnceItCanBeClosed, "It was the last that kept the youth-voice stage from closing."),
        new(typeof(StageClosed), MessageKind.StageClosed, Recipients.ProposingSide, "A stage closes with an outcome."),
        new(typeof(RevisionAwaited), MessageKind.ChangesAsked, Recipients.Lead, "A stage or the determination asks for changes."),
        new(typeof(ProposalRevised), MessageKind.VoteAgainAsked, Recipients.VotersAskedAgain, "The revision changes what their stage looks at."),
        new(typeof(DeterminationOpened), MessageKind.DeterminationAsked, Recipients.Chairs, "All stages are done."),
        new(typeof(DeterminationMade), MessageKind.Determined, Recipients.EverybodyWhoTookPart, "The decision is published, unless it is provisional."),
        new(typeof(DeterminationMade), MessageKind.ConditionsSet, Recipients.ProposingSide, "The decision has conditions."),
        new(typeof(ReviewCompleted), null, Recipients.Nobody, "The determination said it."),
        new(typeof(ProposalWithdrawn), MessageKind.Withdrawn, Recipients.EverybodyAskedOrTakingPart, "The lead takes the proposal back."),
        new(typeof(DisclosureErased), null, Recipients.Nobody, "Telling people what was erased would point at it."),
    ];

    static readonly ILookup<Type, MessageRule> ByEvent = Table.Where(r => r.Kind is not null).ToLookup(r => r.Event);

    /// <summary>The messages that one event makes.</summary>
    /// <param name="before">The proposal before it.</param>
    /// <param name="after">The proposal after it, before any further event.</param>
    /// <param name="people">Everybody who holds a seat or a role in review.</param>
    /// <returns>Each person and kind and stage once.</returns>
    public static IReadOnlyList<Message> Of(ReviewCase before, ReviewCase after, Happening happening, IReadOnlyCollection<Party> people)
    {
        if (!ByEvent.Contains(happening.Event.GetType())) return [];
        List<Message> messages = [];
        foreach (var rule in ByEvent[happening.Event.GetType()])
        {
            messages.AddRange(To(rule, before, after, happening, people)
                // Whoever stepped back no longer sees the proposal.
                .Where(m => m.Person.Length > 0 && !after.State.IsRecused(m.Person))
                // Nobody is told what they did. What they are asked to do next, they are.
                .Where(m => Asks(m.Kind) || m.Person != happening.By));
        }
        return [.. messages.DistinctBy(m => (m.Person, m.Kind, m.Stage))];
    }

    /// <summary>True for what asks for something to be done, and false for what only tells.</summary>
    public static bool Asks(MessageKind kind) => kind switch
    {
        MessageKind.VoteAsked or MessageKind.VoteAgainAsked or MessageKind.SessionAsked or MessageKind.CloseAsked or MessageKind.DeterminationAsked
            or MessageKind.QuestionAsked or MessageKind.ConcernRaised or MessageKind.ChangesAsked or MessageKind.DueSoon or MessageKind.Overdue or MessageKind.StageOverdue => true,
        MessageKind.QuestionAnswered or MessageKind.ConcernAnswered or MessageKind.StageClosed or MessageKind.MemberSteppedBack
            or MessageKind.Determined or MessageKind.ConditionsSet or MessageKind.Withdrawn => false,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such message."),
    };

    /// <summary>What somebody is told today about work with a due day: a reminder, that it is overdue, or nothing.</summary>
    public static MessageKind? OfDeadline(DateOnly due, DateOnly today, WorkingDays calendar) =>
        due < today ? MessageKind.Overdue
        : due <= calendar.Add(today, ReminderDays) ? MessageKind.DueSoon
        : null;

    /// <summary>
    /// The stages that are past their day and still open, for each chair who may act on the proposal: somebody must see to a stage
    /// even where nobody is asked for anything in it, because its panel stepped back or its seats are empty.
    /// </summary>
    public static IEnumerable<Message> OfOverdueStages(ProposalState state, DateOnly today, IReadOnlyCollection<Party> people) =>
        from stage in state.Phase == Phase.InReview ? state.Stages : []
        where stage.Open && stage.Due < today
        from chair in Chairs(state, people)
        select new Message(chair, MessageKind.StageOverdue, stage.Stage, stage.Due);

    /// <summary>What newly asked work tells: for somebody who joined a panel while its stage was open.</summary>
    public static MessageKind? OfWork(WorkTask task) => task switch
    {
        WorkTask.Vote => MessageKind.VoteAsked,
        WorkTask.VoteAgain => MessageKind.VoteAgainAsked,
        WorkTask.RecordSession => MessageKind.SessionAsked,
        WorkTask.CloseStage => MessageKind.CloseAsked,
        WorkTask.Determine => MessageKind.DeterminationAsked,
        WorkTask.FinishDraft or WorkTask.AnswerQuestion or WorkTask.AnswerConcern or WorkTask.Revise => null,
        _ => throw new ArgumentOutOfRangeException(nameof(task), task, "There is no such task."),
    };

    static IEnumerable<Message> To(MessageRule rule, ReviewCase before, ReviewCase after, Happening happening, IReadOnlyCollection<Party> people)
    {
        var (state, kind) = (after.State, rule.Kind!.Value);
        switch (rule.To)
        {
            case Recipients.Lead:
                return [new(state.Lead, kind, StageOf(happening.Event), DueOf(state, happening.Event))];
            case Recipients.ProposingSide when happening.Event is DeterminationMade { Conditions.IsEmpty: true } && kind == MessageKind.ConditionsSet:
            // A stage that ran past its day has no outcome: it starts again.
            case Recipients.ProposingSide when happening.Event is Events.StageClosed { Outcome: StageOutcome.Overdue }:
                return [];
            case Recipients.ProposingSide:
                return [.. ProposingSide(state).Select(p => new Message(p, kind, StageOf(happening.Event)))];
            case Recipients.VotersOfTheStage:
                return Asked(after, StageOf(happening.Event), people, kind, WorkTask.Vote, WorkTask.VoteAgain);
            case Recipients.YouthWorkers:
                return Asked(after, StageOf(happening.Event), people, kind, WorkTask.RecordSession);
            case Recipients.VotersAskedAgain:
                return from stage in state.Stages
                       where stage.Open
                       from vote in stage.Votes.GroupBy(v => v.Member).Select(v => v.Last())
                       where Voting.Counts(before.State, vote, before.LooksAt(stage.Stage)) && !Voting.Counts(state, vote, after.LooksAt(stage.Stage))
                       from message in Asked(after, stage.Stage, people, kind, WorkTask.VoteAgain)
                       where message.Person == vote.Member
                       select message;
            case Recipients.Chairs:
                return Chairs(state, people).Select(p => new Message(p, kind, StageOf(happening.Event)));
            case Recipients.ChairsOnceItCanBeClosed:
                return state.Stages.Where(s => s.Open && after.IsReadyToClose(s) && !(before.State.Stage(s.Stage) is { Open: true } was && before.IsReadyToClose(was)))
                    .SelectMany(s => Chairs(state, people).Select(p => new Message(p, kind, s.Stage, s.Due)));
            case Recipients.Asker:
                return state.Questions.Where(q => happening.Event is QuestionAnswered a && a.Question == q.Id).Select(q => new Message(q.AskedBy, kind, q.Stage));
            case Recipients.Raiser:
                return state.Concerns.Where(c => happening.Event is ConcernAnswered a && a.Concern == c.Id).Select(c => new Message(c.RaisedBy, kind, c.Stage));
            // Not yet: the lead is asked for changes, and it is decided again.
            case Recipients.EverybodyWhoTookPart when happening.Event is DeterminationMade { Outcome: DeterminationOutcome.Provisional }:
                return [];
            case Recipients.EverybodyWhoTookPart:
                return TookPart(state).Concat(ProposingSide(state)).Select(p => new Message(p, kind));
            case Recipients.EverybodyAskedOrTakingPart:
                return WorkQueue.Of(before, people).Select(i => i.Person).Concat(TookPart(state)).Concat(state.Team).Select(p => new Message(p, kind));
            default:
                throw new InvalidOperationException($"The rules send {kind} to {rule.To}, which nothing works out.");
        }
    }

    static IEnumerable<string> ProposingSide(ProposalState state) => state.Team.Prepend(state.Lead);

    static IEnumerable<string> Chairs(ProposalState state, IEnumerable<Party> people) =>
        people.Where(p => Capacities.Of(state, p).Contains(Capacity.Chair)).Select(p => p.Pseudonym);

    static IEnumerable<string> TookPart(ProposalState state) =>
    [
        .. state.Stages.SelectMany(s => s.Votes.Select(v => v.Member).Concat(s.Results.Select(r => r.ClosedBy))),
        .. state.Questions.Select(q => q.AskedBy),
        .. state.Concerns.Select(c => c.RaisedBy),
        .. state.Sessions.Select(s => s.RecordedBy),
    ];

    static IEnumerable<Message> Asked(ReviewCase after, string stage, IEnumerable<Party> people, MessageKind kind, params WorkTask[] tasks) =>
        WorkQueue.Of(after, people).Where(i => i.Stage == stage && tasks.Contains(i.Task)).Select(i => new Message(i.Person, kind, stage, i.Due));

    static string StageOf(ProposalEvent e) => e switch
    {
        StageOpened o => o.Stage,
        QuestionAsked q => q.Stage,
        MemberRecused r => r.Stage,
        ConcernRaised c => c.Stage,
        Events.StageClosed c => c.Stage,
        RevisionAwaited r => r.Stage,
        _ => "",
    };

    /// <summary>Questions and concerns should be answered while their stage still runs.</summary>
    static DateOnly? DueOf(ProposalState state, ProposalEvent e) =>
        e is QuestionAsked or ConcernRaised ? state.Stage(StageOf(e))?.Due : null;
}
