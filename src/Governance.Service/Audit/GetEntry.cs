using Governance.Ledger;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>One entry with the proof that it is in the log: for auditors and administrators.</summary>
public sealed record GetEntry(Actor Actor, long Seq) : IQuery<EntryView>
{
    public sealed class Handler(Session session, LedgerStore ledger) : IRequestHandler<GetEntry, EntryView>
    {
        public async Task<EntryView> Handle(GetEntry request, CancellationToken cancellationToken)
        {
            Oversight.Demand(request.Actor);
            var row = await session.FirstAsync<Row>("SELECT seq, entry, leaf FROM ledger_entry WHERE seq = @seq", new { seq = request.Seq })
                ?? throw new NotFoundException($"The log has no entry {request.Seq}.");
            return new EntryView(row.Seq, row.Entry, Convert.ToHexStringLower(row.Leaf), await Proofs.OfAsync(session, ledger, row.Seq));
        }
    }

    sealed record Row
    {
        public long Seq { get; init; }
        public byte[] Entry { get; init; } = [];
        public byte[] Leaf { get; init; } = [];
    }
}

/// <param name="Bytes">The exact bytes that the leaf is the hash of.</param>
/// <param name="Proof">The proof under the last checkpoint; null while none covers the entry.</param>
public sealed record EntryView(long Seq, byte[] Bytes, string Leaf, TlogProof? Proof);

/// <summary>
/// Checks a receipt: whether the entry of that number has that leaf, and its proof. Whoever acted may check without any
/// right to read the log: number and leaf are all that is told, and both are already in their hands.
/// </summary>
public sealed record CheckReceipt(long Seq, string Leaf) : IQuery<ReceiptCheck>
{
    public sealed class Handler(Session session, LedgerStore ledger) : IRequestHandler<CheckReceipt, ReceiptCheck>
    {
        public async Task<ReceiptCheck> Handle(CheckReceipt request, CancellationToken cancellationToken)
        {
            var leaf = await session.ScalarAsync<byte[]?>("SELECT leaf FROM ledger_entry WHERE seq = @seq", new { seq = request.Seq });
            var matches = leaf is not null && Convert.ToHexStringLower(leaf) == request.Leaf.Trim().ToLowerInvariant();
            return new ReceiptCheck(matches, matches ? await Proofs.OfAsync(session, ledger, request.Seq) : null);
        }
    }
}

public sealed record ReceiptCheck(bool Matches, TlogProof? Proof);

static class Proofs
{
    public static async Task<TlogProof?> OfAsync(Session session, LedgerStore ledger, long seq)
    {
        var checkpoint = await session.FirstAsync<StoredCheckpoint>($"SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size DESC {session.Database.Take}", new { take = 1 });
        if (checkpoint is null || checkpoint.Size <= seq) return null;
        var tree = await ledger.TreeAsync(checkpoint.Size);
        return new TlogProof
        {
            Index = seq,
            Hashes = Merkle.InclusionProof(seq, checkpoint.Size, tree.Node),
            Checkpoint = System.Text.Encoding.UTF8.GetBytes(checkpoint.Note),
        };
    }
}
