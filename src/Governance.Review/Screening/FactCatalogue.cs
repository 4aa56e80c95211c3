using System.Globalization;
using Governance.Review.Proposals;

namespace Governance.Review.Screening;

/// <summary>What kind of thing a fact is, which decides how it can be compared.</summary>
public enum FactType
{
    /// <summary>Text: present or absent only.</summary>
    Text,

    /// <summary>One of a list: equals, in.</summary>
    Choice,

    /// <summary>One of an ordered list: equals, in, at_least, at_most.</summary>
    Scale,

    /// <summary>Several of a list: includes.</summary>
    Choices,

    /// <summary>A number: equals, at_least, at_most.</summary>
    Number,

    /// <summary>Yes or no: equals <c>yes</c> or <c>no</c>.</summary>
    Flag,

    /// <summary>Lines or rows: present or absent only.</summary>
    List,
}

/// <summary>A fact that rules can speak of.</summary>
/// <param name="Id">The field's id, or the name of a derived fact.</param>
/// <param name="Type">How it can be compared.</param>
/// <param name="Options">The ids that it can take, lowest first for a scale; empty when free.</param>
/// <param name="Meaning">What it says, in plain English.</param>
/// <param name="Derived">Worked out from several answers rather than being one.</param>
public sealed record Fact(string Id, FactType Type, IReadOnlyList<string> Options, string Meaning, bool Derived)
{
    /// <summary>The lowest number it can be; only for numbers.</summary>
    public decimal Lowest { get; init; }

    /// <summary>The highest number it can be; only for numbers.</summary>
    public decimal Highest { get; init; } = 100_000_000;

    /// <summary>Reads the fact. No values means that it is absent; numbers and flags are one text.</summary>
    internal Func<FactSource, IEnumerable<string>> Read { get; init; } = static _ => [];
}

/// <summary>What facts are read from.</summary>
internal sealed record FactSource(ProposalForm Form, Answers Answers, IReadOnlyList<Attachment> Attachments, DateOnly? Today, IReadOnlyList<JudgingWord> JudgingWords)
{
    /// <summary>The flags raised so far: filled only when the route is chosen.</summary>
    public IReadOnlyList<Flag> Flags { get; init; } = [];
}

/// <summary>Every fact there is: one a field, and the derived ones. An answer to a question that is not asked is no fact.</summary>
public sealed class FactCatalogue
{
    private static readonly string[] YesNo = ["yes", "no"];
    private static readonly string[] Severities = ["note", "concern", "red_line"];

    private readonly Dictionary<string, Fact> _byId;

    /// <summary>The facts of a form.</summary>
    public FactCatalogue(ProposalForm form)
    {
        Facts = [.. form.Fields.Select(FieldFact), .. Derived(form)];
        _byId = Facts.ToDictionary(f => f.Id, StringComparer.Ordinal);
    }

    private FactCatalogue(IReadOnlyList<Fact> facts)
    {
        Facts = facts;
        _byId = Facts.ToDictionary(f => f.Id, StringComparer.Ordinal);
    }

    /// <summary>All facts, the form's first.</summary>
    public IReadOnlyList<Fact> Facts { get; }

    /// <summary>The fact of this id, or null.</summary>
    public Fact? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>
    /// These facts and, for the choice of a route, two more: <c>worst_severity</c> (absent when nothing was flagged) and
    /// <c>flags</c> (the ids of the rules that fired).
    /// </summary>
    internal FactCatalogue ForRoutes(IReadOnlyList<string> ruleIds) => new(
    [
        .. Facts,
        new Fact("worst_severity", FactType.Scale, Severities, "The heaviest flag", Derived: true)
        {
            Read = s => s.Flags.Count == 0 ? [] : [Severities[(int)s.Flags.Max(f => f.Severity)]],
        },
        new Fact("flags", FactType.Choices, ruleIds, "The rules that fired", Derived: true) { Read = s => s.Flags.Select(f => f.Rule) },
    ]);

    private static Fact FieldFact(Field field)
    {
        var type = field.Kind switch
        {
            FieldKind.Choice => field.Ordered ? FactType.Scale : FactType.Choice,
            FieldKind.YesNo => FactType.Flag,
            FieldKind.Choices => FactType.Choices,
            FieldKind.WholeNumber or FieldKind.Decimal => FactType.Number,
            FieldKind.Lines or FieldKind.Rows => FactType.List,
            _ => FactType.Text,
        };
        return new Fact(field.Id, type, [.. field.Options.Select(o => o.Id)], field.Label, Derived: false)
        {
            Highest = field.Kind == FieldKind.Decimal ? 1 : 100_000_000,
            Read = s => field.Asked(s.Answers) ? Values(field, s.Answers) : [],
        };
    }

