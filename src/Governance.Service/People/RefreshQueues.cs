using Governance.Review;
using Governance.Review.Messages;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service.Data;
using Governance.Service.Notifications;
using Governance.Service.Pipeline;

namespace Governance.Service.People;

/// <summary>
/// Works out again who is asked to do what in every proposal that is not decided yet: a new member of a panel finds the
/// open votes in their queue at once, and one who left is asked no more.
/// </summary>
public sealed class RefreshQueues(Session session, ProposalStore proposals, MessageRows messages)
{
    // Opening asks the permission table, and administrators see every submitted proposal. Nothing is done in this one's name.
    internal static readonly Actor Opener = new() { Id = Guid.Empty, Name = "", Email = "", Roles = [Role.Administrator] };

    /// <summary>Runs within a command, after people were changed and before the ledger is appended to.</summary>
    public async Task RunAsync()
    {
        var open = await session.QueryAsync<string>(
            "SELECT reference FROM proposal WHERE phase IN @phases ORDER BY id",
            new { phases = new[] { nameof(Phase.InReview), nameof(Phase.AwaitingDetermination) } });
        var before = (await session.QueryAsync<Asked>("SELECT proposal, person, task, stage, since, due FROM work_item")).ToHashSet();
        var now = (await proposals.NowAsync()).At;
        foreach (var reference in open)
        {
            var proposal = await proposals.OpenAsync(reference, Opener);
            var queue = await proposals.UpdateQueueAsync(proposal, proposal.Case);
            foreach (var item in queue.Items)
            {
                var asked = new Asked { Proposal = proposal.Id, Person = item.Person, Task = item.Task, Stage = item.Stage, Since = item.Since, Due = item.Due };
                if (!before.Contains(asked)) await TellAsync(asked, now);
            }
        }
    }

    /// <summary>
    /// Tells somebody what they are asked to do from now on, unless they were told before: who leaves a panel and comes back
    /// while the same stage is open is not told twice. There are few such messages, so they need no outbox.
    /// </summary>
    async Task TellAsync(Asked asked, DateTimeOffset now)
    {
        if (!Enum.TryParse<WorkTask>(asked.Task, out var task) || MessageRules.OfWork(task) is not { } told) return;
        var kind = MessageNames.Of(told);
        if (await session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM message WHERE person = @Person AND proposal = @Proposal AND kind = @kind AND stage = @Stage AND at >= @Since",
            new { asked.Person, asked.Proposal, kind, asked.Stage, asked.Since }) > 0) return;
        var seq = await messages.EntryAsync(asked.Proposal, asked.Since);
        await messages.AddAsync(new MessageRows.Row { Person = asked.Person, Seq = seq, Kind = kind, Stage = asked.Stage, Proposal = asked.Proposal, Due = asked.Due, At = now });
    }

    sealed record Asked
    {
        public long Proposal { get; init; }
        public Guid Person { get; init; }
        public string Task { get; init; } = "";
        public string Stage { get; init; } = "";
        public DateTimeOffset Since { get; init; }
        public DateOnly? Due { get; init; }
    }
}
