using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.Review.Proposals;

/// <summary>
/// What has been answered so far: field id to text, list of texts, or list of rows. Immutable, and equal by value.
/// An empty answer is no answer: an empty text, list or row is not kept. Texts have line feeds only, and no control
/// characters or broken surrogates, so that they can always be written as canonical JSON.
/// </summary>
public sealed class Answers : IEquatable<Answers>
{
    private readonly ImmutableSortedDictionary<string, object> _values; // string, ImmutableArray<string> or ImmutableArray<AnswerRow>

    private Answers(ImmutableSortedDictionary<string, object> values) => _values = values;

    /// <summary>Nothing answered.</summary>
    public static Answers Empty { get; } = new(ImmutableSortedDictionary.Create<string, object>(StringComparer.Ordinal));

    /// <summary>The ids that have an answer, in ordinal order.</summary>
    public IEnumerable<string> Ids => _values.Keys;

    /// <summary>Whether the field has an answer.</summary>
    public bool Has(string id) => _values.TryGetValue(id, out var v) && !(v is string s && string.IsNullOrWhiteSpace(s));

    /// <summary>The text as typed, or the empty string.</summary>
    public string Text(string id) => _values.GetValueOrDefault(id) as string ?? "";

    /// <summary>The picked ids or the lines; empty when there are none.</summary>
    public IReadOnlyList<string> Choices(string id) => _values.GetValueOrDefault(id) is ImmutableArray<string> list ? list : [];

    /// <summary>The rows; empty when there are none.</summary>
    public IReadOnlyList<AnswerRow> Rows(string id) => _values.GetValueOrDefault(id) is ImmutableArray<AnswerRow> rows ? rows : [];

    /// <summary>Whether the single answer is exactly this.</summary>
    public bool Is(string id, string value) => Text(id) == value;

    /// <summary>Whether the single answer is one of these.</summary>
    public bool IsAny(string id, params ReadOnlySpan<string> values)
    {
        foreach (var value in values)
            if (Is(id, value))
                return true;
        return false;
    }

    /// <summary>Whether this is among the picked ids.</summary>
    public bool Includes(string id, string value) => Choices(id).Contains(value, StringComparer.Ordinal);

    /// <summary>Whether any of these is among the picked ids.</summary>
    public bool IncludesAny(string id, params ReadOnlySpan<string> values)
    {
        foreach (var value in values)
            if (Includes(id, value))
                return true;
        return false;
    }

    /// <summary>The whole number, or null when it is missing or not one.</summary>
    public long? Number(string id) => ParseNumber(Text(id));

    /// <summary>The decimal number (a percentage becomes a share), or null when it is missing or not one.</summary>
    public decimal? Decimal(string id) => ParseDecimal(Text(id));

    /// <summary>The day, or null when it is missing or not one.</summary>
    public DateOnly? Date(string id) => ParseDate(Text(id));

    /// <summary>These answers with this text. An empty text clears the field.</summary>
    public Answers With(string id, string? text)
    {
        var clean = Clean(text);
        return new(clean.Length == 0 ? _values.Remove(id) : _values.SetItem(id, clean));
    }

    /// <summary>These answers with this list. Blank lines go; an empty list clears the field.</summary>
    public Answers With(string id, IEnumerable<string> list)
    {
        var clean = list.Select(Clean).Where(s => !string.IsNullOrWhiteSpace(s)).ToImmutableArray();
        return new(clean.IsEmpty ? _values.Remove(id) : _values.SetItem(id, clean));
    }

    /// <summary>These answers with these rows. Empty rows go; no rows clears the field.</summary>
    public Answers With(string id, IEnumerable<AnswerRow> rows)
    {
        var clean = rows.Where(r => r.Cells.Count > 0).ToImmutableArray();
        return new(clean.IsEmpty ? _values.Remove(id) : _values.SetItem(id, clean));
    }

    /// <summary>These answers without this field's.</summary>
    public Answers Without(string id) => new(_values.Remove(id));

    /// <summary>These answers, with the other's wherever the other has one.</summary>
    public Answers Merge(Answers other) => new(_values.SetItems(other._values));

    /// <summary>These answers, with the section's fields exactly as posted: a field that was not posted is cleared.</summary>
    public Answers MergeSection(Section section, Answers posted)
    {
        var values = _values;
        foreach (var field in section.Fields)
            values = posted._values.TryGetValue(field.Id, out var v) ? values.SetItem(field.Id, v) : values.Remove(field.Id);
        return new(values);
    }

    /// <summary>Text as string, list as array of strings, rows as array of objects of strings; ids in ordinal order.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (id, value) in _values)
        {
            json[id] = value switch
            {
                string s => JsonValue.Create(s),
                ImmutableArray<string> list => new JsonArray([.. list.Select(s => (JsonNode)JsonValue.Create(s)!)]),
                ImmutableArray<AnswerRow> rows => new JsonArray([.. rows.Select(r => (JsonNode)r.ToJson())]),
                _ => throw new InvalidOperationException("Answers hold texts, lists and rows only."),
            };
        }

