using Governance.Service.Data;
using Governance.Service.Erasures;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>
/// Destroys the keys that an erasure left behind because its node died before it came to that, or could not reach the key
/// store. One node at a time looks, so that it does not take a start of the dead one.
/// </summary>
public sealed partial class KeyDestruction(IServiceScopeFactory scopes, TimeProvider clock, ILogger<KeyDestruction> log) : RepeatedWork(clock)
{
    /// <summary>Between two looks.</summary>
    protected override TimeSpan Pause { get; } = TimeSpan.FromMinutes(1);

    protected override async Task<TimeSpan> WorkAsync(CancellationToken ct)
    {
        if (await Leases.ClaimAsync(scopes, "keys", ct)) await FinishAsync(ct);
        return Pause;
    }

    /// <summary>Destroys what committed erasures left to be destroyed. Repeating it does nothing more.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        await DoomedKeys.DestroyAsync(scope.ServiceProvider.GetRequiredService<IMediator>(), scope.ServiceProvider.GetRequiredService<KeyStore>(), ct);
    }

    protected override void TellFailed(Exception e) => LogFailed(log, e);

    [LoggerMessage(Level = LogLevel.Error, Message = "Keys of what was erased could not be destroyed. It is tried again every minute")]
    static partial void LogFailed(ILogger log, Exception e);
}
