using System.Globalization;
using Governance.Review.Proposals;

namespace Governance.Service.Demonstration;

/// <summary>
/// Made-up proposals, complete and valid as forms, some of them bad ideas. Everybody and everything in them is invented.
/// Days are counted from <paramref name="today"/>, so that a demonstration never looks old.
/// </summary>
sealed partial class DemonstrationAnswers(DateOnly today)
{
    string Day(int days) => today.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    string Said(int days) => today.AddDays(days).ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>What both organisations answer alike: how they keep data safe and which law they are under.</summary>
    Answers Common => Answers.Empty
        .With("special_categories", ["none"])
        .With("offence_data", "no")
        .With("covert", "no")
        .With("linkage", "no")
        .With("trains_model", "no")
        .With("regime", "uk_gdpr")
        .With("article6", "e")
        .With("serious_violence_duty", "no")
        .With("dpia_status", "done")
        .With("dpia_date", Day(-75))
        .With("dpia_outcome", "low")
        .With("dpia_triggers", ["invisible", "targeting_children"])
        .With("dpo_followed", "yes")
        .With("views_departed", "Nowhere.")
        .With("ico_consultation", "not_needed")
        .With("named_list", "no")
        .With("new_attention", "no")
        .With("decision_making", "no_individual_decisions")
        .With("consequences", ["nothing"])
        .With("sharing_agreement", "signed")
        .With("sharing_manner", "not_shared")
        .With("abroad", "no")
        .With("retention", "fixed")
        .With("deletion_method", "The project's folder is overwritten, and its back-ups run out within 35 days. Nobody may keep a copy of their own.")
        .With("deletion_evidence", "The security officer signs the server's deletion log. The panel gets a copy.")
        .With("access_control", "Only the people named in the plan, each with a second factor. Every look at the data leaves a line in a log, which somebody outside the team reads once a month.")
        .With("breach_plan", "Our data protection officer hears of it within an hour and decides with the owner what the ICO must be told, within 72 hours at the latest. Young people hear of it through the same clubs and pages that told them about the project.")
        .With("training", "A day before anyone sees data: data protection, bias, growing up, and how trauma shows in what people write. Two young trainers lead half of it.")
        .With("challenge", "not_needed")
        .With("rights", "The project's page has a short form, and a youth worker can fill it in for someone. Our data protection officer answers within two weeks. Saying no needs no reason.");

    /// <summary>A violence reduction unit that works with a university.</summary>
    Answers Northmere => Common
        .With("organisation", "Northmere Violence Reduction Unit")
        .With("organisation_type", "violence_reduction_unit")
        .With("contact_email", "hello@northmere-vru.example")
        .With("lead_name", "Imogen Tallis-Rook")
        .With("lead_role", "Head of learning")
        .With("lead_email", "imogen@northmere-vru.example")
        .With("owner_name", "Alasdair Venn")
        .With("owner_role", "Director of the violence reduction unit")
        .With("dpo_name", "Hester Bramwick")
        .With("dpo_email", "dpo@northmere-vru.example")
        .With("team_emails", ["imogen@northmere-vru.example", "c.oyelowo-pike@northmere-vru.example", "r.vanterpool@ellerby.example"])
        .With("partners", [AnswerRow.Of(("name", "University of Ellerby, Young Lives Online group"), ("part", "Does the analysis and answers for its quality"))])
        .With("funders", ["Northmere Violence Reduction Unit, own budget"])
        .With("root_causes", "Fear on the way home, homes with no room to be alone in, clubs that closed, racism, and long waits for help. Housing, schools and health each lead on a part; we meet them every six weeks and bring what we learn to that table.")
        .With("lawful_reason", "Preventing serious violence together with partners is a task that the law gives us. Learning what helps, from data that tells us nothing about any one person, serves that task and goes no further.")
        .With("dpia_reference", "NVRU-DPIA-41")
        .With("dpia_measures_by", "Alasdair Venn")
        .With("dpia_risk_by", "Alasdair Venn")
        .With("dpo_advice", "To have names removed before anything reaches us, to say on the first page what the police will not get, and to let young people test the notice.")
        .With("dpia_review_by", "Head of learning, every six months and after every change of platform terms")
        .With("transparency", "published")
        .With("transparency_details", "One page and a film of ninety seconds, made with young people, in English, Polish and Somali, with captions. A poster with a code hangs in every club and sixth form that takes part.")
        .With("forbidden_enforced", "The agreement ends on the day that someone breaks it, and we publish that it did. Partners hold totals only, so there is little they could do with them. A person outside the team checks each year.")
        .With("police_requests", "The police read the same report as everyone. We hold nothing about a person that we could give. If a court orders us to hand something over, our director tells the panel as soon as the law lets her.")
        .With("storage", "In the university's safe research room, a server without a way out to the internet. Nothing on laptops, sticks or phones.")
        .With("pseudonymisation", "Names, handles and links are taken out before the data reaches the research room. Nobody keeps a key.")
        .With("disclosure_control", "No total under 20. All totals are rounded to the nearest five. Two people look at each table before it leaves the room.")
        .With("no_concern", "never_held")
        .With("safeguarding_escalation", "Somebody who reads of danger rings the safeguarding lead the same hour. She works with the platform's own help team, who can reach the person. Help is offered. Nobody goes looking for them, and nobody is told off.")
        .With("oversight", "The university's ethics board draws 150 items at random twice a year, reads them again and publishes where it disagrees.");

