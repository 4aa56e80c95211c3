using Governance.Ledger;

namespace Governance.Service.Data;

/// <summary>Keeps the heads tree and logs its root, in the transaction that signs the checkpoint after it.</summary>
public sealed class HeadsStore(Session session, LedgerStore ledger)
{
    /// <summary>The actor and role of entries that the service makes by itself.</summary>
    const string Service = "service";

    /// <summary>Brings the tree up to date with every trail that grew, and appends the entry with its root.</summary>
    public async Task AppendAsync()
    {
        // The end of the log is read before the trails. So whoever appends in between, by whatever mistake, takes this entry's
        // number, and this transaction is undone; the other way round a root that fits no log would be signed.
        var now = await ledger.NowAsync();
        var before = await session.ScalarAsync<long?>("SELECT MAX(seq) FROM ledger_entry WHERE kind = @kind", new { kind = Heads.Kind }) ?? -1;
        var grown = await session.QueryAsync<TrailHead>(
            """
            SELECT proposal, pord, count, last FROM ledger_proposal_head
            WHERE proposal IN (SELECT proposal FROM ledger_entry WHERE seq > @before AND proposal IS NOT NULL)
            ORDER BY pord
            """,
            new { before });
        var size = await session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_proposal_head");
        var made = await session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_heads_node WHERE level = 0");
        foreach (var trail in grown)
        {
            // Several may be new: each is set in a tree that holds none after it.
            made = Math.Max(made, trail.Pord + 1);
            Heads.Set(trail.Pord, Heads.LeafHash(trail.Proposal, trail.Count, trail.Last), made, Node, Store);
        }
        await ledger.AppendAsync(now, [new NewEntry
        {
            Kind = Heads.Kind,
            Actor = Service,
            Role = Service,
            Data = Heads.Data(size, Merkle.Root(size, Node)),
        }]);
    }

    /// <summary>The proof that a proposal's leaf is in the tree, as it is under the last checkpoint.</summary>
    public byte[][] Proof(long ordinal, long size) => Merkle.InclusionProof(ordinal, size, Node);

    byte[] Node(int level, long index) =>
        session.Scalar<byte[]>("SELECT hash FROM ledger_heads_node WHERE level = @level AND number = @index", new { level, index });

    void Store(int level, long index, byte[] hash)
    {
        var node = new { level, index, hash };
        if (session.Execute("UPDATE ledger_heads_node SET hash = @hash WHERE level = @level AND number = @index", node) == 0)
            session.Execute("INSERT INTO ledger_heads_node (level, number, hash) VALUES (@level, @index, @hash)", node);
    }

    sealed record TrailHead
    {
        public string Proposal { get; init; } = "";
        public long Pord { get; init; }
        public long Count { get; init; }
        public byte[] Last { get; init; } = [];
    }
}
