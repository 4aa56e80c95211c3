using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace Governance.Ledger.Tests;

public sealed class EntryTests
{
    private const string Hash = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";

    internal static readonly Entry Vote = new()
    {
        Log = "log.example/reviews",
        Seq = 41,
        At = new DateTimeOffset(2030, 1, 31, 9, 0, 0, 7, TimeSpan.Zero),
        Kind = "vote.cast",
        Proposal = "P-2030-0001",
        ProposalSeq = 3,
        ProposalPrevious = Hash,
        Actor = "p7Jq",
        Role = "panel_member",
        Data = new JsonObject { ["vote"] = "approve", ["revision"] = 1 },
        Rule = new Dictionary<string, string> { ["route"] = Hash },
        Docs = [new EntryDocument("n1", Hash, 1234)],
        Sd = Disclosure.Digests([], 2),
        Nonce = Entry.NewNonce(),
    };

    private static readonly Entry Bare = new()
    {
        Log = "log.example/reviews",
        Seq = 0,
        At = DateTimeOffset.UnixEpoch,
        Kind = "user.added",
        Nonce = "AAAAAAAAAAAAAAAAAAAAAA",
    };

    [Fact]
    public void An_entry_is_read_back_whole()
    {
        var bytes = Vote.ToBytes();
        var read = Entry.Parse(bytes);
        Assert.Equal(bytes, read.ToBytes());
        Assert.True(JsonNode.DeepEquals(Vote.Data, read.Data));
        Assert.Equal(Vote.Rule, read.Rule);
        Assert.Equal(Vote.Docs, read.Docs);
        Assert.Equal(Vote.Sd, read.Sd);
        Assert.Equal(Vote, read with { Data = Vote.Data, Rule = Vote.Rule, Docs = Vote.Docs, Sd = Vote.Sd });
    }

    [Fact]
    public void What_is_absent_is_left_out_of_the_bytes() =>
        Assert.Equal(
            """{"at":"1970-01-01T00:00:00.000Z","kind":"user.added","log":"log.example/reviews","nonce":"AAAAAAAAAAAAAAAAAAAAAA","seq":0,"v":1}""",
            Encoding.UTF8.GetString(Bare.ToBytes()));

    [Fact]
    public void A_proposals_first_entry_gives_its_ordinal_and_no_previous_entry()
    {
        var first = Vote with { ProposalSeq = 0, ProposalPrevious = null, ProposalOrdinal = 0 };
        Assert.Equal(0, Entry.Parse(first.ToBytes()).ProposalOrdinal);
        Refused(first with { ProposalOrdinal = null });
        Refused(first with { ProposalPrevious = Hash });
        Refused(Vote with { ProposalOrdinal = 1 });
        Refused(Vote with { ProposalPrevious = null });
        Refused(Vote with { ProposalSeq = null });
        Refused(Vote with { Proposal = null });
        Refused(Bare with { ProposalSeq = 0 });
    }

    [Fact]
    public void Fields_outside_their_limits_are_refused()
    {
        Refused(Vote with { Log = "with space" });
        Refused(Vote with { Log = "" });
        Refused(Vote with { Seq = -1 });
        Refused(Vote with { Seq = CanonicalJson.MaxInteger + 1 });
        Refused(Vote with { At = Vote.At.AddTicks(1) });
        Refused(Vote with { At = Vote.At.ToOffset(TimeSpan.FromHours(1)) });
        foreach (var kind in (string[])["", "Vote", "vote.", ".cast", "vote cast", "1vote", "vote..cast", new string('a', 65)])
            Refused(Vote with { Kind = kind });
        Refused(Vote with { Proposal = "" });
        Refused(Vote with { Proposal = "a\nb" });
        Refused(Vote with { ProposalSeq = -1 });
        Refused(Vote with { ProposalPrevious = Hash.ToUpperInvariant() });
        Refused(Vote with { Actor = "" });
        Refused(Vote with { Role = new string('r', 129) });
        Refused(Vote with { Data = new JsonObject { ["score"] = 0.5 } });
        Refused(Vote with { Data = new JsonObject { ["long"] = new string('x', 65_535) } });
        Refused(Vote with { Rule = new Dictionary<string, string> { ["Route"] = Hash } });
        Refused(Vote with { Rule = new Dictionary<string, string> { ["route"] = "abc" } });
        Refused(Vote with { Docs = [new EntryDocument("", Hash, 1)] });
        Refused(Vote with { Docs = [new EntryDocument("n", Hash, -1)] });
        Refused(Vote with { Sd = [.. Vote.Sd.Reverse()] });
        Refused(Vote with { Sd = [Vote.Sd[0], Vote.Sd[0]] });
        Refused(Vote with { Sd = ["short"] });
        Refused(Vote with { Nonce = "short" });
        Refused(Vote with { Nonce = "AAAAAAAAAAAAAAAAAAAAAB" });
    }

    [Theory]
    [InlineData("\"v\":1", "\"v\":2")]
    [InlineData("\"v\":1", "\"v\":\"1\"")]
    [InlineData(",\"v\":1", "")]
    [InlineData("\"v\":1", "\"v\":1,\"x\":1")]
    [InlineData("\"seq\":0", "\"seq\":\"0\"")]
    [InlineData("\"seq\":0", "\"sd\":[],\"seq\":0")]
    [InlineData("\"seq\":0", "\"sd\":{},\"seq\":0")]
    [InlineData("\"seq\":0", "\"sd\":[1],\"seq\":0")]
    [InlineData("\"kind\"", "\"data\":{},\"kind\"")]
    [InlineData("\"kind\"", "\"docs\":[1],\"kind\"")]
    [InlineData("\"kind\":\"user.added\",", "")]
    [InlineData("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z")]
    [InlineData("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000+00:00")]
    [InlineData("1970-01-01T00:00:00.000Z", "1970-02-30T00:00:00.000Z")]
    [InlineData("{\"at\"", "{\"actor\":\"\",\"at\"")]
    public void Bytes_that_differ_from_an_entrys_are_refused(string from, string to)
    {
        var text = Encoding.UTF8.GetString(Bare.ToBytes());
        var changed = text.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        Assert.Throws<LedgerFormatException>(() => Entry.Parse(Encoding.UTF8.GetBytes(changed)));
    }

    [Fact]
    public void A_changed_byte_is_refused_or_is_another_entry_but_never_the_same_one() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Sample(static (at, with) =>
        {
            var bytes = Vote.ToBytes();
            if (bytes[at % bytes.Length] == with)
                return;
            bytes[at % bytes.Length] = with;
            try
            {
                Assert.Equal(bytes, Entry.Parse(bytes).ToBytes());
            }
            catch (LedgerFormatException)
            {
                // The other allowed outcome.
            }
        });

    [Fact]
    public void A_time_is_cut_to_what_an_entry_holds()
    {
        var time = new DateTimeOffset(2030, 1, 31, 10, 0, 0, 7, TimeSpan.FromHours(1)).AddTicks(9_999);
        Assert.Equal(Vote.At, Entry.ToMilliseconds(time));
        Assert.Equal(TimeSpan.Zero, Entry.ToMilliseconds(time).Offset);
    }

    private static void Refused(Entry entry) => Assert.Throws<LedgerFormatException>(entry.ToBytes);
}
