namespace Governance.Review.Proposals;

public sealed partial class ProposalForm
{
    private const Audience Public = Audience.Public;
    private const Audience Panel = Audience.Panel;
    private const Audience Personal = Audience.Personal;

    private static readonly IReadOnlyList<Option> Permissions = [new("allowed", "Allowed"), new("forbidden", "Forbidden"), new("by_exception", "By exception")];

    /// <summary>Techniques by which software reads, sorts or scores, and so can be wrong about people.</summary>
    internal static readonly string[] JudgingTechniques = ["nlp_scoring", "image_analysis", "predictive_places", "predictive_people", "generative"];

    /// <summary>The columns of <c>onward_use</c> that say what a recipient may do.</summary>
    internal static readonly string[] UseColumns = ["analysis", "service_offer", "safeguarding_referral", "enforcement", "reidentification", "onward_sharing", "model_training"];

    private static IReadOnlyList<Section> BuildSections(LawLists lists) =>
    [
        Page("about", "About the project", "Who is asking, who answers for it, and when it would run. The title and the organisation appear on the public register; names and e-mail addresses of people do not.",
            Text("title", "What is the project called?", Public, "A name that a young person or a parent would understand.", max: 150),
            Text("organisation", "Which organisation is asking?", Public, max: 200),
            Choice("organisation_type", "What kind of organisation is it?", Public, lists.OrganisationTypes) with { Why = "Public authorities cannot rely on every lawful basis (UK GDPR Article 6(1), as amended in 2025)." },
            Text("contact_email", "Where can the public write to about this project?", Public, "A shared mailbox, such as projects@example.org. It is shown on the public register, so please do not give a person's own address.", max: 254) with { Why = "T10: people should be able to ask." },
            Text("website", "Where can people read more?", Public, "A web address that starts with https://", max: 500) with { Optional = true },
            Text("lead_name", "Who leads the project?", Personal, max: 150),
            Text("lead_role", "What is the lead's role?", Panel, max: 150),
            Text("lead_email", "What is the lead's e-mail address?", Personal, max: 254),
            Text("owner_name", "Who is the senior responsible owner?", Personal, "The person who answers for the project as a whole.", max: 150),
            Text("owner_role", "What is the senior responsible owner's role?", Public, "The role only. It is shown on the public register.", max: 150),
            Text("dpo_name", "Who is your data protection officer?", Personal, max: 150),
            Text("dpo_email", "What is the data protection officer's e-mail address?", Personal, max: 254),
            Lines("team_emails", "Which e-mail addresses does the delivery team use?", Personal, "One a line, everyone who will do the work, partners included. People who deliver a project cannot vote on it.", max: 254) with { Why = "Nobody decides on their own work." },
            Rows("partners", "Who are your delivery partners?", Public, "One row for each organisation that will do part of the work.",
                new Column("name", "Organisation", FieldKind.Text, [], Public),
                new Column("part", "Their part", FieldKind.Text, [], Public)) with { Optional = true },
            Lines("funders", "Who pays for it?", Public, "One funder a line. Write “own budget” if that is so.", max: 200) with { Why = "T10: who pays is part of who decides." },
            Date("start_date", "When would it start?", Public),
            Date("end_date", "When would it end?", Public, "Every approval has an end. You can ask to renew it."),
            Text("earlier_reference", "Is there an earlier proposal that this follows from?", Public, "Its reference, if there is one.", max: 100) with { Optional = true }),

        Page("purpose", "Purpose", "What you hope to change, for whom, and why social media data is needed for it. Online life is a big and mostly good part of growing up; these questions help everyone see both sides.",
            Long("problem", "What problem do you want to help with?", Public, "Say what is happening, to whom, and how you know.", words: 200),
            Long("harm_definition", "What exactly do you mean by harm here?", Public, "“Online harm” can mean many things. Say which behaviour or experience you mean, and what you do not mean.", words: 120) with { Why = "T6: a clear definition keeps a project from widening." },
            Choice("offline_link", "What do you take to be the link between what happens online and violence offline?", Public,
            [
                new("no_claim", "We make no claim about violence offline"),
                new("one_part", "Online is one part of a wider picture, and we say which part"),
                new("tested", "We rely on evidence of a link for this harm and these young people"),
                new("assumed", "We take it that what happens online leads to violence"),
            ]) with { Why = "T6: what happens online does not simply become violence offline." },
            Long("theory_of_change", "How would your work lead to less harm?", Panel, "Step by step: what you learn, who does what with it, what changes for young people.", words: 200) with { Why = "T6" },
            Long("evidence", "What evidence is this built on?", Panel, "Studies, local data, what people with experience tell you. Say how strong it is, and what is not known.", words: 200) with { Why = "T6" },
            Long("root_causes", "What lies behind the harm, and who else is working on that?", Panel, "Housing, school, money, racism, trauma, safety: whatever applies. Name the other agencies and how you fit together.", words: 200) with { Why = "T6 and T7: systems, not single causes." },
            Long("benefits", "Who would benefit, and how?", Public, "Start with young people. Be concrete: what would be better, for about how many, by when.", words: 150) with { Why = "Benefit is weighed against intrusion; it is shown on the public register." },
            Choices("beneficiaries", "Who would benefit most directly?", Public,
            [
                new("same_young_people", "The young people whose data it is"), new("other_young_people", "Other young people"), new("families", "Families"), new("communities", "Neighbourhoods and communities"),
                new("schools", "Schools and colleges"), new("services", "Services that support young people"), new("our_organisation", "Our own organisation"),
            ]),
            Long("online_benefits", "What good do young people get from the online spaces you would look at?", Panel, "Friendship, humour, music, learning, support, identity, campaigning. What could your project spoil, and how will you avoid it?", words: 120) with { Why = "T8: balance." },
            Long("why_social_media", "Why do you need social media data?", Public, "What would you learn from it that you could not learn in another way?", words: 150) with { Why = "Necessity: UK GDPR Article 5(1)(c)." },
            Choices("alternatives", "Which less intrusive ways have you looked at?", Public,
            [
                new("ask_young_people", "Asking young people"), new("existing_data", "Data that already exists"), new("youth_work", "Youth work"), new("mentoring", "Mentoring"),
                new("bystander", "Bystander programmes"), new("literacy", "Media and AI literacy"), new("family_support", "Support for families"), new("school_based", "Work in schools"),
                new("platform_tools", "Platforms' own safety tools and reports"), new("none", "None yet"),
            ]) with { Why = "T7: less intrusive first." },
            Long("alternatives_reason", "Why would those not be enough on their own?", Public, words: 200) with { Why = "T7; necessity and proportionality." },
            Long("gender_analysis", "How is it different for girls, boys and non-binary young people, and what do you do about it?", Panel, words: 150) with { Why = "T7: gendered approaches." },
            Long("success_measures", "How will you know that it worked?", Panel, "Measures that young people would recognise as success, not only counts of activity.", words: 120),
            Long("failure_measures", "How would you notice that it does harm, and what would make you stop?", Panel, words: 120)),

        Page("use", "What the results are used for", "The most important page. The same data can help to plan a youth club or to build a case against someone. Say plainly what would happen to a young person because of this project.",
            Choice("use_class", "What would the results be used for?", Public,
            [
                new("population_insight", "Population insight", "Understanding trends. Nothing happens to any one person or place."),
                new("resource_allocation", "Place or resource allocation", "Deciding where effort or money goes."),
                new("service_design", "Service design", "Shaping a service for a group."),
                new("cohort_support", "Support offered to a group", "Some young people are offered help because of the results."),
                new("individual_targeting", "Identifying or targeting individuals", "Someone is picked out by name, account or profile."),
                new("enforcement", "Enforcement", "Investigation, arrest, sanctions or restrictions."),
            ], "Pick the most far-reaching use that could happen.") with { Ordered = true, Why = "T2: the first thing a panel asks." },
            Long("use_description", "Who would do what with the results?", Panel, words: 150),
            Choice("decision_making", "How would decisions about individual young people be made?", Public,
            [
                new("no_individual_decisions", "There are none"),
                new("person_decides", "A person decides; the analysis is one of several things they weigh"),
                new("person_confirms", "Software suggests and a person confirms"),
                new("software_alone", "Software decides on its own"),
            ]) with { Ordered = true, Why = "T3; UK GDPR Articles 22A to 22D on automated decisions." },
            Choices("consequences", "What could happen to a young person because of the results?", Panel,
            [
                new("nothing", "Nothing"), new("support_offered", "They are offered support"), new("contacted", "A service gets in touch"), new("told_parents", "Parents or carers are told"),
                new("school_told", "Their school or college is told"), new("safeguarding_referral", "A safeguarding referral"), new("account_reported", "Their post or account is reported to the platform"),
                new("police_attention", "The police become aware of them"), new("restriction", "A restriction, order or arrest"),
            ]) with { Why = "T2" },
            Choice("saying_no", "Can a young person say no to what is offered, without any drawback?", Panel, YesNoUnsure) with { Asked = IsAboutIndividuals, AskedWhen = "the use is support for a group, individuals or enforcement", Why = "Child First: help that is freely taken works better." },
            Choice("new_attention", "Could someone come to the notice of the police or youth justice who is not known to them now?", Panel, YesNoUnsure) with { Why = "T2: net widening." },
            Long("net_widening", "Who could that be, and how will you keep it from happening?", Panel, words: 150) with { Asked = a => a.IsAny("new_attention", "yes", "unsure"), AskedWhen = "someone new could come to notice", Why = "T2" },
            Long("victims_suspects", "How will you tell young people who are harmed apart from those who may harm others?", Panel, "Many are both. Say how the records and the people using them keep this in view.", words: 120) with { Asked = IsAboutIndividuals, AskedWhen = "the use is support for a group, individuals or enforcement", Why = "T2; a failing that the ICO found in a gangs database in 2018." },
            YesNo("named_list", "Would you keep a list of named people, accounts or profiles?", Panel) with { Why = "T2" },
            Long("list_removal", "How does someone come off the list, and how do you make sure that copies elsewhere go too?", Panel, words: 120) with { Asked = a => a.Is("named_list", "yes"), AskedWhen = "a list is kept", Why = "T2: informal lists lived on after removal in the case that the ICO looked into." },
            Number("list_review_months", "How often is each entry on the list reviewed?", Panel, "In months, such as 3.") with { Asked = a => a.Is("named_list", "yes"), AskedWhen = "a list is kept" },
            Long("stigma", "How will you keep young people from being labelled?", Panel, "Think of words in records, who turns up at whose door, and what friends and neighbours would see.", words: 120) with { Why = "Child First: see children as children, divert from stigma." },
            Long("enforcement_reason", "Why is such a far-reaching use needed, and what limits would apply?", Panel, words: 200) with { Asked = a => a.IsAny("use_class", "individual_targeting", "enforcement"), AskedWhen = "the use is individuals or enforcement", Why = "T2" }),

        Page("data", "The data", "What would be collected, from where, and on what terms. Choose as little as you need.",
            Lines("platforms", "Which platforms or services would the data come from?", Public, "One a line.", max: 100) with { Why = "T10" },
            Choices("data_categories", "What kinds of data?", Public,
            [
                new("public_posts", "Public posts"), new("comments", "Comments"), new("closed_messages", "Private or closed-group messages"), new("images", "Images"),
                new("intimate_images", "Intimate images", "Including the chance of coming across them."), new("video", "Video"), new("metadata", "Metadata", "Times, counts, tags."),
                new("network", "Who is connected to whom"), new("location", "Location"), new("device_ids", "Device or advertising identifiers"), new("inferred", "Traits worked out by software", "Such as mood, age or interests."),
            ]) with { Why = "T1" },
            Long("closed_access", "How would you come to see private or closed-group messages, and what did everyone in them agree to?", Panel, words: 150) with { Asked = a => a.Includes("data_categories", "closed_messages"), AskedWhen = "private or closed-group messages are used", Why = "T1" },
            Long("intimate_image_handling", "What happens when an intimate image turns up?", Panel, "Who sees it, who is told, how the young person is supported, and how nobody is blamed for sharing.", words: 150) with { Asked = a => a.IncludesAny("data_categories", "images", "intimate_images", "video"), AskedWhen = "images or video are used", Why = "T8: no moral judgement; indecent images of children may not be kept." },
            Choices("special_categories", "Would the data show, or let someone guess, any of these?", Panel,
            [
                new("race", "Racial or ethnic origin"), new("politics", "Political opinions"), new("religion", "Religion or belief"), new("trade_union", "Trade union membership"),
                new("genetic", "Genetic data"), new("biometric", "Biometric data", "Such as recognising a face."), new("health", "Health", "Including mental health and neurodivergence."), new("sex_life", "Sex life"), new("sexual_orientation", "Sexual orientation"), new("none", "None of these"),
            ], "Young people's posts often do, even when you are not looking for it.") with { Why = "UK GDPR Article 9" },
            YesNo("offence_data", "Would the data be about offences, or suspicions of offences?", Panel, "This includes what someone says about someone else.") with { Why = "UK GDPR Article 10" },
            Choices("sources", "How would you get the data?", Public,
            [
                new("platform_api", "A platform's own interface (API)"), new("researcher_access", "A platform's scheme for researchers"), new("data_broker", "A data broker or monitoring company"),
                new("scraping", "Scraping", "Software that copies pages."), new("manual_viewing", "People looking at pages"), new("donation", "Given by participants, who agreed"), new("partner_agency", "A partner agency"), new("published", "A published data set"),
            ]) with { Why = "T1 and T10" },
            Long("source_details", "Describe each source", Panel, "Name the company, scheme or agency, and what it tells the people whose data it is.", words: 150),
            Choice("terms", "Do the platforms' terms allow this?", Public,
            [
                new("allowed", "Yes, and we checked"), new("with_limits", "Yes, within limits that we keep to"), new("not_allowed", "No, or not all of it"), new("not_checked", "We have not checked"),
            ]) with { Why = "T1 and T10" },
            Long("terms_details", "Which terms apply, and when did you read them?", Panel, words: 100),
            Choice("covert", "Would young people be watched without knowing it?", Panel, YesNoUnsure, "For example through an account that hides who is behind it, or by following one person's posts over time.") with { Why = "T1; Regulation of Investigatory Powers Act 2000" },
            Choices("covert_screen", "Which of these are true?", Panel,
            [
                new("specific", "It is for a specific investigation or operation"), new("private_information", "It is likely to bring up private information about someone"),
                new("planned", "It is planned, not an immediate response to events"), new("false_account", "It uses an account that hides who is behind it"), new("none", "None of these"),
            ]) with { Asked = a => a.IsAny("covert", "yes", "unsure"), AskedWhen = "young people may be watched without knowing it", Why = "The tests for directed surveillance in RIPA 2000, Part II." },
            Long("covert_authority", "Who has looked at whether an authorisation is needed, and what did they say?", Panel, words: 100) with { Asked = a => a.IsAny("covert", "yes", "unsure"), AskedWhen = "young people may be watched without knowing it", Why = "RIPA 2000" },
            Choice("monitoring", "How often would you collect?", Public, [new("once", "Once"), new("repeated", "Now and then"), new("continuous", "All the time")]) with { Ordered = true, Why = "T1; UK GDPR Article 35(3)(c)" },
            Text("volume", "About how much data?", Panel, "Such as “about 20,000 posts”.", max: 200),
            Date("period_from", "What is the first day that the data covers?", Panel),
            Date("period_to", "What is the last day that the data covers?", Panel),
            YesNo("linkage", "Would the data be joined with other data?", Public) with { Why = "Matching data is one of the ICO's signs of high risk." },
            Long("linkage_details", "Which other data, joined how, and what can be seen then that could not be seen before?", Panel, words: 120) with { Asked = a => a.Is("linkage", "yes"), AskedWhen = "data is joined" },
            Long("minimisation", "What have you decided not to collect, and why?", Panel, words: 120) with { Why = "UK GDPR Article 5(1)(c): no more than is needed." }),

        Page("people", "The young people", "Whose data this is. Think of everyone it touches, friends and bystanders included.",
            Choices("age_bands", "How old are they?", Public, [.. lists.AgeBands.Select(b => new Option(b.Id, b.Label))], "Pick every band that may be included, also by accident.") with { Why = "The law gives children's data special protection." },
            Long("younger_children", $"Why are children below {lists.AgeOfDigitalConsent} included, and what extra care will you take?", Panel, words: 120) with
            {
                Asked = a => lists.AgeBands.Any(b => b.From < lists.AgeOfDigitalConsent && a.Includes("age_bands", b.Id)),
                AskedWhen = $"children below {lists.AgeOfDigitalConsent} may be included",
                Why = "The age of digital consent, UK GDPR Article 8. It can be changed by regulation.",
            },
            Number("people_count", "About how many young people's data would it be?", Public, "Your best estimate as one number, such as 1200."),
            Choices("groups", "Which groups would be in the data more than their share of the population?", Panel,
            [
                new("black", "Black young people"), new("asian", "Asian young people"), new("mixed", "Young people of mixed heritage"), new("gypsy_roma_traveller", "Gypsy, Roma and Traveller young people"),
                new("girls", "Girls and young women"), new("boys", "Boys and young men"), new("lgbt", "LGBT+ young people"), new("neurodivergent", "Neurodivergent young people"), new("disabled", "Disabled young people"),
                new("care", "Young people in or leaving care"), new("migrant", "Migrant and refugee young people"), new("excluded", "Young people excluded from school"), new("poverty", "Young people growing up in poverty"), new("unknown", "We do not know"), new("none", "None of these"),
            ]) with { Why = "T2 and T4; Equality Act 2010, section 149" },
            Long("over_representation", "Why would they be, and what will you do about it?", Panel, words: 150) with { Why = "T4" },
            Long("vulnerable", "Who among them may be especially vulnerable, and what care will you take?", Panel, words: 120) with { Why = "T2" },
            Long("neurodivergence", "How might neurodivergent young people's ways of writing be misread, and how will you guard against it?", Panel, words: 120) with { Why = "T4" },
            Long("dialect", "How will slang, dialect, music lyrics, jokes and other languages be understood?", Panel, "Who on the team speaks as the young people do?", words: 120) with { Why = "T4" },
            Long("bystanders", "Whose data comes along although they are not who you are looking at, and what happens to it?", Panel, "Friends, followers, family.", words: 100) with { Why = "T1" }),

        Page("granularity", "How fine the picture is", "A national trend puts nobody at risk; one street on one evening can point at one person. The finer the picture, the better the reason must be.",
            Choice("place", "What is the smallest place that the results would show?", Public,
            [
                new("national", "The nation"), new("region", "A region"), new("local_authority", "A local authority"), new("ward", "A ward"), new("msoa", "A middle layer area (MSOA)"),
                new("lsoa", "A lower layer area (LSOA)", "1,000 to 3,000 residents."), new("output_area", "An output area", "100 to 625 residents."), new("postcode", "A postcode"), new("point", "An exact location"),
            ]) with { Ordered = true, Why = "T5: national is workable, an exact location is not." },
            Long("place_reason", "Why would a larger place not do?", Panel, words: 120) with { Asked = a => !a.IsAny("place", "", "national", "region"), AskedWhen = "the place is smaller than a region", Why = "T5" },
            Long("place_risk", "Who could be recognised at such a fine level, and what would happen to them?", Panel, "Describe the worst case and what you will do so that it cannot happen.", words: 150) with { Asked = a => a.IsAny("place", "msoa", "lsoa", "output_area", "postcode", "point"), AskedWhen = "the place is smaller than a ward", Why = "T5: the reason must grow with precision." },
            Choice("record_detail", "What is the most detailed record that you would hold?", Public,
            [
                new("population_aggregate", "Totals for the population"), new("group_aggregate", "Totals for groups", "With a smallest group size."), new("pseudonymised", "Records of people under a code"),
                new("identifiable", "Records of people who can be recognised"), new("verbatim", "People's own words or pictures"),
            ], "Holding counts, even for a day.") with { Ordered = true, Why = "T5" },
            Number("smallest_cell", "What is the smallest number of people that a total may stand for?", Public, $"Totals for fewer than {lists.SmallestCell} people can point at someone.") with { Asked = a => a.IsAny("record_detail", "population_aggregate", "group_aggregate"), AskedWhen = "you hold totals", Why = "T5" },
            Long("record_reason", "Why are totals not enough?", Panel, words: 120) with { Asked = a => a.IsAny("record_detail", "pseudonymised", "identifiable", "verbatim"), AskedWhen = "you hold more than totals", Why = "T5; UK GDPR Article 5(1)(c)" },
            Choice("verbatim_use", "Would young people's own words or pictures be quoted?", Panel, [new("never", "Never"), new("reworded", "Only reworded, so that a search finds nothing"), new("with_consent", "Only with the young person's agreement"), new("quoted", "Yes, as they are")]) with { Ordered = true, Why = "A quotation can be searched for, and leads to its author." },
            Choice("time", "What is the finest time that the results would show?", Public,
            [
                new("year", "A year"), new("quarter", "A quarter"), new("month", "A month"), new("week", "A week"), new("day", "A day"), new("event", "A single event or live"),
            ]) with { Ordered = true, Why = "T5" },
            Long("time_reason", "Why would a longer time not do?", Panel, words: 80) with { Asked = a => a.IsAny("time", "week", "day", "event"), AskedWhen = "the time is shorter than a month", Why = "T5" }),

        Page("method", "Method", "How the data is turned into results, how often it is wrong, about whom, and what a young person can do about it.",
            Choices("techniques", "Which techniques would you use?", Public,
            [
                new("statistics", "Descriptive statistics"), new("content_analysis", "People reading and sorting content"), new("nlp_scoring", "Software that scores text", "Such as mood or “toxicity”."), new("topic_modelling", "Topic modelling"),
                new("network_analysis", "Network analysis"), new("image_analysis", "Software that reads images"), new("predictive_places", "Predicting for places"), new("predictive_people", "Predicting for people"), new("generative", "A generative AI model"),
            ]) with { Why = "T3 and T4" },
            Long("technique_details", "Describe the method step by step", Panel, words: 250),
            Text("tool", "Which software or model does it, and which version?", Public, "Write “none” if people do it by hand.", max: 200) with { Why = "T10" },
            Text("supplier", "Who supplies it?", Public, "Leave empty if you made it yourselves or if there is none.", max: 200) with { Optional = true },
            YesNo("trains_model", "Would any model be trained or tuned on the data?", Public) with { Why = "What a model has learnt cannot be taken back." },
            Long("training_details", "Which model, who keeps it, and what happens to it at the end?", Panel, words: 100) with { Asked = a => a.Is("trains_model", "yes"), AskedWhen = "a model is trained" },
            Long("generative_details", "Where does the generative model run, what does its maker keep, and how are made-up answers caught?", Panel, words: 120) with { Asked = a => a.Includes("techniques", "generative"), AskedWhen = "a generative model is used", Why = "T3 and T4" },
            Long("validation", "How was the method tested, on whose data, and by whom?", Panel, "Tests on adults, or on another country's slang, say little about the young people here.", words: 150) with { Asked = UsesJudgingSoftware, AskedWhen = JudgingWords, Why = "T4" },
            Share("sensitivity", "Of those it should find, what share does it find?", "Sensitivity, such as 0.8 or 80%.") with { Asked = UsesJudgingSoftware, AskedWhen = JudgingWords, Why = "T3" },
            Share("specificity", "Of those it should leave alone, what share does it leave alone?", "Specificity, such as 0.95 or 95%.") with { Asked = UsesJudgingSoftware, AskedWhen = JudgingWords, Why = "T3" },
            Share("base_rate", "What share of all the young people truly have what it looks for?", "The base rate, such as 0.01 or 1%. When it is low, even a good method is mostly wrong about those it flags.") with { Asked = UsesJudgingSoftware, AskedWhen = JudgingWords, Why = "T3" },
            Rows("group_results", "How well does it work for each group?", Panel, "One row for each group that was tested: by age, gender, ethnicity, neurodivergence, and dialect or language.",
                new Column("characteristic", "Compared by", FieldKind.Choice, Characteristics, Panel),
                new Column("group", "Group", FieldKind.Text, [], Panel),
                new Column("measured", "What was measured", FieldKind.Text, [], Panel),
                new Column("result", "Result", FieldKind.Text, [], Panel),
                new Column("note", "Note", FieldKind.Text, [], Panel) { Optional = true }) with { Asked = UsesJudgingSoftware, AskedWhen = JudgingWords, Optional = true, Why = "T4: bias, towards neurodivergent young people above all." },
            Long("group_gaps", "Which groups has it not been tested for, and what will you do about that?", Panel, "Write “none” if there are none.", words: 120) with { Asked = UsesJudgingSoftware, AskedWhen = JudgingWords, Why = "T4" },
            Choice("human_review", "What can the people who check the results do?", Public,
            [
                new("overrule", "Overrule the software, every time, for any reason"), new("advise", "Comment on it"), new("none", "Nobody checks"), new("by_hand", "People do the analysis themselves"),
            ]) with { Why = "T3: never to be relied on alone." },
            Long("human_review_details", "Who checks, how are they trained, and how much time do they have?", Panel, words: 120) with { Asked = a => a.IsAny("human_review", "overrule", "advise"), AskedWhen = "people check the results", Why = "T3" },
            Long("oversight", "Who outside the team checks that it still works as it should, and how often?", Panel, words: 100) with { Why = "T4: validation and oversight." },
            Choice("challenge", "Can a young person find out about a result and challenge it?", Public,
            [
                new("open", "Yes, and we tell them how"), new("on_request", "Only if they ask"), new("not_needed", "No result is ever about one person"), new("none", "No"),
            ]) with { Why = "T3; the rights to object and to have a person look again." },
            Long("challenge_route", "How does it work?", Public, "Where to write, who answers, how soon, and who can help the young person.", words: 100) with { Asked = a => a.IsAny("challenge", "open", "on_request"), AskedWhen = "a result can be challenged", Why = "T3" }),

        Page("law", "Lawfulness", "The legal ground under the project. Your data protection officer should help with this page.",
            Choice("regime", "Which law covers the processing?", Panel,
            [
                new("uk_gdpr", "UK GDPR"), new("dpa_part3", "Data Protection Act 2018, Part 3 (law enforcement)"), new("dpa_part4", "Data Protection Act 2018, Part 4 (intelligence services)"),
            ]),
            Choice("article6", "Which lawful basis do you rely on?", Public, lists.Article6, "Article 6(1) UK GDPR. For law enforcement processing this question does not apply.") with { Asked = UnderGdpr, AskedWhen = "UK GDPR covers it", Why = "UK GDPR Article 6(1)" },
            Choice("recognised_interest", "Which recognised legitimate interest is it?", Panel, lists.RecognisedInterests, "The law has a short list. Pick the one that fits.") with { Asked = a => UnderGdpr(a) && a.Is("article6", "ea"), AskedWhen = "the basis is a recognised legitimate interest", Why = "UK GDPR Annex 1" },
            Long("lawful_reason", "Why does that basis fit?", Panel, "Name the law that gives you the task or the power, if you rely on one.", words: 150),
            Long("consent_details", "How do you ask, how can someone take it back, and what about those too young to agree alone?", Panel, words: 120) with { Asked = a => UnderGdpr(a) && a.Is("article6", "a"), AskedWhen = "the basis is consent", Why = $"UK GDPR Articles 7 and 8; the age of digital consent is {lists.AgeOfDigitalConsent}." },
            Choice("article9", "Which condition lets you use special category data?", Panel, lists.Article9) with { Asked = a => UnderGdpr(a) && HasSpecialCategories(a), AskedWhen = "there is special category data", Optional = true, Why = "UK GDPR Article 9(2)" },
            Choice("article10", "What lets you use data about offences?", Panel, [new("official_authority", "Official authority"), new("schedule1", "A condition of Schedule 1")]) with { Asked = a => UnderGdpr(a) && a.Is("offence_data", "yes"), AskedWhen = "there is data about offences", Optional = true, Why = "UK GDPR Article 10" },
            Choices("schedule1", "Which conditions of Schedule 1 to the Data Protection Act 2018?", Panel, lists.Schedule1) with
            {
                Asked = a => NeedsSchedule1(lists, a),
                AskedWhen = "your answers above call for one",
                Optional = true,
                Why = "DPA 2018, sections 10 and 11",
            },
            Long("strict_necessity", "Why is it strictly necessary for the law enforcement purpose?", Panel, words: 150) with { Asked = a => a.IsAny("regime", "dpa_part3", "dpa_part4"), AskedWhen = "UK GDPR does not cover it", Why = "DPA 2018, section 35" },
            YesNo("serious_violence_duty", "Do you rely on the serious violence duty to get or give information?", Panel) with { Why = "Police, Crime, Sentencing and Courts Act 2022, section 16: it does not allow everything." },
            Choices("duty_information", "Which of these would be given under the duty?", Panel,
            [
                new("patient", "Patient information"), new("health_personal", "Personal information from a health or social care authority"), new("other_personal", "Other personal information"), new("none", "None of these"),
            ]) with { Asked = a => a.Is("serious_violence_duty", "yes"), AskedWhen = "you rely on the duty", Why = "PCSC Act 2022, section 16: the duty does not authorise the first two." },
            Choice("dpia_status", "How far is the data protection impact assessment?", Public, [new("done", "Done and signed off"), new("in_progress", "In progress"), new("not_started", "Not started")]) with { Why = "UK GDPR Article 35: always needed here." },
            Text("dpia_reference", "What is its reference?", Panel, max: 100) with { Asked = DpiaDone, AskedWhen = "the assessment is done" },
            Date("dpia_date", "When was it signed off?", Panel) with { Asked = DpiaDone, AskedWhen = "the assessment is done" },
            Choice("dpia_outcome", "What risk is left after the measures?", Panel, [new("low", "Low"), new("medium", "Medium"), new("high", "High")]) with { Ordered = true, Asked = DpiaDone, AskedWhen = "the assessment is done", Why = "A high risk that is left means asking the ICO first (Article 36)." },
            Choices("dpia_triggers", "Which signs of high risk apply?", Panel, lists.DpiaTriggers) with { Why = "UK GDPR Article 35(3) and the ICO's list" },
            Text("dpia_measures_by", "Who approved the measures?", Personal, max: 150) with { Asked = DpiaDone, AskedWhen = "the assessment is done" },
            Text("dpia_risk_by", "Who accepted the risk that is left?", Personal, max: 150) with { Asked = DpiaDone, AskedWhen = "the assessment is done" },
            Long("dpo_advice", "What did the data protection officer advise?", Panel, words: 150) with { Asked = DpiaDone, AskedWhen = "the assessment is done" },
            YesNo("dpo_followed", "Are you following that advice?", Panel) with { Asked = DpiaDone, AskedWhen = "the assessment is done" },
            Long("dpo_not_followed", "Why not?", Panel, words: 100) with { Asked = a => DpiaDone(a) && a.Is("dpo_followed", "no"), AskedWhen = "the advice is not followed" },
            Long("views_departed", "Where do you depart from what the people affected told you, and why?", Panel, "Write “nowhere” if you do not.", words: 100) with { Asked = DpiaDone, AskedWhen = "the assessment is done", Why = "UK GDPR Article 35(9)" },
            Text("dpia_review_by", "Who keeps it under review?", Panel, "A role.", max: 150) with { Asked = DpiaDone, AskedWhen = "the assessment is done" },
            Choice("ico_consultation", "Have you asked the Information Commissioner (ICO)?", Panel, [new("not_needed", "Not needed"), new("done", "Yes"), new("planned", "We plan to"), new("needed_not_done", "It is needed, but has not been done")]) with { Why = "UK GDPR Article 36" },
            Choice("transparency", "Is there a notice that young people can find and understand?", Public, [new("published", "Yes, it is published"), new("planned", "It will be, before we start"), new("none", "No")]) with { Why = "T10; UK GDPR Articles 13 and 14" },
            Long("transparency_details", "How will young people get to know about this?", Public, "Where, in which words, and in which languages or formats.", words: 120) with { Asked = a => a.IsAny("transparency", "published", "planned"), AskedWhen = "there is or will be a notice", Why = "T10" },
            Long("transparency_exemption", "Why not, and which exemption do you rely on?", Panel, words: 100) with { Asked = a => a.Is("transparency", "none"), AskedWhen = "there is no notice", Why = "UK GDPR Article 14(5)" },
            Long("rights", "How will you deal with requests to see, correct, delete or object?", Panel, words: 120) with { Why = "UK GDPR Articles 15 to 22" }),

        Page("sharing", "Sharing and onward use", "Who gets anything from this project, and what they may and may not do with it. What is forbidden here becomes a binding condition.",
            Rows("onward_use", "Who may do what with the data or the results?", Public, "One row for each recipient, your own organisation first. “By exception” means that a named person decides each time.",
                [
                    new Column("recipient", "Recipient", FieldKind.Text, [], Public),
                    new Column("recipient_kind", "Kind", FieldKind.Choice, RecipientKinds, Public),
                    Use("analysis", "Analysis"), Use("service_offer", "Offering a service"), Use("safeguarding_referral", "Safeguarding referral"), Use("enforcement", "Enforcement"),
                    Use("reidentification", "Working out who someone is"), Use("onward_sharing", "Passing it on"), Use("model_training", "Training a model"),
                ]) with { Why = "T2: what is handed on for help must not come back as enforcement." },
            Long("exceptions", "Who decides about exceptions, by which test, and where is that recorded?", Panel, words: 100) with { Asked = a => a.Rows("onward_use").Any(r => UseColumns.Any(c => r[c] == "by_exception")), AskedWhen = "a use is allowed by exception", Why = "T2" },
            Long("forbidden_enforced", "How will you make sure that nobody does what is forbidden?", Panel, "Contracts, technical limits, checks, and what follows if someone does.", words: 120) with { Why = "T2" },
            Choice("sharing_agreement", "Is there a data sharing agreement?", Panel, [new("signed", "Yes, signed"), new("draft", "A draft"), new("none", "No"), new("not_needed", "Not needed, nothing is shared")]),
            Long("police_requests", "What will you do if the police ask for the data?", Panel, "Say what you would give, on whose decision, and what you would refuse.", words: 100) with { Why = "T2: even a project that shares nothing may be asked." },
            Choice("sharing_manner", "How would details about one person be shared?", Panel,
            [
                new("not_shared", "It would not"), new("case_by_case", "Case by case, after someone has judged need and risk"), new("regular_subset", "Regularly, but only what each recipient needs"), new("everything", "The whole data set with every partner"),
            ]) with { Ordered = true, Why = "T2: blanket sharing was one of the failings that the ICO found in 2018." },
            YesNo("abroad", "Would data leave the UK, or be handled by a company that answers to another country?", Panel),
            Long("abroad_details", "Where to, and what protects it there?", Panel, words: 100) with { Asked = a => a.Is("abroad", "yes"), AskedWhen = "data leaves the UK", Why = "UK GDPR Chapter V" },
            Long("publication", "What will you publish, and when?", Public, words: 80) with { Why = "T10" }),

        Page("safeguards", "Safeguards", "How the data is kept safe, how long, and what happens at the end.",
            Long("storage", "Where and how is the data stored?", Panel, words: 80),
            Long("access_control", "Who can see it, and how do you keep everyone else out?", Panel, words: 100),
            Long("pseudonymisation", "How are names and accounts separated from the rest?", Panel, "Write “no such data is held” if that is so.", words: 100),
            Long("disclosure_control", "How do you make sure that results do not point at someone?", Panel, "Small totals, rounding, checks before anything leaves.", words: 100) with { Why = "T5" },
            Choice("retention", "How long is the data kept?", Public, [new("fixed", "A fixed number of months"), new("until_event", "Until something happens"), new("no_limit", "There is no limit yet")]) with { Why = "UK GDPR Article 5(1)(e)" },
            Number("retention_months", "How many months?", Public) with { Asked = a => a.Is("retention", "fixed"), AskedWhen = "the time is fixed" },
            Text("retention_event", "Until what happens, and by when at the latest?", Public, max: 300) with { Asked = a => a.Is("retention", "until_event"), AskedWhen = "the time depends on something" },
            Long("retention_reason", "Why that long?", Panel, words: 80),
            Choice("no_concern", "What happens to the data of people who turn out to be of no concern?", Panel,
            [
                new("never_held", "No data about individuals is held"), new("deleted_at_once", "It is deleted at once"), new("deleted_at_end", "It is deleted at the end with everything else"), new("kept", "It is kept"),
            ]) with { Ordered = true, Why = "T2: keeping people of no or low risk was one of the failings that the ICO found in 2018." },
            Long("deletion_method", "How is it deleted, copies and back-ups included?", Panel, words: 80),
            Long("deletion_evidence", "How will you show that it was?", Panel, words: 60),
            Long("training", "What training does everyone who touches the data get?", Panel, "Include bias, child development and trauma, not only security.", words: 80),
            Long("breach_plan", "What happens if data is lost or gets out?", Panel, "Include how young people are told.", words: 100) with { Why = "UK GDPR Articles 33 and 34" },
            Long("safeguarding_escalation", "What happens when someone sees that a young person is in danger?", Panel, "Who is told, how soon, and what help is offered.", words: 120) with { Why = "The duty to protect comes before the project." }),

        Page("youth", "Young people's part", "Young people know most about their own lives online. This page asks what they have said so far and how they will go on being heard.",
            Choice("participation", "How have young people had a part in this so far?", Public, [new("designed_with", "They helped to design it"), new("asked", "They were asked"), new("planned", "Not yet, but it is planned"), new("none", "Not yet, and nothing is planned")]) with { Why = "T9" },
            Number("participation_count", "How many young people?", Public) with { Asked = HasParticipation, AskedWhen = "young people have had a part" },
            Choices("participation_ages", "How old were they?", Panel, [.. lists.AgeBands.Select(b => new Option(b.Id, b.Label))]) with { Asked = HasParticipation, AskedWhen = "young people have had a part" },
            Long("participation_done", "What was done, and what did they say?", Panel, "Please name nobody. Say how they were found, who led the sessions, and what they worried about.", words: 200) with { Asked = HasParticipation, AskedWhen = "young people have had a part", Why = "T9" },
            Long("participation_changes", "What did you change because of it?", Public, words: 120) with { Asked = HasParticipation, AskedWhen = "young people have had a part", Why = "T9: a voice needs influence." },
            Long("participation_plan", "How will young people go on having a say?", Public, words: 120) with { Why = "T9: ongoing, not once." },
            Long("participation_support", "What makes it safe and worth their while to take part?", Panel, "Places, times, support, payment, access needs, and who is usually left out.", words: 100) with { Why = "Lundy's space and voice" },
            Long("feedback_plan", "How and when will you tell them what came of it?", Panel, "Good feedback is full, friendly, fast and followed up.", words: 80) with { Why = "Lundy's audience and influence" },
            Long("lay_summary", "Explain the project to young people", Public, "In your own words, as you would to a 14-year-old whose data it is: what you want to do, why, with what, what could go wrong, and how to say no. The page shows how easy it is to read.", words: 300) with { Why = "T10; it is shown on the public register and to the young people's panel." }),

        Page("attachments", "Documents", "Add the documents that belong to the proposal. They are kept as they are now, so that everyone decides on the same text. Please leave out the names of young people."),
    ];

