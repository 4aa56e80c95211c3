namespace Governance.Review.Proposals;

/// <summary>How hard a text is to read.</summary>
/// <param name="Age">The age in years at which most readers follow it, 5 to 22; null when there are no words.</param>
/// <param name="Words">Words counted.</param>
/// <param name="Sentences">Sentences counted.</param>
/// <param name="Score">The Automated Readability Index before rounding.</param>
/// <param name="LongestSentences">Up to three sentences of more than 20 words, the longest first.</param>
/// <param name="HardWords">Up to ten words of ten letters or more, the most used first.</param>
public sealed record ReadingAgeResult(int? Age, int Words, int Sentences, decimal Score, IReadOnlyList<string> LongestSentences, IReadOnlyList<string> HardWords);

/// <summary>Estimates the reading age of English text.</summary>
public static class ReadingAge
{
    /// <summary>Counts the text and applies the formula.</summary>
    public static ReadingAgeResult Of(string text) => throw new NotSupportedException("Follows.");
}
