using System.Text.RegularExpressions;

namespace Governance.Review.Proposals;

/// <summary>How hard a text is to read.</summary>
/// <param name="Age">The age in years at which most readers follow it, 5 to 22; null when there are no words.</param>
/// <param name="Words">Words counted.</param>
/// <param name="Sentences">Sentences counted.</param>
/// <param name="Score">The Automated Readability Index before rounding; 0 when there are no words.</param>
/// <param name="LongestSentences">Up to three sentences of more than 20 words, the longest first.</param>
/// <param name="HardWords">Up to ten words of ten letters or more, in small letters, the most used first.</param>
public sealed record ReadingAgeResult(int? Age, int Words, int Sentences, decimal Score, IReadOnlyList<string> LongestSentences, IReadOnlyList<string> HardWords);

/// <summary>
/// Estimates the reading age of English text with the Automated Readability Index (E. A. Smith and R. J. Senter, 1967):
/// 4.71 × letters and digits / words + 0.5 × words / sentences − 21.43, rounded up; a score of 1 stands for the first
/// school year, whose readers are 5 to 6 years old, so that the age is the score plus 5. It needs no guess at syllables,
/// so anyone can check it by counting. An estimate: a young reader knows better.
/// </summary>
public static partial class ReadingAge
{
    private const int LongSentence = 20;
    private const int HardWord = 10;

    /// <summary>Counts the text and applies the formula. A line break ends a sentence as a full stop does, for lists.</summary>
    public static ReadingAgeResult Of(string text)
    {
        var sentences = text.Split('\n')
            .SelectMany(line => SentenceEnd().Split(line))
            .Select(s => (Text: s.Trim(), Words: Word().Matches(s).Select(m => m.Value).ToList()))
            .Where(s => s.Words.Count > 0)
            .ToList();
        var words = sentences.SelectMany(s => s.Words).ToList();
        if (words.Count == 0)
            return new ReadingAgeResult(null, 0, 0, 0, [], []);

        var characters = words.Sum(w => w.Count(char.IsLetterOrDigit));
        var score = (4.71m * characters / words.Count) + (0.5m * words.Count / sentences.Count) - 21.43m;
        return new ReadingAgeResult(
            (int)Math.Clamp(Math.Ceiling(score) + 5, 5, 22),
            words.Count,
            sentences.Count,
            score,
            [.. sentences.Where(s => s.Words.Count > LongSentence).OrderByDescending(s => s.Words.Count).Take(3).Select(s => s.Text)],
            [.. words.Where(w => w.Count(char.IsLetter) >= HardWord).GroupBy(w => w.ToLowerInvariant(), StringComparer.Ordinal)
                .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(10).Select(g => g.Key)]);
    }

    /// <summary>The number of words, counted as the formula counts them.</summary>
    internal static int CountWords(string text) => Word().Count(text);

    // A full stop inside a number ("0.5") or an abbreviation ("e.g. this") ends no sentence: white space and no small letter must follow.
    [GeneratedRegex(@"(?<=[.!?…]['""”’)]*)\s+(?![\p{Ll}\s])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"[\p{L}\p{N}]+(['’.,-][\p{L}\p{N}]+)*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Word();
}
