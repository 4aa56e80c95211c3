using System.Text;
using Governance.Ledger;
using Governance.Service.Data;

namespace Governance.Service.Audit;

/// <summary>Checkpoints with what witnesses signed under them. Reads within the transaction that is open.</summary>
public sealed class CheckpointNotes(Session session, Witnesses witnesses)
{
    /// <summary>How many cosigned checkpoints are looked at for one that has a quorum.</summary>
    const int Looked = 20;

    /// <summary>The last one that was signed; null before the first.</summary>
    public Task<StoredCheckpoint?> LastAsync() => StoredCheckpoint.LastAsync(session);

    /// <summary>The note of the checkpoint of that size, with every cosignature that has come in, by its witness's key.</summary>
    /// <exception cref="InvalidOperationException">There is no checkpoint of that size.</exception>
    public async Task<SignedNote> WithCosignaturesAsync(long size)
    {
        var text = await session.ScalarAsync<string?>("SELECT note FROM ledger_checkpoint WHERE size = @size", new { size })
            ?? throw new InvalidOperationException($"There is no checkpoint of {size} entries.");
        var lines = await session.QueryAsync<string>("SELECT line FROM ledger_cosignature WHERE size = @size ORDER BY witness", new { size });
        return SignedNote.Parse(Encoding.UTF8.GetBytes(text + string.Concat(lines)));
    }

    /// <summary>
    /// The largest checkpoint that enough witnesses cosigned, by the policy in force now; null where there is none, or where
    /// the policy wants nobody.
    /// </summary>
    public async Task<SignedNote?> LastWitnessedAsync()
    {
        if (!witnesses.Wanted) return null;
        foreach (var size in await session.QueryAsync<long>($"SELECT DISTINCT size FROM ledger_cosignature ORDER BY size DESC {session.Database.Take}", new { take = Looked }))
        {
            var note = await WithCosignaturesAsync(size);
            if (witnesses.Policy.Evaluate(note).Witnessed) return note;
        }
        return null;
    }

    /// <summary>
    /// The checkpoint to prove an entry under: a witnessed one where one covers it, since that proves more, else the last.
    /// </summary>
    /// <returns>The note with its cosignatures; null while none covers the entry.</returns>
    public async Task<CoveringCheckpoint?> CoveringAsync(long seq)
    {
        if (await LastWitnessedAsync() is { } witnessed && Checkpoint.Parse(witnessed.Text) is var seen && seen.Size > seq)
            return new CoveringCheckpoint(seen.Size, witnessed, true);
        return await LastAsync() is { } last && last.Size > seq ? new CoveringCheckpoint(last.Size, await WithCosignaturesAsync(last.Size), false) : null;
    }

    /// <summary>How each witness that is asked is doing.</summary>
    public async Task<IReadOnlyList<WitnessStanding>> StandingsAsync()
    {
        var standings = new List<WitnessStanding>();
        foreach (var (witness, _) in witnesses.Asked)
        {
            var id = witness.ToString();
            var row = await session.FirstAsync<Row>("SELECT fault FROM ledger_witness WHERE witness = @id", new { id });
            var last = await session.FirstAsync<Row>($"SELECT size, at FROM ledger_cosignature WHERE witness = @id ORDER BY size DESC {session.Database.Take}", new { id, take = 1 });
            standings.Add(new WitnessStanding(witness.Name, last?.Size, last?.At, row?.Fault));
        }
        return standings;
    }

    sealed record Row
    {
        public long Size { get; init; }
        public DateTimeOffset At { get; init; }
        public string? Fault { get; init; }
    }
}

/// <param name="Witnessed">Enough witnesses cosigned it.</param>
public sealed record CoveringCheckpoint(long Size, SignedNote Note, bool Witnessed);

/// <param name="Size">The largest checkpoint that it cosigned; null before the first.</param>
/// <param name="At">When, by its own clock.</param>
/// <param name="Fault">What went wrong when it was asked last; null when nothing did.</param>
public sealed record WitnessStanding(string Name, long? Size, DateTimeOffset? At, string? Fault);
