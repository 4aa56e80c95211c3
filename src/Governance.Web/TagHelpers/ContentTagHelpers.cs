using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Governance.Web.TagHelpers;

/// <summary>A status in a word or two. The words carry the meaning; the colour only helps.</summary>
/// <example><code>&lt;g-tag colour="green"&gt;Approved&lt;/g-tag&gt;</code></example>
[HtmlTargetElement("g-tag")]
public sealed class StatusTagHelper : TagHelper
{
    /// <summary><c>grey</c>, <c>green</c>, <c>teal</c>, <c>blue</c>, <c>purple</c>, <c>magenta</c>, <c>red</c>, <c>orange</c> or <c>yellow</c>.</summary>
    public string? Colour { get; set => field = Markup.OrNull(value); }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "strong";
        output.Attributes.SetAttribute("class", ClassFor(Colour));
    }

    internal static string ClassFor(string? colour) => colour is null ? "govuk-tag" : $"govuk-tag govuk-tag--{colour}";
}

/// <summary>More for those who want it, behind a line to open.</summary>
[HtmlTargetElement("g-details")]
public sealed class DetailsTagHelper : TagHelper
{
    /// <summary>The line that opens it.</summary>
    public string Summary { get; set; } = "";

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var content = await output.GetChildContentAsync();
        output.TagName = "details";
        output.Attributes.SetAttribute("class", "govuk-details");
        output.Content.SetHtmlContent(Markup.Of($"<summary class=\"govuk-details__summary\"><span class=\"govuk-details__summary-text\">{Summary}</span></summary><div class=\"govuk-details__text\">{content}</div>"));
    }
}

/// <summary>Words set apart from the rest.</summary>
[HtmlTargetElement("g-inset")]
public sealed class InsetTagHelper : TagHelper
{
    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "div";
        output.Attributes.SetAttribute("class", "govuk-inset-text");
    }
}

/// <summary>What goes wrong if it is overlooked.</summary>
[HtmlTargetElement("g-warning")]
public sealed class WarningTagHelper : TagHelper
{
    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var content = await output.GetChildContentAsync();
        output.TagName = "div";
        output.Attributes.SetAttribute("class", "govuk-warning-text");
        output.Content.SetHtmlContent(Markup.Of($"<span class=\"govuk-warning-text__icon\" aria-hidden=\"true\">!</span><strong class=\"govuk-warning-text__text\"><span class=\"govuk-visually-hidden\">Warning</span> {content}</strong>"));
    }
}

/// <summary>The end of a task: what has been done, and the reference to keep. Its title is the page's first heading.</summary>
[HtmlTargetElement("g-panel", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class PanelTagHelper : TagHelper
{
    /// <summary>What has been done.</summary>
    public string Title { get; set; } = "";

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var content = await output.GetChildContentAsync();
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "govuk-panel govuk-panel--confirmation");
        output.Content.SetHtmlContent(Markup.Of($"<h1 class=\"govuk-panel__title\">{Title}</h1>{(content.IsEmptyOrWhiteSpace ? null : Markup.Of($"<div class=\"govuk-panel__body\">{content}</div>"))}"));
    }
}

/// <summary>Questions and answers, or names and values.</summary>
/// <example><code>&lt;g-summary-list&gt;&lt;g-summary-row key="Title" value="@title" action-href="/…"/&gt;&lt;/g-summary-list&gt;</code></example>
[HtmlTargetElement("g-summary-list")]
public sealed class SummaryListTagHelper : TagHelper
{
    /// <summary>Puts the list on a card with this title.</summary>
    public string? CardTitle { get; set => field = Markup.OrNull(value); }

    /// <summary>True to leave out the lines between the rows.</summary>
    public bool NoBorder { get; set; }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var rows = new List<Row>();
        context.Items[typeof(SummaryListTagHelper)] = rows;
        await output.GetChildContentAsync();