    private static readonly IReadOnlyList<Option> YesNoUnsure = [new("no", "No"), new("unsure", "We are not sure"), new("yes", "Yes")];

    /// <summary>What results can be compared by.</summary>
    internal static readonly IReadOnlyList<Option> Characteristics =
    [
        new("age", "Age"), new("gender", "Gender"), new("ethnicity", "Ethnicity"), new("neurodivergence", "Neurodivergence"), new("dialect", "Dialect or language"), new("other", "Something else"),
    ];

    private static readonly IReadOnlyList<Option> RecipientKinds =
    [
        new("own", "Our own organisation"), new("police", "Police"), new("youth_justice", "Youth justice or probation"), new("health", "Health"), new("education", "Education"), new("council", "Council"),
        new("research", "Research"), new("voluntary", "Voluntary or community"), new("commercial", "Company"), new("public", "The public"),
    ];

    private const string JudgingWords = "software reads, sorts, scores or predicts";

    private static bool UsesJudgingSoftware(Answers a) => a.IncludesAny("techniques", JudgingTechniques);

    private static bool IsAboutIndividuals(Answers a) => a.IsAny("use_class", "cohort_support", "individual_targeting", "enforcement");

    private static bool UnderGdpr(Answers a) => a.Is("regime", "uk_gdpr");

