using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Governance.Ledger;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Audit;

/// <summary>
/// Sends the last checkpoint to the witnesses that have not cosigned it, and keeps what they answer (C2SP tlog-witness).
/// No transaction is open while a witness is waited for, and neither appending nor signing ever waits for one.
/// </summary>
public sealed partial class WitnessClient : IDisposable
{
    /// <summary>After one failure a witness is left alone so long, then twice as long, and so on.</summary>
    static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>How long one answer may take.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Answers are a few lines.</summary>
    const int MostAnswerBytes = 64 * 1024;

    readonly IServiceScopeFactory _scopes;
    readonly Witnesses _witnesses;
    readonly TimeProvider _clock;
    readonly ILogger<WitnessClient> _log;
    readonly ConcurrentDictionary<WitnessVerifier, Pace> _paces = [];
    readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = MostAnswerBytes,
    };

    public WitnessClient(IServiceScopeFactory scopes, Witnesses witnesses, TimeProvider clock, ILogger<WitnessClient> log) =>
        (_scopes, _witnesses, _clock, _log) = (scopes, witnesses, clock, log);

    /// <summary>Asks every witness that is not left alone after a failure, all at once. Failures are kept and logged, never thrown.</summary>
    public Task AskAsync(CancellationToken ct) => Task.WhenAll(_witnesses.Asked.Select(w => AskAsync(w, ct)));

    /// <summary>The same, but no longer than some seconds: for an export, which is better with cosignatures but good without.</summary>
    public async Task AskBrieflyAsync(CancellationToken ct)
    {
        if (_witnesses.Asked.Count == 0) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        await AskAsync(limit.Token);
        ct.ThrowIfCancellationRequested();
    }

    public void Dispose() => _http.Dispose();

    async Task AskAsync(WitnessAddress witness, CancellationToken ct)
    {
        var pace = _paces.GetOrAdd(witness.Key, static _ => new Pace());
        try
        {
            // One request to a witness at a time: two would only make each other stale.
            await pace.Turn.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        try
        {
            if (_clock.GetUtcNow() < pace.NotBefore) return;
            await AskInTurnAsync(witness, ct);
            pace.Failures = 0;
            pace.NotBefore = DateTimeOffset.MinValue;
        }
        catch (Exception e) when (e is HttpRequestException or LedgerFormatException or OperationCanceledException or WitnessException or Governance.Review.RefusalException)
        {
            if (ct.IsCancellationRequested) return;
            pace.Failures++;
            pace.NotBefore = _clock.GetUtcNow() + TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, ShortestPause.Ticks << Math.Min(pace.Failures - 1, 10)));
            var fault = e is OperationCanceledException ? $"It did not answer within {Patience.TotalSeconds:0} seconds." : e.Message;
            LogFailed(_log, witness.Key.Name, witness.Prefix, fault);
            if (e is not Governance.Review.RefusalException) await NoteAsync(new NoteWitness { Actor = Actor.Service, Witness = witness.Key.ToString(), Fault = fault }, ct);
        }
        finally
        {
            pace.Turn.Release();
        }
    }

    async Task AskInTurnAsync(WitnessAddress witness, CancellationToken ct)
    {
        long? told = null;
        // The first answer may be that it stands elsewhere than we thought, and the second that it moved on while we asked.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            if (await SendAsync(new PrepareWitness(witness.Key.ToString(), told), ct) is not { } ask) return;
            using var content = new ByteArrayContent(ask.Request.ToBytes());
            content.Headers.ContentType = new MediaTypeHeaderValue("text/plain") { CharSet = "utf-8" };
            using var answer = await _http.PostAsync(new Uri(witness.Prefix, "add-checkpoint"), content, ct);
            var body = await answer.Content.ReadAsByteArrayAsync(ct);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                await KeepAsync(witness.Key, ask, body, ct);
                return;
            }
            if (answer.StatusCode != HttpStatusCode.Conflict) throw new WitnessException($"It answered {(int)answer.StatusCode}.");
            if (!long.TryParse(System.Text.Encoding.ASCII.GetString(body).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                throw new WitnessException("It answered 409 without the size that it has.");
            if (size == ask.Request.OldSize) throw new WitnessException($"It has another head of {size} entries than this log. One of the two was changed.");
            // Both are what a witness is there to find, but one that lies could say so too: people must look, nothing is stopped.
            if (size > ask.LogSize) throw new WitnessException($"It has seen {size} entries, but this log has {ask.LogSize}. Entries are missing here, or the witness errs.");
            if (size > ask.Size) return;
            told = size;
        }
        throw new WitnessException("It named another size each time that it was asked.");
    }

    async Task KeepAsync(WitnessVerifier witness, WitnessAsk ask, byte[] body, CancellationToken ct)
    {
        var text = SignedNote.Parse(ask.Request.Checkpoint).Text;
        foreach (var line in AddCheckpoint.ParseAnswer(body))
        {
            if (witness.Verify(text, line) is not { } cosignature) continue;
            await NoteAsync(new NoteWitness { Actor = Actor.Service, Witness = witness.ToString(), Size = ask.Size, Line = line.ToLine(), At = cosignature.At }, ct);
            LogCosigned(_log, witness.Name, ask.Size);
            return;
        }
        throw new WitnessException("It answered without a signature by its key.");
    }

    Task NoteAsync(NoteWitness note, CancellationToken ct) => SendAsync(note, ct);

    async Task<T> SendAsync<T>(IRequest<T> request, CancellationToken ct)
    {
        await using var scope = _scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The witness {Witness} at {Prefix} did not cosign: {Fault}")]
    static partial void LogFailed(ILogger log, string witness, Uri prefix, string fault);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The witness {Witness} cosigned {Size} entries")]
    static partial void LogCosigned(ILogger log, string witness, long size);

    sealed class Pace
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);
        public int Failures { get; set; }
        public DateTimeOffset NotBefore { get; set; }
    }
}

