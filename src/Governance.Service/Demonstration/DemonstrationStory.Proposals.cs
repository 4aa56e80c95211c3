using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Service.Decisions;
using Governance.Service.Proposals;
using static Governance.Review.Events.VoteChoice;
using static Governance.Service.Demonstration.DemonstrationPeople;

namespace Governance.Service.Demonstration;

sealed partial class DemonstrationStory
{
    const string Privacy = StageIds.Privacy, Criminalisation = StageIds.CriminalisationRisk, Youth = StageIds.YouthVoice, Panel = StageIds.FullPanel;

    // The imported name would be taken for the class of all objects.
    const VoteChoice Objects = VoteChoice.Object;

    /// <summary>In review: some votes are in, a question was asked and answered, one of two concerns still waits for the lead.</summary>
    void TellNational()
    {
        const string it = "national";
        Submit(it, Imogen, 8, _answers.National,
            ("dpia", "impact-assessment.txt", "What could go wrong: a post is recognised; a theme is read as a verdict on a group; young people feel watched. What we do: no names, national totals only, reworded examples, right to be left out, young people read first. Risk left: low."),
            ("data_sharing_agreement", "agreement-ellerby.txt", "The University of Ellerby analyses and keeps the posts in its research room. It gives totals only. No passing on, no looking for anyone, no training of models. The agreement ends at the first breach."),
            ("model_card", "themewheel-4.txt", "For: sorting open posts by young people in English into fourteen themes. Not for: judging a person, a school or a place. Tested on 5,200 posts. Weakest for autistic writers (0.78) and Multicultural London English (0.80)."),
            ("equality_impact_assessment", "equality.txt", "Posts by Black and by autistic young people are sorted less well. Readers see a larger share of them, and totals carry their error."),
            ("participation_report", "eleven-groups.txt", "Fifty-eight young people in eleven groups named the themes, threw out four of ours and asked for places to be left out altogether."));
        Ask(it, Criminalisation, Saffron, 6, 10, "The software is right less often for autistic young people (0.78). Which way does it go wrong: does it see harm where there is none, or miss it? And would a reader of the report know?");
        Answer(it, Imogen, "q1", 5, 15, "It sees harm where there is none about twice as often as it misses it, mostly in posts with repeated or very direct wording. Readers see every such post in that theme, and the report will print both shares beside the figure. We will add that to the method page.");
        Session(it, 4, 14, ["13_15", "16_17"], "discussion_group",
            "Two youth clubs and a group for young carers, asked by workers they know. Two had never been in a discussion like it. Food first, phones welcome, leave when you like.",
            "We read the young people's summary aloud and acted out three posts. Stickers for those who would rather not speak. They had the questions a week before.",
            "A voice note on Friday, and we come back with the panel's decision.");
        Concern(it, Leonie, 4, 18.5, "s1", "You say open posts only. But a lot of us did not know our posts were open. How would we find out before you read them?");
        Concern(it, Amara, 3, 17, "", "If the report says one theme is going up, newspapers will say young people are getting worse. What will you do then?");
        Respond(it, Imogen, "n1", 2, 12, ConcernResponse.WillChange, "You are right that this is easy to miss. The platforms have agreed to show a notice to everyone whose posts match, two weeks before, with a button to leave. If they do not manage it we do not start.");
        Vote(it, Privacy, Rufus, 3, 11, Approve, "The basis is sound, health data stands on research with its condition, and nothing finer than the nation leaves the room. The right to be left out works without giving a name.",
            checklist: [Met("need_shown"), Met("basis_fits"), Met("place_level", "National: as coarse as it gets."), Rated("privacy_risk", "limited", "negligible"), Met("public_notice")]);
        Vote(it, Privacy, Nadia, 2, 20, ApproveWithConditions, "I would want my daughter to know before it starts and not after. With that I am content.",
            condition: "The notice is up on all three platforms at least two weeks before the first post is read.",
            checklist: [Met("in_proportion"), Partly("cc_transparency", "The page is good. Hardly anyone will come across it by chance.")]);
        Recuse(it, Privacy, Tobias, 6, 9, "I work in the department that would do the analysis.");
        Vote(it, Criminalisation, Delphine, 2, 9, Approve, "Nobody can be picked out, and the police get what everyone gets. My worry is the headline, not the data.",
            checklist: [Met("use_plain"), Met("onward_limits"), Rated("criminalisation", "limited", "negligible"), Met("child_as_child")]);
        Vote(it, Youth, Kit, 1, 17, Approve, "It asks about things that really happen. It is fair that they do not look at chats. I want to see the comic.",
            checklist: [Met("informed"), Met("balanced"), Partly("changed", "They changed things before. Let us see about the notice.")]);
    }

