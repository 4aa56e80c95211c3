using System.Collections.Immutable;
using Governance.Review.Proposals;

namespace Governance.Review.Events;

/// <summary>The name under which an event stands in the ledger. It never changes; a new shape gets a new version.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EventAttribute(string kind, int version, string meaning) : Attribute
{
    public string Kind { get; } = kind;
    public int Version { get; } = version;
    /// <summary>What it means that this event is there, in a sentence: printed in the event catalogue.</summary>
    public string Meaning { get; } = meaning;
}

/// <summary>
/// Something that happened to a proposal. Events are never edited or removed; what a proposal is, is the fold of its
/// events (design, "The three ideas"). People appear by their pseudonym in this proposal only (ledger.md, "Disclosures").
/// </summary>
public abstract record ProposalEvent;

[Event("proposal.submitted", 1, "The lead submitted the proposal. Route, rules and checklists are pinned from here on.")]
public sealed record ProposalSubmitted : ProposalEvent
{
    public required int FormVersion { get; init; }
    public required SealedAnswers Answers { get; init; }
    public ImmutableArray<AttachedDocument> Documents { get; init; } = [];
    /// <summary>Pseudonyms of the delivery team: they can never vote on this proposal.</summary>
    public ImmutableArray<string> Team { get; init; } = [];
    public required Pins Pins { get; init; }
    public ImmutableArray<RaisedFlag> Flags { get; init; } = [];
    /// <summary>The definition id of the route that screening chose.</summary>
    public required string Route { get; init; }
    public required string RouteReason { get; init; }
}

[Event("route.advanced", 1, "The route moved on. The facts it looked at and the steps it took are listed, so that anyone can replay it.")]
public sealed record RouteAdvanced : ProposalEvent
{
    /// <summary>The open activity that was answered; empty for the start.</summary>
    public string Activity { get; init; } = "";
    public string Outcome { get; init; } = "";
    /// <summary>The facts that were true when the route moved, sorted.</summary>
    public ImmutableArray<string> Facts { get; init; } = [];
    public ImmutableArray<RouteStepTaken> Steps { get; init; } = [];
}

/// <param name="Step">screened, flagged, stage_opened, revision_awaited, determination_opened or completed.</param>
public sealed record RouteStepTaken(string Step, string Activity, string Outcome = "");

[Event("stage.opened", 1, "A review stage opened: its panel is asked to vote by the date given.")]
public sealed record StageOpened : ProposalEvent
{
    public required string Stage { get; init; }
    public required string Activity { get; init; }
    public required string Panel { get; init; }
    /// <summary>1 the first time, 2 when the stage opens again, and so on.</summary>
    public required int Opening { get; init; }
    public required int Quorum { get; init; }
    public required string Rule { get; init; }
    public ImmutableArray<SeatNeeded> Seats { get; init; } = [];
    public required DateOnly Due { get; init; }
}

/// <summary>A mandatory seat: at least this many votes must come from people who hold it.</summary>
public sealed record SeatNeeded(string Seat, int AtLeast);

[Event("question.asked", 1, "A reviewer asked the lead a question. It does not need a new revision.")]
public sealed record QuestionAsked : ProposalEvent
{
    public required string Question { get; init; }
    public required string Stage { get; init; }
    public required Sealed Text { get; init; }
}

[Event("question.answered", 1, "The lead answered a reviewer's question.")]
public sealed record QuestionAnswered : ProposalEvent
{
    public required string Question { get; init; }
    public required Sealed Text { get; init; }
}

[Event("member.recused", 1, "A panel member declared a conflict of interest and takes no further part.")]
public sealed record MemberRecused : ProposalEvent
{
    public required string Stage { get; init; }
    public required Sealed Conflict { get; init; }
}

[Event("vote.cast", 1, "A panel member voted, with reasons. A later vote by the same person in the same stage replaces it; both stay on record.")]
public sealed record VoteCast : ProposalEvent
{
    public required string Stage { get; init; }
    public required int Opening { get; init; }
    public required int Revision { get; init; }
    public required VoteChoice Choice { get; init; }
    /// <summary>The seats that the voter held on the panel when voting. Leaving the panel later changes nothing.</summary>
    public ImmutableArray<string> Seats { get; init; } = [];
    public required Sealed Rationale { get; init; }
    public ImmutableArray<ChecklistAnswer> Checklist { get; init; } = [];
    public ImmutableArray<ProposedCondition> Conditions { get; init; } = [];
    public ImmutableArray<WantedChange> Changes { get; init; } = [];
}

