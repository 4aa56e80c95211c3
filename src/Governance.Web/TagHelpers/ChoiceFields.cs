using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Governance.Web.TagHelpers;

/// <summary>One thing that can be chosen.</summary>
/// <param name="Value">What the form posts.</param>
/// <param name="Text">What people read.</param>
/// <param name="Hint">Help below it; not shown in a select.</param>
public sealed record Choice(string Value, string Text, string? Hint = null);

/// <summary>
/// One choice of <c>g-radios</c>, <c>g-checkboxes</c> or <c>g-select</c>. Its content is its text; when
/// <see cref="Text"/> is given, the content is what is asked further once it is chosen.
/// </summary>
[HtmlTargetElement("g-option", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class OptionTagHelper : TagHelper
{
    /// <summary>What the form posts.</summary>
    public string Value { get; set; } = "";

    /// <summary>What people read, when the content holds further questions.</summary>
    public string? Text { get; set => field = Markup.OrNull(value); }

    /// <summary>Help below the choice.</summary>
    public string? Hint { get; set => field = Markup.OrNull(value); }

    /// <summary>For a checkbox such as "None of these", which unticks all others where scripts run.</summary>
    public bool Exclusive { get; set; }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var options = ChoiceTagHelper.OptionsOf(context);
        // Fields that stand in a choice's further questions have options of their own.
        context.Items.Remove(typeof(ChoiceTagHelper));
        var content = await output.GetChildContentAsync();
        options.Add(new(Value, Text is null ? new HtmlString(content.GetContent()) : Markup.Of($"{Text}"), Hint, Exclusive,
            Text is null || content.IsEmptyOrWhiteSpace ? null : new HtmlString(content.GetContent())));
        output.SuppressOutput();
    }
}

/// <summary>What radios, checkboxes and selects share: their choices.</summary>
public abstract class ChoiceTagHelper : FieldTagHelper
{
    List<OptionParts> options = [];

    /// <summary>Choices that come from data. They stand before those that are written as <c>g-option</c>.</summary>
    public IEnumerable<Choice>? Items { get; set; }

    internal IReadOnlyList<OptionParts> Options =>
        [.. (Items ?? []).Select(c => new OptionParts(c.Value, Markup.Of($"{c.Text}"), c.Hint, false, null)), .. options];

    internal static List<OptionParts> OptionsOf(TagHelperContext context) =>
        context.Items.TryGetValue(typeof(ChoiceTagHelper), out var list) && list is List<OptionParts> options
            ? options
            : throw new InvalidOperationException("g-option belongs into g-radios, g-checkboxes or g-select.");

    /// <inheritdoc/>
    protected override void Prepare(TagHelperContext context)
    {
        options = [];
        context.Items[typeof(ChoiceTagHelper)] = options;
    }

    // What a choice asks further is hidden by the stylesheet until it is chosen. GOV.UK's script would do so with an
    // aria-expanded that radios and checkboxes must not have.
    private protected IHtmlContent Boxes(string block, string type, string? classes, IHtmlContent attributes)
    {
        var shown = Options;
        var items = shown.Select((option, i) =>
        {
            var id = i == 0 ? FieldId : string.Create(CultureInfo.InvariantCulture, $"{FieldId}-{i + 1}");
            var isChosen = Values.Contains(option.Value, StringComparer.Ordinal);
            var hintId = option.Hint is null ? null : $"{id}-item-hint";
            var input = Markup.Attributes(("class", $"govuk-{block}__input"), ("id", id), ("name", FieldName), ("type", type), ("value", option.Value),
                ("checked", isChosen ? "" : null), ("aria-describedby", hintId), ("data-behaviour", option.Exclusive ? "exclusive" : null));
            return Markup.Of($"""
                {(option.Exclusive && i > 0 ? Markup.Of($"<div class=\"govuk-{block}__divider\">or</div>") : null)}<div class="govuk-{block}__item"><input{input}{attributes}><label class="govuk-label govuk-{block}__label" for="{id}">{option.Text}</label>{(hintId is null ? null : Markup.Of($"<div id=\"{hintId}\" class=\"govuk-hint govuk-{block}__hint\">{option.Hint}</div>"))}</div>{(option.Further is null ? null : Markup.Of($"<div class=\"govuk-{block}__conditional\">{option.Further}</div>"))}
                """);
        });
        return Markup.Of($"<div class=\"govuk-{block}{classes}\"{(block == "checkboxes" ? " data-module=\"govuk-checkboxes\"" : null)}>{Markup.Join(items)}</div>");
    }

    internal sealed record OptionParts(string Value, IHtmlContent Text, string? Hint, bool Exclusive, IHtmlContent? Further);
}

