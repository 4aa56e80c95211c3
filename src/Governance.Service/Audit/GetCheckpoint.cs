using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>The last signed checkpoint with its cosignatures, or null while there is none. Anybody may have it.</summary>
public sealed record GetCheckpoint : IQuery<StoredCheckpoint?>
{
    public sealed class Handler(CheckpointNotes notes) : IRequestHandler<GetCheckpoint, StoredCheckpoint?>
    {
        public async Task<StoredCheckpoint?> Handle(GetCheckpoint request, CancellationToken cancellationToken) => await notes.LastAsync() is { } last
            ? last with { Note = System.Text.Encoding.UTF8.GetString((await notes.WithCosignaturesAsync(last.Size)).ToBytes()) }
            : null;
    }
}
