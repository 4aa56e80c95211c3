using System.Collections.Immutable;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;

namespace Governance.Review.Decisions;

/// <summary>A vote as it is handed in.</summary>
public sealed record VoteToCast
{
    public required VoteChoice Choice { get; init; }
    public required string Rationale { get; init; }
    public ImmutableArray<ChecklistAnswer> Checklist { get; init; } = [];
    /// <summary>One text a condition; wanted with an approval with conditions.</summary>
    public ImmutableArray<string> Conditions { get; init; } = [];
    /// <summary>What should change; wanted with a vote for changes.</summary>
    public ImmutableArray<(string Field, string Text)> Changes { get; init; } = [];
}

/// <summary>What the members of a panel, youth workers and chairs do while a stage is open.</summary>
public static class Reviewing
{
    public static Decision Ask(ReviewCase before, Party by, Circumstances now, string stage, string question)
    {
        TakePart(Act.AskQuestion, before, by, stage);
        return new Deciding(before, by, now)
            .Add(new QuestionAsked
            {
                Question = $"q{before.State.Questions.Length + 1}",
                Stage = stage,
                Text = Sealed.Panel(question),
            })
            .Done();
    }

    /// <summary>Declares a conflict of interest. It holds for the whole proposal, whichever stage it was declared in.</summary>
    public static Decision Recuse(ReviewCase before, Party by, Circumstances now, string stage, string conflict)
    {
        TakePart(Act.Recuse, before, by, stage);
        return new Deciding(before, by, now)
            .Add(new MemberRecused { Stage = stage, Conflict = Sealed.Personal(conflict) })
            .Done();
    }

    /// <exception cref="NotAllowedException">The person does not sit on the stage's panel.</exception>
    /// <exception cref="InvalidException">The reasons, conditions or changes that the choice needs are missing, or the checklist names unknown items.</exception>
    public static Decision Vote(ReviewCase before, Party by, Circumstances now, string stage, VoteToCast vote)
    {
        Permissions.Demand(Act.Vote, before.State, by);
        var open = before.OpenStage(stage);
        var seats = by.SeatsOn(open.Panel).ToImmutableArray();
        if (seats.IsEmpty)
            throw new NotAllowedException($"Only members of the {StageTitles.Of(open.Panel)} panel vote in this stage.");
        var faults = Faults(before, stage, vote).ToList();
        if (faults.Count > 0) throw new InvalidException(faults);
        return new Deciding(before, by, now)
            .Add(new VoteCast
            {
                Stage = stage,
                Opening = open.Opening,
                Revision = before.State.Revision,
                Choice = vote.Choice,
                Seats = seats,
                Rationale = Sealed.Panel(vote.Rationale),
                Checklist = vote.Checklist,
                Conditions = [.. vote.Conditions.Select(c => new ProposedCondition(Sealed.Panel(c)))],
                Changes = [.. vote.Changes.Select(c => new WantedChange(c.Field, Sealed.Panel(c.Text)))],
            })
            .Done();
    }

    public static Decision RecordSession(ReviewCase before, Party by, Circumstances now, YouthSessionHeld session)
    {
        Permissions.Demand(Act.RecordSession, before.State, by);
        before.OpenStage(session.Stage);
        if (session.On > now.Today)
            throw new InvalidException("On", "Enter the day when the session was held. It cannot be in the future.");
        return new Deciding(before, by, now)
            .Add(session with { Session = $"s{before.State.Sessions.Length + 1}" })
            .Done();
    }

    /// <param name="session">The session that the concern came from; empty for a youth panel member's own.</param>
    public static Decision RaiseConcern(ReviewCase before, Party by, Circumstances now, string stage, string session, string concern)
    {
        Permissions.Demand(Act.RaiseConcern, before.State, by);
        before.OpenStage(stage);
        if (session.Length > 0 && before.State.Sessions.All(s => s.Id != session))
            throw new InvalidException("Session", "Choose a session that is on record, or none.");
        return new Deciding(before, by, now)
            .Add(new ConcernRaised
            {
                Concern = $"n{before.State.Concerns.Length + 1}",
                Stage = stage,
                Session = session,
                Text = Sealed.Public(concern),
            })
            .Done();
    }

    /// <summary>
    /// Closes a stage. The votes give the outcome; the chair gives a summary, and the list of changes where changes are
    /// asked for. Where the stage is past its day and cannot decide, closing it starts the clock again.
    /// </summary>
    /// <exception cref="ConflictException">Quorum, a seat or an answer to a concern is missing. The message names what.</exception>
    public static Decision Close(
        ReviewCase before, Party by, Circumstances now, string stage, string summary, ImmutableArray<(string Field, string Text)> changes)
    {
        Permissions.Demand(Act.CloseStage, before.State, by);
        var open = before.OpenStage(stage);
        var tally = before.Tally(open);
        var outcome = Outcome(before, open, tally, now);
        if (outcome == StageOutcome.ChangesRequested && changes.IsEmpty)
            throw new InvalidException("Changes", "List at least one change that you ask the lead to make.");
        if (outcome != StageOutcome.ChangesRequested && !changes.IsEmpty)
            throw new InvalidException("Changes", $"The outcome is \"{OutcomeTitles.Of(outcome)}\", so no changes can be asked for. Remove them.");
        CheckFields(before, changes.Select(c => c.Field), "Changes");
        var number = before.State.Changes.Length;
        return new Deciding(before, by, now)
            .Add(new StageClosed
            {
                Stage = stage,
                Activity = open.Activity,
                Opening = open.Opening,
                Revision = before.State.Revision,
                Outcome = outcome,
                Votes = [.. tally.Counted.Select(v => new CountedVote(v.Member, v.Choice))],
                Summary = Sealed.Public(summary),
                Changes = [.. changes.Select((c, i) => new RequestedChange($"c{number + i + 1}", c.Field, Sealed.Panel(c.Text)))],
                Conditions = outcome == StageOutcome.ApprovedWithConditions
                    ? [.. tally.Counted.SelectMany(v => v.Conditions)]
                    : [],
            })
            .Signal(open.Activity, outcome.ToString())
            .Done();
    }

