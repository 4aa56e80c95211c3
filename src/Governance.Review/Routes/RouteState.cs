using System.Text.Json.Serialization;

namespace Governance.Review.Routes;

/// <summary>What a person decided at an activity that was open: the only thing that moves a route on.</summary>
/// <param name="Activity">The id of the open activity.</param>
/// <param name="Outcome">One of that activity's <see cref="RouteActivity.Outcomes"/>.</param>
public sealed record RouteSignal(
    [property: JsonPropertyName("activity")] string Activity,
    [property: JsonPropertyName("outcome")] string Outcome)
{
    /// <summary>The two words that faults and logs show, for example <c>privacy Approved</c>.</summary>
    public override string ToString() => $"{Activity} {Outcome}";
}

/// <summary>Whether a route still goes on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RouteStatus>))]
public enum RouteStatus
{
    /// <summary>Something is open, or (in an unsound route only) it is stuck.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>It reached an End, or was closed by a withdrawal.</summary>
    [JsonStringEnumMemberName("finished")]
    Finished,
}

/// <summary>A connection that has been followed and whose target has not run since.</summary>
/// <param name="From">The activity that completed.</param>
/// <param name="Outcome">With which outcome.</param>
/// <param name="To">The activity that the connection leads to.</param>
/// <param name="Consumed">True where it has been used up. Only a blocked token is kept after that, until its target has run.</param>
/// <param name="Blocked">True for the mark that a WaitAny join leaves on its other connections, so that they do not start it again.</param>
public sealed record RouteToken(
    [property: JsonPropertyName("from")] string From,
    [property: JsonPropertyName("outcome")] string Outcome,
    [property: JsonPropertyName("to")] string To,
    [property: JsonPropertyName("consumed")] bool Consumed,
    [property: JsonPropertyName("blocked")] bool Blocked)
{
    /// <summary>True while it counts as somebody being on the way to <see cref="To"/>.</summary>
    [JsonIgnore]
    public bool Live => !Consumed && !Blocked;
}

/// <summary>
/// Where a proposal stands on its route: all that is needed to go on. Compared by value; written as JSON with
/// snake_case names whatever the serialiser's options are.
/// </summary>
public sealed record RouteState
{
    /// <summary>Connections followed and not yet used up, oldest first.</summary>
    [JsonPropertyName("tokens")]
    public required IReadOnlyList<RouteToken> Tokens { get; init; }

    /// <summary>The activities that wait for a signal, in the order in which they were opened.</summary>
    [JsonPropertyName("open")]
    public required IReadOnlyList<string> Open { get; init; }

    /// <summary>Whether the route still goes on.</summary>
    [JsonPropertyName("status")]
    public required RouteStatus Status { get; init; }

    /// <summary>The End that was reached; null while running and after <see cref="Closed"/>.</summary>
    [JsonPropertyName("ended_at")]
    public string? EndedAt { get; init; }

    /// <summary>A route closed without an End: a withdrawal, which is possible whatever is open.</summary>
    [JsonIgnore]
    public static RouteState Closed { get; } = new() { Tokens = [], Open = [], Status = RouteStatus.Finished };

    /// <inheritdoc/>
    public bool Equals(RouteState? other) =>
        other is not null && Status == other.Status && EndedAt == other.EndedAt
        && Open.SequenceEqual(other.Open) && Tokens.SequenceEqual(other.Tokens);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Status);
        hash.Add(EndedAt);
        foreach (var id in Open)
        {
            hash.Add(id);
        }

        foreach (var token in Tokens)
        {
            hash.Add(token);
        }

        return hash.ToHashCode();
    }
}

/// <summary>Something that happened at an activity while the route moved on. Callers act on them in order.</summary>
public abstract record RouteEffect(string Activity);

/// <summary>Screening's result was read: <c>Proceed</c> or <c>RedLine</c>.</summary>
public sealed record Screened(string Activity, string Outcome) : RouteEffect(Activity);

/// <summary>A fact was read: <c>True</c> or <c>False</c>.</summary>
public sealed record Flagged(string Activity, string Outcome) : RouteEffect(Activity);

/// <summary>A review stage opened, or opened again.</summary>
public sealed record StageOpened(string Activity) : RouteEffect(Activity);

/// <summary>The proposer is asked for a revision.</summary>
public sealed record RevisionAwaited(string Activity) : RouteEffect(Activity);

/// <summary>The chair is asked for the determination.</summary>
public sealed record DeterminationOpened(string Activity) : RouteEffect(Activity);

/// <summary>An End was reached.</summary>
public sealed record RouteCompleted(string Activity) : RouteEffect(Activity);

/// <summary>One move: where the proposal stands now, and what happened on the way, in order.</summary>
public sealed record RouteStep(RouteState State, IReadOnlyList<RouteEffect> Effects);
