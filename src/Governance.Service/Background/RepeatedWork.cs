using Governance.Review;
using Microsoft.Extensions.Hosting;

namespace Governance.Service.Background;

/// <summary>
/// Does a piece of work again and again for as long as the service runs. The pause comes after the work, so a slow round is
/// never followed by two at once. A round that fails is told of and tried again.
/// </summary>
public abstract class RepeatedWork(TimeProvider clock) : BackgroundService
{
    /// <summary>How long to wait after a round that failed.</summary>
    protected abstract TimeSpan Pause { get; }

    /// <returns>How long to wait before the next round.</returns>
    protected abstract Task<TimeSpan> WorkAsync(CancellationToken ct);

    protected abstract void TellFailed(Exception e);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Pause;
            try
            {
                pause = await WorkAsync(stoppingToken);
            }
            catch (UnavailableException)
            {
                // The check of the record has said why, and says it for as long as it holds.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                TellFailed(e);
            }
            await Task.Delay(pause, clock, stoppingToken);
        }
    }
}
