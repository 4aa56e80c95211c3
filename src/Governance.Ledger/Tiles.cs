using System.Globalization;
using System.Text;

namespace Governance.Ledger;

/// <summary>
/// The name of a tile (C2SP <c>tlog-tiles</c>): a row of up to 256 hashes, which at tile level L are nodes of the tree's
/// level 8·L. A full tile never changes; a partial one is named by its width.
/// </summary>
/// <param name="Level">From 0, whose hashes are leaf hashes, to 7.</param>
/// <param name="Index">Counts the tiles of a level from 0.</param>
/// <param name="Width">How many hashes the tile holds, from 1 to 256.</param>
public readonly record struct TileId(int Level, long Index, int Width = TileId.FullWidth)
{
    /// <summary>The number of hashes in a full tile.</summary>
    public const int FullWidth = 256;

    /// <summary>The highest tile level that a tree of 2^63-1 leaves has.</summary>
    public const int MaxLevel = 7;

    /// <summary>Whether the tile holds all of its 256 hashes.</summary>
    public bool IsFull => Width == FullWidth;

    /// <summary>The path under a log's address, such as <c>tile/0/x001/x234/067.p/5</c>.</summary>
    public string Path
    {
        get
        {
            var path = new StringBuilder();
            var rest = Index;
            path.Append(CultureInfo.InvariantCulture, $"{rest % 1000:D3}");
            while ((rest /= 1000) > 0)
                path.Insert(0, string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:D3}/"));
            path.Insert(0, string.Create(CultureInfo.InvariantCulture, $"tile/{Level}/"));
            if (!IsFull)
                path.Append(CultureInfo.InvariantCulture, $".p/{Width}");
            return path.ToString();
        }
    }

    /// <summary>Reads a path; only the one spelling that <see cref="Path"/> gives is accepted.</summary>
    public static bool TryParse(string path, out TileId tile)
    {
        tile = default;
        var parts = path.Split('/');
        if (parts.Length is < 3 or > 11 || parts[0] != "tile" || !StrictText.TryDecimal(parts[1], out var level) || level > MaxLevel)
            return false;

        long width = FullWidth;
        var last = parts.Length - 1;
        if (parts[last - 1].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!StrictText.TryDecimal(parts[last], out width) || width is < 1 or >= FullWidth)
                return false;
            last--;
            parts[last] = parts[last][..^2];
        }

        Int128 index = 0;
        for (var i = 2; i <= last; i++)
        {
            var digits = i < last && parts[i].StartsWith('x') ? parts[i][1..] : parts[i];
            if (digits.Length != 3 || !digits.All(char.IsAsciiDigit))
                return false;
            index = (index * 1000) + int.Parse(digits, CultureInfo.InvariantCulture);
        }

        if (index > long.MaxValue)
            return false;
        tile = new TileId((int)level, (long)index, (int)width);
        // Written again and compared, so that superfluous x000/ or a missing x cannot name the same tile twice.
        return tile.Path == path;
    }

    /// <summary>
    /// The full tiles that growing a tree from one size to another completes, lower levels first: the order in which they
    /// can be built, since a tile of level L+1 is made of full tiles of level L.
    /// </summary>
    public static IEnumerable<TileId> CompletedBetween(long oldSize, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, oldSize);
        return Tiles(oldSize, size);

        static IEnumerable<TileId> Tiles(long oldSize, long size)
        {
            for (var level = 0; level < MaxLevel; level++)
            {
                var shift = 8 * (level + 1);
                for (var index = oldSize >> shift; index < size >> shift; index++)
                    yield return new TileId(level, index);
            }
        }
    }
}

/// <summary>
/// Any node of a tree whose hashes are kept as full tiles, with the leaf hashes behind the last full tile of level 0 read
/// one by one. Roots of tiles are remembered, so one object should answer all the questions about one size.
/// </summary>
public sealed class TiledTree
{
    private readonly Func<TileId, byte[]> fullTile;
    private readonly Func<long, byte[]> leafHash;
    private readonly Dictionary<TileId, byte[]> tiles = [];
    private readonly Dictionary<TileId, byte[]> roots = [];

