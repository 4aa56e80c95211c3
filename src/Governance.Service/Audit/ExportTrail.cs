using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Register;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>How much of what is sealed an export shows. Every depth verifies against the same root.</summary>
public enum Depth { Public, Panel, Full }

/// <summary>
/// Exports the trail of a proposal. In three steps, each in a transaction of its own: the export is put on record, the
/// head is signed, and the trail is read up to that checkpoint. Repeating it after a crash is safe: it only records and
/// signs once more.
/// </summary>
public sealed class TrailExport(IMediator mediator, CheckpointSigner signer, WitnessClient witnesses)
{
    /// <exception cref="NotFoundException">There is no such proposal to be seen.</exception>
    /// <exception cref="NotAllowedException">The person may not export trails.</exception>
    /// <param name="since">The size of a checkpoint that the reader kept: the bundle proves that the log only grew since.</param>
    public async Task<BundleContent> ReadAsync(Actor actor, string reference, Depth depth, CancellationToken ct, long? since = null)
    {
        await mediator.Send(new RecordExport { Actor = actor, Reference = reference, Depth = depth }, ct);
        await signer.SignAsync(ct);
        await witnesses.AskBrieflyAsync(ct);
        return await mediator.Send(new ReadTrail(actor, reference, depth) { Since = since }, ct);
    }
}

/// <summary>Puts an export on record before anything is handed out.</summary>
public sealed record RecordExport : Command<Unit>
{
    public required string Reference { get; init; }

    public required Depth Depth { get; init; }

    public sealed class Handler(ProposalStore proposals, LedgerStore ledger, ServicePseudonyms pseudonyms) : IRequestHandler<RecordExport, Unit>
    {
        public async Task<Unit> Handle(RecordExport request, CancellationToken cancellationToken)
        {
            var open = await proposals.OpenAsync(request.Reference, request.Actor);
            Permissions.Demand(Act.ExportTrail, open.State, open.Party);
            var actor = await pseudonyms.OfAsync(request.Actor.Id);
            await ledger.AppendAsync(await ledger.NowAsync(), [new NewEntry
            {
                Kind = "trail.exported",
                Actor = actor,
                Role = request.Actor.Is(Role.Auditor) ? "auditor" : "chair",
                Data = new JsonObject { ["reference"] = open.Reference, ["depth"] = DepthNames.Of(request.Depth) },
            }]);
            return Unit.Value;
        }
    }
}

/// <summary>Reads a trail with its proofs under the last checkpoint, and the proof that it is complete up to there.</summary>
public sealed record ReadTrail : IQuery<BundleContent>
{
    public ReadTrail(Actor actor, string reference, Depth depth) => (Actor, Reference, Depth) = (actor, reference, depth);

    ReadTrail(string reference) => (Reference, Depth) = (reference, Depth.Public);

    /// <summary>The trail of a decided proposal at the public depth, for everybody. There is nobody to put on record.</summary>
    public static ReadTrail OfTheRegister(string reference) => new(reference);

    /// <summary>Null only for what is on the public register.</summary>
    public Actor? Actor { get; }

    public string Reference { get; }

    public Depth Depth { get; }

    /// <summary>The size of an older checkpoint to prove growth from, beside those of earlier exports of this trail.</summary>
    public long? Since { get; init; }

