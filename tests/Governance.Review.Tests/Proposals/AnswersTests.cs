using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Review.Proposals;

namespace Governance.Review.Tests.Proposals;

public sealed class AnswersTests
{
    private static readonly Gen<string> AnyText = Gen.Char.Array[0, 30].Select(c => new string(c));

    /// <summary>Answers of every shape, with broken characters, blanks and all.</summary>
    internal static readonly Gen<Answers> AnyAnswers =
        from text in AnyText
        from list in AnyText.List[0, 4]
        from cells in Gen.Select(AnyText, AnyText).List[0, 4]
        from which in Gen.Int[0, 7]
        select Build(text, list, cells, which);

    private static Answers Build(string text, List<string> list, List<(string, string)> cells, int which)
    {
        var answers = Answers.Empty;
        if ((which & 1) != 0)
            answers = answers.With("problem", text);
        if ((which & 2) != 0)
            answers = answers.With("platforms", list);
        if ((which & 4) != 0)
            answers = answers.With("partners", cells.Select(c => AnswerRow.Of(("name", c.Item1), ("part", c.Item2))));
        return answers;
    }

    [Fact]
    public void Answers_survive_json_unchanged() => AnyAnswers.Sample(answers =>
    {
        var json = answers.ToJson().ToJsonString();
        using var parsed = JsonDocument.Parse(json);
        var back = Answers.FromJson(Shipped.Form, parsed.RootElement, out var faults);
        return faults.Count == 0 && back.Equals(answers) && back.GetHashCode() == answers.GetHashCode() && back.ToJson().ToJsonString() == json && Answers.FromStored(parsed.RootElement).Equals(answers);
    });

    [Fact]
    public void The_samples_survive_json_unchanged()
    {
        foreach (var sample in new[] { SampleAnswers.Insight, SampleAnswers.ServiceDesign, SampleAnswers.Scoring })
        {
            Assert.Equal(sample, Answers.FromJson(Shipped.Form, sample.ToJson(), out var faults));
            Assert.Empty(faults);
        }
    }

    [Fact]
    public void Equality_is_by_value_and_the_order_of_answering_does_not_matter()
    {
        var one = Answers.Empty.With("title", "A").With("funders", ["x", "y"]).With("partners", [AnswerRow.Of(("name", "N"), ("part", "P"))]);
        var two = Answers.Empty.With("partners", [AnswerRow.Of(("part", "P"), ("name", "N"))]).With("funders", ["x", "y"]).With("title", "A");
        Assert.Equal(one, two);
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        Assert.NotEqual(one, two.With("funders", ["y", "x"]));
        Assert.NotEqual(one, two.With("partners", [AnswerRow.Of(("part", "P"))]));
        Assert.NotEqual(Answers.Empty.With("title", "x"), Answers.Empty.With("title", ["x"]));
    }

    [Fact]
    public void An_empty_answer_is_no_answer()
    {
        var answers = Answers.Empty.With("title", "A").With("funders", ["x"]).With("partners", [AnswerRow.Of(("name", "N"))]);
        Assert.Equal(Answers.Empty, answers.With("title", "").With("funders", ["", "  "]).With("partners", [AnswerRow.Of(("name", " "))]));
    }

    [Fact]
    public void Browsers_line_ends_and_characters_that_cannot_be_kept_are_cleaned()
        => Assert.Equal("a\nb\n\tc\uFFFDd 😀", Answers.Empty.With("problem", "a\r\nb\r\tc\uD800d\0 😀").Text("problem"));

    [Fact]
    public void A_draft_holds_anything_that_fits()
    {
        var answers = Answers.FromJson(Shipped.Form, new JsonObject { ["people_count"] = "about 50", ["use_class"] = "not_a_use", ["start_date"] = "soon" }, out var faults);
        Assert.Empty(faults);
        Assert.Equal("about 50", answers.Text("people_count"));
        Assert.Null(answers.Number("people_count"));
        Assert.Null(answers.Date("start_date"));
    }