    /// <summary>Changes were asked for, and the lead is at work on the next revision.</summary>
    void TellDashboard()
    {
        const string it = "dashboard";
        Submit(it, Dominic, 9, _answers.Dashboard,
            ("dpia", "dashboard-impact.txt", "Risks: a ward gets a name; the police follow the colours; the forecast is wrong. Measures: not public, numbers instead of colours, a yearly page about errors. Risk left: medium."),
            ("data_sharing_agreement", "larchmount-contract.txt", "Larchmount gives totals by ward and week. It keeps the posts. The council may look at the source code on request, once a year."),
            ("equality_impact_assessment", "dashboard-equality.txt", "Estates where more Black families live are tagged with a place more often and so show more tension. We divide by the number of posts."));
        Vote(it, Privacy, Rufus, 7, 10, MajorChanges, "A ward in a week is a few hundred young people. The reasons given would do for the borough. And the posts are bought from a company whose contract we have seen in part.",
            change: ("place", "Show the borough as a whole, or explain what a ward adds that workers do not already know."),
            checklist: [NotMet("place_level", "Ward and week together are too fine for the reason given."), Partly("terms_kept", "Only part of the contract was seen."), Rated("privacy_risk", "important", "limited")]);
        Vote(it, Privacy, Tobias, 7, 16, MajorChanges, "The forecast was tested on adults in another city. That says nothing about thirteen-year-olds in Quayle.",
            change: ("techniques", "Leave out the forecast until it has been tested here."),
            checklist: [Partly("minimal", "The forecast is not needed for planning evenings."), NotMet("cc_profiling", "Nothing was tested on children.")]);
        Vote(it, Privacy, Nadia, 6, 19, MinorChanges, "I like that it is for youth workers. I do not like that two years of it stay.",
            change: ("retention_months", "One winter is enough to learn from. Keep the numbers for about a year."));
        Vote(it, Criminalisation, Gareth, 6, 12, MajorChanges, "“We will ask for a promise” is not a safeguard. The police are in the table as a recipient.",
            change: ("onward_use", "Take the joint team out, or say how it is kept from patrolling by the dashboard."),
            checklist: [NotMet("onward_limits", "Help and enforcement look at the same screen."), Rated("net_widening_risk", "important", "important")]);
        Close(it, Privacy, 5, 14, "The panel wants youth workers to be where they are needed, and thanks the council for asking first. It cannot approve a picture as fine as a ward and a week on the reasons given, nor a forecast that was never tested on young people. One member would have been content with shorter keeping alone.",
            new("place", "Use the borough as a whole, or give a reason that carries a ward."),
            new("techniques", "Leave out the forecast until it has been tested on young people here."),
            new("retention_months", "Keep the numbers for no more than about a year."));
        Concern(it, Zuri, 4, 16, "", "Everybody knows which two estates will be red. We live there. More people standing around watching us is not help.");
        At(2, 10, () => teller.Send(new SaveDraft
        {
            Actor = _people[Dominic],
            Reference = _references[it],
            Answers = _answers.DashboardRevised,
            Responses =
            [
                new ChangeToAnswer("c1", ChangeResponse.Changed, "You are right that workers know the wards better than any number. The dashboard will show the borough as a whole."),
                new ChangeToAnswer("c2", ChangeResponse.Changed, "The forecast is gone."),
            ],
        }));
    }

