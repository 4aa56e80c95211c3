using System.Text;
using Governance.Ledger;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>
/// Logs the root of the heads tree and signs the head of the log, unless the last checkpoint is of that very head. Heads
/// entry, signature and checkpoint commit together; the note leaves this process only afterwards, so nothing that a crash
/// could undo is ever seen signed.
/// </summary>
public sealed record SignCheckpoint : Command<StoredCheckpoint>
{
    /// <summary>The note in the file beside the key, had from the last signing: what a restored backup of the database cannot know.</summary>
    public byte[]? Outside { get; init; }

    /// <summary>The key to sign with where it is not the service's own: right after the key was passed on.</summary>
    public SigningKey? Key { get; init; }

    /// <summary>The lease under which this node signs; null takes it over, for whoever cannot wait until the holder signs.</summary>
    public Lease? Lease { get; init; }

    /// <summary>The lease's name. Exactly one node signs at a time, and each checkpoint says which and in which term.</summary>
    public const string LeaseName = "checkpoints";

    public sealed class Handler(Session session, LedgerStore ledger, HeadsStore heads, Leases leases, Node node, SigningKey key, LogName log, TimeProvider clock)
        : IRequestHandler<SignCheckpoint, StoredCheckpoint>
    {
        public async Task<StoredCheckpoint> Handle(SignCheckpoint request, CancellationToken cancellationToken)
        {
            // The heads tree and the signature are of the whole log, so nobody may append in between.
            await ledger.HoldAsync();
            var last = await StoredCheckpoint.LastAsync(session);
            var head = await HeadAsync();
            DemandGrownFrom(ledger, last is null ? null : new Checkpoint(log.Value, last.Size, last.Root), head, "the database");
            var signing = request.Key ?? key;
            await DemandInForceAsync(signing);
            DemandGrownFrom(ledger, Read(request.Outside, signing), head, "the file beside the key");
            if (last is not null && last.Size == head.Size) return last;

            var term = request.Lease?.Term ?? (await leases.TakeAsync(LeaseName)).Term;
            if (request.Lease is { } lease) await leases.DemandAsync(lease);
            await heads.AppendAsync();
            head = await HeadAsync();
            var note = SignedNote.Sign(new Checkpoint(log.Value, head.Size, head.Root).ToText(), signing.Signers);
            if (note.Verify(signing.Verifiers).Count != signing.Signers.Count) throw new InvalidOperationException("The signature just made does not verify. Nothing is published.");
            var checkpoint = new StoredCheckpoint { Size = head.Size, Root = head.Root, Note = Encoding.UTF8.GetString(note.ToBytes()), At = clock.GetUtcNow() };
            await session.ExecuteAsync("INSERT INTO ledger_checkpoint (size, root, note, at, node, term) VALUES (@Size, @Root, @Note, @At, @node, @term)",
                new { checkpoint.Size, checkpoint.Root, checkpoint.Note, checkpoint.At, node = node.Id, term });
            return checkpoint;
        }

        async Task<Head> HeadAsync()
        {
            var (size, root) = await ledger.HeadAsync();
            return new Head { Size = size, Root = root };
        }

        /// <summary>Refuses to sign with a key that was passed on: whoever follows the log takes its signatures for those of a stranger.</summary>
        async Task DemandInForceAsync(SigningKey signing)
        {
            if (await KeyChanges.InForceAsync(session) is { } inForce && inForce != signing.Verifier.ToString())
                throw new InvalidOperationException($"The log's key was passed on to {inForce}. Set Ledger:KeyFile to the file of that key and start the service again.");
        }
    }

    internal static Checkpoint? Read(byte[]? bytes, SigningKey key)
    {
        if (bytes is null) return null;
        var note = SignedNote.Parse(bytes);
        note.Verify(key.Verifiers);
        return Checkpoint.Parse(note.Text);
    }

