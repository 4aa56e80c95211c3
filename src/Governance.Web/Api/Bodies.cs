using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Governance.Review;
using Governance.Review.Proposals;

namespace Governance.Web.Api;

/// <summary>
/// Reads the bodies of requests. What has the wrong shape is named by its path, all of it at once: an unknown or repeated
/// property, a value of another kind than is wanted. What the values may be is for the validators of the service.
/// </summary>
internal static class Bodies
{
    /// <summary>The most bytes of a JSON body: a whole form, filled to its limits in the writing of any language.</summary>
    public const int JsonBytes = 2 * 1024 * 1024;

    const int MostFaults = 50;

    /// <exception cref="Problem">The body is no JSON (400), of another kind (415), too large (413), or has the wrong shape (400).</exception>
    public static async Task<T> Body<T>(this HttpContext context) where T : class
    {
        if (!context.Request.HasJsonContentType()) throw Problem.Of(StatusCodes.Status415UnsupportedMediaType);
        var bytes = await context.ReadAsync(JsonBytes);
        if (bytes.Length == 0) throw new Problem(400, "malformed", "The request has no body. Send a JSON object.");
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException e)
        {
            throw new Problem(400, "malformed", string.Create(CultureInfo.InvariantCulture,
                $"The body is not JSON: it cannot be read past line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}."));
        }
        using (json)
        {
            var faults = new List<Fault>();
            try
            {
                Check(json.RootElement, typeof(T), nullable: false, "", faults);
            }
            catch (InvalidOperationException)
            {
                throw new Problem(400, "malformed", "The name of a property holds a broken character.");
            }
            if (faults.Count > 0) throw Problem.Invalid(faults);
            return json.RootElement.Deserialize<T>(ApiJson.Options)!;
        }
    }

    /// <summary>The bytes of the body, no more than the limit of them ever held.</summary>
    /// <exception cref="Problem">There are more (413).</exception>
    public static async Task<byte[]> ReadAsync(this HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit) throw Problem.TooLarge(limit);
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            if (whole.Length + read > limit) throw Problem.TooLarge(limit);
            whole.Write(buffer, 0, read);
        }
        return whole.ToArray();
    }

    static void Check(JsonElement json, Type type, bool nullable, string path, List<Fault> faults)
    {
        if (faults.Count >= MostFaults) return;
        type = Nullable.GetUnderlyingType(type) is { } inner && (nullable = true) ? inner : type;
        if (json.ValueKind == JsonValueKind.Null)
        {
            if (!nullable) Add(faults, path, "This cannot be null. Leave it out, or give a value.");
        }
        else if (type == typeof(FormAnswers))
        {
            if (json.ValueKind != JsonValueKind.Object) Add(faults, path, $"This must be an object with one property for each field of the form, not {Kind(json)}.");
            else Twice(json, path, faults);
        }
        else if (ApiJson.Options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } shape)
        {
            CheckObject(json, shape, path, faults);
        }
        else if (ApiJson.Options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Enumerable } list)
        {
            if (json.ValueKind != JsonValueKind.Array) Add(faults, path, $"This must be a list, not {Kind(json)}.");
            else foreach (var (i, item) in json.EnumerateArray().Index()) Check(item, list.ElementType!, nullable: false, $"{path}[{i}]", faults);
        }
        else
        {
            CheckValue(json, type, path, faults);
        }
    }

    static void CheckObject(JsonElement json, JsonTypeInfo shape, string path, List<Fault> faults)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Add(faults, path, $"This must be an object, not {Kind(json)}.");
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            var at = path.Length == 0 ? Short(property.Name) : $"{path}.{Short(property.Name)}";
            if (shape.Properties.FirstOrDefault(p => p.Name == property.Name) is not { } known)
                Add(faults, at, $"There is no such property. Known: {string.Join(", ", shape.Properties.Select(p => p.Name))}.");
            else if (!seen.Add(property.Name))
                Add(faults, at, "This is given twice. Give it once.");
            else
                Check(property.Value, known.PropertyType, known.IsSetNullable, at, faults);
        }
    }

    static void CheckValue(JsonElement json, Type type, string path, List<Fault> faults)
    {
        if (type == typeof(string))
        {
            if (json.ValueKind != JsonValueKind.String) Add(faults, path, $"This must be a text, not {Kind(json)}.");
            else if (!Readable(json)) Add(faults, path, "This holds a broken character. Type it again.");
        }
        else if (type == typeof(bool))
        {
            if (json.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Add(faults, path, $"This must be true or false, not {Kind(json)}.");
        }
        else if (type == typeof(int))
        {
            if (json.ValueKind != JsonValueKind.Number || !json.TryGetInt32(out _)) Add(faults, path, $"This must be a whole number, not {Kind(json)}.");
        }
        else if (type == typeof(DateOnly))
        {
            if (json.ValueKind != JsonValueKind.String || !Readable(json) || !DateOnly.TryParseExact(json.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                Add(faults, path, "This must be a real date, as year-month-day, such as \"2027-03-31\".");
        }
        else if (type == typeof(DateTimeOffset))
        {
            if (json.ValueKind != JsonValueKind.String || !json.TryGetDateTimeOffset(out _))
                Add(faults, path, "This must be a date and time, such as \"2027-03-31T14:05:00Z\".");
        }
        else if (type == typeof(Guid))
        {
            if (json.ValueKind != JsonValueKind.String || !json.TryGetGuid(out _))
                Add(faults, path, "This must be the id of a person, such as \"0f8fad5b-d9cb-469f-a165-70867728950e\".");
        }
        else if (type.IsEnum)
        {
            var names = Enum.GetNames(type).Select(ApiJson.Name).ToList();
            if (json.ValueKind != JsonValueKind.String || !Readable(json) || !names.Contains(json.GetString()!, StringComparer.Ordinal))
                Add(faults, path, $"This must be one of: {string.Join(", ", names)}.");
        }
        else
        {
            throw new NotSupportedException($"Bodies hold no {type.Name}: say here how one is checked.");
        }
    }

    /// <summary>Properties given twice, at any depth: which of the two was meant nobody could tell.</summary>
    static void Twice(JsonElement json, string path, List<Fault> faults)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var property in json.EnumerateObject())
            {
                var at = $"{path}.{Short(property.Name)}";
                if (!seen.Add(property.Name)) Add(faults, at, "This is given twice. Give it once.");
                else Twice(property.Value, at, faults);
            }
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var (i, item) in json.EnumerateArray().Index()) Twice(item, $"{path}[{i}]", faults);
        }
    }

    static bool Readable(JsonElement json)
    {
        try
        {
            return json.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            // JSON can escape half of a surrogate pair, which is no character.
            return false;
        }
    }

    static void Add(List<Fault> faults, string path, string message)
    {
        if (faults.Count < MostFaults) faults.Add(new Fault(path.Length == 0 ? "body" : path, message));
    }

    static string Kind(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "the number " + Short(json.GetRawText()),
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
