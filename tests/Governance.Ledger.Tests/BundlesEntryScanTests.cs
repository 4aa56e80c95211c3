using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>The quick scanner against the parser that everybody else uses: it may never be the more forgiving of the two.</summary>
public sealed class BundlesEntryScanTests
{
    private static readonly Gen<string> Words = Gen.OneOf(
        Gen.String[Gen.Char['a', 'z'], 1, 8], Fuzz.Of("a b", "=x", "\u00e9t\u00e9", "\ud83d\ude00", "\"", "\\", "\u007f", "A/b", "x'y"));

    private static readonly Gen<JsonNode> Values = Gen.Recursive<JsonNode>((depth, any) => depth > 3
        ? Gen.Bool.Select(static b => (JsonNode)JsonValue.Create(b)!)
        : Gen.OneOf(
            Words.Select(static w => (JsonNode)JsonValue.Create(w)!),
            Gen.Long[-CanonicalJson.MaxInteger, CanonicalJson.MaxInteger].Select(static n => (JsonNode)JsonValue.Create(n)!),
            any.Array[0, 3].Select(static a => (JsonNode)new JsonArray([.. a])),
            Gen.Select(Gen.String[Gen.Char['a', 'f'], 1, 3], any).Array[0, 3].Select(static members =>
            {
                var json = new JsonObject();
                foreach (var (key, value) in members)
                    json[key] = value;
                return (JsonNode)json;
            })));

