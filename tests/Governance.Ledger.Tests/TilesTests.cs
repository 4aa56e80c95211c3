using CsCheck;

namespace Governance.Ledger.Tests;

public sealed class TilesTests
{
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 999, 256, "tile/0/999")]
    [InlineData(1, 1000, 256, "tile/1/x001/000")]
    [InlineData(0, 1_234_067, 256, "tile/0/x001/x234/067")]
    [InlineData(0, 1_234_067, 5, "tile/0/x001/x234/067.p/5")]
    [InlineData(7, long.MaxValue, 255, "tile/7/x009/x223/x372/x036/x854/x775/807.p/255")]
    public void A_tile_has_one_path(int level, long index, int width, string path)
    {
        var tile = new TileId(level, index, width);
        Assert.Equal(path, tile.Path);
        Assert.True(TileId.TryParse(path, out var parsed));
        Assert.Equal(tile, parsed);
    }

    [Theory]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/1000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001/002")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/x001/x002")]
    [InlineData("tile/00/001")]
    [InlineData("tile/8/001")]
    [InlineData("tile/-1/001")]
    [InlineData("tile/0/001.p/0")]
    [InlineData("tile/0/001.p/256")]
    [InlineData("tile/0/001.p/05")]
    [InlineData("tile/0/001.p")]
    [InlineData("tile/0/001.p/")]
    [InlineData("tile/0/")]
    [InlineData("tile/0")]
    [InlineData("/tile/0/001")]
    [InlineData("tile/0/001/")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/0/x001/x001/x001/x001/x001/x001/x001/x001/001")]
    [InlineData("tile/entries/001")]
    [InlineData("tile/0/٠٠١")]
    [InlineData("")]
    public void Other_spellings_are_refused(string path) => Assert.False(TileId.TryParse(path, out _));

    [Fact]
    public void Any_path_is_read_back() =>
        Gen.Select(Gen.Int[0, 7], Gen.Long[0, long.MaxValue], Gen.Int[1, 256]).Sample(static (level, index, width) =>
            TileId.TryParse(new TileId(level, index, width).Path, out var tile) && tile == new TileId(level, index, width));

    [Fact]
    public void The_path_vectors_are_judged_as_they_say_once_their_tile_height_is_dropped()
    {
        var vectors = Vectors.Json("rfc6962", "rfc6962-and-tiles.json");
        var example = vectors.GetProperty("c2sp_index_example");
        Assert.Equal("tile/0/" + example.GetProperty("path").GetString(), new TileId(0, example.GetProperty("n").GetInt64()).Path);
        // Those vectors write tile/H/L/N; without H they are ours.
        static string Ours(string path) => "tile/" + path.Split('/', 3)[2];
        Assert.All(vectors.GetProperty("tile_paths_valid").EnumerateArray(), static p =>
        {
            Assert.True(TileId.TryParse(Ours(p.GetString()!), out var tile));
            Assert.Equal(Ours(p.GetString()!), tile.Path);
        });
        Assert.All(vectors.GetProperty("tile_paths_invalid").EnumerateArray(), static p =>
            Assert.False(TileId.TryParse(Ours(p.GetString()!), out _)));
    }

    [Fact]
    public void A_tree_of_70000_leaves_has_the_full_tiles_of_the_specifications_example()
    {
        var tiles = TileId.CompletedBetween(0, 70_000).ToList();
        Assert.Equal(273, tiles.Count(static t => t.Level == 0));
        Assert.Equal(1, tiles.Count(static t => t.Level == 1));
        Assert.Equal(274, tiles.Count);
        var example = Vectors.Json("rfc6962", "rfc6962-and-tiles.json").GetProperty("c2sp_tree_70000");
        Assert.Equal(example.GetProperty("level0_full").GetInt32(), tiles.Count(static t => t.Level == 0));
        Assert.Equal(example.GetProperty("level1_full").GetInt32(), tiles.Count(static t => t.Level == 1));
    }

    [Fact]
    public void Growing_in_steps_completes_each_tile_once() =>
        Gen.Long[0, 2000].Array[0, 6].Sample(static sizes =>
        {
            long[] steps = [0, .. sizes.Order()];
            var completed = steps.Zip(steps.Skip(1)).SelectMany(static s => TileId.CompletedBetween(s.First, s.Second));
            Assert.Equal(TileId.CompletedBetween(0, steps[^1]), completed);
        });

    [Fact]
    public void Proofs_from_stored_tiles_verify_against_the_frontiers_roots()
    {
        const int size = 66_400;
        var leaves = new byte[size][];
        var frontier = new Frontier();
        var roots = new Dictionary<long, byte[]>();
        var store = new Dictionary<TileId, byte[]>();
        byte[] Stored(TileId tile) => store[tile];
        long written = 0;
        for (var i = 0; i < size; i++)
        {
            leaves[i] = Merkle.LeafHash(BitConverter.GetBytes(i));
            frontier.Append(leaves[i]);
            roots[i + 1] = frontier.Root();
            if (i % 777 == 0 || i == size - 1)
            {
                var growing = new TiledTree(i + 1, Stored, n => leaves[n]);
                foreach (var tile in TileId.CompletedBetween(written, i + 1))
                    store.Add(tile, growing.Build(tile));
                written = i + 1;
            }
        }

        // Only leaves behind the last full tile may be asked for: the others live in tiles.
        var tree = new TiledTree(size, Stored, n => n >= size / 256 * 256 ? leaves[n] : throw new InvalidDataException("A leaf was read that a tile holds."));
        Assert.Equal(frontier.Root(), Merkle.Root(size, tree.Node));
        Gen.Select(Gen.Long[1, size], Gen.Long[1, size]).Sample(
            (one, other) =>
            {
                var (old, now) = (Math.Min(one, other), Math.Max(one, other));
                var index = old - 1;
                Assert.Equal(roots[old], Merkle.Root(old, tree.Node));
                Assert.True(Merkle.VerifyConsistency(old, now, roots[old], roots[now], Merkle.ConsistencyProof(old, now, tree.Node)));
                Assert.True(Merkle.VerifyInclusion(index, now, leaves[index], Merkle.InclusionProof(index, now, tree.Node), roots[now]));
            },
            iter: 200,
            threads: 1);

        var partial = tree.Build(new TileId(1, 1, (size >> 8) - 256));
        Assert.Equal(((size >> 8) - 256) * 32, partial.Length);
        Assert.Equal(tree.Node(8, 256), partial[..32]);
    }

    [Fact]
    public void Nodes_that_the_tree_does_not_complete_are_refused()
    {
        var tree = new TiledTree(5, static _ => throw new InvalidDataException("No tile is full."), static _ => new byte[32]);
        Assert.Equal(32, tree.Node(2, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Node(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Node(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Build(new TileId(0, 0)));
        var damaged = new TiledTree(256, static _ => new byte[8191], static _ => new byte[32]);
        Assert.Throws<LedgerFormatException>(() => damaged.Node(8, 0));
    }
}
