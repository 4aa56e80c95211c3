using System.Buffers.Binary;
using Governance.Ledger;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>
/// A tile of hashes under the last checkpoint (C2SP tlog-tiles). Anybody may have it: a hash of an entry with a random
/// nonce in it tells nothing. Full tiles are stored, partial ones are made.
/// </summary>
/// <param name="Tile">At most as wide as the last checkpoint makes it.</param>
public sealed record GetTile(TileId Tile) : IQuery<byte[]>
{
    public sealed class Handler(Session session, LedgerStore ledger) : IRequestHandler<GetTile, byte[]>
    {
        public async Task<byte[]> Handle(GetTile request, CancellationToken cancellationToken)
        {
            var tile = request.Tile;
            var size = await Tiles.DemandSignedAsync(session, tile.Level, tile.Index, tile.Width);
            var stored = await session.ScalarAsync<byte[]?>("SELECT hashes FROM ledger_tile WHERE level = @level AND number = @number", new { level = tile.Level, number = tile.Index });
            if (stored is not null) return stored[..(tile.Width * Merkle.HashSize)];
            return ledger.Tree(size).Build(tile);
        }
    }
}

/// <summary>
/// The entries behind a tile of level 0 (C2SP tlog-tiles, "entry bundle"): each with its length before it, as two bytes,
/// the larger first. For auditors and administrators: entries name nobody, but they tell how votes go before those who
/// still have to vote may know.
/// </summary>
public sealed record GetEntryBundle(Actor Actor, long Index, int Width) : IQuery<byte[]>
{
    public sealed class Handler(Session session) : IRequestHandler<GetEntryBundle, byte[]>
    {
        public async Task<byte[]> Handle(GetEntryBundle request, CancellationToken cancellationToken)
        {
            Oversight.Demand(request.Actor);
            await Tiles.DemandSignedAsync(session, 0, request.Index, request.Width);
            var first = request.Index * TileId.FullWidth;
            var entries = await session.QueryAsync<byte[]>("SELECT entry FROM ledger_entry WHERE seq >= @first AND seq < @end ORDER BY seq", new { first, end = first + request.Width });
            using var bundle = new MemoryStream();
            Span<byte> length = stackalloc byte[2];
            foreach (var entry in entries)
            {
                BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)entry.Length));
                bundle.Write(length);
                bundle.Write(entry);
            }
            return bundle.ToArray();
        }
    }
}

static class Tiles
{
    /// <returns>The size of the last checkpoint, which fills the tile to that width.</returns>
    /// <exception cref="NotFoundException">It does not: what is not signed may still never have been, after a crash.</exception>
    public static async Task<long> DemandSignedAsync(Session session, int level, long index, int width)
    {
        var size = await session.ScalarAsync<long?>("SELECT MAX(size) FROM ledger_checkpoint") ?? 0;
        // As 128 bits, since an index from an address may be as large as it likes.
        return ((Int128)index * TileId.FullWidth) + width <= size >> (8 * level)
            ? size
            : throw new NotFoundException("The last checkpoint does not fill this tile. Ask for the tiles that its size calls for.");
    }
}
