using System.Security.Cryptography;
using CsCheck;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>The hashes of many messages at once are those that the framework makes one by one.</summary>
public sealed class BundlesLanesTests
{
    [Fact]
    public void Inner_nodes_are_those_of_the_framework_for_any_number_of_pairs() =>
        Gen.Select(Gen.Int[0, 40], Gen.Byte.Array[64 * 40]).Sample(
            static (count, bytes) =>
            {
                using var lanes = new Lanes();
                var row = bytes[..(count * 64)];
                var expected = Enumerable.Range(0, count).SelectMany(i => Merkle.NodeHash(row.AsSpan(i * 64, 32), row.AsSpan((i * 64) + 32, 32))).ToArray();
                var nodes = new byte[count * 32];
                lanes.Nodes(row, nodes);
                Assert.Equal(expected, nodes);
                // Written over the pairs themselves, as a tree is folded.
                lanes.Nodes(row, row);
                Assert.Equal(expected, row[..(count * 32)]);
            },
            iter: 300);

    [Fact]
    public void Messages_of_every_length_hash_as_the_framework_hashes_them() =>
        Gen.Select(Gen.Int[0, Lanes.MaxMessage], Gen.Int[0, 12], Gen.Int[1, Lanes.Width], Gen.Byte.Array[Lanes.MaxMessage * Lanes.Width]).Sample(
            static (length, spread, count, bytes) =>
            {
                using var lanes = new Lanes();
                int[] lengths = [.. Enumerable.Range(0, count).Select(i => Math.Min(Lanes.MaxMessage, length + (i * spread / 8)))];
                var hashes = new byte[count * 32];
                lanes.Hash(bytes, lengths, hashes);
                var at = 0;
                for (var i = 0; i < count; at += lengths[i], i++)
                    Assert.Equal(SHA256.HashData(bytes.AsSpan(at, lengths[i])), hashes[(i * 32)..((i + 1) * 32)]);
            },
            iter: 3000);

    [Fact]
    public void Any_number_of_messages_of_any_lengths_hash_as_the_framework_hashes_them() =>
        Gen.Select(Gen.Int[0, 300].Array[0, 60], Gen.Byte.Array[300 * 60]).Sample(
            static (lengths, bytes) =>
            {
                using var lanes = new LeafLanes();
                var starts = new int[lengths.Length + 1];
                for (var i = 0; i < lengths.Length; i++)
                    starts[i + 1] = starts[i] + lengths[i];
                var hashes = new byte[lengths.Length * 32];
                lanes.Hash(bytes.AsSpan(0, starts[^1]), starts, hashes);
                for (var i = 0; i < lengths.Length; i++)
                    Assert.Equal(SHA256.HashData(bytes.AsSpan(starts[i], lengths[i])), hashes[(i * 32)..((i + 1) * 32)]);
            },
            iter: 1000);
}
