using System.Text;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review.Proposals;
using Governance.Review.Tests.Proposals;
using Microsoft.Playwright;

namespace Governance.Browser.Tests;

/// <summary>A proposal's whole way through the pages, from its first word to the check of its exported trail.</summary>
public sealed class WalkTests(Site site)
{
    static readonly ProposalForm Form = ProposalForm.Load(Path.Combine(Site.Root(), "workflows", "screening"));

    [Fact]
    public async Task A_proposal_goes_from_its_first_word_to_the_check_of_its_exported_trail()
    {
        await using var lead = await Visitor.SignInAsync(site, "Imogen", javaScript: true);
        var reference = await SubmitAsync(lead, errorsToo: true);
        var receipt = await lead.Page.Locator("dd.govuk-summary-list__value").AllInnerTextsAsync();
        await lead.Press("Go to the proposal");

        await using var rufus = await Visitor.SignInAsync(site, "Rufus", javaScript: true);
        await using var nadia = await Visitor.SignInAsync(site, "Nadia", javaScript: true);
        await using var chair = await Visitor.SignInAsync(site, "Beatrix", javaScript: true);
        await AskAndAnswerAsync(rufus, lead, reference);
        await AskForChangesAsync(rufus, nadia, chair, reference);
        await ReviseAsync(lead, reference);
        await rufus.Go($"/proposals/{reference}/stages/privacy");
        await rufus.Go($"/proposals/{reference}/revisions/2");
        await Assertions.Expect(rufus.Page.Locator(".app-diff ins").First).ToContainTextAsync("6");
        await Assertions.Expect(rufus.Page.Locator(".app-diff del").First).ToContainTextAsync("9");
        await rufus.Go($"/proposals/{reference}/revisions/2?stage=privacy");
        await VoteAsync(rufus, reference, "privacy", "Approve");
        await VoteAsync(nadia, reference, "privacy", "Approve");
        await CloseAsync(chair, reference, "privacy");

        await using var delphine = await Visitor.SignInAsync(site, "Delphine", javaScript: true);
        await using var gareth = await Visitor.SignInAsync(site, "Gareth", javaScript: true);
        await VoteAsync(delphine, reference, "criminalisation-risk", "ApproveWithConditions");
        await VoteAsync(gareth, reference, "criminalisation-risk", "Approve");
        await CloseAsync(chair, reference, "criminalisation-risk");

        await using var zuri = await Visitor.SignInAsync(site, "Zuri", javaScript: true);
        await using var kit = await Visitor.SignInAsync(site, "Kit", javaScript: true);
        await RaiseAndAnswerAsync(zuri, lead, reference);
        await VoteAsync(zuri, reference, "youth-voice", "Approve");
        await VoteAsync(kit, reference, "youth-voice", "Approve");
        await CloseAsync(chair, reference, "youth-voice");

        await DecideAsync(chair, reference, errorsToo: true);
        await lead.Go($"/proposals/{reference}");
        await lead.Go($"/proposals/{reference}/history");
        await lead.Go($"/proposals/{reference}/letter");
        await lead.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await lead.Page.AssertAccessibleAsync();
        Assert.False(await lead.Page.Locator("header").First.IsVisibleAsync());

        await using var auditor = await Visitor.SignInAsync(site, "Percival", javaScript: true);
        await CheckTrailAsync(auditor, reference, receipt[0], receipt[1], errorsToo: true);
    }

    internal static Task<string> SubmitAsync(Visitor lead, bool errorsToo) => SubmitAsync(lead, SampleAnswers.Insight, ["dpia", "data_sharing_agreement", "participation_report"], "Light review", errorsToo);

