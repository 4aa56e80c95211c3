using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Governance.Ledger.Bundles;

/// <summary>
/// SHA-256 (FIPS 180-4) of many messages of any length: sixteen at once, one in each lane of a vector, and as soon as one is
/// done the next takes its lane. Calling the framework for each entry costs almost as much as hashing it. Where the processor
/// has no AVX-512, the framework is asked. Tests compare the two.
/// </summary>
/// <remarks>Nothing here is secret, so that nothing needs to take the same time for all messages. Not for several threads at once.</remarks>
public sealed class LeafLanes : IDisposable
{
    private const int Lanes = 16;
    private const int BlockSize = 64;
    private const int LengthField = 8;

    private readonly IncrementalHash framework = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Lane[] lanes = new Lane[Lanes];
    // What stands behind a message's whole blocks, with the padding: one or two blocks a lane.
    private readonly byte[] tails = new byte[Lanes * 2 * BlockSize];
    // Word by word, each of all lanes.
    private readonly uint[] state = new uint[8 * Lanes];

    private struct Lane
    {
        /// <summary>Which message it hashes; -1 when it idles.</summary>
        public int Message;
        public int Next;
        public int WholeBlocks;
        public int TailBlocks;
    }

    /// <summary>Hashes messages that stand one behind the other.</summary>
    /// <param name="starts">Where each message starts in <paramref name="from"/>, and last where the last one ends.</param>
    /// <param name="hashes">Where the hashes go, 32 bytes each.</param>
    public void Hash(ReadOnlySpan<byte> from, ReadOnlySpan<int> starts, Span<byte> hashes)
    {
        if (Avx512BW.IsSupported)
            HashInLanes(from, starts, hashes);
        else
            HashOneByOne(from, starts, hashes);
    }

    /// <inheritdoc/>
    public void Dispose() => framework.Dispose();

    private void HashOneByOne(ReadOnlySpan<byte> from, ReadOnlySpan<int> starts, Span<byte> hashes)
    {
        for (var i = 0; i + 1 < starts.Length; i++)
        {
            framework.AppendData(from[starts[i]..starts[i + 1]]);
            framework.GetHashAndReset(hashes.Slice(i * Merkle.HashSize, Merkle.HashSize));
        }
    }

    private void HashInLanes(ReadOnlySpan<byte> from, ReadOnlySpan<int> starts, Span<byte> hashes)
    {
        var next = 0;
        var busy = 0;
        for (var lane = 0; lane < Lanes; lane++)
        {
            if (Load(from, starts, next, lane))
            {
                next++;
                busy++;
            }
        }

        ref var source = ref MemoryMarshal.GetReference(from);
        ref var tail = ref MemoryMarshal.GetArrayDataReference(tails);
        Span<Vector512<uint>> words = stackalloc Vector512<uint>[BlockSize / sizeof(uint)];
        while (busy > 0)
        {
            for (var i = 0; i < Lanes; i++)
            {
                ref var lane = ref lanes[i];
                if (lane.WholeBlocks > 0)
                {
                    words[i] = Vector512.LoadUnsafe(ref Unsafe.Add(ref source, lane.Next)).AsUInt32();
                    lane.Next += BlockSize;
                    lane.WholeBlocks--;
                }
                else if (lane.TailBlocks > 0)
                {
                    words[i] = Vector512.LoadUnsafe(ref Unsafe.Add(ref tail, ((2 * i) + 2 - lane.TailBlocks) * BlockSize)).AsUInt32();
                    lane.TailBlocks--;
                }
            }

            Transpose(words);
            Compress(MemoryMarshal.Cast<uint, Vector512<uint>>(state.AsSpan()), words);
            for (var i = 0; i < Lanes; i++)
            {
                if (lanes[i] is not { Message: >= 0, WholeBlocks: 0, TailBlocks: 0 })
                    continue;
                Finish(i, hashes.Slice(lanes[i].Message * Merkle.HashSize, Merkle.HashSize));
                if (Load(from, starts, next, i))
                    next++;
                else
                    busy--;
            }
        }
    }

    /// <summary>Puts a message into a lane; false when there is none left, and the lane idles.</summary>
    private bool Load(ReadOnlySpan<byte> from, ReadOnlySpan<int> starts, int message, int lane)
    {
        if (message + 1 >= starts.Length)
        {
            lanes[lane] = new Lane { Message = -1 };
            return false;
        }

        // Every byte that will be read is within this.
        var text = from[starts[message]..starts[message + 1]];
        var rest = text.Length % BlockSize;
        var tailBlocks = rest + 1 + LengthField > BlockSize ? 2 : 1;
        lanes[lane] = new Lane { Message = message, Next = starts[message], WholeBlocks = text.Length / BlockSize, TailBlocks = tailBlocks };
        var tail = tails.AsSpan((((2 * lane) + 2) - tailBlocks) * BlockSize, tailBlocks * BlockSize);
        tail.Clear();
        text[^rest..].CopyTo(tail);
        tail[rest] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(tail[^LengthField..], text.Length * 8L);
        for (var i = 0; i < 8; i++)
            state[(i * Lanes) + lane] = Sha256Constants.Start[i];
        return true;
    }