    /// <summary>Refuses to go on from a log that is smaller than, or other than, one that was signed: both mean that entries were lost or changed.</summary>
    internal static void DemandGrownFrom(LedgerStore ledger, Checkpoint? signed, Head head, string where)
    {
        if (signed is null) return;
        if (head.Size < signed.Size)
            throw new InvalidOperationException($"The log has {head.Size} entries, but {where} says that {signed.Size} were signed. Entries are missing: nothing more is signed.");
        if (!ledger.RootAt(signed.Size, head.Size).AsSpan().SequenceEqual(signed.Root))
            throw new InvalidOperationException($"The first {signed.Size} entries are not those that {where} says were signed. Nothing more is signed.");
    }

    internal sealed record Head
    {
        public long Size { get; init; }
        public byte[] Root { get; init; } = [];
    }
}

/// <summary>
/// The last checkpoint, whichever node signed it, after making sure that the log has grown from the one that this node saw
/// last. So every node keeps its own head up to date, and each of them notices a database that was put back.
/// </summary>
public sealed record FollowCheckpoint : IQuery<StoredCheckpoint?>
{
    /// <inheritdoc cref="SignCheckpoint.Outside"/>
    public byte[]? Outside { get; init; }

    public sealed class Handler(Session session, LedgerStore ledger, SigningKey key) : IRequestHandler<FollowCheckpoint, StoredCheckpoint?>
    {
        public async Task<StoredCheckpoint?> Handle(FollowCheckpoint request, CancellationToken cancellationToken)
        {
            var last = await StoredCheckpoint.LastAsync(session);
            if (last is null) return null;
            var seen = SignCheckpoint.Read(request.Outside, key);
            // What this key did not sign is never kept: it would be trusted at the next start.
            _ = SignCheckpoint.Read(Encoding.UTF8.GetBytes(last.Note), key);
            if (seen?.Size == last.Size && seen.Root.AsSpan().SequenceEqual(last.Root)) return last;
            SignCheckpoint.DemandGrownFrom(ledger, seen, new SignCheckpoint.Head { Size = last.Size, Root = last.Root }, "the file beside the key");
            return last;
        }
    }
}

/// <summary>Signs checkpoints and keeps the last one in a file beside the key as well.</summary>
public sealed class CheckpointSigner(IMediator mediator, SigningKey key)
{
    /// <param name="lease">The lease for signing, where this node holds it; null takes it over.</param>
    /// <exception cref="InvalidOperationException">The log is not what was signed before, or another node signs by now. The message says how.</exception>
    public async Task<StoredCheckpoint> SignAsync(CancellationToken ct, Lease? lease = null)
    {
        var outside = key.ReadHead();
        var checkpoint = await mediator.Send(new SignCheckpoint { Actor = Actor.Service, Outside = outside, Lease = lease }, ct);
        // A crash before this line leaves the file one checkpoint behind, which is still a head that the log has grown from.
        Keep(checkpoint, outside);
        return checkpoint;
    }

    /// <summary>Keeps what another node signed.</summary>
    /// <exception cref="InvalidOperationException">The log is not what this node has seen signed before.</exception>
    public async Task FollowAsync(CancellationToken ct)
    {
        var outside = key.ReadHead();
        if (await mediator.Send(new FollowCheckpoint { Outside = outside }, ct) is { } checkpoint) Keep(checkpoint, outside);
    }

    void Keep(StoredCheckpoint checkpoint, byte[]? outside)
    {
        var note = Encoding.UTF8.GetBytes(checkpoint.Note);
        if (outside is null || !note.AsSpan().SequenceEqual(outside)) key.WriteHead(note);
    }
}

public sealed record StoredCheckpoint
{
    public long Size { get; init; }
    public byte[] Root { get; init; } = [];
    /// <summary>The signed note (C2SP tlog-checkpoint), UTF-8.</summary>
    public string Note { get; init; } = "";
    public DateTimeOffset At { get; init; }

    /// <summary>The last one that was signed, as the open transaction sees it; null before the first.</summary>
    internal static Task<StoredCheckpoint?> LastAsync(Session session) =>
        session.FirstAsync<StoredCheckpoint>($"SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size DESC {session.Database.Take}", new { take = 1 });
}
