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

    public sealed class Handler(Session session, LedgerStore ledger, HeadsStore heads, SigningKey key, LogName log, TimeProvider clock)
        : IRequestHandler<SignCheckpoint, StoredCheckpoint>
    {
        public async Task<StoredCheckpoint> Handle(SignCheckpoint request, CancellationToken cancellationToken)
        {
            // The heads tree and the signature are of the whole log, so nobody may append in between.
            await ledger.HoldAsync();
            var last = await session.FirstAsync<StoredCheckpoint>($"SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size DESC {session.Database.Take}", new { take = 1 });
            var head = await HeadAsync();
            DemandGrownFrom(last is null ? null : new Checkpoint(log.Value, last.Size, last.Root), head, "the database");
            var signing = request.Key ?? key;
            await DemandInForceAsync(signing);
            DemandGrownFrom(Outside(request.Outside, signing), head, "the file beside the key");
            if (last is not null && last.Size == head.Size) return last;

            await heads.AppendAsync();
            head = await HeadAsync();
            var note = SignedNote.Sign(new Checkpoint(log.Value, head.Size, head.Root).ToText(), signing.Signers);
            if (note.Verify(signing.Verifiers).Count != signing.Signers.Count) throw new InvalidOperationException("The signature just made does not verify. Nothing is published.");
            var checkpoint = new StoredCheckpoint { Size = head.Size, Root = head.Root, Note = Encoding.UTF8.GetString(note.ToBytes()), At = clock.GetUtcNow() };
            await session.ExecuteAsync("INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (@Size, @Root, @Note, @At)", checkpoint);
            return checkpoint;
        }

        async Task<Head> HeadAsync() =>
            await session.FirstAsync<Head>("SELECT size, root FROM ledger_head WHERE id = 1") ?? new Head { Root = Merkle.EmptyRoot() };

        static Checkpoint? Outside(byte[]? bytes, SigningKey signing)
        {
            if (bytes is null) return null;
            var note = SignedNote.Parse(bytes);
            note.Verify(signing.Verifiers);
            return Checkpoint.Parse(note.Text);
        }

        /// <summary>Refuses to sign with a key that was passed on: whoever follows the log takes its signatures for those of a stranger.</summary>
        async Task DemandInForceAsync(SigningKey signing)
        {
            if (await KeyChanges.InForceAsync(session) is { } inForce && inForce != signing.Verifier.ToString())
                throw new InvalidOperationException($"The log's key was passed on to {inForce}. Set Ledger:KeyFile to the file of that key and start the service again.");
        }

        /// <summary>Refuses to go on from a log that is smaller than, or other than, one that was signed: both mean that entries were lost or changed.</summary>
        void DemandGrownFrom(Checkpoint? signed, Head head, string where)
        {
            if (signed is null) return;
            if (head.Size < signed.Size)
                throw new InvalidOperationException($"The log has {head.Size} entries, but {where} says that {signed.Size} were signed. Entries are missing: nothing more is signed.");
            if (!ledger.RootAt(signed.Size, head.Size).AsSpan().SequenceEqual(signed.Root))
                throw new InvalidOperationException($"The first {signed.Size} entries are not those that {where} says were signed. Nothing more is signed.");
        }
    }

    sealed record Head
    {
        public long Size { get; init; }
        public byte[] Root { get; init; } = [];
    }
}

/// <summary>Signs checkpoints and keeps the last one in a file beside the key as well.</summary>
public sealed class CheckpointSigner(IMediator mediator, SigningKey key)
{
    /// <exception cref="InvalidOperationException">The log is not what was signed before. The message says how.</exception>
    public async Task<StoredCheckpoint> SignAsync(CancellationToken ct)
    {
        var outside = key.ReadHead();
        var checkpoint = await mediator.Send(new SignCheckpoint { Actor = Actor.Service, Outside = outside }, ct);
        // A crash before this line leaves the file one checkpoint behind, which is still a head that the log has grown from.
        var note = Encoding.UTF8.GetBytes(checkpoint.Note);
        if (outside is null || !note.AsSpan().SequenceEqual(outside)) key.WriteHead(note);
        return checkpoint;
    }
}

public sealed record StoredCheckpoint
{
    public long Size { get; init; }
    public byte[] Root { get; init; } = [];
    /// <summary>The signed note (C2SP tlog-checkpoint), UTF-8.</summary>
    public string Note { get; init; } = "";
    public DateTimeOffset At { get; init; }
}
