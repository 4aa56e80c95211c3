using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>How the log stands as a whole: for auditors and administrators.</summary>
public sealed record GetLog(Actor Actor) : IQuery<LogView>
{
    public sealed class Handler(Session session, LogName log, SigningKey key) : IRequestHandler<GetLog, LogView>
    {
        public async Task<LogView> Handle(GetLog request, CancellationToken cancellationToken)
        {
            Oversight.Demand(request.Actor);
            var phases = await session.QueryAsync<Count>("SELECT phase, COUNT(*) AS number FROM proposal WHERE phase <> 'Draft' GROUP BY phase");
            return new LogView(
                log.Value,
                key.Verifier.ToString(),
                await session.ScalarAsync<long?>("SELECT size FROM ledger_head WHERE id = 1") ?? 0,
                await session.FirstAsync<StoredCheckpoint>($"SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size DESC {session.Database.Take}", new { take = 1 }),
                phases.ToDictionary(p => Enum.Parse<Phase>(p.Phase), p => p.Number));
        }
    }

    sealed record Count
    {
        public string Phase { get; init; } = "";
        public long Number { get; init; }
    }
}

/// <param name="Key">The public key as a verifier key: name, id and key (C2SP signed-note).</param>
/// <param name="Size">How many entries the log has.</param>
/// <param name="Checkpoint">The last one signed; null while there is none.</param>
/// <param name="Proposals">How many submitted proposals are where.</param>
public sealed record LogView(string Name, string Key, long Size, StoredCheckpoint? Checkpoint, IReadOnlyDictionary<Phase, long> Proposals);

/// <summary>The log's public key. Anybody may have it; whoever relies on it gets it twice, by different ways.</summary>
public sealed record GetLogKey : IQuery<string>
{
    public sealed class Handler(SigningKey key) : IRequestHandler<GetLogKey, string>
    {
        public Task<string> Handle(GetLogKey request, CancellationToken cancellationToken) => Task.FromResult(key.Verifier.ToString());
    }
}
