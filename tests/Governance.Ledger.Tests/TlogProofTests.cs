using System.Text;
using CsCheck;

namespace Governance.Ledger.Tests;

public sealed class TlogProofTests
{
    [Fact]
    public void Any_proof_is_read_back() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Byte.Array[32].Array[0, 63], Gen.Byte.Array[0, 20].Null()).Sample(static (index, hashes, extra) =>
        {
            var proof = new TlogProof { Index = index, Hashes = hashes, Checkpoint = "origin\n1\nroot\n\nsignatures\n"u8.ToArray(), Extra = extra };
            var read = TlogProof.Parse(proof.ToBytes());
            Assert.Equal(index, read.Index);
            Assert.Equal(hashes, read.Hashes);
            Assert.Equal(proof.Checkpoint, read.Checkpoint);
            Assert.Equal(extra, read.Extra);
            Assert.Equal(proof.ToBytes(), read.ToBytes());
        });

    [Theory]
    [InlineData("")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 00\n\ncheckpoint\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex  0\n\ncheckpoint\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\ncheckpoint\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\ncheckpoint\n")]
    [InlineData("c2sp.org/tlog-proof@v1\r\nindex 0\n\ncheckpoint\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\ncheckpoint\n")]
    public void Other_texts_are_refused(string text) =>
        Assert.Throws<LedgerFormatException>(() => TlogProof.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void More_hashes_than_any_tree_needs_are_refused()
    {
        var proof = new TlogProof { Index = 0, Hashes = [.. Enumerable.Repeat(new byte[32], 64)], Checkpoint = "x\n"u8.ToArray() };
        Assert.Throws<LedgerFormatException>(() => TlogProof.Parse(proof.ToBytes()));
    }

    [Fact]
    public void The_proof_vectors_are_judged_as_they_say()
    {
        var vectors = Vectors.Json("tlogproof", "tlog-proof-vectors.json");
        var good = vectors.GetProperty("good").EnumerateArray().ToList();
        var bad = vectors.GetProperty("bad").EnumerateArray().ToList();
        Assert.NotEmpty(good);
        Assert.NotEmpty(bad);
        Assert.All(good, static test =>
        {
            var bytes = Encoding.UTF8.GetBytes(test.GetProperty("text").GetString()!);
            var proof = TlogProof.Parse(bytes);
            Assert.Equal(test.GetProperty("index").GetInt64(), proof.Index);
            Assert.Equal(Vectors.Hashes(test.GetProperty("hashes")), proof.Hashes);
            Assert.Equal(test.TryGetProperty("extra", out var extra) ? extra.GetBytesFromBase64() : null, proof.Extra);
            Assert.Equal(bytes, proof.ToBytes());
        });
        Assert.All(bad, static test => Assert.Throws<LedgerFormatException>(() => TlogProof.Parse(Encoding.UTF8.GetBytes(test.GetProperty("text").GetString()!))));
    }
}
