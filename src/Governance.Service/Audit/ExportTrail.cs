using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>How much of what is sealed an export shows. Every depth verifies against the same root.</summary>
public enum Depth { Public, Panel, Full }

/// <summary>
/// Exports the trail of a proposal. In three steps, each in a transaction of its own: the export is put on record, the
/// head is signed, and the trail is read up to that checkpoint. Repeating it after a crash is safe: it only records and
/// signs once more.
/// </summary>
public sealed class TrailExport(IMediator mediator)
{
    /// <exception cref="NotFoundException">There is no such proposal to be seen.</exception>
    /// <exception cref="NotAllowedException">The person may not export trails.</exception>
    public async Task<BundleContent> ReadAsync(Actor actor, string reference, Depth depth, CancellationToken ct)
    {
        await mediator.Send(new RecordExport { Actor = actor, Reference = reference, Depth = depth }, ct);
        var checkpoint = await mediator.Send(new SignCheckpoint { Actor = Actor.Service }, ct);
        return await mediator.Send(new ReadTrail(actor, reference, depth, checkpoint), ct);
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

/// <summary>Reads a trail with its proofs up to a checkpoint.</summary>
public sealed record ReadTrail(Actor Actor, string Reference, Depth Depth, StoredCheckpoint Checkpoint) : IQuery<BundleContent>
{
    public sealed class Handler(Session session, ProposalStore proposals, TrailStore trails, LedgerStore ledger, SigningKey key, TimeProvider clock)
        : IRequestHandler<ReadTrail, BundleContent>
    {
        public async Task<BundleContent> Handle(ReadTrail request, CancellationToken cancellationToken)
        {
            var open = await proposals.OpenAsync(request.Reference, request.Actor);
            Permissions.Demand(Act.ExportTrail, open.State, open.Party);
            var entries = (await trails.AllAsync(open.Reference)).Where(e => e.Seq < request.Checkpoint.Size).ToList();
            var tree = await ledger.TreeAsync(request.Checkpoint.Size);
            return new BundleContent
            {
                Entries = [.. entries.Select(e => new BundleEntry(e.Bytes, Merkle.InclusionProof(e.Seq, request.Checkpoint.Size, tree.Node)))],
                Checkpoint = System.Text.Encoding.UTF8.GetBytes(request.Checkpoint.Note),
                Key = key.Verifier,
                ExportedAt = clock.GetUtcNow(),
                Disclosures = [.. entries.SelectMany(e => e.Disclosures).Where(d => Shown(d.Class, request.Depth))
                    .Select(d => new BundleDisclosure(Enum.Parse<DisclosureClass>(d.Class, ignoreCase: true), Disclosure.Parse(d.Disclosure)))],
                Pinned = await PinnedAsync(entries),
            };
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

        static bool Shown(string audience, Depth depth) => audience switch
        {
            "public" => true,
            "panel" => depth >= Depth.Panel,
            _ => depth >= Depth.Full,
        };
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

    public static Depth? Parse(string? name) => name switch
    {
        null or "" or "full" => Depth.Full,
        "panel" => Depth.Panel,
        "public" => Depth.Public,
        _ => null,
    };
}
