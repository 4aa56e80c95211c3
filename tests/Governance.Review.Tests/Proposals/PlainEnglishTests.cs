using Governance.Review.Proposals;
using Governance.Review.Screening;

namespace Governance.Review.Tests.Proposals;

/// <summary>The product speaks plainly: what people read is measured as their own summaries are.</summary>
public sealed class PlainEnglishTests
{
    private static readonly IReadOnlyList<(string Id, string Text)> Texts =
    [
        .. Shipped.Form.Sections.Select(s => (s.Id, s.Intro)),
        .. Shipped.Form.Fields.Select(f => (f.Id, $"{f.Label} {f.Hint}")),
        .. Shipped.Rules.Rules.Select(r => (r.Id, $"{r.Reason} {r.Ask}")),
        .. Shipped.Rules.Routes.Select(r => (r.Route, r.Reason)),
        .. Shipped.Checklists.All.Select(c => (c.Stage, c.Intro)),
        .. Shipped.Checklists.All.SelectMany(c => c.Items.Select(i => ($"{c.Stage}/{i.Id}", $"{i.Question} {i.Hint}"))),
    ];

    [Fact]
    public void A_fifteen_year_old_can_read_the_form_the_flags_and_the_checklists()
        => Assert.InRange(ReadingAge.Of(string.Join('\n', Texts.Select(t => t.Text))).Age!.Value, 5, 12);

    [Fact]
    public void No_single_text_is_hard_to_read()
    {
        // A short question with a long legal name in it measures as harder than it is: hence one year of grace.
        var hard = Texts.Where(t => ReadingAge.Of(t.Text).Age > 16);
        Assert.Empty(hard);
    }

    [Fact]
    public void No_text_passes_judgement_on_young_people()
    {
        var judging = Texts.SelectMany(t => JudgingWord.FindIn(t.Text, Shipped.Rules.JudgingWords).Select(f => (t.Id, f.Word.Word)));
        Assert.Empty(judging);
    }
}
