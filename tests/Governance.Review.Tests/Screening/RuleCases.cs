using Governance.Review.Proposals;
using Governance.Review.Tests.Proposals;

namespace Governance.Review.Tests.Screening;

/// <summary>A proposal as it is screened.</summary>
internal sealed record Case(Answers Answers, IReadOnlyList<Attachment> Documents)
{
    public Case With(string id, string text) => this with { Answers = Answers.With(id, text) };

    public Case With(string id, params string[] list) => this with { Answers = Answers.With(id, list) };

    public Case Uses(params AnswerRow[] rows) => this with { Answers = Answers.With("onward_use", rows) };

    public Case Without(string kind) => this with { Documents = [.. Documents.Where(d => d.Kind != kind)] };
}

/// <summary>For every rule a proposal that it fires on, and the nearest one that it must leave alone.</summary>
internal static class RuleCases
{
    private static readonly Case Calm = new(SampleAnswers.Insight, SampleAnswers.Documents);
    private static readonly Case Software = new(SampleAnswers.ServiceDesign, SampleAnswers.Documents);
    private static readonly Case Covert = Calm.With("covert", "yes");
    private static readonly Case Listed = Calm.With("named_list", "yes");
    private static readonly Case Duty = Calm.With("serious_violence_duty", "yes");
    private static readonly Case Special = Calm.With("special_categories", ["health"]).With("article9", "a");
    private static readonly Case Offence = Calm.With("offence_data", "yes").With("article10", "official_authority");

