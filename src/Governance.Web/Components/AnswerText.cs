using System.Globalization;
using Governance.Review.Proposals;
using Governance.Web.TagHelpers;

namespace Governance.Web.Components;

/// <summary>Answers as people read them: options by their labels, dates in words, rows one below the other.</summary>
public static class AnswerText
{
    /// <summary>The answer to a field, with line breaks; empty when there is none.</summary>
    public static string Of(Field field, Answers answers) => field.Kind switch
    {
        FieldKind.Choice or FieldKind.YesNo => Label(field.Options, answers.Text(field.Id)),
        FieldKind.Choices => string.Join('\n', answers.Choices(field.Id).Select(id => Label(field.Options, id))),
        FieldKind.Lines => string.Join('\n', answers.Choices(field.Id)),
        FieldKind.Date => answers.Date(field.Id) is { } day ? UkTime.Date(day) : answers.Text(field.Id),
        FieldKind.WholeNumber => answers.Number(field.Id) is { } number ? number.ToString("N0", CultureInfo.InvariantCulture) : answers.Text(field.Id),
        FieldKind.Rows => string.Join("\n\n", answers.Rows(field.Id).Select(row => Row(field, row))),
        _ => answers.Text(field.Id),
    };

    /// <summary>A row, one cell a line.</summary>
    public static string Row(Field field, AnswerRow row) => string.Join('\n', field.Columns.Where(c => row[c.Id].Length > 0)
        .Select(c => $"{c.Label}: {(c.Kind == FieldKind.Choice ? Label(c.Options, row[c.Id]) : row[c.Id])}"));

    static string Label(IReadOnlyList<Option> options, string id) => options.FirstOrDefault(o => o.Id == id)?.Label ?? id;
}
