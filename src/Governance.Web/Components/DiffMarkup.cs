using Governance.Review.Proposals;
using Governance.Web.TagHelpers;
using Microsoft.AspNetCore.Html;

namespace Governance.Web.Components;

/// <summary>
/// Writes what changed in an answer. What was added stands in <c>ins</c> with a plus, what was removed in <c>del</c> with a
/// minus, and both say so in words to those who listen: colour and lines are never all there is (WCAG 2.2, 1.4.1).
/// </summary>
public static class DiffMarkup
{
    /// <summary>The change of one answer.</summary>
    public static IHtmlContent Value(Field field, FieldChange change)
    {
        if (change.Rows.Count > 0) return Rows(field, change.Rows);
        if (change.Items.Count > 0)
            return Markup.Of($"<ul class=\"govuk-list app-diff__list\">{Markup.Join(change.Items.Select(i => Markup.Of($"<li>{Piece(i.Kind, AnswersMarkup.Item(field, i.Text))}</li>")))}</ul>");
        return field.Kind is FieldKind.Text or FieldKind.LongText ? Words(change.Words) : Replaced(field, change.Words);
    }

    /// <summary>Text with what was added and removed in it.</summary>
    public static IHtmlContent Words(IEnumerable<DiffSegment> words) =>
        Markup.Of($"<div class=\"app-diff__text\">{Markup.Join(words.Select(w => Piece(w.Kind, w.Text)))}</div>");

    // A date or a choice is one thing: half a date struck through would say nothing.
    static IHtmlContent Replaced(Field field, IReadOnlyList<DiffSegment> words)
    {
        var before = string.Concat(words.Where(w => w.Kind != DiffKind.Added).Select(w => w.Text));
        var after = string.Concat(words.Where(w => w.Kind != DiffKind.Removed).Select(w => w.Text));
        return Markup.Of($"<div class=\"app-diff__text\">{(before.Length > 0 ? Piece(DiffKind.Removed, AnswersMarkup.Single(field, before)) : null)} {(after.Length > 0 ? Piece(DiffKind.Added, AnswersMarkup.Single(field, after)) : null)}</div>");
    }

    static IHtmlContent Rows(Field field, IEnumerable<RowChange> rows) => Markup.Of($"<ul class=\"govuk-list app-diff__rows\">{Markup.Join(rows.Select(r => Markup.Of($"<li>{Row(field, r)}</li>")))}</ul>");

    static IHtmlContent Row(Field field, RowChange row)
    {
        var says = row.Kind switch { DiffKind.Added => "Row added", DiffKind.Removed => "Row removed", _ => "Row changed" };
        var cells = field.Columns.Where(c => (row.Before?[c.Id] ?? "").Length + (row.After?[c.Id] ?? "").Length > 0).Select(c => Markup.Of(
            $"<div><dt>{c.Label}</dt><dd>{Cell(c, row)}</dd></div>"));
        return Markup.Of($"<p class=\"app-diff__row-title\">{says}</p><dl class=\"app-answer-row\">{Markup.Join(cells)}</dl>");
    }

    static IHtmlContent Cell(Column column, RowChange row)
    {
        var (before, after) = (row.Before?[column.Id] ?? "", row.After?[column.Id] ?? "");
        if (row.Kind == DiffKind.Same && before == after) return Markup.Of($"{AnswersMarkup.Cell(column, after)}");
        if (column.Kind is FieldKind.Text && row.Cells.TryGetValue(column.Id, out var words)) return Words(words);
        return Markup.Of($"<div class=\"app-diff__text\">{(before.Length > 0 ? Piece(DiffKind.Removed, AnswersMarkup.Cell(column, before)) : null)} {(after.Length > 0 ? Piece(DiffKind.Added, AnswersMarkup.Cell(column, after)) : null)}</div>");
    }

    /// <summary>A piece of text that was kept, added or removed.</summary>
    public static IHtmlContent Piece(DiffKind kind, string text) => kind switch
    {
        DiffKind.Added => Markup.Of($"<ins class=\"app-diff__added\"><span class=\"govuk-visually-hidden\"> [added: </span><span class=\"app-diff__sign\" aria-hidden=\"true\">+</span>{text}<span class=\"govuk-visually-hidden\">] </span></ins>"),
        DiffKind.Removed => Markup.Of($"<del class=\"app-diff__removed\"><span class=\"govuk-visually-hidden\"> [removed: </span><span class=\"app-diff__sign\" aria-hidden=\"true\">−</span>{text}<span class=\"govuk-visually-hidden\">] </span></del>"),
        _ => Markup.Of($"{text}"),
    };
}