    /// <summary>Whether any special category is picked: "none of these" is not one.</summary>
    internal static bool HasSpecialCategories(Answers a) => a.Choices("special_categories").Any(c => c != "none");

    /// <summary>Whether the answers call for a condition of Schedule 1 (DPA 2018, sections 10 and 11).</summary>
    internal static bool NeedsSchedule1(LawLists lists, Answers a)
        => UnderGdpr(a) && ((HasSpecialCategories(a) && lists.Article9NeedingSchedule1.Contains(a.Text("article9"), StringComparer.Ordinal))
            || (a.Is("offence_data", "yes") && a.Is("article10", "schedule1")));

    private static bool DpiaDone(Answers a) => a.Is("dpia_status", "done");

    private static bool HasParticipation(Answers a) => a.IsAny("participation", "designed_with", "asked");

    private static Section Page(string id, string title, string intro, params IReadOnlyList<Field> fields) => new(id, title, intro, [.. fields.Select(f => f with { Section = id })]);

    private static Field Make(string id, string label, FieldKind kind, Audience audience, string? hint, int max)
        => new() { Id = id, Section = "", Label = label, Kind = kind, Audience = audience, Hint = hint, MaxLength = max };

    private static Field Text(string id, string label, Audience audience, string? hint = null, int max = 200) => Make(id, label, FieldKind.Text, audience, hint, max);

