using Governance.Review.Tests.Proposals;

namespace Governance.Browser.Tests;

/// <summary>A proposal with a red line: the three panels at the same time, then the full panel, then the decision. Without scripts.</summary>
public sealed class EnhancedWalkTests(Site site)
{
    [Fact]
    public async Task A_proposal_with_a_red_line_goes_through_three_panels_and_the_full_panel_to_its_decision()
    {
        await using var lead = await SignInAsync("Dominic");
        var reference = await WalkTests.SubmitAsync(lead, SampleAnswers.Scoring, [.. SampleAnswers.Documents.Select(d => d.Kind)], "Enhanced review", errorsToo: false);
        await using var chair = await SignInAsync("Beatrix");

        // All three are open from the start: they vote in turns, and close in another order than they are named in.
        await VoteAsync(reference, ("Zuri", "youth-voice", "Approve"), ("Rufus", "privacy", "Approve"), ("Delphine", "criminalisation-risk", "Approve"));
        await VoteAsync(reference, ("Kit", "youth-voice", "Approve"), ("Nadia", "privacy", "Approve"), ("Gareth", "criminalisation-risk", "Approve"));
        await VoteAsync(reference, ("Amara", "youth-voice", "Approve"), ("Tobias", "privacy", "Approve"), ("Saffron", "criminalisation-risk", "Approve"));
        await WalkTests.CloseAsync(chair, reference, "youth-voice");
        await WalkTests.CloseAsync(chair, reference, "privacy");
        await chair.Go($"/proposals/{reference}");
        Assert.DoesNotContain("/stages/full-panel", await chair.Page.ContentAsync(), StringComparison.Ordinal);
        await WalkTests.CloseAsync(chair, reference, "criminalisation-risk");
        await chair.Go($"/proposals/{reference}");
        Assert.Contains($"/proposals/{reference}/stages/full-panel", await chair.Page.ContentAsync(), StringComparison.Ordinal);

        await WalkTests.VoteAsync(chair, reference, "full-panel", "Object");
        await VoteAsync(reference, ("Rufus", "full-panel", "Object"), ("Nadia", "full-panel", "Object"), ("Delphine", "full-panel", "Approve"), ("Zuri", "full-panel", "Object"));
        await WalkTests.CloseAsync(chair, reference, "full-panel");

        await chair.Go($"/proposals/{reference}/determination");
        await chair.Choose("Input.Outcome", "Unfavourable");
        await chair.Write("Input.Reason", "It scores single young people, and that is what a red line is for.");
        await chair.Press("Record the decision");
        Assert.Contains("/done/determination", chair.Page.Url, StringComparison.Ordinal);
        await lead.Go($"/proposals/{reference}/letter");
        await lead.Reads("It scores single young people");
    }

    Task<Visitor> SignInAsync(string name) => Visitor.SignInAsync(site, name, javaScript: false);

    async Task VoteAsync(string reference, params (string Name, string Stage, string Choice)[] votes)
    {
        foreach (var (name, stage, choice) in votes)
        {
            await using var member = await SignInAsync(name);
            await WalkTests.VoteAsync(member, reference, stage, choice);
        }
    }
}
