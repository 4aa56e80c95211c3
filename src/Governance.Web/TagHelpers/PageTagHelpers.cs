using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Governance.Web.TagHelpers;

/// <summary>
/// Everything that is wrong on the page, in page order, each line leading to its field. The layout holds one, so pages
/// need not; a page that wants it elsewhere places its own and the layout's stays away.
/// </summary>
[HtmlTargetElement("g-error-summary", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ErrorSummaryTagHelper : TagHelper
{
    /// <summary>The page that is being written.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>The heading.</summary>
    public string Title { get; set; } = "There is a problem";

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var page = PageErrors.Of(ViewContext);
        output.TagName = null;
        if (page.SummaryPlaced)
            return;
        page.SummaryPlaced = true;
        output.Content.SetHtmlContent(new Summary(page, ViewContext.ViewData.ModelState, Title));
    }

    /// <summary>
    /// Put together only when the page is written out, because the fields that it lists come after it. Razor holds a page
    /// with a layout in memory until it is whole.
    /// </summary>
    sealed class Summary(PageErrors page, ModelStateDictionary state, string title) : IHtmlContent
    {
        public void WriteTo(TextWriter writer, HtmlEncoder encoder)
        {
            var lines = page.Lines(state);
            if (lines.Count == 0)
                return;
            var items = Markup.Join(lines.Select(line => line.FieldId is null
                ? Markup.Of($"<li>{line.Message}</li>")
                : Markup.Of($"<li><a href=\"#{line.FieldId}\">{line.Message}</a></li>")));
            Markup.Of($"""
                <div class="govuk-error-summary" data-module="govuk-error-summary"><div role="alert">
                <h2 class="govuk-error-summary__title">{title}</h2>
                <div class="govuk-error-summary__body"><ul class="govuk-list govuk-error-summary__list">{items}</ul></div>
                </div></div>
                """).WriteTo(writer, encoder);
        }
    }
}

/// <summary>The page's title, with <c>Error:</c> in front when the page shows an error. For the layout's head.</summary>
[HtmlTargetElement("title", Attributes = "g-page")]
public sealed class PageTitleTagHelper : TagHelper
{
    /// <summary>The page that is being written.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>What the page is called.</summary>
    [HtmlAttributeName("g-page")]
    public string? Page { get; set => field = Markup.OrNull(value); }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var service = await output.GetChildContentAsync();
        var error = PageErrors.Of(ViewContext).Any(ViewContext.ViewData.ModelState) ? "Error: " : null;
        output.Content.SetHtmlContent(Markup.Of($"{error}{Page}{(string.IsNullOrEmpty(Page) ? null : " – ")}{service}"));
    }
}

/// <summary>What a page says once, after a redirect.</summary>
public static class Notices
{
    internal const string Done = "notice.done";
    internal const string Important = "notice.important";

    /// <summary>Says on the next page that something has been done, for example "Vote recorded".</summary>
    public static void NoticeDone(this PageModel page, string text) => page.TempData[Done] = text;

    /// <summary>Says something important on the next page.</summary>
    public static void NoticeImportant(this PageModel page, string text) => page.TempData[Important] = text;
}

