using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace Governance.Ledger.Tests;

public sealed class CanonicalJsonTests
{
    internal static readonly Gen<string> Key =
        Gen.Char["abcxyz019_"].Array[1, 6].Select(static c => new string(c));

    // Surrogates only in pairs, and plenty of the characters that other writers escape.
    internal static readonly Gen<string> Text =
        Gen.OneOf(
            Gen.Char['\0', '\u007F'].Select(static c => c.ToString()),
            Gen.Char['\u0080', '\uD7FF'].Select(static c => c.ToString()),
            Gen.Char['\uE000', '\uFFFF'].Select(static c => c.ToString()),
            Gen.Int[0x10000, 0x10FFFF].Select(char.ConvertFromUtf32),
            Gen.Char["\u2028\uFEFF\u007F\u001B\\\"<"].Select(static c => c.ToString()))
        .Array[0, 12].Select(string.Concat);

    internal static readonly Gen<JsonNode> Value = Gen.Recursive<JsonNode>(static (depth, value) =>
    {
        var scalar = Gen.OneOf(
            Text.Select(static t => (JsonNode)JsonValue.Create(t)!),
            Gen.Long[-CanonicalJson.MaxInteger, CanonicalJson.MaxInteger].Select(static n => (JsonNode)JsonValue.Create(n)),
            Gen.Int.Select(static n => (JsonNode)JsonValue.Create(n)),
            Gen.Bool.Select(static b => (JsonNode)JsonValue.Create(b)));
        return depth > 4 ? scalar : Gen.OneOf(
            scalar,
            value.Array[0, 4].Select(static items => (JsonNode)new JsonArray([.. items.Select(static i => i.DeepClone())])),
            Gen.Dictionary(Key, value)[0, 4].Select(static members =>
                (JsonNode)new JsonObject(members.Select(static m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value.DeepClone())))));
    });

    private static string Write(JsonNode? node) => Encoding.UTF8.GetString(CanonicalJson.Write(node));

    [Fact]
    public void What_is_written_is_read_back_as_the_same_value_and_the_same_bytes() =>
        Value.Sample(static value =>
        {
            var bytes = CanonicalJson.Write(value);
            var read = CanonicalJson.Parse(bytes);
            return JsonNode.DeepEquals(JsonNode.Parse(bytes), read) && CanonicalJson.Write(read).AsSpan().SequenceEqual(bytes);
        });

    [Fact]
    public void Whatever_the_parser_accepts_the_writer_writes_byte_for_byte() =>
        Gen.Select(Value, Gen.Int[0, 10_000], Gen.Byte).Sample(static (value, at, with) =>
        {
            var bytes = CanonicalJson.Write(value);
            bytes[at % bytes.Length] = with;
            JsonNode read;
            try
            {
                read = CanonicalJson.Parse(bytes);
            }
            catch (LedgerFormatException)
            {
                return true;
            }

            return CanonicalJson.Write(read).AsSpan().SequenceEqual(bytes);
        });

    [Fact]
    public void The_parser_refuses_random_bytes_with_no_other_error_than_its_own() =>
        Gen.Byte.Array[0, 60].Sample(static bytes =>
        {
            try
            {
                CanonicalJson.Parse(bytes);
            }
            catch (LedgerFormatException)
            {
                // Expected for nearly all of them.
            }
        });

    [Fact]
    public void Keys_are_sorted_and_numbers_of_every_width_are_written_alike()
    {
        var json = new JsonObject { ["b"] = 1, ["a_"] = 2L, ["a"] = (short)3, ["aa"] = (byte)4, ["_"] = 5U, ["0"] = 6UL, ["c"] = (sbyte)-7, ["d"] = (ushort)8 };
        Assert.Equal("""{"0":6,"_":5,"a":3,"a_":2,"aa":4,"b":1,"c":-7,"d":8}""", Write(json));
    }

    [Fact]
    public void Characters_that_other_writers_escape_are_written_as_they_are() =>
        Assert.Equal("\"\u007F\u2028\uFEFF😂\\u001b</\\b\\f\\n\\r\\t\\\\\\\"\"", Write("\u007F\u2028\uFEFF😂\u001B</\b\f\n\r\t\\\""));

    [Fact]
    public void Values_outside_the_profile_are_refused()
    {
        JsonNode?[] values =
        [
            null, 1.5, 1.0, 1m, 'c', Guid.Empty, "\uD800", "\uDE02\uD83D", "a\uD83D",
            CanonicalJson.MaxInteger + 1, -CanonicalJson.MaxInteger - 1, ulong.MaxValue,
            new JsonArray(1, null), new JsonObject { ["a"] = null }, new JsonObject { ["A"] = 1 }, new JsonObject { [""] = 1 }, new JsonObject { ["é"] = 1 },
            JsonNode.Parse("1.5"), JsonNode.Parse("1e3"), JsonNode.Parse("9007199254740992"), JsonNode.Parse("""{"a":1,"a":2}"""),
            JsonNode.Parse("\"\\ud800\""),
        ];
        Assert.All(values, static value => Assert.Throws<LedgerFormatException>(() => CanonicalJson.Write(value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\n")]
    [InlineData("null")]
    [InlineData("tru")]
    [InlineData("truefalse")]
    [InlineData("01")]
    [InlineData("-0")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("1e1")]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740992")]
    [InlineData("99999999999999999999999")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("[1")]
    [InlineData("[1, 2]")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"b\":1,\"a\":1}")]
    [InlineData("{\"a\": 1}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"A\":1}")]
    [InlineData("{\"\":1}")]
    [InlineData("{a:1}")]
    [InlineData("{\"\\u0061\":1}")]
    [InlineData("\"\\/\"")]
    [InlineData("\"\\u0041\"")]
    [InlineData("\"\\u000a\"")]
    [InlineData("\"\\u001B\"")]
    [InlineData("\"\\ud83d\\ude02\"")]
    [InlineData("\"\\u20ac\"")]
    [InlineData("\"\t\"")]
    [InlineData("\"abc")]
    [InlineData("\"abc\\")]
    [InlineData("\uFEFF1")]
    public void Bytes_that_are_not_canonical_are_refused(string json) =>
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Parse(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("22FF22")]
    [InlineData("22C08022")]
    [InlineData("22EDA08022")]
    [InlineData("22F490808022")]
    [InlineData("22E28222")]
    public void Strings_that_are_not_well_formed_UTF8_are_refused(string hex) =>
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Parse(Convert.FromHexString(hex)));

    [Fact]
    public void An_error_says_what_and_where()
    {
        var read = Assert.Throws<LedgerFormatException>(() => CanonicalJson.Parse("""{"a":1,"a":2}"""u8));
        Assert.Equal("The JSON is not canonical: the key \"a\" is there twice, at byte 7.", read.Message);
        var written = Assert.Throws<LedgerFormatException>(
            () => CanonicalJson.Write(new JsonObject { ["votes"] = new JsonArray(1, new JsonObject { ["x"] = 0.5 }) }));
        Assert.Contains("$.votes[1].x", written.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_stops_at_the_limit()
    {
        static string Nested(int depth) => new string('[', depth) + new string(']', depth);
        Assert.Equal(Nested(CanonicalJson.MaxDepth), Write(CanonicalJson.Parse(Encoding.ASCII.GetBytes(Nested(CanonicalJson.MaxDepth)))));
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Parse(Encoding.ASCII.GetBytes(Nested(CanonicalJson.MaxDepth + 1))));
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Parse(Encoding.ASCII.GetBytes(Nested(30_000))));
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Write(JsonNode.Parse(Nested(CanonicalJson.MaxDepth + 1))));
    }

    [Fact]
    public void Length_stops_at_the_limit()
    {
        Assert.Equal(CanonicalJson.MaxBytes, CanonicalJson.Write(new string('x', CanonicalJson.MaxBytes - 2)).Length);
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Write(new string('x', CanonicalJson.MaxBytes - 1)));
        Assert.Throws<LedgerFormatException>(() => CanonicalJson.Parse(Encoding.ASCII.GetBytes($"\"{new string('x', CanonicalJson.MaxBytes - 1)}\"")));
    }

    [Fact]
    public void Strings_of_the_JCS_vectors_are_spelt_as_their_output_has_them()
    {
        var folder = Path.Combine(Vectors.Folder("jcs"), "testdata");
        var compared = 0;
        foreach (var input in Directory.GetFiles(Path.Combine(folder, "input"), "*.json"))
        {
            var output = File.ReadAllText(Path.Combine(folder, "output", Path.GetFileName(input)));
            foreach (var text in Strings(JsonNode.Parse(File.ReadAllText(input))))
            {
                Assert.Contains(Write(text), output, StringComparison.Ordinal);
                compared++;
            }
        }

        Assert.True(compared > 20);
    }

    [Fact]
    public void A_JCS_vector_with_its_keys_renamed_into_the_profile_comes_out_in_the_bytes_of_its_output()
    {
        // The keys of structures.json that the profile allows keep their places; the others are renamed on both sides.
        var folder = Path.Combine(Vectors.Folder("jcs"), "testdata");
        static string Renamed(string json) => json
            .Replace("\"\":", "\"0\":", StringComparison.Ordinal)
            .Replace("\"\\n\":", "\"_\":", StringComparison.Ordinal)
            .Replace("\"F\":", "\"_\":", StringComparison.Ordinal)
            .Replace("\"E\":", "\"_\":", StringComparison.Ordinal)
            .Replace("\"A\":", "\"_\":", StringComparison.Ordinal)
            .Replace("56.0", "56", StringComparison.Ordinal);
        var input = JsonNode.Parse(Renamed(File.ReadAllText(Path.Combine(folder, "input", "structures.json"))));
        var hex = File.ReadAllText(Path.Combine(folder, "outhex", "structures.txt")).ReplaceLineEndings(" ");
        var output = Encoding.UTF8.GetString(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal(Renamed(output), Write(input));
        Assert.Equal(Renamed(output), Write(CanonicalJson.Parse(Encoding.UTF8.GetBytes(Renamed(output)))));
    }

    [Fact]
    public void JCS_vectors_outside_the_profile_are_refused()
    {
        var folder = Path.Combine(Vectors.Folder("jcs"), "testdata");
        var files = Directory.GetFiles(Path.Combine(folder, "output"), "*.json");
        Assert.Equal(6, files.Length);
        foreach (var file in files)
        {
            Assert.Throws<LedgerFormatException>(() => CanonicalJson.Parse(File.ReadAllBytes(file)));
            Assert.Throws<LedgerFormatException>(() => CanonicalJson.Write(JsonNode.Parse(File.ReadAllBytes(file))));
        }
    }

    private static IEnumerable<string> Strings(JsonNode? node) => node switch
    {
        JsonObject json => json.SelectMany(static m => Strings(m.Value).Prepend(m.Key)),
        JsonArray array => array.SelectMany(Strings),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };
}
