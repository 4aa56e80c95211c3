using System.Collections.Immutable;
using Governance.Review.Proposals;
using Governance.Review.Stages;

namespace Governance.Review;

/// <summary>Everything that somebody can do to a proposal. Reading is <see cref="View"/>.</summary>
public enum Act
{
    View, EditDraft, Submit, DiscardDraft, Withdraw,
    AnswerQuestion, AnswerConcern, EditRevision, SubmitRevision,
    AskQuestion, Vote, Recuse, RecordSession, RaiseConcern, CloseStage, Determine,
    ExportTrail, EraseDisclosures,
}

/// <summary>What else must be so for a row of the table to hold.</summary>
public enum When { Always, AStageIsOpen, AStageOfTheirsIsOpen, AStageOfTheirPanelIsOpen, TheYouthStageIsOpen, ChangesAreAskedFor, AQuestionIsOpen, AConcernIsOpen }

/// <summary>One row: who may do what, while the proposal is where.</summary>
public sealed record Permission(Act Act, ImmutableArray<Phase> Phases, ImmutableArray<Capacity> Capacities, When When, string InWords);

/// <summary>
/// State × role → commands, in one table (design, "Review"). Handlers enforce it, pages and the API show it, and
/// <c>docs/permissions.md</c> is printed from it. What is not in the table is not allowed.
/// </summary>
public static class Permissions
{
    const Capacity Lead = Capacity.Lead, Team = Capacity.TeamMember, Panel = Capacity.PanelMember, Youth = Capacity.YouthPanelMember,
        Facilitator = Capacity.Facilitator, Chair = Capacity.Chair, Auditor = Capacity.Auditor, Administrator = Capacity.Administrator;

    static readonly ImmutableArray<Phase> Draft = [Phase.Draft];
    static readonly ImmutableArray<Phase> InReview = [Phase.InReview];
    static readonly ImmutableArray<Phase> Undecided = [Phase.InReview, Phase.AwaitingDetermination];
    static readonly ImmutableArray<Phase> Deciding = [Phase.AwaitingDetermination];
    static readonly ImmutableArray<Phase> Submitted = [Phase.InReview, Phase.AwaitingDetermination, Phase.Determined, Phase.Withdrawn];

    public static ImmutableArray<Permission> Table { get; } =
    [
        new(Act.View, Draft, [Lead], When.Always, "The lead sees their own draft; nobody else does."),
        new(Act.View, Submitted, [Lead, Team, Panel, Youth, Facilitator, Chair, Auditor, Administrator], When.Always,
            "Once submitted, everyone who takes part in review sees it, and so do its own people."),
        new(Act.EditDraft, Draft, [Lead], When.Always, "The lead writes the draft, and adds and removes documents."),
        new(Act.Submit, Draft, [Lead], When.Always, "The lead submits the draft."),
        new(Act.DiscardDraft, Draft, [Lead], When.Always, "The lead throws the draft away."),
        new(Act.Withdraw, Undecided, [Lead], When.Always, "The lead takes the proposal back at any time before the decision."),
        new(Act.AskQuestion, InReview, [Panel, Youth, Facilitator, Chair], When.AStageOfTheirsIsOpen, "Reviewers ask the lead while their stage is open, chairs in every stage."),
        new(Act.AnswerQuestion, Undecided, [Lead], When.AQuestionIsOpen, "The lead answers questions."),
        new(Act.RecordSession, InReview, [Facilitator], When.TheYouthStageIsOpen, "A youth worker records a session with young people."),
        new(Act.RaiseConcern, InReview, [Youth, Facilitator], When.TheYouthStageIsOpen, "Young people, or a youth worker for them, put a concern on record."),
        new(Act.AnswerConcern, Undecided, [Lead], When.AConcernIsOpen, "The lead answers each concern of young people."),
        new(Act.Vote, InReview, [Panel, Youth, Chair], When.AStageOfTheirPanelIsOpen, "Members of a stage's panel vote while it is open. The proposer and the delivery team never do."),
        new(Act.Recuse, InReview, [Panel, Youth, Facilitator, Chair], When.AStageOfTheirsIsOpen, "A member or a chair declares a conflict and steps back, a chair whether or not they have a seat."),
        new(Act.CloseStage, InReview, [Chair], When.AStageIsOpen, "A chair closes a stage; the votes give the outcome."),
        new(Act.EditRevision, InReview, [Lead], When.ChangesAreAskedFor, "The lead changes the proposal when changes are asked for."),
        new(Act.SubmitRevision, InReview, [Lead], When.ChangesAreAskedFor, "The lead sends the new revision with an answer to every request."),
        new(Act.Determine, Deciding, [Chair], When.Always, "A chair decides when all stages are done."),
        new(Act.ExportTrail, Submitted, [Chair, Auditor], When.Always, "Chairs and auditors export the trail."),
        new(Act.EraseDisclosures, Submitted, [Administrator], When.Always, "An administrator erases personal data where the law asks for it. Nobody does so in their own proposal."),
    ];

