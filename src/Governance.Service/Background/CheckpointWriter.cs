using Governance.Service.Audit;
using Governance.Service.Pipeline;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>Signs a checkpoint every few seconds while the log grows. Appending never waits for it.</summary>
public sealed partial class CheckpointWriter(IServiceScopeFactory scopes, TimeProvider clock, ILogger<CheckpointWriter> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SignCheckpoint { Actor = Actor.Service }, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Entries stay as they are and the next try comes soon; what matters is that somebody hears of it.
                LogFailed(log, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The checkpoint could not be signed")]
    static partial void LogFailed(ILogger log, Exception e);
}
