using Governance.Service.Data;
using Governance.Service.Notifications;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>
/// Delivers messages a second or so after what they are about, looks every few minutes for days that are near or past, and removes
/// each hour what is old. One node at a time does it.
/// </summary>
public sealed partial class MessageFeed(IServiceScopeFactory scopes, TimeProvider clock, ILogger<MessageFeed> log) : RepeatedWork(clock)
{
    /// <summary>Between two looks for days: a reminder is for a day, so minutes do not matter.</summary>
    static readonly TimeSpan ReminderPause = TimeSpan.FromMinutes(10);

    static readonly TimeSpan RemovalPause = TimeSpan.FromHours(1);

    readonly TimeProvider _clock = clock;
    DateTimeOffset _remindAt = DateTimeOffset.MinValue, _removeAt = DateTimeOffset.MinValue;

    protected override TimeSpan Pause { get; } = TimeSpan.FromSeconds(1);

    protected override async Task<TimeSpan> WorkAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var delivery = scope.ServiceProvider.GetRequiredService<MessageDelivery>();
        var remind = _clock.GetUtcNow() >= _remindAt;
        // Claiming writes, so a service in which nothing happens does not do it.
        if (!remind && !await delivery.AnyAsync(ct)) return Pause;
        if (remind) _remindAt = _clock.GetUtcNow() + ReminderPause;
        if (await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(MessageDelivery.LeaseName, ct) is not { } lease) return Pause;
        while (await delivery.DeliverAsync(lease, ct)) { }
        if (remind) await scope.ServiceProvider.GetRequiredService<Reminders>().RemindAsync(lease, ct);
        if (_clock.GetUtcNow() >= _removeAt)
        {
            await scope.ServiceProvider.GetRequiredService<OldMessages>().RemoveAsync(lease, ct);
            _removeAt = _clock.GetUtcNow() + RemovalPause;
        }
        return Pause;
    }

    protected override void TellFailed(Exception e) => LogFailed(log, e);

    // All of it is still there, and the next try comes soon.
    [LoggerMessage(Level = LogLevel.Error, Message = "Messages could not be delivered")]
    static partial void LogFailed(ILogger log, Exception e);
}
