using Governance.Service.Data;
using Governance.Service.Notifications;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>Delivers messages a second or two after what they are about, and looks every few minutes for days that are near or past. One node at a time does it.</summary>
public sealed partial class MessageFeed(IServiceScopeFactory scopes, TimeProvider clock, ILogger<MessageFeed> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks for days: a reminder is for a day, so minutes do not matter.</summary>
    static readonly TimeSpan ReminderPause = TimeSpan.FromMinutes(10);

    DateTimeOffset _remindAt = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // All of it is still there, and the next try comes soon.
                LogFailed(log, e);
            }
            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    async Task WorkAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var delivery = scope.ServiceProvider.GetRequiredService<MessageDelivery>();
        var remind = clock.GetUtcNow() >= _remindAt;
        // Claiming writes, so a service in which nothing happens does not do it.
        if (!remind && !await delivery.AnyAsync(ct)) return;
        if (remind) _remindAt = clock.GetUtcNow() + ReminderPause;
        if (await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(MessageDelivery.LeaseName, ct) is not { } lease) return;
        while (await delivery.DeliverAsync(lease, ct)) { }
        if (remind) await delivery.RemindAsync(lease, ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Messages could not be delivered")]
    static partial void LogFailed(ILogger log, Exception e);
}

/// <summary>Mails messages where a mail server is configured. One node at a time does it.</summary>
public sealed partial class MailFeed(IServiceScopeFactory scopes, MailSettings settings, TimeProvider clock, ILogger<MailFeed> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.On) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var delivery = scope.ServiceProvider.GetRequiredService<MailDelivery>();
                while (await delivery.AnyAsync(stoppingToken)
                    && await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(MailDelivery.LeaseName, stoppingToken) is { } lease
                    && await delivery.SendAsync(lease, stoppingToken)) { }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(log, e);
            }
            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "E-mails could not be sent")]
    static partial void LogFailed(ILogger log, Exception e);
}
