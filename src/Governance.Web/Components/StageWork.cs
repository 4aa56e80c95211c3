using Governance.Review.Stages;
using Governance.Service.Stages;

namespace Governance.Web.Components;

/// <summary>One thing that somebody is asked to do: a sentence that starts with a verb, and where to do it.</summary>
/// <param name="Sentence">What to do.</param>
/// <param name="Href">The page to do it on.</param>
/// <param name="Link">The words of the link.</param>
public sealed record StageWork(string Sentence, string Href, string Link)
{
    /// <summary>The words and the link for a row of the work queue.</summary>
    public static StageWork Of(WorkRow row)
    {
        var proposal = $"/proposals/{Uri.EscapeDataString(row.Reference)}";
        var stage = $"{proposal}/stages/{Uri.EscapeDataString(row.Stage)}";
        return Enum.TryParse<WorkTask>(row.Task, out var task)
            ? task switch
            {
                WorkTask.FinishDraft => new("Finish your draft", proposal, "Carry on writing"),
                WorkTask.AnswerQuestion => new("Answer the panel's questions", $"{proposal}/questions", "Read and answer"),
                WorkTask.AnswerConcern => new("Answer what young people are worried about", $"{proposal}/concerns", "Read and answer"),
                WorkTask.Revise => new("Make the changes that you were asked for", $"{proposal}/revision", "See the changes"),
                WorkTask.Vote => new("Read the proposal and vote", stage, "Read and vote"),
                WorkTask.VoteAgain => new("Vote again, because the proposal has changed", stage, "See what changed"),
                WorkTask.RecordSession => new("Record a session with young people", $"{stage}/session", "Record a session"),
                WorkTask.CloseStage => new("Close the stage, because the votes are in", $"{stage}/close", "Close the stage"),
                WorkTask.Determine => new("Decide on the proposal", $"{proposal}/determination", "Decide"),
                _ => new("Look at the proposal", proposal, "Open"),
            }
            : new("Look at the proposal", proposal, "Open");
    }
}
