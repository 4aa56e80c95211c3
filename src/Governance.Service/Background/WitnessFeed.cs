using Governance.Service.Audit;
using Governance.Service.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>Sends each new checkpoint to the witnesses, and tries again where one does not answer. One node at a time does it.</summary>
public sealed partial class WitnessFeed(IServiceScopeFactory scopes, WitnessClient client, Witnesses witnesses, TimeProvider clock, ILogger<WitnessFeed> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (witnesses.Asked.Count == 0) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await Leases.ClaimAsync(scopes, "witnesses", stoppingToken)) await client.AskAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(log, e);
            }
            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The witnesses could not be asked")]
    static partial void LogFailed(ILogger log, Exception e);
}
