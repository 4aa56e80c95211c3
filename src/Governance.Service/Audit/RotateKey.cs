using System.Text;
using Governance.Ledger;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>Puts on record that the log's key is passed on, signed by the old key and the new. Doing it again changes nothing.</summary>
public sealed record RotateKey : Command<long>
{
    public required KeyRotation Rotation { get; init; }

    public sealed class Handler(Session session, LedgerStore ledger, SigningKey key) : IRequestHandler<RotateKey, long>
    {
        public async Task<long> Handle(RotateKey request, CancellationToken cancellationToken)
        {
            // Of two changes of key at once the second one must see the first.
            await ledger.HoldAsync();
            var last = await KeyChanges.LastAsync(session);
            if (last is not null && last.Seq is var seq && KeyRotation.Read(last).New.ToString() == request.Rotation.New.ToString()) return seq;
            var inForce = last is null ? key.Verifier.ToString() : KeyRotation.Read(last).New.ToString();
            if (request.Rotation.Old.ToString() != inForce)
                throw new InvalidOperationException($"The key in force is {inForce}, and only that one can be passed on.");
            var appended = await ledger.AppendAsync(await ledger.NowAsync(), [new NewEntry
            {
                Kind = KeyRotation.Kind,
                Actor = "service",
                Role = "service",
                Data = request.Rotation.ToData(),
            }]);
            return appended[0].Seq;
        }
    }
}

/// <summary>
/// Passes the log's key on: the entry, then a checkpoint signed by both keys, then the file beside the new key. After a
/// crash in between it can be done again. A service that still runs with the old key signs nothing more.
/// </summary>
public sealed class KeyChange(IMediator mediator, SigningKey key, LogName log)
{
    /// <param name="newFile">The file with the new key, which bears the log's name.</param>
    /// <exception cref="InvalidOperationException">A key cannot be used, or the log is not what was signed before.</exception>
    public async Task<StoredCheckpoint> PassOnAsync(string newFile, CancellationToken ct)
    {
        var follower = key.Follower(newFile, log);
        if (follower.Verifier.ToString() == key.Verifier.ToString())
            throw new InvalidOperationException($"The key in {newFile} is the one in force. Make a new one first.");
        await mediator.Send(new RotateKey { Actor = Actor.Service, Rotation = KeyRotation.Sign(key.Signer, follower.Signer) }, ct);
        var checkpoint = await mediator.Send(new SignCheckpoint { Actor = Actor.Service, Outside = key.ReadHead(), Key = follower }, ct);
        follower.WriteHead(Encoding.UTF8.GetBytes(checkpoint.Note));
        return checkpoint;
    }
}

/// <summary>The key that must sign: null while the first one has not been passed on. Anybody may ask.</summary>
public sealed record GetKeyInForce : IQuery<string?>
{
    public sealed class Handler(Session session) : IRequestHandler<GetKeyInForce, string?>
    {
        public Task<string?> Handle(GetKeyInForce request, CancellationToken cancellationToken) => KeyChanges.InForceAsync(session);
    }
}

/// <summary>The entries that pass the log's key on.</summary>
public static class KeyChanges
{
    /// <summary>The last one; null while the first key is in force.</summary>
    public static async Task<Entry?> LastAsync(Session session) =>
        await session.ScalarAsync<byte[]?>($"SELECT entry FROM ledger_entry WHERE kind = @kind ORDER BY seq DESC {session.Database.Take}", new { kind = KeyRotation.Kind, take = 1 }) is { } bytes
            ? Entry.Parse(bytes)
            : null;

    /// <summary>The verifier key that the last change passed the name on to; null while the first key is in force.</summary>
    public static async Task<string?> InForceAsync(Session session) =>
        await LastAsync(session) is { } last ? KeyRotation.Read(last).New.ToString() : null;

    /// <summary>All of them, oldest first, for an export: whoever trusts an older key follows them to the one in force.</summary>
    public static async Task<IReadOnlyList<(long Seq, byte[] Bytes)>> AllAsync(Session session, long size) =>
        [.. (await session.QueryAsync<Row>("SELECT seq, entry FROM ledger_entry WHERE kind = @kind AND seq < @size ORDER BY seq", new { kind = KeyRotation.Kind, size })).Select(r => (r.Seq, r.Entry))];

    sealed record Row
    {
        public long Seq { get; init; }
        public byte[] Entry { get; init; } = [];
    }
}
