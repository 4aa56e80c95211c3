using Governance.Review;
using Governance.Service.Audit;
using Governance.Web.Auth;
using MediatR;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Governance.Web.Composition;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: the database can be read, the ledger's head agrees with
/// the last checkpoint, the check of the record has found nothing, and the key can sign. Both say one word and name nothing
/// to outsiders; the log says the rest, and <c>/health/details</c> says it to administrators, and which
/// proposals the route engine in use cannot go on from. Those keep nobody from working on the others.
/// </summary>
public static class Health
{
    const string Ready = "ready";

    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<LedgerHealth>("ledger", tags: [Ready]).AddCheck<RouteHealth>("routes");
        return services;
    }

    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains(Ready) }).AllowAnonymous();
        app.MapHealthChecks("/health/details", new()
        {
            ResponseWriter = static (context, report) => context.Response.WriteAsJsonAsync(
                new { status = report.Status.ToString(), checks = report.Entries.ToDictionary(e => e.Key, e => new { status = e.Value.Status.ToString(), description = e.Value.Description, data = e.Value.Data }) },
                context.RequestAborted),
        }).RequireAuthorization(new RequireRoleAttribute(Role.Administrator));
        return app;
    }

    sealed class LedgerHealth(IServiceScopeFactory scopes, RecordFindings findings) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await using var scope = scopes.CreateAsyncScope();
            var condition = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new CheckHealth(), cancellationToken);
            return condition.Fault is null
                ? HealthCheckResult.Healthy($"{condition.Size} entries, {condition.Signed} signed.")
                : HealthCheckResult.Unhealthy(condition.Fault, data: new Dictionary<string, object>(StringComparer.Ordinal) { ["findings"] = findings.All });
        }
    }

    sealed class RouteHealth(IServiceScopeFactory scopes) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await using var scope = scopes.CreateAsyncScope();
            var elsewhere = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ListRoutes(OnOthersOnly: true), cancellationToken);
            return elsewhere.Count == 0
                ? HealthCheckResult.Healthy("The route engine in use can go on from every open proposal.")
                : HealthCheckResult.Degraded(string.Join(' ', elsewhere.Select(r => r.Fault)));
        }
    }
}
