using Governance.Review.Proposals;

namespace Governance.Review.Events;

/// <summary>
/// Text that must never stand in a ledger entry itself: free text, a name, anything that could identify someone.
/// The entry holds its digest; the text travels beside it as a disclosure (RFC 9901), and can be withheld or erased.
/// </summary>
/// <param name="Text">The text, or null where it is withheld from this reader or erased. No rule may depend on it.</param>
/// <param name="Audience">Who may be given the text.</param>
public sealed record Sealed(string? Text, Audience Audience)
{
    public static Sealed Public(string text) => new(text, Audience.Public);
    public static Sealed Panel(string text) => new(text, Audience.Panel);
    public static Sealed Personal(string text) => new(text, Audience.Personal);

    /// <summary>The text, or a plain word in its place.</summary>
    public override string ToString() => Text ?? "(not shown)";
}
