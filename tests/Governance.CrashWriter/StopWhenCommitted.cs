using Governance.Service.Pipeline;
using MediatR;

namespace Governance.CrashWriter;

/// <summary>Says that a command is committed, and lets nothing happen after it until the program is killed.</summary>
sealed class StopWhenCommitted<TCommand, TAnswer> : IPipelineBehavior<TCommand, TAnswer> where TCommand : Command<TAnswer>
{
    public async Task<TAnswer> Handle(TCommand command, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        var answer = await next();
        await Console.Out.WriteLineAsync("committed");
        await Console.Out.FlushAsync(cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return answer;
    }
}
