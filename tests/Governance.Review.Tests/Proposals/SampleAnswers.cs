using Governance.Review.Proposals;

namespace Governance.Review.Tests.Proposals;

/// <summary>Made-up proposals, complete and valid. Every person and organisation in them is invented.</summary>
public static class SampleAnswers
{
    /// <summary>A modest project that only looks at totals: screening finds nothing, so it takes the light route.</summary>
    public static Answers Insight { get; } = Answers.Empty
        .With("title", "What young people say helps them feel safe online")
        .With("organisation", "Brackenshire Violence Reduction Unit")
        .With("organisation_type", "violence_reduction_unit")
        .With("contact_email", "projects@brackenshire-vru.example")
        .With("website", "https://brackenshire-vru.example/safe-online")
        .With("lead_name", "Morwenna Pascoe-Adeyemi")
        .With("lead_role", "Research and evaluation lead")
        .With("lead_email", "m.pascoe-adeyemi@brackenshire-vru.example")
        .With("owner_name", "Idris Fennimore")
        .With("owner_role", "Director of the violence reduction unit")
        .With("dpo_name", "Saoirse Thackwell")
        .With("dpo_email", "dpo@brackenshire-vru.example")
        .With("team_emails", ["m.pascoe-adeyemi@brackenshire-vru.example", "t.oduya-lamb@brackenshire-vru.example", "k.wrenfield@tidewell.example"])
        .With("partners", [AnswerRow.Of(("name", "University of Tidewell, Centre for Youth Studies"), ("part", "Reads and sorts the posts, and works with the young people's panel"))])
        .With("funders", ["Brackenshire Violence Reduction Unit, own budget"])
        .With("start_date", "2027-02-01")
        .With("end_date", "2027-11-30")
        .With("problem", "Young people in Brackenshire tell our youth workers that arguments online follow them to school and home. "
            + "They also tell us that friends, humour and music online help them through hard days. We know a lot about the first and little about the second. "
            + "Services plan for harm, and do not know what already helps.")
        .With("harm_definition", "By harm we mean threats, humiliation and the sharing of someone's pictures without their agreement between people under 25 who know each other. "
            + "We do not mean rude jokes, drill lyrics, strong language or arguments that end without fear.")
        .With("offline_link", "one_part")
        .With("theory_of_change", "We learn which kinds of support young people mention in open posts about feeling safe. The young people's panel helps us to read the results. "
            + "Youth services use them when they plan next year's programme. More young people find help in a form that they already trust.")
        .With("evidence", "Two surveys by the University of Tidewell (1,140 young people in 2024, 960 in 2025) and our youth workers' notes. "
            + "Both show that support from friends matters most. Neither tells us what that support looks like online. The evidence is fair for ages 16 to 24 and thin below.")
        .With("root_causes", "Fear on the way to school, crowded homes, clubs that closed, and racism. The council leads on youth clubs, schools on bullying, and health on waiting times. "
            + "We meet monthly and will bring the results to that table.")
        .With("benefits", "About 9,000 young people use youth services in Brackenshire. From autumn 2027 these services would offer more of what young people say helps, "
            + "such as quiet online drop-ins in the evening, and less of what they say does not.")
        .With("beneficiaries", ["same_young_people", "other_young_people", "services"])
        .With("online_benefits", "Friendship, in-jokes, music, learning, finding people like yourself, and speaking up about things that matter. "
            + "Young people might stop posting if they felt watched. So we only read posts that were written for everyone, only once, and we publish what we found in a friendly form.")
        .With("why_social_media", "When adults ask, young people tell us about formal help. When they write for each other they mention small things that we never think to ask about. "
            + "Those small things are what we want to learn.")
        .With("alternatives", ["ask_young_people", "existing_data", "youth_work", "bystander", "literacy"])
        .With("alternatives_reason", "We ran four workshops and looked at two surveys. They told us what young people say to adults. Youth workers' notes only cover those who come to clubs. "
            + "We will go on with all of these, and use the posts to find out what to ask about.")
        .With("gender_analysis", "Girls tell us more about pictures that were shared, boys more about threats and being filmed, and non-binary young people about being outed. "
            + "We sort the posts by theme, not by person, and three of the themes were proposed by a girls' group.")
        .With("success_measures", "The young people's panel finds the results true and useful. At least two services change something by December 2027 and say so in public.")
        .With("failure_measures", "If young people tell us that they post less because of this, or if anyone tries to use the results to find a person, we stop and say so.")
        .With("use_class", "population_insight")
        .With("use_description", "Our research lead and the university write a report with totals by theme for the whole region. Youth services read it when they plan.")
        .With("decision_making", "no_individual_decisions")
        .With("consequences", ["nothing"])
        .With("new_attention", "no")
        .With("named_list", "no")
        .With("stigma", "Nobody is looked at as a person. The report speaks of what helps, and the panel reads every sentence before it is published.")
        .With("platforms", ["Chirrup (open posts)", "Loopi (open comments)"])
        .With("data_categories", ["public_posts", "comments", "metadata"])
        .With("special_categories", ["none"])
        .With("offence_data", "no")
        .With("sources", ["researcher_access"])
        .With("source_details", "Both platforms run a scheme for researchers. It gives open posts with a chosen tag, without names, and leaves out accounts that have opted out. "
            + "The platforms tell their users about the scheme in their privacy notices.")
        .With("terms", "allowed")
        .With("terms_details", "The researcher terms of both platforms, read on 6 October 2026 by the university's legal team. They allow research in the public interest that publishes totals.")
        .With("covert", "no")
        .With("monitoring", "once")
        .With("volume", "About 6,000 posts and comments")
        .With("period_from", "2026-01-01")
        .With("period_to", "2026-12-31")
        .With("linkage", "no")
        .With("minimisation", "No names, pictures, places, devices or links between accounts. Posts without one of the twelve tags that the panel picked are not asked for.")
        .With("age_bands", ["16_17", "18_24"])
        .With("people_count", "2,500")
        .With("groups", ["none"])
        .With("over_representation", "The schemes cover those who post openly, who are a little older and more often girls. We say so beside every figure.")
        .With("vulnerable", "Some may write while they are unhappy. The scheme's filter takes out posts about self-harm, and the platforms' own help teams see those.")
        .With("neurodivergence", "Blunt or very detailed posts can look cold or angry to others. Two readers are neurodivergent themselves, and every unclear post is left out.")
        .With("dialect", "Two of the five readers grew up in Brackenshire and are under 25. They keep a list of local words and jokes. Posts in Polish and Sylheti are read by people who speak it.")
        .With("bystanders", "Comments can mention friends. Names in the text are blanked by the platforms before we get it, and we delete any that slip through.")
        .With("place", "region")
        .With("record_detail", "group_aggregate")
        .With("smallest_cell", "20")
        .With("verbatim_use", "reworded")
        .With("time", "year")
        .With("techniques", ["statistics", "content_analysis"])
        .With("technique_details", "Two people read each post and give it up to three themes. Where they differ, a third decides. We count themes by year for the region and round to the nearest five.")
        .With("tool", "None: people do it by hand")
        .With("trains_model", "no")
        .With("human_review", "by_hand")
        .With("oversight", "The university's ethics board looks at a sample of 200 sorted posts in May and September.")
        .With("challenge", "not_needed")
        .With("regime", "uk_gdpr")
        .With("article6", "e")
        .With("lawful_reason", "The unit's task of preventing violence together with partners is in the public interest and laid down in law. Totals about what helps serve that task.")
        .With("serious_violence_duty", "no")
        .With("dpia_status", "done")
        .With("dpia_reference", "BVRU-DPIA-2026-014")
        .With("dpia_date", "2026-10-20")
        .With("dpia_outcome", "low")
        .With("dpia_triggers", ["invisible", "targeting_children"])
        .With("dpia_measures_by", "Idris Fennimore")
        .With("dpia_risk_by", "Idris Fennimore")
        .With("dpo_advice", "To ask the platforms to blank names before the posts reach us, and to put the notice where young people are.")
        .With("dpo_followed", "yes")
        .With("views_departed", "Nowhere.")
        .With("dpia_review_by", "Research and evaluation lead, every six months")
        .With("ico_consultation", "not_needed")
        .With("transparency", "published")
        .With("transparency_details", "A page and a one-minute video on our site and on both platforms, in English, Polish and Sylheti, and a poster in every youth club with a code to scan.")
        .With("rights", "The page says how to have posts left out, with or without help. Our data protection officer answers within two weeks. We hold no names, so a link to the post is all that we need.")
        .With("onward_use",
        [
            Recipient("Brackenshire Violence Reduction Unit", "own", analysis: "allowed"),
            Recipient("University of Tidewell", "research", analysis: "allowed"),
            Recipient("Everyone, through the report", "public", analysis: "allowed"),
        ])
        .With("forbidden_enforced", "The agreement with the university forbids it and ends at once if it happens. Recipients only get totals, from which nothing else can be done.")
        .With("sharing_agreement", "signed")
        .With("police_requests", "We hold totals and give the police the same report as everyone. Without a court order nothing else leaves, and our director would tell the panel about any request.")
        .With("sharing_manner", "not_shared")
        .With("abroad", "no")
        .With("publication", "The report, a summary for young people and the method, in November 2027.")
        .With("storage", "On the university's encrypted research server in Tidewell. Nothing is kept on laptops.")
        .With("access_control", "Five named readers with a second factor. Every look at the data is logged and checked each month.")
        .With("pseudonymisation", "The platforms remove names and account numbers. We keep no key.")
        .With("disclosure_control", "No total below 20, all rounded to the nearest five, and two people check each table before it leaves the server.")
        .With("retention", "fixed")
        .With("retention_months", "9")
        .With("retention_reason", "Six months to read, and three to answer questions about the report.")
        .With("no_concern", "never_held")
        .With("deletion_method", "The folder and its back-ups are overwritten, and the platforms' access is closed.")
        .With("deletion_evidence", "The server's deletion log, signed by the university's security officer, is sent to the panel.")
        .With("training", "Everyone has a day on data protection, bias and how trauma shows, led with two young trainers.")
        .With("breach_plan", "We tell the data protection officer within an hour and the ICO within 72 hours. The page and the clubs' posters tell young people.")
        .With("safeguarding_escalation", "Whoever reads of danger tells the safeguarding lead the same day, who asks the platform's help team to reach the person. We offer help; we do not search for anyone ourselves.")
        .With("participation", "designed_with")
        .With("participation_count", "34")
        .With("participation_ages", ["13_15", "16_17", "18_24"])
        .With("participation_done", "Four workshops in two clubs, a school and a group for young carers, led by youth workers and paid. They worried about being watched and about jokes being taken seriously. "
            + "They wanted to see the results first.")
        .With("participation_changes", "We dropped pictures and places, let the panel pick the tags, and added the right to have posts left out.")
        .With("participation_plan", "A panel of twelve meets every six weeks while the project runs, sees all results first, and can ask us to stop.")
        .With("participation_support", "Evening meetings with food, fares and vouchers, a youth worker they know, a quiet room, and a way to take part by message. We ask the carers' group to bring those who rarely come.")
        .With("feedback_plan", "After each meeting a voice note within a week. In December 2027 and again six months later we come back to every group and say what changed.")
        .With("lay_summary", "We want to find out what helps young people feel safe online. You know that best. So we will read about 6,000 posts that were open to everyone. "
            + "We will not see your name, your face or where you live. We will not look at private chats. People do the reading, not a computer. "
            + "Then we count the ideas. We might learn that night-time group chats help, or that a club helps more. Youth clubs will use this to plan. "
            + "What could go wrong? We could get a joke wrong. That is why young people check our work. You might feel watched. If you do, tell us. "
            + "You can ask us to leave your posts out. You do not have to say why. The police will not get your posts. We delete them all after nine months.");

