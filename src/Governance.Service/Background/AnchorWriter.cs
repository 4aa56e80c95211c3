using Governance.Review;
using Governance.Service.Audit;
using Governance.Service.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>Once a day, has the last checkpoint stamped by the time-stamp authority, where one is configured.</summary>
public sealed partial class AnchorWriter(IServiceScopeFactory scopes, TimeProvider clock, ILogger<AnchorWriter> log) : BackgroundService
{
    /// <summary>How often it looks whether a stamp is due, and so how soon it tries again.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await Leases.ClaimAsync(scopes, "anchors", stoppingToken))
                {
                    await using var scope = scopes.CreateAsyncScope();
                    await scope.ServiceProvider.GetRequiredService<Anchors>().WriteAsync(stoppingToken);
                }
            }
            catch (UnavailableException)
            {
                // The check of the record has said why, and says it for as long as it holds.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(log, e);
            }
            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last checkpoint was not stamped")]
    static partial void LogFailed(ILogger log, Exception e);
}
