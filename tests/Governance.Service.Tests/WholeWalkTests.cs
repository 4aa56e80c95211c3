using System.Text.Json;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests;

public sealed class WholeWalkTests
{
    [Fact]
    public async Task A_proposal_goes_from_draft_to_a_favourable_determination_and_its_row_is_the_fold_of_its_entries()
    {
        await using var service = new TestService();
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        Assert.Equal("DUP-2026-0001", reference);
        var view = await service.Get(reference);
        Assert.Equal("standard", view.State.Route);
        Assert.Equal(3, view.State.Stages.Count(s => s.Open));

        await service.ApproveAll(reference);
        Assert.Equal(Phase.AwaitingDetermination, (await service.Get(reference)).State.Phase);
        var receipt = await service.Decide(reference);

        Assert.NotNull(receipt.Seq);
        await AssertRowIsFold(service, reference);
        Assert.Equal(Phase.Determined, (await service.Get(reference)).State.Phase);
    }

    internal static async Task AssertRowIsFold(TestService service, string reference)
    {
        var (row, folded, content) = await service.InTransaction<(ProposalState, ProposalState, ProposalContent)>(async (services, _) =>
        {
            var open = await services.GetRequiredService<ProposalStore>().OpenAsync(reference, service.Auditor);
            var trail = await services.GetRequiredService<TrailStore>().AllAsync(reference);
            return (open.State, ProposalFold.Fold(reference, trail.Select(t => t.Happening)), ProposalFold.FoldContent(trail.Select(t => t.Happening.Event)));
        });
        Assert.Equal(JsonSerializer.Serialize(row, ReviewJson.Options), JsonSerializer.Serialize(folded, ReviewJson.Options));
        var stored = await service.Get(reference, service.Lead);
        Assert.Equal(stored.Content.Answers, content.Answers);
    }
}
