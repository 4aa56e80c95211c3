using Governance.Review.Proposals;

namespace Governance.Review.Screening;

/// <summary>What kind of thing a fact is, which decides how it can be compared.</summary>
public enum FactType
{
    /// <summary>Text: present or absent only.</summary>
    Text,

    /// <summary>One of a list: equals, in.</summary>
    Choice,

    /// <summary>One of an ordered list: equals, in, at_least, at_most.</summary>
    Scale,

    /// <summary>Several of a list: includes.</summary>
    Choices,

    /// <summary>A number: equals, at_least, at_most.</summary>
    Number,

    /// <summary>Yes or no: equals <c>yes</c> or <c>no</c>.</summary>
    Flag,

    /// <summary>Lines or rows: present or absent only.</summary>
    List,
}

/// <summary>A fact that rules can speak of.</summary>
/// <param name="Id">The field's id, or the name of a derived fact.</param>
/// <param name="Type">How it can be compared.</param>
/// <param name="Options">The ids that it can take, lowest first for a scale; empty when free.</param>
/// <param name="Meaning">What it says, in plain English.</param>
/// <param name="Derived">Worked out from several answers rather than being one.</param>
public sealed record Fact(string Id, FactType Type, IReadOnlyList<string> Options, string Meaning, bool Derived);

/// <summary>Every fact there is: one a field, and the derived ones.</summary>
public sealed class FactCatalogue
{
    /// <summary>The facts of a form.</summary>
    public FactCatalogue(ProposalForm form) => throw new NotSupportedException("Follows.");

    /// <summary>All facts, the form's first.</summary>
    public IReadOnlyList<Fact> Facts { get; } = [];

    /// <summary>The fact of this id, or null.</summary>
    public Fact? Find(string id) => throw new NotSupportedException("Follows.");
}
