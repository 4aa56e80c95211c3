using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>
/// Looks the whole installation over: the record as <see cref="CheckRecordPart"/> does, everything sealed, that every
/// proposal's row is the fold of its entries, and that the engine in use can go on from where each route stands. It changes nothing, and needs no key of the log's.
/// </summary>
/// <param name="Progress">Told how far it is; may be null.</param>
public sealed record RunDoctor(IProgress<DoctorProgress>? Progress = null) : IQuery<DoctorReport>
{
    public sealed class Handler(Session session, TrailStore trails, Sealing sealing, IRouteEngine engine) : IRequestHandler<RunDoctor, DoctorReport>
    {
        public async Task<DoctorReport> Handle(RunDoctor request, CancellationToken cancellationToken)
        {
            var faults = new List<string>();
            var size = await CheckEntriesAsync(request.Progress, faults, cancellationToken);
            faults.AddRange(await SealedCheck.FindAsync(session, sealing));
            var proposals = await CheckFoldsAsync(request.Progress, faults, cancellationToken);
            faults.AddRange((await new ListRoutes.Handler(session, engine).Handle(new ListRoutes(OnOthersOnly: true), cancellationToken)).Select(r => r.Fault));
            return new DoctorReport(size, proposals, faults);
        }

        async Task<long> CheckEntriesAsync(IProgress<DoctorProgress>? progress, List<string> faults, CancellationToken ct)
        {
            var size = await session.ScalarAsync<long?>("SELECT size FROM ledger_head WHERE id = 1") ?? 0;
            var part = new CheckRecordPart.Handler(session);
            var walk = new RecordWalk();
            while (!walk.Finished)
            {
                ct.ThrowIfCancellationRequested();
                try
                {
                    faults.AddRange(await part.LookAsync(walk));
                }
                catch (Exception e) when (RecordCheck.IsDamage(e))
                {
                    faults.Add(RecordCheck.Unreadable($"The record from entry {walk.Size} on", e));
                    break;
                }
                progress?.Report(new DoctorProgress("entries", walk.Size, size));
            }
            return walk.Size;
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
