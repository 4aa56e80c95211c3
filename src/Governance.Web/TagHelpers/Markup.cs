using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Governance.Web.TagHelpers;

/// <summary>Writes HTML so that everything that is put into it is encoded unless it is already HTML.</summary>
static class Markup
{
    /// <summary>
    /// An attribute as the page meant it. Razor hands an empty text to a helper where the page wrote an expression that is
    /// null, so an empty text counts as an attribute left out.
    /// </summary>
    public static string? OrNull(string? attribute) => string.IsNullOrEmpty(attribute) ? null : attribute;

    /// <summary>No content at all.</summary>
    public static readonly IHtmlContent None = new HtmlString("");

    /// <summary>
    /// An interpolated string as HTML: the literal parts are kept, each hole is encoded, a hole that holds
    /// <see cref="IHtmlContent"/> is written as it is, and a hole that holds null is left out.
    /// </summary>
    public static IHtmlContent Of(FormattableString html) =>
        new HtmlFormattableString(CultureInfo.InvariantCulture, html.Format, html.GetArguments());

    /// <summary>The parts one after the other.</summary>
    public static IHtmlContent Join(IEnumerable<IHtmlContent> parts)
    {
        var all = new HtmlContentBuilder();
        foreach (var part in parts)
            all.AppendHtml(part);
        return all;
    }

    /// <summary>Attributes with a leading space each. Those whose value is null are left out.</summary>
    public static IHtmlContent Attributes(params (string Name, string? Value)[] attributes) =>
        Join(attributes.Where(a => a.Value is not null).Select(a => Of($" {a.Name}=\"{a.Value}\"")));

    /// <summary>
    /// Takes the attributes that a page wrote on a helper's element and that the helper does not know, so that they
    /// can be written on the control (autocomplete, inputmode, data-…). Style attributes are refused: the site's
    /// content security policy would ignore them in silence.
    /// </summary>
    public static IHtmlContent Take(TagHelperAttributeList attributes)
    {
        var taken = attributes.ToArray();
        attributes.Clear();
        if (taken.FirstOrDefault(a => string.Equals(a.Name, "style", StringComparison.OrdinalIgnoreCase)) is not null)
            throw new InvalidOperationException("A style attribute has no effect under this site's content security policy. Use a class.");
        return Join(taken.Select(a => Of($" {a}")));
    }

    /// <summary>What the content comes to, as text of HTML.</summary>
    public static string Render(IHtmlContent content)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        content.WriteTo(writer, HtmlEncoder.Default);
        return writer.ToString();
    }
}