    /// <param name="size">How many leaves the tree has.</param>
    /// <param name="fullTile">Gives the 8,192 bytes of a full tile.</param>
    /// <param name="leafHash">Gives the 32 bytes of a leaf hash by the leaf's index.</param>
    public TiledTree(long size, Func<TileId, byte[]> fullTile, Func<long, byte[]> leafHash)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Size = size;
        this.fullTile = fullTile;
        this.leafHash = leafHash;
    }

    /// <summary>How many leaves the tree has.</summary>
    public long Size { get; }

    /// <summary>The hash of a perfect subtree; fits <see cref="NodeSource"/>.</summary>
    public byte[] Node(int level, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (level > 62 || index >= Size >> level)
            throw new ArgumentOutOfRangeException(nameof(index), $"A tree of size {Size} has no complete node at level {level}, index {index}.");

        var tileLevel = level / 8;
        var within = level % 8;
        var row = new byte[Merkle.HashSize << within];
        var first = index << within;
        for (var i = 0; i < 1 << within; i++)
            TileHash(tileLevel, first + i).CopyTo(row.AsSpan(i * Merkle.HashSize));
        return Fold(row);
    }

    /// <summary>
    /// Builds a tile from the level below: from leaf hashes at level 0, else from full tiles, which must be there already.
    /// </summary>
    public byte[] Build(TileId tile)
    {
        var bytes = new byte[tile.Width * Merkle.HashSize];
        var first = tile.Index * TileId.FullWidth;
        if (first + tile.Width > Size >> (8 * tile.Level))
            throw new ArgumentOutOfRangeException(nameof(tile), $"A tree of size {Size} does not fill {tile.Path}.");
        for (var i = 0; i < tile.Width; i++)
            HashFromBelow(tile.Level, first + i).CopyTo(bytes.AsSpan(i * Merkle.HashSize));
        return bytes;
    }

    private ReadOnlySpan<byte> TileHash(int tileLevel, long position)
    {
        var tile = new TileId(tileLevel, position / TileId.FullWidth);
        return (tile.Index + 1) * TileId.FullWidth <= Size >> (8 * tileLevel)
            ? Load(tile).AsSpan((int)(position % TileId.FullWidth) * Merkle.HashSize, Merkle.HashSize)
            : HashFromBelow(tileLevel, position);
    }

    private byte[] HashFromBelow(int tileLevel, long position)
    {
        if (tileLevel == 0)
            return leafHash(position);
        var below = new TileId(tileLevel - 1, position);
        if (!roots.TryGetValue(below, out var root))
            roots[below] = root = Fold([.. Load(below)]);
        return root;
    }

    private byte[] Load(TileId tile)
    {
        if (tiles.TryGetValue(tile, out var bytes))
            return bytes;
        bytes = fullTile(tile);
        if (bytes.Length != TileId.FullWidth * Merkle.HashSize)
            throw new LedgerFormatException($"The tile {tile.Path} has {bytes.Length} bytes instead of {TileId.FullWidth * Merkle.HashSize}.");
        return tiles[tile] = bytes;
    }

    // Overwrites its argument: a row of a power of two of hashes is folded into the hash above them all.
    private static byte[] Fold(byte[] row)
    {
        for (var count = row.Length / Merkle.HashSize; count > 1; count /= 2)
        {
            for (var i = 0; i < count / 2; i++)
            {
                var pair = row.AsSpan(2 * i * Merkle.HashSize, 2 * Merkle.HashSize);
                Merkle.NodeHash(pair[..Merkle.HashSize], pair[Merkle.HashSize..], row.AsSpan(i * Merkle.HashSize, Merkle.HashSize));
            }
        }

        return row[..Merkle.HashSize];
    }
}
