namespace Governance.Review.Proposals;

/// <summary>What became of a piece of text.</summary>
public enum DiffKind
{
    /// <summary>In both.</summary>
    Same,

    /// <summary>Only in the later one.</summary>
    Added,

    /// <summary>Only in the earlier one.</summary>
    Removed,
}

/// <summary>A run of text that was kept, added or removed.</summary>
public sealed record DiffSegment(DiffKind Kind, string Text);

/// <summary>A row that was added, removed, or kept with changed cells (<see cref="DiffKind.Same"/>).</summary>
/// <param name="Kind">Added or Removed; Same when the row stayed in its place and some cells changed.</param>
/// <param name="Before">The earlier row, null when added.</param>
/// <param name="After">The later row, null when removed.</param>
/// <param name="Cells">Column id to segments, for the cells that differ.</param>
public sealed record RowChange(DiffKind Kind, AnswerRow? Before, AnswerRow? After, IReadOnlyDictionary<string, IReadOnlyList<DiffSegment>> Cells);

/// <summary>How one field changed. Exactly the parts that fit its values are filled.</summary>
/// <param name="Field">The field's id.</param>
/// <param name="Words">For a text: its segments. Same and Added joined give the later text; Same and Removed the earlier.</param>
/// <param name="Items">For a list: its items in order, each kept, added or removed.</param>
/// <param name="Rows">For rows: the rows that changed; unchanged rows are left out.</param>
public sealed record FieldChange(string Field, IReadOnlyList<DiffSegment> Words, IReadOnlyList<DiffSegment> Items, IReadOnlyList<RowChange> Rows);

/// <summary>What changed between two versions of the answers, field by field and word by word.</summary>
public static class AnswersDiff
{
    /// <summary>The fields that differ, in the order of their ids.</summary>
    public static IReadOnlyList<FieldChange> Between(Answers before, Answers after) => throw new NotSupportedException("Follows.");

    /// <summary>The words kept, added and removed between two texts.</summary>
    public static IReadOnlyList<DiffSegment> Words(string before, string after) => throw new NotSupportedException("Follows.");
}
