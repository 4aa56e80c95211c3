using System.Collections;
using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Primitives;

namespace Governance.Web.TagHelpers;

/// <summary>
/// What all form fields share: a name and an id, a label, a hint, errors, and the value that was typed. A field is given
/// either by <see cref="For"/> (a property of the page's model) or by <see cref="Name"/> with <see cref="Value"/> (forms
/// that are made from data). Errors and typed values come from model state under the field's name in both cases.
/// </summary>
/// <remarks>Attributes that a helper does not know are written on the control itself.</remarks>
public abstract class FieldTagHelper : TagHelper
{
    /// <summary>The page that is being written.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>The model's property, for example <c>for="Input.Title"</c>.</summary>
    public ModelExpression? For { get; set; }

    /// <summary>The name that the form posts, for example <c>answers[lay_summary]</c>. Wins over <see cref="For"/>.</summary>
    public string? Name { get; set => field = Markup.OrNull(value); }

    /// <summary>The control's id. Made from the name when left out.</summary>
    public string? Id { get; set => field = Markup.OrNull(value); }

    /// <summary>The value to show. What the user typed in a refused form, if it is in model state, wins over it.</summary>
    public string? Value { get; set; }

    /// <summary>What is wrong, when it is not in model state.</summary>
    public string? Error { get; set => field = Markup.OrNull(value); }

    /// <summary>The label, or the legend of a group of controls. Falls back to the property's display name.</summary>
    public string? Label { get; set => field = Markup.OrNull(value); }

    /// <summary>How large the label is: <c>s</c>, <c>m</c>, <c>l</c> or <c>xl</c>. Plain when left out.</summary>
    public string? LabelSize { get; set => field = Markup.OrNull(value); }

    /// <summary>True when the label is the page's only question, and so its first heading.</summary>
    public bool Heading { get; set; }

    /// <summary>Help below the label.</summary>
    public string? Hint { get; set => field = Markup.OrNull(value); }

    /// <summary>True to say "(optional)" after the label.</summary>
    public bool Optional { get; set; }