    /// <summary>Everything that the person may do to the proposal now.</summary>
    public static IReadOnlySet<Act> Allowed(ProposalState state, Party party)
    {
        var capacities = Capacities.Of(state, party);
        return Table
            .Where(p => p.Phases.Contains(state.Phase) && p.Capacities.Any(capacities.Contains) && Holds(p.When, state, party, capacities))
            .Select(p => p.Act)
            .ToHashSet();
    }

    /// <summary>In which capacity the person does this: what the entry records as the role. Null when the table does not allow it.</summary>
    public static Capacity? CapacityFor(Act act, ProposalState state, Party party)
    {
        var capacities = Capacities.Of(state, party);
        return Table
            .Where(p => p.Act == act && p.Phases.Contains(state.Phase) && Holds(p.When, state, party, capacities))
            .SelectMany(p => p.Capacities)
            .Where(capacities.Contains)
            .Select(c => (Capacity?)c)
            .FirstOrDefault();
    }

    /// <summary>Refuses what the table does not allow, in words that say why.</summary>
    /// <exception cref="NotFoundException">The person may not see the proposal.</exception>
    /// <exception cref="NotAllowedException">The person may see it, but has no capacity for this.</exception>
    /// <exception cref="ConflictException">The person could do this in another state of the proposal.</exception>
    public static void Demand(Act act, ProposalState state, Party party)
    {
        var allowed = Allowed(state, party);
        if (allowed.Contains(act)) return;
        if (!allowed.Contains(Act.View)) throw Unseen(state, party);

        var capacities = Capacities.Of(state, party);
        if (!Table.Any(p => p.Act == act && p.Capacities.Any(capacities.Contains)))
            throw new NotAllowedException(state.IsProposing(party.Pseudonym)
                ? "You are part of the team that proposes this, so you cannot take part in its review."
                : state.IsRecused(party.Pseudonym)
                    ? "You declared a conflict of interest in this proposal, so you cannot take part in its review."
                    : $"Your role does not let you do this. {Table.First(p => p.Act == act).InWords}");
        throw new ConflictException(state.Phase switch
        {
            Phase.Determined => "This proposal has been decided, so this can no longer be done.",
            Phase.Withdrawn => "This proposal was withdrawn, so this can no longer be done.",
            Phase.AwaitingDetermination => "All stages are done and the chair is deciding, so this cannot be done now.",
            _ => $"This cannot be done now. {Table.First(p => p.Act == act).InWords}",
        });
    }

    /// <summary>
    /// Why somebody does not see a proposal. Nobody is told that it exists, except who stepped back from it: they know, and
    /// "not found" would make them look for a mistake.
    /// </summary>
    public static RefusalException Unseen(ProposalState state, Party party) => state.IsRecused(party.Pseudonym)
        ? new NotAllowedException("You declared a conflict of interest in this proposal, so you cannot take part in its review or open it any more.")
        : new NotFoundException("There is no such proposal.");

    static bool Holds(When when, ProposalState state, Party party, IReadOnlySet<Capacity> capacities) => when switch
    {
        When.Always => true,
        When.AStageIsOpen => state.Stages.Any(s => s.Open),
        When.AStageOfTheirsIsOpen => state.Stages.Any(s => s.Open && TakesPart(s, party, capacities)),
        When.AStageOfTheirPanelIsOpen => state.Stages.Any(s => s.Open && party.SitsOn(s.Panel)),
        When.TheYouthStageIsOpen => state.Stages.Any(s => s.Open && s.Stage == StageIds.YouthVoice),
        When.ChangesAreAskedFor => state.RevisionAwaited,
        When.AQuestionIsOpen => state.Questions.Any(q => q.Answers.IsEmpty),
        When.AConcernIsOpen => state.Concerns.Any(c => c.Response is null),
        _ => throw new ArgumentOutOfRangeException(nameof(when), when, "The table has a condition that nothing decides."),
    };

    /// <summary>
    /// A stage is somebody's when they sit on its panel; a youth worker's is the youth-voice stage. Every stage is a chair's, who closes it
    /// and so must be able to ask in it and to step back from it. Voting needs a seat besides.
    /// </summary>
    public static bool TakesPart(StageState stage, Party party, IReadOnlySet<Capacity> capacities) =>
        party.SitsOn(stage.Panel) || capacities.Contains(Capacity.Chair) || (stage.Stage == StageIds.YouthVoice && capacities.Contains(Capacity.Facilitator));
}
