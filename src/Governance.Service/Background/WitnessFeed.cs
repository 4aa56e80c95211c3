using Governance.Service.Audit;
using Governance.Service.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>Sends each new checkpoint to the witnesses, and tries again where one does not answer. One node at a time does it.</summary>
public sealed partial class WitnessFeed(IServiceScopeFactory scopes, WitnessClient client, Witnesses witnesses, TimeProvider clock, ILogger<WitnessFeed> log) : RepeatedWork(clock)
{
    protected override TimeSpan Pause { get; } = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => witnesses.Asked.Count == 0 ? Task.CompletedTask : base.ExecuteAsync(stoppingToken);

    protected override async Task<TimeSpan> WorkAsync(CancellationToken ct)
    {
        if (await Leases.ClaimAsync(scopes, "witnesses", ct)) await client.AskAsync(ct);
        return Pause;
    }

    protected override void TellFailed(Exception e) => LogFailed(log, e);

    [LoggerMessage(Level = LogLevel.Error, Message = "The witnesses could not be asked")]
    static partial void LogFailed(ILogger log, Exception e);
}