    public sealed class Handler(Session session, ProposalStore proposals, TrailStore trails, LedgerStore ledger, HeadsStore heads, CheckpointNotes notes, SigningKey key, Witnesses witnesses, Sealing sealing, PublicRegister register, TimeProvider clock)
        : IRequestHandler<ReadTrail, BundleContent>
    {
        public async Task<BundleContent> Handle(ReadTrail request, CancellationToken cancellationToken)
        {
            string reference;
            if (request.Actor is null)
            {
                register.DemandRecords();
                reference = await GetRegisterEntry.Handler.ReferenceAsync(session, request.Reference);
            }
            else
            {
                var open = await proposals.OpenAsync(request.Reference, request.Actor);
                Permissions.Demand(Act.ExportTrail, open.State, open.Party);
                reference = open.Reference;
            }
            // The heads tree is kept as it stands under the last checkpoint, so that is the one to prove things under.
            var checkpoint = await notes.LastAsync()
                ?? throw new ConflictException("The log has not been signed yet. Try again in a moment.");
            var all = await trails.AllAsync(reference, evenIfChanged: true);
            var entries = all.Where(e => e.Seq < checkpoint.Size).ToList();
            // Nobody on the register is told of a review that does not end in the decision.
            if (entries.Count == 0 || (request.Actor is null && entries.Count < all.Count)) throw new ConflictException("The trail has not been signed yet. Try again in a moment.");
            var tree = ledger.Tree(checkpoint.Size);
            return new BundleContent
            {
                Entries = [.. entries.Select(e => new BundleEntry(e.Bytes, Merkle.InclusionProof(e.Seq, checkpoint.Size, tree.Node)))],
                Checkpoint = (await notes.WithCosignaturesAsync(checkpoint.Size)).ToBytes(),
                Key = key.Verifier,
                ExportedAt = clock.GetUtcNow(),
                // The service knows its decoys: what has no row and is none of them was lost, and is not to be called one.
                Lost = request.Depth == Depth.Full ? await SealedCheck.MissingAsync(session, sealing, reference, [.. all.Select(e => e.Entry)]) : [],
                // What has no row otherwise is a decoy or was erased, unless the erasure is not under this checkpoint: not yet, or no more,
                // where an older copy of the data was put back. A cut export tells nobody which.
                Others = request.Depth == Depth.Full && !all.Any(e => e.Seq >= checkpoint.Size && e.Entry.Kind == Erasure.Kind) && Accounted(entries) ? DigestStatus.Decoy : DigestStatus.Withheld,
                // Exports are of people who have an account, and for the register there is nobody who kept one.
                Consistency = request.Actor is null ? [] : await OlderCheckpoints.ReadAsync(session, tree, reference, checkpoint, request.Since),
                Disclosures = [.. entries.SelectMany(e => e.Disclosures).Where(d => DepthNames.Shows(request.Depth, d.Class))
                    .Select(d => new BundleDisclosure(Enum.Parse<DisclosureClass>(d.Class, ignoreCase: true), Disclosure.Parse(d.Disclosure)))],
                Pinned = await PinnedAsync(entries),
                Rotations = [.. (await KeyChanges.AllAsync(session, checkpoint.Size)).Select(e => new BundleEntry(e.Bytes, Merkle.InclusionProof(e.Seq, checkpoint.Size, tree.Node)))],
                Policy = witnesses.PolicyBytes,
                Heads = await HeadsAsync(checkpoint, entries[0].Entry.ProposalOrdinal!.Value, tree),
            };
        }

        static bool Accounted(IReadOnlyList<Data.TrailEntry> entries)
        {
            var recorded = entries.Where(e => e.Entry.Kind == Erasure.Kind).SelectMany(e => Erasure.Digests(e.Entry)).ToHashSet(StringComparer.Ordinal);
            return entries.SelectMany(e => e.Erased).All(v => recorded.Contains(v.Digest));
        }

        async Task<BundleHeads> HeadsAsync(StoredCheckpoint checkpoint, long ordinal, TiledTree tree)
        {
            var seq = checkpoint.Size - 1;
            var bytes = await session.ScalarAsync<byte[]>("SELECT entry FROM ledger_entry WHERE seq = @seq", new { seq });
            var (proposals, _) = Heads.Read(Entry.Parse(bytes));
            return new BundleHeads(new BundleEntry(bytes, Merkle.InclusionProof(seq, checkpoint.Size, tree.Node)), heads.Proof(ordinal, proposals));
        }

        async Task<IReadOnlyList<PinnedFile>> PinnedAsync(IReadOnlyList<Data.TrailEntry> entries)
        {
            var pinned = new List<PinnedFile>();
            foreach (var (name, digest) in entries.SelectMany(e => e.Entry.Rule).DistinctBy(r => r.Value).OrderBy(r => r.Key, StringComparer.Ordinal))
            {
                var content = await session.ScalarAsync<byte[]?>("SELECT content FROM pinned_file WHERE digest = @digest", new { digest })
                    ?? throw new InvalidOperationException($"The pinned file {digest} is not in the database.");
                pinned.Add(new PinnedFile($"{name}.json", content));
            }
            return pinned;
        }
    }
}

/// <summary>The depths as addresses and the command line write them.</summary>
public static class DepthNames
{
    public static string Of(Depth depth) => depth switch
    {
        Depth.Public => "public",
        Depth.Panel => "panel",
        Depth.Full => "full",
        _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "There is no such depth."),
    };

    /// <summary>Whether an export at a depth shows disclosures of a class.</summary>
    public static bool Shows(Depth depth, string audience) => audience switch
    {
        "public" => true,
        "panel" => depth >= Depth.Panel,
        _ => depth >= Depth.Full,
    };

    public static Depth? Parse(string? name) => name switch
    {
        null or "" or "full" => Depth.Full,
        "panel" => Depth.Panel,
        "public" => Depth.Public,
        _ => null,
    };
}
