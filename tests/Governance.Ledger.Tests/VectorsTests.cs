namespace Governance.Ledger.Tests;

public sealed class VectorsTests
{
    [Fact]
    public void All_Merkle_vectors_are_used_except_those_for_subtree_proofs_which_are_not_built_here() =>
        Assert.Equal(
            ["consistency", "inclusion", "subtreeconsistency", "subtreeinclusion"],
            Directory.GetDirectories(Path.Combine(Vectors.Folder("merkle"), "testdata")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
