using CsCheck;
using Governance.Review.Proposals;

namespace Governance.Review.Tests.Proposals;

public sealed class AnswersDiffTests
{
    private static readonly string[] Pieces = ["one", "two", "three", "one.", "\n", "  ", " ", "\t", "é"];

    private static readonly Gen<string> Prose = Gen.Int[0, Pieces.Length - 1].Array[0, 25].Select(picks => string.Concat(picks.Select(i => Pieces[i])));

    private static string Later(IEnumerable<DiffSegment> segments) => string.Concat(segments.Where(s => s.Kind != DiffKind.Removed).Select(s => s.Text));

    private static string Earlier(IEnumerable<DiffSegment> segments) => string.Concat(segments.Where(s => s.Kind != DiffKind.Added).Select(s => s.Text));

    [Fact]
    public void Applying_the_segments_gives_the_later_text_and_undoing_them_the_earlier() => Gen.Select(Prose, Prose).Sample((before, after) =>
    {
        var segments = AnswersDiff.Words(before, after);
        return Later(segments) == after && Earlier(segments) == before && segments.Zip(segments.Skip(1)).All(p => p.First.Kind != p.Second.Kind) && segments.All(s => s.Text.Length > 0);
    });

    [Fact]
    public void Two_versions_are_equal_exactly_when_nothing_changed() => Gen.Select(AnswersTests.AnyAnswers, AnswersTests.AnyAnswers).Sample((before, after) =>
        (AnswersDiff.Between(before, after).Count == 0) == before.Equals(after) && AnswersDiff.Between(before, before).Count == 0);

    [Fact]
    public void A_changed_word_is_shown_alone() => Assert.Equal(
        [new(DiffKind.Same, "We keep it "), new(DiffKind.Removed, "nine "), new(DiffKind.Added, "six "), new(DiffKind.Same, "months.")],
        AnswersDiff.Words("We keep it nine months.", "We keep it six months."));

    [Fact]
    public void Fields_are_listed_by_id_and_only_those_that_changed()
    {
        var after = SampleAnswers.Insight.With("retention_months", "6").With("age_bands", ["18_24"]).Without("website");
        var changes = AnswersDiff.Between(SampleAnswers.Insight, after);
        Assert.Equal(["age_bands", "retention_months", "website"], changes.Select(c => c.Field));
        Assert.Equal([new(DiffKind.Removed, "16_17"), new(DiffKind.Same, "18_24")], changes[0].Items);
        Assert.Equal([new(DiffKind.Removed, "9"), new(DiffKind.Added, "6")], changes[1].Words);
        Assert.Equal(DiffKind.Removed, Assert.Single(changes[2].Words).Kind);
    }

    [Fact]
    public void A_row_is_changed_in_its_place_added_or_removed()
    {
        var unit = SampleAnswers.Recipient("Unit", "own", analysis: "allowed");
        var force = SampleAnswers.Recipient("Force", "police");
        var school = SampleAnswers.Recipient("School", "education");
        var before = Answers.Empty.With("onward_use", [unit, force]);
        var changed = Assert.Single(AnswersDiff.Between(before, Answers.Empty.With("onward_use", [unit, SampleAnswers.Recipient("Force", "police", enforcement: "allowed"), school])));
        Assert.Equal([DiffKind.Same, DiffKind.Added], changed.Rows.Select(r => r.Kind));
        Assert.Equal(["enforcement"], changed.Rows[0].Cells.Keys);
        Assert.Equal([new(DiffKind.Removed, "forbidden"), new(DiffKind.Added, "allowed")], changed.Rows[0].Cells["enforcement"]);
        Assert.Equal(school, changed.Rows[1].After);
        var removed = Assert.Single(Assert.Single(AnswersDiff.Between(before, Answers.Empty.With("onward_use", [force]))).Rows);
        Assert.Equal((DiffKind.Removed, unit), (removed.Kind, removed.Before));
    }

    [Fact]
    public void A_change_of_shape_shows_both_sides()
    {
        var change = Assert.Single(AnswersDiff.Between(Answers.Empty.With("x", "text"), Answers.Empty.With("x", ["item"])));
        Assert.Equal([new(DiffKind.Removed, "text")], change.Words);
        Assert.Equal([new(DiffKind.Added, "item")], change.Items);
    }

    [Fact]
    public void Very_long_texts_are_shown_as_replaced_but_what_they_share_at_both_ends_is_kept()
    {
        var before = "Start " + string.Concat(Enumerable.Range(0, 2500).Select(i => $"a{i} ")) + "end";
        var after = "Start " + string.Concat(Enumerable.Range(0, 2500).Select(i => $"b{i} ")) + "end";
        Assert.Equal([DiffKind.Same, DiffKind.Removed, DiffKind.Added, DiffKind.Same], AnswersDiff.Words(before, after).Select(s => s.Kind));
    }
}
