using System.Collections.Concurrent;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Pipeline;
using Governance.Service.Stages;
using Governance.Service.Tests.Ledger;

namespace Governance.Service.Tests.Pipeline;

/// <summary>Two copies of the service write to one file at the same time.</summary>
public sealed class TwoHostsTests
{
    [Fact]
    public async Task Hundreds_of_votes_and_questions_at_once_are_each_done_once_and_nothing_is_lost()
    {
        await using var service = new TestService();
        await using var other = new Host(service);
        string[] references = [await service.Submitted(SampleAnswers.ServiceDesign), await service.Submitted(SampleAnswers.ServiceDesign)];
        var before = references.ToDictionary(r => r, r => service.Get(r).GetAwaiter().GetResult().Version);
        Task<Receipt> Send(int i, ProposalCommand command) => i % 2 == 0 ? service.Send(command) : other.Send(command);

        var receipts = new ConcurrentBag<Receipt>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var member = service.Privacy[i % 3];
            var reference = references[i % 2 == i / 2 % 2 ? 0 : 1];
            receipts.Add(await Send(i, i % 3 == 0
                ? new AskQuestion { Actor = member, Reference = reference, Stage = StageIds.Privacy, Text = $"Question {i}?" }
                : new CastVote { Actor = member, Reference = reference, Stage = StageIds.Privacy, Choice = VoteChoice.Approve, Rationale = $"Reason {i}." }));
        });

        Assert.Equal(300, receipts.Select(r => r.Seq).Distinct().Count());
        foreach (var reference in references)
        {
            var own = receipts.Where(r => r.Reference == reference).Select(r => r.Version).Order().ToList();
            Assert.Equal(Enumerable.Range(1, own.Count).Select(n => before[reference] + n), own);
            var view = await service.Get(reference);
            Assert.Equal(own[^1], view.Version);
            Assert.Equal(own.Count, view.State.Questions.Length + view.State.Stage(StageIds.Privacy)!.Votes.Length);
            await WholeWalkTests.AssertRowIsFold(service, reference);
        }
        TreeTests.AssertWhole(service);
        TreeTests.AssertTrails(service);
    }

    [Fact]
    public async Task Of_many_who_saw_the_same_version_one_succeeds_and_the_others_get_a_clean_conflict()
    {
        await using var service = new TestService();
        await using var other = new Host(service);
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        var version = (await service.Get(reference)).Version;
        var size = service.LedgerSize();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(async () =>
        {
            var ask = new AskQuestion { Actor = service.Privacy[i % 3], Reference = reference, Stage = StageIds.Privacy, Text = $"Question {i}?", ExpectedVersion = version };
            return await Record.ExceptionAsync(async () => _ = await (i % 2 == 0 ? service.Send(ask) : other.Send(ask)));
        })));

        Assert.Single(outcomes, o => o is null);
        Assert.All(outcomes.Where(o => o is not null), o => Assert.IsAssignableFrom<ConflictException>(o));
        Assert.Equal(size + 1, service.LedgerSize());
    }

    [Fact]
    public async Task One_key_sent_many_times_at_once_to_both_is_done_once()
    {
        await using var service = new TestService();
        await using var other = new Host(service);
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        var size = service.LedgerSize();
        var ask = new AskQuestion { Actor = service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "Once?", RepeatKey = "once" };
        var receipts = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => i % 2 == 0 ? service.Send(ask) : other.Send(ask))));
        Assert.Single(receipts.Distinct());
        Assert.Equal(size + 1, service.LedgerSize());
    }
}
