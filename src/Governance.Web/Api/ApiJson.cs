using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Governance.Web.Api;

/// <summary>How the API writes and reads JSON: snake_case names and enumerations as words, and nothing that is not there.</summary>
public static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });

    /// <summary>Makes other options write as the API does: the OpenAPI document reads the schemas from those of the site.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.RespectNullableAnnotations = true;
        // The answer is JSON with its type fixed by nosniff: nothing in it is ever read as markup.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new FormAnswers.Converter());
        return options;
    }

    /// <summary>A name of the service in the API's spelling, such as <c>WillChange</c> as <c>will_change</c>.</summary>
    internal static string Name(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    internal static string Name<T>(T value) where T : struct, Enum => Name(value.ToString());
}

/// <summary>
/// Answers to the form: a text, a list of texts or a list of rows for each field. What it may hold follows from the form,
/// and so does its schema.
/// </summary>
internal sealed record FormAnswers(JsonElement Json)
{
    public static FormAnswers Of(Review.Proposals.Answers answers) => new(JsonSerializer.SerializeToElement(answers.ToJson()));

    internal sealed class Converter : JsonConverter<FormAnswers>
    {
        public override FormAnswers Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(JsonElement.ParseValue(ref reader));

        public override void Write(Utf8JsonWriter writer, FormAnswers value, JsonSerializerOptions options) => value.Json.WriteTo(writer);
    }
}
