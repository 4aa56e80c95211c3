using System.Collections.Immutable;
using Governance.Review;
using Governance.Review.Stages;

namespace Governance.Service.Demonstration;

/// <summary>Somebody made up, with what signing in as them is good for.</summary>
/// <param name="Key">What the stories call them.</param>
sealed record MadeUpPerson(string Key, string Name, string Email, string For, ImmutableHashSet<Role> Roles, ImmutableArray<PanelSeat> Seats);

/// <summary>
/// The made-up people. There are enough of them to meet the quorum and the mandatory seats of every stage of every route,
/// with one to spare on each panel for whoever steps back.
/// </summary>
static class DemonstrationPeople
{
    public const string Imogen = "imogen", Dominic = "dominic", Chair = "chair", Rufus = "rufus", Nadia = "nadia", Tobias = "tobias", Ottilie = "ottilie",
        Delphine = "delphine", Gareth = "gareth", Saffron = "saffron", Marcus = "marcus", Zuri = "zuri", Kit = "kit", Amara = "amara", Jonah = "jonah",
        Leonie = "leonie", Percival = "percival", Winifred = "winifred";

    public static ImmutableArray<MadeUpPerson> All { get; } =
    [
        new(Imogen, "Imogen Tallis-Rook", "imogen@northmere-vru.example", "Leads projects at a violence reduction unit. Has a draft, questions to answer and decided projects.", [Role.ProjectLead], []),
        new(Dominic, "Dominic Arkwell", "dominic@quayle.example", "Leads projects at a borough council. Has changes to make, and a project that the panels turned down.", [Role.ProjectLead], []),
        new(Chair, "Beatrix Hollowell", "beatrix@panel.example", "Chairs the panels: closes stages and decides cases.", [Role.Chair, Role.PanelMember], [new(StageIds.FullPanel, "chair")]),
        new(Rufus, "Rufus Penhallow", "rufus@panel.example", "Reviews privacy, as the data protection member. Also sits on the full panel.", [Role.PanelMember], Seats("data_protection", StageIds.Privacy, StageIds.FullPanel)),
        new(Nadia, "Nadia Quillfeather", "nadia@panel.example", "Reviews privacy as a lay member: a parent, with no office in any of it.", [Role.PanelMember], Seats("lay", StageIds.Privacy, StageIds.FullPanel)),
        new(Tobias, "Tobias Wrenmoor", "tobias@ellerby.example", "Reviews privacy as a researcher. Stepped back from one project of his own university.", [Role.PanelMember], Seats("research", StageIds.Privacy)),
        new(Ottilie, "Ottilie Marchbank", "ottilie@panel.example", "Reviews privacy as a lay member. Has votes waiting.", [Role.PanelMember], Seats("lay", StageIds.Privacy)),
        new(Delphine, "Delphine Oseghale-Hart", "delphine@panel.example", "Reviews the risk of criminalisation, from youth justice. Also sits on the full panel.", [Role.PanelMember], Seats("youth_justice", StageIds.CriminalisationRisk, StageIds.FullPanel)),
        new(Gareth, "Gareth Lumley-Finch", "gareth@panel.example", "Reviews the risk of criminalisation as a lay member.", [Role.PanelMember], Seats("lay", StageIds.CriminalisationRisk)),
        new(Saffron, "Saffron Iqbal-Dane", "saffron@panel.example", "Reviews the risk of criminalisation as a researcher of bias in software.", [Role.PanelMember], Seats("research", StageIds.CriminalisationRisk, StageIds.FullPanel)),
        new(Marcus, "Marcus Thornbury-Cole", "marcus@panel.example", "Reviews the risk of criminalisation: a mentor who was in the system when he was young.", [Role.PanelMember], Seats("lay", StageIds.CriminalisationRisk)),
        new(Zuri, "Zuri A.", "zuri@young.example", "One of the young people who review. Also sits on the full panel.", [Role.YouthPanelMember], Seats("youth", StageIds.YouthVoice, StageIds.FullPanel)),
        new(Kit, "Kit W.", "kit@young.example", "One of the young people who review. Also sits on the full panel.", [Role.YouthPanelMember], Seats("youth", StageIds.YouthVoice, StageIds.FullPanel)),
        new(Amara, "Amara D.", "amara@young.example", "One of the young people who review. Has a vote waiting.", [Role.YouthPanelMember], Seats("youth", StageIds.YouthVoice)),
        new(Jonah, "Jonah P.", "jonah@young.example", "One of the young people who review.", [Role.YouthPanelMember], Seats("youth", StageIds.YouthVoice)),
        new(Leonie, "Leonie Brightwater", "leonie@lanternclub.example", "A youth worker: holds sessions with young people and puts their concerns on record.", [Role.Facilitator], []),
        new(Percival, "Percival Stroudley", "percival@audit.example", "An auditor: reads every trail, exports it and checks it.", [Role.Auditor], []),
        new(Winifred, "Winifred Castell", "winifred@panel.example", "An administrator: looks after accounts and seats.", [Role.Administrator], []),
    ];

    static ImmutableArray<PanelSeat> Seats(string kind, params ReadOnlySpan<string> panels) => [.. panels.ToArray().Select(p => new PanelSeat(p, kind))];
}
