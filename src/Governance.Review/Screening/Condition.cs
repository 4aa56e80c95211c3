namespace Governance.Review.Screening;

/// <summary>A condition over facts, as data.</summary>
public abstract record Condition
{
    /// <summary>True when all hold.</summary>
    public sealed record All(IReadOnlyList<Condition> Of) : Condition;

    /// <summary>True when at least one holds.</summary>
    public sealed record Any(IReadOnlyList<Condition> Of) : Condition;

    /// <summary>True when it does not hold.</summary>
    public sealed record Not(Condition Of) : Condition;

    /// <summary>True when the fact stands in this relation to one of the values. A fact that is absent stands in none.</summary>
    public sealed record Test(string Fact, Operator Operator, IReadOnlyList<string> Values) : Condition;
}

/// <summary>How a fact is compared.</summary>
public enum Operator
{
    /// <summary>Is exactly the value (<c>equals</c>).</summary>
    EqualTo,

    /// <summary>Is one of the values (<c>in</c>).</summary>
    In,

    /// <summary>The list holds any of the values (<c>includes</c>).</summary>
    Includes,

    /// <summary>Is the value or higher, by number or by the field's scale (<c>at_least</c>).</summary>
    AtLeast,

    /// <summary>Is the value or lower (<c>at_most</c>).</summary>
    AtMost,

    /// <summary>Has any value (<c>present</c>).</summary>
    Present,

    /// <summary>Has no value (<c>absent</c>).</summary>
    Absent,
}