    /// <summary>Crossed red lines: the enhanced route, with objections in the stages that are open.</summary>
    void TellScoring()
    {
        const string it = "scoring";
        Submit(it, Dominic, 7, _answers.Scoring,
            ("data_sharing_agreement", "joint-team-draft.txt", "Draft. The council, Quillshire Police and four schools share scores each week. To be agreed: who may keep copies, and for how long."));
        Vote(it, Privacy, Rufus, 5, 11, Objects, "There is no finished impact assessment, the special category condition does not reach this far, and names, school absence and accounts are joined with no notice to anybody. This cannot be mended by changes to the form.",
            checklist: [NotMet("dpia_sound", "In progress, and the notice is only planned."), NotMet("special_conditions", "Safeguarding does not cover scores passed on for enforcement."), NotMet("not_covert", "It follows 900 accounts over time. An authorisation would likely be needed."), Rated("privacy_risk", "maximum", "maximum")]);
        Vote(it, Privacy, Ottilie, 3, 18, Objects, "I read it as a mother. My son would be on this list for who his friends are.",
            checklist: [NotMet("in_proportion", "Five to ten helped, nine hundred watched.")]);
        Vote(it, Criminalisation, Delphine, 4, 10, Objects, "At one in a hundred, eight or nine of every ten flagged would be flagged wrongly, and an officer would be at the door of each. I have seen what such a list does to a boy of fourteen. It follows him.",
            checklist: [Rated("net_widening_risk", "maximum", "maximum", "Brothers and friends are kept at a lower level."), Rated("wrongly_flagged", "maximum", "maximum"), NotMet("lists_end", "An e-mail to partners is not removal."), NotMet("challenge_real", "One has to know, and then write to the town hall.")]);
        Vote(it, Criminalisation, Saffron, 3, 14, Objects, "Tested on adults who were arrested, in another country, with a method nobody may see. “We do not record ethnicity” is not evidence that there is no bias; it means that nobody has looked.",
            checklist: [NotMet("bias_tested", "For no group at all."), NotMet("ac_explainable", "A trade secret."), Rated("unequal_harm", "maximum", "maximum")]);
        Vote(it, Criminalisation, Marcus, 2, 13, MajorChanges, "Two families lost a child. I will not say that doing nothing is right. Take the score out, take the police out, and pay for mentors who know these young people by name.",
            change: ("use_class", "Offer support to those whom schools and youth workers know, without a score."));
        Concern(it, Kit, 4, 17, "", "Nobody asked us. You would only ask when it is running. That is not asking.");
        Concern(it, Zuri, 3, 17.5, "", "My cousin makes music. His lyrics would give him a score. Then his school knows. How does he ever get away from that?");
        Vote(it, Youth, Zuri, 2, 17, Objects, "It decides who you are before you have done anything, and you are not told.",
            checklist: [NotMet("fair", "It is about who you know."), Rated("trust_risk", "maximum", "maximum", "I would not talk to a youth worker who might have my score.")]);
    }

