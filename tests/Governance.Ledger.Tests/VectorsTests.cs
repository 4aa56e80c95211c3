namespace Governance.Ledger.Tests;

public sealed class VectorsTests
{
    [Fact]
    public void All_Merkle_vectors_are_used_except_consistency_of_subtrees_that_do_not_begin_at_the_first_leaf() =>
        Assert.Equal(
            ["consistency", "inclusion", "subtreeconsistency", "subtreeinclusion"],
            Directory.GetDirectories(Path.Combine(Vectors.Folder("merkle"), "testdata")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