    private void Finish(int lane, Span<byte> hash)
    {
        for (var i = 0; i < 8; i++)
            BinaryPrimitives.WriteUInt32BigEndian(hash[(4 * i)..], state[(i * Lanes) + lane]);
    }

    /// <summary>From sixteen blocks, one a lane, to sixteen words, each of all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(Span<Vector512<uint>> w)
    {
        var order = Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
        var bigEndian = Vector512.Create(Vector256.Create(order, order), Vector256.Create(order, order));
        // First within the four parts of each vector, four lanes at a time.
        for (var i = 0; i < 16; i += 4)
        {
            var a = Avx512BW.Shuffle(w[i].AsByte(), bigEndian).AsUInt32();
            var b = Avx512BW.Shuffle(w[i + 1].AsByte(), bigEndian).AsUInt32();
            var c = Avx512BW.Shuffle(w[i + 2].AsByte(), bigEndian).AsUInt32();
            var d = Avx512BW.Shuffle(w[i + 3].AsByte(), bigEndian).AsUInt32();
            var lowAb = Avx512F.UnpackLow(a, b).AsUInt64();
            var highAb = Avx512F.UnpackHigh(a, b).AsUInt64();
            var lowCd = Avx512F.UnpackLow(c, d).AsUInt64();
            var highCd = Avx512F.UnpackHigh(c, d).AsUInt64();
            w[i] = Avx512F.UnpackLow(lowAb, lowCd).AsUInt32();
            w[i + 1] = Avx512F.UnpackHigh(lowAb, lowCd).AsUInt32();
            w[i + 2] = Avx512F.UnpackLow(highAb, highCd).AsUInt32();
            w[i + 3] = Avx512F.UnpackHigh(highAb, highCd).AsUInt32();
        }

        // Then the parts among each other.
        const byte lowHalves = 0x44, highHalves = 0xEE, evenParts = 0x88, oddParts = 0xDD;
        for (var i = 0; i < 4; i++)
        {
            var lowAb = Avx512F.Shuffle4x128(w[i], w[i + 4], lowHalves);
            var highAb = Avx512F.Shuffle4x128(w[i], w[i + 4], highHalves);
            var lowCd = Avx512F.Shuffle4x128(w[i + 8], w[i + 12], lowHalves);
            var highCd = Avx512F.Shuffle4x128(w[i + 8], w[i + 12], highHalves);
            w[i] = Avx512F.Shuffle4x128(lowAb, lowCd, evenParts);
            w[i + 4] = Avx512F.Shuffle4x128(lowAb, lowCd, oddParts);
            w[i + 8] = Avx512F.Shuffle4x128(highAb, highCd, evenParts);
            w[i + 12] = Avx512F.Shuffle4x128(highAb, highCd, oddParts);
        }
    }

    // The last argument is a truth table: what comes of each three bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Xor(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) => Avx512F.TernaryLogic(a, b, c, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Choose(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) => Avx512F.TernaryLogic(a, b, c, 0xCA);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Majority(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) => Avx512F.TernaryLogic(a, b, c, 0xE8);

    // Compiled for good at once: a check of a log would be half over before the runtime saw how often this is called.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(Span<Vector512<uint>> state, Span<Vector512<uint>> words)
    {
        Vector512<uint> a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (var t = 0; t < 64; t++)
        {
            var word = words[t & 15];
            if (t >= 16)
            {
                var near = words[(t + 1) & 15];
                var far = words[(t + 14) & 15];
                word += Xor(Avx512F.RotateRight(near, 7), Avx512F.RotateRight(near, 18), near >>> 3) + words[(t + 9) & 15]
                    + Xor(Avx512F.RotateRight(far, 17), Avx512F.RotateRight(far, 19), far >>> 10);
                words[t & 15] = word;
            }

            var first = h + Xor(Avx512F.RotateRight(e, 6), Avx512F.RotateRight(e, 11), Avx512F.RotateRight(e, 25))
                + Choose(e, f, g) + Vector512.Create(Sha256Constants.Rounds[t]) + word;
            var second = Xor(Avx512F.RotateRight(a, 2), Avx512F.RotateRight(a, 13), Avx512F.RotateRight(a, 22)) + Majority(a, b, c);
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
