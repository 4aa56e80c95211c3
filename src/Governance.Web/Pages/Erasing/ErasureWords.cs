using System.Globalization;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Web.TagHelpers;

namespace Governance.Web.Pages.Erasing;

/// <summary>Words that the erasure pages share.</summary>
public static class ErasureWords
{
    /// <summary>The most characters of a value that a list shows.</summary>
    const int Excerpt = 120;

    public static IReadOnlyList<Choice> Bases { get; } = [.. Enum.GetValues<ErasureBasis>().Select(b => new Choice(b.ToString(), ErasureBases.Of(b), ErasureBases.SourceOf(b)))];

    /// <summary>
    /// Where a value stands: the question that it answers, with the row and column of a table; else the name that it has in
    /// its entry, <c>changes.0.text</c> as "Change 1, text".
    /// </summary>
    public static string Place(ProposalForm form, ErasableValue value)
    {
        var parts = value.Path.Split('.');
        if (Field(form, value) is not { } field)
        {
            if (value.Path.Length == 0) return "A value";
            if (value.Path == ProposalStore.ActorName) return "Name of whoever did this";
            var words = parts is [var list, var number, .. var rest] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
                ? string.Join(", ", [$"{list.TrimEnd('s')} {Number(i)}", .. rest])
                : string.Join(", ", parts);
            return (char.ToUpperInvariant(words[0]) + words[1..]).Replace('_', ' ');
        }
        return parts is [_, _, var row, var column] && int.TryParse(row, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? $"{field.Label} Row {Number(at)}: {field.Columns.FirstOrDefault(c => c.Id == column)?.Label ?? column}"
            : field.Label;

        static string Number(int fromZero) => (fromZero + 1).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The values of one entry: first what is no answer, without a page, then the answers by the pages of the form and in its order. No part is empty.</summary>
    public static IReadOnlyList<(Section? Section, IReadOnlyList<ErasableValue> Values)> BySection(ProposalForm form, IEnumerable<ErasableValue> values)
    {
        var byField = values.OrderBy(v => v.Path, Rows).ToLookup(v => Field(form, v));
        return
        [
            .. form.Sections.Select(s => ((Section?)s, (IReadOnlyList<ErasableValue>)[.. s.Fields.SelectMany(f => byField[f])]))
                .Prepend((null, [.. byField[null]])).Where(part => part.Item2.Count > 0),
        ];
    }

    // The third row of a table comes before the eleventh.
    static readonly StringComparer Rows = StringComparer.Create(CultureInfo.InvariantCulture, CompareOptions.NumericOrdering);

    static Field? Field(ProposalForm form, ErasableValue value) => value.Path.Split('.') is ["answers", var id, ..] ? form.Find(id) : null;

    /// <summary>The kind of its entry: <c>proposal.submitted</c> as "proposal submitted".</summary>
    public static string Entry(ErasableValue value) => value.Kind.Replace('.', ' ').Replace('_', ' ');

    public static string Short(string text) => text.Length <= Excerpt ? text : text[..Excerpt] + "…";

    public static string Why(ErasureReason reason) => reason switch
    {
        ErasureReason.Chosen => "You chose it",
        ErasureReason.SameText => "The same text stands here",
        ErasureReason.SameTable => "In the same table",
        ErasureReason.NameOfDocument => "The name of the document",
        ErasureReason.WrittenByThem => "They wrote it, or it is their name",
        ErasureReason.NamesThem => "It names them",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "There is no such reason."),
    };
}
