using System.Globalization;

namespace Governance.Review.Proposals;

/// <summary>What a method would do to a population. The counts are expectations, so they need not be whole.</summary>
/// <param name="TruePositives">Rightly flagged: N·p·s.</param>
/// <param name="WrongPositives">Wrongly flagged: N·(1−p)·(1−c).</param>
/// <param name="FalseNegatives">Missed: N·p·(1−s).</param>
/// <param name="TrueNegatives">Rightly left alone: N·(1−p)·c.</param>
/// <param name="Precision">The share of those flagged who are rightly flagged, 0 to 1; null when nobody is flagged.</param>
/// <param name="WronglyFlaggedPer100">
/// Of every 100 flagged, how many wrongly, to the nearest whole number, halves up; null when nobody is flagged.
/// </param>
public sealed record FalsePositiveResult(decimal TruePositives, decimal WrongPositives, decimal FalseNegatives, decimal TrueNegatives, decimal? Precision, int? WronglyFlaggedPer100)
{
    /// <summary>The result in one sentence.</summary>
    public string Sentence => WronglyFlaggedPer100 switch
    {
        null => "Nobody would be flagged.",
        0 when WrongPositives > 0 => "Of every 100 young people flagged, fewer than 1 is wrongly flagged.",
        1 => "Of every 100 young people flagged, 1 is wrongly flagged.",
        100 when TruePositives > 0 => "Of every 100 young people flagged, more than 99 are wrongly flagged.",
        { } k => string.Create(CultureInfo.InvariantCulture, $"Of every 100 young people flagged, {k} are wrongly flagged."),
    };
}

/// <summary>The arithmetic of wrong flags (concern T3): when what is looked for is rare, most flags are wrong.</summary>
public static class FalsePositives
{
    /// <summary>Works out the four counts.</summary>
    /// <param name="baseRate">The share of the population who truly have what is looked for, 0 to 1.</param>
    /// <param name="sensitivity">The share of those that the method flags, 0 to 1.</param>
    /// <param name="specificity">The share of all others that the method leaves alone, 0 to 1.</param>
    /// <param name="population">How many people the method is used on, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is outside 0 to 1, or the population is negative.</exception>
    public static FalsePositiveResult Of(decimal baseRate, decimal sensitivity, decimal specificity, long population)
    {
        Share(baseRate, nameof(baseRate));
        Share(sensitivity, nameof(sensitivity));
        Share(specificity, nameof(specificity));
        ArgumentOutOfRangeException.ThrowIfNegative(population);

        var with = population * baseRate;
        var without = population - with;
        var tp = with * sensitivity;
        var fp = without * (1 - specificity);
        var flagged = tp + fp;
        return new FalsePositiveResult(
            tp,
            fp,
            with - tp,
            without - fp,
            flagged == 0 ? null : tp / flagged,
            flagged == 0 ? null : (int)Math.Round(100 * fp / flagged, MidpointRounding.AwayFromZero));
    }

    /// <summary>From the answers, or null when a number is missing or out of range.</summary>
    public static FalsePositiveResult? From(Answers answers)
        => answers.Decimal("base_rate") is { } p and >= 0 and <= 1
            && answers.Decimal("sensitivity") is { } s and >= 0 and <= 1
            && answers.Decimal("specificity") is { } c and >= 0 and <= 1
            && answers.Number("people_count") is { } n and >= 0
            ? Of(p, s, c, n)
            : null;

    private static void Share(decimal value, string name)
    {
        if (value is < 0 or > 1)
            throw new ArgumentOutOfRangeException(name, value, "A share lies between 0 and 1.");
    }
}
