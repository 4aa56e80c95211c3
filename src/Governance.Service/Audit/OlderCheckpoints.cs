using System.Text;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review;
using Governance.Service.Data;

namespace Governance.Service.Audit;

/// <summary>
/// Which older checkpoints an export proves growth from: those under which the same trail was exported before, because
/// whoever took those exports kept them, and the one that is asked for by its size.
/// </summary>
static class OlderCheckpoints
{
    // Enough for years of yearly audits; an auditor with another one asks for it by its size.
    const int Most = 50, ExportsLookedAt = 500;

    /// <param name="tree">The tree at the size of <paramref name="now"/>.</param>
    /// <param name="since">The size of a checkpoint that the caller kept, or null.</param>
    /// <exception cref="InvalidException">No checkpoint of that size was ever signed.</exception>
    public static async Task<IReadOnlyList<BundleConsistency>> ReadAsync(Session session, TiledTree tree, string reference, StoredCheckpoint now, long? since)
    {
        var found = new SortedDictionary<long, StoredCheckpoint>();
        if (since is not null)
        {
            var asked = await session.FirstAsync<StoredCheckpoint>("SELECT size, root, note, at FROM ledger_checkpoint WHERE size = @since", new { since })
                ?? throw new InvalidException("Since", "No checkpoint of that size was ever signed here. If you hold one, keep it and ask why.");
            found[asked.Size] = asked;
        }
        var exports = await session.QueryAsync<byte[]>(
            $"SELECT entry FROM ledger_entry WHERE kind = 'trail.exported' AND seq < @size ORDER BY seq DESC {session.Database.Take}",
            new { size = now.Size, take = ExportsLookedAt });
        foreach (var export in exports.Select(e => Entry.Parse(e)).Where(e => e.Data["reference"]?.GetValue<string>() == reference))
        {
            // Each export is followed by a checkpoint of its own: the first that covers its entry.
            var signed = await session.FirstAsync<StoredCheckpoint>(
                $"SELECT size, root, note, at FROM ledger_checkpoint WHERE size > @seq ORDER BY size {session.Database.Take}", new { seq = export.Seq, take = 1 });
            if (signed is not null) found.TryAdd(signed.Size, signed);
            if (found.Count >= Most) break;
        }
        found.Remove(now.Size);
        return [.. found.Values.Select(c => new BundleConsistency(Encoding.UTF8.GetBytes(c.Note), Merkle.ConsistencyProof(c.Size, now.Size, tree.Node)))];
    }
}
