using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Governance.Ledger;

/// <summary>A document that an entry refers to without naming it.</summary>
/// <param name="Name">A salted digest of the document's name, or another token that tells nothing.</param>
/// <param name="Sha256">The SHA-256 of the document, in lower-case hexadecimal.</param>
/// <param name="Size">The document's length in bytes.</param>
public sealed record EntryDocument(string Name, string Sha256, long Size);

/// <summary>
/// One entry of the ledger. It holds nothing that names a person: free text and names are <see cref="Disclosure"/>s, of
/// which <see cref="Sd"/> holds the digests. Absent fields are left out of the bytes.
/// </summary>
public sealed record Entry
{
    /// <summary>The version of the format, field <c>v</c>.</summary>
    public const int Version = 1;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The log's name, which is its checkpoints' origin and its key's name; field <c>log</c>.</summary>
    public required string Log { get; init; }

    /// <summary>The entry's place in the log and its leaf's index in the tree, from 0; field <c>seq</c>.</summary>
    public required long Seq { get; init; }

    /// <summary>When it happened: UTC in whole milliseconds (see <see cref="ToMilliseconds"/>); field <c>at</c>.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The event's name in lower case, with dots between its parts, such as <c>vote.cast</c>; field <c>kind</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The proposal's reference, or null where the entry belongs to none; field <c>proposal</c>.</summary>
    public string? Proposal { get; init; }

    /// <summary>The proposal's ordinal in the log, from 0: in its first entry and there alone; field <c>pord</c>.</summary>
    public long? ProposalOrdinal { get; init; }

    /// <summary>The entry's place among its proposal's, from 0; field <c>pseq</c>.</summary>
    public long? ProposalSeq { get; init; }

    /// <summary>
    /// The leaf hash of the proposal's previous entry in lower-case hexadecimal, or null in its first; field <c>pprev</c>.
    /// </summary>
    public string? ProposalPrevious { get; init; }

    /// <summary>Who did it: a pseudonym that means something within this proposal only; field <c>actor</c>.</summary>
    public string? Actor { get; init; }

    /// <summary>The role in which they did it; field <c>role</c>.</summary>
    public string? Role { get; init; }

    /// <summary>Structured facts that name nobody; field <c>data</c>.</summary>
    public JsonObject Data { get; init; } = [];

    /// <summary>
    /// The SHA-256, in lower-case hexadecimal, of the route, rules and checklists in force, by what they are (a key of
    /// <c>[a-z0-9_]</c>, such as <c>route</c>); field <c>rule</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Rule { get; init; } = new Dictionary<string, string>();

    /// <summary>Documents that belong to the event; field <c>docs</c>.</summary>
    public IReadOnlyList<EntryDocument> Docs { get; init; } = [];

    /// <summary>Digests of disclosures and decoys, sorted; see <see cref="Disclosure.Digests"/>; field <c>sd</c>.</summary>
    public IReadOnlyList<string> Sd { get; init; } = [];

    /// <summary>
    /// 16 random bytes in Base64 of the URL alphabet; field <c>nonce</c>. Without them a vote could be guessed from the
    /// hashes in another entry's proof.
    /// </summary>
    public required string Nonce { get; init; }