        var acts = rows.Any(r => r.ActionHref is not null);
        var list = Markup.Of($"<dl class=\"govuk-summary-list{(NoBorder ? " govuk-summary-list--no-border" : null)}\">{Markup.Join(rows.Select(r => Line(r, acts)))}</dl>");
        output.TagName = null;
        output.Content.SetHtmlContent(CardTitle is null ? list : Markup.Of($"""
            <div class="govuk-summary-card"><div class="govuk-summary-card__title-wrapper"><h2 class="govuk-summary-card__title">{CardTitle}</h2></div>
            <div class="govuk-summary-card__content">{list}</div></div>
            """));
    }

    IHtmlContent Line(Row row, bool acts)
    {
        var card = CardTitle is null ? null : $" ({CardTitle})";
        var action = row.ActionHref is null ? null : Markup.Of($"<dd class=\"govuk-summary-list__actions\"><a class=\"govuk-link\" href=\"{row.ActionHref}\">{row.ActionText}<span class=\"govuk-visually-hidden\"> {row.ActionHidden ?? row.Key}{card}</span></a></dd>");
        return Markup.Of($"<div class=\"govuk-summary-list__row{(acts && action is null ? " govuk-summary-list__row--no-actions" : null)}\"><dt class=\"govuk-summary-list__key\">{row.Key}</dt><dd class=\"govuk-summary-list__value\">{row.Value}</dd>{action}</div>");
    }

    internal sealed record Row(string Key, IHtmlContent Value, string? ActionHref, string ActionText, string? ActionHidden);
}

/// <summary>One row of <c>g-summary-list</c>. Its value is <see cref="Value"/>, or its content.</summary>
[HtmlTargetElement("g-summary-row", ParentTag = "g-summary-list", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class SummaryRowTagHelper : TagHelper
{
    /// <summary>The question or name.</summary>
    public string Key { get; set; } = "";

    /// <summary>The answer; its line breaks are kept. Give content instead for anything but text.</summary>
    public string? Value { get; set; }

    /// <summary>Where the row's link leads.</summary>
    public string? ActionHref { get; set => field = Markup.OrNull(value); }

    /// <summary>The link's words.</summary>
    public string ActionText { get; set; } = "Change";

    /// <summary>What follows the link's words for screen readers: the key when left out.</summary>
    public string? ActionHidden { get; set => field = Markup.OrNull(value); }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var content = await output.GetChildContentAsync();
        IHtmlContent value = content.IsEmptyOrWhiteSpace
            ? string.IsNullOrWhiteSpace(Value) ? Markup.Of($"<span class=\"app-quiet\">Not given</span>") : Markup.Of($"<span class=\"app-lines\">{Value}</span>")
            : new HtmlString(content.GetContent());
        ((List<SummaryListTagHelper.Row>)context.Items[typeof(SummaryListTagHelper)]).Add(new(Key, value, ActionHref, ActionText, ActionHidden));
        output.SuppressOutput();
    }
}

/// <summary>The tasks of a long form, each with where it stands.</summary>
[HtmlTargetElement("g-task-list")]
public sealed class TaskListTagHelper : TagHelper
{
    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "ul";
        output.Attributes.SetAttribute("class", "govuk-task-list");
    }
}

/// <summary>One task of <c>g-task-list</c>.</summary>
/// <example><code>&lt;g-task title="Data" href="/…/data" status="Not started" colour="blue" /&gt;</code></example>
[HtmlTargetElement("g-task", ParentTag = "g-task-list", TagStructure = TagStructure.WithoutEndTag)]
public sealed class TaskTagHelper : TagHelper
{
    /// <summary>What the task is called.</summary>
    public string Title { get; set; } = "";

    /// <summary>Where it is done. Left out when it cannot be started yet.</summary>
    public string? Href { get; set => field = Markup.OrNull(value); }

    /// <summary>Help below the title.</summary>
    public string? Hint { get; set => field = Markup.OrNull(value); }

    /// <summary>Where it stands, in words.</summary>
    public string Status { get; set; } = "";

