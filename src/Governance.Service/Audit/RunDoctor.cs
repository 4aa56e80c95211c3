using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>
/// Looks the whole installation over: every entry is canonical and where it belongs, the tree of all leaves has the
/// head's root, every checkpoint is of that tree, and every proposal's row is the fold of its entries. It changes nothing.
/// </summary>
/// <param name="Progress">Told how far it is; may be null.</param>
public sealed record RunDoctor(IProgress<DoctorProgress>? Progress = null) : IQuery<DoctorReport>
{
    public sealed class Handler(Session session, TrailStore trails, Sealing sealing) : IRequestHandler<RunDoctor, DoctorReport>
    {
        const int Batch = 1000;

        public async Task<DoctorReport> Handle(RunDoctor request, CancellationToken cancellationToken)
        {
            var faults = new List<string>();
            var size = await CheckEntriesAsync(request.Progress, faults, cancellationToken);
            faults.AddRange(await SealedCheck.FindAsync(session, sealing));
            var proposals = await CheckFoldsAsync(request.Progress, faults, cancellationToken);
            return new DoctorReport(size, proposals, faults);
        }

        async Task<long> CheckEntriesAsync(IProgress<DoctorProgress>? progress, List<string> faults, CancellationToken ct)
        {
            var head = await session.FirstAsync<HeadRow>("SELECT size, root FROM ledger_head WHERE id = 1") ?? new HeadRow { Root = Merkle.EmptyRoot() };
            var checkpoints = (await session.QueryAsync<HeadRow>("SELECT size, root FROM ledger_checkpoint ORDER BY size")).ToDictionary(c => c.Size, c => c.Root);
            var frontier = new Frontier();
            var ends = new Dictionary<string, (long Count, string Last)>();
            var last = DateTimeOffset.MinValue;
            while (true)
            {
                ct.ThrowIfCancellationRequested();
                var rows = await session.QueryAsync<EntryRow>(
                    $"SELECT seq, entry, leaf FROM ledger_entry WHERE seq >= @from ORDER BY seq {session.Database.Take}", new { from = frontier.Size, take = Batch });
                if (rows.Count == 0) break;
                foreach (var row in rows)
                {
                    if (row.Seq != frontier.Size)
                    {
                        faults.Add($"Entry {frontier.Size} is missing.");
                        return frontier.Size;
                    }
                    var leaf = Merkle.LeafHash(row.Entry);
                    if (!leaf.AsSpan().SequenceEqual(row.Leaf)) faults.Add($"Entry {row.Seq}: its bytes are not those that the leaf was made of.");
                    frontier.Append(leaf);
                    CheckEntry(row, Convert.ToHexStringLower(leaf), ends, ref last, faults);
                    if (checkpoints.Remove(frontier.Size, out var signed) && !signed.AsSpan().SequenceEqual(frontier.Root()))
                        faults.Add($"The checkpoint of {frontier.Size} entries is not of these entries.");
                }
                progress?.Report(new DoctorProgress("entries", frontier.Size, head.Size));
            }
            if (frontier.Size != head.Size) faults.Add($"The head says {head.Size} entries, but there are {frontier.Size}.");
            else if (!frontier.Root().AsSpan().SequenceEqual(head.Root)) faults.Add("The head's root is not that of the entries.");
            foreach (var missing in checkpoints.Keys.Where(s => s > frontier.Size)) faults.Add($"{missing} entries were signed, but there are {frontier.Size}.");
            return frontier.Size;
        }

        static void CheckEntry(EntryRow row, string leaf, Dictionary<string, (long Count, string Last)> ends, ref DateTimeOffset last, List<string> faults)
        {
            try
            {
                var entry = Entry.Parse(row.Entry);
                if (entry.Seq != row.Seq) faults.Add($"Entry {row.Seq} says that it is entry {entry.Seq}.");
                if (entry.At < last) faults.Add($"Entry {row.Seq} is older than the one before it.");
                last = entry.At;
                if (entry.Proposal is null) return;
                var (count, previous) = ends.GetValueOrDefault(entry.Proposal, (0, ""));
                if (entry.ProposalSeq != count || (entry.ProposalPrevious ?? "") != previous)
                    faults.Add($"Entry {row.Seq} does not follow the last entry of {entry.Proposal}.");
                ends[entry.Proposal] = (count + 1, leaf);
            }
            catch (LedgerFormatException e)
            {
                faults.Add($"Entry {row.Seq}: {e.Message}");
            }
        }

