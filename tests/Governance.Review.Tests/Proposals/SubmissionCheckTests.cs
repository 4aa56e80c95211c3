using CsCheck;
using Governance.Review.Proposals;

namespace Governance.Review.Tests.Proposals;

public sealed class SubmissionCheckTests
{
    /// <summary>Any of the form's fields with any of many answers, fitting or not.</summary>
    private static readonly Gen<Answers> Wild =
        from picks in Gen.Select(Gen.Int[0, Shipped.Form.Fields.Count - 1], Gen.Int[0, 9]).Array[0, 60]
        select picks.Aggregate(SampleAnswers.Scoring, (a, pick) => Put(a, Shipped.Form.Fields[pick.Item1], pick.Item2));

    private static Answers Put(Answers a, Field field, int what) => what switch
    {
        0 => a.Without(field.Id),
        1 => a.With(field.Id, "99999999999999999999999999999999"),
        2 => a.With(field.Id, " - "),
        3 => a.With(field.Id, ["none", "x", "none"]),
        4 => a.With(field.Id, [AnswerRow.Of(("recipient_kind", "police"), ("odd", "x"))]),
        5 => a.With(field.Id, "-0.5%"),
        6 => a.With(field.Id, "0001-01-01"),
        _ when field.Kind == FieldKind.Choices => a.With(field.Id, field.Options.Take(what).Select(o => o.Id)),
        _ when field.Options.Count > 0 => a.With(field.Id, field.Options[what % field.Options.Count].Id),
        _ => a.With(field.Id, "9999-12-31"),
    };

    [Fact]
    public void Whatever_is_in_a_draft_checking_and_screening_it_never_crash_and_name_only_fields_of_the_form() => Wild.Sample(answers =>
    {
        var faults = SubmissionCheck.Check(Shipped.Form, answers, SampleAnswers.Documents);
        var screened = Shipped.Rules.Run(answers, [], DateOnly.MaxValue);
        var back = Answers.FromJson(Shipped.Form, answers.ToJson(), out _);
        return faults.All(f => f.Message.Length > 0 && (f.FieldId == "attachments" || Shipped.Form.Find(f.FieldId) is not null))
            && screened.RouteId.Length > 0
            && (!back.Equals(answers) || SubmissionCheck.Check(Shipped.Form, back, SampleAnswers.Documents).SequenceEqual(faults));
    });

    [Fact]
    public void The_faults_of_all_pages_together_are_the_faults_of_the_whole()
    {
        var draft = SampleAnswers.Scoring.Without("title").With("people_count", "many").Without("onward_use").With("dpia_date", "soon");
        var whole = SubmissionCheck.Check(Shipped.Form, draft, []);
        Assert.Equal(
            whole.Select(f => f.Field).Order(StringComparer.Ordinal),
            Shipped.Form.Sections.SelectMany(s => SubmissionCheck.CheckSection(Shipped.Form, s, draft, [])).Select(f => f.Field).Order(StringComparer.Ordinal));
        Assert.Equal(["attachments", "attachments"], SubmissionCheck.CheckSection(Shipped.Form, Shipped.Form.FindSection("attachments")!, draft, []).Select(f => f.Field));
        Assert.Equal(["title"], SubmissionCheck.CheckSection(Shipped.Form, Shipped.Form.FindSection("about")!, draft, []).Select(f => f.Field));
    }

    public static TheoryData<string> Samples => ["insight", "service", "scoring"];

    private static Answers Sample(string name) => name switch { "insight" => SampleAnswers.Insight, "service" => SampleAnswers.ServiceDesign, _ => SampleAnswers.Scoring };

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_complete_proposal_has_no_faults(string name) => Assert.Empty(SubmissionCheck.Check(Shipped.Form, Sample(name), SampleAnswers.Documents));

    [Theory]
    [MemberData(nameof(Samples))]
    public void Leaving_out_any_asked_question_is_the_one_fault_at_that_question(string name)
    {
        var sample = Sample(name);
        foreach (var field in Shipped.Form.Fields.Where(f => f.Asked(sample) && !f.Optional))
        {
            var faults = SubmissionCheck.Check(Shipped.Form, sample.Without(field.Id), SampleAnswers.Documents);
            Assert.Contains(faults, f => f.Field == field.Id);
        }
    }

    [Fact]
    public void An_empty_proposal_names_every_question_that_is_always_asked_at_once_in_the_forms_order()
    {
        var expected = Shipped.Form.Fields.Where(f => f.AskedWhen is null && !f.Optional).Select(f => f.Id);
        Assert.Equal(expected, SubmissionCheck.Check(Shipped.Form, Answers.Empty, []).Select(f => f.Field));
    }

