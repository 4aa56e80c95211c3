using Governance.Review.Proposals;
using Governance.Web.TagHelpers;
using Microsoft.AspNetCore.Html;

namespace Governance.Web.Components;

/// <summary>What a lead answered, written so that people can read it: labels for ids, lists as lists, rows as a table.</summary>
public static class StageAnswers
{
    /// <summary>The answer to one question. Everything in it is encoded.</summary>
    public static IHtmlContent Of(Field field, Answers answers)
    {
        if (!answers.Has(field.Id)) return Markup.Of($"<span class=\"app-quiet\">Not given</span>");
        return field.Kind switch
        {
            FieldKind.Choice => Text(LabelOf(field.Options, answers.Text(field.Id))),
            FieldKind.YesNo => Text(answers.Is(field.Id, "yes") ? "Yes" : answers.Is(field.Id, "no") ? "No" : answers.Text(field.Id)),
            FieldKind.Choices => List(answers.Choices(field.Id).Select(id => LabelOf(field.Options, id))),
            FieldKind.Lines => List(answers.Choices(field.Id)),
            FieldKind.Date => Text(answers.Date(field.Id) is { } day ? UkTime.Date(day) : answers.Text(field.Id)),
            FieldKind.Rows => Table(field, answers.Rows(field.Id)),
            _ => Text(answers.Text(field.Id)),
        };
    }

    static string LabelOf(IReadOnlyList<Option> options, string id) => options.FirstOrDefault(o => o.Id == id)?.Label ?? id;

    static IHtmlContent Text(string text) => Markup.Of($"<span class=\"app-lines\">{text}</span>");

    static IHtmlContent List(IEnumerable<string> items) =>
        Markup.Of($"<ul class=\"govuk-list govuk-list--bullet\">{Markup.Join(items.Select(i => Markup.Of($"<li>{i}</li>")))}</ul>");

    // Each row is a small list of its own: a table with nine columns cannot be read on a phone.
    static IHtmlContent Table(Field field, IReadOnlyList<AnswerRow> rows) => Markup.Join(rows.Select(row =>
        Markup.Of($"<ul class=\"govuk-list app-stage-row\">{Markup.Join(field.Columns.Where(c => row[c.Id].Length > 0).Select(c => Markup.Of($"<li><span class=\"app-quiet\">{c.Label}:</span> {LabelOf(c.Options, row[c.Id])}</li>")))}</ul>")));
}
