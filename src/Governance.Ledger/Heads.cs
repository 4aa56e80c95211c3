using System.Text.Json.Nodes;

namespace Governance.Ledger;

/// <summary>
/// The heads tree (ledger.md, "Structure"): one leaf a proposal, at the proposal's ordinal, that says how many entries its
/// trail has and which is the last. Its root is logged right before every checkpoint, so that a trail can be shown to be
/// complete: nothing left out at its end.
/// </summary>
public static class Heads
{
    /// <summary>The kind of the entry that holds the root.</summary>
    public const string Kind = "heads";

    /// <summary>What the leaf of a proposal is the hash of: canonical <c>{count, last, proposal}</c>.</summary>
    /// <param name="proposal">The proposal's reference.</param>
    /// <param name="count">How many entries its trail has.</param>
    /// <param name="last">The leaf hash of its last entry.</param>
    public static byte[] LeafBytes(string proposal, long count, ReadOnlySpan<byte> last) => CanonicalJson.Write(new JsonObject
    {
        ["count"] = count,
        ["last"] = Convert.ToHexStringLower(last),
        ["proposal"] = proposal,
    });

    /// <summary>The leaf hash of a proposal in the heads tree.</summary>
    public static byte[] LeafHash(string proposal, long count, ReadOnlySpan<byte> last) => Merkle.LeafHash(LeafBytes(proposal, count, last));

    /// <summary>The data of the entry that logs a root.</summary>
    public static JsonObject Data(long proposals, ReadOnlySpan<byte> root) => new()
    {
        ["proposals"] = proposals,
        ["root"] = Convert.ToHexStringLower(root),
    };

    /// <summary>The number of proposals and the root that an entry logs.</summary>
    /// <exception cref="LedgerFormatException">The entry does not log a heads tree.</exception>
    public static (long Proposals, byte[] Root) Read(Entry entry)
    {
        if (entry.Kind != Kind || entry.Data.Count != 2
            || entry.Data["proposals"] is not JsonValue proposals || !proposals.TryGetValue<long>(out var count) || count < 0
            || entry.Data["root"] is not JsonValue root || !root.TryGetValue<string>(out var hex) || !StrictText.IsSha256Hex(hex))
        {
            throw new LedgerFormatException($"Entry {entry.Seq} does not hold the number of proposals and the root of a heads tree.");
        }
        return (count, Convert.FromHexString(hex));
    }

    /// <summary>
    /// Sets one leaf and every complete node above it. Unlike the log's, leaves of this tree change; about log2 of the
    /// number of proposals hashes are made each time.
    /// </summary>
    /// <param name="ordinal">The leaf's index. New leaves must be set in order.</param>
    /// <param name="size">How many leaves the tree has, this one included.</param>
    /// <param name="nodes">Gives nodes that are stored.</param>
    /// <param name="store">Stores a node at a level and index.</param>
    public static void Set(long ordinal, byte[] leafHash, long size, NodeSource nodes, Action<int, long, byte[]> store)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ordinal, size);
        store(0, ordinal, leafHash);
        for (var level = 0; ; level++)
        {
            var parent = ordinal >> (level + 1);
            if ((parent + 1) << (level + 1) > size)
                return;
            store(level + 1, parent, Merkle.NodeHash(nodes(level, 2 * parent), nodes(level, (2 * parent) + 1)));
        }
    }
}