    /// <summary>A project that sorts open posts with software to shape a service: it takes the standard route.</summary>
    public static Answers ServiceDesign { get; } = Insight
        .With("title", "Spotting what young people need from evening support")
        .With("use_class", "service_design")
        .With("use_description", "The service design team uses totals by theme and month to decide what the evening drop-in offers in which borough.")
        .With("place", "local_authority")
        .With("place_reason", "Each borough runs its own drop-in, and the region would hide that some have none.")
        .With("time", "month")
        .With("sources", ["platform_api", "researcher_access"])
        .With("techniques", ["statistics", "content_analysis", "nlp_scoring"])
        .With("technique_details", "Software suggests a theme for each post, people check one in five and all that it is unsure about. We count themes by borough and month.")
        .With("tool", "Themefinder 2.3")
        .With("supplier", "Larkspur Text Ltd")
        .With("validation", "The university tested it in 2026 on 3,000 posts by young people in the region, sorted by hand by two readers who agreed on 88% of them.")
        .With("sensitivity", "0.90")
        .With("specificity", "0.99")
        .With("base_rate", "0.20")
        .With("group_results",
        [
            Result("age", "16 to 17", "Share sorted as people would", "0.87"),
            Result("age", "18 to 24", "Share sorted as people would", "0.89"),
            Result("gender", "Girls and young women", "Share sorted as people would", "0.89"),
            Result("gender", "Boys and young men", "Share sorted as people would", "0.87"),
            Result("ethnicity", "Black young people", "Share sorted as people would", "0.85"),
            Result("ethnicity", "White young people", "Share sorted as people would", "0.89"),
            Result("neurodivergence", "Autistic young people", "Share sorted as people would", "0.82"),
            Result("dialect", "Multicultural London English", "Share sorted as people would", "0.83"),
        ])
        .With("group_gaps", "Not tested for Gypsy, Roma and Traveller young people. Their posts are read by hand.")
        .With("human_review", "overrule")
        .With("human_review_details", "Five trained readers with a day a week each. They see the post before they see what the software suggests.")
        .With("groups", ["girls", "neurodivergent"])
        .With("onward_use",
        [
            Recipient("Brackenshire Violence Reduction Unit", "own", analysis: "allowed", service: "allowed"),
            Recipient("University of Tidewell", "research", analysis: "allowed"),
            Recipient("Brackenshire Council, youth service", "council", analysis: "allowed", service: "allowed"),
        ]);

