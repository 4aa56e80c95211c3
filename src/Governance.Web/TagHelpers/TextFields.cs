using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Governance.Web.TagHelpers;

/// <summary>A single line of text. A password is never written back.</summary>
/// <example><code>&lt;g-input for="Input.Title" label="Title" hint="As it will appear in public" /&gt;</code></example>
[HtmlTargetElement("g-input", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class InputTagHelper : FieldTagHelper
{
    /// <summary>The input's type, <c>text</c> when left out.</summary>
    public string Type { get; set; } = "text";

    /// <summary>How many characters wide: 2, 3, 4, 5, 10, 20 or 30. The full column when left out.</summary>
    public int? Width { get; set; }

    /// <summary>What stands in front of the input, such as £.</summary>
    public string? Prefix { get; set => field = Markup.OrNull(value); }

    /// <summary>What stands behind the input, such as "days".</summary>
    public string? Suffix { get; set => field = Markup.OrNull(value); }

    /// <inheritdoc/>
    protected override IHtmlContent Control(IHtmlContent attributes, TagHelperContent children)
    {
        var secret = string.Equals(Type, "password", StringComparison.OrdinalIgnoreCase);
        var width = Width is { } w ? string.Create(CultureInfo.InvariantCulture, $" govuk-input--width-{w}") : null;
        var input = Markup.Of($"<input class=\"govuk-input{width}{ErrorSuffix(" govuk-input--error")}\" id=\"{FieldId}\" name=\"{FieldName}\" type=\"{Type}\"{Markup.Attributes(("value", secret ? null : Current), ("aria-describedby", DescribedBy))}{attributes}>");
        return Prefix is null && Suffix is null
            ? input
            : Markup.Of($"<div class=\"govuk-input__wrapper\">{Affix(Prefix, "prefix")}{input}{Affix(Suffix, "suffix")}</div>");
    }

    static IHtmlContent? Affix(string? text, string place) =>
        text is null ? null : Markup.Of($"<div class=\"govuk-input__{place}\" aria-hidden=\"true\">{text}</div>");
}

/// <summary>Several lines of text, with a count of what is left when there is a limit.</summary>
/// <example><code>&lt;g-textarea name="answers[lay_summary]" value="@text" label="Summary" max-words="200" /&gt;</code></example>
[HtmlTargetElement("g-textarea", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class TextareaTagHelper : FieldTagHelper
{
    /// <summary>How many lines are shown.</summary>
    public int Rows { get; set; } = 5;

    /// <summary>The most characters that may be typed. It is said and counted, not enforced: the validator refuses.</summary>
    public int? MaxLength { get; set; }

    /// <summary>The most words that may be typed, instead of characters.</summary>
    public int? MaxWords { get; set; }

    bool Counted => MaxLength is not null || MaxWords is not null;

    /// <inheritdoc/>
    protected override string? FurtherDescription => Counted ? $"{FieldId}-info" : null;

    /// <inheritdoc/>
    protected override IHtmlContent Group(IHtmlContent content)
    {
        if (!Counted)
            return base.Group(content);
        var limit = MaxWords is { } words ? ("data-maxwords", Text(words)) : ("data-maxlength", Text(MaxLength));
        return Markup.Of($"<div class=\"govuk-form-group govuk-character-count{ErrorSuffix(" govuk-form-group--error")}\" data-module=\"govuk-character-count\"{Markup.Attributes(limit)}>{content}</div>");
    }

    /// <inheritdoc/>
    protected override IHtmlContent Control(IHtmlContent attributes, TagHelperContent children)
    {
        // The line break after the start tag is dropped by HTML parsers, so that a text's own first line break stays.
        var area = Markup.Of($"<textarea class=\"govuk-textarea{(Counted ? " govuk-js-character-count" : null)}{ErrorSuffix(" govuk-textarea--error")}\" id=\"{FieldId}\" name=\"{FieldName}\" rows=\"{Rows}\"{Markup.Attributes(("aria-describedby", DescribedBy))}{attributes}>\n{Current}</textarea>");
        if (!Counted)
            return area;
        var limit = MaxWords is { } words ? $"{Text(words)} words" : $"{Text(MaxLength)} characters";
        return Markup.Of($"{area}<div id=\"{FieldId}-info\" class=\"govuk-hint govuk-character-count__message\">You can enter up to {limit}</div>");
    }
}

/// <summary>A file to upload. The form needs <c>enctype="multipart/form-data"</c>.</summary>
/// <example><code>&lt;g-file for="Upload" label="Upload the assessment" accept=".pdf,.docx" /&gt;</code></example>
[HtmlTargetElement("g-file", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class FileTagHelper : FieldTagHelper
{
    /// <inheritdoc/>
    protected override IHtmlContent Control(IHtmlContent attributes, TagHelperContent children) =>
        Markup.Of($"<input class=\"govuk-file-upload{ErrorSuffix(" govuk-file-upload--error")}\" id=\"{FieldId}\" name=\"{FieldName}\" type=\"file\"{Markup.Attributes(("aria-describedby", DescribedBy))}{attributes}>");
}