    /// <summary>The status's colour, see <c>g-tag</c>. Plain text when left out: for what needs no more attention.</summary>
    public string? Colour { get; set => field = Markup.OrNull(value); }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var id = $"task-{context.UniqueId}";
        var hint = Hint is null ? null : Markup.Of($"<div id=\"{id}-hint\" class=\"govuk-task-list__hint\">{Hint}</div>");
        var described = Hint is null ? $"{id}-status" : $"{id}-hint {id}-status";
        var title = Href is null
            ? Markup.Of($"<div>{Title}</div>")
            : Markup.Of($"<a class=\"govuk-link govuk-task-list__link\" href=\"{Href}\" aria-describedby=\"{described}\">{Title}</a>");
        var status = Colour is null ? Markup.Of($"{Status}") : Markup.Of($"<strong class=\"{StatusTagHelper.ClassFor(Colour)}\">{Status}</strong>");

        output.TagName = "li";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"govuk-task-list__item{(Href is null ? null : " govuk-task-list__item--with-link")}");
        output.Content.SetHtmlContent(Markup.Of($"<div class=\"govuk-task-list__name-and-hint\">{title}{hint}</div><div class=\"govuk-task-list__status{(Href is null ? " govuk-task-list__status--cannot-start-yet" : null)}\" id=\"{id}-status\">{status}</div>"));
    }
}

/// <summary>Links to the pages before and after this one.</summary>
/// <example><code>&lt;g-pagination previous="@before" next="@after" /&gt;</code></example>
[HtmlTargetElement("g-pagination", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PaginationTagHelper : TagHelper
{
    static readonly IHtmlContent Before = new HtmlString("<span class=\"app-pagination__arrow\" aria-hidden=\"true\">←</span> ");
    static readonly IHtmlContent After = new HtmlString(" <span class=\"app-pagination__arrow\" aria-hidden=\"true\">→</span>");

    /// <summary>Where the page before is, or null on the first.</summary>
    public string? Previous { get; set => field = Markup.OrNull(value); }

    /// <summary>Where the page after is, or null on the last.</summary>
    public string? Next { get; set => field = Markup.OrNull(value); }

    /// <summary>Names the links for screen readers where a page has two sets.</summary>
    public string Label { get; set; } = "Pages";

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (Previous is null && Next is null)
        {
            output.SuppressOutput();
            return;
        }
        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "govuk-pagination");
        output.Attributes.SetAttribute("aria-label", Label);
        output.Content.SetHtmlContent(Markup.Join([Link(Previous, "prev", Before, "Previous", Markup.None), Link(Next, "next", Markup.None, "Next", After)]));
    }

    static IHtmlContent Link(string? href, string rel, IHtmlContent before, string text, IHtmlContent after) => href is null
        ? Markup.None
        : Markup.Of($"<div class=\"govuk-pagination__{rel}\"><a class=\"govuk-link govuk-pagination__link\" href=\"{href}\" rel=\"{rel}\">{before}<span class=\"govuk-pagination__link-title\">{text}<span class=\"govuk-visually-hidden\"> page</span></span>{after}</a></div>");
}

/// <summary>What happened, one thing after the other.</summary>
[HtmlTargetElement("g-timeline")]
public sealed class TimelineTagHelper : TagHelper
{
    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "ol";
        output.Attributes.SetAttribute("class", "moj-timeline app-timeline");
    }
}