/// <summary>
/// A notification banner. Without content it shows what <see cref="Notices"/> left for this page, if anything (the layout
/// holds that one); with content it shows that.
/// </summary>
[HtmlTargetElement("g-banner", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class BannerTagHelper : TagHelper
{
    /// <summary>The page that is being written.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>The banner's heading: "Done" or "Important" when left out.</summary>
    public string? Title { get; set => field = Markup.OrNull(value); }

    /// <summary>True for good news.</summary>
    public bool Success { get; set; }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var content = await output.GetChildContentAsync();
        output.TagName = null;
        if (!content.IsEmptyOrWhiteSpace)
        {
            output.Content.SetHtmlContent(Banner(Success, content, context.UniqueId));
            return;
        }
        output.Content.SetHtmlContent(Markup.Join([Left(Notices.Done, true), Left(Notices.Important, false)]));
    }

    // Reading where nothing was left would make the framework send a cookie, and what anybody may read comes without one.
    IHtmlContent Left(string key, bool success) =>
        ViewContext.HttpContext.Request.Cookies.ContainsKey(CookieTempDataProvider.CookieName) && ViewContext.TempData.TryGetValue(key, out var text) && text is string words
            ? Banner(success, Markup.Of($"<p class=\"govuk-notification-banner__heading\">{words}</p>"), key.Replace('.', '-'))
            : Markup.None;

    IHtmlContent Banner(bool success, IHtmlContent content, string id) => Markup.Of($"""
        <div class="govuk-notification-banner{(success ? " govuk-notification-banner--success" : null)}" role="{(success ? "alert" : "region")}" aria-labelledby="banner-{id}" data-module="govuk-notification-banner">
        <div class="govuk-notification-banner__header"><h2 class="govuk-notification-banner__title" id="banner-{id}">{Title ?? (success ? "Done" : "Important")}</h2></div>
        <div class="govuk-notification-banner__content">{content}</div>
        </div>
        """);
}

/// <summary>A button that sends the form, or a link that looks like one when <see cref="Href"/> is given.</summary>
/// <example><code>&lt;g-button variant="secondary" name="action" value="save"&gt;Save for later&lt;/g-button&gt;</code></example>
[HtmlTargetElement("g-button")]
public sealed class ButtonTagHelper : TagHelper
{
    /// <summary><c>secondary</c>, <c>warning</c> or <c>inverse</c>. The primary button when left out: one per page.</summary>
    public string? Variant { get; set => field = Markup.OrNull(value); }

    /// <summary>Where a link leads that starts something. A button changes something; a link goes somewhere.</summary>
    public string? Href { get; set => field = Markup.OrNull(value); }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var classes = $"govuk-button{(Variant is null ? null : $" govuk-button--{Variant}")}";
        if (output.Attributes.TryGetAttribute("class", out var own))
            classes = $"{classes} {own.Value}";
        output.Attributes.SetAttribute("class", classes);
        output.Attributes.SetAttribute("data-module", "govuk-button");
        if (Href is not null)
        {
            output.TagName = "a";
            output.Attributes.SetAttribute("href", Href);
            output.Attributes.SetAttribute("role", "button");
            output.Attributes.SetAttribute("draggable", "false");
            return;
        }
        output.TagName = "button";
        if (!output.Attributes.ContainsName("type"))
            output.Attributes.SetAttribute("type", "submit");
        output.Attributes.SetAttribute("data-prevent-double-click", "true");
    }
}

/// <summary>Fields that belong together, under one legend. With <see cref="Name"/> it shows the errors of a whole row.</summary>
/// <example><code>&lt;g-fieldset legend="Recipient 1" name="rows[onward_use][0]"&gt;…&lt;/g-fieldset&gt;</code></example>
[HtmlTargetElement("g-fieldset")]
public sealed class FieldsetTagHelper : TagHelper
{
    /// <summary>The page that is being written.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>What the fields are about.</summary>
    public string Legend { get; set; } = "";

    /// <summary><c>s</c>, <c>m</c>, <c>l</c> or <c>xl</c>.</summary>
    public string LegendSize { get; set; } = "m";

    /// <summary>True when the legend is the page's first heading.</summary>
    public bool Heading { get; set; }

    /// <summary>Help below the legend.</summary>
    public string? Hint { get; set => field = Markup.OrNull(value); }

    /// <summary>The common start of the fields' names, whose own errors in model state are shown here.</summary>
    public string? Name { get; set => field = Markup.OrNull(value); }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var content = await output.GetChildContentAsync();
        var errors = Name is not null && ViewContext.ViewData.ModelState.TryGetValue(Name, out var entry) ? PageErrors.Messages(entry) : [];
        var id = Name is null ? $"group-{context.UniqueId}" : $"{TagBuilder.CreateSanitizedId(Name, "_")}-group";
        var described = string.Join(' ', errors.Select((_, i) => $"{id}-error-{i}").Prepend(Hint is null ? "" : $"{id}-hint")).Trim();
        var legend = Heading ? Markup.Of($"<h1 class=\"govuk-fieldset__heading\">{Legend}</h1>") : Markup.Of($"{Legend}");

        output.TagName = "div";
        output.Attributes.SetAttribute("class", $"govuk-form-group{(errors.Count > 0 ? " govuk-form-group--error" : null)}");
        output.Content.SetHtmlContent(Markup.Of($"""
            <fieldset class="govuk-fieldset"{Markup.Attributes(("aria-describedby", described.Length > 0 ? described : null))}><legend class="govuk-fieldset__legend govuk-fieldset__legend--{LegendSize}">{legend}</legend>
            {(Hint is null ? null : Markup.Of($"<div id=\"{id}-hint\" class=\"govuk-hint\">{Hint}</div>"))}{FieldTagHelper.ErrorParagraphs(errors, i => $"{id}-error-{i}")}{content}</fieldset>
            """));
    }
}
