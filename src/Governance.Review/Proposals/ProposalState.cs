using System.Collections.Immutable;
using Governance.Review.Events;

namespace Governance.Review.Proposals;

/// <summary>Where a proposal stands, in the words that the permission table uses.</summary>
public enum Phase { Draft, InReview, AwaitingDetermination, Determined, Withdrawn }

/// <summary>
/// What a proposal is: the fold of its events (<see cref="ProposalFold"/>). A database row holds a copy to read quickly;
/// the events are the truth. The answers themselves are folded apart (<see cref="ProposalContent"/>), because they are
/// large and change seldom.
/// </summary>
public sealed record ProposalState
{
    public static readonly ProposalState None = new();

    public string Reference { get; init; } = "";
    public Phase Phase { get; init; } = Phase.Draft;
    /// <summary>1 at submission, one more with every resubmission; 0 while it is a draft.</summary>
    public int Revision { get; init; }
    /// <summary>Pseudonym of the person who submitted it.</summary>
    public string Lead { get; init; } = "";
    public ImmutableArray<string> Team { get; init; } = [];
    public DateTimeOffset SubmittedAt { get; init; }
    public Pins? Pins { get; init; }
    public string Route { get; init; } = "";
    public string RouteReason { get; init; } = "";
    public ImmutableArray<RaisedFlag> Flags { get; init; } = [];
    /// <summary>For every field that ever changed after submission: the revision that changed it last.</summary>
    public ImmutableSortedDictionary<string, int> ChangedIn { get; init; } = ImmutableSortedDictionary<string, int>.Empty;
    public ImmutableArray<StageState> Stages { get; init; } = [];
    public ImmutableArray<AwaitedRevision> Awaited { get; init; } = [];
    public string DeterminationActivity { get; init; } = "";
    public ImmutableArray<ChangeState> Changes { get; init; } = [];
    public ImmutableArray<QuestionState> Questions { get; init; } = [];
    public ImmutableArray<SessionState> Sessions { get; init; } = [];
    public ImmutableArray<ConcernState> Concerns { get; init; } = [];
    public ImmutableArray<Recusal> Recusals { get; init; } = [];
    public ImmutableArray<DeterminationState> Determinations { get; init; } = [];
    public Sealed? WithdrawalReason { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    /// <summary>The End of the route that was reached; empty before, and after a withdrawal.</summary>
    public string EndActivity { get; init; } = "";

    public StageState? Stage(string stage) => Stages.FirstOrDefault(s => s.Stage == stage);

    /// <summary>The last determination, if there is one.</summary>
    public DeterminationState? Determination => Determinations.IsEmpty ? null : Determinations[^1];

    public bool IsProposing(string member) => member == Lead || Team.Contains(member);

    public bool IsRecused(string member) => Recusals.Any(r => r.Member == member);

    /// <summary>True when the route or the determination waits for the lead.</summary>
    public bool RevisionAwaited => !Awaited.IsEmpty;

    /// <summary>The changes that were asked for and have no answer yet.</summary>
    public IEnumerable<ChangeState> OpenChanges => Changes.Where(c => c.Response is null);

    /// <summary>True if any of the fields changed in a revision after <paramref name="revision"/>.</summary>
    public bool ChangedSince(int revision, IEnumerable<string> fields) =>
        fields.Any(f => ChangedIn.TryGetValue(f, out var changed) && changed > revision);
}

public sealed record StageState
{
    public required string Stage { get; init; }
    public required string Panel { get; init; }
    public required string Activity { get; init; }
    public int Opening { get; init; }
    public bool Open { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
    public DateOnly Due { get; init; }
    public int Quorum { get; init; }
    public string Rule { get; init; } = "";
    public ImmutableArray<SeatNeeded> Seats { get; init; } = [];
    /// <summary>Every vote ever cast in this stage, oldest first. None is ever removed or changed.</summary>
    public ImmutableArray<Vote> Votes { get; init; } = [];
    /// <summary>The outcome of every closing, oldest first.</summary>
    public ImmutableArray<StageResult> Results { get; init; } = [];

    public StageResult? Result => Results.IsEmpty ? null : Results[^1];
}

public sealed record Vote
{
    public required string Member { get; init; }
    public required VoteChoice Choice { get; init; }
    public required int Opening { get; init; }
    public required int Revision { get; init; }
    public required DateTimeOffset At { get; init; }
    public ImmutableArray<string> Seats { get; init; } = [];
    public required Sealed Rationale { get; init; }
    public ImmutableArray<ChecklistAnswer> Checklist { get; init; } = [];
    public ImmutableArray<ProposedCondition> Conditions { get; init; } = [];
    public ImmutableArray<WantedChange> Changes { get; init; } = [];
}

public sealed record StageResult
{
    public required int Opening { get; init; }
    public required int Revision { get; init; }
    public required StageOutcome Outcome { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string ClosedBy { get; init; }
    public required Sealed Summary { get; init; }
    public ImmutableArray<CountedVote> Votes { get; init; } = [];
    public ImmutableArray<ProposedCondition> Conditions { get; init; } = [];
}

public sealed record AwaitedRevision(string Activity, string Stage, DateTimeOffset Since);

public sealed record ChangeState
{
    public required string Id { get; init; }
    /// <summary>The stage that asked, or <c>determination</c>.</summary>
    public required string Stage { get; init; }
    public required string Field { get; init; }
    public required Sealed Text { get; init; }
    /// <summary>The revision that was looked at when this was asked.</summary>
    public required int Revision { get; init; }
    public ChangeResponse? Response { get; init; }
    public Sealed? Answer { get; init; }
    public int AnsweredIn { get; init; }
}

public sealed record QuestionState
{
    public required string Id { get; init; }
    public required string Stage { get; init; }
    public required string AskedBy { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public required Sealed Text { get; init; }
    public ImmutableArray<QuestionReply> Answers { get; init; } = [];
}

public sealed record QuestionReply(string By, DateTimeOffset At, Sealed Text);

public sealed record SessionState(string Id, string Stage, string RecordedBy, DateTimeOffset RecordedAt, YouthSessionHeld Session);

public sealed record ConcernState
{
    public required string Id { get; init; }
    public required string Stage { get; init; }
    public required string Session { get; init; }
    public required string RaisedBy { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
    public required Sealed Text { get; init; }
    public ConcernResponse? Response { get; init; }
    public Sealed? Answer { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
}

public sealed record Recusal(string Member, string Stage, DateTimeOffset At, Sealed Conflict);

public sealed record DeterminationState(string By, DateTimeOffset At, DeterminationMade Determination);

/// <summary>The answers and documents of one revision.</summary>
public sealed record ProposalContent(Answers Answers, ImmutableArray<AttachedDocument> Documents)
{
    public static readonly ProposalContent None = new(Answers.Empty, []);
}
