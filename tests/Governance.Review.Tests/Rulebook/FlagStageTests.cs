using Governance.Review.Stages;
using Governance.Review.Tests.Decisions;

namespace Governance.Review.Tests.Rules;

public sealed class FlagStageTests
{
    [Theory]
    [InlineData("light")]
    [InlineData("standard")]
    [InlineData("enhanced")]
    public void Every_rules_flag_is_seen_by_some_stage_of_every_route_and_by_the_named_one_where_there_is_one(string route)
    {
        var book = new World(route).Case.Rulebook;
        var stages = book.Route.Stages.Select(s => s.Stage).Distinct().ToList();
        foreach (var rule in book.Screening.Rules)
        {
            var seenBy = stages.Where(s => book.IsFor(rule, s)).ToList();
            Assert.Equal(stages.Contains(rule.Stage) ? [rule.Stage] : stages, seenBy);
        }
        Assert.Equal(route == "enhanced", stages.Contains(StageIds.FullPanel));
    }
}
