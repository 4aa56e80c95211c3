using System.Text;
using CsCheck;

namespace Governance.Ledger.Tests;

public sealed class MerkleTests
{
    private static readonly Gen<long> Size = Gen.Long[1, 300];

    private static byte[] Leaf(long index) => Merkle.LeafHash(BitConverter.GetBytes(index));

    // The definition in RFC 6962, section 2.1, word for word.
    private static byte[] NaiveRoot(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 0)
            return Merkle.EmptyRoot();
        if (leaves.Length == 1)
            return leaves[0];
        var split = 1;
        while (split * 2 < leaves.Length)
            split *= 2;
        return Merkle.NodeHash(NaiveRoot(leaves[..split]), NaiveRoot(leaves[split..]));
    }

    private static byte[][] Leaves(long size) => [.. Enumerable.Range(0, (int)size).Select(static i => Leaf(i))];

    private static NodeSource Nodes(byte[][] leaves) => (level, index) =>
        NaiveRoot(leaves.AsSpan((int)(index << level), 1 << level));

    [Fact]
    public void A_frontier_has_the_root_of_the_definition_and_survives_storage() =>
        Gen.Long[0, 300].Sample(static size =>
        {
            var leaves = Leaves(size);
            var frontier = new Frontier();
            foreach (var leaf in leaves)
            {
                frontier.Append(leaf);
                frontier = Frontier.Parse(frontier.ToBytes());
            }

            Assert.Equal(size, frontier.Size);
            Assert.Equal(NaiveRoot(leaves), frontier.Root());
            Assert.Equal(NaiveRoot(leaves), Merkle.Root(size, Nodes(leaves)));
        });

    [Fact]
    public void A_frontier_of_the_wrong_length_is_refused()
    {
        var frontier = new Frontier();
        frontier.Append(Leaf(0));
        var bytes = frontier.ToBytes();
        Assert.Throws<LedgerFormatException>(() => Frontier.Parse(bytes.AsSpan(1)));
        Assert.Throws<LedgerFormatException>(() => Frontier.Parse([.. bytes, 0]));
        Assert.Throws<LedgerFormatException>(() => Frontier.Parse([]));
        Assert.Throws<LedgerFormatException>(() => Frontier.Parse([.. Enumerable.Repeat((byte)0xFF, 8 + (64 * 32))]));
    }

    [Fact]
    public void Every_leaf_of_every_tree_has_a_proof_that_verifies_and_a_changed_bit_of_anything_fails() =>
        Gen.Select(Size, Gen.Long[0, 299], Gen.Int[0, 255]).Where(static (size, index, _) => index < size).Sample(static (size, index, bit) =>
        {
            var leaves = Leaves(size);
            var root = NaiveRoot(leaves);
            var leaf = leaves[index];
            var proof = Merkle.InclusionProof(index, size, Nodes(leaves));
            Assert.True(Merkle.VerifyInclusion(index, size, leaf, proof, root));
            Assert.False(Merkle.VerifyInclusion(index, size, Flipped(leaf, bit), proof, root));
            Assert.False(Merkle.VerifyInclusion(index, size, leaf, proof, Flipped(root, bit)));
            Assert.False(Merkle.VerifyInclusion(index + 1, size, leaf, proof, root));
            Assert.False(Merkle.VerifyInclusion(size, size, leaf, proof, root));
            Assert.False(Merkle.VerifyInclusion(-1, size, leaf, proof, root));
            Assert.False(Merkle.VerifyInclusion(index, size, leaf, [.. proof, leaf], root));
            // A longer path that does end at the root it is checked against is still not one of a tree of this size.
            Assert.False(Merkle.VerifyInclusion(index, size, leaf, [.. proof, leaf], Merkle.NodeHash(leaf, root)));
            for (var i = 0; i < proof.Length; i++)
            {
                byte[][] changed = [.. proof];
                changed[i] = Flipped(proof[i], bit);
                Assert.False(Merkle.VerifyInclusion(index, size, leaf, changed, root));
                changed[i] = proof[i][1..];
                Assert.False(Merkle.VerifyInclusion(index, size, leaf, changed, root));
                Assert.False(Merkle.VerifyInclusion(index, size, leaf, [.. proof[..i], .. proof[(i + 1)..]], root));
            }
        });

    [Fact]
    public void Every_earlier_tree_has_a_consistency_proof_that_verifies_and_a_changed_bit_of_anything_fails() =>
        Gen.Select(Size, Gen.Long[1, 300], Gen.Int[0, 255]).Where(static (size, old, _) => old <= size).Sample(static (size, old, bit) =>
        {
            var leaves = Leaves(size);
            var root = NaiveRoot(leaves);
            var oldRoot = NaiveRoot(leaves.AsSpan(0, (int)old));
            var proof = Merkle.ConsistencyProof(old, size, Nodes(leaves));
            Assert.True(Merkle.VerifyConsistency(old, size, oldRoot, root, proof));
            Assert.False(Merkle.VerifyConsistency(old, size, Flipped(oldRoot, bit), root, proof));
            Assert.False(Merkle.VerifyConsistency(old, size, oldRoot, Flipped(root, bit), proof));
            Assert.False(Merkle.VerifyConsistency(old, size, oldRoot, root, [.. proof, root]));
            Assert.False(Merkle.VerifyConsistency(old, size, Merkle.NodeHash(root, oldRoot), Merkle.NodeHash(root, root), [.. proof, root]));
            Assert.False(Merkle.VerifyConsistency(size + 1, size, oldRoot, root, proof));
            for (var i = 0; i < proof.Length; i++)
            {
                byte[][] changed = [.. proof];
                changed[i] = Flipped(proof[i], bit);
                Assert.False(Merkle.VerifyConsistency(old, size, oldRoot, root, changed));
            }
        });

    [Fact]
    public void Nothing_is_to_be_proved_from_an_empty_tree_and_no_such_proof_is_accepted()
    {
        var leaves = Leaves(3);
        Assert.Empty(Merkle.ConsistencyProof(0, 3, Nodes(leaves)));
        Assert.False(Merkle.VerifyConsistency(0, 3, Merkle.EmptyRoot(), NaiveRoot(leaves), []));
    }

    [Fact]
    public void Large_entries_are_hashed_like_small_ones()
    {
        foreach (var length in (int[])[0, 1, 1022, 1023, 1024, 5000])
        {
            var entry = Enumerable.Range(0, length).Select(static i => (byte)i).ToArray();
            Assert.Equal(System.Security.Cryptography.SHA256.HashData([0, .. entry]), Merkle.LeafHash(entry));
        }
    }

    [Theory]
    [InlineData("inclusion")]
    [InlineData("consistency")]
    public void The_proof_vectors_of_transparency_dev_are_judged_as_they_say(string kind)
    {
        var files = Directory.GetFiles(Path.Combine(Vectors.Folder("merkle"), "testdata", kind), "*.json", SearchOption.AllDirectories);
        Assert.True(files.Length > 50);
        Assert.All(files, file =>
        {
            var test = Vectors.Json(file);
            var proof = Vectors.Hashes(test.GetProperty("proof"));
            // Sizes beyond 2^63-1 exist in the vectors' type only; none may be accepted.
            long Number(string name) => test.GetProperty(name).TryGetInt64(out var n) ? n : -1;
            var wanted = !test.GetProperty("wantErr").GetBoolean();
            // One accepted case has the words "dont care" for both roots, where ours must be hashes.
            byte[] Root(string name) => Vectors.Bytes(test.GetProperty(name)) is { Length: not 32 } words && wanted ? Merkle.LeafHash(words) : Vectors.Bytes(test.GetProperty(name));
            var accepted = kind == "inclusion"
                ? Merkle.VerifyInclusion(
                    Number("leafIdx"), Number("treeSize"), Vectors.Bytes(test.GetProperty("leafHash")), proof, Vectors.Bytes(test.GetProperty("root")))
                : Merkle.VerifyConsistency(
                    Number("size1"), Number("size2"), Root("root1"), Root("root2"), proof);
            Assert.Equal(wanted, accepted);
        });
    }

    [Fact]
    public void The_hashes_of_the_RFC_6962_vectors_come_out()
    {
        var vectors = Vectors.Json("rfc6962", "rfc6962-and-tiles.json");
        byte[] In(System.Text.Json.JsonElement test, string name) => Encoding.UTF8.GetBytes(test.GetProperty(name).GetString()!);
        var tests = vectors.GetProperty("cases").EnumerateArray().ToList();
        Assert.NotEmpty(tests);
        Assert.All(tests, test => Assert.Equal(
            test.GetProperty("out").GetString(),
            Convert.ToHexStringLower(test.GetProperty("op").GetString() switch
            {
                "empty_root" => new Frontier().Root(),
                "leaf" => Merkle.LeafHash(In(test, "in_utf8")),
                "node" => Merkle.NodeHash(In(test, "left_utf8"), In(test, "right_utf8")),
                var other => throw new InvalidDataException($"Unknown case {other}."),
            })));
        var note = vectors.GetProperty("golang_mod_tree_note");
        Assert.Equal(
            note.GetProperty("leaf_hash_b64").GetBytesFromBase64(),
            Merkle.LeafHash(Encoding.UTF8.GetBytes(note.GetProperty("record").GetString()!)));
    }

    private static byte[] Flipped(byte[] hash, int bit)
    {
        byte[] changed = [.. hash];
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
