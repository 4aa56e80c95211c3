using CsCheck;
using Governance.Review.Proposals;
using Governance.Review.Screening;
using Governance.Review.Tests.Proposals;

namespace Governance.Review.Tests.Screening;

public sealed class ScreeningTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);

    public static TheoryData<string> RuleIds => [.. Shipped.Rules.Rules.Select(r => r.Id)];

    private static IReadOnlyList<string> FiredOn(Case @case) => [.. Shipped.Rules.Run(@case.Answers, @case.Documents, Today).Flags.Select(f => f.Rule)];

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void A_rule_fires_on_its_case_and_not_on_the_nearest_one(string rule)
    {
        Assert.True(RuleCases.All.ContainsKey(rule), $"The rule {rule} has no case: add one to RuleCases.");
        var (fires, silent) = RuleCases.All[rule];
        Assert.Contains(rule, FiredOn(fires));
        Assert.DoesNotContain(rule, FiredOn(silent));
    }

    [Fact]
    public void Every_case_belongs_to_a_rule() => Assert.Empty(RuleCases.All.Keys.Except(Shipped.Rules.Rules.Select(r => r.Id), StringComparer.Ordinal));

    [Fact]
    public void There_are_at_least_forty_rules_and_every_concern_of_the_roundtable_has_one()
    {
        Assert.True(Shipped.Rules.Rules.Count >= 40);
        for (var t = 1; t <= 10; t++)
            Assert.Contains(Shipped.Rules.Rules, r => r.Source.Contains($"T{t}", StringComparer.Ordinal));
    }

    [Fact]
    public void A_modest_project_is_not_flagged_and_takes_the_light_route()
    {
        var result = Shipped.Rules.Run(SampleAnswers.Insight, SampleAnswers.Documents, Today);
        Assert.Empty(result.Flags);
        Assert.Null(result.WorstSeverity);
        Assert.Equal("light", result.RouteId);
    }

    [Fact]
    public void A_project_for_a_service_takes_the_standard_route_even_without_a_concern()
    {
        var result = Shipped.Rules.Run(SampleAnswers.ServiceDesign, SampleAnswers.Documents, Today);
        Assert.Empty(result.Flags);
        Assert.Equal("standard", result.RouteId);
    }

    [Fact]
    public void A_concern_takes_a_project_for_insight_off_the_light_route_and_a_note_does_not()
    {
        Assert.Equal("standard", Shipped.Rules.Run(SampleAnswers.Insight.With("linkage", "yes"), SampleAnswers.Documents, Today).RouteId);
        var noted = Shipped.Rules.Run(SampleAnswers.Insight.With("transparency", "planned"), SampleAnswers.Documents, Today);
        Assert.Equal((Severity.Note, "light"), (noted.WorstSeverity!.Value, noted.RouteId));
    }

    [Fact]
    public void More_than_totals_takes_a_project_for_insight_off_the_light_route()
        => Assert.Equal("standard", Shipped.Rules.Run(SampleAnswers.Insight.With("record_detail", "pseudonymised"), SampleAnswers.Documents, Today).RouteId);

    [Fact]
    public void A_worrying_project_crosses_red_lines_heaviest_first_and_takes_the_enhanced_route()
    {
        var result = Shipped.Rules.Run(SampleAnswers.Scoring, SampleAnswers.Documents, Today);
        Assert.Equal("enhanced", result.RouteId);
        Assert.Equal(Severity.RedLine, result.WorstSeverity);
        Assert.Equal(result.Flags.Select(f => f.Severity).OrderDescending(), result.Flags.Select(f => f.Severity));
        string[] expected = ["individual-prediction", "individual-targeting", "enforcement-consequences", "police-without-forbidden-uses", "enforcement-by-someone", "high-wrong-flags", "place-and-time-fine"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), result.Flags.Where(f => f.Severity == Severity.RedLine).Select(f => f.Rule).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_old_answer_to_a_question_that_is_no_longer_asked_raises_no_flag()
        => Assert.Empty(Shipped.Rules.Run(SampleAnswers.Insight.With("covert_screen", ["specific", "private_information", "planned", "false_account"]).With("list_review_months", "24").With("base_rate", "0.01").With("sensitivity", "0.5").With("specificity", "0.5"), SampleAnswers.Documents, Today).Flags);

    [Fact]
    public void The_police_cannot_escape_their_limits_by_calling_themselves_our_own_organisation()
    {
        var police = SampleAnswers.Insight.With("organisation_type", "police").With("onward_use", [SampleAnswers.Recipient("Marlcombe Constabulary", "own", analysis: "allowed", onward: "allowed")]);
        var fired = Shipped.Rules.Run(police, SampleAnswers.Documents, Today).Flags.Select(f => f.Rule).ToList();
        Assert.Contains("police-recipient", fired);
        Assert.Contains("police-without-forbidden-uses", fired);
    }

    [Fact]
    public void Without_a_day_nothing_is_said_about_the_past()
    {
        var old = SampleAnswers.Insight.With("dpia_date", "2020-01-01").With("start_date", "2020-02-01").With("end_date", "2020-12-01");
        Assert.Equal(["already-started", "dpia-old"], Shipped.Rules.Run(old, SampleAnswers.Documents, Today).Flags.Select(f => f.Rule).Order(StringComparer.Ordinal));
        Assert.Empty(Shipped.Rules.Run(old, SampleAnswers.Documents).Flags);
    }

    [Fact]
    public void A_draft_with_anything_in_it_can_be_screened() => AnswersTests.AnyAnswers.Sample(answers =>
    {
        var result = Shipped.Rules.Run(answers.With("place", "the moon").With("people_count", "many").With("base_rate", "99"), [], Today);
        return result.RouteId.Length > 0;
    });

    [Fact]
    public void The_age_of_digital_consent_is_data()
    {
        var files = Shipped.Rules.Files.ToDictionary(f => f.Name, f => f.Bytes, StringComparer.Ordinal);
        files["lists.json"] = Edit(files["lists.json"], "\"age_of_digital_consent\": 13", "\"age_of_digital_consent\": 16");
        var moved = ScreeningRules.Parse(files);
        var teens = SampleAnswers.Insight.With("age_bands", ["13_15"]);
        Assert.DoesNotContain(Shipped.Rules.Run(teens, SampleAnswers.Documents).Flags, f => f.Rule == "under-consent-age");
        Assert.Contains(moved.Run(teens, SampleAnswers.Documents).Flags, f => f.Rule == "under-consent-age");
        Assert.False(Shipped.Form.Find("younger_children")!.Asked(teens));
        Assert.True(moved.Form.Find("younger_children")!.Asked(teens));
    }

    [Fact]
    public void Judging_words_are_found_as_whole_words_in_any_case()
    {
        var found = JudgingWord.FindIn("Gangs? A gangway, Thug-like, out of control.", Shipped.Rules.JudgingWords);
        Assert.Equal(["gangs", "thug", "out of control"], found.Select(f => f.Word.Word));
        Assert.Equal(0, found[0].Index);
    }

    [Fact]
    public void A_stage_looks_at_every_field_that_its_rules_are_about()
    {
        foreach (var rule in Shipped.Rules.Rules)
            Assert.All(rule.Fields, field => Assert.True(Shipped.Checklists.For(rule.Stage).LooksAt.Contains(field, StringComparer.Ordinal), $"{rule.Stage} must look at {field}, as {rule.Id} is about it."));
    }

    internal static ReadOnlyMemory<byte> Edit(ReadOnlyMemory<byte> bytes, string old, string @new)
    {
        var text = System.Text.Encoding.UTF8.GetString(bytes.Span);
        Assert.Contains(old, text, StringComparison.Ordinal);
        return System.Text.Encoding.UTF8.GetBytes(text.Replace(old, @new, StringComparison.Ordinal));
    }
}
