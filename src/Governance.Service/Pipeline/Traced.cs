using System.Diagnostics;
using Governance.Review;
using MediatR;

namespace Governance.Service.Pipeline;

/// <summary>
/// Gives each request a span with its name and how it ended, where anybody listens. What a request holds stays out of it, and
/// so do the words of an exception, which may repeat what was typed.
/// </summary>
public sealed class Traced<TRequest, TAnswer> : IPipelineBehavior<TRequest, TAnswer>
    where TRequest : IRequest<TAnswer>
{
    public Task<TAnswer> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next) =>
        Measures.Requests.HasListeners() ? SpanAsync(next) : next();

    static async Task<TAnswer> SpanAsync(RequestHandlerDelegate<TAnswer> next)
    {
        using var span = Measures.Requests.StartActivity(typeof(TRequest).Name);
        try
        {
            var answer = await next();
            span?.SetTag("governance.outcome", "done");
            return answer;
        }
        catch (Exception e)
        {
            span?.SetTag("governance.outcome", e is RefusalException ? "refused" : "failed");
            span?.SetTag("error.type", e.GetType().Name);
            if (e is not RefusalException) span?.SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }
}
