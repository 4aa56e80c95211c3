using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Governance.Review;
using Governance.Review.Proposals;
using MediatR;

namespace Governance.Service.Pipeline;

/// <summary>The person behind a request, as the service knows them at that moment.</summary>
public sealed record Actor
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required string Email { get; init; }
    public ImmutableHashSet<Role> Roles { get; init; } = [];
    public ImmutableArray<PanelSeat> Seats { get; init; } = [];

    public bool Is(Role role) => Roles.Contains(role);

    /// <summary>Takes part in review in some capacity, and so sees every submitted proposal.</summary>
    public bool Judges => Is(Role.PanelMember) || Is(Role.YouthPanelMember) || Is(Role.Facilitator) || Is(Role.Chair);

    /// <summary>The service itself, at the command line or in the background. It has no account and no rights over proposals.</summary>
    public static Actor Service { get; } = new() { Id = Guid.Empty, Name = "The service", Email = "" };
}

/// <summary>Something that changes the service. It carries who asks; nothing is taken from the surroundings.</summary>
public abstract record Command<T> : IRequest<T>
{
    [JsonIgnore]
    public required Actor Actor { get; init; }

    /// <summary>Set by callers that may repeat a request: the first answer is given again (Idempotency-Key).</summary>
    [JsonIgnore]
    public string? RepeatKey { get; init; }
}

/// <summary>Whether the last command of this scope had been done before, so that its answer is the earlier one.</summary>
public sealed class Repetition
{
    public bool Happened { get; set; }
}

/// <summary>Something that changes one proposal. The permission table says who may.</summary>
public abstract record ProposalCommand : Command<Receipt>
{
    public required string Reference { get; init; }

    /// <summary>The version that the person was looking at (If-Match); null takes whatever is there.</summary>
    public long? ExpectedVersion { get; init; }

    /// <summary>What the permission table calls this, for a proposal in that state.</summary>
    public abstract Act ActIn(ProposalState state);
}

/// <summary>
/// A command with slow work that needs nothing to stay as it is meanwhile. It is done before the transaction, in which every other writer
/// would wait for it, and is not done again where the transaction is.
/// </summary>
public interface IPrepares
{
    /// <summary>Does the work and keeps what comes of it in the command. Nothing has been checked yet but the role, and nothing may be written here.</summary>
    /// <param name="session">No transaction is open.</param>
    Task PrepareAsync(Data.Session session, CancellationToken ct);
}

/// <summary>Something that only people with a certain role may do, and that belongs to no proposal.</summary>
public interface INeedsRole
{
    Role Needed { get; }
}

static class NeededRoles
{
    /// <exception cref="NotAllowedException">The command needs a role that its actor does not have.</exception>
    public static void DemandRole<T>(this Command<T> command)
    {
        if (command is INeedsRole { Needed: var role } && !command.Actor.Is(role) && command.Actor != Actor.Service)
            throw new NotAllowedException("Your role does not let you do this. Ask an administrator.");
    }
}

/// <summary>A question about one proposal. Where an auditor or administrator asks, the asking itself is recorded.</summary>
public interface IReadsProposal
{
    Actor Actor { get; }
    string Reference { get; }
}

/// <summary>A question. It changes nothing.</summary>
public interface IQuery<out T> : IRequest<T>;

/// <summary>
/// What whoever acted gets in hand: proof, once the log is checkpointed, that the act is in it.
/// </summary>
public sealed record Receipt
{
    public required string Reference { get; init; }
    /// <summary>The proposal's version after the act: its ETag.</summary>
    public required long Version { get; init; }
    /// <summary>The entry's number in the log; null where drafts are concerned, which are not ledgered.</summary>
    public long? Seq { get; init; }
    /// <summary>The entry's leaf hash, lower-case hexadecimal.</summary>
    public string? Leaf { get; init; }
    public required DateTimeOffset At { get; init; }
}
