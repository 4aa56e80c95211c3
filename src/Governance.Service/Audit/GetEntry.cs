using Governance.Ledger;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>One entry with the proof that it is in the log: for auditors and administrators.</summary>
public sealed record GetEntry(Actor Actor, long Seq) : IQuery<EntryView>
{
    public sealed class Handler(Session session, LedgerStore ledger, CheckpointNotes notes, Witnesses witnesses) : IRequestHandler<GetEntry, EntryView>
    {
        public async Task<EntryView> Handle(GetEntry request, CancellationToken cancellationToken)
        {
            Oversight.Demand(request.Actor);
            var row = await session.FirstAsync<Row>("SELECT seq, entry, leaf FROM ledger_entry WHERE seq = @seq", new { seq = request.Seq })
                ?? throw new NotFoundException($"The log has no entry {request.Seq}.");
            var covering = await notes.CoveringAsync(row.Seq);
            return new EntryView(row.Seq, row.Entry, Convert.ToHexStringLower(row.Leaf), Proofs.Of(ledger, row.Seq, covering), Proofs.Witnessed(witnesses, covering));
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
/// <param name="Proof">The proof under a checkpoint with its cosignatures; null while none covers the entry.</param>
/// <param name="Witnessed">Enough witnesses cosigned that checkpoint; null where no witnesses are wanted.</param>
public sealed record EntryView(long Seq, byte[] Bytes, string Leaf, TlogProof? Proof, bool? Witnessed);

/// <summary>
/// Checks a receipt: whether the entry of that number has that leaf, and its proof. Whoever acted may check without any
/// right to read the log: number and leaf are all that is told, and both are already in their hands.
/// </summary>
public sealed record CheckReceipt(long Seq, string Leaf) : IQuery<ReceiptCheck>
{
    public sealed class Handler(Session session, LedgerStore ledger, CheckpointNotes notes, Witnesses witnesses) : IRequestHandler<CheckReceipt, ReceiptCheck>
    {
        public async Task<ReceiptCheck> Handle(CheckReceipt request, CancellationToken cancellationToken)
        {
            var leaf = await session.ScalarAsync<byte[]?>("SELECT leaf FROM ledger_entry WHERE seq = @seq", new { seq = request.Seq });
            var matches = leaf is not null && Convert.ToHexStringLower(leaf) == request.Leaf.Trim().ToLowerInvariant();
            var covering = matches ? await notes.CoveringAsync(request.Seq) : null;
            return new ReceiptCheck(matches, Proofs.Of(ledger, request.Seq, covering), Proofs.Witnessed(witnesses, covering));
        }
    }
}

/// <param name="Proof">The proof under a checkpoint with its cosignatures; null while none covers the entry.</param>
/// <param name="Witnessed">Enough witnesses cosigned that checkpoint; null where no witnesses are wanted.</param>
public sealed record ReceiptCheck(bool Matches, TlogProof? Proof, bool? Witnessed);

static class Proofs
{
    public static TlogProof? Of(LedgerStore ledger, long seq, CoveringCheckpoint? under) => under is null
        ? null
        : new TlogProof
        {
            Index = seq,
            Hashes = Merkle.InclusionProof(seq, under.Size, ledger.Tree(under.Size).Node),
            Checkpoint = under.Note.ToBytes(),
        };

    public static bool? Witnessed(Witnesses witnesses, CoveringCheckpoint? under) => witnesses.Wanted ? under is { Witnessed: true } : null;
}
