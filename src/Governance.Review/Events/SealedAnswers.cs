using Governance.Review.Proposals;

namespace Governance.Review.Events;

/// <summary>
/// Answers on their way into or out of the ledger. What is chosen from a list, a number or a date stands in the entry;
/// what was typed freely is sealed, field by field, for the audience that the form names.
/// </summary>
public sealed record SealedAnswers(Answers Answers)
{
    public static readonly SealedAnswers None = new(Answers.Empty);
}
