using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Governance.Review.Proposals;
using Microsoft.AspNetCore.Html;

namespace Governance.Web.Components;

/// <summary>
/// Draws a hundred flagged young people, so that the share of wrong flags can be seen and not only read (concern T3).
/// Wrong flags are hollow with a cross, right ones are filled: the shapes differ, not the colours alone (WCAG 2.2, 1.4.1).
/// </summary>
public static class StageFalsePositives
{
    const int Across = 20;
    const int Step = 22;

    /// <summary>The picture as an <c>svg</c> element that needs neither style nor script; nothing where nobody would be flagged.</summary>
    public static IHtmlContent Render(FalsePositiveResult result, string id = "wrong-flags")
    {
        if (result.WronglyFlaggedPer100 is not { } wrong) return HtmlString.Empty;
        var rows = 100 / Across;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg id="{id}" class="app-wrong-flags" role="img" aria-labelledby="{id}-title" viewBox="0 0 {Across * Step} {rows * Step}" width="100%" preserveAspectRatio="xMinYMin meet">
            <title id="{id}-title">{HtmlEncoder.Default.Encode(result.Sentence)}</title>

            """);
        for (var i = 0; i < 100; i++)
        {
            var (x, y) = ((i % Across * Step) + 11, (i / Across * Step) + 11);
            svg.Append(i < wrong
                ? string.Create(CultureInfo.InvariantCulture, $"""<circle cx="{x}" cy="{y}" r="8" fill="#ffffff" stroke="#942514" stroke-width="2"/><path d="M{x - 4} {y - 4}L{x + 4} {y + 4}M{x + 4} {y - 4}L{x - 4} {y + 4}" stroke="#942514" stroke-width="2"/>""")
                : string.Create(CultureInfo.InvariantCulture, $"""<circle cx="{x}" cy="{y}" r="9" fill="#0f5f6b"/>"""));
        }

        svg.Append("</svg>\n");
        return new HtmlString(svg.ToString());
    }
}
