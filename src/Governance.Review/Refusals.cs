using Governance.Review.Proposals;

namespace Governance.Review;

/// <summary>
/// Why something was not done. There are four kinds (design, "One command"): the request is wrong
/// (<see cref="InvalidException"/>), the person may not (<see cref="NotAllowedException"/>), the thing is not there or
/// not for them to see (<see cref="NotFoundException"/>), or it no longer fits what others did
/// (<see cref="ConflictException"/>). A fifth has nothing to do with the request: the service itself must not go on
/// (<see cref="UnavailableException"/>). The message is always a sentence that the user can act on.
/// </summary>
public abstract class RefusalException(string message) : Exception(message);

/// <summary>One or more fields hold something that cannot be accepted. Every fault is listed at once.</summary>
public sealed class InvalidException(IReadOnlyList<Fault> faults)
    : RefusalException(string.Join(" ", faults.Select(f => f.Message)))
{
    public InvalidException(string field, string message) : this([new Fault(field, message)]) { }

    public IReadOnlyList<Fault> Faults { get; } = faults;
}

/// <summary>The person may see the thing but may not do this to it, now or ever. The message says which and why.</summary>
public sealed class NotAllowedException(string message) : RefusalException(message);

/// <summary>The service does not change anything at present, whoever asks. The message says why.</summary>
public sealed class UnavailableException(string message) : RefusalException(message);

/// <summary>There is no such thing, or the person may not know that there is.</summary>
public sealed class NotFoundException(string message) : RefusalException(message);

/// <summary>The thing has changed, or is in a state where this cannot be done. The message says what changed.</summary>
public class ConflictException(string message) : RefusalException(message);

/// <summary>The person looked at an older version of the thing than is there now: what they meant to do may no longer fit.</summary>
/// <param name="expected">The version that the person looked at.</param>
/// <param name="current">The version that is there.</param>
public sealed class StaleException(string message, long expected, long current) : ConflictException(message)
{
    public long Expected { get; } = expected;

    public long Current { get; } = current;
}