    private static IEnumerable<string> Values(Field field, Answers a) => field.Kind switch
    {
        FieldKind.Choices or FieldKind.Lines => a.Choices(field.Id),
        FieldKind.Rows => a.Rows(field.Id).Select((_, i) => Text(i)),
        FieldKind.WholeNumber => Number(a.Number(field.Id)),
        FieldKind.Decimal => Number(a.Decimal(field.Id)),
        _ => a.Has(field.Id) ? [a.Text(field.Id)] : [],
    };

    private static IEnumerable<Fact> Derived(ProposalForm form)
    {
        var lists = form.Lists;
        return
        [
            Flag("public_authority", "The organisation is a public authority", s => lists.PublicAuthorities.Contains(s.Answers.Text("organisation_type"), StringComparer.Ordinal)),
            Flag("special_category_data", "The data shows or lets someone guess a special category", s => ProposalForm.HasSpecialCategories(s.Answers)),
            Flag("article9_missing", "There is special category data under UK GDPR but no Article 9 condition", s => Asked(s, "article9") && !s.Answers.Has("article9")),
            Flag("article10_missing", "There is data about offences under UK GDPR but nothing that allows it", s => Asked(s, "article10") && !s.Answers.Has("article10")),
            Flag("schedule1_missing", "A Schedule 1 condition is called for and none is named", s => ProposalForm.NeedsSchedule1(lists, s.Answers) && s.Answers.Choices("schedule1").Count == 0),
            Flag("below_consent_age", "Children below the age of digital consent are included", s => lists.AgeBands.Any(b => b.From < lists.AgeOfDigitalConsent && s.Answers.Includes("age_bands", b.Id))),
            Flag("software_judges", "Software reads, sorts, scores or predicts", s => s.Answers.IncludesAny("techniques", ProposalForm.JudgingTechniques)),
            Flag("individual_prediction", "Software predicts for people, or its results pick out young people", s => s.Answers.Includes("techniques", "predictive_people")
                || (s.Answers.IncludesAny("techniques", ProposalForm.JudgingTechniques) && s.Answers.IsAny("use_class", "individual_targeting", "enforcement"))),
            Flag("only_aggregates", "Only totals are held, and nobody's words are quoted", s => s.Answers.IsAny("record_detail", "population_aggregate", "group_aggregate") && s.Answers.IsAny("verbatim_use", "never", "reworded")),
            Flag("cell_below_minimum", "Totals may stand for fewer people than the smallest number set", s => Asked(s, "smallest_cell") && s.Answers.Number("smallest_cell") is { } n && n < lists.SmallestCell),
            Count("alternatives_count", "How many less intrusive ways were looked at", s => s.Answers.Choices("alternatives").Count(c => c != "none")),
            Words("harm_definition"),
            Words("benefits"),
            Words("online_benefits"),
            Words("alternatives_reason"),
            Words("gender_analysis"),
            Words("neurodivergence"),
            Words("dialect"),
            Words("lay_summary"),
            Count("lay_summary_reading_age", "The reading age of the summary for young people, in years", s => ReadingAge.Of(s.Answers.Text("lay_summary")).Age) with { Lowest = 5, Highest = 22 },
            Count("judging_words", "How many times words that pass judgement appear in the title, the problem, the definition of harm and the summary for young people",
                s => new[] { "title", "problem", "harm_definition", "lay_summary" }.Sum(id => JudgingWord.FindIn(s.Answers.Text(id), s.JudgingWords).Count)),
            Count("wrongly_flagged_per_100", "Of every 100 young people flagged, how many wrongly", s => Asked(s, "specificity") ? FalsePositives.From(s.Answers)?.WronglyFlaggedPer100 : null) with { Highest = 100 },
            Many("groups_without_bias_results", "Comparisons (age, gender and so on) for which no results are given although software judges", [.. ProposalForm.Characteristics.Select(c => c.Id).Where(c => c != "other")],
                s => Asked(s, "group_results") ? ProposalForm.Characteristics.Select(c => c.Id).Where(c => c != "other" && s.Answers.Rows("group_results").All(r => r["characteristic"] != c)) : []),
            Many("recipient_kinds", "The kinds of recipient", [.. ColumnOptions(form, "recipient_kind")], s => Uses(s).Select(r => Kind(s, r)).Distinct(StringComparer.Ordinal)),
            Many("uses_allowed", "What any recipient may do", ProposalForm.UseColumns, s => ProposalForm.UseColumns.Where(c => Uses(s).Any(r => r[c] == "allowed"))),
            Many("uses_by_exception", "What any recipient may do by exception", ProposalForm.UseColumns, s => ProposalForm.UseColumns.Where(c => Uses(s).Any(r => r[c] == "by_exception"))),
            Many("police_may", "What a police recipient may do, allowed or by exception", ProposalForm.UseColumns, s => ProposalForm.UseColumns.Where(c => Police(s).Any(r => r[c] != "forbidden"))),
            Flag("police_recipient_without_forbidden_uses", "A police recipient for whom enforcement, working out who someone is and passing on are not all forbidden",
                s => Police(s).Any(r => r["enforcement"] != "forbidden" || r["reidentification"] != "forbidden" || r["onward_sharing"] != "forbidden")),
            Flag("reidentification_not_forbidden", "A recipient for whom working out who someone is is not forbidden", s => Uses(s).Any(r => r["reidentification"] != "forbidden")),
            Flag("commercial_training", "A company may train a model", s => Uses(s).Any(r => r["recipient_kind"] == "commercial" && r["model_training"] != "forbidden")),
            Count("covert_tests_met", "How many of the three tests for directed surveillance are met", s => Asked(s, "covert_screen") ? s.Answers.Choices("covert_screen").Count(c => c is "specific" or "private_information" or "planned") : null) with { Highest = 3 },
            Count("project_months", "How long the project runs, in months", s => s.Answers.Date("start_date") is { } from && s.Answers.Date("end_date") is { } to ? Math.Max(0, Months(from, to)) : null),
            Count("months_since_dpia", "How many months ago the impact assessment was signed off", s => Asked(s, "dpia_date") && s.Today is { } today && s.Answers.Date("dpia_date") is { } signed ? Math.Max(0, Months(signed, today)) : null),
            Flag("starts_before_today", "The start lies in the past", s => s.Today is { } today && s.Answers.Date("start_date") < today),
            Flag("dpia_in_future", "The impact assessment's date lies in the future", s => Asked(s, "dpia_date") && s.Today is { } today && s.Answers.Date("dpia_date") > today),
            .. ProposalForm.AttachmentKinds.Where(k => k.Id != "other").Select(k => Flag("attachment_" + k.Id, "Attached: " + k.Label, s => s.Attachments.Any(d => d.Kind == k.Id))),
        ];

        Fact Words(string field) => Count("words_in_" + field, $"How many words answer “{form.Find(field)!.Label}”", s => ReadingAge.CountWords(s.Answers.Text(field)));
    }

