namespace Governance.Review.Proposals;

/// <summary>A mistake in one of the files below <c>workflows/</c>.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Place">The JSON path in the file, such as <c>$.rules[3].when.all[0]</c>, or a line.</param>
/// <param name="Why">What is wrong and what would be right.</param>
public sealed record FileMistake(string File, string Place, string Why)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File} at {Place}: {Why}";
}

/// <summary>A workflow file cannot be used. Lists every mistake at once, so that they can all be mended in one go.</summary>
public sealed class WorkflowFileException : Exception
{
    /// <summary>Makes the exception of all mistakes found.</summary>
    public WorkflowFileException(IReadOnlyList<FileMistake> mistakes)
        : base(string.Join(Environment.NewLine, mistakes.Select(m => m.ToString())))
        => Mistakes = mistakes;

    /// <summary>Every mistake, in the order of the file.</summary>
    public IReadOnlyList<FileMistake> Mistakes { get; }
}