    /// <summary>A borough council.</summary>
    Answers Quayle => Common
        .With("organisation", "Quayle Borough Council")
        .With("organisation_type", "local_authority")
        .With("contact_email", "data-projects@quayle.example")
        .With("lead_name", "Dominic Arkwell")
        .With("lead_role", "Community safety manager")
        .With("lead_email", "dominic@quayle.example")
        .With("owner_name", "Philippa Strand")
        .With("owner_role", "Director of communities")
        .With("dpo_name", "Lorcan Teague")
        .With("dpo_email", "dpo@quayle.example")
        .With("team_emails", ["dominic@quayle.example", "j.ferreira-lunt@quayle.example"])
        .With("funders", ["Quayle Borough Council, community safety fund"])
        .With("root_causes", "Overcrowding, two youth centres that closed, exclusions from school and a bus line that stops at eight. The youth service, the schools and housing each have a plan. We sit in on theirs and they on ours, every other month.")
        .With("lawful_reason", "The council must do what it reasonably can to prevent crime in its area and to keep children safe. The project is one way of doing so.")
        .With("dpia_reference", "QBC-DPIA-207")
        .With("dpia_measures_by", "Philippa Strand")
        .With("dpia_risk_by", "Philippa Strand")
        .With("dpo_advice", "To start with the whole borough before going finer, to keep free text out of the tool, and to publish how often it was wrong.")
        .With("dpia_review_by", "Community safety manager, each quarter")
        .With("transparency", "planned")
        .With("transparency_details", "A page on the council's site and a leaflet in both remaining youth centres and the library, two weeks before the start. The youth council will be asked to rewrite it.")
        .With("forbidden_enforced", "Every user signs the rules each year. The tool shows no names. Somebody from audit looks at who opened what, each quarter.")
        .With("storage", "On the council's own servers in Quayle, encrypted, with back-ups in a second building.")
        .With("pseudonymisation", "The supplier removes names and handles before the council's staff see anything.")
        .With("disclosure_control", "Totals under ten are hidden, and so is the next smallest, so that nobody can work them out.")
        .With("no_concern", "never_held")
        .With("safeguarding_escalation", "Staff ring the council's front door for children at once. A social worker decides what help to offer, and a youth worker whom the young person knows comes along where there is one.")
        .With("oversight", "The council's audit committee looks at errors and complaints every six months.");

    static AnswerRow Recipient(string name, string kind, string analysis = "forbidden", string service = "forbidden", string referral = "forbidden",
        string enforcement = "forbidden", string reidentification = "forbidden", string onward = "forbidden") =>
        AnswerRow.Of(("recipient", name), ("recipient_kind", kind), ("analysis", analysis), ("service_offer", service), ("safeguarding_referral", referral),
            ("enforcement", enforcement), ("reidentification", reidentification), ("onward_sharing", onward), ("model_training", "forbidden"));

    static IEnumerable<AnswerRow> Results(params IEnumerable<(string By, string Group, string Result)> rows) => rows.Select(r =>
        AnswerRow.Of(("characteristic", r.By), ("group", r.Group), ("measured", "Share of posts sorted as two readers did"), ("result", r.Result)));
}