    /// <summary>The name that the form posts.</summary>
    protected string FieldName =>
        Name ?? (For is null
            ? throw new InvalidOperationException($"{GetType().Name} needs either for or name.")
            : ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name));

    /// <summary>The id of the control, or of the first control of a group: where the error summary leads.</summary>
    protected string FieldId => Id ?? TagBuilder.CreateSanitizedId(FieldName, "_");

    /// <summary>What is wrong with the field, once the field is being written.</summary>
    protected IReadOnlyList<string> Errors { get; private set; } = [];

    /// <summary>The ids that describe the control, or null when there are none.</summary>
    protected string? DescribedBy { get; private set; }

    /// <summary>The values to show: what was typed, else what was given, else the model's.</summary>
    protected IReadOnlyList<string> Values => Typed ?? Given;

    /// <summary>The single value to show.</summary>
    protected string? Current => Values.Count > 0 ? Values[0] : null;

    /// <summary>The values that the page gave, by attribute or by model.</summary>
    protected virtual IReadOnlyList<string> Given => Value is not null ? [Value] : Texts(For?.Model);

    /// <summary>Whether label, hint and errors belong to a group of controls (fieldset and legend) and not to one.</summary>
    protected virtual bool IsGroup => false;

    IReadOnlyList<string>? Typed => Entry?.RawValue switch
    {
        null => null,
        string one => [one],
        string?[] many => [.. many.Select(v => v ?? "")],
        StringValues many => [.. many.Select(v => v ?? "")],
        _ => Entry.AttemptedValue is { } text ? [text] : null,
    };

    ModelStateEntry? Entry => ViewContext.ViewData.ModelState.TryGetValue(FieldName, out var entry) ? entry : null;

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        Prepare(context);
        var children = await output.GetChildContentAsync();

        Errors = Error is not null ? [Error] : Entry is { Errors.Count: > 0 } entry ? PageErrors.Messages(entry) : [];
        PageErrors.Of(ViewContext).Add(FieldName, FieldId, Errors);

        var hint = HintContent();
        var described = Errors.Select((_, i) => ErrorId(i));
        if (hint is not null)
            described = described.Prepend($"{FieldId}-hint");
        if (FurtherDescription is { } further)
            described = described.Append(further);
        DescribedBy = string.Join(' ', described) is { Length: > 0 } ids ? ids : null;

        var text = Label ?? For?.Metadata.GetDisplayName() ?? throw new InvalidOperationException($"The field {FieldName} has no label.");
        var control = Control(Markup.Take(output.Attributes), children);
        var help = Markup.Of($"{(hint is null ? null : Markup.Of($"<div id=\"{FieldId}-hint\" class=\"govuk-hint\">{hint}</div>"))}{ErrorContent()}");
        var optional = Optional ? " (optional)" : null;

        output.TagName = null;
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Content.SetHtmlContent(Group(IsGroup ? Fieldset($"{text}{optional}", help, control) : Labelled($"{text}{optional}", help, control)));
    }

    /// <summary>Runs before the children, which may report to what is put into the context.</summary>
    protected virtual void Prepare(TagHelperContext context)
    {
    }

    /// <summary>A further id that describes the control, such as that of a count of characters.</summary>
    protected virtual string? FurtherDescription => null;

    /// <summary>The control without label, hint and errors.</summary>
    protected abstract IHtmlContent Control(IHtmlContent attributes, TagHelperContent children);

    /// <summary>The div around everything.</summary>
    protected virtual IHtmlContent Group(IHtmlContent content) =>
        Markup.Of($"<div class=\"govuk-form-group{ErrorSuffix(" govuk-form-group--error")}\">{content}</div>");

    /// <summary>The hint's text or HTML, or null.</summary>
    protected virtual IHtmlContent? HintContent() => Hint is null ? null : Markup.Of($"{Hint}");

    /// <summary>The class when there is an error, else nothing.</summary>
    protected string? ErrorSuffix(string whenWrong) => Errors.Count > 0 ? whenWrong : null;

    /// <summary>A value as the text that a form would post for it, in no culture.</summary>
    protected static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        bool yes => yes ? "true" : "false",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Enum choice => choice.ToString(),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    static IReadOnlyList<string> Texts(object? model) => model switch
    {
        null => [],
        string text => [text],
        IEnumerable many => [.. many.Cast<object?>().Select(Text).OfType<string>()],
        _ => [Text(model) ?? ""],
    };

    string ErrorId(int i) => i == 0 ? $"{FieldId}-error" : $"{FieldId}-error-{i + 1}";

    IHtmlContent ErrorContent() => ErrorParagraphs(Errors, ErrorId);

    internal static IHtmlContent ErrorParagraphs(IReadOnlyList<string> errors, Func<int, string> id) => Markup.Join(errors.Select((message, i) =>
        Markup.Of($"<p id=\"{id(i)}\" class=\"govuk-error-message\"><span class=\"govuk-visually-hidden\">Error:</span> {message}</p>")));

    IHtmlContent Labelled(string text, IHtmlContent help, IHtmlContent control)
    {
        var label = Markup.Of($"<label class=\"govuk-label{Size("govuk-label")}\" for=\"{FieldId}\">{text}</label>");
        return Markup.Of($"{(Heading ? Markup.Of($"<h1 class=\"govuk-label-wrapper\">{label}</h1>") : label)}{help}{control}");
    }

    IHtmlContent Fieldset(string text, IHtmlContent help, IHtmlContent control)
    {
        var legend = Heading ? Markup.Of($"<h1 class=\"govuk-fieldset__heading\">{text}</h1>") : Markup.Of($"{text}");
        return Markup.Of($"<fieldset class=\"govuk-fieldset\"{Markup.Attributes(("aria-describedby", DescribedBy))}><legend class=\"govuk-fieldset__legend{Size("govuk-fieldset__legend")}\">{legend}</legend>{help}{control}</fieldset>");
    }

    string? Size(string block) => (LabelSize ?? (Heading ? "l" : null)) is { } size ? $" {block}--{size}" : null;
}