public enum VoteChoice { Approve, ApproveWithConditions, MinorChanges, MajorChanges, Object, Abstain }

/// <param name="Item">Id of the checklist item.</param>
/// <param name="Answer">The grade, or the severity rating before mitigation.</param>
/// <param name="After">The rating after mitigation, for items that are rated twice; otherwise empty.</param>
public sealed record ChecklistAnswer(string Item, string Answer, string After, Sealed? Note = null);

public sealed record ProposedCondition(Sealed Text);

/// <param name="Field">The form field that should change; empty when the change is not about one field.</param>
public sealed record WantedChange(string Field, Sealed Text);

[Event("youth.session_held", 1, "A session where young people looked at the proposal was recorded. No young person is named.")]
public sealed record YouthSessionHeld : ProposalEvent
{
    public required string Session { get; init; }
    public required string Stage { get; init; }
    public required DateOnly On { get; init; }
    public required int YoungPeople { get; init; }
    public ImmutableArray<string> AgeBands { get; init; } = [];
    public required string Method { get; init; }
    /// <summary>How the young people were found and how it was made safe and open to all (Lundy: Space).</summary>
    public required Sealed Space { get; init; }
    /// <summary>How they were helped to say what they think (Lundy: Voice).</summary>
    public required Sealed Voice { get; init; }
    /// <summary>How and when they will hear what came of it (Lundy: Influence).</summary>
    public required Sealed Feedback { get; init; }
}

[Event("concern.raised", 1, "A concern of young people was put on record. The lead must answer it before the stage can approve.")]
public sealed record ConcernRaised : ProposalEvent
{
    public required string Concern { get; init; }
    public required string Stage { get; init; }
    /// <summary>The session it came from; empty when a youth panel member raises it for herself.</summary>
    public string Session { get; init; } = "";
    public required Sealed Text { get; init; }
}

[Event("concern.answered", 1, "The lead said what will be done about a concern, or why nothing will.")]
public sealed record ConcernAnswered : ProposalEvent
{
    public required string Concern { get; init; }
    public required ConcernResponse Response { get; init; }
    public required Sealed Text { get; init; }
}

public enum ConcernResponse { WillChange, AlreadyMet, WillNotChange }

[Event("stage.closed", 1, "The chair closed a stage. The outcome follows from the votes by the stage's rule.")]
public sealed record StageClosed : ProposalEvent
{
    public required string Stage { get; init; }
    public required string Activity { get; init; }
    public required int Opening { get; init; }
    public required int Revision { get; init; }
    public required StageOutcome Outcome { get; init; }
    /// <summary>The votes that counted: one a member, the last, cast on fields as they are now.</summary>
    public ImmutableArray<CountedVote> Votes { get; init; } = [];
    public required Sealed Summary { get; init; }
    public ImmutableArray<RequestedChange> Changes { get; init; } = [];
    public ImmutableArray<ProposedCondition> Conditions { get; init; } = [];
}

public enum StageOutcome { Approved, ApprovedWithConditions, ChangesRequested, Objected, Overdue }

public sealed record CountedVote(string Member, VoteChoice Choice);

/// <param name="Change">Id within the proposal, such as <c>c3</c>.</param>
/// <param name="Field">The form field to change; empty when it is not about one field.</param>
public sealed record RequestedChange(string Change, string Field, Sealed Text);

[Event("revision.awaited", 1, "The proposal went back to the lead for changes.")]
public sealed record RevisionAwaited : ProposalEvent
{
    public required string Activity { get; init; }
    /// <summary>The stage that asked; empty when the determination asked.</summary>
    public string Stage { get; init; } = "";
}

[Event("proposal.revised", 1, "The lead sent a new revision, with an answer to every change that was asked for.")]
public sealed record ProposalRevised : ProposalEvent
{
    public required int Revision { get; init; }
    /// <summary>Only the fields that changed, with their new values.</summary>
    public required SealedAnswers Answers { get; init; }
    /// <summary>Fields that are now empty.</summary>
    public ImmutableArray<string> Removed { get; init; } = [];
    /// <summary>All attached documents as they are now.</summary>
    public ImmutableArray<AttachedDocument> Documents { get; init; } = [];
    /// <summary>Every field that changed or was emptied; <c>attachments</c> when the documents changed.</summary>
    public ImmutableArray<string> Changed { get; init; } = [];
    public ImmutableArray<string> Team { get; init; } = [];
    public ImmutableArray<ChangeAnswer> Responses { get; init; } = [];
    public ImmutableArray<RaisedFlag> Flags { get; init; } = [];
}

