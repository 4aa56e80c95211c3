using System.Text.Json;
using System.Text.Json.Serialization;

namespace Governance.Review.Routes;

/// <summary>What a person decided at an activity that was open: the only thing that moves a route on.</summary>
/// <param name="Activity">The id of the open activity.</param>
/// <param name="Outcome">One of that activity's <see cref="RouteActivity.Outcomes"/>.</param>
public sealed record RouteSignal(
    [property: JsonPropertyName("activity")] string Activity,
    [property: JsonPropertyName("outcome")] string Outcome)
{
    /// <summary>Refuses a signal that the route cannot take now: every engine asks this first, so all refuse alike.</summary>
    /// <exception cref="RouteSignalException">The activity is unknown or not open, the outcome is not one of its own, or the route has finished.</exception>
    public void Demand(Route route, RouteState state)
    {
        var activity = route.Find(Activity)
            ?? throw new RouteSignalException($"This route has no step called “{Activity}”.");
        if (state.Status is RouteStatus.Finished)
        {
            throw new RouteSignalException($"The review has already ended, so “{activity.Label}” can no longer be answered.");
        }

        if (!state.Open.Contains(Activity))
        {
            throw new RouteSignalException($"“{activity.Label}” is not open at the moment.");
        }

        if (!activity.Outcomes.Contains(Outcome))
        {
            throw new RouteSignalException($"“{Outcome}” is not a possible outcome of “{activity.Label}”. Possible are: {string.Join(", ", activity.Outcomes)}.");
        }
    }

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
/// Where a proposal stands on its route, as far as anybody but an engine needs to know. What an engine needs besides to go
/// on is in a record of its own that derives from this one; <see cref="IRouteEngine.Write"/> and
/// <see cref="IRouteEngine.Read"/> keep it. Compared by value.
/// </summary>
/// <remarks>
/// Whatever engine wrote it, the stored text is a JSON object that begins with <c>engine</c>, <c>status</c>, <c>open</c> and
/// <c>ended_at</c>, in that order: so it can be told, even by a database, which engine a proposal is with.
/// </remarks>
public record RouteState
{
    /// <summary>The <see cref="IRouteEngine.Name"/> of the engine that can go on from here; empty where a route was closed, which none does.</summary>
    [JsonPropertyName("engine"), JsonPropertyOrder(-4)]
    public string Engine { get; init; } = "";

    /// <summary>Whether the route still goes on.</summary>
    [JsonPropertyName("status"), JsonPropertyOrder(-3)]
    public required RouteStatus Status { get; init; }

    /// <summary>The activities that wait for a signal, in the order in which they were opened.</summary>
    [JsonPropertyName("open"), JsonPropertyOrder(-2)]
    public required IReadOnlyList<string> Open { get; init; }

    /// <summary>The End that was reached; null while running and after <see cref="Closed"/>.</summary>
    [JsonPropertyName("ended_at"), JsonPropertyOrder(-1)]
    public string? EndedAt { get; init; }

    /// <summary>A route closed without an End: a withdrawal, which is possible whatever is open.</summary>
    [JsonIgnore]
    public static RouteState Closed { get; } = new() { Open = [], Status = RouteStatus.Finished };

    /// <summary>What a stored state says for everybody, whichever engine wrote it.</summary>
    /// <exception cref="JsonException">The text is no route's state.</exception>
    public static RouteState Read(string text) => JsonSerializer.Deserialize(text, RouteStateJson.Default.RouteState)!;

    /// <summary>The stored text of a route that has ended, for which no engine needs anything more.</summary>
    /// <exception cref="ConflictException">The route still goes on, on another engine: what that engine kept is not here and would be lost.</exception>
    public string Write(string engine)
    {
        DemandEngine(engine);
        return JsonSerializer.Serialize(this, RouteStateJson.Default.RouteState);
    }

    /// <summary>Refuses to go on from a state that another engine wrote, or the same one in an earlier form.</summary>
    /// <param name="name">The engine that is to go on.</param>
    /// <exception cref="ConflictException">It is not the one that wrote this, and the route still goes on.</exception>
    public void DemandEngine(string name)
    {
        if (Status is RouteStatus.Running && Engine != name)
        {
            throw new ConflictException(
                $"This proposal's route is kept by the engine “{Engine}”, but the service now runs on “{name}”. Nothing was changed. The operator must run “doctor --rebuild-routes” once.");
        }
    }

    /// <inheritdoc/>
    public virtual bool Equals(RouteState? other) =>
        other is not null && EqualityContract == other.EqualityContract && Engine == other.Engine && Status == other.Status
        && EndedAt == other.EndedAt && Open.SequenceEqual(other.Open);

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

        return hash.ToHashCode();
    }
}

/// <summary>What <see cref="RouteMachine"/> keeps: its tokens, besides what everybody sees.</summary>
public sealed record MachineState : RouteState
{
    /// <summary>Connections followed and not yet used up, oldest first.</summary>
    [JsonPropertyName("tokens")]
    public IReadOnlyList<RouteToken> Tokens { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(MachineState? other) => base.Equals(other) && Tokens.SequenceEqual(other.Tokens);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(base.GetHashCode());
        foreach (var token in Tokens)
        {
            hash.Add(token);
        }

        return hash.ToHashCode();
    }
}

/// <summary>Written and read by code made when this is built: every decision on a proposal reads one state and writes one.</summary>
[JsonSerializable(typeof(RouteState))]
[JsonSerializable(typeof(MachineState))]
sealed partial class RouteStateJson : JsonSerializerContext;

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
