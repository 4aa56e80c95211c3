using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;

namespace Governance.Ledger;

/// <summary>
/// Gives the hash of a perfect subtree: level 0 holds the leaf hashes, and the node at (level, index) covers the leaves
/// from index·2^level to (index+1)·2^level-1. It is asked only for nodes that the tree's size completes.
/// </summary>
/// <returns>32 bytes.</returns>
public delegate byte[] NodeSource(int level, long index);

/// <summary>
/// The Merkle tree of RFC 6962, section 2.1, and its proofs (verified as RFC 9162, sections 2.1.3.2 and 2.1.4.2, lay
/// down). Sizes and indexes run from 0 to 2^63-1; every hash is a SHA-256 of 32 bytes.
/// </summary>
public static class Merkle
{
    /// <summary>The length of a hash, in bytes.</summary>
    public const int HashSize = 32;

    /// <summary>The root of a tree without leaves: the SHA-256 of nothing.</summary>
    public static byte[] EmptyRoot() => SHA256.HashData([]);

    /// <summary>The hash of a leaf: SHA-256(0x00 ‖ entry).</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> entry)
    {
        var hash = new byte[HashSize];
        LeafHash(entry, hash);
        return hash;
    }

    /// <summary>Writes the hash of a leaf to 32 bytes of <paramref name="destination"/>.</summary>
    public static void LeafHash(ReadOnlySpan<byte> entry, Span<byte> destination)
    {
        // The one-shot hash is several times faster than an incremental one, and wants its input in one piece.
        const int onStack = 1024;
        byte[]? rented = null;
        var input = entry.Length < onStack
            ? stackalloc byte[onStack]
            : rented = ArrayPool<byte>.Shared.Rent(entry.Length + 1);
        input[0] = 0;
        entry.CopyTo(input[1..]);
        SHA256.HashData(input[..(entry.Length + 1)], destination);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
    }

    /// <summary>The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).</summary>
    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var hash = new byte[HashSize];
        NodeHash(left, right, hash);
        return hash;
    }

    /// <summary>Writes the hash of an inner node to 32 bytes of <paramref name="destination"/>, which may overlap the inputs.</summary>
    public static void NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> destination)
    {
        Span<byte> input = stackalloc byte[1 + (2 * HashSize)];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + left.Length)..]);
        SHA256.HashData(input[..(1 + left.Length + right.Length)], destination);
    }

    /// <summary>The root of the tree's first <paramref name="size"/> leaves.</summary>
    public static byte[] Root(long size, NodeSource nodes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return size == 0 ? EmptyRoot() : Range(0, size, nodes);
    }

    /// <summary>The inclusion proof of a leaf in the tree of a size: hashes from the leaf's sibling up.</summary>
    public static byte[][] InclusionProof(long index, long size, NodeSource nodes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var proof = new List<byte[]>();
        long low = 0, high = size;
        while (high - low > 1)
        {
            var middle = low + Split(high - low);
            if (index < middle)
            {
                proof.Add(Range(middle, high, nodes));
                high = middle;
            }
            else
            {
                proof.Add(Range(low, middle, nodes));
                low = middle;
            }
        }

        proof.Reverse();
        return [.. proof];
    }

    /// <summary>The proof that the tree of <paramref name="oldSize"/> leaves is the beginning of the one of <paramref name="size"/>.</summary>
    /// <remarks>Empty for an old size of 0 and for equal sizes: there is nothing to prove.</remarks>
    public static byte[][] ConsistencyProof(long oldSize, long size, NodeSource nodes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, size);
        if (oldSize == 0 || oldSize == size)
            return [];

        var proof = new List<byte[]>();
        long low = 0, high = size;
        while (high != oldSize)
        {
            var middle = low + Split(high - low);
            if (oldSize <= middle)
            {
                proof.Add(Range(middle, high, nodes));
                high = middle;
            }
            else
            {
                proof.Add(Range(low, middle, nodes));
                low = middle;
            }
        }

        // The old tree's last subtree is known to whoever holds the old root only if it is the whole old tree.
        if (low > 0)
            proof.Add(Range(low, high, nodes));
        proof.Reverse();
        return [.. proof];
    }

    /// <summary>Whether a proof shows that the leaf stands at the index in the tree of this size and root.</summary>
    public static bool VerifyInclusion(
        long index, long size, ReadOnlySpan<byte> leafHash, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size || leafHash.Length != HashSize || root.Length != HashSize)
            return false;

        Span<byte> hash = stackalloc byte[HashSize];
        leafHash.CopyTo(hash);
        long node = index, last = size - 1;
        foreach (var sibling in proof)
        {
            if (last == 0 || sibling is not { Length: HashSize })
                return false;
            if ((node & 1) == 1 || node == last)
            {
                NodeHash(sibling, hash, hash);
                // A last node without a sibling is carried up unhashed.
                var carried = (node & 1) == 1 ? 0 : BitOperations.TrailingZeroCount(node);
                node >>= carried;
                last >>= carried;
            }
            else
            {
                NodeHash(hash, sibling, hash);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && hash.SequenceEqual(root);
    }

    /// <summary>Whether a proof shows that the first tree is the beginning of the second.</summary>
    /// <remarks>An old size of 0 is refused, since nothing can be proved of it; a witness treats that case on its own.</remarks>
    public static bool VerifyConsistency(
        long oldSize, long size, ReadOnlySpan<byte> oldRoot, ReadOnlySpan<byte> root, IReadOnlyList<byte[]> proof)
    {
        if (oldSize <= 0 || oldSize > size || oldRoot.Length != HashSize || root.Length != HashSize)
            return false;
        if (oldSize == size)
            return proof.Count == 0 && oldRoot.SequenceEqual(root);

        var next = 0;
        scoped ReadOnlySpan<byte> start;
        if (BitOperations.IsPow2(oldSize))
        {
            start = oldRoot;
        }
        else
        {
            if (proof.Count == 0 || proof[0] is not { Length: HashSize })
                return false;
            start = proof[next++];
        }

        Span<byte> oldHash = stackalloc byte[HashSize];
        Span<byte> newHash = stackalloc byte[HashSize];
        start.CopyTo(oldHash);
        start.CopyTo(newHash);
        var skipped = BitOperations.TrailingZeroCount(~(oldSize - 1));
        long node = (oldSize - 1) >> skipped, last = (size - 1) >> skipped;
        for (; next < proof.Count; next++)
        {
            var sibling = proof[next];
            if (last == 0 || sibling is not { Length: HashSize })
                return false;
            if ((node & 1) == 1 || node == last)
            {
                NodeHash(sibling, oldHash, oldHash);
                NodeHash(sibling, newHash, newHash);
                var carried = (node & 1) == 1 || node == 0 ? 0 : BitOperations.TrailingZeroCount(node);
                node >>= carried;
                last >>= carried;
            }
            else
            {
                NodeHash(newHash, sibling, newHash);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && oldHash.SequenceEqual(oldRoot) && newHash.SequenceEqual(root);
    }

    // The largest power of two below n, at which RFC 6962 splits n leaves.
    private static long Split(long n) => 1L << BitOperations.Log2((ulong)(n - 1));

    // The hash of the leaves [low, high), where low is a multiple of a power of two not smaller than the range.
    private static byte[] Range(long low, long high, NodeSource nodes)
    {
        var count = high - low;
        if (BitOperations.IsPow2(count))
        {
            var level = BitOperations.Log2((ulong)count);
            return nodes(level, low >> level);
        }

        var middle = low + Split(count);
        return NodeHash(Range(low, middle, nodes), Range(middle, high, nodes));
    }
}
