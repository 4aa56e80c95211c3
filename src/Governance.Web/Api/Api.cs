using System.Globalization;
using System.Threading.RateLimiting;
using Governance.Review;
using Governance.Web.Auth;

namespace Governance.Web.Api;

/// <summary>The JSON API (design, "Web"): the same requests as the pages send, over HTTP for programs.</summary>
public static class Api
{
    /// <summary>Requests that one person may send within a minute, whatever token they use, unless <c>Api:RequestsPerMinute</c> says otherwise.</summary>
    public const int RequestsPerMinute = 600;

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        // First, so that it is asked before the one that the framework brings.
        services.Insert(0, ServiceDescriptor.Singleton<IProblemDetailsWriter, ProblemWriter>());
        services.AddSingleton<PersonLimit>();
        services.AddApiDescription();
        return services;
    }

    /// <summary>Goes after <c>UseAccounts</c>: it asks who is behind a request.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase), api => api.Use(AnswerAsync));
        var v1 = app.MapGroup(Calls.Root);
        Proposals.Map(v1);
        Documents.Map(v1);
        Submissions.Map(v1);
        Questions.Map(v1);
        Stages.Map(v1);
        Determinations.Map(v1);
        Timelines.Map(v1);
        Work.Map(v1);
        Messages.Map(v1);
        Catalogue.Map(v1);
        Erasures.Map(v1);
        RegisterApi.Map(v1);
        v1.MapAuditApi();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        return app;
    }

    /// <summary>Limits each person, and turns what is refused into problem details.</summary>
    static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        if (context.FindActor() is { } actor)
        {
            using var lease = context.RequestServices.GetRequiredService<PersonLimit>().Acquire(actor.Id);
            if (!lease.IsAcquired)
            {
                context.Response.Headers.RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
                    ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture)
                    : "60";
                await Problem.Of(StatusCodes.Status429TooManyRequests).WriteAsync(context);
                return;
            }
        }
        try
        {
            await next(context);
        }
        catch (Problem problem) when (!context.Response.HasStarted)
        {
            await problem.WriteAsync(context);
        }
        catch (RefusalException refusal) when (!context.Response.HasStarted)
        {
            await Problem.Of(refusal).WriteAsync(context);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await Problem.Of(bad.StatusCode).WriteAsync(context);
        }
    }
}

/// <summary>How many requests each person may still send. Kept by each node for itself.</summary>
sealed class PersonLimit(IConfiguration configuration) : IDisposable
{
    readonly PartitionedRateLimiter<Guid> limiter = Limiter(configuration.GetValue("Api:RequestsPerMinute", Api.RequestsPerMinute));

    public RateLimitLease Acquire(Guid person) => limiter.AttemptAcquire(person);

    public void Dispose() => limiter.Dispose();

    static PartitionedRateLimiter<Guid> Limiter(int perMinute) => PartitionedRateLimiter.Create<Guid, Guid>(person =>
        RateLimitPartition.GetFixedWindowLimiter(person, _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) }));
}