    /// <summary>All stages are done, one of them with conditions. The chair is to decide.</summary>
    void TellImageSharing()
    {
        const string it = "images";
        Submit(it, Imogen, 17, _answers.ImageSharing,
            ("dpia", "donated-messages.txt", "Risks: a friend's line gets out; someone is pressed to give; a teacher guesses who took part. Measures: friends' lines are blank from the start, every step can be taken back, schools never know. Risk left: low."),
            ("data_sharing_agreement", "ellerby-messages.txt", "The university sorts the lines and deletes them after twelve months. Nobody else gets any."),
            ("equality_impact_assessment", "messages-equality.txt", "Boys take part less. Groups for boys and for LGBT+ young people are asked first, so that the lessons do not fit girls alone."),
            ("participation_report", "three-weekends.txt", "Twenty-three students built the program with us. They wanted two presses before anything is sent, and no pictures at all."));
        Session(it, 14, 9, ["16_17"], "workshop",
            "A college that is not in the trial, after hours. A youth worker whom they know and a counsellor next door. Paid.",
            "They tried the program with made-up chats and tried to break it. Then each wrote what they would tell a friend about it.",
            "They get the decision by message, and the lessons when they are finished.");
        Concern(it, Leonie, 14, 18.5, "s1", "What if my friend gives our chat and my line shows by mistake?");
        Respond(it, Imogen, "n1", 13, 10, ConcernResponse.AlreadyMet, "Your lines are blank on your friend's phone before anything can be sent, and nobody can fill them in but you, on your own phone. If you think that something slipped through, your code finds it and takes it out. We tried to break it with you at the workshop, and will go on trying.");
        Vote(it, Privacy, Rufus, 12, 11, ApproveWithConditions, "Consent in the full sense: line by line, and it can be taken back. The words of sixteen-year-olds are held, so I want an outside test of the program.",
            condition: "Someone outside the project tests that the program cannot send pictures, names or friends' lines, before the first school starts.",
            checklist: [Met("words_protected"), Met("rights_work", "A code that only they have: simple, and good."), Rated("privacy_risk", "important", "limited")]);
        Vote(it, Privacy, Nadia, 12, 20, Approve, "Nobody is told off in it. I would have liked such lessons myself.",
            checklist: [Met("cc_nudges", "The same voucher, whether you give anything or not.")]);
        Vote(it, Privacy, Ottilie, 11, 19, ApproveWithConditions, "Fine, if parents hear about the lessons and not about who takes part.", condition: "The evening for parents is held before the first lesson, and no list of names is kept of it.");
        Close(it, Privacy, 10, 10, "Approved with two conditions. The panel found the consent exemplary. All three members who voted approve.");
        Vote(it, Criminalisation, Delphine, 11, 9, Approve, "It is clear from the first page that taking a picture of oneself is not the harm. The danger lay in lines about pictures reaching a school or an officer, and that way is shut.",
            checklist: [Met("police_answer"), Met("divert"), Rated("criminalisation", "limited", "negligible")]);
        Vote(it, Criminalisation, Gareth, 11, 15, Approve, "Schools not knowing who took part is what convinces me.", checklist: [Met("no_blanket_sharing")]);
        Vote(it, Criminalisation, Saffron, 10, 16, Approve, "Sorted by people, twice, with someone of the same age and place. Small numbers for boys; they say so.", checklist: [Met("human_power"), Partly("equality_impact", "Hard to say for boys before they take part.")]);
        Close(it, Criminalisation, 9, 11, "Approved by all who voted. Members will want to see how many boys took part.");
        Vote(it, Youth, Kit, 11, 17, Approve, "You choose each line. That is how it should be.", checklist: [Met("safe"), Met("free"), Met("fair")]);
        Vote(it, Youth, Amara, 10, 17, Approve, "The old lessons made everybody laugh or feel bad. I want these.", checklist: [Met("balanced"), Met("worth_it")]);
        Vote(it, Youth, Jonah, 10, 18, Approve, "I asked what happens if I change my mind, and I could take it back in ten seconds.", checklist: [Met("answered"), Met("changed")]);
        Close(it, Youth, 8, 15, "Approved. Young people built it, tried to break it, and were listened to.");
        // Messages out of closed chats cross a red line, given freely or not, so the full panel looks at them too.
        Vote(it, Panel, Chair, 7, 11, Approve, "The red line is there for chats that are read in secret. Here every line is chosen by whoever wrote it.", checklist: [Met("limits_kept"), Rated("overall_risk", "limited", "negligible")]);
        Vote(it, Panel, Rufus, 7, 14, Approve, "With the outside test that the privacy stage asks for.", checklist: [Met("privacy_settled")]);
        Vote(it, Panel, Delphine, 6, 10, Approve, "Nothing in it can reach an officer or a school.", checklist: [Met("criminalisation_settled")]);
        Vote(it, Panel, Saffron, 6, 16, Abstain, "The numbers for boys may be too small to say anything. I do not want to stand in the way of finding out.");
        Vote(it, Panel, Zuri, 5, 17, Approve, "I tried the program. It does what they say.", checklist: [Met("youth_settled"), Met("success_shared")]);
        Vote(it, Panel, Nadia, 5, 19, Approve, "Yes, and I hope that other schools copy it.");
        Close(it, Panel, 4, 11, "The full panel approves, with one abstention because of small numbers.");
    }

