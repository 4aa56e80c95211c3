using System.Globalization;
using Governance.Review.Proposals;
using Governance.Web.TagHelpers;
using Microsoft.AspNetCore.Html;

namespace Governance.Web.Components;

/// <summary>
/// What a method's numbers come to, for people who do not read percentages: a hundred young people whom it flags, each a
/// sign. Wrongly flagged is told by form as well as by colour, and once more in words (WCAG 2.2, 1.4.1 and 1.1.1).
/// </summary>
public sealed record FlaggedPicture(FalsePositiveResult Result, long People)
{
    // Where nobody has said yet how many people it is about, shares are as plain of a round number.
    const long WhenUnknown = 10_000;

    const int Step = 20;

    public string Sentence => Result.Sentence;

    public bool AnyFlagged => Result.WronglyFlaggedPer100 is not null;

    public static FlaggedPicture? From(Answers answers)
    {
        var people = answers.Number("people_count") is > 0 and <= 100_000_000 and var n ? n : WhenUnknown;
        var result = FalsePositives.From(answers.With("people_count", people.ToString(CultureInfo.InvariantCulture)));
        return result is null ? null : new FlaggedPicture(result, people);
    }

    /// <summary>A count of people, to the nearest whole one.</summary>
    public static string Whole(decimal count) => Math.Round(count, MidpointRounding.AwayFromZero).ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Ten rows of ten: the wrongly flagged first.</summary>
    public IHtmlContent Svg()
    {
        var wrong = Result.WronglyFlaggedPer100 ?? 0;
        return Markup.Of($"""
            <svg class="app-dots" viewBox="0 0 {10 * Step} {10 * Step}" width="{10 * Step}" height="{10 * Step}" role="img" aria-label="{Sentence}" focusable="false">{Markup.Join(Enumerable.Range(0, 100).Select(i => Sign(i, i < wrong)))}</svg>
            """);
    }

    static IHtmlContent Sign(int i, bool wrong)
    {
        var (x, y) = (i % 10 * Step, i / 10 * Step);
        return wrong
            ? Markup.Of($"<path class=\"app-dots__wrong\" d=\"M{x + 5} {y + 5}l10 10m0 -10l-10 10\" fill=\"none\" stroke=\"#b3261e\" stroke-width=\"3\"/>")
            : Markup.Of($"<circle class=\"app-dots__right\" cx=\"{x + 10}\" cy=\"{y + 10}\" r=\"6\" fill=\"#0f5f6b\"/>");
    }
}
