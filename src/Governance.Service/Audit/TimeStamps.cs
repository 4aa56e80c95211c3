using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;
using Microsoft.Extensions.Configuration;

namespace Governance.Service.Audit;

/// <summary>
/// A time-stamp authority (RFC 3161): somebody outside who signs that a checkpoint was there at a time. Its token goes into
/// the log as an entry of kind <c>anchor</c>, so that what stands before it cannot have been written after that time.
/// </summary>
public sealed class TimeStampAuthority : IDisposable
{
    /// <summary>A token with its certificates must fit into an entry, as Base64 and with the rest.</summary>
    const int MostBytes = 32 * 1024;

    readonly Uri _address;
    readonly X509Certificate2Collection _trusted;
    readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(20), MaxResponseContentBufferSize = MostBytes };

    TimeStampAuthority(Uri address, X509Certificate2Collection trusted) => (_address, _trusted) = (address, trusted);

    /// <param name="configuration"><c>TimeStamps:Url</c>, and <c>TimeStamps:TrustFile</c> with the certificates (PEM) of those who vouch for the authority.</param>
    /// <returns>Null where none is configured.</returns>
    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public static TimeStampAuthority? Load(IConfiguration configuration)
    {
        if (configuration["TimeStamps:Url"] is not { Length: > 0 } url) return null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
            throw new InvalidOperationException($"TimeStamps:Url is \"{url}\", which is no address.");
        var trusted = new X509Certificate2Collection();
        try
        {
            trusted.ImportFromPemFile(configuration["TimeStamps:TrustFile"] ?? "");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"TimeStamps:TrustFile must name a file with certificates: {e.Message}", e);
        }
        return trusted.Count > 0 ? new TimeStampAuthority(address, trusted) : throw new InvalidOperationException("The file that TimeStamps:TrustFile names holds no certificate.");
    }

    /// <summary>Has a text stamped, and verifies what comes back.</summary>
    /// <returns>The token (DER), and the time that it states.</returns>
    /// <exception cref="TimeStampException">The authority did not answer, or its answer cannot be relied on.</exception>
    public async Task<(byte[] Token, DateTimeOffset At)> StampAsync(byte[] text, CancellationToken ct)
    {
        try
        {
            var request = Rfc3161TimestampRequest.CreateFromData(text, HashAlgorithmName.SHA256, nonce: RandomNumberGenerator.GetBytes(16), requestSignerCertificates: true);
            using var content = new ByteArrayContent(request.Encode());
            content.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-query");
            using var answer = await _http.PostAsync(_address, content, ct);
            answer.EnsureSuccessStatusCode();
            var token = request.ProcessResponse(await answer.Content.ReadAsByteArrayAsync(ct), out _).AsSignedCms().Encode();
            return (token, TimeStamp.Verify(token, text, _trusted));
        }
        catch (Exception e) when (e is HttpRequestException or CryptographicException or LedgerFormatException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new TimeStampException($"The time-stamp authority at {_address} gave no stamp that can be relied on: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>No stamp was had. The message says why.</summary>
public sealed class TimeStampException(string message, Exception inner) : Exception(message, inner);

/// <summary>The checkpoint that is due to be stamped: null within a day of the last anchor, or where nothing has happened since.</summary>
public sealed record GetCheckpointToStamp : IQuery<StoredCheckpoint?>
{
    /// <summary>From one anchor to the next.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromDays(1);

    public sealed class Handler(Session session, CheckpointNotes notes, TimeProvider clock) : IRequestHandler<GetCheckpointToStamp, StoredCheckpoint?>
    {
        public async Task<StoredCheckpoint?> Handle(GetCheckpointToStamp request, CancellationToken cancellationToken)
        {
            var last = await session.FirstAsync<Row>($"SELECT seq, at FROM ledger_entry WHERE kind = @kind ORDER BY seq DESC {session.Database.Take}", new { kind = Anchors.Kind, take = 1 });
            if (last is not null && clock.GetUtcNow() - last.At < Apart) return null;
            var checkpoint = await notes.LastAsync();
            // An anchor and the heads entry after it are no news by themselves.
            return checkpoint is not null && checkpoint.Size > (last?.Seq ?? -1) + 2 ? checkpoint : null;
        }
    }

    sealed record Row
    {
        public long Seq { get; init; }
        public DateTimeOffset At { get; init; }
    }
}

/// <summary>Puts a stamp into the log.</summary>
public sealed record RecordAnchor : Command<long>
{
    public required Checkpoint Checkpoint { get; init; }

    /// <summary>The token (RFC 3161, DER), verified.</summary>
    public required byte[] Token { get; init; }

    public sealed class Handler(LedgerStore ledger) : IRequestHandler<RecordAnchor, long>
    {
        public async Task<long> Handle(RecordAnchor request, CancellationToken cancellationToken) => (await ledger.AppendAsync(await ledger.NowAsync(), [new NewEntry
        {
            Kind = Anchors.Kind,
            Actor = "service",
            Role = "service",
            Data = new JsonObject
            {
                ["size"] = request.Checkpoint.Size,
                ["root"] = Convert.ToHexStringLower(request.Checkpoint.Root),
                ["rfc3161"] = Convert.ToBase64String(request.Token),
            },
        }]))[0].Seq;
    }
}

/// <summary>Has the last checkpoint stamped when that is due.</summary>
public sealed class Anchors(IMediator mediator, TimeStampAuthority? authority = null)
{
    /// <summary>The kind of the entry. Its data hold the checkpoint's <c>size</c> and <c>root</c>, and the token as <c>rfc3161</c>.</summary>
    public const string Kind = "anchor";

    /// <returns>The number of the new entry; null where nothing was due.</returns>
    /// <exception cref="TimeStampException">No stamp was had.</exception>
    public async Task<long?> WriteAsync(CancellationToken ct)
    {
        if (authority is null || await mediator.Send(new GetCheckpointToStamp(), ct) is not { } stored) return null;
        // What is stamped is the checkpoint's text without signatures: three lines that anybody can write down again.
        var text = SignedNote.Parse(Encoding.UTF8.GetBytes(stored.Note)).Text;
        var (token, _) = await authority.StampAsync(Encoding.UTF8.GetBytes(text), ct);
        return await mediator.Send(new RecordAnchor { Actor = Actor.Service, Checkpoint = Checkpoint.Parse(text), Token = token }, ct);
    }
}
