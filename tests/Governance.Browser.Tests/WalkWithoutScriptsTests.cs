namespace Governance.Browser.Tests;

/// <summary>The way of <see cref="WalkTests"/> once more, in a browser that runs no scripts.</summary>
public sealed class WalkWithoutScriptsTests(Site site)
{
    [Fact]
    public async Task The_same_way_can_be_gone_without_scripts()
    {
        await using var lead = await Visitor.SignInAsync(site, "Imogen", javaScript: false);
        var reference = await WalkTests.SubmitAsync(lead, errorsToo: false);
        var receipt = await lead.Page.Locator("dd.govuk-summary-list__value").AllInnerTextsAsync();
        await using var chair = await Visitor.SignInAsync(site, "Beatrix", javaScript: false);
        foreach (var (stage, members) in new (string, string[])[] { ("privacy", ["Rufus", "Nadia"]), ("criminalisation-risk", ["Delphine", "Gareth"]), ("youth-voice", ["Zuri", "Kit"]) })
        {
            foreach (var member in members)
            {
                await using var voter = await Visitor.SignInAsync(site, member, javaScript: false);
                await WalkTests.VoteAsync(voter, reference, stage, member == "Delphine" ? "ApproveWithConditions" : "Approve");
            }
            await WalkTests.CloseAsync(chair, reference, stage);
        }
        await WalkTests.DecideAsync(chair, reference, errorsToo: false);
        await lead.Go($"/proposals/{reference}/letter");
        await lead.Reads("Conditions");
        await using var auditor = await Visitor.SignInAsync(site, "Percival", javaScript: false);
        await WalkTests.CheckTrailAsync(auditor, reference, receipt[0], receipt[1], errorsToo: false);
    }
}
