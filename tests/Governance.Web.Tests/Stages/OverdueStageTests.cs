using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Stages;
using static Governance.Web.Tests.Stages.StageForms;

namespace Governance.Web.Tests.Stages;

/// <summary>Apart from the others, because it sets the clock on, and that ends every session.</summary>
public sealed class OverdueStageTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Fact]
    public async Task A_stage_past_its_day_without_an_outcome_is_started_again_by_the_chair()
    {
        var reference = await site.Submitted(SampleAnswers.ServiceDesign);
        site.Clock.Advance(TimeSpan.FromDays(60));
        var chair = await site.As(site.Chair);
        var stage = Address(reference, StageIds.Privacy);
        Assert.Contains("Overdue", (await chair.Get(stage)).Text, StringComparison.Ordinal);
        var close = await chair.Get($"{stage}/close");
        Assert.Equal("Start the clock again", close.Heading);

        (await chair.Submit(close, [("Input.Summary", "Two members were ill.")], "asked=close")).AssertDone("The clock starts again");

        var view = await site.Send(new GetStage(site.Chair, reference, StageIds.Privacy));
        Assert.True(view.Stage.Open);
        Assert.False(view.Overdue);
        Assert.Contains("Two members were ill.", (await chair.Get(stage)).Text, StringComparison.Ordinal);
    }
}
