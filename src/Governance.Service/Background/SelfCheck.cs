using Governance.Service.Audit;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>
/// Looks at the end of the record before the first request is answered, and then through all of it, again and again,
/// slowly: 256 entries at a time, each time in a short reading transaction.
/// </summary>
public sealed partial class SelfCheck(RecordCheck check, TimeProvider clock, ILogger<SelfCheck> log) : RepeatedWork(clock)
{
    /// <summary>Between two parts of 256 entries: a million entries take about a quarter of an hour.</summary>
    protected override TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Between two looks through the whole record.</summary>
    static readonly TimeSpan RoundPause = TimeSpan.FromMinutes(10);

    RecordWalk _walk = new();

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Tell(await check.LoadAsync(cancellationToken));
            Tell(await check.CheckEndAsync(cancellationToken));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The database could not be read just now. The parts below will meet the same end.
            LogFailed(log, e);
        }
        await base.StartAsync(cancellationToken);
    }

    protected override async Task<TimeSpan> WorkAsync(CancellationToken ct)
    {
        // What another node found holds here too.
        if (_walk.Size == 0) Tell(await check.LoadAsync(ct));
        Tell(await check.CheckPartAsync(_walk, ct));
        if (!_walk.Finished) return Pause;
        _walk = new RecordWalk();
        return RoundPause;
    }

    protected override void TellFailed(Exception e) => LogFailed(log, e);

    void Tell(IReadOnlyList<string> findings)
    {
        foreach (var finding in findings) LogFound(log, finding);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The record does not match, and nothing more is written to it: {Finding}")]
    static partial void LogFound(ILogger log, string finding);

    [LoggerMessage(Level = LogLevel.Error, Message = "The record could not be checked")]
    static partial void LogFailed(ILogger log, Exception e);
}
