using System.Numerics;
using System.Text.Json;

namespace Governance.Ledger.Tests;

/// <summary>
/// Vectors for proofs over a part of a tree. A part that is a tree by itself is proved like a tree; and a part that begins at
/// the first leaf is an older tree. Consistency of other parts is not built here, so those vectors are counted and left.
/// </summary>
public sealed class BundlesVectorTests
{
    private static List<(string Path, JsonElement Test)> Read(string kind) =>
    [
        .. Directory.GetFiles(Path.Combine(Vectors.Folder("merkle"), "testdata", kind), "*.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(static f => (f, Vectors.Json(f))),
    ];

    private static bool Numbers(JsonElement test, string first, string second, string third, out (long First, long Second, long Third) numbers)
    {
        numbers = default;
        if (!test.GetProperty(first).TryGetInt64(out var a) || !test.GetProperty(second).TryGetInt64(out var b) || !test.GetProperty(third).TryGetInt64(out var c))
            return false;
        numbers = (a, b, c);
        return true;
    }

    // A part is a tree by itself if it begins at a multiple of the power of two that it fits into.
    private static bool IsTree(long start, long end) =>
        start >= 0 && start < end && start % (long)BitOperations.RoundUpToPowerOf2((ulong)(end - start)) == 0;

    [Fact]
    public void Inclusion_in_a_part_of_a_tree_is_judged_as_the_vectors_say()
    {
        var tests = Read("subtreeinclusion");
        var used = 0;
        foreach (var (path, test) in tests)
        {
            // Numbers beyond 2^63-1, and parts that are no trees, are refused before a proof is looked at.
            if (!Numbers(test, "start", "end", "leafIdx", out var n) || !IsTree(n.First, n.Second))
            {
                Assert.True(test.GetProperty("wantErr").GetBoolean(), path);
                continue;
            }

            var verified = Merkle.VerifyInclusion(
                n.Third - n.First, n.Second - n.First, Vectors.Bytes(test.GetProperty("leafHash")), Vectors.Hashes(test.GetProperty("proof")), Vectors.Bytes(test.GetProperty("root")));
            Assert.Equal(!test.GetProperty("wantErr").GetBoolean(), verified);
            used++;
        }

        Assert.True(used > 100, $"{used} of {tests.Count}");
    }

    [Fact]
    public void Consistency_of_a_part_that_begins_at_the_first_leaf_is_judged_as_the_vectors_say()
    {
        var tests = Read("subtreeconsistency");
        var used = 0;
        foreach (var (path, test) in tests)
        {
            if (!Numbers(test, "start", "end", "size", out var n) || n.First != 0 || n.Second <= 0)
                continue;
            var wanted = !test.GetProperty("wantErr").GetBoolean();
            // Some good cases have words in place of roots; ours must be hashes.
            byte[] Root(string name) => Vectors.Bytes(test.GetProperty(name)) is { Length: not 32 } words && wanted ? Merkle.LeafHash(words) : Vectors.Bytes(test.GetProperty(name));
            Assert.True(Merkle.VerifyConsistency(n.Second, n.Third, Root("root1"), Root("root2"), Vectors.Hashes(test.GetProperty("proof"))) == wanted, path);
            used++;
        }

        Assert.True(used > 20, $"{used} of {tests.Count}");
    }
}