    [Fact]
    public void Optional_questions_may_stay_empty()
        => Assert.Empty(SubmissionCheck.Check(Shipped.Form, SampleAnswers.Insight.Without("website").Without("partners").Without("supplier").Without("earlier_reference"), SampleAnswers.Documents));

    public static TheoryData<string, string, string> Malformed => new()
    {
        { "people_count", "about 50", "people_count" },
        { "people_count", "-3", "people_count" },
        { "people_count", "0", "people_count" },
        { "people_count", "12.5", "people_count" },
        { "sensitivity", "1.2", "sensitivity" },
        { "sensitivity", "120%", "sensitivity" },
        { "start_date", "2027-02-30", "start_date" },
        { "start_date", "next spring", "start_date" },
        { "end_date", "2027-01-31", "end_date" },
        { "period_to", "2025-12-31", "period_to" },
        { "contact_email", "ask us", "contact_email" },
        { "lead_email", "me@localhost", "lead_email" },
        { "website", "javascript:alert(1)", "website" },
        { "use_class", "world_peace", "use_class" },
        { "named_list", "maybe", "named_list" },
        { "title", "Two\nlines", "title" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_answer_is_named_at_its_field(string field, string text, string faulted)
        => Assert.Equal([faulted], SubmissionCheck.Check(Shipped.Form, SampleAnswers.ServiceDesign.With(field, text), SampleAnswers.Documents).Select(f => f.Field));

    [Fact]
    public void Faults_in_rows_and_lines_say_which()
    {
        var answers = SampleAnswers.Insight
            .With("team_emails", ["k.wrenfield@tidewell.example", "nobody"])
            .With("onward_use", [SampleAnswers.Recipient("Unit", "own", analysis: "allowed"), AnswerRow.Of(("recipient", "Someone"), ("recipient_kind", "friends"), ("analysis", "allowed"))]);
        var faults = SubmissionCheck.Check(Shipped.Form, answers, SampleAnswers.Documents).Select(f => f.Field).ToList();
        Assert.Equal(
            [
                "team_emails[1]", "onward_use[1].recipient_kind", "onward_use[1].service_offer", "onward_use[1].safeguarding_referral", "onward_use[1].enforcement",
                "onward_use[1].reidentification", "onward_use[1].onward_sharing", "onward_use[1].model_training",
            ],
            faults);
    }

    [Theory]
    [InlineData("special_categories", "none", "health")]
    [InlineData("consequences", "nothing", "contacted")]
    [InlineData("alternatives", "youth_work", "youth_work")]
    [InlineData("age_bands", "16_17", "over_90")]
    public void Picks_that_exclude_each_other_repeat_or_are_unknown_are_faulted(string field, string one, string other)
        => Assert.Contains(SubmissionCheck.Check(Shipped.Form, SampleAnswers.Insight.With(field, [one, other]), SampleAnswers.Documents), f => f.Field == field);

    [Fact]
    public void An_answer_to_a_question_that_is_no_longer_asked_does_not_count()
        => Assert.Empty(SubmissionCheck.Check(Shipped.Form, SampleAnswers.Insight.With("sensitivity", "nonsense").With("list_review_months", "soon"), SampleAnswers.Documents));

    [Fact]
    public void Documents_that_the_answers_speak_of_must_be_there()
    {
        var faults = SubmissionCheck.Check(Shipped.Form, SampleAnswers.Insight, []);
        Assert.Equal(["attachments", "attachments"], faults.Select(f => f.Field));
        Assert.Contains("impact assessment", faults[0].Message, StringComparison.Ordinal);
        Assert.Contains("sharing agreement", faults[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_use_that_contradicts_its_consequences_is_faulted()
        => Assert.Contains(SubmissionCheck.Check(Shipped.Form, SampleAnswers.Insight.With("consequences", ["restriction"]), SampleAnswers.Documents), f => f.Field == "use_class");

    [Fact]
    public void An_answer_of_the_wrong_shape_is_a_fault_and_not_a_crash()
    {
        var answers = SampleAnswers.Insight.With("title", ["a", "b"]).With("alternatives", "youth_work").With("onward_use", "everything").With("funders", "us");
        Assert.Equal(["title", "funders", "alternatives", "onward_use"], SubmissionCheck.Check(Shipped.Form, answers, SampleAnswers.Documents).Select(f => f.Field).Distinct(StringComparer.Ordinal));
    }
}
