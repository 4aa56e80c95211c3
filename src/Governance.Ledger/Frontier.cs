using System.Buffers.Binary;
using System.Numerics;

namespace Governance.Ledger;

/// <summary>
/// All that is needed to append to a Merkle tree and to know its root: its size and the hash of each perfect subtree
/// along its right edge, largest first. Not safe for use by several threads at once.
/// </summary>
public sealed class Frontier
{
    private readonly byte[] hashes = new byte[63 * Merkle.HashSize];

    /// <summary>How many leaves were appended.</summary>
    public long Size { get; private set; }

    private int Count => BitOperations.PopCount((ulong)Size);

    /// <summary>Appends a leaf by its hash (32 bytes). Allocates nothing.</summary>
    public void Append(ReadOnlySpan<byte> leafHash)
    {
        if (leafHash.Length != Merkle.HashSize)
            throw new ArgumentException("A leaf hash is 32 bytes long.", nameof(leafHash));

        var at = Count * Merkle.HashSize;
        leafHash.CopyTo(hashes.AsSpan(at));
        // Each trailing one of the size is a subtree that the new leaf completes into one twice as large.
        for (var size = Size; (size & 1) == 1; size >>= 1)
        {
            at -= Merkle.HashSize;
            var left = hashes.AsSpan(at, Merkle.HashSize);
            Merkle.NodeHash(left, hashes.AsSpan(at + Merkle.HashSize, Merkle.HashSize), left);
        }

        Size = checked(Size + 1);
    }

    /// <summary>Another frontier of the same tree, to go on with while this one stays as it is.</summary>
    public Frontier Copy()
    {
        var copy = new Frontier { Size = Size };
        hashes.AsSpan(0, Count * Merkle.HashSize).CopyTo(copy.hashes);
        return copy;
    }

    /// <summary>The root of the tree as it stands.</summary>
    public byte[] Root()
    {
        if (Size == 0)
            return Merkle.EmptyRoot();

        var at = (Count - 1) * Merkle.HashSize;
        var root = hashes.AsSpan(at, Merkle.HashSize).ToArray();
        while (at > 0)
        {
            at -= Merkle.HashSize;
            Merkle.NodeHash(hashes.AsSpan(at, Merkle.HashSize), root, root);
        }

        return root;
    }

    /// <summary>The size (8 bytes, big-endian) and then 32 bytes for each one-bit of it.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[8 + (Count * Merkle.HashSize)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Size);
        hashes.AsSpan(0, bytes.Length - 8).CopyTo(bytes.AsSpan(8));
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="LedgerFormatException">The length does not fit the size.</exception>
    public static Frontier Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
            throw new LedgerFormatException("A frontier is at least 8 bytes long.");
        var frontier = new Frontier { Size = BinaryPrimitives.ReadInt64BigEndian(bytes) };
        if (frontier.Size < 0 || bytes.Length != 8 + (frontier.Count * Merkle.HashSize))
            throw new LedgerFormatException($"A frontier of {bytes.Length} bytes cannot belong to a tree of size {frontier.Size}.");
        bytes[8..].CopyTo(frontier.hashes);
        return frontier;
    }
}
