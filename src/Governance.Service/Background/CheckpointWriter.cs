using Governance.Review;
using Governance.Service.Audit;
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
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(stoppingToken);
            }
            catch (UnavailableException)
            {
                // The check of the record has said why, and says it for as long as it holds.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Entries stay as they are and the next try comes soon; what matters is that somebody hears of it.
                LogFailed(log, e);
            }
            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The checkpoint could not be signed")]
    static partial void LogFailed(ILogger log, Exception e);
}
