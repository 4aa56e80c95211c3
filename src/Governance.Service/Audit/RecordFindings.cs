using System.Collections.Immutable;
using System.Data;
using Governance.Ledger;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Audit;

/// <summary>
/// What the check of the record has found. While there is anything, nothing is written to the record: an entry on top of
/// a damaged log would only bury the damage. Kept in the database too, so that a restart forgets nothing.
/// </summary>
public sealed class RecordFindings
{
    readonly Lock _gate = new();
    ImmutableArray<string> _all = [];

    /// <summary>One sentence each, in the order in which they were found; empty when all is well.</summary>
    public IReadOnlyList<string> All => _all;

    public bool Any => _all.Length > 0;

    /// <summary>Adds what is new, and gives it back.</summary>
    public IReadOnlyList<string> Add(IEnumerable<string> findings)
    {
        lock (_gate)
        {
            var news = findings.Except(_all, StringComparer.Ordinal).ToList();
            _all = [.. _all, .. news];
            return news;
        }
    }

    public void Clear()
    {
        lock (_gate) _all = [];
    }

    /// <exception cref="UnavailableException">Something was found.</exception>
    public void DemandNone()
    {
        if (Any) throw new UnavailableException("The record does not match what was signed or stored before, so nothing can be changed until somebody has looked into it. What is there can still be read. Administrators see what was found.");
    }
}

/// <summary>Keeps findings across restarts.</summary>
public sealed record NoteFindings(IReadOnlyList<string> Messages) : Command<Unit>, ILeavesTheRecordAlone
{
    public sealed class Handler(Session session, TimeProvider clock) : IRequestHandler<NoteFindings, Unit>
    {
        public async Task<Unit> Handle(NoteFindings request, CancellationToken cancellationToken)
        {
            foreach (var message in request.Messages)
            {
                if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_finding WHERE message = @message", new { message }) > 0) continue;
                await session.ExecuteAsync("INSERT INTO ledger_finding (message, found_at) VALUES (@message, @now)", new { message, now = clock.GetUtcNow() });
            }
            return Unit.Value;
        }
    }
}

/// <summary>What earlier checks found.</summary>
public sealed record ListFindings : IQuery<IReadOnlyList<string>>
{
    public sealed class Handler(Session session) : IRequestHandler<ListFindings, IReadOnlyList<string>>
    {
        public Task<IReadOnlyList<string>> Handle(ListFindings request, CancellationToken cancellationToken) =>
            session.QueryAsync<string>("SELECT message FROM ledger_finding ORDER BY found_at, message");
    }
}

/// <summary>Forgets the findings, after the whole installation was looked over and is well again: for operators.</summary>
public sealed record ClearFindings : Command<Unit>, ILeavesTheRecordAlone
{
    public sealed class Handler(Session session, RecordFindings findings) : IRequestHandler<ClearFindings, Unit>
    {
        public async Task<Unit> Handle(ClearFindings request, CancellationToken cancellationToken)
        {
            await session.ExecuteAsync("DELETE FROM ledger_finding");
            findings.Clear();
            return Unit.Value;
        }
    }
}

/// <summary>Notes that the whole record was looked through.</summary>
public sealed record NoteCheck(long Size) : Command<Unit>, ILeavesTheRecordAlone
{
    public sealed class Handler(Session session, TimeProvider clock) : IRequestHandler<NoteCheck, Unit>
    {
        public async Task<Unit> Handle(NoteCheck request, CancellationToken cancellationToken)
        {
            var row = new { request.Size, now = clock.GetUtcNow() };
            if (await session.ExecuteAsync("UPDATE ledger_check SET size = @Size, at = @now WHERE id = 1", row) == 0)
                await session.ExecuteAsync("INSERT INTO ledger_check (id, size, at) VALUES (1, @Size, @now)", row);
            return Unit.Value;
        }
    }
}

/// <summary>Runs the checks, and puts what they find where everybody hears of it.</summary>
public sealed class RecordCheck(IServiceScopeFactory scopes, RecordFindings findings)
{
    /// <summary>What was found before this process started.</summary>
    public async Task<IReadOnlyList<string>> LoadAsync(CancellationToken ct) => findings.Add(await SendAsync(new ListFindings(), ct));

    /// <summary>Looks at the end of the record: the head, the last tiles with their entries, the last checkpoint.</summary>
    /// <returns>What is new.</returns>
    public async Task<IReadOnlyList<string>> CheckEndAsync(CancellationToken ct) =>
        await KeepAsync(await LookAsync(new CheckRecordEnd(), "The end of the record", ct), ct);

    /// <summary>Looks at the next 256 entries.</summary>
    /// <returns>What is new.</returns>
    public async Task<IReadOnlyList<string>> CheckPartAsync(RecordWalk walk, CancellationToken ct)
    {
        var found = await LookAsync(new CheckRecordPart(walk), $"The record from entry {walk.Size} on", ct, () => walk.Finished = true);
        if (walk.Finished) await SendAsync(new NoteCheck(walk.Size) { Actor = Actor.Service }, ct);
        return await KeepAsync(found, ct);
    }

    async Task<IReadOnlyList<string>> LookAsync(IQuery<IReadOnlyList<string>> query, string what, CancellationToken ct, Action? unreadable = null)
    {
        try
        {
            return await SendAsync(query, ct);
        }
        catch (Exception e) when (IsDamage(e))
        {
            unreadable?.Invoke();
            return [Unreadable(what, e)];
        }
    }

    /// <summary>A finding about a part of the record. A database's own message may quote a whole row, which is too much for a page.</summary>
    internal static string Unreadable(string what, Exception e) =>
        e is LedgerFormatException ? $"{what} cannot be read: {e.Message}" : $"{what} cannot be read: something in it is not in the form in which it was stored.";

    /// <summary>What is stored has not the form that it was stored in. All else, such as a database that is busy, may pass.</summary>
    internal static bool IsDamage(Exception e) =>
        e is LedgerFormatException or DataException or FormatException or InvalidCastException or OverflowException or ArgumentException
        or SqliteException { SqliteErrorCode: Corrupt or NotADatabase };

    const int Corrupt = 11;
    const int NotADatabase = 26;

    async Task<IReadOnlyList<string>> KeepAsync(IReadOnlyList<string> found, CancellationToken ct)
    {
        // In memory first: whatever becomes of the database, this process writes nothing more.
        var news = findings.Add(found);
        if (news.Count > 0) await SendAsync(new NoteFindings(news) { Actor = Actor.Service }, ct);
        return news;
    }

    async Task<T> SendAsync<T>(IRequest<T> request, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, ct);
    }
}
