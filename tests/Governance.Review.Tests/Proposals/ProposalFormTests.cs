using System.Text.RegularExpressions;
using Governance.Review.Proposals;

namespace Governance.Review.Tests.Proposals;

public sealed partial class ProposalFormTests
{
    [Fact]
    public void Every_id_is_unique_and_made_of_small_letters_digits_and_underscores()
    {
        Assert.Equal(Shipped.Form.Fields.Count, Shipped.Form.Fields.Select(f => f.Id).Distinct(StringComparer.Ordinal).Count());
        foreach (var field in Shipped.Form.Fields)
        {
            Assert.Matches(Id(), field.Id);
            Assert.All(field.Options, o => Assert.Matches(Id(), o.Id));
            Assert.All(field.Columns, c => Assert.Matches(Id(), c.Id));
            Assert.Equal(field.Options.Count, field.Options.Select(o => o.Id).Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public void The_form_has_the_twelve_sections_of_the_domain_and_documents_come_last()
    {
        Assert.Equal(["about", "purpose", "use", "data", "people", "granularity", "method", "law", "sharing", "safeguards", "youth", "attachments"], Shipped.Form.Sections.Select(s => s.Id));
        Assert.Empty(Shipped.Form.Sections[^1].Fields);
        Assert.All(Shipped.Form.Sections, s => Assert.All(s.Fields, f => Assert.Equal(s.Id, f.Section)));
    }

    [Fact]
    public void A_choice_has_options_and_only_rows_have_columns()
    {
        foreach (var field in Shipped.Form.Fields)
        {
            Assert.Equal(field.Kind is FieldKind.Choice or FieldKind.Choices or FieldKind.YesNo, field.Options.Count > 0);
            Assert.Equal(field.Kind == FieldKind.Rows, field.Columns.Count > 0);
            Assert.All(field.Columns, c => Assert.Equal(c.Kind == FieldKind.Choice, c.Options.Count > 0));
            Assert.True(field.Kind == FieldKind.Rows || field.MaxLength > 0, field.Id);
        }
    }

    [Fact]
    public void A_question_that_is_not_always_asked_says_when_it_is()
    {
        // Nothing is answered, so a question that depends on an answer is not asked.
        foreach (var field in Shipped.Form.Fields)
            Assert.Equal(field.Asked(Answers.Empty), field.AskedWhen is null);
    }

    [Fact]
    public void Every_conditional_question_is_asked_of_some_proposal()
    {
        var rich = SampleAnswers.Scoring
            .With("data_categories", ["closed_messages", "images"])
            .With("linkage", "yes").With("trains_model", "yes").With("techniques", ["generative"]).With("age_bands", ["under_13"])
            .With("article6", "ea").With("special_categories", ["health"]).With("article9", "g").With("serious_violence_duty", "yes").With("dpo_followed", "no")
            .With("transparency", "none").With("abroad", "yes");
        Answers[] cases =
        [
            rich, SampleAnswers.Insight, rich.With("article6", "a"), rich.With("regime", "dpa_part3"), rich.With("retention", "until_event"),
        ];
        Assert.All(Shipped.Form.Fields, f => Assert.Contains(cases, c => f.Asked(c)));
    }

    [Fact]
    public void Personal_and_public_answers_are_kept_apart()
    {
        string[] personal = ["lead_name", "lead_email", "owner_name", "dpo_name", "dpo_email", "team_emails", "dpia_measures_by", "dpia_risk_by"];
        Assert.Equal(personal, Shipped.Form.Fields.Where(f => f.Audience == Audience.Personal).Select(f => f.Id));
        foreach (var id in new[] { "title", "organisation", "lay_summary", "benefits" })
            Assert.Equal(Audience.Public, Shipped.Form.Find(id)!.Audience);
    }

    [Fact]
    public void The_three_audiences_parts_make_up_the_whole_and_what_is_unknown_is_personal()
    {
        var answers = SampleAnswers.Scoring.With("a_field_of_old", "x");
        var parts = Enum.GetValues<Audience>().ToDictionary(a => a, a => Shipped.Form.Of(a, answers));
        Assert.Equal(answers, parts[Audience.Public].Merge(parts[Audience.Panel]).Merge(parts[Audience.Personal]));
        Assert.Equal(answers.Ids.Count(), parts.Values.Sum(p => p.Ids.Count()));
        Assert.True(parts[Audience.Personal].Has("a_field_of_old"));
        Assert.True(parts[Audience.Personal].Has("lead_name"));
        Assert.True(parts[Audience.Public].Has("lay_summary"));
    }

    [Fact]
    public void A_column_is_as_open_as_its_field()
    {
        // Rows are sealed as one answer, so a column cannot be more private than the rest.
        foreach (var field in Shipped.Form.Fields)
            Assert.All(field.Columns, c => Assert.Equal(field.Audience, c.Audience));
    }

    [Fact]
    public void Answers_are_shown_in_words_and_an_option_of_old_by_its_id()
    {
        var form = Shipped.Form;
        Assert.Equal(["Population insight"], form.Find("use_class")!.InWords(SampleAnswers.Insight));
        Assert.Equal(["16 and 17", "gone"], form.Find("age_bands")!.InWords(Answers.Empty.With("age_bands", ["16_17", "gone"])));
        Assert.Equal(["No"], form.Find("linkage")!.InWords(SampleAnswers.Insight));
        Assert.Equal(["Chirrup (open posts)", "Loopi (open comments)"], form.Find("platforms")!.InWords(SampleAnswers.Insight));
        Assert.Empty(form.Find("title")!.InWords(Answers.Empty));
        Assert.Equal("By exception", form.Find("onward_use")!.Columns.First(c => c.Id == "enforcement").InWords(SampleAnswers.Scoring.Rows("onward_use")[0]));
    }

    [Fact]
    public void Scales_run_from_the_lowest_risk_to_the_highest()
    {
        var ordered = Shipped.Form.Fields.Where(f => f.Ordered).ToDictionary(f => f.Id, f => (f.Options[0].Id, f.Options[^1].Id));
        Assert.Equal(("population_insight", "enforcement"), ordered["use_class"]);
        Assert.Equal(("national", "point"), ordered["place"]);
        Assert.Equal(("population_aggregate", "verbatim"), ordered["record_detail"]);
        Assert.Equal(("year", "event"), ordered["time"]);
    }

    [Fact]
    public void The_forms_own_words_pass_no_judgement()
    {
        foreach (var field in Shipped.Form.Fields)
        {
            var words = $"{field.Label} {field.Hint} {string.Join(' ', field.Options.Select(o => o.Label))}";
            var found = Review.Screening.JudgingWord.FindIn(words, Shipped.Rules.JudgingWords).Select(f => f.Word.Word);
            Assert.Empty(found);
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}