        async Task<long> CheckFoldsAsync(IProgress<DoctorProgress>? progress, List<string> faults, CancellationToken ct)
        {
            var proposals = await session.QueryAsync<ProposalRow>("SELECT id, reference, phase, revision, route, outcome, state FROM proposal WHERE phase <> 'Draft' ORDER BY id");
            var done = 0;
            foreach (var reference in (await session.QueryAsync<string>("SELECT proposal FROM ledger_proposal_head ORDER BY pord")).Except(proposals.Select(p => p.Reference), StringComparer.Ordinal))
                faults.Add($"{reference}: its entries are in the log, but the database has no such proposal, or calls it a draft.");
            foreach (var proposal in proposals)
            {
                ct.ThrowIfCancellationRequested();
                try
                {
                    var trail = await trails.AllAsync(proposal.Reference);
                    var folded = ProposalFold.Fold(proposal.Reference, trail.Select(t => t.Happening));
                    if (sealing.Open(proposal.State, ProposalColumns.State) is not { } state)
                    {
                        faults.Add($"{proposal.Reference}: no key opens what the database says of it. Make it again from the ledger with: doctor --rebuild");
                        continue;
                    }
                    var row = JsonSerializer.Deserialize<ProposalState>(state, ReviewJson.Options);
                    if (JsonSerializer.Serialize(folded, ReviewJson.Options) != JsonSerializer.Serialize(row, ReviewJson.Options))
                        faults.Add($"{proposal.Reference}: what the database says of it is not what its entries say.");
                    // Lists and searches read these columns, not the state.
                    else if ((proposal.Phase, proposal.Revision, proposal.Route, proposal.Outcome)
                        != (folded.Phase.ToString(), (long)folded.Revision, folded.Route, folded.Determination?.Determination.Outcome.ToString() ?? ""))
                        faults.Add($"{proposal.Reference}: what lists say of it is not what its entries say.");
                    var content = ProposalFold.FoldContent(trail.Select(t => t.Happening.Event));
                    var box = await session.ScalarAsync<byte[]?>(
                        "SELECT answers FROM proposal_revision WHERE proposal = @id AND revision = @revision", new { id = proposal.Id, revision = folded.Revision });
                    var answers = box is null ? null : sealing.Open(box, ProposalColumns.Answers);
                    if (answers is null || !AnswersJson.Read(JsonNode.Parse(answers)!.AsObject()).Equals(content.Answers))
                        faults.Add($"{proposal.Reference}: its answers in the database are not those of its entries.");
                }
                catch (System.Security.Cryptography.AuthenticationTagMismatchException)
                {
                    faults.Add($"{proposal.Reference}: something sealed was changed in the database.");
                }
                catch (FormatException e)
                {
                    faults.Add($"{proposal.Reference}: {e.Message}");
                }
                if (++done % 50 == 0 || done == proposals.Count) progress?.Report(new DoctorProgress("proposals", done, proposals.Count));
            }
            return proposals.Count;
        }
    }

    sealed record HeadRow
    {
        public long Size { get; init; }
        public byte[] Root { get; init; } = [];
    }

    sealed record EntryRow
    {
        public long Seq { get; init; }
        public byte[] Entry { get; init; } = [];
        public byte[] Leaf { get; init; } = [];
    }

    sealed record ProposalRow
    {
        public long Id { get; init; }
        public string Reference { get; init; } = "";
        public string Phase { get; init; } = "";
        public long Revision { get; init; }
        public string Route { get; init; } = "";
        public string Outcome { get; init; } = "";
        public byte[] State { get; init; } = [];
    }
}

/// <param name="What">What is being looked at: <c>entries</c> or <c>proposals</c>.</param>
public sealed record DoctorProgress(string What, long Done, long Of);

/// <param name="Faults">One sentence each; empty when all is well.</param>
public sealed record DoctorReport(long Entries, long Proposals, IReadOnlyList<string> Faults);
