using Governance.Service.Audit;
using Governance.Service.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Service.Background;

/// <summary>
/// Signs a checkpoint every few seconds while the log grows. Appending never waits for it. Of several nodes the one with
/// the lease signs; the others keep what it signed.
/// </summary>
public sealed partial class CheckpointWriter(IServiceScopeFactory scopes, RecordCheck check, Node node, TimeProvider clock, ILogger<CheckpointWriter> log) : RepeatedWork(clock)
{
    protected override TimeSpan Pause { get; } = TimeSpan.FromSeconds(5);

    Lease? _lease;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await base.ExecuteAsync(stoppingToken);
        }
        finally
        {
            // Within the work itself, so that a host which stops waits for it.
            await HandOverAsync();
        }
    }

    protected override async Task<TimeSpan> WorkAsync(CancellationToken ct)
    {
        // What another node found wrong with the record stops this one too, within seconds.
        await check.LoadAsync(ct);
        await using var scope = scopes.CreateAsyncScope();
        var lease = await scope.ServiceProvider.GetRequiredService<Leases>().ClaimAsync(SignCheckpoint.LeaseName, ct);
        if (lease?.Term != _lease?.Term)
        {
            if (lease is null) LogLost(log, node.Id);
            else LogHeld(log, node.Id, lease.Term);
        }
        _lease = lease;
        var signer = scope.ServiceProvider.GetRequiredService<CheckpointSigner>();
        if (lease is null) await signer.FollowAsync(ct);
        else await signer.SignAsync(ct, lease);
        return Pause;
    }

    protected override void TellFailed(Exception e) => LogFailed(log, e);

    /// <summary>Gives the lease back, so that another node takes the work up with its next look and not when the lease has run out.</summary>
    async Task HandOverAsync()
    {
        if (_lease is not { } lease) return;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Leases>().ReleaseAsync(lease);
            LogReleased(log, node.Id, lease.Term);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException)
        {
            // It runs out by itself.
            LogFailed(log, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The checkpoint could not be signed, or not followed")]
    static partial void LogFailed(ILogger log, Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} signs checkpoints from now on, in term {Term}")]
    static partial void LogHeld(ILogger log, string node, long term);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} leaves the signing of checkpoints to another node")]
    static partial void LogLost(ILogger log, string node);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} gave the signing of checkpoints back after term {Term}")]
    static partial void LogReleased(ILogger log, string node, long term);
}
