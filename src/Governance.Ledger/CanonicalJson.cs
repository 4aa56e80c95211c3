using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.Ledger;

/// <summary>
/// Canonical JSON in a restricted profile of RFC 8785: one value has exactly one spelling in bytes. Keys are ASCII
/// <c>[a-z0-9_]</c> and sorted; values are strings, booleans, integers of at most 2^53-1 either way, arrays and objects.
/// There is no null, no fraction or exponent, no duplicate key, no white space, no byte order mark and no lone surrogate.
/// </summary>
/// <remarks>
/// The writer is our own because <see cref="Utf8JsonWriter"/> escapes characters that RFC 8785 wants as they are, and
/// turns a lone surrogate into U+FFFD without a word. The parser is our own because it accepts the canonical spelling
/// only, so that nobody has to write a value again to learn whether its bytes were canonical.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>The longest text that is written or read, in bytes.</summary>
    public const int MaxBytes = 65_535;

    /// <summary>How deep arrays and objects may be nested.</summary>
    public const int MaxDepth = 32;

    /// <summary>The largest integer, 2^53-1: every JSON reader in every language holds it exactly.</summary>
    public const long MaxInteger = (1L << 53) - 1;

    /// <summary>Writes a value as canonical bytes.</summary>
    /// <exception cref="LedgerFormatException">The value is outside the profile, too deep or too long.</exception>
    public static byte[] Write(JsonNode? node)
    {
        var output = new ArrayBufferWriter<byte>(512);
        WriteValue(output, node, new Location("$", null), 0);
        return Finished(output);
    }

    private static byte[] Finished(ArrayBufferWriter<byte> output) =>
        output.WrittenCount <= MaxBytes
            ? output.WrittenSpan.ToArray()
            : throw new LedgerFormatException($"The JSON is {output.WrittenCount} bytes long; at most {MaxBytes} are allowed.");

    /// <summary>Reads canonical bytes.</summary>
    /// <exception cref="LedgerFormatException">The bytes are not the canonical form of a value in the profile.</exception>
    public static JsonNode Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw new LedgerFormatException($"The JSON is {bytes.Length} bytes long; at most {MaxBytes} are allowed.");

        var parser = new Parser(bytes);
        var value = parser.ReadValue(0);
        parser.ExpectEnd();
        return value;
    }

    /// <summary>Reads canonical bytes that must hold an object.</summary>
    /// <exception cref="LedgerFormatException">The bytes are not the canonical form of an object.</exception>
    public static JsonObject ParseObject(ReadOnlySpan<byte> bytes) =>
        Parse(bytes) as JsonObject ?? throw new LedgerFormatException("The JSON must be an object.");

    /// <summary>Whether a text may be a key: one or more of <c>[a-z0-9_]</c>.</summary>
    public static bool IsKey(string key) =>
        key.Length > 0 && key.AsSpan().IndexOfAnyExcept(KeyCharacters) < 0;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    // What stands in a string as it is, one byte a character.
    private static readonly SearchValues<char> PlainCharacters =
        SearchValues.Create([.. Enumerable.Range(0x20, 0x7F - 0x20).Select(static c => (char)c).Where(static c => c is not ('"' or '\\'))]);

    // Where in the tree a value stands; turned into text only when something is wrong.
    private sealed record Location(string Name, Location? Parent)
    {
        public override string ToString() => Parent is null ? Name : Parent + Name;
    }

    /// <summary>
    /// Writes an object member by member, for one that is written too often to be made into nodes first. The members come
    /// in the order of their keys. Those without a value are left out, since the profile has no null.
    /// </summary>
    internal sealed class ObjectWriter
    {
        private readonly ArrayBufferWriter<byte> output = new(1024);
        private string last = "";

        public void Add(string key, string? value)
        {
            if (value is not null)
                WriteString(output, value, Begin(key));
        }

        public void Add(string key, long? value)
        {
            if (value is { } n)
                WriteInteger(output, n, Begin(key));
        }

        public void Add(string key, JsonNode? value)
        {
            if (value is not null)
                WriteValue(output, value, Begin(key), 1);
        }

        public void Add(string key, IReadOnlyDictionary<string, string> values)
        {
            if (values.Count == 0)
                return;
            var at = Begin(key);
            var separator = "{"u8;
            foreach (var (name, value) in values.OrderBy(static v => v.Key, StringComparer.Ordinal))
            {
                output.Write(separator);
                WriteString(output, name, at);
                output.Write(":"u8);
                WriteString(output, value, at);
                separator = ","u8;
            }

            output.Write("}"u8);
        }

        public byte[] End()
        {
            output.Write(last.Length == 0 ? "{}"u8 : "}"u8);
            return Finished(output);
        }

        private Location Begin(string key)
        {
            if (!IsKey(key) || string.CompareOrdinal(key, last) <= 0)
                throw new InvalidOperationException($"The key \"{key}\" cannot come after \"{last}\".");
            output.Write(last.Length == 0 ? "{\""u8 : ",\""u8);
            Encoding.ASCII.GetBytes(key, output);
            output.Write("\":"u8);
            last = key;
            return new Location("$." + key, null);
        }
    }

    private static void WriteValue(ArrayBufferWriter<byte> output, JsonNode? node, Location at, int depth)
    {
        // Checked on the way, so that a huge tree is refused before it fills the memory.
        if (output.WrittenCount > MaxBytes)
            throw new LedgerFormatException($"The JSON is longer than {MaxBytes} bytes at {at}.");

        switch (node)
        {
            case null:
                throw new LedgerFormatException($"Null is not allowed, at {at}: leave the field out.");
            case JsonObject or JsonArray when depth >= MaxDepth:
                throw new LedgerFormatException($"The JSON is nested deeper than {MaxDepth} levels.");
            case JsonObject value:
                WriteObject(output, value, at, depth);
                break;
            case JsonArray array:
                output.Write("["u8);
                for (var i = 0; i < array.Count; i++)
                {
                    if (i > 0)
                        output.Write(","u8);
                    WriteValue(output, array[i], new Location($"[{i}]", at), depth + 1);
                }

                output.Write("]"u8);
                break;
            default:
                WriteScalar(output, node.AsValue(), at);
                break;
        }
    }

    private static void WriteObject(ArrayBufferWriter<byte> output, JsonObject value, Location at, int depth)
    {
        KeyValuePair<string, JsonNode?>[] members;
        try
        {
            members = [.. value];
        }
        catch (ArgumentException e)
        {
            // An object that was read by System.Text.Json finds out about its duplicate keys only now.
            throw new LedgerFormatException($"A key is there twice in {at}.", e);
        }

        Array.Sort(members, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        output.Write("{"u8);
        for (var i = 0; i < members.Length; i++)
        {
            var (key, member) = members[i];
            if (!IsKey(key))
                throw new LedgerFormatException($"The key \"{Printable(key)}\" in {at} may hold only a-z, 0-9 and _.");
            if (i > 0)
                output.Write(","u8);
            WriteString(output, key, at);
            output.Write(":"u8);
            WriteValue(output, member, new Location("." + key, at), depth + 1);
        }

        output.Write("}"u8);
    }

    private static void WriteScalar(ArrayBufferWriter<byte> output, JsonValue value, Location at)
    {
        switch (value.GetValue<object>())
        {
            case string text:
                WriteString(output, text, at);
                break;
            case bool flag:
                output.Write(flag ? "true"u8 : "false"u8);
                break;
            case ulong n when n > MaxInteger:
                throw new LedgerFormatException($"The integer at {at} is beyond 2^53-1.");
            case int or long or short or sbyte or byte or ushort or uint or ulong:
                WriteInteger(output, Convert.ToInt64(value.GetValue<object>(), CultureInfo.InvariantCulture), at);
                break;
            case JsonElement { ValueKind: JsonValueKind.String } element:
                WriteString(output, ElementText(element, at), at);
                break;
            case JsonElement { ValueKind: JsonValueKind.True }:
                output.Write("true"u8);
                break;
            case JsonElement { ValueKind: JsonValueKind.False }:
                output.Write("false"u8);
                break;
            case JsonElement { ValueKind: JsonValueKind.Number } element when element.TryGetInt64(out var n):
                WriteInteger(output, n, at);
                break;
            default:
                throw new LedgerFormatException($"The value at {at} must be a string, a boolean, a whole number, an array or an object.");
        }
    }

    private static string ElementText(JsonElement element, Location at)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new LedgerFormatException($"The string at {at} is not well-formed Unicode.", e);
        }
    }

    private static void WriteInteger(ArrayBufferWriter<byte> output, long n, Location at)
    {
        if (n is > MaxInteger or < -MaxInteger)
            throw new LedgerFormatException($"The integer at {at} is beyond 2^53-1.");
        var span = output.GetSpan(20);
        n.TryFormat(span, out var written, provider: CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private static void WriteString(ArrayBufferWriter<byte> output, string text, Location at)
    {
        if (text.AsSpan().IndexOfAnyExcept(PlainCharacters) < 0)
        {
            var plain = output.GetSpan(text.Length + 2);
            plain[0] = (byte)'"';
            Encoding.ASCII.GetBytes(text, plain[1..]);
            plain[text.Length + 1] = (byte)'"';
            output.Advance(text.Length + 2);
            return;
        }

        // Room for the worst case, in which every character becomes \u00xx.
        var span = output.GetSpan((text.Length * 6) + 2);
        var used = 0;
        span[used++] = (byte)'"';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '"' or '\\' || c < 0x20)
            {
                span[used++] = (byte)'\\';
                var letter = ShortEscape(c);
                if (letter != 0)
                {
                    span[used++] = letter;
                    continue;
                }

                "u00"u8.CopyTo(span[used..]);
                span[used + 3] = (byte)(c < 0x10 ? '0' : '1');
                span[used + 4] = LowerHex(c & 0xF);
                used += 5;
            }
            else if (c < 0x80)
            {
                span[used++] = (byte)c;
            }
            else if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var consumed) == OperationStatus.Done)
            {
                used += rune.EncodeToUtf8(span[used..]);
                i += consumed - 1;
            }
            else
            {
                throw new LedgerFormatException($"The string at {at} holds half of a surrogate pair at character {i}.");
            }
        }

        span[used++] = (byte)'"';
        output.Advance(used);
    }

    // The second character of a two-character escape, or zero where none exists (RFC 8785, section 3.2.2.2).
    private static byte ShortEscape(char c) => c switch
    {
        '"' => (byte)'"',
        '\\' => (byte)'\\',
        '\b' => (byte)'b',
        '\f' => (byte)'f',
        '\n' => (byte)'n',
        '\r' => (byte)'r',
        '\t' => (byte)'t',
        _ => 0,
    };

    private static byte LowerHex(int nibble) => (byte)(nibble < 10 ? '0' + nibble : 'a' + nibble - 10);

    // Keys come from outside: what is not plain ASCII must not reach a terminal through an error message.
    private static string Printable(string text) =>
        string.Concat(text.Take(40).Select(static c => c is >= ' ' and < (char)0x7F ? c : '?'));

    private ref struct Parser(ReadOnlySpan<byte> bytes)
    {
        private static readonly UTF8Encoding StrictUtf8 = new(false, true);
        private readonly ReadOnlySpan<byte> bytes = bytes;
        private int at;

        public JsonNode ReadValue(int depth)
        {
            if (at >= bytes.Length)
                throw Wrong("the text ends where a value is expected");
            switch (bytes[at])
            {
                case (byte)'{':
                    return ReadObject(depth);
                case (byte)'[':
                    return ReadArray(depth);
                case (byte)'"':
                    return JsonValue.Create(ReadString())!;
                case (byte)'t':
                    Expect("true"u8);
                    return JsonValue.Create(true);
                case (byte)'f':
                    Expect("false"u8);
                    return JsonValue.Create(false);
                case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                    return JsonValue.Create(ReadInteger());
                case (byte)'n':
                    throw Wrong("null is not allowed");
                default:
                    throw Wrong("no value starts like this");
            }
        }

        public readonly void ExpectEnd()
        {
            if (at != bytes.Length)
                throw Wrong("something follows the value");
        }

        private JsonObject ReadObject(int depth)
        {
            Deeper(depth);
            at++;
            var result = new JsonObject();
            if (Take((byte)'}'))
                return result;
            string? previous = null;
            do
            {
                var start = at;
                var key = ReadString();
                if (!IsKey(key))
                    throw Wrong("a key may hold only a-z, 0-9 and _", start);
                var order = previous is null ? -1 : string.CompareOrdinal(previous, key);
                if (order == 0)
                    throw Wrong($"the key \"{key}\" is there twice", start);
                if (order > 0)
                    throw Wrong($"the key \"{key}\" is not in sorted order", start);
                previous = key;
                Expect(":"u8);
                result.Add(key, ReadValue(depth + 1));
            }
            while (Take((byte)','));
            Expect("}"u8);
            return result;
        }

        private JsonArray ReadArray(int depth)
        {
            Deeper(depth);
            at++;
            var result = new JsonArray();
            if (Take((byte)']'))
                return result;
            do
            {
                result.Add(ReadValue(depth + 1));
            }
            while (Take((byte)','));
            Expect("]"u8);
            return result;
        }

        private readonly void Deeper(int depth)
        {
            if (depth >= MaxDepth)
                throw Wrong($"nested deeper than {MaxDepth} levels");
        }

        private long ReadInteger()
        {
            var start = at;
            var negative = Take((byte)'-');
            var first = at;
            long n = 0;
            while (at < bytes.Length && bytes[at] is >= (byte)'0' and <= (byte)'9')
            {
                n = (n * 10) + (bytes[at++] - '0');
                if (n > MaxInteger)
                    throw Wrong("the integer is beyond 2^53-1", start);
            }

            if (at == first)
                throw Wrong("a digit is expected", at);
            if (bytes[first] == (byte)'0' && (negative || at - first > 1))
                throw Wrong("a number must not start with 0, nor be -0", start);
            if (at < bytes.Length && bytes[at] is (byte)'.' or (byte)'e' or (byte)'E')
                throw Wrong("only whole numbers without an exponent are allowed", start);
            return negative ? -n : n;
        }

        private string ReadString()
        {
            Expect("\""u8);
            var start = at;
            StringBuilder? unescaped = null;
            while (true)
            {
                var run = bytes[at..].IndexOfAny((byte)'"', (byte)'\\');
                if (run < 0)
                    throw Wrong("the string has no end", start);
                var plain = bytes.Slice(at, run);
                var control = plain.IndexOfAnyInRange((byte)0, (byte)0x1F);
                if (control >= 0)
                    throw Wrong("a control character must be escaped", at + control);
                var text = Decode(plain, at);
                at += run + 1;
                if (bytes[at - 1] == (byte)'"')
                    return unescaped is null ? text : unescaped.Append(text).ToString();
                (unescaped ??= new StringBuilder()).Append(text).Append(ReadEscape());
            }
        }

        private static string Decode(ReadOnlySpan<byte> utf8, int start)
        {
            try
            {
                return StrictUtf8.GetString(utf8);
            }
            catch (DecoderFallbackException e)
            {
                throw new LedgerFormatException($"The JSON is not canonical: not well-formed UTF-8, in the string at byte {start}.", e);
            }
        }

        // Only the escapes that the writer writes: any other spelling of the same character is not canonical.
        private char ReadEscape()
        {
            var letter = at < bytes.Length ? bytes[at++] : (byte)0;
            switch (letter)
            {
                case (byte)'"' or (byte)'\\':
                    return (char)letter;
                case (byte)'b':
                    return '\b';
                case (byte)'f':
                    return '\f';
                case (byte)'n':
                    return '\n';
                case (byte)'r':
                    return '\r';
                case (byte)'t':
                    return '\t';
                case (byte)'u' when at + 4 <= bytes.Length:
                    for (var c = '\0'; c < 0x20; c++)
                    {
                        if (ShortEscape(c) == 0
                            && bytes[at] == '0' && bytes[at + 1] == '0' && bytes[at + 2] == '0' + (c >> 4) && bytes[at + 3] == LowerHex(c & 0xF))
                        {
                            at += 4;
                            return c;
                        }
                    }

                    break;
            }

            throw Wrong("this escape is not the canonical one", at - 1);
        }

        private void Expect(ReadOnlySpan<byte> literal)
        {
            if (!bytes[at..].StartsWith(literal))
                throw Wrong($"expected {Encoding.ASCII.GetString(literal)}");
            at += literal.Length;
        }

        private bool Take(byte wanted)
        {
            if (at >= bytes.Length || bytes[at] != wanted)
                return false;
            at++;
            return true;
        }

        private readonly LedgerFormatException Wrong(string what) => Wrong(what, at);

        private readonly LedgerFormatException Wrong(string what, int where) =>
            new($"The JSON is not canonical: {what}, at byte {where}.");
    }
}