public sealed record ChangeAnswer(string Change, ChangeResponse Response, Sealed Text);

public enum ChangeResponse { Changed, NotChanged }

[Event("determination.opened", 1, "All stages are done. The chair is asked to decide.")]
public sealed record DeterminationOpened : ProposalEvent
{
    public required string Activity { get; init; }
}

[Event("determination.made", 1, "The chair decided, with a published reason.")]
public sealed record DeterminationMade : ProposalEvent
{
    public required string Activity { get; init; }
    public required int Revision { get; init; }
    public required DeterminationOutcome Outcome { get; init; }
    public required Sealed Reason { get; init; }
    /// <summary>The chair's own reason for each stage whose objection the decision departs from.</summary>
    public ImmutableArray<Departure> Departures { get; init; } = [];
    public ImmutableArray<Condition> Conditions { get; init; } = [];
    /// <summary>What must change, where the outcome is provisional.</summary>
    public ImmutableArray<RequestedChange> Changes { get; init; } = [];
}

public enum DeterminationOutcome { Favourable, FavourableWithConditions, Provisional, Unfavourable }

public sealed record Departure(string Stage, Sealed Reason);

/// <param name="Id">Id within the proposal, such as <c>k2</c>.</param>
/// <param name="Owner">Who must see to it: an office, not a name, where possible.</param>
public sealed record Condition(string Id, Sealed Text, Sealed Owner, Sealed Evidence, DateOnly Due);

[Event("review.completed", 1, "The route reached its end.")]
public sealed record ReviewCompleted : ProposalEvent
{
    public required string Activity { get; init; }
}

[Event("proposal.withdrawn", 1, "The lead withdrew the proposal. Whatever was open is closed.")]
public sealed record ProposalWithdrawn : ProposalEvent
{
    public required Sealed Reason { get; init; }
}

[Event("disclosure.erased", 1, "An administrator erased sealed values or documents, for the legal reason given. The digests say which; what they said is gone.")]
public sealed record DisclosureErased : ProposalEvent
{
    public required ErasureBasis Basis { get; init; }
    /// <summary>The digests of the values, as they stand in the <c>sd</c> of the trail's entries; sorted.</summary>
    public ImmutableArray<string> Digests { get; init; } = [];
    /// <summary>The SHA-256 of each document that was erased.</summary>
    public ImmutableArray<string> Documents { get; init; } = [];
    /// <summary>What the administrator wrote about it; may be empty.</summary>
    public required Sealed Note { get; init; }
}

/// <summary>Why personal data must be erased: the grounds of UK GDPR, Article 17(1).</summary>
public enum ErasureBasis { NoLongerNeeded, ConsentWithdrawn, Objection, UnlawfulProcessing, LegalObligation, ChildOnlineService }

/// <summary>A file that belongs to the proposal, fixed by the SHA-256 of its bytes.</summary>
public sealed record AttachedDocument(string Id, string Kind, Sealed Name, string MediaType, long Size, string Sha256);

/// <summary>A screening rule that fired.</summary>
/// <param name="Severity">note, concern or red_line.</param>
public sealed record RaisedFlag(string Rule, string Severity, string Stage);

/// <summary>Digests (lower-case hex SHA-256) of the files under which the proposal is reviewed, whatever comes later.</summary>
public sealed record Pins
{
    public required string Route { get; init; }
    /// <summary>Screening rules, the route choice and the lists of law, by file name.</summary>
    public ImmutableArray<FilePin> Screening { get; init; } = [];
    /// <summary>One checklist a stage.</summary>
    public ImmutableArray<FilePin> Checklists { get; init; } = [];

    /// <summary>Every digest by what it is, such as <c>route</c> or <c>checklist_privacy</c>: the <c>rule</c> field of each entry.</summary>
    public IReadOnlyDictionary<string, string> ByName()
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["route"] = Route };
        foreach (var file in Screening) all[$"screening_{Key(file.Name)}"] = file.Digest;
        foreach (var file in Checklists) all[$"checklist_{Key(file.Name)}"] = file.Digest;
        return all;
    }

    static string Key(string fileName) => Path.GetFileNameWithoutExtension(fileName).Replace('-', '_');
}

public sealed record FilePin(string Name, string Digest);