    internal static async Task<string> SubmitAsync(Visitor lead, Answers answers, IReadOnlyList<string> documents, string route, bool errorsToo)
    {
        await lead.Go("/proposals/new");
        await lead.Write("Input.Title", answers.Text("title"));
        await lead.Press("Start");
        var draft = new Uri(lead.Page.Url).AbsolutePath;
        if (errorsToo)
        {
            await lead.Go($"{draft}/check");
            await lead.PressInVain("Submit the proposal");
        }
        await lead.Go($"{draft}/{Form.Sections[0].Id}");
        foreach (var section in Form.Sections.Where(s => s.Fields.Count > 0))
        {
            // Saving a section leads to the next.
            Assert.EndsWith($"{draft}/{section.Id}", lead.Page.Url, StringComparison.Ordinal);
            if (errorsToo && section.Id == Form.Find("problem")!.Section)
            {
                await lead.Press("Save and check this page");
                await lead.Write("answers[problem]", new string('x', Form.Find("problem")!.MaxLength + 1));
                await lead.PressInVain("Save and continue");
            }
            await lead.FillIn(section, answers);
            await lead.Press("Save and continue");
        }
        await lead.Go($"{draft}/attachments");
        if (errorsToo) await lead.PressInVain("Add the document");
        foreach (var kind in documents)
        {
            await lead.Choose("Input.Kind", kind);
            await lead.Page.Locator("[name='Input.Upload']").SetInputFilesAsync(new FilePayload { Name = $"{kind}.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes($"Made-up document: {kind}.") });
            await lead.Press("Add the document");
        }
        await lead.Go($"{draft}/screening");
        await lead.Go(draft);
        await lead.Go($"{draft}/check");
        if (errorsToo) await lead.PressInVain("Submit the proposal");
        await lead.Choose("Declared", "true");
        await lead.Press("Submit the proposal");
        await lead.Reads("Proposal submitted");
        await lead.Reads(route);
        return new Uri(lead.Page.Url).Segments[^2].Trim('/');
    }

    internal static async Task AskAndAnswerAsync(Visitor member, Visitor lead, string reference)
    {
        await member.Go($"/proposals/{reference}/stages/privacy");
        await member.Follow("Ask the lead a question");
        await member.PressInVain("Send the question");
        await member.Write("Text", "Who can read the posts while they are kept?");
        await member.Press("Send the question");
        await lead.Go("/work");
        await lead.Go($"/proposals/{reference}/questions/q1");
        await lead.PressInVain("Send the answer");
        await lead.Write("Answer", "Five named readers, and nobody else.");
        await lead.Press("Send the answer");
        await member.Go($"/proposals/{reference}/stages/privacy");
        await member.Reads("Five named readers, and nobody else.");
    }

    internal static async Task AskForChangesAsync(Visitor first, Visitor second, Visitor chair, string reference)
    {
        await first.Go($"/proposals/{reference}/stages/privacy/vote");
        await first.PressInVain("Cast your vote");
        await first.Choose("Input.Choice", "MajorChanges");
        await first.Write("Input.Rationale", "Nine months is longer than the reading takes.");
        await first.Page.Locator("[name='Input.Changes[0].Field']").SelectOptionAsync("retention_months");
        await first.Write("Input.Changes[0].Text", "Keep the posts for six months.");
        await first.Press("Add another change");
        await first.Press("Cast your vote");
        await first.Reads("Your receipt");
        await VoteAsync(second, reference, "privacy", "MinorChanges");
        await chair.Go("/work");
        await chair.Go($"/proposals/{reference}/stages/privacy/close");
        await chair.PressInVain("Close the stage");
        await chair.Write("Input.Summary", "The panel likes it and asks for shorter keeping.");
        await chair.Press("Close the stage");
        await chair.Reads("Your receipt");
    }

    internal static async Task ReviseAsync(Visitor lead, string reference)
    {
        await lead.Go($"/proposals/{reference}/draft");
        await lead.Go($"/proposals/{reference}/changes");
        await lead.PressInVain("Send the revision");
        var replies = lead.Page.Locator("textarea[name^='Replies']");
        for (var i = 0; i < await replies.CountAsync(); i++)
        {
            await replies.Nth(i).FillAsync("It is six months now.");
            await lead.Page.Locator("input[name^='Replies'][value='Changed']").Nth(i).CheckAsync();
        }
        await lead.Press("Save and come back later");
        await lead.Go($"/proposals/{reference}/draft/{Form.Find("retention_months")!.Section}");
        await lead.Write("answers[retention_months]", "6");
        await lead.Press("Save and continue");
        await lead.Go($"/proposals/{reference}/draft/check");
        await lead.Go($"/proposals/{reference}/changes");
        await lead.Choose("Declared", "true");
        await lead.Press("Send the revision");
        Assert.Contains("/done/revision", lead.Page.Url, StringComparison.Ordinal);
    }

    internal static async Task RaiseAndAnswerAsync(Visitor young, Visitor lead, string reference)
    {
        await young.Go($"/proposals/{reference}/stages/youth-voice");
        await young.Follow("Add a concern");
        await young.PressInVain("Save the concern");
        await young.Write("Text", "How do we find out that you read our posts?");
        await young.Press("Save the concern");
        await lead.Go($"/proposals/{reference}/concerns/n1");
        await lead.PressInVain("Send the answer");
        await lead.Choose("Choice", "WillChange");
        await lead.Write("Answer", "We put up a poster in every club two weeks before.");
        await lead.Press("Send the answer");
        await young.Go($"/proposals/{reference}/stages/youth-voice");
        await young.Reads("We put up a poster in every club");
    }

    internal static async Task VoteAsync(Visitor member, string reference, string stage, string choice)
    {
        await member.Go($"/proposals/{reference}/stages/{stage}");
        await member.Go($"/proposals/{reference}/stages/{stage}/vote");
        await member.Page.Locator("input[type=radio][value='met']").First.CheckAsync();
        await member.Choose("Input.Choice", choice);
        await member.Write("Input.Rationale", "I read all of it and thought it over.");
        if (choice == "ApproveWithConditions") await member.Write("Input.Conditions[0]", "A yearly page says who asked for what.");
        if (choice == "MinorChanges") await member.Write("Input.Changes[0].Text", "Say it in fewer words.");
        else if (await member.Page.Locator("[name='Input.Changes[0].Text']").InputValueAsync() is { Length: > 0 })
        {
            // An earlier vote asked for changes: this one does not.
            while (await member.Page.GetByRole(AriaRole.Button, new() { Name = "Remove change 1" }).CountAsync() > 0) await member.Press("Remove change 1");
            await member.Page.Locator("[name='Input.Changes[0].Field']").SelectOptionAsync("");
            await member.Write("Input.Changes[0].Text", "");
        }
        await member.Press("Cast your vote");
        await member.Reads("Your receipt");
    }

    internal static async Task CloseAsync(Visitor chair, string reference, string stage)
    {
        await chair.Go($"/proposals/{reference}/stages/{stage}/close");
        await chair.Write("Input.Summary", "All who voted are content.");
        await chair.Press("Close the stage");
        await chair.Reads("Your receipt");
    }

    internal static async Task DecideAsync(Visitor chair, string reference, bool errorsToo)
    {
        await chair.Go("/work");
        await chair.Go($"/proposals/{reference}/determination");
        if (errorsToo) await chair.PressInVain("Record the decision");
        await chair.Choose("Input.Outcome", "FavourableWithConditions");
        await chair.Write("Input.Reason", "It asks for little, and young people helped to make it.");
        await Assertions.Expect(chair.Page.Locator("[name='Input.Conditions[0].Text']")).ToHaveValueAsync("A yearly page says who asked for what.");
        await chair.Write("Input.Conditions[0].Owner", "Director of the unit");
        await chair.Write("Input.Conditions[0].Evidence", "The page's address");
        await chair.WriteDate("Input.Conditions[0].Due", new DateOnly(2031, 3, 27));
        await chair.Press("Record the decision");
        Assert.Contains("/done/determination", chair.Page.Url, StringComparison.Ordinal);
        await chair.Follow("Read the decision letter");
        await chair.Reads("A yearly page says who asked for what.");
    }

    internal static async Task CheckTrailAsync(Visitor auditor, string reference, string number, string leaf, bool errorsToo)
    {
        await auditor.Go("/audit");
        var key = await auditor.Page.Locator("pre").Last.InnerTextAsync();
        await auditor.Write("search", reference);
        await auditor.Press("Search");
        await auditor.Go("/audit/receipt");
        await auditor.Write("Number", number);
        await auditor.Write("Leaf", leaf);
        await auditor.Press("Check");
        await auditor.Reads($"Entry {number} is in the log, unchanged and signed.");
        await auditor.Go($"/audit/proposals/{reference}");
        if (errorsToo) await auditor.PressInVain("Export");
        await auditor.Choose("Depth", "full");
        await auditor.Choose("Format", "bundle");
        var download = await auditor.Page.RunAndWaitForDownloadAsync(() => auditor.Page.GetByRole(AriaRole.Button, new() { Name = "Export", Exact = true }).ClickAsync());
        await using var file = File.OpenRead((await download.PathAsync())!);
        var report = BundleVerifier.Verify(file, NoteVerifier.Parse(key.Trim()));
        Assert.True(report.Verified, string.Join('\n', report.Findings.Select(f => f.Message)));
        Assert.True(report.Complete);
        Assert.Equal(reference, report.Proposal);
        Assert.Contains(report.Trail, t => t.Entry.Kind == "determination.made");
    }
}