    // About eight letters a word, and three times the room: the wish for brevity is shown, the limit only stops abuse.
    private static Field Long(string id, string label, Audience audience, string? hint = null, int words = 150)
        => Make(id, label, FieldKind.LongText, audience, hint, Math.Max(4000, words * 24)) with { Words = words };

    private static Field Lines(string id, string label, Audience audience, string? hint, int max) => Make(id, label, FieldKind.Lines, audience, hint, max);

    private static Field Choice(string id, string label, Audience audience, IReadOnlyList<Option> options, string? hint = null)
        => Make(id, label, FieldKind.Choice, audience, hint, 64) with { Options = options };

    private static Field Choices(string id, string label, Audience audience, IReadOnlyList<Option> options, string? hint = "Pick all that apply.")
        => Make(id, label, FieldKind.Choices, audience, hint, 64) with { Options = options };

    private static Field YesNo(string id, string label, Audience audience, string? hint = null)
        => Make(id, label, FieldKind.YesNo, audience, hint, 64) with { Options = [new("yes", "Yes"), new("no", "No")] };

    private static Field Number(string id, string label, Audience audience, string? hint = null) => Make(id, label, FieldKind.WholeNumber, audience, hint, 100);

    private static Field Share(string id, string label, string hint) => Make(id, label, FieldKind.Decimal, Panel, hint, 100);

    private static Field Date(string id, string label, Audience audience, string? hint = null) => Make(id, label, FieldKind.Date, audience, hint, 100);

    private static Field Rows(string id, string label, Audience audience, string hint, params IReadOnlyList<Column> columns)
        => Make(id, label, FieldKind.Rows, audience, hint, 0) with { Columns = columns };

    private static Column Use(string id, string label) => new(id, label, FieldKind.Choice, Permissions, Public);
}