    [Fact]
    public void Plain_json_numbers_truths_and_nulls_are_understood()
    {
        var answers = Answers.FromJson(Shipped.Form, new JsonObject { ["people_count"] = 50, ["base_rate"] = 0.01m, ["named_list"] = true, ["linkage"] = false, ["title"] = null }, out var faults);
        Assert.Empty(faults);
        Assert.Equal(50, answers.Number("people_count"));
        Assert.Equal(0.01m, answers.Decimal("base_rate"));
        Assert.True(answers.Is("named_list", "yes"));
        Assert.True(answers.Is("linkage", "no"));
        Assert.False(answers.Has("title"));
    }

    [Fact]
    public void Wrong_shapes_and_limits_are_named_and_the_rest_is_kept()
    {
        var json = JsonNode.Parse($$"""
            {
              "title": "{{new string('x', 151)}}",
              "organisation": "Kept",
              "organisaton": "misspelt",
              "funders": "one",
              "platforms": ["ok", 3, {}],
              "partners": [ { "name": "N", "role": "x" }, "row" ],
              "problem": ["a"],
              "team_emails": [{{string.Join(',', Enumerable.Repeat("\"a@b.example\"", 51))}}]
            }
            """)!.AsObject();
        var answers = Answers.FromJson(Shipped.Form, json, out var faults);
        Assert.Equal(["title", "organisaton", "funders", "platforms[2]", "partners[0].role", "partners[1]", "problem", "team_emails"], faults.Select(f => f.Field));
        Assert.All(faults, f => Assert.NotEmpty(f.Message));
        Assert.Equal("Kept", answers.Text("organisation"));
        Assert.Equal(["ok", "3"], answers.Choices("platforms"));
        Assert.Equal("N", answers.Rows("partners")[0]["name"]);
        Assert.False(answers.Has("title"));
    }

    [Fact]
    public void Half_a_character_is_a_fault_and_not_a_crash()
    {
        using var json = JsonDocument.Parse("""{ "title": "\ud800" }""");
        Answers.FromJson(Shipped.Form, json.RootElement, out var faults);
        Assert.Equal(["title"], faults.Select(f => f.Field));
        using var list = JsonDocument.Parse("[]");
        Answers.FromJson(Shipped.Form, list.RootElement, out faults);
        Assert.Single(faults);
    }

    [Fact]
    public void Stored_answers_are_read_without_the_form_and_refused_in_any_other_shape()
    {
        using var old = JsonDocument.Parse("""{ "a_field_of_old": "x", "list": ["y"], "rows": [{ "c": "z" }] }""");
        var answers = Answers.FromStored(old.RootElement);
        Assert.Equal(["a_field_of_old", "list", "rows"], answers.Ids);
        using var broken = JsonDocument.Parse("""{ "a": 1 }""");
        Assert.Throws<FormatException>(() => Answers.FromStored(broken.RootElement));
    }

    [Fact]
    public void Posting_a_page_replaces_that_page_and_nothing_else()
    {
        var about = Shipped.Form.Sections[0];
        var posted = Answers.Empty.With("title", "New").With("problem", "not on this page");
        var merged = SampleAnswers.Insight.MergeSection(about, posted);
        Assert.Equal("New", merged.Text("title"));
        Assert.False(merged.Has("organisation"));
        Assert.Equal(SampleAnswers.Insight.Text("problem"), merged.Text("problem"));
        Assert.Equal(SampleAnswers.Insight.With("title", "New").With("problem", "not on this page"), SampleAnswers.Insight.Merge(posted));
    }

    [Theory]
    [InlineData("1,200", 1200)]
    [InlineData(" 7 ", 7)]
    [InlineData("0", 0)]
    public void Numbers_are_read_as_people_write_them(string text, long number) => Assert.Equal(number, Answers.Empty.With("people_count", text).Number("people_count"));

    [Theory]
    [InlineData("0.85", "0.85")]
    [InlineData("85%", "0.85")]
    [InlineData("0.5 %", "0.005")]
    public void Shares_are_read_as_numbers_or_percentages(string text, string share)
        => Assert.Equal(decimal.Parse(share, CultureInfo.InvariantCulture), Answers.Empty.With("base_rate", text).Decimal("base_rate"));
}
