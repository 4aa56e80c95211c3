using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;

namespace Governance.Service.People;

/// <summary>
/// Works out again who is asked to do what in every proposal that is not decided yet: a new member of a panel finds the
/// open votes in their queue at once, and one who left is asked no more.
/// </summary>
static class RefreshQueues
{
    // Opening asks the permission table, and administrators see every submitted proposal. Nothing is done in this one's name.
    static readonly Actor Opener = new() { Id = Guid.Empty, Name = "", Email = "", Roles = [Role.Administrator] };

    /// <summary>Runs within a command, after people were changed and before the ledger is appended to.</summary>
    public static async Task RunAsync(Session session, ProposalStore proposals)
    {
        var open = await session.QueryAsync<string>(
            "SELECT reference FROM proposal WHERE phase IN @phases ORDER BY id",
            new { phases = new[] { nameof(Phase.InReview), nameof(Phase.AwaitingDetermination) } });
        foreach (var reference in open)
        {
            var proposal = await proposals.OpenAsync(reference, Opener);
            await proposals.UpdateQueueAsync(proposal, proposal.Case);
        }
    }
}