    /// <summary>Rule id to the proposal it fires on and the one it leaves alone.</summary>
    public static readonly IReadOnlyDictionary<string, (Case Fires, Case Silent)> All = new Dictionary<string, (Case, Case)>(StringComparer.Ordinal)
    {
        ["public-authority-legitimate-interests"] = (Calm.With("article6", "f"), Calm.With("article6", "f").With("organisation_type", "voluntary")),
        ["public-authority-recognised-interest"] = (Calm.With("article6", "ea"), Calm.With("article6", "ea").With("organisation_type", "company")),
        ["consent-of-young-children"] = (Calm.With("article6", "a").With("age_bands", ["under_13"]), Calm.With("article6", "a").With("age_bands", ["13_15"])),
        ["article9-missing"] = (Special.With("article9", ""), Special),
        ["article10-missing"] = (Offence.With("article10", ""), Offence),
        ["schedule1-missing"] = (Special.With("article9", "g"), Special.With("article9", "g").With("schedule1", ["c18"])),
        ["manifestly-public-claim"] = (Special.With("article9", "e"), Special.With("article9", "j")),
        ["law-enforcement-regime"] = (Calm.With("regime", "dpa_part3"), Calm),
        ["police-under-gdpr-enforcement"] = (Calm.With("use_class", "enforcement"), Calm.With("use_class", "enforcement").With("regime", "dpa_part3")),
        ["serious-violence-duty-as-authority"] = (Duty.With("duty_information", ["patient"]), Duty.With("duty_information", ["other_personal"])),
        ["serious-violence-duty-personal"] = (Duty.With("duty_information", ["other_personal"]), Duty.With("duty_information", ["none"])),
        ["no-dpia"] = (Calm.With("dpia_status", "not_started"), Calm.With("dpia_status", "in_progress")),
        ["dpia-unfinished"] = (Calm.With("dpia_status", "in_progress"), Calm),
        ["dpia-not-attached"] = (Calm.Without("dpia"), Calm.Without("model_card")),
        ["dpia-old"] = (Calm.With("dpia_date", "2025-11-23"), Calm.With("dpia_date", "2025-11-24")),
        ["dpia-in-future"] = (Calm.With("dpia_date", "2026-11-24"), Calm.With("dpia_date", "2026-11-23")),
        ["high-risk-left-without-ico"] = (Calm.With("dpia_outcome", "high"), Calm.With("dpia_outcome", "high").With("ico_consultation", "done")),
        ["ico-needed-not-done"] = (Calm.With("ico_consultation", "needed_not_done"), Calm.With("ico_consultation", "planned")),
        ["dpo-not-followed"] = (Calm.With("dpo_followed", "no"), Calm),
        ["no-notice"] = (Calm.With("transparency", "none"), Calm.With("transparency", "planned")),
        ["notice-planned"] = (Calm.With("transparency", "planned"), Calm),
        ["no-eia"] = (Software.Without("equality_impact_assessment"), Calm.Without("equality_impact_assessment")),
        ["individual-prediction"] = (Software.With("techniques", ["predictive_people"]), Software.With("techniques", ["predictive_places"])),
        ["individual-targeting"] = (Calm.With("use_class", "individual_targeting"), Calm.With("use_class", "cohort_support")),
        ["enforcement-use"] = (Calm.With("use_class", "enforcement"), Calm.With("use_class", "individual_targeting")),
        ["enforcement-consequences"] = (Calm.With("consequences", ["contacted", "restriction"]), Calm.With("consequences", ["contacted"])),
        ["sole-automated-decision"] = (Calm.With("decision_making", "software_alone"), Calm.With("decision_making", "person_confirms")),
        ["rubber-stamp"] = (Calm.With("decision_making", "person_confirms"), Calm.With("decision_making", "person_decides")),
        ["no-human-review"] = (Software.With("human_review", "advise"), Calm.With("human_review", "none")),
        ["no-challenge"] = (Calm.With("challenge", "none"), Calm.With("challenge", "on_request")),
        ["challenge-only-on-request"] = (Calm.With("challenge", "on_request"), Calm.With("challenge", "open")),
        ["challenge-claimed-unneeded"] = (Calm.With("use_class", "cohort_support"), Calm.With("use_class", "service_design")),
        ["net-widening"] = (Calm.With("new_attention", "unsure"), Calm),
        ["named-list"] = (Listed, Calm),
        ["list-rarely-reviewed"] = (Listed.With("list_review_months", "7"), Listed.With("list_review_months", "6")),
        ["saying-no"] = (Calm.With("use_class", "cohort_support").With("saying_no", "unsure"), Calm.With("use_class", "cohort_support").With("saying_no", "yes")),
        ["no-concern-kept"] = (Calm.With("no_concern", "kept"), Calm.With("no_concern", "deleted_at_end")),
        ["no-concern-kept-to-end"] = (Calm.With("no_concern", "deleted_at_end"), Calm.With("no_concern", "deleted_at_once")),
        ["police-without-forbidden-uses"] = (Calm.Uses(SampleAnswers.Recipient("Force", "police", onward: "by_exception")), Calm.Uses(SampleAnswers.Recipient("Force", "police", analysis: "allowed"))),
        ["police-recipient"] = (Calm.Uses(SampleAnswers.Recipient("Force", "police")), Calm.Uses(SampleAnswers.Recipient("Team", "youth_justice"))),
        ["reidentification-not-forbidden"] = (Calm.Uses(SampleAnswers.Recipient("University", "research", reidentification: "by_exception")), Calm),
        ["enforcement-by-someone"] = (Calm.Uses(SampleAnswers.Recipient("Council", "council", enforcement: "by_exception")), Calm.Uses(SampleAnswers.Recipient("Council", "council", referral: "by_exception"))),
        ["onward-sharing"] = (Calm.Uses(SampleAnswers.Recipient("Council", "council", onward: "allowed")), Calm.Uses(SampleAnswers.Recipient("Council", "council", onward: "by_exception"))),
        ["blanket-sharing"] = (Calm.With("sharing_manner", "everything"), Calm.With("sharing_manner", "regular_subset")),
        ["regular-individual-sharing"] = (Calm.With("sharing_manner", "regular_subset"), Calm.With("sharing_manner", "case_by_case")),
        ["no-sharing-agreement"] = (Calm.With("sharing_agreement", "draft").With("sources", ["partner_agency"]), Calm.With("sharing_agreement", "draft")),
        ["model-training"] = (Calm.With("trains_model", "yes"), Calm),
        ["company-trains-model"] = (Calm.Uses(SampleAnswers.Recipient("Larkspur", "commercial", training: "by_exception")), Calm.Uses(SampleAnswers.Recipient("University", "research", training: "allowed"))),
        ["abroad"] = (Calm.With("abroad", "yes"), Calm),
        ["covert-collection"] = (Covert, Calm.With("covert", "unsure")),
        ["covert-unsure"] = (Calm.With("covert", "unsure"), Calm),
        ["directed-surveillance"] = (Covert.With("covert_screen", ["specific", "private_information", "planned"]), Covert.With("covert_screen", ["specific", "planned", "false_account"])),
        ["false-account"] = (Covert.With("covert_screen", ["false_account"]), Covert.With("covert_screen", ["planned"])),
        ["closed-messages"] = (Calm.With("data_categories", ["public_posts", "closed_messages"]), Calm),
        ["scraping-against-terms"] = (Calm.With("sources", ["scraping"]).With("terms", "not_checked"), Calm.With("sources", ["scraping"])),
        ["terms-not-met"] = (Calm.With("terms", "not_allowed"), Calm.With("terms", "with_limits")),
        ["intimate-images"] = (Calm.With("data_categories", ["intimate_images"]), Calm.With("data_categories", ["images"])),
        ["images-or-video"] = (Calm.With("data_categories", ["video"]), Calm),
        ["biometric"] = (Special.With("special_categories", ["biometric"]), Special),
        ["data-broker"] = (Calm.With("sources", ["data_broker"]), Calm),
        ["device-ids-location"] = (Calm.With("data_categories", ["location"]), Calm),
        ["network-data"] = (Calm.With("data_categories", ["network"]), Calm),
        ["inferred-traits"] = (Calm.With("data_categories", ["inferred"]), Calm),
        ["continuous-monitoring"] = (Calm.With("monitoring", "continuous"), Calm.With("monitoring", "repeated")),
        ["linkage"] = (Calm.With("linkage", "yes"), Calm),
        ["finer-than-lsoa"] = (Calm.With("place", "output_area"), Calm.With("place", "lsoa")),
        ["finer-than-borough"] = (Calm.With("place", "ward"), Calm.With("place", "local_authority")),
        ["small-cells"] = (Calm.With("smallest_cell", "9"), Calm.With("smallest_cell", "10")),
        ["identifiable-records"] = (Calm.With("record_detail", "identifiable"), Calm.With("record_detail", "pseudonymised")),
        ["verbatim-quoted"] = (Calm.With("verbatim_use", "quoted"), Calm.With("verbatim_use", "with_consent")),
        ["event-level"] = (Calm.With("time", "day"), Calm.With("time", "week")),
        ["place-and-time-fine"] = (Calm.With("place", "lsoa").With("time", "week"), Calm.With("place", "lsoa").With("time", "month")),
        ["no-bias-evidence"] = (Software with { Answers = Software.Answers.With("group_results", Software.Answers.Rows("group_results").Where(r => r["characteristic"] != "gender")) }, Software),
        ["no-neurodivergence-evidence"] = (Software with { Answers = Software.Answers.With("group_results", Software.Answers.Rows("group_results").Where(r => r["characteristic"] != "neurodivergence")) }, Software),
        ["high-wrong-flags"] = (Software.With("base_rate", "0.5").With("sensitivity", "0.5").With("specificity", "0.5"), Software.With("base_rate", "0.5").With("sensitivity", "0.52").With("specificity", "0.5")),
        ["some-wrong-flags"] = (Software.With("base_rate", "0.5").With("sensitivity", "0.9").With("specificity", "0.9"), Software),
        ["no-model-card"] = (Software.Without("model_card"), Calm.Without("model_card")),
        ["predictive-places"] = (Software.With("techniques", ["predictive_places"]), Software),
        ["generative-on-children"] = (Software.With("techniques", ["generative"]), Software),
        ["harm-undefined"] = (Calm.With("harm_definition", "Bad things that happen online and then go on offline."), Calm),
        ["online-equals-offline"] = (Calm.With("offline_link", "assumed"), Calm.With("offline_link", "tested")),
        ["no-alternatives"] = (Calm.With("alternatives", ["none"]), Calm.With("alternatives", ["existing_data"])),
        ["few-alternatives"] = (Calm.With("alternatives", ["existing_data"]), Calm.With("alternatives", ["existing_data", "mentoring"])),
        ["alternatives-thin"] = (Calm.With("alternatives_reason", "They would take too long."), Calm),
        ["no-benefits"] = (Calm.With("benefits", "Safer streets for everyone."), Calm),
        ["only-we-benefit"] = (Calm.With("beneficiaries", ["our_organisation", "services"]), Calm.With("beneficiaries", ["other_young_people"])),
        ["one-sided"] = (Calm.With("online_benefits", "None that matter here."), Calm),
        ["no-gender-analysis"] = (Calm.With("gender_analysis", "Not relevant."), Calm),
        ["neurodivergence-thin"] = (Calm.With("neurodivergence", "We will be careful."), Calm),
        ["dialect-thin"] = (Calm.With("dialect", "The software knows slang."), Calm),
        ["judging-language"] = (Calm.With("problem", "Too many Yobs and thugs are out of control."), Calm.With("problem", "The gangway and Yobe are not words that judge.")),
        ["summary-hard-to-read"] = (Calm.With("lay_summary", "Participatory longitudinal analysis necessitates comprehensive consideration of interdependent organisational accountabilities."), Calm),
        ["summary-short"] = (Calm.With("lay_summary", "We read posts. Then we count. Ask us more."), Calm),
        ["under-consent-age"] = (Calm.With("age_bands", ["under_13", "13_15"]), Calm.With("age_bands", ["13_15"])),
        ["groups-unknown"] = (Calm.With("groups", ["unknown"]), Calm),
        ["special-categories"] = (Special, Calm),
        ["no-retention-limit"] = (Calm.With("retention", "no_limit"), Calm.With("retention", "until_event")),
        ["long-retention"] = (Calm.With("retention_months", "25"), Calm.With("retention_months", "24")),
        ["open-ended-retention"] = (Calm.With("retention", "until_event"), Calm),
        ["long-project"] = (Calm.With("end_date", "2030-03-01"), Calm.With("end_date", "2030-02-28")),
        ["already-started"] = (Calm.With("start_date", "2026-11-22"), Calm.With("start_date", "2026-11-23")),
        ["no-participation"] = (Calm.With("participation", "none"), Calm.With("participation", "planned")),
        ["participation-planned"] = (Calm.With("participation", "planned"), Calm.With("participation", "asked")),
        ["few-participants"] = (Calm.With("participation_count", "4"), Calm.With("participation_count", "5")),
    };
}
