using System.Globalization;
using Governance.Review.Stages;

namespace Governance.Review.Messages;

/// <summary>A message in words, on a page and in an e-mail alike: the reference, what to do, by when, and nothing of what anybody wrote.</summary>
/// <param name="Title">What it is about, in one line. Begins with a verb where something is asked for.</param>
/// <param name="Text">One or two sentences.</param>
/// <param name="Path">Where to go for it, within the service.</param>
/// <param name="Link">The words of the link there.</param>
public sealed record MessageWords(string Title, string Text, string Path, string Link)
{
    /// <summary>The words of a message.</summary>
    /// <param name="reference">The proposal's reference.</param>
    public static MessageWords Of(MessageKind kind, string reference, string stage, DateOnly? due)
    {
        var title = StageTitles.Of(stage);
        string By(string what) => due is { } day ? $" Please {what} by {day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}." : "";
        var by = By("do it");
        var proposal = $"/proposals/{Uri.EscapeDataString(reference)}";
        var its = stage.Length > 0 ? $"{proposal}/stages/{Uri.EscapeDataString(stage)}" : proposal;
        // Where there is something to read whatever has happened since: pages on which only one thing can be done answer no more once it is done.
        return kind switch
        {
            MessageKind.VoteAsked => new("Read a proposal and vote", $"The {title} stage of {reference} is open, and you are on its panel.{By("vote")}", its, "Read and vote"),
            MessageKind.VoteAgainAsked => new("Vote again", $"{reference} has changed since you voted in the {title} stage, so your vote no longer counts.{By("vote")}", its, "See what changed"),
            MessageKind.SessionAsked => new("Record a session with young people", $"The {title} stage of {reference} is open.{by}", its, "Record a session"),
            MessageKind.CloseAsked => new("Close a stage", $"Enough votes are in for the {title} stage of {reference}.{by}", its, "Look at the stage and close it"),
            MessageKind.DeterminationAsked => new("Decide on a proposal", $"All stages of {reference} are done.", $"{proposal}/determination", "Decide"),
            MessageKind.QuestionAsked => new("Answer a question", $"The panel of the {title} stage asks you something about {reference}.{By("answer it")}", proposal, "Read and answer"),
            MessageKind.QuestionAnswered => new("Your question was answered", $"The lead of {reference} answered what you asked.", its, "Read the answer"),
            MessageKind.ConcernRaised => new("Answer a concern of young people", $"A concern about {reference} was put on record.{By("answer it")}", proposal, "Read and answer"),
            MessageKind.ConcernAnswered => new("A concern was answered", $"The lead of {reference} answered the concern that you put on record.", its, "Read the answer"),
            MessageKind.ChangesAsked => new("Make changes to your proposal", stage.Length > 0
                ? $"The {title} stage asks for changes to {reference}." : $"Changes to {reference} are asked for before it can be decided.", proposal, "See what is asked"),
            MessageKind.StageClosed => new("A stage is done", $"The {title} stage of {reference} has closed. You can read what it found.", proposal, "Read the outcome"),
            MessageKind.MemberSteppedBack => new("A panel member stepped back", $"Somebody on the panel of the {title} stage of {reference} declared a conflict of interest. Check that enough members are left.", its, "Look at the stage"),
            MessageKind.Determined => new("A proposal was decided", $"The decision on {reference} is there to read, with its reasons.", proposal, "Read the decision"),
            MessageKind.ConditionsSet => new("See the conditions", $"The decision on {reference} has conditions. See what has to be done, by whom and by when.", proposal, "See the conditions"),
            MessageKind.Withdrawn => new("A proposal was taken back", $"{reference} was withdrawn. There is nothing more for you to do about it.", proposal, "Look at the proposal"),
            MessageKind.DueSoon => new("Something is due soon", $"You are asked to do something about {reference}{In(stage)}.{by}", "/work", "See your work"),
            MessageKind.Overdue => new("Something is overdue", due is { } past
                ? $"What you are asked to do about {reference}{In(stage)} was due on {past.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}. If you cannot do it, tell the chair."
                : $"What you are asked to do about {reference}{In(stage)} is overdue. If you cannot do it, tell the chair.", "/work", "See your work"),
            MessageKind.StageOverdue => new("See to a stage that is overdue", due is { } was
                ? $"The {title} stage of {reference} was due on {was.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)} and is still open. See what it waits for."
                : $"The {title} stage of {reference} is overdue and still open. See what it waits for.", its, "Look at the stage"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such message."),
        };
    }

    static string In(string stage) => stage.Length > 0 ? $" in the {StageTitles.Of(stage)} stage" : "";
}
