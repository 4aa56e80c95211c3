using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Binders;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Primitives;

namespace Governance.Web.TagHelpers;

/// <summary>
/// A date as three boxes, day, month and year, that all post under the field's one name. As one text it is
/// <c>yyyy-MM-dd</c> when it is a date, and otherwise what was typed with slashes between (<c>31/2/2026</c>, <c>1//2026</c>),
/// so that a draft keeps a half-typed date. Empty when nothing was typed.
/// </summary>
public static class DateField
{
    /// <summary>The posted values of a date field as one text. A single value is taken as it is.</summary>
    public static string Join(StringValues posted)
    {
        if (posted.Count != 3)
            return posted.Count == 0 ? "" : (posted[0] ?? "").Trim();
        var (day, month, year) = ((posted[0] ?? "").Trim(), (posted[1] ?? "").Trim(), (posted[2] ?? "").Trim());
        if (day.Length == 0 && month.Length == 0 && year.Length == 0)
            return "";
        return FromParts(day, month, year) is { } date ? Iso(date) : $"{day}/{month}/{year}";
    }

    /// <summary>The date in a text of <see cref="Join"/>, or null when it holds none.</summary>
    public static DateOnly? Parse(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>Day, month and year to show for a text of <see cref="Join"/>.</summary>
    public static (string Day, string Month, string Year) Split(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return ("", "", "");
        if (Parse(text) is { } date)
            return (Number(date.Day), Number(date.Month), Number(date.Year));
        var parts = text.Split('/', 3);
        return (parts[0], parts.Length > 1 ? parts[1] : "", parts.Length > 2 ? parts[2] : "");
    }

    static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // People type "March" or "mar" where a number is asked for; both are plain enough to take.
    static DateOnly? FromParts(string day, string month, string year)
    {
        var months = CultureInfo.InvariantCulture.DateTimeFormat;
        var named = Enumerable.Range(1, 12).FirstOrDefault(m =>
            string.Equals(months.GetMonthName(m), month, StringComparison.OrdinalIgnoreCase)
            || string.Equals(months.GetAbbreviatedMonthName(m), month, StringComparison.OrdinalIgnoreCase));
        var text = $"{year}-{(named > 0 ? Number(named) : month)}-{day}";
        return DateOnly.TryParseExact(text, "yyyy-M-d", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
    }
}

/// <summary>Three boxes for a date. Binds to <c>DateOnly?</c>; a string property uses <c>[DateText]</c>.</summary>
/// <example><code>&lt;g-date for="Input.DueDate" label="When is it due?" hint="For example, 27 3 2027" /&gt;</code></example>
[HtmlTargetElement("g-date", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class DateTagHelper : FieldTagHelper
{
    /// <inheritdoc/>
    protected override bool IsGroup => true;

    /// <inheritdoc/>
    protected override IHtmlContent Control(IHtmlContent attributes, TagHelperContent children)
    {
        var (day, month, year) = Values.Count == 3 ? (Values[0], Values[1], Values[2]) : DateField.Split(Current);
        return Markup.Of($"<div class=\"govuk-date-input\">{Box("Day", FieldId, day, 2)}{Box("Month", $"{FieldId}-month", month, 2)}{Box("Year", $"{FieldId}-year", year, 4)}</div>");

        IHtmlContent Box(string label, string id, string value, int width) => Markup.Of(
            $"<div class=\"govuk-date-input__item\"><div class=\"govuk-form-group\"><label class=\"govuk-label govuk-date-input__label\" for=\"{id}\">{label}</label><input class=\"govuk-input govuk-date-input__input govuk-input--width-{width}{ErrorSuffix(" govuk-input--error")}\" id=\"{id}\" name=\"{FieldName}\" type=\"text\" inputmode=\"numeric\" value=\"{value}\"{attributes}></div></div>");
    }
}

/// <summary>Binds a string property to the text of a date field (see <see cref="DateField"/>).</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class DateTextAttribute : Microsoft.AspNetCore.Mvc.ModelBinderAttribute
{
    /// <summary>Uses the date field's binder.</summary>
    public DateTextAttribute()
        : base(typeof(DateFieldBinder))
    {
    }
}

/// <summary>Binds the three boxes of a date field to a date, or to a text when the property is a string.</summary>
public sealed class DateFieldBinder : IModelBinder
{
    /// <inheritdoc/>
    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var posted = bindingContext.ValueProvider.GetValue(bindingContext.ModelName);
        if (posted == ValueProviderResult.None)
            return Task.CompletedTask;

        bindingContext.ModelState.SetModelValue(bindingContext.ModelName, posted);
        var text = DateField.Join(posted.Values);
        if (bindingContext.ModelType == typeof(string))
            bindingContext.Result = ModelBindingResult.Success(text);
        else if (DateField.Parse(text) is { } date)
            bindingContext.Result = ModelBindingResult.Success(date);
        else if (text.Length == 0 && bindingContext.ModelMetadata.IsReferenceOrNullableType)
            bindingContext.Result = ModelBindingResult.Success(null);
        else
            bindingContext.ModelState.TryAddModelError(bindingContext.ModelName, "Enter a real date, for example 27 3 2027");
        return Task.CompletedTask;
    }
}

/// <summary>Hands every <see cref="DateOnly"/> to <see cref="DateFieldBinder"/>.</summary>
public sealed class DateFieldBinderProvider : IModelBinderProvider
{
    /// <inheritdoc/>
    public IModelBinder? GetBinder(ModelBinderProviderContext context) =>
        context.Metadata.UnderlyingOrModelType == typeof(DateOnly) ? new BinderTypeModelBinder(typeof(DateFieldBinder)) : null;
}
