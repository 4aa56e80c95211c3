using System.Globalization;
using System.Text.RegularExpressions;
using Governance.Review.Proposals;

namespace Governance.Web.Components;

/// <summary>What the inputs of the proposal's form are called, and where on its page a fault is.</summary>
public static partial class FieldNames
{
    /// <summary>The name that a field's control posts.</summary>
    public static string Of(Field field) => field.Kind == FieldKind.Rows ? $"rows[{field.Id}]" : $"answers[{field.Id}]";

    /// <summary>The name that a cell's control posts.</summary>
    public static string Of(Field field, int row, Column column) => string.Create(CultureInfo.InvariantCulture, $"rows[{field.Id}][{row}][{column.Id}]");

    /// <summary>The id of a cell's control.</summary>
    public static string CellId(Field field, int row, Column column) => string.Create(CultureInfo.InvariantCulture, $"{field.Id}-{row}-{column.Id}");

    /// <summary>The id of the field that a fault such as <c>onward_use[0].recipient</c> belongs to.</summary>
    public static string FieldOf(string fault) => fault.Split('[', '.')[0];

    /// <summary>The name of the control that a fault belongs to; the fault's own where the form has no such field.</summary>
    public static string Input(ProposalForm form, string fault) => Find(form, fault) switch
    {
        (null, _, _) => fault,
        ({ Kind: FieldKind.Rows } field, { } row, { } column) => Of(field, row, column),
        var (field, _, _) => Of(field),
    };

    /// <summary>The id of the control that a fault belongs to.</summary>
    public static string Anchor(ProposalForm form, string fault) => Find(form, fault) switch
    {
        (null, _, _) => "main-content",
        ({ Kind: FieldKind.Rows } field, { } row, { } column) => CellId(field, row, column),
        var (field, _, _) => field.Id,
    };

    /// <summary>A fault's question in words: the field's label, with the row where it is about one.</summary>
    public static string Question(ProposalForm form, string fault) => Find(form, fault).Field?.Label ?? "Documents";

    static (Field? Field, int? Row, Column? Column) Find(ProposalForm form, string fault)
    {
        var parts = Place().Match(fault);
        if (!parts.Success || form.Find(parts.Groups["field"].Value) is not { } field) return (null, null, null);
        int? row = parts.Groups["row"].Success ? int.Parse(parts.Groups["row"].ValueSpan, CultureInfo.InvariantCulture) : null;
        return (field, row, field.Columns.FirstOrDefault(c => c.Id == parts.Groups["column"].Value));
    }

    [GeneratedRegex(@"^(?<field>[a-z0-9_]+)(\[(?<row>[0-9]{1,6})\])?(\.(?<column>[a-z0-9_]+))?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