    /// <summary>Decided: favourable with conditions, after young people's concern brought a new revision.</summary>
    void TellBystander()
    {
        const string it = "bystander";
        Submit(it, Imogen, 34, _answers.Bystander,
            ("dpia", "lantern-impact.txt", "Risks: members feel watched on their own page; someone is recognised in a small club. Measures: announced days, ticks instead of words, no club by name. Risk left: low."),
            ("data_sharing_agreement", "lantern-agreement.txt", "Lantern's trainers get totals for all clubs together."),
            ("equality_impact_assessment", "lantern-equality.txt", "More boys and more young people in poverty come to the clubs. Findings speak for them and not for others."));
        Session(it, 31, 12, ["13_15", "16_17"], "creative",
            "One of the thirty-one clubs, on its own evening. Nobody had to stay; two went to play pool and came back.",
            "They drew a thread on a long roll of paper and marked who could step in. Then they marked where a reader would sit.",
            "A poster and a visit once there is a decision.");
        Concern(it, Leonie, 31, 18.5, "s1", "It is our page. You tell us the days, but you do not ask us. Could we say no to a day?");
        Concern(it, Jonah, 30, 17, "", "Why do you keep the sheets for eighteen months when you only look for nine?");
        Respond(it, Imogen, "n1", 29, 10, ConcernResponse.WillChange, "Yes. We told you when, and that is not the same as asking. Members of each club will vote on each day, and can call it off. We need to write this properly, so we will send a new version.");
        Respond(it, Imogen, "n2", 29, 10.2, ConcernResponse.WillChange, "We had copied eighteen from another project. Nine will do, and the new version says so.");
        Vote(it, Youth, Kit, 28, 16, MajorChanges, "They said that they will change it. Then it should be in the plan and not just in an answer.", change: ("use_description", "Write into the plan that members vote on each day."),
            checklist: [Partly("changed", "Promised, not done yet.")]);
        Vote(it, Youth, Amara, 28, 17, Approve, "I trust them after that answer.", checklist: [Met("heard")]);
        Vote(it, Youth, Jonah, 28, 18, MinorChanges, "Good that they answered quickly. Put it in.", change: ("retention_months", "Nine months, as they said."));
        Close(it, Youth, 27, 11, "Young people like the project and want a real say over it. The lead has agreed at once; the panel asks to see it in the plan.",
            new("use_description", "Say that the members of each club vote on each reading day and can call it off."),
            new("retention_months", "Keep the sheets for no longer than nine months."));
        Revise(it, Imogen, 25, _answers.BystanderRevised,
            new("c1", ChangeResponse.Changed, "Members vote on each day, by show of hands or in writing as they like. It is in the plan, in the summary, and in the agreement with the clubs."),
            new("c2", ChangeResponse.Changed, "Nine months. We asked ourselves why we had written eighteen and found no reason."));
        Vote(it, Privacy, Rufus, 25, 15, Approve, "Ticks instead of words, announced days and now a vote. There is little left to minimise.", checklist: [Met("minimal"), Met("not_covert"), Met("retention_short", "Nine months, after young people asked.")]);
        Vote(it, Privacy, Nadia, 25, 19, Approve, "Clear and kind.", checklist: [Met("public_notice")]);
        Vote(it, Privacy, Ottilie, 24, 10, Approve, "I had doubts about reading pages at all. The vote settles them.");
        Close(it, Privacy, 24, 14, "Approved by all who voted, on the revised plan.");
        Vote(it, Criminalisation, Delphine, 25, 16, Approve, "No names, no words, nothing to ask for. It builds on what young people do well.", checklist: [Met("prosocial"), Met("divert"), Rated("criminalisation", "negligible", "negligible")]);
        Vote(it, Criminalisation, Marcus, 25, 17, ApproveWithConditions, "When I was that age nobody asked whether they could watch. My one worry is a small club.", condition: "Clubs with fewer than twenty members on a day are only reported together with others.");
        Vote(it, Criminalisation, Saffron, 24, 9, Approve, "A fair design: early and late clubs drawn by lot.");
        Close(it, Criminalisation, 24, 15, "Approved, with a condition about small clubs.");
        Vote(it, Youth, Kit, 24, 16, Approve, "It is in the plan now, word for word.", checklist: [Met("changed"), Met("answered"), Met("fair")]);
        Vote(it, Youth, Amara, 23, 17, Approve, "Still yes.");
        Vote(it, Youth, Jonah, 23, 18, Approve, "They changed it because of us. Come back and tell us how the votes go.", checklist: [Met("followed_up")]);
        Close(it, Youth, 22, 11, "Approved. Members of the panel ask to hear how often a club votes no.");
        At(19, 14, () => teller.Send(new MakeDetermination
        {
            Actor = _people[Chair],
            Reference = _references[it],
            Outcome = DeterminationOutcome.FavourableWithConditions,
            Reason = "The project asks whether something helps before it is spread to thirty-one clubs. It takes no names and no words, and young people changed it in two ways that matter. All stages approved the revised plan.",
            Conditions =
            [
                new("Clubs with fewer than twenty members on a reading day are only reported together with others.", "Head of learning, Northmere Violence Reduction Unit", "The method page of the report, checked by the university", DateOnly.FromDateTime(now.UtcDateTime.AddDays(120))),
                new("The youth panel hears how many reading days were voted down, and why.", "Head of learning, Northmere Violence Reduction Unit", "A note of the visit to the youth panel", DateOnly.FromDateTime(now.UtcDateTime.AddDays(200))),
            ],
        }));
    }

