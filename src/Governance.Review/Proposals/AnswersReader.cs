using System.Text.Json;

namespace Governance.Review.Proposals;

/// <summary>Reads answers from JSON; see <see cref="Answers.FromJson(ProposalForm, JsonElement, out IReadOnlyList{Fault})"/>.</summary>
internal sealed class AnswersReader
{
    private readonly List<Fault> _faults = [];

    public static Answers Read(ProposalForm form, JsonElement json, out IReadOnlyList<Fault> faults)
    {
        var reader = new AnswersReader();
        faults = reader._faults;
        var answers = Answers.Empty;
        if (json.ValueKind != JsonValueKind.Object)
        {
            reader.Add("", "The answers must be a JSON object with one property for each field.");
            return answers;
        }

        foreach (var property in json.EnumerateObject())
        {
            if (form.Find(property.Name) is not { } field)
                reader.Add(property.Name, $"The form has no field “{Short(property.Name)}”. Check the spelling, or leave it out.");
            else if (property.Value.ValueKind != JsonValueKind.Null)
                answers = reader.ReadField(answers, field, property.Value);
        }

        return answers;
    }

    public static Answers ReadStored(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FormatException("Answers are a JSON object.");
        var answers = Answers.Empty;
        foreach (var property in json.EnumerateObject())
        {
            answers = property.Value switch
            {
                { ValueKind: JsonValueKind.String } text => answers.With(property.Name, text.GetString()),
                { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(i => i.ValueKind == JsonValueKind.String)
                    => answers.With(property.Name, list.EnumerateArray().Select(i => i.GetString()!)),
                { ValueKind: JsonValueKind.Array } rows when rows.EnumerateArray().All(IsRow)
                    => answers.With(property.Name, rows.EnumerateArray().Select(r => new AnswerRow(r.EnumerateObject().Select(c => KeyValuePair.Create(c.Name, c.Value.GetString()!))))),
                _ => throw new FormatException($"The answer to “{property.Name}” is neither a text, nor a list of texts, nor a list of rows."),
            };
        }

        return answers;
    }

    private static bool IsRow(JsonElement element)
        => element.ValueKind == JsonValueKind.Object && element.EnumerateObject().All(c => c.Value.ValueKind == JsonValueKind.String);

    private Answers ReadField(Answers answers, Field field, JsonElement value)
    {
        switch (field.Kind)
        {
            case FieldKind.Lines or FieldKind.Choices:
                return ReadItems(field, value, "a list of texts") is { } items
                    ? answers.With(field.Id, items.Select((item, i) => Text(item, $"{field.Id}[{i}]", field.MaxLength) ?? ""))
                    : answers;
            case FieldKind.Rows:
                return ReadItems(field, value, "a list of rows") is { } rows
                    ? answers.With(field.Id, rows.Select((row, i) => Row(field, row, $"{field.Id}[{i}]")))
                    : answers;
            default:
                return answers.With(field.Id, Text(value, field.Id, field.MaxLength));
        }
    }

    private JsonElement[]? ReadItems(Field field, JsonElement value, string shape)
    {
        if (value.ValueKind != JsonValueKind.Array)
            Add(field.Id, $"This must be {shape}.");
        else if (value.GetArrayLength() > field.MaxItems)
            Add(field.Id, $"This can hold {field.MaxItems} entries at most; there are {value.GetArrayLength()}. Take some out.");
        else
            return [.. value.EnumerateArray()];
        return null;
    }

    private AnswerRow Row(Field field, JsonElement row, string place)
    {
        var cells = new Dictionary<string, string>(StringComparer.Ordinal);
        if (row.ValueKind != JsonValueKind.Object)
        {
            Add(place, "A row must be a JSON object with one property for each column.");
            return new AnswerRow(cells);
        }

        foreach (var cell in row.EnumerateObject())
        {
            var at = $"{place}.{Short(cell.Name)}";
            if (field.Columns.FirstOrDefault(c => c.Id == cell.Name) is not { } column)
                Add(at, $"There is no column “{Short(cell.Name)}”. Check the spelling, or leave it out.");
            else if (cell.Value.ValueKind != JsonValueKind.Null && Text(cell.Value, at, column.MaxLength) is { } text)
                cells[column.Id] = text;
        }

        return new AnswerRow(cells);
    }

    private string? Text(JsonElement value, string place, int maxLength)
    {
        string? text;
        try
        {
            text = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                JsonValueKind.True => "yes",
                JsonValueKind.False => "no",
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            // JSON can escape half of a surrogate pair, which is no character.
            Add(place, "This holds a broken character. Type it again.");
            return null;
        }

        if (text is null)
        {
            Add(place, "This must be a text.");
            return null;
        }

        text = Answers.Clean(text);
        if (text.Length <= maxLength)
            return text;
        Add(place, $"This is too long: it can have {maxLength} characters at most, and has {text.Length}. Shorten it.");
        return null;
    }

    private void Add(string field, string message) => _faults.Add(new Fault(Short(field), message));

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
