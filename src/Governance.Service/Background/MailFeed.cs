using Governance.Service.Data;
using Governance.Service.Notifications;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>Mails messages where a mail server is configured. One node at a time does it.</summary>
public sealed partial class MailFeed(IServiceScopeFactory scopes, MailSettings settings, TimeProvider clock, ILogger<MailFeed> log) : RepeatedWork(clock)
{
    protected override TimeSpan Pause { get; } = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => settings.On ? base.ExecuteAsync(stoppingToken) : Task.CompletedTask;

    protected override async Task<TimeSpan> WorkAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var delivery = scope.ServiceProvider.GetRequiredService<MailDelivery>();
        while (await delivery.AnyAsync(ct)
            && await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(MailDelivery.LeaseName, ct) is { } lease
            && await delivery.SendAsync(lease, ct)) { }
        return Pause;
    }

    protected override void TellFailed(Exception e) => LogFailed(log, e);

    [LoggerMessage(Level = LogLevel.Error, Message = "E-mails could not be sent")]
    static partial void LogFailed(ILogger log, Exception e);
}
