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
    // 2,000 by 2,000 changed words at most: beyond that the whole text is shown as replaced, which is also what it is.
    private const int MostCells = 4_000_000;

    /// <summary>The fields that differ, in the order of their ids.</summary>
    public static IReadOnlyList<FieldChange> Between(Answers before, Answers after)
    {
        var changes = new List<FieldChange>();
        foreach (var id in before.Ids.Union(after.Ids, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var words = Words(before.Text(id), after.Text(id));
            var items = Sequence(before.Choices(id), after.Choices(id));
            var rows = Rows(before.Rows(id), after.Rows(id));
            if (rows.Count > 0 || Differ(words) || Differ(items))
                changes.Add(new FieldChange(id, words, items, rows));
        }

        return changes;
    }

    /// <summary>The words kept, added and removed between two texts.</summary>
    public static IReadOnlyList<DiffSegment> Words(string before, string after)
    {
        var merged = new List<DiffSegment>();
        foreach (var segment in Sequence(Split(before), Split(after)))
        {
            if (merged.Count > 0 && merged[^1].Kind == segment.Kind)
                merged[^1] = segment with { Text = merged[^1].Text + segment.Text };
            else
                merged.Add(segment);
        }

        return merged;
    }

    private static bool Differ(IReadOnlyList<DiffSegment> segments) => segments.Any(s => s.Kind != DiffKind.Same);

    /// <summary>Words, each with the white space that follows it; white space at the start stands alone.</summary>
    private static List<string> Split(string text)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (!char.IsWhiteSpace(text[i]) && char.IsWhiteSpace(text[i - 1]))
            {
                words.Add(text[start..i]);
                start = i;
            }
        }

        if (text.Length > 0)
            words.Add(text[start..]);
        return words;
    }

    private static List<DiffSegment> Sequence(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var segments = new List<DiffSegment>();
        foreach (var (kind, i, j) in Align(before, after))
            segments.Add(new DiffSegment(kind, kind == DiffKind.Added ? after[j] : before[i]));
        return segments;
    }

    private static List<RowChange> Rows(IReadOnlyList<AnswerRow> before, IReadOnlyList<AnswerRow> after)
    {
        var changes = new List<RowChange>();
        var steps = Align(before, after);
        for (var at = 0; at < steps.Count;)
        {
            if (steps[at].Kind == DiffKind.Same)
            {
                at++;
                continue;
            }

            // Between two kept rows: pair what went with what came, in order; the rest was removed or added.
            var removed = new List<AnswerRow>();
            var added = new List<AnswerRow>();
            for (; at < steps.Count && steps[at].Kind != DiffKind.Same; at++)
            {
                if (steps[at].Kind == DiffKind.Removed)
                    removed.Add(before[steps[at].Before]);
                else
                    added.Add(after[steps[at].After]);
            }

            for (var i = 0; i < Math.Max(removed.Count, added.Count); i++)
            {
                var was = i < removed.Count ? removed[i] : null;
                var becomes = i < added.Count ? added[i] : null;
                changes.Add(new RowChange(was is null ? DiffKind.Added : becomes is null ? DiffKind.Removed : DiffKind.Same, was, becomes, Cells(was, becomes)));
            }
        }

        return changes;
    }

    private static Dictionary<string, IReadOnlyList<DiffSegment>> Cells(AnswerRow? before, AnswerRow? after)
    {
        var cells = new Dictionary<string, IReadOnlyList<DiffSegment>>(StringComparer.Ordinal);
        IEnumerable<string> columns = [.. before?.Cells.Keys ?? [], .. after?.Cells.Keys ?? []];
        foreach (var column in columns.Distinct(StringComparer.Ordinal))
        {
            var words = Words(before?[column] ?? "", after?[column] ?? "");
            if (Differ(words))
                cells[column] = words;
        }

        return cells;
    }

    /// <summary>A longest common subsequence as steps through both lists, removals before additions.</summary>
    private static List<(DiffKind Kind, int Before, int After)> Align<T>(IReadOnlyList<T> before, IReadOnlyList<T> after)
        where T : IEquatable<T>
    {
        var steps = new List<(DiffKind, int, int)>();
        var head = 0;
        while (head < before.Count && head < after.Count && before[head].Equals(after[head]))
            head++;
        var tail = 0;
        while (tail < before.Count - head && tail < after.Count - head && before[^(tail + 1)].Equals(after[^(tail + 1)]))
            tail++;

        for (var k = 0; k < head; k++)
            steps.Add((DiffKind.Same, k, k));

        var rows = before.Count - head - tail;
        var columns = after.Count - head - tail;
        var longest = (long)rows * columns <= MostCells ? Lengths(before, after, head, rows, columns) : null;
        int i = 0, j = 0;
        while (i < rows || j < columns)
        {
            if (longest is not null && i < rows && j < columns && before[head + i].Equals(after[head + j]))
                steps.Add((DiffKind.Same, head + i++, head + j++));
            else if (i < rows && (longest is null || j == columns || longest[i + 1, j] >= longest[i, j + 1]))
                steps.Add((DiffKind.Removed, head + i++, -1));
            else
                steps.Add((DiffKind.Added, -1, head + j++));
        }

        for (var k = tail; k > 0; k--)
            steps.Add((DiffKind.Same, before.Count - k, after.Count - k));
        return steps;
    }

    /// <summary>[i, j] is the length of the longest common subsequence from there to the ends.</summary>
    private static int[,] Lengths<T>(IReadOnlyList<T> before, IReadOnlyList<T> after, int head, int rows, int columns)
        where T : IEquatable<T>
    {
        var lengths = new int[rows + 1, columns + 1];
        for (var i = rows - 1; i >= 0; i--)
        {
            for (var j = columns - 1; j >= 0; j--)
                lengths[i, j] = before[head + i].Equals(after[head + j]) ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        }

        return lengths;
    }
}