        return json;
    }

    /// <summary>
    /// Reads answers in the shape of <see cref="ToJson"/>, checking shape and limits only: a draft may hold any text. What is
    /// wrong is named in <paramref name="faults"/> and left out of the result. A JSON number or truth value in place of a
    /// text is taken as typed (<c>true</c> as <c>yes</c>), and null as no answer.
    /// </summary>
    public static Answers FromJson(ProposalForm form, JsonElement json, out IReadOnlyList<Fault> faults) => AnswersReader.Read(form, json, out faults);

    /// <summary>
    /// Reads answers that were stored earlier, perhaps under an older form, without a form to check them against: an auditor
    /// replays old proposals so. A value of any other shape than text, list of texts or list of rows is an error.
    /// </summary>
    /// <exception cref="FormatException">The JSON does not have the shape of <see cref="ToJson"/>.</exception>
    public static Answers FromStored(JsonElement json) => AnswersReader.ReadStored(json);

    /// <inheritdoc cref="FromJson(ProposalForm, JsonElement, out IReadOnlyList{Fault})"/>
    public static Answers FromJson(ProposalForm form, JsonObject json, out IReadOnlyList<Fault> faults)
        => FromJson(form, JsonSerializer.SerializeToElement(json), out faults);

    /// <inheritdoc/>
    public bool Equals(Answers? other)
    {
        if (other is null || other._values.Count != _values.Count)
            return false;
        foreach (var (id, value) in _values)
        {
            if (!other._values.TryGetValue(id, out var theirs) || !Same(value, theirs))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Answers);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (id, value) in _values)
        {
            hash.Add(id, StringComparer.Ordinal);
            hash.Add(value is string s ? s.GetHashCode(StringComparison.Ordinal) : 1);
        }

        return hash.ToHashCode();
    }

    /// <summary>A whole number with or without thousands commas, or null.</summary>
    internal static long? ParseNumber(string text)
        => long.TryParse(text.Trim(), NumberStyles.AllowThousands | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : null;

    /// <summary>A decimal number; with a percent sign it is divided by 100. Null when it is neither.</summary>
    internal static decimal? ParseDecimal(string text)
    {
        var trimmed = text.Trim();
        var percent = trimmed.EndsWith('%');
        if (percent)
            trimmed = trimmed[..^1].TrimEnd();
        if (!decimal.TryParse(trimmed, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var d))
            return null;
        return percent ? d / 100 : d;
    }

    /// <summary>A day written year-month-day, or null.</summary>
    internal static DateOnly? ParseDate(string text)
        => DateOnly.TryParseExact(text.Trim(), "yyyy-M-d", CultureInfo.InvariantCulture, DateTimeStyles.None, out var d) ? d : null;

    /// <summary>Line feeds only; no control characters but line feed and tab; a broken surrogate becomes U+FFFD.</summary>
    internal static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                clean.Append('\n');
                if (i + 1 < text.Length && text[i + 1] == '\n')
                    i++;
            }
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(c).Append(text[++i]);
            }
            else if (char.IsSurrogate(c))
            {
                clean.Append('\uFFFD');
            }
            else if (!char.IsControl(c) || c is '\n' or '\t')
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    private static bool Same(object a, object b) => (a, b) switch
    {
        (string x, string y) => x == y,
        (ImmutableArray<string> x, ImmutableArray<string> y) => x.SequenceEqual(y, StringComparer.Ordinal),
        (ImmutableArray<AnswerRow> x, ImmutableArray<AnswerRow> y) => x.SequenceEqual(y),
        _ => false,
    };
}

/// <summary>One row of a Rows field: column id to text. Empty cells are not kept. Equal by value.</summary>
public sealed class AnswerRow : IEquatable<AnswerRow>
{
    /// <summary>Makes a row of its cells; of two cells of one column the later counts.</summary>
    public AnswerRow(IEnumerable<KeyValuePair<string, string>> cells)
    {
        var kept = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (column, text) in cells)
        {
            if (Answers.Clean(text) is var clean && !string.IsNullOrWhiteSpace(clean))
                kept[column] = clean;
            else
                kept.Remove(column);
        }

        Cells = kept.ToImmutable();
    }

    /// <summary>The filled cells by column id.</summary>
    public ImmutableSortedDictionary<string, string> Cells { get; }

    /// <summary>The cell as typed, or the empty string.</summary>
    public string this[string column] => Cells.GetValueOrDefault(column) ?? "";

    /// <summary>Makes a row of its cells.</summary>
    public static AnswerRow Of(params IEnumerable<(string Column, string Text)> cells)
        => new(cells.Select(c => KeyValuePair.Create(c.Column, c.Text)));

    /// <inheritdoc/>
    public bool Equals(AnswerRow? other) => other is not null && Cells.SequenceEqual(other.Cells);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AnswerRow);

    /// <inheritdoc/>
    public override int GetHashCode() => Cells.Aggregate(0, (h, c) => HashCode.Combine(h, c.Key.GetHashCode(StringComparison.Ordinal), c.Value.GetHashCode(StringComparison.Ordinal)));

    internal JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (column, text) in Cells)
            json[column] = text;
        return json;
    }
}
