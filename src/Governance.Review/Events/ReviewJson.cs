using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Governance.Review.Proposals;

namespace Governance.Review.Events;

/// <summary>How events and states are written as JSON: snake_case names, as ledger.md asks of entries.</summary>
public static class ReviewJson
{
    /// <summary>Sealed text is written out whole here: for row caches and for the way to and from <see cref="EventCodec"/> only.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { MayBeLeftOut } },
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new SealedConverter(), new SealedAnswersConverter(), new AnswersConverter() },
    };

    /// <summary>
    /// Nulls are never written, so what may be null may be missing when it is read back; and what is ignored altogether
    /// (the actor of a command) is asked for in no direction.
    /// </summary>
    static void MayBeLeftOut(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(p => p.Set is null || p.AssociatedParameter is { IsNullable: true }))
            property.IsRequired = false;
    }

    /// <summary>Marks sealed text. <c>$</c> cannot stand in an entry's keys, so the mark can never be mistaken for data.</summary>
    internal const string Mark = "$sealed", For = "$for";

    internal static JsonObject Marked(JsonNode? value, Audience audience)
    {
        var marked = new JsonObject { [For] = audience.ToString() };
        if (value is not null) marked[Mark] = value;
        return marked;
    }

    sealed class SealedConverter : JsonConverter<Sealed>
    {
        public override Sealed Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var node = JsonNode.Parse(ref reader)!.AsObject();
            return new Sealed(node[Mark]?.GetValue<string>(), Enum.Parse<Audience>(node[For]!.GetValue<string>()));
        }

        public override void Write(Utf8JsonWriter writer, Sealed value, JsonSerializerOptions options) =>
            Marked(value.Text is null ? null : JsonValue.Create(value.Text), value.Audience).WriteTo(writer);
    }

    /// <summary>Reads answers whatever the form says of them; writing them needs a form and is the codec's.</summary>
    sealed class SealedAnswersConverter : JsonConverter<SealedAnswers>
    {
        public override SealedAnswers Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(AnswersJson.Read(JsonNode.Parse(ref reader)!.AsObject()));

        public override void Write(Utf8JsonWriter writer, SealedAnswers value, JsonSerializerOptions options) =>
            value.Answers.ToJson().WriteTo(writer);
    }

    /// <summary>Without it answers would be written as an empty object, and two requests that differ in them alone would look the same.</summary>
    sealed class AnswersConverter : JsonConverter<Answers>
    {
        public override Answers Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            AnswersJson.Read(JsonNode.Parse(ref reader)!.AsObject());

        public override void Write(Utf8JsonWriter writer, Answers value, JsonSerializerOptions options) => value.ToJson().WriteTo(writer);
    }
}

/// <summary>Answers from JSON that this service wrote itself: no form is asked, nothing is refused.</summary>
public static class AnswersJson
{
    public static Answers Read(JsonObject json) => json.Aggregate(Answers.Empty, (answers, field) => Set(answers, field.Key, field.Value));

    static Answers Set(Answers answers, string id, JsonNode? value) => value switch
    {
        JsonArray rows when rows.Count > 0 && rows.All(r => r is JsonObject) => answers.With(id, rows.Select(r => new AnswerRow(Cells(r!.AsObject())))),
        JsonArray list => answers.With(id, list.Where(x => x is JsonValue).Select(x => x!.GetValue<string>())),
        JsonValue text => answers.With(id, text.GetValue<string>()),
        _ => answers,
    };

    static IEnumerable<KeyValuePair<string, string>> Cells(JsonObject row) =>
        row.Where(c => c.Value is JsonValue).Select(c => KeyValuePair.Create(c.Key, c.Value!.GetValue<string>()));
}

/// <summary>One sealed value of an event.</summary>
/// <param name="Path">Where it belongs in the event's data, such as <c>rationale</c>, <c>changes.0.text</c> or <c>answers.title</c>.</param>
/// <param name="Value">A text, or a list of texts.</param>
public sealed record SealedValue(string Path, Audience Audience, JsonNode Value);

/// <summary>An event as the ledger holds it: facts that name nobody, and sealed values beside them.</summary>
public sealed record EncodedEvent(string Kind, JsonObject Data, IReadOnlyList<SealedValue> Sealed);

/// <summary>Takes events apart into what stands in an entry and what is sealed, and puts them together again.</summary>
public static class EventCodec
{
    /// <param name="form">Says which answers were typed freely, and for whom.</param>
    public static EncodedEvent Encode(ProposalEvent e, ProposalForm form)
    {
        var kind = EventCatalogue.Of(e);
        var data = JsonSerializer.SerializeToNode(e, kind.Type, ReviewJson.Options)!.AsObject();
        if (Answers(e) is { } answers) data["answers"] = Mark(answers.Answers, form);
        data["event_version"] = kind.Version;
        var values = new List<SealedValue>();
        Extract(data, "", values);
        return new EncodedEvent(kind.Name, data, values);
    }

