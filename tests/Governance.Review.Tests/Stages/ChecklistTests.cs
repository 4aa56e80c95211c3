using System.Security.Cryptography;
using System.Text;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;

namespace Governance.Review.Tests.Stages;

public sealed class ChecklistTests
{
    // Names and addresses of the people behind a proposal: no judgement hangs on them.
    private static readonly string[] NotJudged = ["lead_name", "lead_role", "lead_email", "owner_name", "dpo_name", "dpo_email", "team_emails"];

    [Fact]
    public void Every_field_that_matters_is_looked_at_by_some_stage()
    {
        var seen = Shipped.Checklists.All.SelectMany(c => c.LooksAt).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(NotJudged, Shipped.Form.Fields.Select(f => f.Id).Where(id => !seen.Contains(id)));
        Assert.Contains(Checklist.Attachments, seen);
    }

    [Fact]
    public void Every_stage_has_its_checklist_with_a_source_for_every_item()
    {
        Assert.Equal(StageIds.All, Shipped.Checklists.All.Select(c => c.Stage));
        Assert.All(Shipped.Checklists.All, c => Assert.All(c.Items, i => Assert.NotEmpty(i.Source)));
        Assert.Equal("youth-voice", Shipped.Checklists.For(StageIds.YouthVoice).Stage);
    }

    [Fact]
    public void The_instruments_of_the_domain_are_there()
    {
        var privacy = Shipped.Checklists.For(StageIds.Privacy);
        for (var n = 1; n <= 15; n++)
            Assert.Contains(privacy.Items, i => i.Group == "Children's code" && i.Source.Contains($"ICO children's code, standard {n}", StringComparer.Ordinal));

        var criminalisation = Shipped.Checklists.For(StageIds.CriminalisationRisk);
        Assert.Equal(4, criminalisation.Items.Count(i => i.Group == "Child First"));
        Assert.Equal(8, criminalisation.Items.Count(i => i.Source.Contains("ALGO-CARE", StringComparer.Ordinal)));
        Assert.Contains(criminalisation.Items, i => i.Answer == AnswerKind.Rating);

        var youth = Shipped.Checklists.For(StageIds.YouthVoice);
        Assert.All(new[] { "Space", "Voice", "Audience", "Influence" }, group => Assert.Contains(youth.Items, i => i.Group == group));
        Assert.Equal(["full", "friendly", "fast", "followed_up"], youth.Items.Where(i => i.Group == "Feedback").Select(i => i.Id));
    }

    [Fact]
    public void The_digest_pins_the_bytes_and_stored_bytes_can_be_read_without_the_form()
    {
        foreach (var checklist in Shipped.Checklists.All)
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(Shipped.Folder("checklists"), checklist.FileName)), checklist.Bytes.ToArray());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(checklist.Bytes.Span)), checklist.Digest);
            Assert.Equal(checklist.Items.Select(i => i.Id), Checklist.Parse(checklist.Bytes, checklist.FileName).Items.Select(i => i.Id));
        }
    }

    [Fact]
    public void Every_mistake_is_named_with_its_place()
    {
        var bytes = Encoding.UTF8.GetBytes("""
            {
              "stage": "kitchen", "title": "", "intro": "I", "looks_at": ["title", "nothing", "title"], "colour": "red",
              "items": [
                { "id": "a", "group": "G", "question": "Q", "hint": "H", "source": ["T1"], "answer": "grade" },
                { "id": "b", "group": "Other", "question": "Q", "hint": "H", "source": ["T1"], "answer": "stars" },
                { "id": "a", "group": "G", "question": "Q", "source": [], "answer": "rating" }
              ]
            }
            """);
        var mistakes = Assert.Throws<WorkflowFileException>(() => Checklist.Parse(bytes, "x.json", Shipped.Form)).Mistakes;
        Assert.Equal(
            ["$.colour", "$.title", "$.looks_at[2]", "$.items[1].answer", "$.items[2].hint", "$.items[2].source", "$.items[2].id", "$.items[2].group", "$.stage", "$.looks_at"],
            mistakes.Select(m => m.Place));
        Assert.All(mistakes, m => Assert.Equal("x.json", m.File));
    }

    [Fact]
    public void A_folder_must_hold_every_stage_under_its_own_name()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var privacy = Path.Combine(Shipped.Folder("checklists"), "privacy.json");
            File.Copy(privacy, Path.Combine(folder.FullName, "privacy.json"));
            File.Copy(privacy, Path.Combine(folder.FullName, "youth-voice.json"));
            var mistakes = Assert.Throws<WorkflowFileException>(() => ChecklistLibrary.Load(folder.FullName, Shipped.Form)).Mistakes;
            Assert.Equal([("criminalisation-risk.json", "$"), ("youth-voice.json", "$.stage"), ("full-panel.json", "$")], mistakes.Select(m => (m.File, m.Place)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