    /// <summary>A worrying project, still valid as a form: it scores young people for the police, and takes the enhanced route.</summary>
    public static Answers Scoring { get; } = ServiceDesign
        .With("title", "Early notice of conflict between groups in Marlcombe")
        .With("organisation", "Marlcombe Constabulary")
        .With("organisation_type", "police")
        .With("use_class", "individual_targeting")
        .With("use_description", "Officers and youth workers look at the accounts with the highest scores each week and decide whom to visit.")
        .With("decision_making", "person_confirms")
        .With("consequences", ["support_offered", "contacted", "police_attention"])
        .With("saying_no", "unsure")
        .With("new_attention", "yes")
        .With("net_widening", "Friends and followers of those with high scores. We would not record them unless they score high themselves.")
        .With("victims_suspects", "An officer reads the posts and decides whether the young person is being threatened or is making threats.")
        .With("named_list", "yes")
        .With("list_removal", "Names come off after a year without a high score, and partners are told by e-mail.")
        .With("list_review_months", "12")
        .With("enforcement_reason", "Two fights last summer were announced online. We want to come before, not after.")
        .With("data_categories", ["public_posts", "comments", "images", "network", "location"])
        .With("intimate_image_handling", "Such an image is not opened further, is reported as the law says, and a specialist worker offers help to the young person. Nobody is asked why it was sent.")
        .With("offence_data", "yes")
        .With("article10", "official_authority")
        .With("age_bands", ["13_15", "16_17"])
        .With("covert", "unsure")
        .With("covert_screen", ["private_information", "planned"])
        .With("covert_authority", "The force solicitor was asked on 2 November 2026 and has not answered yet.")
        .With("monitoring", "continuous")
        .With("place", "lsoa")
        .With("place_risk", "A family could be recognised by neighbours. Maps are only shown to the team.")
        .With("record_detail", "identifiable")
        .With("record_reason", "Workers need to know whom to visit.")
        .With("time", "week")
        .With("time_reason", "Conflicts move within days.")
        .With("techniques", ["nlp_scoring", "network_analysis", "predictive_people"])
        .With("sensitivity", "0.80")
        .With("specificity", "0.95")
        .With("base_rate", "1%")
        .With("people_count", "10000")
        .With("challenge", "on_request")
        .With("challenge_route", "Write to the data protection officer, who answers within a month.")
        .With("sharing_manner", "case_by_case")
        .With("no_concern", "deleted_at_end")
        .With("onward_use",
        [
            Recipient("Marlcombe Constabulary, neighbourhood team", "police", analysis: "allowed", service: "allowed", enforcement: "by_exception"),
            Recipient("Marlcombe youth justice team", "youth_justice", analysis: "allowed", service: "allowed", referral: "allowed"),
        ])
        .With("exceptions", "A superintendent decides where there is a threat to life, and records it in the force's log.");