    private static readonly Gen<Entry> Entries = Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[-1, 3], Words, Values, Gen.Int[0, 5], Gen.Int[0, 2]).Select(
        static (seq, place, word, value, digests, rules) => new Entry
        {
            Log = "log.example/reviews",
            Seq = seq,
            At = DateTimeOffset.UnixEpoch.AddMilliseconds(seq * 7777L),
            Kind = seq % 2 == 0 ? "vote.cast" : "a-1.b_2",
            Proposal = place < 0 ? null : word.Replace("\u007f", "x", StringComparison.Ordinal),
            ProposalOrdinal = place == 0 ? seq : null,
            ProposalSeq = place < 0 ? null : place,
            ProposalPrevious = place > 0 ? Convert.ToHexStringLower(Merkle.LeafHash([(byte)place])) : null,
            Actor = seq % 3 == 0 ? null : word.Replace("\u007f", "x", StringComparison.Ordinal),
            Role = seq % 5 == 0 ? null : "panel_member",
            Data = value is JsonObject json ? json : new JsonObject { ["x"] = value },
            Rule = Enumerable.Range(0, rules).ToDictionary(static i => "r" + i, static i => Convert.ToHexStringLower(Merkle.LeafHash([(byte)i]))),
            Docs = seq % 7 == 0 ? [new EntryDocument("d1", Convert.ToHexStringLower(Merkle.EmptyRoot()), 12)] : [],
            Sd = Disclosure.Digests([], digests),
            Nonce = Entry.NewNonce(),
        });

    private static void Same(Entry entry, EntryScan scan, ReadOnlySpan<byte> bytes)
    {
        static string Text(ReadOnlySpan<byte> json, Range at) => json.Length == 0 ? "" : CanonicalJson.Parse([(byte)'"', .. json[at], (byte)'"']).GetValue<string>();
        Assert.Equal((entry.Seq, entry.ProposalOrdinal ?? -1, entry.ProposalSeq ?? -1), (scan.Seq, scan.ProposalOrdinal, scan.ProposalSeq));
        Assert.Equal(entry.Kind, Text(bytes, scan.Kind));
        Assert.Equal(entry.Log, Text(bytes, scan.Log));
        Assert.Equal(entry.Proposal ?? "", Text(bytes, scan.Proposal));
        Assert.Equal(entry.ProposalPrevious ?? "", Text(bytes, scan.Previous));
        Assert.Equal(entry.Sd.Count, scan.Digests);
        for (var i = 0; i < scan.Digests; i++)
            Assert.Equal(entry.Sd[i], Encoding.ASCII.GetString(scan.Digest(bytes, i)));
    }

    [Fact]
    public void A_scan_says_the_same_as_the_parser() => Entries.Sample(
        static entry =>
        {
            var bytes = entry.ToBytes();
            Same(Entry.Parse(bytes), EntryScan.Scan(bytes), bytes);
        },
        iter: Fuzz.Iterations(2000));

    [Fact]
    public void Whatever_the_quick_scan_accepts_the_parser_accepts_and_reads_the_same() =>
        Gen.Select(Entries, Fuzz.Mutations).Sample(
            static (entry, mutation) =>
            {
                var bytes = mutation(entry.ToBytes());
                Entry? parsed = null;
                try
                {
                    parsed = Entry.Parse(bytes);
                }
                catch (LedgerFormatException)
                {
                    // Most mutations end here, and then so must the scan.
                }

                var quick = EntryScan.TryScan(bytes, out var scan);
                Assert.True(parsed is not null || !quick, Encoding.Latin1.GetString(bytes));
                if (parsed is null)
                    Assert.Throws<LedgerFormatException>(() => EntryScan.Scan(bytes));
                else
                    Same(parsed, quick ? scan : EntryScan.Scan(bytes), bytes);
            },
            iter: Fuzz.Iterations(20_000));

    [Fact]
    public void Entries_of_plain_text_are_all_read_by_the_quick_scan()
    {
        var log = SampleLog.OfTrail(20);
        Assert.All(Enumerable.Range(0, log.Size), i => Assert.True(EntryScan.TryScan(log[i], out _)));
    }

    [Theory]
    [InlineData("\"at\":\"2030-01-31T09:00:00.000Z\"", "\"at\":\"2030-02-30T09:00:00.000Z\"")]
    [InlineData("\"at\":\"2030-01-31T09:00:00.000Z\"", "\"at\":\"2030-01-31T24:00:00.000Z\"")]
    [InlineData("\"at\":\"2030-01-31T09:00:00.000Z\"", "\"at\":\"0000-01-31T09:00:00.000Z\"")]
    [InlineData("\"at\":\"2030-01-31T09:00:00.000Z\"", "\"at\":\"2030-01-31T09:00:60.000Z\"")]
    [InlineData("\"seq\":0", "\"seq\":00")]
    [InlineData("\"seq\":0", "\"seq\":-0")]
    [InlineData("\"seq\":0", "\"seq\":9007199254740992")]
    [InlineData("\"v\":1", "\"v\":2")]
    [InlineData("\"v\":1}", "\"v\":1} ")]
    [InlineData("\"v\":1}", "\"v\":1,\"x\":1}")]
    [InlineData("\"kind\":\"user.added\"", "\"kind\":\"user..added\"")]
    [InlineData("\"kind\":\"user.added\"", "\"kind\":\"User.added\"")]
    [InlineData("\"log\":\"log.example/reviews\"", "\"log\":\"log example\"")]
    [InlineData("{\"revision\":1,", "{\"a\":1,\"a\":1,\"revision\":1,")]
    [InlineData("{\"revision\":1,", "{\"z\":1,\"revision\":1,")]
    [InlineData("{\"revision\":1,", "{\"revision\":1.0,")]
    [InlineData("{\"revision\":1,", "{\"revision\":null,")]
    [InlineData("{\"revision\":1,", "{\"revision\": 1,")]
    [InlineData("{\"revision\":1,", "{\"revision\":\"\\u0041\",")]
    [InlineData("\"data\":{\"revision\":1,\"vote\":\"approve\"}", "\"data\":{}")]
    [InlineData("\"role\":\"panel_member\"", "\"role\":\"\"")]
    public void What_is_not_canonical_or_no_entry_is_refused_by_both(string good, string bad)
    {
        var text = Encoding.UTF8.GetString(SampleLog.OfTrail(1)[0]);
        Assert.Contains(good, text, StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(text.Replace(good, bad, StringComparison.Ordinal));
        Assert.False(EntryScan.TryScan(bytes, out _));
        Assert.Throws<LedgerFormatException>(() => Entry.Parse(bytes));
        Assert.Throws<LedgerFormatException>(() => EntryScan.Scan(bytes));
    }

    [Fact]
    public void Deep_nesting_is_refused_by_both()
    {
        static byte[] Nested(int levels) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(SampleLog.OfTrail(1)[0]).Replace(
            "{\"revision\":1,", "{\"deep\":" + new string('[', levels) + new string(']', levels) + ",\"revision\":1,", StringComparison.Ordinal));
        Assert.True(EntryScan.TryScan(Nested(CanonicalJson.MaxDepth - 2), out _));
        Assert.False(EntryScan.TryScan(Nested(CanonicalJson.MaxDepth - 1), out _));
        Assert.False(EntryScan.TryScan(Nested(20_000), out _));
        Assert.Throws<LedgerFormatException>(() => EntryScan.Scan(Nested(20_000)));
    }
}
