namespace Governance.Review.Messages;

/// <summary>What a message says. The name, in snake case, stands in rows, in the API and in e-mails' ids: it never changes.</summary>
public enum MessageKind
{
    /// <summary>A stage opened and this person's vote is asked for.</summary>
    VoteAsked,
    /// <summary>A revision changed what the stage looks at, so the vote no longer counts.</summary>
    VoteAgainAsked,
    /// <summary>The youth-voice stage opened and no session with young people is on record yet.</summary>
    SessionAsked,
    /// <summary>Enough votes are in, so the chair can close the stage.</summary>
    CloseAsked,
    /// <summary>All stages are done, so the chair can decide.</summary>
    DeterminationAsked,
    /// <summary>A reviewer asked the lead something.</summary>
    QuestionAsked,
    /// <summary>The lead answered what this person asked.</summary>
    QuestionAnswered,
    /// <summary>A concern of young people waits for the lead's answer.</summary>
    ConcernRaised,
    /// <summary>The lead answered the concern that this person put on record.</summary>
    ConcernAnswered,
    /// <summary>The proposal came back to the lead for changes.</summary>
    ChangesAsked,
    /// <summary>A stage closed. The proposing side is told that there is an outcome, not which.</summary>
    StageClosed,
    /// <summary>A panel member stepped back, so the chair may need another.</summary>
    MemberSteppedBack,
    /// <summary>The determination is there to read.</summary>
    Determined,
    /// <summary>The determination has conditions that the lead must see to.</summary>
    ConditionsSet,
    /// <summary>The lead took the proposal back.</summary>
    Withdrawn,
    /// <summary>What this person is asked to do is due in a few working days.</summary>
    DueSoon,
    /// <summary>What this person is asked to do is past its day.</summary>
    Overdue,
    /// <summary>A stage is past its day and has not closed, so the chair looks what it waits for.</summary>
    StageOverdue,
}

/// <summary>Something that one person is told. It refers and never quotes: nothing in it can need erasing but whom it is for.</summary>
/// <param name="Person">Pseudonym.</param>
/// <param name="Stage">The stage that it is about; empty when it is about none.</param>
/// <param name="Due">The day by which something should be done; null when none is set.</param>
public sealed record Message(string Person, MessageKind Kind, string Stage = "", DateOnly? Due = null);