    /// <summary>The documents that belong to any of the samples.</summary>
    public static IReadOnlyList<Attachment> Documents { get; } =
    [
        Document("dpia", "dpia.pdf", '1'),
        Document("data_sharing_agreement", "agreement-tidewell.pdf", '2'),
        Document("model_card", "themefinder-card.pdf", '3'),
        Document("equality_impact_assessment", "equality.pdf", '4'),
        Document("participation_report", "workshops.pdf", '5'),
    ];

    /// <summary>One row of the table of uses; what is not named is forbidden.</summary>
    public static AnswerRow Recipient(string name, string kind, string analysis = "forbidden", string service = "forbidden", string referral = "forbidden",
        string enforcement = "forbidden", string reidentification = "forbidden", string onward = "forbidden", string training = "forbidden")
        => AnswerRow.Of(("recipient", name), ("recipient_kind", kind), ("analysis", analysis), ("service_offer", service), ("safeguarding_referral", referral),
            ("enforcement", enforcement), ("reidentification", reidentification), ("onward_sharing", onward), ("model_training", training));

    private static AnswerRow Result(string characteristic, string group, string measured, string result)
        => AnswerRow.Of(("characteristic", characteristic), ("group", group), ("measured", measured), ("result", result));

    private static Attachment Document(string kind, string name, char digit) => new(kind, kind, name, "application/pdf", 120_000, new string(digit, 64));
}