/// <summary>A witness did not do what it should. The message says what it did, as a sentence about "it".</summary>
public sealed class WitnessException(string message) : Exception(message);

/// <summary>What to send to a witness; null when it has cosigned the last checkpoint.</summary>
/// <param name="Told">The size that it just said it has.</param>
public sealed record PrepareWitness(string Witness, long? Told) : IQuery<WitnessAsk?>
{
    public sealed class Handler(Session session, LedgerStore ledger, CheckpointNotes notes) : IRequestHandler<PrepareWitness, WitnessAsk?>
    {
        public async Task<WitnessAsk?> Handle(PrepareWitness request, CancellationToken cancellationToken)
        {
            var last = await notes.LastAsync();
            if (last is null || await session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_cosignature WHERE size = @size AND witness = @witness", new { size = last.Size, witness = request.Witness }) > 0)
                return null;
            var old = request.Told ?? await session.ScalarAsync<long?>("SELECT size FROM ledger_witness WHERE witness = @witness", new { witness = request.Witness }) ?? 0;
            // A size from a backup's future: the witness says what it has.
            if (old > last.Size) old = 0;
            return new WitnessAsk(
                last.Size,
                await session.ScalarAsync<long>("SELECT size FROM ledger_head WHERE id = 1"),
                new AddCheckpoint
                {
                    OldSize = old,
                    Proof = Merkle.ConsistencyProof(old, last.Size, ledger.Tree(last.Size).Node),
                    Checkpoint = System.Text.Encoding.UTF8.GetBytes(last.Note),
                });
        }
    }
}

/// <param name="Size">The checkpoint's size.</param>
/// <param name="LogSize">How many entries the log has, those after the checkpoint included.</param>
public sealed record WitnessAsk(long Size, long LogSize, AddCheckpoint Request);

/// <summary>Keeps what a witness answered.</summary>
public sealed record NoteWitness : Command<Unit>
{
    /// <summary>The witness's verifier key.</summary>
    public required string Witness { get; init; }

    public long Size { get; init; }
    /// <summary>The cosignature's line, verified; null for a fault.</summary>
    public string? Line { get; init; }
    public DateTimeOffset At { get; init; }
    public string? Fault { get; init; }

    public sealed class Handler(Session session, TimeProvider clock) : IRequestHandler<NoteWitness, Unit>
    {
        public async Task<Unit> Handle(NoteWitness request, CancellationToken cancellationToken)
        {
            var known = await session.ScalarAsync<long?>("SELECT size FROM ledger_witness WHERE witness = @Witness", new { request.Witness });
            var row = new { request.Witness, Size = Math.Max(known ?? 0, request.Size), request.Fault, Now = clock.GetUtcNow() };
            await session.ExecuteAsync(
                known is null
                    ? "INSERT INTO ledger_witness (witness, size, fault, at) VALUES (@Witness, @Size, @Fault, @Now)"
                    : "UPDATE ledger_witness SET size = @Size, fault = @Fault, at = @Now WHERE witness = @Witness",
                row);
            // Another node may have asked at the same time: the first cosignature stays.
            if (request.Line is not null
                && await session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_cosignature WHERE size = @Size AND witness = @Witness", new { request.Size, request.Witness }) == 0)
            {
                await session.ExecuteAsync("INSERT INTO ledger_cosignature (size, witness, line, at) VALUES (@Size, @Witness, @Line, @At)", new { request.Size, request.Witness, request.Line, request.At });
            }
            return Unit.Value;
        }
    }
}