    /// <summary>A fresh random <see cref="Nonce"/>.</summary>
    public static string NewNonce() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>A time in UTC, cut down to the whole milliseconds that an entry can hold.</summary>
    public static DateTimeOffset ToMilliseconds(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMillisecond));
    }

    /// <summary>The entry's canonical bytes: what is stored, hashed and exported.</summary>
    /// <exception cref="LedgerFormatException">A field is not as it must be, or the whole is longer than 65,535 bytes.</exception>
    public byte[] ToBytes()
    {
        Validate();
        var json = new CanonicalJson.ObjectWriter();
        json.Add("actor", Actor);
        json.Add("at", At.ToString(TimeFormat, CultureInfo.InvariantCulture));
        json.Add("data", Data.Count > 0 ? Data : null);
        json.Add("docs", Docs.Count > 0 ? new JsonArray([.. Docs.Select(static d => new JsonObject { ["name"] = d.Name, ["sha256"] = d.Sha256, ["size"] = d.Size })]) : null);
        json.Add("kind", Kind);
        json.Add("log", Log);
        json.Add("nonce", Nonce);
        json.Add("pord", ProposalOrdinal);
        json.Add("pprev", ProposalPrevious);
        json.Add("proposal", Proposal);
        json.Add("pseq", ProposalSeq);
        json.Add("role", Role);
        json.Add("rule", Rule);
        json.Add("sd", Sd.Count > 0 ? new JsonArray([.. Sd.Select(static d => (JsonNode?)d)]) : null);
        json.Add("seq", Seq);
        json.Add("v", Version);
        return json.End();
    }

    /// <summary>Reads an entry's bytes, which must be canonical.</summary>
    /// <exception cref="LedgerFormatException">The bytes are not canonical, or not those of an entry.</exception>
    public static Entry Parse(ReadOnlySpan<byte> bytes)
    {
        var json = CanonicalJson.ParseObject(bytes);
        var fields = new Fields(json, "the entry");
        if (fields.Integer("v") != Version)
            throw new LedgerFormatException($"Field v must be {Version}: this version of the format is not known.");
        var entry = new Entry
        {
            Log = fields.Text("log"),
            Seq = fields.Integer("seq"),
            At = ParseTime(fields.Text("at")),
            Kind = fields.Text("kind"),
            Proposal = fields.OptionalText("proposal"),
            ProposalOrdinal = fields.OptionalInteger("pord"),
            ProposalSeq = fields.OptionalInteger("pseq"),
            ProposalPrevious = fields.OptionalText("pprev"),
            Actor = fields.OptionalText("actor"),
            Role = fields.OptionalText("role"),
            Data = fields.OptionalObject("data"),
            Rule = ParseRule(fields.OptionalObject("rule")),
            Docs = [.. fields.OptionalArray("docs").Select(ParseDocument)],
            Sd = [.. fields.OptionalArray("sd").Select(static d => Fields.AsText(d, "sd"))],
            Nonce = fields.Text("nonce"),
        };
        fields.ExpectNothingElse();
        entry.Validate();
        return entry;
    }

    private static Dictionary<string, string> ParseRule(JsonObject rule) =>
        rule.ToDictionary(static r => r.Key, static r => Fields.AsText(r.Value, "rule." + r.Key));

    private static EntryDocument ParseDocument(JsonNode? node)
    {
        var fields = new Fields(node as JsonObject ?? throw new LedgerFormatException("Field docs must hold objects."), "docs");
        var document = new EntryDocument(fields.Text("name"), fields.Text("sha256"), fields.Integer("size"));
        fields.ExpectNothingElse();
        return document;
    }

    private static DateTimeOffset ParseTime(string text) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw new LedgerFormatException("Field at must be a time in UTC with milliseconds, such as 2030-01-31T09:00:00.000Z.");

    private void Validate()
    {
        Demand(IsPlain(Log, 255) && NoteKeys.IsName(Log), "log must be the log's name, without spaces or a plus sign");
        Demand(Seq is >= 0 and <= CanonicalJson.MaxInteger, "seq must be a whole number from 0");
        Demand(At.Offset == TimeSpan.Zero && At.Ticks % TimeSpan.TicksPerMillisecond == 0, "at must be in UTC and in whole milliseconds");
        Demand(IsKind(Kind), "kind must be words of a-z, 0-9, _ and - with dots between them");
        Demand(IsBase64Url(Nonce, 16), "nonce must be 16 bytes in Base64 of the URL alphabet");
        Demand(Actor is null || IsPlain(Actor, 128), "actor must be 1 to 128 characters without control characters");
        Demand(Role is null || IsPlain(Role, 128), "role must be 1 to 128 characters without control characters");
        ValidateProposal();
        foreach (var (key, digest) in Rule)
            Demand(CanonicalJson.IsKey(key) && StrictText.IsSha256Hex(digest), $"rule.{key} must be a SHA-256 in lower-case hexadecimal");
        foreach (var document in Docs)
        {
            Demand(
                IsPlain(document.Name, 255) && StrictText.IsSha256Hex(document.Sha256) && document.Size is >= 0 and <= CanonicalJson.MaxInteger,
                "docs must give each document's name, SHA-256 in lower-case hexadecimal and size");
        }

        for (var i = 0; i < Sd.Count; i++)
        {
            Demand(IsBase64Url(Sd[i], 32), $"sd[{i}] must be a SHA-256 in Base64 of the URL alphabet");
            Demand(i == 0 || string.CompareOrdinal(Sd[i - 1], Sd[i]) < 0, "sd must be sorted and without duplicates");
        }
    }

    private void ValidateProposal()
    {
        if (Proposal is null)
        {
            Demand(ProposalOrdinal is null && ProposalSeq is null && ProposalPrevious is null, "pord, pseq and pprev need a proposal");
            return;
        }

        Demand(IsPlain(Proposal, 64), "proposal must be 1 to 64 characters without control characters");
        Demand(ProposalSeq is >= 0 and <= CanonicalJson.MaxInteger, "pseq must be a whole number from 0");
        var first = ProposalSeq == 0;
        Demand(first == ProposalOrdinal is not null, "pord must be in the proposal's first entry and in no other");
        Demand(ProposalOrdinal is null or (>= 0 and <= CanonicalJson.MaxInteger), "pord must be a whole number from 0");
        Demand(first == ProposalPrevious is null, "pprev must be in every entry of a proposal but its first");
        Demand(ProposalPrevious is null || StrictText.IsSha256Hex(ProposalPrevious), "pprev must be a SHA-256 in lower-case hexadecimal");
    }

    private static void Demand(bool holds, string rule)
    {
        if (!holds)
            throw new LedgerFormatException($"Field {rule}.");
    }

    private static bool IsPlain(string text, int most) => text.Length > 0 && text.Length <= most && text.AsSpan().IndexOfAny(ControlCharacters) < 0;

    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(static c => (char)c).Where(char.IsControl)]);

    private static readonly SearchValues<char> KindCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

    private static bool IsKind(string kind)
    {
        if (kind.Length is 0 or > 64 || kind.AsSpan().IndexOfAnyExcept(KindCharacters) >= 0)
            return false;
        // Each part begins with a letter, so none is empty.
        for (var i = 0; i < kind.Length; i++)
        {
            if ((i == 0 || kind[i - 1] == '.') && kind[i] is < 'a' or > 'z')
                return false;
        }

        return kind[^1] != '.';
    }

    private static bool IsBase64Url(string text, int bytes)
    {
        try
        {
            return StrictText.FromBase64Url(text, "The value").Length == bytes;
        }
        catch (LedgerFormatException)
        {
            return false;
        }
    }

    // Takes fields out of an object one by one, so that whatever is left over at the end was not expected.
    private readonly struct Fields(JsonObject json, string what)
    {
        private readonly HashSet<string> taken = [];

        public string Text(string key) => AsText(Required(key), key);

        public long Integer(string key) => AsInteger(Required(key), key);

        public string? OptionalText(string key) => Take(key) is { } value ? AsText(value, key) : null;

        public long? OptionalInteger(string key) => Take(key) is { } value ? AsInteger(value, key) : null;

        public JsonObject OptionalObject(string key) => Take(key) switch
        {
            null => [],
            JsonObject { Count: > 0 } value => (JsonObject)value.DeepClone(),
            _ => throw new LedgerFormatException($"Field {key} must be an object that is not empty."),
        };

        public JsonArray OptionalArray(string key) => Take(key) switch
        {
            null => [],
            JsonArray { Count: > 0 } value => value,
            _ => throw new LedgerFormatException($"Field {key} must be a list that is not empty."),
        };

        public void ExpectNothingElse()
        {
            foreach (var (key, _) in json)
            {
                if (!taken.Contains(key))
                    throw new LedgerFormatException($"There is no field {key} in {what}.");
            }
        }

        public static string AsText(JsonNode? node, string key) =>
            node is JsonValue value && value.TryGetValue<string>(out var text)
                ? text
                : throw new LedgerFormatException($"Field {key} must be a string.");

        private static long AsInteger(JsonNode node, string key) =>
            node is JsonValue value && value.TryGetValue<long>(out var n)
                ? n
                : throw new LedgerFormatException($"Field {key} must be a whole number.");

        private JsonNode Required(string key) => Take(key) ?? throw new LedgerFormatException($"Field {key} is missing from {what}.");

        private JsonNode? Take(string key)
        {
            taken.Add(key);
            return json[key];
        }
    }
}
