using Governance.Service.Audit;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Pipeline;

/// <summary>A command that adds nothing to the record, and so may run while the record does not match.</summary>
public interface ILeavesTheRecordAlone;

/// <summary>
/// Refuses every command while the check of the record has found anything. Reading goes on: that an auditor read is then
/// written to the service's own log, since it cannot go into the record.
/// </summary>
public sealed partial class WhileRecordMatches<TCommand, TAnswer>(RecordFindings findings, ILogger<RecordFindings> log) : IPipelineBehavior<TCommand, TAnswer>
    where TCommand : Command<TAnswer>
{
    public Task<TAnswer> Handle(TCommand command, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        if (findings.Any && command is RecordRead read)
        {
            LogUnrecorded(log, read.Actor.Id, read.What, read.Reference);
            return Task.FromResult((TAnswer)(object)Unit.Value);
        }
        if (command is not ILeavesTheRecordAlone) findings.DemandNone();
        return next();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not in the record, which does not match: person {Person} asked {What} of {Reference}")]
    static partial void LogUnrecorded(ILogger log, Guid person, string what, string reference);
}