    /// <summary>The outcome that closing the stage now would give, or why it cannot be closed.</summary>
    public static (StageOutcome? Outcome, string? Obstacle) CanClose(ReviewCase before, StageState open, Circumstances now)
    {
        try
        {
            return (Outcome(before, open, before.Tally(open), now), null);
        }
        catch (ConflictException e)
        {
            return (null, e.Message);
        }
    }

    static StageOutcome Outcome(ReviewCase before, StageState open, Tally tally, Circumstances now)
    {
        if (!tally.Decides)
        {
            if (now.Today > open.Due) return StageOutcome.Overdue;
            if (!tally.QuorumMet)
                throw new ConflictException($"{tally.Counted.Length} of the {open.Quorum} votes that this stage needs are in. Wait for more votes, or ask the members who have not voted.");
            if (!tally.SeatsMissing.IsEmpty)
                throw new ConflictException($"Votes are missing. This stage needs at least {string.Join(" and ", tally.SeatsMissing.Select(s => SeatTitles.Count(s.Seat, s.AtLeast)))}.");
            throw new ConflictException("Everybody has abstained, so there is no outcome. Ask the members to take a position.");
        }
        var waiting = before.ConcernsInTheWay(open, tally);
        if (waiting > 0)
            throw new ConflictException($"The lead has not answered {waiting} of the young people's concerns. The stage cannot approve before each one is answered.");
        return tally.Outcome!.Value;
    }

    static void TakePart(Act act, ReviewCase before, Party by, string stage)
    {
        Permissions.Demand(act, before.State, by);
        var open = before.OpenStage(stage);
        if (!Permissions.TakesPart(open, by, Capacities.Of(before.State, by)))
            throw new NotAllowedException($"Only people who take part in the {StageTitles.Of(stage)} stage can do this.");
    }

    /// <summary>What goes with a choice and what does not: conditions with a conditional approval, changes with a vote for changes.</summary>
    public static IEnumerable<Fault> WithChoice(VoteChoice choice, int conditions, int changes)
    {
        if (choice == VoteChoice.ApproveWithConditions && conditions == 0)
            yield return new("Conditions", "Write at least one condition, or choose to approve without conditions.");
        if (choice != VoteChoice.ApproveWithConditions && conditions > 0)
            yield return new("Conditions", "Conditions go with \"approve with conditions\". Remove them or change your vote.");
        var wantsChanges = choice is VoteChoice.MinorChanges or VoteChoice.MajorChanges;
        if (wantsChanges && changes == 0)
            yield return new("Changes", "Say at least one thing that should change.");
        if (!wantsChanges && changes > 0)
            yield return new("Changes", "Changes go with a vote for changes. Remove them or change your vote.");
    }

    static IEnumerable<Fault> Faults(ReviewCase before, string stage, VoteToCast vote)
    {
        if (string.IsNullOrWhiteSpace(vote.Rationale))
            yield return new("Rationale", "Give the reasons for your vote.");
        foreach (var fault in WithChoice(vote.Choice, vote.Conditions.Length, vote.Changes.Length))
            yield return fault;
        foreach (var field in UnknownFields(before, vote.Changes.Select(c => c.Field)))
            yield return new("Changes", $"The form has no question \"{field}\". Choose one from the list, or none.");
        var items = before.Rulebook.Checklists.FirstOrDefault(c => c.Stage == stage)?.Items ?? [];
        foreach (var (index, answer) in vote.Checklist.Index())
        {
            var item = items.FirstOrDefault(i => i.Id == answer.Item);
            if (item is null)
            {
                yield return new("Checklist", $"This stage's checklist has no item \"{answer.Item}\".");
                continue;
            }
            var possible = item.Answer == AnswerKind.Grade ? Checklist.Grades : Checklist.Ratings;
            if (possible.All(o => o.Id != answer.Answer) || (answer.After.Length > 0 && (item.Answer == AnswerKind.Grade || possible.All(o => o.Id != answer.After))))
                yield return new($"Checklist[{index}]", $"Choose one of the answers offered for \"{item.Question}\".");
        }
    }

    static void CheckFields(ReviewCase before, IEnumerable<string> fields, string name)
    {
        var unknown = UnknownFields(before, fields).ToList();
        if (unknown.Count > 0)
            throw new InvalidException([.. unknown.Select(f => new Fault(name, $"The form has no question \"{f}\". Choose one from the list, or none."))]);
    }

    static IEnumerable<string> UnknownFields(ReviewCase before, IEnumerable<string> fields) =>
        fields.Where(f => f.Length > 0 && f != ProposalRevisedFields.Attachments && before.Rulebook.Screening.Form.Find(f) is null).Distinct();
}
