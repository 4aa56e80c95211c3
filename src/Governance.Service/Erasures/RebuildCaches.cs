using System.Collections.Immutable;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Erasures;

/// <summary>
/// Makes every stored copy again that no key opens any more, from the ledger and what is left of its disclosures: what an
/// operator runs after an older copy of the data was put back (docs/erasure.md).
/// </summary>
public sealed record RebuildCaches : Command<ImmutableArray<string>>, IErases
{
    public sealed class Handler(Session session, ProposalCaches caches, KeyStore keys, LedgerStore ledger) : IRequestHandler<RebuildCaches, ImmutableArray<string>>
    {
        /// <summary>One sentence for each thing that was done.</summary>
        public async Task<ImmutableArray<string>> Handle(RebuildCaches request, CancellationToken cancellationToken)
        {
            await ledger.HoldAsync();
            var done = ImmutableArray.CreateBuilder<string>();
            foreach (var (digest, seq, proposal) in await Unreadable.DisclosuresAsync(session, keys)) await MarkAsync(digest, seq, proposal);
            foreach (var proposal in await Unreadable.ProposalsAsync(session, keys))
            {
                if (proposal.Phase == "Draft")
                {
                    foreach (var table in new[] { "work_item", "review_draft", "proposal_draft", "proposal_person" })
                        await session.ExecuteAsync($"DELETE FROM {table} WHERE proposal = @Id", proposal);
                    await session.ExecuteAsync("DELETE FROM proposal WHERE id = @Id", proposal);
                    done.Add($"{proposal.Reference} was a draft that had been erased. It was taken away again.");
                    continue;
                }
                await caches.RewriteAsync(proposal.Id, proposal.Reference, new HashSet<string>(), new HashSet<string>(), null);
                done.Add($"{proposal.Reference} was made again from the ledger.");
            }
            foreach (var sha256 in await Unreadable.DocumentsAsync(session, keys))
            {
                await session.ExecuteAsync("DELETE FROM document WHERE sha256 = @sha256", new { sha256 });
                done.Add($"The document {sha256[..12]}… had been erased. What was left of it was taken away.");
            }
            return done.ToImmutable();
        }

        /// <summary>Erases a value again. The entry that said so is not in this copy of the data.</summary>
        async Task MarkAsync(string digest, long seq, string? proposal)
        {
            var erased = keys.FindErased(digest) ?? new ErasedValue { Digest = digest, Class = "personal" };
            await session.ExecuteAsync("DELETE FROM ledger_disclosure WHERE seq = @seq AND digest = @digest", new { seq, digest });
            await session.ExecuteAsync(
                "INSERT INTO erased_disclosure (digest, seq, proposal, path, class, many, erased_in) VALUES (@digest, @seq, @proposal, @Path, @Class, @Many, -1)",
                new { digest, seq, proposal, erased.Path, erased.Class, erased.Many });
        }
    }
}

/// <summary>Finds what is stored and no key opens. What is sealed begins with its key's id, so the rest of it is not read.</summary>
static class Unreadable
{
    public static async Task<IReadOnlyList<ProposalRow>> ProposalsAsync(Session session, KeyStore keys)
    {
        var there = keys.Ids();
        var rows = await session.QueryAsync<ProposalRow>("SELECT id, reference, phase, SUBSTRING(state, 1, 9) AS box FROM proposal ORDER BY id");
        var others = (await session.QueryAsync<PartRow>(
            """
            SELECT proposal, SUBSTRING(answers, 1, 9) AS box FROM proposal_revision
            UNION ALL SELECT proposal, SUBSTRING(answers, 1, 9) AS box FROM proposal_draft
            UNION ALL SELECT proposal, SUBSTRING(content, 1, 9) AS box FROM review_draft
            """))
            .Where(p => !there.Contains(Sealing.KeyIdOf(p.Box))).Select(p => p.Proposal).ToHashSet();
        return [.. rows.Where(r => !there.Contains(Sealing.KeyIdOf(r.Box)) || others.Contains(r.Id))];
    }

    /// <summary>Digests of disclosures whose keys an erasure destroyed.</summary>
    public static async Task<IReadOnlyList<(string Digest, long Seq, string? Proposal)>> DisclosuresAsync(Session session, KeyStore keys)
    {
        var there = keys.Ids();
        var rows = await session.QueryAsync<DisclosureRow>("SELECT digest, seq, proposal, SUBSTRING(disclosure, 1, 9) AS box FROM ledger_disclosure");
        return [.. rows.Where(r => !there.Contains(Sealing.KeyIdOf(r.Box)) && keys.FindValueKey(r.Digest) is null).Select(r => (r.Digest, r.Seq, r.Proposal))];
    }

    public static async Task<IReadOnlyList<string>> DocumentsAsync(Session session, KeyStore keys)
    {
        var there = keys.Ids();
        var rows = await session.QueryAsync<DisclosureRow>("SELECT sha256 AS digest, SUBSTRING(content, 1, 9) AS box FROM document");
        return [.. rows.Where(r => !there.Contains(Sealing.KeyIdOf(r.Box))).Select(r => r.Digest)];
    }

    internal sealed record ProposalRow
    {
        public long Id { get; init; }
        public string Reference { get; init; } = "";
        public string Phase { get; init; } = "";
        public byte[] Box { get; init; } = [];
    }

    sealed record PartRow
    {
        public long Proposal { get; init; }
        public byte[] Box { get; init; } = [];
    }

    sealed record DisclosureRow
    {
        public string Digest { get; init; } = "";
        public long Seq { get; init; }
        public string? Proposal { get; init; }
        public byte[] Box { get; init; } = [];
    }
}
