using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>Whether the log can be read and is all there: its head agrees with its entries and with what was signed.</summary>
public sealed record CheckHealth : IQuery<LedgerCondition>
{
    public sealed class Handler(Session session, SigningKey key, RecordFindings findings) : IRequestHandler<CheckHealth, LedgerCondition>
    {
        public async Task<LedgerCondition> Handle(CheckHealth request, CancellationToken cancellationToken)
        {
            var size = await session.ScalarAsync<long?>("SELECT size FROM ledger_head WHERE id = 1") ?? 0;
            var entries = (await session.ScalarAsync<long?>("SELECT MAX(seq) FROM ledger_entry") ?? -1) + 1;
            var signed = await session.ScalarAsync<long?>("SELECT MAX(size) FROM ledger_checkpoint") ?? 0;
            var fault = findings.Any ? string.Join(" ", findings.All)
                : size != entries ? $"The ledger's head says {size} entries, but there are {entries}."
                : signed > size ? $"{signed} entries were signed, but there are {size}."
                : await Schema.ProblemAsync(session);
            return new LedgerCondition(key.Verifier.Name, size, signed, fault);
        }
    }
}

/// <param name="Fault">What is wrong, in a sentence; null when nothing is.</param>
public sealed record LedgerCondition(string Log, long Size, long Signed, string? Fault);
