using System.Collections.Immutable;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Review.Screening;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;

namespace Governance.Review.Tests.Decisions;

/// <summary>One proposal under the rules that are shipped, with people around it, moved on by pure decisions alone.</summary>
sealed class World
{
    static readonly string Workflows = Path.Combine(Root(), "workflows");
    static readonly ScreeningRules Rules = ScreeningRules.Load(Path.Combine(Workflows, "screening"));
    static readonly ChecklistLibrary Lists = ChecklistLibrary.Load(Path.Combine(Workflows, "checklists"), Rules.Form);
    static readonly RouteLibrary Routes = RouteLibrary.Load(Path.Combine(Workflows, "routes"));
    static readonly WorkingDays Calendar = WorkingDays.Load(Workflows);

    public static readonly Party Lead = new("lead", [Role.ProjectLead], []);
    public static readonly Party Chair = new("chair", [Role.Chair, Role.PanelMember], [new(StageIds.FullPanel, "chair")]);
    public static readonly Party Facilitator = new("facilitator", [Role.Facilitator], []);
    /// <summary>On every panel, and on the delivery team: may never take part.</summary>
    public static readonly Party Insider = new("insider", [Role.PanelMember, Role.Chair], [.. StageIds.All.Select(p => new PanelSeat(p, "lay"))]);
    /// <summary>The lead with every other role as well: may never take part either.</summary>
    public static readonly Party LeadWithRoles = Lead with { Roles = [.. Enum.GetValues<Role>()], Seats = Insider.Seats };

    public static readonly ImmutableArray<Party> Members =
    [
        .. new[] { "data_protection", "lay", "research", "lay" }.Select((s, i) => new Party($"privacy{i}", [Role.PanelMember], [new(StageIds.Privacy, s), new(StageIds.FullPanel, s)])),
        .. new[] { "youth_justice", "lay", "research", "lay" }.Select((s, i) => new Party($"justice{i}", [Role.PanelMember], [new(StageIds.CriminalisationRisk, s), new(StageIds.FullPanel, s)])),
        .. Enumerable.Range(0, 4).Select(i => new Party($"youth{i}", [Role.YouthPanelMember], [new(StageIds.YouthVoice, "youth"), new(StageIds.FullPanel, "youth")])),
    ];

    public static readonly ImmutableArray<Party> Everybody = [Lead, LeadWithRoles, Chair, Facilitator, Insider, .. Members];

    readonly List<Happening> _trail = [];
    DateTimeOffset _now = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    /// <param name="route">The definition id of the route to put the proposal on, whatever screening would choose.</param>
    public World(string route, Answers? answers = null)
    {
        Content = new ProposalContent(answers ?? SampleAnswers.ServiceDesign, []);
        var rulebook = new Rulebook(Routes.ByDefinitionId(route)!, Rules, Lists.All);
        Case = new ReviewCase(ProposalState.None with { Reference = "DUP-2026-0001", Lead = Lead.Pseudonym }, null, rulebook);
        var screening = Rules.Run(Content.Answers, SampleAnswers.Documents) with { RouteId = route };
        if (route != "enhanced") screening = screening with { Flags = [.. screening.Flags.Where(f => f.Severity != Severity.RedLine)] };
        Screening = screening;
        Do(Lead, (c, n) => Submitting.Submit(c, Lead, n, Content, [Insider.Pseudonym], screening));
    }

    public ReviewCase Case { get; private set; }
    public ProposalContent Content { get; private set; }
    public ScreeningResult Screening { get; }
    public ProposalState State => Case.State;
    public IReadOnlyList<Happening> Trail => _trail;
    public Circumstances Now => new(_now, Calendar, new RouteMachine());
    public static IReadOnlyList<string> RouteIds => [.. Routes.Routes.Select(r => r.DefinitionId).Distinct()];

    public void Do(Party by, Func<ReviewCase, Circumstances, Decision> decide)
    {
        var decision = decide(Case, Now);
        foreach (var e in decision.Events) _trail.Add(new Happening(by.Pseudonym, _now, e));
        Case = Case with { State = decision.State, Route = decision.Route };
        _now = _now.AddMinutes(1);
    }

    /// <summary>True when it was done; false when it was refused, in which case nothing changed.</summary>
    public bool Try(Party by, Func<ReviewCase, Circumstances, Decision> decide)
    {
        var (before, count) = (Case, _trail.Count);
        try
        {
            Do(by, decide);
            return true;
        }
        catch (RefusalException)
        {
            Assert.Same(before, Case);
            Assert.Equal(count, _trail.Count);
            return false;
        }
    }

    public void Wait(int days) => _now = _now.AddDays(days);

    public void Vote(Party by, string stage, VoteChoice choice) => Do(by, (c, n) => Reviewing.Vote(c, by, n, stage, Ballot(choice)));

    public static VoteToCast Ballot(VoteChoice choice) => new()
    {
        Choice = choice,
        Rationale = "For these reasons.",
        Conditions = choice == VoteChoice.ApproveWithConditions ? ["Report back in a year."] : [],
        Changes = choice is VoteChoice.MinorChanges or VoteChoice.MajorChanges ? [("", "Say more.")] : [],
    };

    public void Close(string stage, params (string, string)[] changes) =>
        Do(Chair, (c, n) => Reviewing.Close(c, Chair, n, stage, "What we found.", [.. changes]));

    /// <summary>A new revision that changes these fields and answers everything that is asked.</summary>
    public Decision Revise(ReviewCase c, Circumstances n, IEnumerable<string> fields)
    {
        var answers = fields.Aggregate(Content.Answers, (a, f) => a.With(f, a.Text(f) + " More."));
        var revised = Content with { Answers = answers };
        var decision = Answering.Revise(c, Lead, n, Content, revised, [Insider.Pseudonym],
            [.. c.State.OpenChanges.Select(x => new ChangeToAnswer(x.Id, ChangeResponse.Changed, "Done."))], Screening);
        Content = revised;
        return decision;
    }

    public static IReadOnlyList<Party> PanelOf(string stage) =>
        stage == StageIds.FullPanel ? [Chair, .. Members] : [.. Members.Where(m => m.SitsOn(stage))];

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
