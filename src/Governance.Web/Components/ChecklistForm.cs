using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service.Stages;
using Governance.Web.TagHelpers;

namespace Governance.Web.Components;

/// <summary>What is typed for one item of a checklist.</summary>
public sealed record ChecklistEntry
{
    /// <summary>A grade, or a rating as proposed.</summary>
    public string? Answer { get; set; }

    /// <summary>The rating with the measures that the lead offers.</summary>
    public string? After { get; set; }

    public string? Note { get; set; }

    /// <summary>True when nothing was said about the item.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(Answer) && string.IsNullOrEmpty(After) && string.IsNullOrWhiteSpace(Note);
}

/// <summary>One change that is wanted, as typed.</summary>
public sealed record ChangeRow
{
    /// <summary>The form's question; empty for the whole proposal.</summary>
    public string? Field { get; set; }

    public string? Text { get; set; }

    /// <summary>True when the row was left alone.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(Field) && string.IsNullOrWhiteSpace(Text);
}

/// <summary>The rows of changes in a form, for the partial page that shows them.</summary>
/// <param name="Name">The list's name in the form.</param>
/// <param name="Address">The page's own address, for buttons that lead back to the list.</param>
public sealed record ChangeRows(string Name, IReadOnlyList<ChangeRow> Rows, IReadOnlyList<Choice> Fields, string Address);

/// <summary>The choices that the forms of a stage offer.</summary>
public static class ChecklistForm
{
    public static IReadOnlyList<Choice> Grades { get; } = [.. Checklist.Grades.Select(g => new Choice(g.Id, g.Label))];

    public static IReadOnlyList<Choice> Ratings { get; } = [.. Checklist.Ratings.Select(r => new Choice(r.Id, r.Label))];

    /// <summary>Every way to vote, with what it means.</summary>
    public static IReadOnlyList<Choice> Votes { get; } =
    [
        new(nameof(VoteChoice.Approve), "Approve", "It can go ahead as it is."),
        new(nameof(VoteChoice.ApproveWithConditions), "Approve with conditions", "It can go ahead, as long as the team keeps to the conditions that you write below."),
        new(nameof(VoteChoice.MinorChanges), "Minor changes needed", "Some small things should change first. You say which, below."),
        new(nameof(VoteChoice.MajorChanges), "Major changes needed", "Some big things should change first. You say which, below."),
        new(nameof(VoteChoice.Object), "Object", "It should not go ahead."),
        new(nameof(VoteChoice.Abstain), "Abstain", "You do not want to take a side. Your vote counts towards the number of votes needed, and no more."),
    ];

    /// <summary>The form's questions to choose from, those that the stage looks at first.</summary>
    public static IReadOnlyList<Choice> FieldsOf(ProposalForm form, Checklist checklist)
    {
        var first = checklist.LooksAt.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. form.Fields.Where(f => f.Audience != Audience.Personal).OrderBy(f => first.Contains(f.Id) ? 0 : 1).Select(f => new Choice(f.Id, f.Label)),
            new(ProposalRevisedFields.Attachments, "The documents"),
        ];
    }

    /// <summary>What a change is about, in words.</summary>
    public static string FieldTitle(ProposalForm form, string field) =>
        field.Length == 0 ? "The whole proposal"
        : field == ProposalRevisedFields.Attachments ? "The documents"
        : form.Find(field)?.Label ?? field;

    /// <summary>The label of an answer to a checklist item.</summary>
    public static string AnswerTitle(string answer) =>
        Checklist.Grades.Concat(Checklist.Ratings).FirstOrDefault(o => o.Id == answer)?.Label ?? answer;

    /// <summary>The rows that were filled in, each with its place on the page: rows left empty are not sent.</summary>
    public static IReadOnlyList<(int Place, CastVote.Change Change)> Sent(IReadOnlyList<ChangeRow> rows) =>
        [.. rows.Index().Where(r => !r.Item.IsEmpty).Select(r => (r.Index, new CastVote.Change(r.Item.Field ?? "", r.Item.Text ?? "")))];
}