    /// <summary>The event again. Values that are withheld or erased come back as sealed text without its text.</summary>
    /// <param name="disclosed">The values at hand, by path.</param>
    /// <exception cref="FormatException">The entry's data is not an event of that kind and version.</exception>
    public static ProposalEvent Decode(string kind, JsonObject data, IEnumerable<SealedValue> disclosed)
    {
        var known = EventCatalogue.Find(kind) ?? throw new FormatException($"There is no event \"{kind}\".");
        if (data["event_version"] is not JsonValue version || version.ToJsonString() != known.Version.ToString(CultureInfo.InvariantCulture))
            throw new FormatException($"\"{kind}\" is of a version that this program does not know.");
        var whole = data.DeepClone().AsObject();
        whole.Remove("event_version");
        foreach (var value in disclosed) Insert(whole, value);
        Complete(whole, known.Type);
        try
        {
            return (ProposalEvent)whole.Deserialize(known.Type, ReviewJson.Options)!;
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"The data of \"{kind}\" is not what such an event holds: {ex.Message}", ex);
        }
    }

    static SealedAnswers? Answers(ProposalEvent e) => e switch
    {
        ProposalSubmitted s => s.Answers,
        ProposalRevised r => r.Answers,
        _ => null,
    };

    static JsonObject Mark(Answers answers, ProposalForm form)
    {
        var json = answers.ToJson();
        foreach (var (id, value) in json.ToList())
        {
            var field = form.Find(id);
            if (field is null)
            {
                // A field of an older form: nothing is known of it, so nothing of it may stand in the open.
                json[id] = ReviewJson.Marked(value!.DeepClone(), Audience.Panel);
            }
            else if (field.Kind is FieldKind.Rows && value is JsonArray rows && rows.All(r => r is JsonObject))
            {
                foreach (var row in rows.Select(r => r!.AsObject()))
                {
                    foreach (var (name, cell) in row.ToList())
                    {
                        var column = field.Columns.FirstOrDefault(c => c.Id == name);
                        if (column is null || !IsOfTheForm(column.Kind, column.Options, cell!))
                            row[name] = ReviewJson.Marked(cell!.DeepClone(), column?.Audience ?? Audience.Panel);
                    }
                }
            }
            else if (!IsOfTheForm(field.Kind, field.Options, value!))
            {
                json[id] = ReviewJson.Marked(value!.DeepClone(), field.Audience);
            }
        }
        return json;
    }

    /// <summary>
    /// True for what may stand in the open: a choice that the form offers, a number or a date. A draft keeps anything, and
    /// a question that is not asked is not checked when the proposal is submitted: so the value itself is looked at here.
    /// </summary>
    static bool IsOfTheForm(FieldKind kind, IReadOnlyList<Option> options, JsonNode value) => kind switch
    {
        FieldKind.Choices => value is JsonArray list && list.All(x => x is JsonValue v && Offered(options, v)),
        _ when value is not JsonValue => false,
        FieldKind.Choice or FieldKind.YesNo => Offered(options, value),
        FieldKind.WholeNumber => Proposals.Answers.ParseNumber(value.GetValue<string>()) is not null,
        FieldKind.Decimal => Proposals.Answers.ParseDecimal(value.GetValue<string>()) is not null,
        FieldKind.Date => Proposals.Answers.ParseDate(value.GetValue<string>()) is not null,
        _ => false,
    };

    static bool Offered(IReadOnlyList<Option> options, JsonNode text) => options.Any(o => o.Id == text.GetValue<string>());

    static void Extract(JsonNode node, string path, List<SealedValue> values)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (name, child) in o.ToList())
                {
                    if (child is JsonObject marked && marked.ContainsKey(ReviewJson.For))
                    {
                        o.Remove(name);
                        if (marked[ReviewJson.Mark] is { } value)
                            values.Add(new(path + name, Enum.Parse<Audience>(marked[ReviewJson.For]!.GetValue<string>()), value.DeepClone()));
                    }
                    else if (child is not null)
                    {
                        Extract(child, $"{path}{name}.", values);
                    }
                }
                break;
            case JsonArray a:
                for (var i = 0; i < a.Count; i++)
                {
                    if (a[i] is { } child) Extract(child, $"{path}{i}.", values);
                }
                break;
        }
    }

    static void Insert(JsonObject data, SealedValue disclosed)
    {
        var names = disclosed.Path.Split('.');
        JsonNode? at = data;
        foreach (var name in names[..^1])
        {
            at = at switch
            {
                JsonObject o => o[name],
                JsonArray a when int.TryParse(name, CultureInfo.InvariantCulture, out var i) && i >= 0 && i < a.Count => a[i],
                _ => null,
            };
        }
        if (at is not JsonObject parent) return;
        parent[names[^1]] = names[0] == "answers" ? disclosed.Value.DeepClone() : ReviewJson.Marked(disclosed.Value.DeepClone(), disclosed.Audience);
    }

    static readonly ConcurrentDictionary<Type, (string Name, Type Type, bool Sealed)[]> Shapes = new();

    /// <summary>Puts an empty sealed text wherever an event must have one and none was disclosed.</summary>
    static void Complete(JsonObject data, Type type)
    {
        foreach (var (name, propertyType, isSealed) in Shapes.GetOrAdd(type, Shape))
        {
            if (isSealed)
            {
                if (!data.ContainsKey(name)) data[name] = ReviewJson.Marked(null, Audience.Panel);
            }
            else if (data[name] is JsonArray list)
            {
                foreach (var item in list.OfType<JsonObject>()) Complete(item, propertyType);
            }
            else if (data[name] is JsonObject child)
            {
                Complete(child, propertyType);
            }
        }
    }

    static (string, Type, bool)[] Shape(Type type)
    {
        var nullability = new NullabilityInfoContext();
        return [.. type.GetProperties().SelectMany(p =>
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name);
            if (p.PropertyType == typeof(Sealed))
                return nullability.Create(p).ReadState == NullabilityState.NotNull ? [(name, p.PropertyType, true)] : Array.Empty<(string, Type, bool)>();
            var inner = p.PropertyType.IsGenericType ? p.PropertyType.GetGenericArguments()[0] : p.PropertyType;
            return inner.Assembly == type.Assembly && inner.IsClass && inner != typeof(SealedAnswers) ? [(name, inner, false)] : [];
        })];
    }
}
