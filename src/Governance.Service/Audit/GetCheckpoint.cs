using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>The last signed checkpoint, or null while there is none. Anybody may have it.</summary>
public sealed record GetCheckpoint : IQuery<StoredCheckpoint?>
{
    public sealed class Handler(Session session) : IRequestHandler<GetCheckpoint, StoredCheckpoint?>
    {
        public Task<StoredCheckpoint?> Handle(GetCheckpoint request, CancellationToken cancellationToken) => session.FirstAsync<StoredCheckpoint>(
            $"SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size DESC {session.Database.Take}", new { take = 1 });
    }
}
