using System.Globalization;
using System.Text.RegularExpressions;
using Governance.Review.Proposals;
using Governance.Review.Screening;
using Governance.Web.TagHelpers;

namespace Governance.Web.Components;

/// <summary>One question of the proposal's form with what is written in it so far: the model of <c>FieldInputs.cshtml</c>.</summary>
public sealed record FieldInput
{
    public required Field Field { get; init; }

    /// <summary>What is written: typed in a refused form, or saved.</summary>
    public required Answers Answers { get; init; }

    /// <summary>What is still to do here before submitting, in the order of the form. It never stops saving.</summary>
    public IReadOnlyList<Fault> Advice { get; init; } = [];

    /// <summary>Words in the answer that pass judgement, each with what to write or think of instead.</summary>
    public IReadOnlyList<JudgingWord> JudgingWords { get; init; } = [];

    /// <summary>An empty row to fill in is shown after those that are filled.</summary>
    public bool OneMoreRow { get; init; }

    public string Text => Answers.Text(Field.Id);

    public string Name => FieldNames.Of(Field);

    /// <summary>The hint, with about how many words are wanted and how many there are.</summary>
    public string? Hint
    {
        get
        {
            var parts = new List<string>();
            if (Field.Hint is { } hint) parts.Add(hint);
            if (Field.Words is { } words)
            {
                var written = ReadingAge.Of(Text).Words;
                parts.Add(written == 0
                    ? string.Create(CultureInfo.InvariantCulture, $"About {words} words.")
                    : string.Create(CultureInfo.InvariantCulture, $"About {words} words. {written:N0} saved so far."));
            }
            else if (Field.Kind == FieldKind.Date)
            {
                parts.Add("For example, 27 3 2027.");
            }
            return parts.Count == 0 ? null : string.Join(' ', parts);
        }
    }

    /// <summary>Lines to show for a long text: enough for the words that are wanted.</summary>
    public int Lines => Math.Clamp((Field.Words ?? 60) / 16, 4, 12);

    /// <summary>The rows to show: the filled ones, and an empty one where there is none or one more is asked for.</summary>
    public IReadOnlyList<AnswerRow> Rows
    {
        get
        {
            var rows = Answers.Rows(Field.Id);
            return (rows.Count == 0 || OneMoreRow) && rows.Count < Field.MaxItems ? [.. rows, AnswerRow.Of()] : rows;
        }
    }

    public static IEnumerable<Choice> Choices(IReadOnlyList<Option> options) => options.Select(o => new Choice(o.Id, o.Label, o.Hint));

    /// <summary>An option such as "None of these" that goes with no other.</summary>
    public static bool IsExclusive(Option option) => option.Id is "none" or "nothing" or "unknown";
}

/// <summary>Reads a section of the proposal's form as it was posted.</summary>
public static class PostedAnswers
{
    // More rows than any field takes: the check of limits then says so, and what was typed is still there.
    const int MostRows = 200;

    /// <summary>Everything posted for the section, without any check: what to show again if it is refused.</summary>
    public static Answers Read(Section section, IFormCollection form)
    {
        var answers = Answers.Empty;
        foreach (var field in section.Fields)
        {
            var posted = form[FieldNames.Of(field)];
            answers = field.Kind switch
            {
                FieldKind.Lines => answers.With(field.Id, posted.ToString().Split('\n').Select(l => l.Trim())),
                FieldKind.Choices => answers.With(field.Id, posted.Select(p => p ?? "")),
                FieldKind.Date => answers.With(field.Id, DateField.Join(posted)),
                FieldKind.Rows => answers.With(field.Id, Rows(field, form)),
                _ => answers.With(field.Id, posted.Count == 0 ? "" : posted[^1]),
            };
        }
        return answers;
    }

    static IEnumerable<AnswerRow> Rows(Field field, IFormCollection form) => Enumerable.Range(0, MostRows).Select(i =>
        new AnswerRow(field.Columns.Select(c => KeyValuePair.Create(c.Id, form[FieldNames.Of(field, i, c)].ToString().Trim()))));
}

/// <summary>The concerns of the roundtable in a sentence each, so that "T2" says something to whoever is asked.</summary>
public static partial class WhyWeAsk
{
    static readonly Dictionary<string, string> Concerns = new(StringComparer.Ordinal)
    {
        ["T1"] = "what is fair and lawful to look at in young people's online lives",
        ["T2"] = "young people being drawn into the justice system",
        ["T3"] = "software being relied on alone, although it is often wrong",
        ["T4"] = "bias in software, towards neurodivergent young people above all",
        ["T5"] = "pictures so fine that they point at one street or one person",
        ["T6"] = "taking what happens online for violence offline",
        ["T7"] = "less intrusive ways, root causes and how experiences differ",
        ["T8"] = "the good that young people get from social media",
        ["T9"] = "young people's voice",
        ["T10"] = "openness about what is done and by whom",
    };

    /// <summary>The concerns that a text names, in its order, with their sentences.</summary>
    public static IReadOnlyList<(string Number, string Words)> In(string text) =>
        [.. Number().Matches(text).Select(m => m.Value).Distinct().Where(Concerns.ContainsKey).Select(n => (n, Concerns[n]))];

    [GeneratedRegex(@"\bT[0-9]{1,2}\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