    /// <summary>Decided: unfavourable. Every stage objected.</summary>
    void TellChatAlerts()
    {
        const string it = "alerts";
        Submit(it, Dominic, 35, _answers.ChatAlerts);
        Ask(it, Privacy, Nadia, 34, 10, "Would students be told that the helper in their chat passes on what they write?");
        Answer(it, Dominic, "q1", 33, 16, "No. The schools think that they would leave. I understand how that sounds.");
        Vote(it, Privacy, Rufus, 33, 11, Objects, "A hidden account in closed chats of children, with no impact assessment, no notice and no basis. Several parts of this would be unlawful.",
            checklist: [NotMet("not_covert", "All tests for directed surveillance may be met."), NotMet("dpia_sound", "Not started."), NotMet("terms_kept", "Both platforms forbid it."), Rated("privacy_risk", "maximum", "maximum")]);
        Vote(it, Privacy, Nadia, 32, 20, Objects, "I asked whether students would be told. The answer was honest, and it settles it for me.");
        Vote(it, Privacy, Tobias, 32, 9, Objects, "No study, no test, and the company keeps everything.", checklist: [NotMet("retention_short", "No limit.")]);
        Close(it, Privacy, 31, 10, "Objected by all who voted. The panel thanks the lead for answering plainly.");
        Vote(it, Criminalisation, Delphine, 32, 10, Objects, "An officer reads what a twelve-year-old wrote at night. That is how a quarrel becomes a record.", checklist: [Rated("net_widening_risk", "maximum", "maximum"), NotMet("onward_limits", "Enforcement is allowed outright.")]);
        Vote(it, Criminalisation, Gareth, 32, 15, Objects, "Teachers need time for their students, not alerts about them.");
        Vote(it, Criminalisation, Saffron, 31, 16, Objects, "Most alerts would be wrong, and nobody could challenge one.", checklist: [Rated("wrongly_flagged", "maximum", "maximum"), NotMet("challenge_real", "There is no way at all.")]);
        Close(it, Criminalisation, 30, 10, "Objected by all who voted.");
        Concern(it, Amara, 32, 17, "", "We would just make another chat. Then there is nobody in it who could help.");
        Respond(it, Dominic, "n1", 31, 11, ConcernResponse.WillNotChange, "That may well happen. We have no better answer, and I would rather say so.");
        Vote(it, Youth, Amara, 31, 17, Objects, "You cannot ask us to trust you and then hide in our chat.", checklist: [NotMet("fair", "Nobody would be told."), Rated("trust_risk", "maximum", "maximum")]);
        Vote(it, Youth, Jonah, 31, 18, Objects, "Some write in there when things are bad at home. They would stop.");
        Vote(it, Youth, Zuri, 30, 16, Objects, "No. Ask us what would help with quarrels, we have ideas.");
        Close(it, Youth, 29, 15, "Objected. The young people offer to work on something else with the schools.");
        Vote(it, Panel, Chair, 28, 10, Objects, "Three stages, one answer. I see nothing that changes to the plan could mend.", checklist: [NotMet("gentler", "More time for tutors was hardly looked at."), Rated("overall_risk", "maximum", "maximum")]);
        Vote(it, Panel, Rufus, 27, 11, Objects, "As in the privacy stage.");
        Vote(it, Panel, Delphine, 27, 12, Objects, "As in the criminalisation-risk stage. I would gladly talk with the schools about what they need.");
        Vote(it, Panel, Saffron, 26, 9, Objects, "Nothing was tested.");
        Vote(it, Panel, Zuri, 26, 17, Objects, "Same as before.");
        Vote(it, Panel, Nadia, 26, 19, Abstain, "I agree with the others, and have said my part in the privacy stage.");
        Close(it, Panel, 25, 10, "The full panel objects, with one abstention. The schools' worry is real; this is not the way to meet it.");
        At(23, 14, () => teller.Send(new MakeDetermination
        {
            Actor = _people[Chair],
            Reference = _references[it],
            Outcome = DeterminationOutcome.Unfavourable,
            Reason = "Students would be watched in their own chats without being told, by a company that keeps everything, and an officer would read along. Every stage objected. The panel hopes to see a proposal made with students for what the schools rightly worry about.",
        }));
    }

    /// <summary>A draft with holes in it, that only its lead sees.</summary>
    void TellUnfinished()
    {
        const string it = "draft";
        At(3, 16, async () => _references[it] = (await teller.Send(new StartProposal { Actor = _people[Imogen], Title = "Music and lyrics" })).Reference);
        At(1, 12, () => teller.Send(new SaveDraft { Actor = _people[Imogen], Reference = _references[it], Answers = _answers.Unfinished }));
    }
}
