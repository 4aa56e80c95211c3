using Governance.Service.Audit;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>Looks up every few seconds how the service is, for <see cref="Measures"/>. Runs only where somebody is told.</summary>
public sealed partial class VitalSigns : RepeatedWork
{
    readonly IServiceScopeFactory _scopes;
    readonly ILogger<VitalSigns> _log;
    volatile Vitals? _last;

    public VitalSigns(IServiceScopeFactory scopes, TimeProvider clock, ILogger<VitalSigns> log) : base(clock)
    {
        (_scopes, _log) = (scopes, log);
        Measures.Publish(() => _last, clock);
    }

    protected override TimeSpan Pause { get; } = TimeSpan.FromSeconds(15);

    protected override async Task<TimeSpan> WorkAsync(CancellationToken ct)
    {
        await using var scope = _scopes.CreateAsyncScope();
        _last = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new GetVitals(), ct);
        return Pause;
    }

    protected override void TellFailed(Exception e)
    {
        // Old numbers would look like a service that is well.
        _last = null;
        LogFailed(_log, e);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "How the service is could not be looked up")]
    static partial void LogFailed(ILogger log, Exception e);
}
