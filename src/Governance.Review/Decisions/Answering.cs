using System.Collections.Immutable;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Screening;

namespace Governance.Review.Decisions;

/// <summary>Names in <see cref="ProposalRevised.Changed"/> that are not fields of the form.</summary>
public static class ProposalRevisedFields
{
    /// <summary>The documents changed.</summary>
    public const string Attachments = "attachments";
}

/// <summary>How the lead answers one requested change.</summary>
/// <param name="Response">Null while the lead has not made up their mind: a draft keeps it so, a revision does not take it.</param>
public sealed record ChangeToAnswer(string Change, ChangeResponse? Response = null, string Text = "");

/// <summary>What the lead answers while the proposal is under review.</summary>
public static class Answering
{
    public static Decision AnswerQuestion(ReviewCase before, Party by, Circumstances now, string question, string answer)
    {
        var asked = before.State.Questions.FirstOrDefault(q => q.Id == question);
        if (asked is not null && !asked.Answers.IsEmpty && before.State.Lead == by.Pseudonym)
            throw new ConflictException("This question has been answered already.");
        Permissions.Demand(Act.AnswerQuestion, before.State, by);
        if (asked is null) throw new NotFoundException("There is no such question.");
        return new Deciding(before, by, now)
            .Add(new QuestionAnswered { Question = question, Text = Sealed.Panel(answer) })
            .Done();
    }

    public static Decision AnswerConcern(ReviewCase before, Party by, Circumstances now, string concern, ConcernResponse response, string text)
    {
        var raised = before.State.Concerns.FirstOrDefault(c => c.Id == concern);
        if (raised?.Response is not null && before.State.Lead == by.Pseudonym)
            throw new ConflictException("This concern has been answered already.");
        Permissions.Demand(Act.AnswerConcern, before.State, by);
        if (raised is null) throw new NotFoundException("There is no such concern.");
        return new Deciding(before, by, now)
            .Add(new ConcernAnswered { Concern = concern, Response = response, Text = Sealed.Public(text) })
            .Done();
    }

    /// <summary>
    /// Sends a new revision. It answers every open request at once, whichever stage asked, and moves every part of the
    /// route on that waited for it.
    /// </summary>
    /// <exception cref="InvalidException">A request has no answer, or an answer belongs to no open request.</exception>
    public static Decision Revise(
        ReviewCase before, Party by, Circumstances now, ProposalContent old, ProposalContent revised,
        IEnumerable<string> team, IReadOnlyCollection<ChangeToAnswer> answers, ScreeningResult screening)
    {
        Permissions.Demand(Act.SubmitRevision, before.State, by);
        var faults = Faults(before.State, answers).ToList();
        if (faults.Count > 0) throw new InvalidException(faults);

        var changed = AnswersDiff.Between(old.Answers, revised.Answers).Select(c => c.Field).ToList();
        // Not Has, which takes white space for no answer: the trail must give back the very answers that were sent.
        var removed = changed.Except(revised.Answers.Ids).ToList();
        var values = revised.Answers.Ids.Except(changed).Aggregate(revised.Answers, (a, f) => a.Without(f));
        if (!old.Documents.Select(d => (d.Id, d.Sha256)).SequenceEqual(revised.Documents.Select(d => (d.Id, d.Sha256))))
            changed.Add(ProposalRevisedFields.Attachments);

        var deciding = new Deciding(before, by, now).Add(new ProposalRevised
        {
            Revision = before.State.Revision + 1,
            Answers = new SealedAnswers(values),
            Removed = [.. removed.Order(StringComparer.Ordinal)],
            Documents = revised.Documents,
            Changed = [.. changed.Order(StringComparer.Ordinal)],
            Team = [.. team.Where(t => t != before.State.Lead).Distinct().Order(StringComparer.Ordinal)],
            Responses = [.. answers.Select(a => new ChangeAnswer(a.Change, a.Response!.Value, Sealed.Panel(a.Text)))],
            Flags = Submitting.Flags(screening),
        });
        foreach (var awaited in before.State.Awaited)
            deciding.Signal(awaited.Activity, "Resubmitted");
        return deciding.Done();
    }

    /// <summary>What is missing from the answers to the open requests, or does not belong to them.</summary>
    public static IEnumerable<Fault> Faults(ProposalState state, IReadOnlyCollection<ChangeToAnswer> answers)
    {
        var open = state.OpenChanges.ToList();
        foreach (var change in open)
        {
            var given = answers.Where(a => a.Change == change.Id).ToList();
            if (given.Count > 0 && given[0].Response is null)
                yield return new($"answers[{change.Id}].response", "Say whether you changed the proposal.");
            if (given.Count != 1 || string.IsNullOrWhiteSpace(given[0].Text))
                yield return new($"answers[{change.Id}]", "Say what you did about this request, or why you did not do it.");
        }
        foreach (var unknown in answers.Where(a => open.All(c => c.Id != a.Change)))
            yield return new($"answers[{unknown.Change}]", $"There is no open request \"{unknown.Change}\".");
    }
}
