using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>How the log stands as a whole: for auditors and administrators.</summary>
public sealed record GetLog(Actor Actor) : IQuery<LogView>
{
    public sealed class Handler(Session session, LogName log, SigningKey key, CheckpointNotes notes, Witnesses witnesses) : IRequestHandler<GetLog, LogView>
    {
        public async Task<LogView> Handle(GetLog request, CancellationToken cancellationToken)
        {
            Oversight.Demand(request.Actor);
            var phases = await session.QueryAsync<Count>("SELECT phase, COUNT(*) AS number FROM proposal WHERE phase <> 'Draft' GROUP BY phase");
            return new LogView(
                log.Value,
                key.Verifier.ToString(),
                await session.ScalarAsync<long?>("SELECT size FROM ledger_head WHERE id = 1") ?? 0,
                await notes.LastAsync() is { } last ? last with { Note = System.Text.Encoding.UTF8.GetString((await notes.WithCosignaturesAsync(last.Size)).ToBytes()) } : null,
                phases.ToDictionary(p => Enum.Parse<Phase>(p.Phase), p => p.Number))
            {
                WitnessesWanted = witnesses.Wanted,
                WitnessedSize = await notes.LastWitnessedAsync() is { } note ? Governance.Ledger.Checkpoint.Parse(note.Text).Size : null,
                Witnesses = await notes.StandingsAsync(),
                Checked = await session.FirstAsync<LastCheck>("SELECT size, at FROM ledger_check WHERE id = 1"),
            };
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
public sealed record LogView(string Name, string Key, long Size, StoredCheckpoint? Checkpoint, IReadOnlyDictionary<Phase, long> Proposals)
{
    /// <summary>The policy wants witnesses.</summary>
    public bool WitnessesWanted { get; init; }

    /// <summary>How many entries the largest checkpoint covers that enough witnesses cosigned; null while there is none.</summary>
    public long? WitnessedSize { get; init; }

    public IReadOnlyList<WitnessStanding> Witnesses { get; init; } = [];

    /// <summary>The last look through the whole record; null before the first.</summary>
    public LastCheck? Checked { get; init; }
}

/// <summary>A look through the whole record.</summary>
public sealed record LastCheck
{
    /// <summary>How many entries there were.</summary>
    public long Size { get; init; }
    public DateTimeOffset At { get; init; }
}

/// <summary>The log's public key. Anybody may have it; whoever relies on it gets it twice, by different ways.</summary>
public sealed record GetLogKey : IQuery<string>
{
    public sealed class Handler(SigningKey key) : IRequestHandler<GetLogKey, string>
    {
        public Task<string> Handle(GetLogKey request, CancellationToken cancellationToken) => Task.FromResult(key.Verifier.ToString());
    }
}
