using Governance.Ledger;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>
/// Signs the head of the log, unless the last checkpoint is of that very head. The head was committed before, by other
/// transactions: nothing is ever signed that a crash could undo.
/// </summary>
public sealed record SignCheckpoint : Command<StoredCheckpoint>
{
    public sealed class Handler(Session session, SigningKey key, LogName log, TimeProvider clock) : IRequestHandler<SignCheckpoint, StoredCheckpoint>
    {
        public async Task<StoredCheckpoint> Handle(SignCheckpoint request, CancellationToken cancellationToken)
        {
            var last = await session.FirstAsync<StoredCheckpoint>($"SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size DESC {session.Database.Take}", new { take = 1 });
            var head = await session.FirstAsync<Head>("SELECT size, root FROM ledger_head WHERE id = 1") ?? new Head { Root = Merkle.EmptyRoot() };
            if (last is not null && head.Size < last.Size)
                throw new InvalidOperationException($"The log has {head.Size} entries, but {last.Size} were signed. Entries are missing: nothing more is signed.");
            if (last is not null && head.Size == last.Size)
            {
                return last.Root.AsSpan().SequenceEqual(head.Root)
                    ? last
                    : throw new InvalidOperationException($"The log's {head.Size} entries are not those that were signed. Nothing more is signed.");
            }
            var text = new Checkpoint(log.Value, head.Size, head.Root).ToText();
            var note = SignedNote.Sign(text, key.Signer);
            var checkpoint = new StoredCheckpoint { Size = head.Size, Root = head.Root, Note = System.Text.Encoding.UTF8.GetString(note.ToBytes()), At = clock.GetUtcNow() };
            await session.ExecuteAsync("INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (@Size, @Root, @Note, @At)", checkpoint);
            return checkpoint;
        }
    }

    sealed record Head
    {
        public long Size { get; init; }
        public byte[] Root { get; init; } = [];
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
