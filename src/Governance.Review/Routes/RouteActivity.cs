namespace Governance.Review.Routes;

/// <summary>
/// One box of a route: an activity of the Elsa workflow definition that the route is written as.
/// </summary>
/// <param name="Id">Unique in its route. Outcomes, effects and the ledger name activities by it.</param>
public abstract record RouteActivity(string Id)
{
    /// <summary>What people call it: the designer's <c>displayText</c>, or the id where the file gives none.</summary>
    public string Label { get; init; } = Id;

    /// <summary>One or two sentences that say what happens here: the designer's <c>description</c>. May be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>Left edge in the designer, in pixels.</summary>
    public double X { get; init; }

    /// <summary>Top edge in the designer, in pixels.</summary>
    public double Y { get; init; }

    /// <summary>Every outcome that this kind of activity can have, in the order in which pages list them. None for an End.</summary>
    public abstract IReadOnlyList<string> Outcomes { get; }

    /// <summary>True where the route waits here until a <see cref="RouteSignal"/> names this activity.</summary>
    public virtual bool Waits => false;

    private protected static readonly IReadOnlyList<string> DoneOnly = ["Done"];
}

/// <summary>Where every walk through the route begins (<c>Elsa.Start</c>).</summary>
public sealed record StartActivity(string Id) : RouteActivity(Id)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Outcomes => DoneOnly;
}

/// <summary>A way out of the route (<c>Elsa.End</c>). Reaching it ends the review and closes whatever else is open.</summary>
public sealed record EndActivity(string Id) : RouteActivity(Id)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Outcomes => [];
}

/// <summary>Starts everything that it is connected to at once (<c>Elsa.FlowFork</c>): it completes with all its outcomes.</summary>
public sealed record ForkActivity(string Id) : RouteActivity(Id)
{
    /// <summary>The file's <c>branches</c>; where it gives none, the one outcome <c>Done</c>.</summary>
    public IReadOnlyList<string> Branches { get; init; } = DoneOnly;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outcomes => Branches;
}

/// <summary>When a join lets the route go on.</summary>
public enum JoinMode
{
    /// <summary>As soon as one connection into it has been followed.</summary>
    WaitAny,

    /// <summary>When every connection into it has been followed.</summary>
    WaitAll,
}

/// <summary>Where branches meet (<c>Elsa.FlowJoin</c>).</summary>
public sealed record JoinActivity(string Id, JoinMode Mode) : RouteActivity(Id)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Outcomes => DoneOnly;
}

/// <summary>Asks whether screening found a red line: the fact <see cref="RedLineFact"/> decides (<c>Governance.Screen</c>).</summary>
public sealed record ScreenActivity(string Id) : RouteActivity(Id)
{
    /// <summary>The fact that makes the outcome <c>RedLine</c>.</summary>
    public const string RedLineFact = "redLine";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outcomes { get; } = ["Proceed", "RedLine"];
}

/// <summary>
/// A panel reviews the proposal and votes (<c>Governance.ReviewStage</c>). Properties are null where the file does not
/// give them; <see cref="RouteLibrary.Load"/> refuses a route that leaves one out.
/// </summary>
/// <param name="Id">Unique in its route.</param>
/// <param name="Stage">The stage's name, for example <c>privacy</c>: its checklist and the fact <c>stale:privacy</c> go by it.</param>
public sealed record ReviewStageActivity(string Id, string Stage) : RouteActivity(Id)
{
    /// <summary>The outcomes that count as the stage having been held. <c>ChangesRequested</c> and <c>Overdue</c> do not.</summary>
    public static readonly IReadOnlyList<string> ClosingOutcomes = ["Approved", "ApprovedWithConditions", "Objected"];

    /// <summary>The panel whose members vote. The stage's own name where the file gives none.</summary>
    public string Panel { get; init; } = Stage;

    /// <summary>Working days from opening until the outcome is due, from 1.</summary>
    public int? DueInDays { get; init; }

    /// <summary>How many votes the stage needs, from 1, before an outcome can be recorded.</summary>
    public int? Quorum { get; init; }

    /// <summary>How votes become an outcome.</summary>
    public VotingRule? Rule { get; init; }

    /// <summary>Seats that must have voted, each with the smallest number of votes from it. May be empty.</summary>
    public IReadOnlyList<MandatorySeat>? Seats { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outcomes { get; } = ["Approved", "ApprovedWithConditions", "ChangesRequested", "Objected", "Overdue"];

    /// <inheritdoc/>
    public override bool Waits => true;
}

/// <summary>How a stage's votes become its outcome.</summary>
public enum VotingRule
{
    /// <summary>More than half of the votes. In files: <c>majority</c>.</summary>
    Majority,

    /// <summary>All votes. In files: <c>unanimous</c>.</summary>
    Unanimous,

    /// <summary>Nobody objects. In files: <c>no-objection</c>.</summary>
    NoObjection,
}

/// <summary>A seat that a stage cannot do without, for example one member with data protection knowledge.</summary>
/// <param name="Seat">The seat's name, for example <c>data_protection</c>.</param>
/// <param name="Minimum">The smallest number of votes from that seat, from 1.</param>
public sealed record MandatorySeat(string Seat, int Minimum);

/// <summary>
/// Waits for the proposer to change the proposal or take it back (<c>Governance.AwaitRevision</c>).
/// </summary>
/// <param name="Id">Unique in its route.</param>
/// <param name="Stage">The stage that asked for changes; null where the request comes from the determination.</param>
public sealed record AwaitRevisionActivity(string Id, string? Stage) : RouteActivity(Id)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Outcomes { get; } = ["Resubmitted", "Withdrawn"];

    /// <inheritdoc/>
    public override bool Waits => true;
}

/// <summary>Takes the way <c>True</c> if a fact is true when the route gets here, else <c>False</c> (<c>Governance.WhenFlagged</c>).</summary>
/// <param name="Id">Unique in its route.</param>
/// <param name="Flag">The fact's name, for example <c>stale:privacy</c>.</param>
public sealed record WhenFlaggedActivity(string Id, string Flag) : RouteActivity(Id)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Outcomes { get; } = ["True", "False"];
}

/// <summary>Waits for the chair's determination of the case (<c>Governance.Determination</c>).</summary>
public sealed record DeterminationActivity(string Id) : RouteActivity(Id)
{
    /// <summary>The outcomes that let the proposed use go ahead.</summary>
    public static readonly IReadOnlyList<string> FavourableOutcomes = ["Favourable", "FavourableWithConditions"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outcomes { get; } = ["Favourable", "FavourableWithConditions", "Provisional", "Unfavourable"];

    /// <inheritdoc/>
    public override bool Waits => true;
}

/// <summary>A line from one activity's outcome to another activity.</summary>
public sealed record RouteConnection(string From, string Outcome, string To);
