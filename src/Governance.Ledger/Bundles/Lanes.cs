using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Governance.Ledger.Bundles;

/// <summary>
/// SHA-256 (FIPS 180-4) of eight short messages of one length class at once, one in each lane of a vector. Calling the
/// framework costs more than hashing an inner node does: a tree of a million leaves has a million of them. Where the
/// processor has no such vectors, and for what is left over, the framework is asked. Tests compare the two.
/// </summary>
/// <remarks>Nothing here is secret, so that nothing needs to take the same time for all messages. Not for several threads at once.</remarks>
public sealed class Lanes : IDisposable
{
    /// <summary>How many messages are hashed together.</summary>
    public const int Width = 8;

    private const int BlockSize = 64;
    private const int LengthField = 8;

    private readonly IncrementalHash framework = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] node = new byte[1 + (2 * Merkle.HashSize)];
    private readonly byte[] padded = new byte[Width * 4 * BlockSize];

    /// <summary>Makes a hasher.</summary>
    public Lanes() => node[0] = 1;

    /// <summary>The longest message that <see cref="Hash"/> takes: with its padding it fills four blocks.</summary>
    public const int MaxMessage = (4 * BlockSize) - 1 - LengthField;

    /// <summary>
    /// Hashes pairs of neighbours into inner nodes of the Merkle tree: 64 bytes become 32. The result may be written over
    /// the beginning of the pairs.
    /// </summary>
    public void Nodes(ReadOnlySpan<byte> pairs, Span<byte> nodes)
    {
        var count = pairs.Length / (2 * Merkle.HashSize);
        var done = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; count - done >= Width; done += Width)
                EightNodes(pairs.Slice(done * 2 * Merkle.HashSize, Width * 2 * Merkle.HashSize), nodes.Slice(done * Merkle.HashSize, Width * Merkle.HashSize));
        }

        for (; done < count; done++)
        {
            pairs.Slice(done * 2 * Merkle.HashSize, 2 * Merkle.HashSize).CopyTo(node.AsSpan(1));
            framework.AppendData(node);
            framework.GetHashAndReset(nodes.Slice(done * Merkle.HashSize, Merkle.HashSize));
        }
    }

    /// <summary>Hashes up to eight messages, each of at most <see cref="MaxMessage"/> bytes, that stand one behind the other.</summary>
    public void Hash(ReadOnlySpan<byte> messages, ReadOnlySpan<int> lengths, Span<byte> hashes)
    {
        var blocks = lengths.IsEmpty ? 0 : Blocks(lengths[0]);
        var same = lengths.Length == Width && Vector256.IsHardwareAccelerated;
        foreach (var length in lengths)
            same &= Blocks(length) == blocks;
        if (same)
        {
            EightMessages(messages, lengths, blocks, hashes);
            return;
        }

        var at = 0;
        for (var i = 0; i < lengths.Length; i++)
        {
            framework.AppendData(messages.Slice(at, lengths[i]));
            framework.GetHashAndReset(hashes.Slice(i * Merkle.HashSize, Merkle.HashSize));
            at += lengths[i];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => framework.Dispose();

    private static int Blocks(int length) => (length + 1 + LengthField + BlockSize - 1) / BlockSize;

    private void EightMessages(ReadOnlySpan<byte> messages, ReadOnlySpan<int> lengths, int blocks, Span<byte> hashes)
    {
        Array.Clear(padded);
        var at = 0;
        for (var lane = 0; lane < Width; lane++)
        {
            var message = padded.AsSpan(lane * 4 * BlockSize, blocks * BlockSize);
            messages.Slice(at, lengths[lane]).CopyTo(message);
            message[lengths[lane]] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(message[^LengthField..], lengths[lane] * 8L);
            at += lengths[lane];
        }

        Span<Vector256<uint>> state = stackalloc Vector256<uint>[8];
        Span<Vector256<uint>> words = stackalloc Vector256<uint>[16];
        Begin(state);
        for (var block = 0; block < blocks; block++)
        {
            for (var t = 0; t < 16; t++)
                words[t] = Gather(padded, (block * BlockSize) + (4 * t), 4 * BlockSize);
            Compress(state, words);
        }

        Finish(state, hashes);
    }

    // The message is a one and 64 bytes: the bytes lie across the words by one, and the last of them begins the second block.
    private static void EightNodes(ReadOnlySpan<byte> pairs, Span<byte> nodes)
    {
        Span<Vector256<uint>> state = stackalloc Vector256<uint>[8];
        Span<Vector256<uint>> words = stackalloc Vector256<uint>[16];
        Begin(state);
        words[0] = Vector256.Create(0x01000000u) | (Gather(pairs, 0, BlockSize) >>> 8);
        for (var t = 1; t < 16; t++)
            words[t] = Gather(pairs, (4 * t) - 1, BlockSize);
        var second = (Gather(pairs, 60, BlockSize) << 24) | Vector256.Create(0x00800000u);
        Compress(state, words);
        words.Clear();
        words[0] = second;
        words[15] = Vector256.Create(65u * 8);
        Compress(state, words);
        Finish(state, nodes);
    }

    private static void Begin(Span<Vector256<uint>> state)
    {
        for (var i = 0; i < 8; i++)
            state[i] = Vector256.Create(Sha256Constants.Start[i]);
    }

    private static void Finish(ReadOnlySpan<Vector256<uint>> state, Span<byte> hashes)
    {
        for (var i = 0; i < 8; i++)
        {
            for (var lane = 0; lane < Width; lane++)
                BinaryPrimitives.WriteUInt32BigEndian(hashes[((lane * Merkle.HashSize) + (4 * i))..], state[i][lane]);
        }
    }

    private static Vector256<uint> Gather(ReadOnlySpan<byte> from, int at, int step)
    {
        ref var first = ref MemoryMarshal.GetReference(from[..((7 * step) + at + 4)]);
        return Vector256.Create(
            Word(ref first, at), Word(ref first, at + step), Word(ref first, at + (2 * step)), Word(ref first, at + (3 * step)),
            Word(ref first, at + (4 * step)), Word(ref first, at + (5 * step)), Word(ref first, at + (6 * step)), Word(ref first, at + (7 * step)));

        static uint Word(ref byte first, int at)
        {
            var word = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, at));
            return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> x, int by) => (x >>> by) | (x << (32 - by));

    // Compiled for good at once: a check of a log would be half over before the runtime saw how often this is called.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(Span<Vector256<uint>> state, Span<Vector256<uint>> words)
    {
        Vector256<uint> a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (var t = 0; t < 64; t++)
        {
            var word = words[t & 15];
            if (t >= 16)
            {
                var near = words[(t + 1) & 15];
                var far = words[(t + 14) & 15];
                word += (Rotate(near, 7) ^ Rotate(near, 18) ^ (near >>> 3)) + words[(t + 9) & 15] + (Rotate(far, 17) ^ Rotate(far, 19) ^ (far >>> 10));
                words[t & 15] = word;
            }

            var first = h + (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25)) + (g ^ (e & (f ^ g))) + Vector256.Create(Sha256Constants.Rounds[t]) + word;
            var second = (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22)) + ((a & b) | (c & (a | b)));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}

/// <summary>The constants of SHA-256 (FIPS 180-4, sections 4.2.2 and 5.3.3).</summary>
internal static class Sha256Constants
{
    public static readonly uint[] Rounds =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
        0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
        0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
        0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
        0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
        0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    public static readonly uint[] Start = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
}
