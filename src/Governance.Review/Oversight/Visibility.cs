using System.Collections.Immutable;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;

namespace Governance.Review.Oversight;

/// <summary>
/// What of a proposal somebody may see. Votes stay hidden until one has voted oneself, so that nobody follows the first;
/// those who propose see outcomes and never who voted how.
/// </summary>
public static class Visibility
{
    /// <summary>True for those who may see values that name a person: the proposing side, chairs and auditors.</summary>
    public static bool SeesPersonal(ProposalState state, Party viewer) =>
        Capacities.Of(state, viewer).Overlaps([Capacity.Lead, Capacity.TeamMember, Capacity.Chair, Capacity.Auditor]);

    /// <summary>True where this person may see the votes of the stage as it stands.</summary>
    public static bool SeesVotes(ReviewCase review, StageState stage, Party viewer)
    {
        var capacities = Capacities.Of(review.State, viewer);
        if (review.State.IsProposing(viewer.Pseudonym)) return false;
        if (!stage.Open) return capacities.Overlaps([Capacity.PanelMember, Capacity.YouthPanelMember, Capacity.Facilitator, Capacity.Chair, Capacity.Auditor]);
        if (capacities.Contains(Capacity.Auditor)) return true;
        // A chair who has no vote in this stage must be able to see whether it can be closed, and by what.
        if (capacities.Contains(Capacity.Chair) && !viewer.SitsOn(stage.Panel)) return true;
        return Voting.MaySeeVotes(review.State, stage, viewer.Pseudonym, viewer.SitsOn(stage.Panel), review.LooksAt(stage.Stage));
    }

    /// <summary>The state with everything taken out that this person may not see.</summary>
    public static ProposalState For(ReviewCase review, Party viewer)
    {
        var state = review.State;
        var seesPersonal = SeesPersonal(state, viewer);
        var proposing = state.IsProposing(viewer.Pseudonym);
        return state with
        {
            Stages = [.. state.Stages.Select(s => SeesVotes(review, s, viewer) ? s : s with
            {
                Votes = [.. s.Votes.Where(v => v.Member == viewer.Pseudonym)],
                Results = [.. s.Results.Select(r => r with { Votes = [.. r.Votes.Select(v => v with { Member = "" }).OrderBy(v => v.Choice)] })],
            })],
            Recusals = [.. state.Recusals.Select(r => seesPersonal && !proposing || r.Member == viewer.Pseudonym
                ? r
                : r with { Conflict = Sealed.Personal("") with { Text = null } })],
        };
    }

    /// <summary>The answers with everything taken out that this person may not see.</summary>
    public static Answers For(ProposalForm form, Answers answers, bool seesPersonal)
    {
        if (seesPersonal) return answers;
        foreach (var field in form.Fields.Where(f => f.Audience == Audience.Personal))
            answers = answers.Without(field.Id);
        return answers;
    }

    /// <summary>The answers that may stand on the public register: public fields, and of their rows the public columns.</summary>
    public static Answers Public(ProposalForm form, Answers answers)
    {
        foreach (var id in answers.Ids)
        {
            if (form.Find(id) is not { Audience: Audience.Public } field)
                answers = answers.Without(id);
            else if (field.Columns.Count > 0)
                answers = answers.With(id, answers.Rows(id).Select(r => new AnswerRow(r.Cells.Where(c => field.Columns.Any(x => x.Id == c.Key && x.Audience == Audience.Public)))));
        }
        return answers;
    }

    /// <summary>
    /// The state for the public register: what was decided, and no trace of who voted how, asked what or stepped back. Whoever
    /// folded it left out the texts for others than everybody; those that may be public stay.
    /// </summary>
    public static ProposalState Public(ProposalState state) => state with
    {
        Lead = "",
        Team = [],
        Flags = [],
        Stages = [.. state.Stages.Select(s => s with
        {
            Votes = [],
            Results = [.. s.Results.Select(r => r with { ClosedBy = "", Conditions = [], Votes = [.. r.Votes.Select(v => v with { Member = "" }).OrderBy(v => v.Choice)] })],
        })],
        Questions = [],
        Recusals = [],
        Sessions = [.. state.Sessions.Select(s => s with { RecordedBy = "" })],
        Concerns = [.. state.Concerns.Select(c => c with { RaisedBy = "" })],
        Determinations = [.. state.Determinations.Select(d => d with { By = "" })],
    };
}
