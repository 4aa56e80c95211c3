using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Governance.Review.Proposals;

/// <summary>
/// Reads a workflow file and collects its mistakes with their JSON paths instead of stopping at the first. A value that is
/// missing or wrong reads as empty, so that the rest of the file is still looked at.
/// </summary>
internal sealed partial class WorkflowJson
{
    private readonly List<FileMistake> _mistakes;

    public WorkflowJson(string file, List<FileMistake> mistakes)
    {
        File = file;
        _mistakes = mistakes;
    }

    public string File { get; }

    /// <summary>Lower-case hex SHA-256.</summary>
    public static string DigestOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The file's bytes, or null with a mistake noted.</summary>
    public static ReadOnlyMemory<byte>? ReadFile(string folder, string name, List<FileMistake> mistakes)
    {
        try
        {
            return System.IO.File.ReadAllBytes(Path.Combine(folder, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(new FileMistake(name, "$", "The file is missing or cannot be read."));
            return null;
        }
    }

    /// <summary>The root object, or null with a mistake noted at its line.</summary>
    public JsonElement? Root(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document.RootElement.Clone();
            Mistake("$", "The file must hold a JSON object.");
        }
        catch (JsonException e)
        {
            Mistake($"line {(e.LineNumber ?? 0) + 1}", "This is not valid JSON: " + e.Message);
        }

        return null;
    }

    public void Mistake(string place, string why) => _mistakes.Add(new FileMistake(File, place, why));

    /// <summary>Notes every property that is not expected: a misspelt name must not be silently ignored.</summary>
    public void Only(JsonElement element, string place, params ReadOnlySpan<string> names)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return;
        foreach (var property in element.EnumerateObject())
        {
            if (!names.Contains(property.Name))
                Mistake($"{place}.{property.Name}", $"Unknown name. Known here: {string.Join(", ", names.ToArray())}.");
        }
    }

    /// <summary>A text that is not blank; otherwise a mistake and the empty string.</summary>
    public string Text(JsonElement element, string name, string place)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text))
            return text;
        Mistake($"{place}.{name}", "A text is needed here.");
        return "";
    }

    /// <summary>A text, or null when it is not there.</summary>
    public string? OptionalText(JsonElement element, string name, string place)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _) ? Text(element, name, place) : null;

    /// <summary>An id of small letters, digits, underscores and hyphens.</summary>
    public string Id(JsonElement element, string name, string place)
    {
        var id = Text(element, name, place);
        if (id.Length > 0 && !IdPattern().IsMatch(id))
            Mistake($"{place}.{name}", $"“{id}” is not an id: use small letters, digits, “_” and “-” only.");
        return id;
    }

    /// <summary>A whole number in a range; otherwise a mistake and the lower bound.</summary>
    public int Number(JsonElement element, string name, string place, int from, int to)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var n) && n >= from && n <= to)
            return n;
        Mistake($"{place}.{name}", $"A whole number from {from} to {to} is needed here.");
        return from;
    }

    /// <summary>The elements of a list with their places; a mistake when it is missing, or empty.</summary>
    public IReadOnlyList<(JsonElement Element, string Place)> List(JsonElement element, string name, string place)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
            return [.. value.EnumerateArray().Select((e, i) => (e, $"{place}.{name}[{i}]"))];
        Mistake($"{place}.{name}", "A list with at least one entry is needed here.");
        return [];
    }

    /// <summary>A list of texts without repeats.</summary>
    public IReadOnlyList<string> Texts(JsonElement element, string name, string place)
    {
        var texts = new List<string>();
        foreach (var (item, at) in List(element, name, place))
        {
            if (item.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(item.GetString()))
                Mistake(at, "A text is needed here.");
            else if (texts.Contains(item.GetString()!, StringComparer.Ordinal))
                Mistake(at, $"“{item.GetString()}” is here twice.");
            else
                texts.Add(item.GetString()!);
        }

        return texts;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IdPattern();
}
