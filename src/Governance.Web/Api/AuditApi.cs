using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Review;
using Governance.Service.Audit;
using Governance.Web.Auth;
using MediatR;
using Microsoft.Net.Http.Headers;

namespace Governance.Web.Api;

/// <summary>
/// The log over HTTP: trails in three formats, entries, proofs, the checkpoint, the tiles and the key. Checkpoint, tiles of
/// hashes and key are for everybody, so that anyone can keep copies and see that the log only grows; entries are for
/// auditors and administrators (C2SP tlog-checkpoint, tlog-tiles, tlog-proof, signed-note; docs/adr/0014).
/// </summary>
public static class AuditApi
{
    const string PlainText = "text/plain; charset=utf-8";

    /// <summary>Maps the addresses below <paramref name="api"/>, which is <c>/api/v1</c>.</summary>
    public static RouteGroupBuilder MapAuditApi(this RouteGroupBuilder api)
    {
        api.MapGet("proposals/{reference}/trail", GetTrailAsync)
            .ShowsFile("Export the trail", "As JSON, CSV or a BagIt bundle (application/zip), by Accept. The export is put on record.")
            .WithQuery("depth", "How much of what is sealed to show; full when left out.", "string", "public", "panel", "full")
            .WithQuery("since", "The size of a checkpoint that you kept: the bundle proves that the log only grew since.", "integer");
        api.MapGet("ledger/export", LogDownload.GetAsync)
            .ShowsFile("Export the whole log", "A BagIt bundle (application/zip), sent as it is read. For auditors. The export is put on record.")
            .WithQuery("depth", "How much of what is sealed to show; full when left out.", "string", "public", "panel", "full");
        api.MapGet("ledger/checkpoint", GetCheckpointAsync).AllowAnonymous().RequireRateLimiting(Accounts.PublicLimit)
            .ShowsFile("Read the last checkpoint", "A signed note (C2SP tlog-checkpoint) with the witnesses' cosignatures, for everybody.");
        api.MapGet("ledger/tile/{level}/{**path}", GetTileAsync).AllowAnonymous().RequireRateLimiting(Accounts.PublicLimit)
            .ShowsFile("Read a tile of hashes", "C2SP tlog-tiles, with ledger as the log's prefix: tile/{level}/{index}, or with .p/{width} for a partial tile. For everybody.");
        api.MapGet("ledger/tile/entries/{**path}", GetEntryBundleAsync)
            .ShowsFile("Read a bundle of entries", "C2SP tlog-tiles: tile/entries/{index}, or with .p/{width}. For auditors and administrators.");
        api.MapGet("ledger/key", GetKeyAsync).AllowAnonymous().RequireRateLimiting(Accounts.PublicLimit)
            .ShowsFile("Read the log's public key", "A verifier key (C2SP signed-note), for everybody. Compare it with a copy had from elsewhere.");
        api.MapGet("ledger/entries", SearchAsync)
            .ShowsFile("Search the log", "Entries, the latest first, for auditors and administrators.")
            .WithQuery("kind", "A kind of entry, or its beginning, such as vote.")
            .WithQuery("proposal", "A proposal's reference.")
            .WithQuery("before", "Give entries before this number: the last page's next.", "integer")
            .WithQuery("limit", "How many, 1 to 100.", "integer");
        api.MapGet("ledger/entries/{seq:long:min(0)}", GetEntryAsync)
            .ShowsFile("Read an entry", "Its exact bytes, as the leaf is the hash of them.");
        api.MapGet("ledger/entries/{seq:long:min(0)}/proof", GetProofAsync)
            .ShowsFile("Prove an entry", "Its inclusion proof under the last checkpoint (C2SP tlog-proof).");
        return api;
    }

    /// <summary>The trail in the format that the caller prefers; JSON for those who prefer none. The export is put on record.</summary>
    static async Task<IResult> GetTrailAsync(HttpContext context, TrailExport export, string reference, string? depth, string? since)
    {
        context.Response.Headers.Vary = HeaderNames.Accept;
        if (DepthNames.Parse(depth) is not { } how)
            throw new InvalidException("Depth", "Give one of: public, panel, full.");
        if (Preferred(context.Request) is not { } format)
            return Results.StatusCode(StatusCodes.Status406NotAcceptable);
        var content = await export.ReadAsync(context.GetActor(), reference, how, context.RequestAborted, Number("Since", since));
        var file = TrailFile.Of(content, how, format);
        return Results.File(file.Bytes, file.MediaType, file.Name);
    }

    /// <summary>The one of our formats that the Accept header wants most (RFC 9110, section 12.5.1); null where it wants none of them.</summary>
    internal static TrailFormat? Preferred(HttpRequest request)
    {
        var header = request.Headers.Accept;
        if (header.Count == 0 || !MediaTypeHeaderValue.TryParseList([.. header.OfType<string>()], out var wanted)) return header.Count == 0 ? TrailFormat.Json : null;
        TrailFormat[] ours = [TrailFormat.Json, TrailFormat.Csv, TrailFormat.Bundle];
        return ours
            .Select((format, order) => (Format: (TrailFormat?)format, Order: order, Quality: Quality(TrailFile.MediaTypeOf(format), wanted)))
            .Where(f => f.Quality > 0)
            .OrderByDescending(f => f.Quality).ThenBy(f => f.Order)
            .FirstOrDefault().Format;
    }

