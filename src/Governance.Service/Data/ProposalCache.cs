using System.Collections.Concurrent;
using System.Collections.Immutable;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Review.Routes;

namespace Governance.Service.Data;

/// <summary>
/// Proposals as this process last read or wrote them, so that a command need not read the whole state again. An entry is
/// used only for the proposal's version and last leaf as the transaction at hand sees them. A leaf is never seen twice, so
/// what a transaction left here that was undone later is never found; and other nodes' changes are.
/// </summary>
public sealed class ProposalCache
{
    /// <summary>A state takes some tens of kilobytes. More proposals than this are seldom worked on at once.</summary>
    const int Most = 1000;

    readonly ConcurrentDictionary<long, CachedProposal> _proposals = new();

    /// <param name="last">The leaf of the proposal's last entry; null for a draft, which is never kept.</param>
    internal CachedProposal? Find(long id, long version, byte[]? last) =>
        last is not null && _proposals.TryGetValue(id, out var cached) && cached.Version == version && cached.Last.AsSpan().SequenceEqual(last) ? cached : null;

    internal CachedProposal Keep(CachedProposal proposal)
    {
        if (proposal.Last is null) return proposal;
        if (_proposals.Count >= Most) _proposals.Clear();
        _proposals[proposal.Id] = proposal;
        return proposal;
    }
}

/// <summary>A proposal at one version, with what is worked out from it when first asked for.</summary>
sealed class CachedProposal
{
    public required long Id { get; init; }
    public required long Version { get; init; }
    public required byte[]? Last { get; init; }
    /// <summary>The id of the key that the proposal's texts are sealed under at this version: erasing makes another version.</summary>
    public required long Key { get; init; }
    public required ProposalState State { get; init; }
    public required RouteState? Route { get; init; }
    public IReadOnlySet<string>? TeamEmails { get; set; }
    public ProposalQueue? Queue { get; init; }
}

/// <summary>What a proposal asks of whom, and the people that it was worked out for.</summary>
/// <param name="Judges">Compared by identity: other people, or the same ones read again, make another queue.</param>
public sealed record ProposalQueue(Judges.AsOf Judges, IReadOnlyDictionary<string, (Guid Id, Party Party)> Parties, IReadOnlySet<QueuedWork> Items);

/// <summary>A row of somebody's work queue.</summary>
public sealed record QueuedWork
{
    public Guid Person { get; init; }
    public string Task { get; init; } = "";
    public string Stage { get; init; } = "";
    public DateTimeOffset Since { get; init; }
    public DateOnly? Due { get; init; }
}
