using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace Governance.Ledger.Tests;

public sealed class DisclosureTests
{
    [Fact]
    public void Any_disclosure_is_read_back_with_its_digest() =>
        Gen.Select(CanonicalJsonTests.Text.Where(static t => t.Length > 0), CanonicalJsonTests.Value).Sample(static (name, value) =>
        {
            var made = Disclosure.Create(name, value);
            var read = Disclosure.Parse(made.Text);
            Assert.Equal((made.Digest, made.Salt, name), (read.Digest, read.Salt, read.Name));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(CanonicalJson.Write(value)), JsonNode.Parse(CanonicalJson.Write(read.Value))));
            Assert.Equal(made, read);
        });

    [Fact]
    public void The_same_value_has_another_digest_each_time() =>
        Assert.NotEqual(Disclosure.Create("vote", "object").Digest, Disclosure.Create("vote", "object").Digest);

    [Fact]
    public void Decoys_fill_up_the_digests_and_cannot_be_told_from_them()
    {
        var disclosures = Enumerable.Range(0, 3).Select(static i => Disclosure.Create("n", i)).ToList();
        var digests = Disclosure.Digests(disclosures, 8);
        Assert.Equal(8, digests.Distinct().Count());
        Assert.Equal(digests.Order(StringComparer.Ordinal), digests);
        Assert.All(digests, static d => Assert.Equal(43, d.Length));
        Assert.All(disclosures, d => Assert.Contains(d.Digest, digests));
        Assert.Equal(3, Disclosure.Digests(disclosures, 2).Count);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""["AAAAAAAAAAAAAAAAAAAAAA","name"]""")]
    [InlineData("""["AAAAAAAAAAAAAAAAAAAAAA","name","value","more"]""")]
    [InlineData("""["too short","name","value"]""")]
    [InlineData("""["AAAAAAAAAAAAAAAAAAAAAA","","value"]""")]
    [InlineData("""["AAAAAAAAAAAAAAAAAAAAAA",1,"value"]""")]
    [InlineData("""[1,"name","value"]""")]
    [InlineData("""["AAAAAAAAAAAAAAAAAAAAAA","name",null]""")]
    [InlineData("""["AAAAAAAAAAAAAAAAAAAAAA","name",1.5]""")]
    [InlineData("""["AAAAAAAAAAAAAAAAAAAAAA","name",{"a":1,"a":2}]""")]
    [InlineData("""["AAAAAAAAAAAAAAAAAAAAAA","name","\ud800"]""")]
    [InlineData("""["AAAAAAAAAAAAAAAAAAAAAA","\ud800","value"]""")]
    [InlineData("""["AAAAAAAAAAAAAAAAAAAAAA","name","value"] x""")]
    [InlineData("null")]
    [InlineData("")]
    public void Other_JSON_is_refused(string json) =>
        Assert.Throws<LedgerFormatException>(() => Disclosure.Parse(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void Text_with_padding_white_space_or_another_alphabet_is_refused()
    {
        var good = Disclosure.Create("name", "??>>").Text;
        Assert.Throws<LedgerFormatException>(() => Disclosure.Parse(good + "="));
        Assert.Throws<LedgerFormatException>(() => Disclosure.Parse(good + " "));
        Assert.Throws<LedgerFormatException>(() => Disclosure.Parse(good.Insert(4, "\n")));
        Assert.Throws<LedgerFormatException>(() => Disclosure.Parse(good.Insert(4, "+")));
        Assert.Throws<LedgerFormatException>(() => Disclosure.Parse(new string('A', 200_000)));
    }

    [Fact]
    public void The_example_of_RFC_9901_has_the_digest_that_it_says()
    {
        var vector = Vectors.Json("sdjwt", "rfc9901-disclosure.json");
        var disclosure = Disclosure.Parse(vector.GetProperty("disclosure").GetString()!);
        Assert.Equal(vector.GetProperty("digest").GetString(), disclosure.Digest);
        var decoded = JsonNode.Parse(vector.GetProperty("decoded").GetString()!)!.AsArray();
        Assert.Equal(decoded.Select(static v => v!.GetValue<string>()), [disclosure.Salt, disclosure.Name, disclosure.Value.GetValue<string>()]);
    }
}
