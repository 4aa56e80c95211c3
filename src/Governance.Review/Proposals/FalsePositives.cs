namespace Governance.Review.Proposals;

/// <summary>What a method would do to a population.</summary>
/// <param name="TruePositives">Rightly flagged: N·p·s.</param>
/// <param name="FalsePositives">Wrongly flagged: N·(1−p)·(1−c).</param>
/// <param name="FalseNegatives">Missed: N·p·(1−s).</param>
/// <param name="TrueNegatives">Rightly left alone: N·(1−p)·c.</param>
/// <param name="Precision">The share of those flagged who are rightly flagged, 0 to 1; null when nobody is flagged.</param>
/// <param name="WronglyFlaggedPer100">Of every 100 flagged, how many wrongly, to the nearest whole; null when nobody is flagged.</param>
public sealed record FalsePositiveResult(decimal TruePositives, decimal FalsePositives, decimal FalseNegatives, decimal TrueNegatives, decimal? Precision, int? WronglyFlaggedPer100)
{
    /// <summary>The result in one sentence.</summary>
    public string Sentence => throw new NotSupportedException("Follows.");
}

/// <summary>The arithmetic of wrong flags (concern T3).</summary>
public static class FalsePositives
{
    /// <summary>Works out the four counts.</summary>
    /// <param name="baseRate">The share of the population who truly have what is looked for, 0 to 1.</param>
    /// <param name="sensitivity">The share of those that the method flags, 0 to 1.</param>
    /// <param name="specificity">The share of all others that the method leaves alone, 0 to 1.</param>
    /// <param name="population">How many people the method is used on, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is outside 0 to 1, or the population is negative.</exception>
    public static FalsePositiveResult Of(decimal baseRate, decimal sensitivity, decimal specificity, long population) => throw new NotSupportedException("Follows.");

    /// <summary>From the answers, or null when a number is missing or out of range.</summary>
    public static FalsePositiveResult? From(Answers answers) => throw new NotSupportedException("Follows.");
}
