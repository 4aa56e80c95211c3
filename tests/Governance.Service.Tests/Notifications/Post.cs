using Governance.Service.Data;
using Governance.Service.Notifications;
using Governance.Service.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Notifications;

/// <summary>What the background work does, done when a test says so.</summary>
static class Post
{
    public static async Task Deliver(this TestService service)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var lease = await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(MessageDelivery.LeaseName, default);
        while (await scope.ServiceProvider.GetRequiredService<MessageDelivery>().DeliverAsync(lease!, default)) { }
    }

    public static async Task Remind(this TestService service)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var lease = await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(MessageDelivery.LeaseName, default);
        await scope.ServiceProvider.GetRequiredService<Reminders>().RemindAsync(lease!, default);
    }

    /// <summary>Mails everything that is due.</summary>
    public static async Task Mail(this TestService service)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var lease = await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(MailDelivery.LeaseName, default);
        while (await scope.ServiceProvider.GetRequiredService<MailDelivery>().SendAsync(lease!, default)) { }
    }

    /// <summary>What somebody was told, oldest first, in the order of the log: kind and stage.</summary>
    public static async Task<List<string>> Told(this TestService service, Actor person)
    {
        List<MessageLine> all = [];
        string? after = null;
        do
        {
            // Small pages, so that every test walks from page to page.
            var page = await service.Send(new ListMessages(person) { Take = 3, After = after });
            all.AddRange(page.Messages);
            after = page.Next;
        }
        while (after is not null);
        return [.. all.OrderBy(m => m.Key.Seq).ThenBy(m => m.Kind).ThenBy(m => m.Stage, StringComparer.Ordinal).Select(m => m.Stage.Length > 0 ? $"{MessageNames.Of(m.Kind)} {m.Stage}" : MessageNames.Of(m.Kind))];
    }

    public static Task<long> Count(this TestService service, string table) =>
        service.InTransaction((_, session) => session.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}"));
}
