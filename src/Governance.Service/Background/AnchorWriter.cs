using Governance.Service.Audit;
using Governance.Service.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>Once a day, has the last checkpoint stamped by the time-stamp authority, where one is configured.</summary>
public sealed partial class AnchorWriter(IServiceScopeFactory scopes, TimeProvider clock, ILogger<AnchorWriter> log) : RepeatedWork(clock)
{
    /// <summary>How often it looks whether a stamp is due, and so how soon it tries again.</summary>
    protected override TimeSpan Pause { get; } = TimeSpan.FromMinutes(10);

    protected override async Task<TimeSpan> WorkAsync(CancellationToken ct)
    {
        if (await Leases.ClaimAsync(scopes, "anchors", ct))
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Anchors>().WriteAsync(ct);
        }
        return Pause;
    }

    protected override void TellFailed(Exception e) => LogFailed(log, e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last checkpoint was not stamped")]
    static partial void LogFailed(ILogger log, Exception e);
}
