using System.Text;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>
/// Exports the whole log as a stream. The export is put on record and the head is signed, each in a transaction of its own;
/// then everything under that checkpoint is read in pieces. Entries never change, so the pieces need no transaction around
/// them all, and the service is not held up however long the reader takes.
/// </summary>
public sealed class LogExport(IMediator mediator, CheckpointSigner signer, WitnessClient witnesses, Database database, Sealing sealing, SigningKey key, Witnesses configured, TimeProvider clock)
{
    const int Piece = 2000;

    /// <summary>Records and signs. Nothing has been written when this throws.</summary>
    /// <exception cref="NotAllowedException">The person may not export the log.</exception>
    public async Task<PreparedLog> PrepareAsync(Actor actor, Depth depth, CancellationToken ct)
    {
        await mediator.Send(new RecordLogExport { Actor = actor, Depth = depth }, ct);
        var signed = await signer.SignAsync(ct);
        await witnesses.AskBrieflyAsync(ct);
        // With whatever cosignatures have come in; where the log has grown meanwhile, the later checkpoint will do.
        return new PreparedLog(await mediator.Send(new GetCheckpoint(), ct) ?? signed, depth);
    }

    /// <summary>
    /// Writes the bundle, piece by piece; memory does not grow with the log. What is interrupted is begun anew with
    /// <see cref="PrepareAsync"/>.
    /// </summary>
    /// <param name="output">Is left open. It is written to synchronously.</param>
    /// <param name="progress">Told how many entries are written.</param>
    public void Write(Stream output, PreparedLog log, IProgress<long>? progress, CancellationToken ct)
    {
        var size = log.Checkpoint.Size;
        var lastTile = size / TileId.FullWidth * TileId.FullWidth;
        using var reading = new Reading(database);
        var tree = new Lazy<TiledTree>(() =>
        {
            var leaves = reading.Query<byte[]>("SELECT leaf FROM ledger_entry WHERE seq >= @lastTile AND seq < @size ORDER BY seq", new { lastTile, size });
            return new TiledTree(size, FullTile, i => leaves[(int)(i - lastTile)]);
        });
        LogWriter.Write(
            output,
            new LogContent
            {
                Checkpoint = Encoding.UTF8.GetBytes(log.Checkpoint.Note),
                Key = key.Verifier,
                ExportedAt = clock.GetUtcNow(),
                Entries = Entries(reading, size),
                Disclosures = Disclosures(reading, size, log.Depth),
                Missing = log.Depth == Depth.Full ? Missing(reading, size) : [],
                Tile = id => id.IsFull ? FullTile(id) : tree.Value.Build(id),
                Rotations = reading.Query<byte[]>("SELECT entry FROM ledger_entry WHERE kind = @kind AND seq < @size ORDER BY seq", new { kind = KeyRotation.Kind, size }),
                Policy = configured.PolicyBytes,
                Pinned = reading.Query<Pin>("SELECT digest, content FROM pinned_file ORDER BY digest").Select(p => new PinnedFile($"{p.Digest}.json", p.Content)),
            },
            progress,
            ct);

        byte[] FullTile(TileId id) =>
            reading.Query<byte[]>("SELECT hashes FROM ledger_tile WHERE level = @level AND number = @number", new { level = id.Level, number = id.Index })[0];
    }

    static IEnumerable<byte[]> Entries(Reading reading, long size)
    {
        for (var from = 0L; from < size; from += Piece)
        {
            foreach (var entry in reading.Query<byte[]>(
                "SELECT entry FROM ledger_entry WHERE seq >= @from AND seq < @to ORDER BY seq", new { from, to = Math.Min(size, from + Piece) }))
            {
                yield return entry;
            }
        }
    }

    IEnumerable<BundleDisclosure> Disclosures(Reading reading, long size, Depth depth)
    {
        for (var from = 0L; from < size; from += Piece)
        {
            foreach (var row in reading.Query<SealedRow>(
                "SELECT digest, class, disclosure FROM ledger_disclosure WHERE seq >= @from AND seq < @to ORDER BY seq, digest",
                new { from, to = Math.Min(size, from + Piece) }))
            {
                if (DepthNames.Shows(depth, row.Class) && Open(row) is { } text)
                    yield return new BundleDisclosure(Enum.Parse<DisclosureClass>(row.Class, ignoreCase: true), Disclosure.Parse(text));
            }
        }
    }

    /// <summary>Null for what was erased, which has no key any more even where its row came back with an old copy of the data, and for what was changed.</summary>
    string? Open(SealedRow row)
    {
        try
        {
            return sealing.OpenDisclosure(row.Digest, row.Disclosure);
        }
        catch (System.Security.Cryptography.AuthenticationTagMismatchException)
        {
            // It is named among those that are missing.
            return null;
        }
    }

    /// <summary>The service knows its decoys: what has no row, is none of them and was not erased is lost.</summary>
    IEnumerable<string> Missing(Reading reading, long size)
    {
        for (var from = 0L; from < size; from += Piece)
        {
            foreach (var (_, digest) in reading.Read(session => SealedCheck.MissingAsync(session, sealing, from, Math.Min(size, from + Piece)))) yield return digest;
        }
    }

    sealed record SealedRow
    {
        public string Digest { get; init; } = "";
        public string Class { get; init; } = "";
        public byte[] Disclosure { get; init; } = [];
    }

    sealed record Pin
    {
        public string Digest { get; init; } = "";
        public byte[] Content { get; init; } = [];
    }

    /// <summary>Short reading transactions, one a question.</summary>
    sealed class Reading(Database database) : IDisposable
    {
        readonly Session _session = new(database);

        public IReadOnlyList<T> Query<T>(string sql, object? values = null) => Read(session => session.QueryAsync<T>(sql, values));

        public T Read<T>(Func<Session, Task<T>> question)
        {
            _session.BeginReadAsync(CancellationToken.None).GetAwaiter().GetResult();
            try
            {
                return question(_session).GetAwaiter().GetResult();
            }
            finally
            {
                _session.EndAsync().AsTask().GetAwaiter().GetResult();
            }
        }

        public void Dispose() => _session.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}

/// <summary>A log whose export is on record and whose head is signed.</summary>
/// <param name="Checkpoint">How far the export goes.</param>
public sealed record PreparedLog(StoredCheckpoint Checkpoint, Depth Depth)
{
    /// <summary>A plain file name, such as <c>log-20481-full.zip</c>.</summary>
    public string FileName => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"log-{Checkpoint.Size}-{DepthNames.Of(Depth)}.zip");
}

/// <summary>Puts an export of the whole log on record before anything is handed out. For auditors, and at the command line.</summary>
public sealed record RecordLogExport : Command<Unit>, INeedsRole
{
    public const string Kind = "log.exported";

    public required Depth Depth { get; init; }

    public Role Needed => Role.Auditor;

    public sealed class Handler(LedgerStore ledger, ServicePseudonyms pseudonyms) : IRequestHandler<RecordLogExport, Unit>
    {
        public async Task<Unit> Handle(RecordLogExport request, CancellationToken cancellationToken)
        {
            var operated = request.Actor == Actor.Service;
            await ledger.AppendAsync(await ledger.NowAsync(), [new NewEntry
            {
                Kind = Kind,
                Actor = operated ? "service" : await pseudonyms.OfAsync(request.Actor.Id),
                Role = operated ? "service" : "auditor",
                Data = new JsonObject { ["depth"] = DepthNames.Of(request.Depth) },
            }]);
            return Unit.Value;
        }
    }
}
