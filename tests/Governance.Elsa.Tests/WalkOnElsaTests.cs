using Governance.Browser.Tests;

namespace Governance.Elsa.Tests;

/// <summary>The host with Elsa at a real browser. The walk that the embedded engine is tested with runs here too, see WalkTests.</summary>
public sealed class WalkOnElsaTests
{
    static readonly Dictionary<string, string> Elsa = new(StringComparer.Ordinal) { ["Workflow:Engine"] = "Elsa" };
    static readonly Dictionary<string, string> Embedded = new(StringComparer.Ordinal) { ["Workflow:Engine"] = "Embedded" };

    [Fact]
    public async Task A_proposal_begun_on_Elsa_goes_on_to_its_decision_on_the_embedded_engine_once_its_route_is_rebuilt()
    {
        await using var site = new Site();
        await site.InitializeAsync();
        string reference, number, leaf;
        await using (var lead = await Visitor.SignInAsync(site, "Imogen", javaScript: false))
        {
            reference = await WalkTests.SubmitAsync(lead, errorsToo: false);
            var receipt = await lead.Page.Locator("dd.govuk-summary-list__value").AllInnerTextsAsync();
            (number, leaf) = (receipt[0], receipt[1]);
        }
        await StageAsync(site, reference, "privacy", "Rufus", "Nadia");

        Assert.EndsWith(" 0 faults.", (await site.OperateAsync(Elsa, "doctor")).TrimEnd(), StringComparison.Ordinal);
        var said = await site.MaintainAsync(Embedded, "doctor", "--rebuild-routes");

        Assert.Contains($"{reference}: {ElsaRouteEngine.EngineName} to embedded", said, StringComparison.Ordinal);
        Assert.EndsWith(" 0 not.", said.TrimEnd(), StringComparison.Ordinal);
        await StageAsync(site, reference, "criminalisation-risk", "Delphine", "Gareth");
        await StageAsync(site, reference, "youth-voice", "Zuri", "Kit");
        await using var chair = await Visitor.SignInAsync(site, "Beatrix", javaScript: false);
        await chair.Go($"/proposals/{reference}/determination");
        await chair.Choose("Input.Outcome", "Favourable");
        await chair.Write("Input.Reason", "It asks for little, and young people helped to make it.");
        await chair.Press("Record the decision");
        Assert.Contains("/done/determination", chair.Page.Url, StringComparison.Ordinal);
        await using var auditor = await Visitor.SignInAsync(site, "Percival", javaScript: false);
        await WalkTests.CheckTrailAsync(auditor, reference, number, leaf, errorsToo: false);
        Assert.EndsWith(" 0 faults.", (await site.OperateAsync(Embedded, "doctor")).TrimEnd(), StringComparison.Ordinal);
    }

    static async Task StageAsync(Site site, string reference, string stage, params string[] members)
    {
        foreach (var name in members)
        {
            await using var member = await Visitor.SignInAsync(site, name, javaScript: false);
            await WalkTests.VoteAsync(member, reference, stage, "Approve");
        }
        await using var chair = await Visitor.SignInAsync(site, "Beatrix", javaScript: false);
        await WalkTests.CloseAsync(chair, reference, stage);
    }
}
