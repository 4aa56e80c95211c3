using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace Governance.Web.TagHelpers;

/// <summary>
/// The fields of the page that is being written, in page order, with what is wrong with each. Fields enter themselves
/// as they are written; the error summary and the page's title read it once the whole page is known. Model state alone
/// would not do: it keeps its keys in its own order, and knows nothing of a field's id.
/// </summary>
sealed class PageErrors
{
    readonly List<(string Name, string Id, IReadOnlyList<string> Messages)> fields = [];

    /// <summary>Set by the first error summary, so that a page with its own does not get the layout's as well.</summary>
    public bool SummaryPlaced { get; set; }

    /// <summary>The one list of this request.</summary>
    public static PageErrors Of(ViewContext view)
    {
        if (view.HttpContext.Items[typeof(PageErrors)] is PageErrors known)
            return known;
        var made = new PageErrors();
        view.HttpContext.Items[typeof(PageErrors)] = made;
        return made;
    }

    /// <summary>Enters a field that is on the page, whether or not anything is wrong with it.</summary>
    public void Add(string name, string id, IReadOnlyList<string> messages) => fields.Add((name, id, messages));

    /// <summary>Whether the page shows any error: decides the title's prefix.</summary>
    public bool Any(ModelStateDictionary state) => !state.IsValid || fields.Any(f => f.Messages.Count > 0);

    /// <summary>
    /// Every error once, in page order. What concerns the whole form comes first. An error on a group (a row of a
    /// list) leads to the group's first field; one that has no field on the page comes last and leads nowhere.
    /// </summary>
    public IReadOnlyList<(string Message, string? FieldId)> Lines(ModelStateDictionary state)
    {
        var lines = new List<(double Place, string Message, string? FieldId)>();
        for (var i = 0; i < fields.Count; i++)
            lines.AddRange(fields[i].Messages.Select(m => ((double)i, m, (string?)fields[i].Id)));

        foreach (var (key, entry) in state)
        {
            if (entry.Errors.Count == 0 || fields.Any(f => f.Messages.Count > 0 && SameName(f.Name, key)))
                continue;
            var at = key.Length == 0 ? -1 : fields.FindIndex(f => SameName(f.Name, key) || IsWithin(f.Name, key));
            var place = key.Length == 0 ? -1 : at < 0 ? double.MaxValue : at - 0.5;
            lines.AddRange(Messages(entry).Select(m => (place, m, at < 0 ? null : (string?)fields[at].Id)));
        }
        return [.. lines.OrderBy(l => l.Place).Select(l => (l.Message, l.FieldId)).Distinct()];
    }

    /// <summary>The errors of one entry, without repeats, each with some words in it.</summary>
    public static IReadOnlyList<string> Messages(ModelStateEntry entry) =>
        [.. entry.Errors.Select(e => string.IsNullOrEmpty(e.ErrorMessage) ? "Check this answer" : e.ErrorMessage).Distinct()];

    static bool SameName(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    static bool IsWithin(string field, string group) =>
        field.Length > group.Length && field.StartsWith(group, StringComparison.OrdinalIgnoreCase) && (field[group.Length] is '[' or '.');
}
