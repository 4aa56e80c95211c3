using System.Globalization;
using Governance.Review.Proposals;
using Governance.Web.TagHelpers;
using Microsoft.AspNetCore.Html;

namespace Governance.Web.Components;

/// <summary>
/// Writes answers for reading, the same on every page: labels in place of ids, lists as lists, days in words, and each row
/// as a small list of its own, since a table with nine columns cannot be read on a phone. Everything is encoded.
/// </summary>
public static class AnswersMarkup
{
    static readonly IHtmlContent NotGiven = Markup.Of($"<span class=\"app-quiet\">Not given</span>");

    /// <summary>The answer to one question.</summary>
    public static IHtmlContent Value(Field field, Answers answers)
    {
        if (!answers.Has(field.Id)) return NotGiven;
        return field.Kind switch
        {
            FieldKind.Choices => List(answers.Choices(field.Id).Select(c => Label(field.Options, c))),
            FieldKind.Lines => List(answers.Choices(field.Id)),
            FieldKind.Rows => Markup.Of($"<ol class=\"app-answer-rows\">{Markup.Join(answers.Rows(field.Id).Select(r => Markup.Of($"<li>{Row(field, r)}</li>")))}</ol>"),
            _ => Markup.Of($"<span class=\"app-lines\">{Single(field, answers.Text(field.Id))}</span>"),
        };
    }

    /// <summary>A single value in words: an option's label, yes or no, a day, a number with its thousands apart. Anything else as it was typed.</summary>
    public static string Single(Field field, string value) => field.Kind switch
    {
        FieldKind.Choice => Label(field.Options, value),
        FieldKind.YesNo => value switch { "yes" => "Yes", "no" => "No", _ => value },
        FieldKind.Date => DateField.Parse(value) is { } day ? UkTime.Date(day) : value,
        FieldKind.WholeNumber => Answers.Empty.With(field.Id, value).Number(field.Id) is { } number ? number.ToString("N0", CultureInfo.InvariantCulture) : value,
        _ => value,
    };

    /// <summary>One item of a list in words.</summary>
    public static string Item(Field field, string value) => field.Kind is FieldKind.Choices ? Label(field.Options, value) : value;

    /// <summary>One cell of a row in words.</summary>
    public static string Cell(Column column, string value) => column.Kind is FieldKind.Choice ? Label(column.Options, value) : value;

    /// <summary>A row, each cell with its column's heading. Empty cells are left out.</summary>
    public static IHtmlContent Row(Field field, AnswerRow row) => Markup.Of($"""
        <dl class="app-answer-row">{Markup.Join(field.Columns.Where(c => row[c.Id].Length > 0).Select(c => Markup.Of(
            $"<div><dt>{c.Label}</dt><dd class=\"app-lines\">{Cell(c, row[c.Id])}</dd></div>")))}</dl>
        """);

    static IHtmlContent List(IEnumerable<string> items) =>
        Markup.Of($"<ul class=\"govuk-list govuk-list--bullet\">{Markup.Join(items.Select(i => Markup.Of($"<li>{i}</li>")))}</ul>");

    static string Label(IReadOnlyList<Option> options, string id) => options.FirstOrDefault(o => o.Id == id)?.Label ?? id;
}
