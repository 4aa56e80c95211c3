using Governance.Service.Audit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>
/// Looks at the end of the record before the first request is answered, and then through all of it, again and again,
/// slowly: 256 entries at a time, each time in a short reading transaction.
/// </summary>
public sealed partial class SelfCheck(RecordCheck check, TimeProvider clock, ILogger<SelfCheck> log) : BackgroundService
{
    /// <summary>Between two parts of 256 entries: a million entries take about a quarter of an hour.</summary>
    static readonly TimeSpan PartPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Between two looks through the whole record.</summary>
    static readonly TimeSpan RoundPause = TimeSpan.FromMinutes(10);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(async () =>
        {
            Tell(await check.LoadAsync(cancellationToken));
            Tell(await check.CheckEndAsync(cancellationToken));
        });
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var walk = new RecordWalk();
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(async () => Tell(await check.CheckPartAsync(walk, stoppingToken)));
            if (walk.Finished)
            {
                walk = new RecordWalk();
                await Task.Delay(RoundPause, clock, stoppingToken);
                // What another node found holds here too.
                await TryAsync(async () => Tell(await check.LoadAsync(stoppingToken)));
            }
            else
            {
                await Task.Delay(PartPause, clock, stoppingToken);
            }
        }
    }

    async Task TryAsync(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The database could not be read or written just now. The same part is looked at again.
            LogFailed(log, e);
        }
    }

    void Tell(IReadOnlyList<string> findings)
    {
        foreach (var finding in findings) LogFound(log, finding);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The record does not match, and nothing more is written to it: {Finding}")]
    static partial void LogFound(ILogger log, string finding);

    [LoggerMessage(Level = LogLevel.Error, Message = "The record could not be checked")]
    static partial void LogFailed(ILogger log, Exception e);
}