/// <summary>One of a few.</summary>
/// <example><code>&lt;g-radios for="Vote" label="Your vote"&gt;&lt;g-option value="approve"&gt;Approve&lt;/g-option&gt;&lt;/g-radios&gt;</code></example>
[HtmlTargetElement("g-radios", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class RadiosTagHelper : ChoiceTagHelper
{
    /// <summary>True to put two short choices side by side.</summary>
    public bool Inline { get; set; }

    /// <summary>True for small radios, where a page has many.</summary>
    public bool Small { get; set; }

    /// <inheritdoc/>
    protected override bool IsGroup => true;

    /// <inheritdoc/>
    protected override IHtmlContent Control(IHtmlContent attributes, TagHelperContent children) =>
        Boxes("radios", "radio", $"{(Inline ? " govuk-radios--inline" : null)}{(Small ? " govuk-radios--small" : null)}", attributes);
}

/// <summary>Any of a few. The form posts the name once for each that is ticked.</summary>
/// <example><code>&lt;g-checkboxes name="answers[platforms]" values="@chosen" label="Platforms" items="@platforms" /&gt;</code></example>
[HtmlTargetElement("g-checkboxes", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class CheckboxesTagHelper : ChoiceTagHelper
{
    IEnumerable<string>? given;

    /// <summary>The values that are ticked, for a field without <c>for</c>.</summary>
    [HtmlAttributeName("values")]
    public IEnumerable<string>? Ticked { get => given; set => given = value; }

    /// <summary>True for small checkboxes, where a page has many.</summary>
    public bool Small { get; set; }

    /// <inheritdoc/>
    protected override bool IsGroup => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Given => given is null ? base.Given : [.. given];

    /// <inheritdoc/>
    protected override IHtmlContent Control(IHtmlContent attributes, TagHelperContent children) =>
        Boxes("checkboxes", "checkbox", Small ? " govuk-checkboxes--small" : null, attributes);
}

/// <summary>One of many, from a list that drops down.</summary>
/// <example><code>&lt;g-select for="Input.Type" label="Type" items="@types" empty="Choose one" /&gt;</code></example>
[HtmlTargetElement("g-select", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class SelectTagHelper : ChoiceTagHelper
{
    /// <summary>The text of a first choice without a value. None when left out.</summary>
    public string? Empty { get; set => field = Markup.OrNull(value); }

    /// <inheritdoc/>
    protected override IHtmlContent Control(IHtmlContent attributes, TagHelperContent children)
    {
        var all = Options.Select(o => Markup.Of($"<option value=\"{o.Value}\"{Markup.Attributes(("selected", string.Equals(o.Value, Current, StringComparison.Ordinal) ? "" : null))}>{o.Text}</option>"));
        if (Empty is not null)
            all = all.Prepend(Markup.Of($"<option value=\"\">{Empty}</option>"));
        return Markup.Of($"<select class=\"govuk-select{ErrorSuffix(" govuk-select--error")}\" id=\"{FieldId}\" name=\"{FieldName}\"{Markup.Attributes(("aria-describedby", DescribedBy))}{attributes}>{Markup.Join(all)}</select>");
    }
}