    private static bool Asked(FactSource s, string field) => s.Form.Find(field)!.Asked(s.Answers);

    private static IReadOnlyList<AnswerRow> Uses(FactSource s) => s.Answers.Rows("onward_use");

    private static IEnumerable<AnswerRow> Police(FactSource s) => Uses(s).Where(r => Kind(s, r) == "police");

    /// <summary>"Our own organisation" is the police when the police ask: the limits on the police must not depend on who fills in the form.</summary>
    private static string Kind(FactSource s, AnswerRow row) => row["recipient_kind"] == "own" && s.Answers.Is("organisation_type", "police") ? "police" : row["recipient_kind"];

    private static IEnumerable<string> ColumnOptions(ProposalForm form, string column) => form.Find("onward_use")!.Columns.First(c => c.Id == column).Options.Select(o => o.Id);

    private static int Months(DateOnly from, DateOnly to) => ((to.Year - from.Year) * 12) + to.Month - from.Month - (to.Day < from.Day ? 1 : 0);

    private static Fact Flag(string id, string meaning, Func<FactSource, bool> holds)
        => new(id, FactType.Flag, YesNo, meaning, Derived: true) { Read = s => [holds(s) ? "yes" : "no"] };

    private static Fact Count(string id, string meaning, Func<FactSource, int?> count)
        => new(id, FactType.Number, [], meaning, Derived: true) { Read = s => Number(count(s)) };

    private static Fact Many(string id, string meaning, IReadOnlyList<string> options, Func<FactSource, IEnumerable<string>> read)
        => new(id, FactType.Choices, options, meaning, Derived: true) { Read = read };

    private static IEnumerable<string> Number(decimal? n) => n is { } value ? [value.ToString(CultureInfo.InvariantCulture)] : [];

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);
}