    // The most exact range that covers the type says how much it is wanted: text/csv;q=0 wins over */*.
    static double Quality(string mediaType, IEnumerable<MediaTypeHeaderValue> wanted)
    {
        var type = new MediaTypeHeaderValue(mediaType);
        return wanted.Where(w => type.IsSubsetOf(w))
            .OrderBy(w => w.MatchesAllTypes ? 2 : w.MatchesAllSubTypes ? 1 : 0)
            .Select(w => w.Quality ?? 1).FirstOrDefault();
    }

    static async Task<IResult> GetCheckpointAsync(HttpContext context, IMediator mediator)
    {
        var checkpoint = await mediator.Send(new GetCheckpoint(), context.RequestAborted)
            ?? throw new NotFoundException("Nothing has been signed yet. Try again in a few seconds.");
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Text(checkpoint.Note, PlainText);
    }

    /// <summary>A tile never changes, nor does the part of one that is there already.</summary>
    const int YearInSeconds = 31_536_000;

    static async Task<IResult> GetTileAsync(HttpContext context, IMediator mediator, string level, string path)
    {
        if (!TileId.TryParse($"tile/{level}/{path}", out var tile)) throw NoTile();
        var hashes = await mediator.Send(new GetTile(tile), context.RequestAborted);
        context.Response.Headers.CacheControl = $"public, max-age={YearInSeconds}, immutable";
        return Results.Bytes(hashes, "application/octet-stream");
    }

    static async Task<IResult> GetEntryBundleAsync(HttpContext context, IMediator mediator, string path)
    {
        // The same spelling of index and width as a tile's of level 0.
        if (!TileId.TryParse($"tile/0/{path}", out var tile)) throw NoTile();
        var entries = await mediator.Send(new GetEntryBundle(context.GetActor(), tile.Index, tile.Width), context.RequestAborted);
        return Results.Bytes(entries, "application/octet-stream");
    }

    static NotFoundException NoTile() => new("There is no such tile. A path looks like tile/0/x001/234, with .p/ and a width from 1 to 255 behind it for a partial tile.");

    static async Task<IResult> GetKeyAsync(HttpContext context, IMediator mediator) =>
        Results.Text(await mediator.Send(new GetLogKey(), context.RequestAborted) + "\n", PlainText);

    static async Task<IResult> SearchAsync(HttpContext context, IMediator mediator, string? kind, string? proposal, string? cursor, string? limit)
    {
        var page = await mediator.Send(
            new SearchLedger(context.GetActor())
            {
                Kind = kind,
                Proposal = proposal,
                Before = Number("Cursor", cursor),
                Take = (int)(Number("Limit", limit) is { } take ? Math.Min(take, int.MaxValue) : 50),
            },
            context.RequestAborted);
        return Results.Json(new JsonObject
        {
            ["size"] = page.Size,
            ["signed_size"] = page.SignedSize,
            ["entries"] = new JsonArray([.. page.Entries.Select(r => Row(r.Seq, r.Entry, r.Leaf, r.Signed))]),
            ["next"] = page.Next is { } next ? next.ToString(CultureInfo.InvariantCulture) : "",
        });
    }

    static async Task<IResult> GetEntryAsync(HttpContext context, IMediator mediator, long seq)
    {
        var view = await mediator.Send(new GetEntry(context.GetActor(), seq), context.RequestAborted);
        var row = Row(view.Seq, Entry.Parse(view.Bytes), view.Leaf, view.Proof is not null);
        row["entry"] = JsonNode.Parse(view.Bytes);
        row["bytes"] = Convert.ToBase64String(view.Bytes);
        return Results.Json(row);
    }

    static async Task<IResult> GetProofAsync(HttpContext context, IMediator mediator, long seq)
    {
        var view = await mediator.Send(new GetEntry(context.GetActor(), seq), context.RequestAborted);
        return view.Proof is { } proof
            ? Results.Text(Encoding.UTF8.GetString(proof.ToBytes()), PlainText)
            : throw new NotFoundException("This entry is not under a signed checkpoint yet. Try again in a few seconds.");
    }

    static JsonObject Row(long seq, Entry entry, string leaf, bool signed)
    {
        var row = new JsonObject
        {
            ["seq"] = seq,
            ["at"] = entry.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["kind"] = entry.Kind,
            ["leaf"] = leaf,
            ["signed"] = signed,
            ["says"] = LedgerWords.Of(entry),
        };
        if (entry.Proposal is not null) row["proposal"] = entry.Proposal;
        if (entry.Actor is not null) row["actor"] = entry.Actor;
        if (entry.Role is not null) row["role"] = entry.Role;
        return row;
    }

    static long? Number(string field, string? text) => text switch
    {
        null or "" => null,
        _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new InvalidException(field, "Give a whole number."),
    };
}