/// <summary>One thing that happened.</summary>
/// <example><code>&lt;g-timeline-item title="Vote cast" by="Ada Example" at="@entry.At"&gt;…&lt;/g-timeline-item&gt;</code></example>
[HtmlTargetElement("g-timeline-item", ParentTag = "g-timeline", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class TimelineItemTagHelper : TagHelper
{
    /// <summary>What happened.</summary>
    public string Title { get; set; } = "";

    /// <summary>Who did it, if a person did.</summary>
    public string? By { get; set => field = Markup.OrNull(value); }

    /// <summary>When, at any offset; shown in UK time.</summary>
    public DateTimeOffset At { get; set; }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var content = await output.GetChildContentAsync();
        output.TagName = "li";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "moj-timeline__item");
        output.Content.SetHtmlContent(Markup.Of($"""
            <div class="moj-timeline__header"><h3 class="moj-timeline__title">{Title}</h3>{(By is null ? null : Markup.Of($" <p class=\"moj-timeline__byline\">by {By}</p>"))}</div>
            <p class="moj-timeline__date">{UkTime.Element(At)}</p>{(content.IsEmptyOrWhiteSpace ? null : Markup.Of($"<div class=\"moj-timeline__description\">{content}</div>"))}
            """));
    }
}

/// <summary>A moment, as people in the United Kingdom read it.</summary>
/// <example><code>&lt;g-time at="@due" date-only /&gt;</code></example>
[HtmlTargetElement("g-time", TagStructure = TagStructure.WithoutEndTag)]
public sealed class TimeTagHelper : TagHelper
{
    /// <summary>The moment, at any offset.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>True to leave out the time of day.</summary>
    public bool DateOnly { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Content.SetHtmlContent(UkTime.Element(At, DateOnly));
    }
}

/// <summary>Dates and times in words, in UK time.</summary>
public static class UkTime
{
    static readonly TimeZoneInfo? London = TimeZoneInfo.TryFindSystemTimeZoneById("Europe/London", out var zone) ? zone : null;

    /// <summary>For example "3 March 2027". Where the machine knows no time zones, the date in UTC.</summary>
    public static string Date(DateTimeOffset at) => Local(at).ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>For example "3 March 2027".</summary>
    public static string Date(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>For example "3 March 2027 at 2:05pm". Where the machine knows no time zones, in UTC, and says so.</summary>
    public static string DateAndTime(DateTimeOffset at)
    {
        var local = Local(at);
        var half = local.Hour < 12 ? "am" : "pm";
        return $"{Date(at)} at {local.ToString("h:mm", CultureInfo.InvariantCulture)}{half}{(London is null ? " UTC" : null)}";
    }

    internal static IHtmlContent Element(DateTimeOffset at, bool dateOnly = false) =>
        Markup.Of($"<time datetime=\"{at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\">{(dateOnly ? Date(at) : DateAndTime(at))}</time>");

    static DateTimeOffset Local(DateTimeOffset at) => London is null ? at.ToUniversalTime() : TimeZoneInfo.ConvertTime(at, London);
}

/// <summary>
/// A table with a caption. Its rows are written by hand, with <c>scope</c> on every header; where it is wider than the
/// screen it scrolls on its own, and not the page.
/// </summary>
/// <example><code>&lt;g-table caption="Open work"&gt;&lt;thead&gt;…&lt;/thead&gt;&lt;tbody&gt;…&lt;/tbody&gt;&lt;/g-table&gt;</code></example>
[HtmlTargetElement("g-table")]
public sealed class TableTagHelper : TagHelper
{
    /// <summary>What the table holds.</summary>
    public string Caption { get; set; } = "";

    /// <summary>True to give the caption to screen readers only, where a heading says the same.</summary>
    public bool CaptionHidden { get; set; }

    /// <summary>True to make each row a block on a small screen. Each cell then says its column in <c>data-label</c>.</summary>
    public bool Stacks { get; set; }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var rows = await output.GetChildContentAsync();
        output.TagName = "div";
        output.Attributes.SetAttribute("class", "app-table-scroll");
        output.Attributes.SetAttribute("role", "region");
        output.Attributes.SetAttribute("tabindex", "0");
        output.Attributes.SetAttribute("aria-label", Caption);
        var caption = CaptionHidden ? "govuk-visually-hidden" : "govuk-table__caption govuk-table__caption--m";
        output.Content.SetHtmlContent(Markup.Of($"<table class=\"govuk-table app-table{(Stacks ? " app-table--stacks" : null)}\"><caption class=\"{caption}\">{Caption}</caption>{rows}</table>"));
    }
}
