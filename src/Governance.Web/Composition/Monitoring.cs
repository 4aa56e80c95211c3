using System.Diagnostics;
using Governance.Service;
using Governance.Service.Background;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Governance.Web.Composition;

/// <summary>
/// Traces and metrics over OpenTelemetry's protocol, where the operator names an endpoint; off otherwise. The standard's own
/// settings say where and how (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, <c>OTEL_EXPORTER_OTLP_PROTOCOL</c> and so on).
/// </summary>
public static class Monitoring
{
    public const string Setting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>What is asked for every few seconds, or with every page, and says nothing.</summary>
    static readonly string[] Skipped = ["/health", "/build", "/js"];

    public static IServiceCollection AddMonitoring(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration[Setting])) return services;
        services.AddHostedService<VitalSigns>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("governance", serviceInstanceId: configuration["Node:Name"] ?? Environment.MachineName))
            .WithTracing(tracing => tracing
                .AddSource(Measures.Name)
                .AddAspNetCoreInstrumentation(options =>
                {
                    options.RecordException = false;
                    options.Filter = context => !Skipped.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));
                })
                .AddProcessor(new Unnamed())
                .AddOtlpExporter())
            .WithMetrics(metrics => metrics
                .AddMeter(Measures.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddOtlpExporter());
        return services;
    }

    /// <summary>
    /// Takes from each span what could tell of a person or a proposal: addresses hold references and ids, their queries hold
    /// what somebody searched for, and a browser's name and address are a visitor's own. The route's pattern stays.
    /// </summary>
    sealed class Unnamed : BaseProcessor<Activity>
    {
        static readonly string[] Kept =
            ["http.request.method", "http.response.status_code", "http.route", "url.scheme", "network.protocol.version", "error.type", "governance.outcome"];

        public override void OnEnd(Activity data)
        {
            // What a later version of the instrumentation adds is left out too, until somebody has looked at it.
            foreach (var tag in data.TagObjects.Where(t => !Kept.Contains(t.Key, StringComparer.Ordinal)).ToList()) data.SetTag(tag.Key, null);
            if (data.Kind == ActivityKind.Server) data.DisplayName = $"{data.GetTagItem("http.request.method")} {data.GetTagItem("http.route")}".Trim();
            if (data.StatusDescription is not null) data.SetStatus(data.Status);
        }
    }
}
