namespace Governance.Review.Proposals;

/// <summary>
/// Who may see what is written in a field: everyone on the public register, the people who review the proposal, or only
/// those who must know a person's name or address. Personal values are sealed so that they can be erased.
/// </summary>
public enum Audience
{
    /// <summary>May appear on the public register.</summary>
    Public,

    /// <summary>Seen by the panels, the chair, the data protection officer and auditors.</summary>
    Panel,

    /// <summary>Names a person or tells how to reach one. Never on the register.</summary>
    Personal,
}

/// <summary>How a field is answered. A draft keeps every single value as typed text; it is parsed only at submission.</summary>
public enum FieldKind
{
    /// <summary>One line of text.</summary>
    Text,

    /// <summary>Several paragraphs.</summary>
    LongText,

    /// <summary>A list of short texts, one a line.</summary>
    Lines,

    /// <summary>One option of a list, kept as its id.</summary>
    Choice,

    /// <summary>Any number of options of a list, kept as their ids.</summary>
    Choices,

    /// <summary><c>yes</c> or <c>no</c>.</summary>
    YesNo,

    /// <summary>A whole number from 0, such as <c>1200</c> or <c>1,200</c>.</summary>
    WholeNumber,

    /// <summary>A share between 0 and 1, such as <c>0.85</c> or <c>85%</c>.</summary>
    Decimal,

    /// <summary>A day, kept as <c>2026-03-31</c>.</summary>
    Date,

    /// <summary>A small table: every row has the field's columns.</summary>
    Rows,
}

/// <summary>One answer that can be picked.</summary>
/// <param name="Id">What is stored: <c>[a-z0-9_]</c>, never changed once used.</param>
/// <param name="Label">What a person reads.</param>
/// <param name="Hint">A sentence of help, or null.</param>
public sealed record Option(string Id, string Label, string? Hint = null);

/// <summary>One column of a <see cref="FieldKind.Rows"/> field.</summary>
/// <param name="Id"><c>[a-z0-9_]</c>, unique in its field.</param>
/// <param name="Label">The column's heading.</param>
/// <param name="Kind">Text, Choice, WholeNumber or Decimal. Rows do not nest and hold no lists.</param>
/// <param name="Options">What a Choice column offers; otherwise empty.</param>
/// <param name="Audience">Who may see the column.</param>
public sealed record Column(string Id, string Label, FieldKind Kind, IReadOnlyList<Option> Options, Audience Audience)
{
    /// <summary>May be left empty in a row.</summary>
    public bool Optional { get; init; }

    /// <summary>The longest text a cell takes, in UTF-16 units.</summary>
    public int MaxLength { get; init; } = 300;

    /// <summary>The cell as people read it: the option's label for an id.</summary>
    public string InWords(AnswerRow row) => Options.FirstOrDefault(o => o.Id == row[Id])?.Label ?? row[Id];
}

/// <summary>One question of the form.</summary>
public sealed record Field
{
    /// <summary><c>[a-z0-9_]</c>, unique in the whole form, never given a new meaning.</summary>
    public required string Id { get; init; }

    /// <summary>The id of the section it stands in.</summary>
    public required string Section { get; init; }

    /// <summary>The question, in plain English.</summary>
    public required string Label { get; init; }

    /// <summary>Help with answering, shown under the question.</summary>
    public string? Hint { get; init; }

    /// <summary>How it is answered.</summary>
    public required FieldKind Kind { get; init; }

    /// <summary>What a Choice or Choices field offers; otherwise empty.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];

    /// <summary>The options form a scale from the lowest risk to the highest, so that rules can say "at least".</summary>
    public bool Ordered { get; init; }

    /// <summary>The columns of a Rows field; otherwise empty.</summary>
    public IReadOnlyList<Column> Columns { get; init; } = [];

    /// <summary>Who may see the answer.</summary>
    public required Audience Audience { get; init; }

    /// <summary>The longest text (or the longest single line) that even a draft takes, in UTF-16 units.</summary>
    public int MaxLength { get; init; }

    /// <summary>The most lines or rows that even a draft takes.</summary>
    public int MaxItems { get; init; } = 50;

    /// <summary>Whether the question applies, given the answers so far. An unasked field may hold an old answer; it is ignored.</summary>
    public Func<Answers, bool> Asked { get; init; } = static _ => true;

    /// <summary>The condition of <see cref="Asked"/> in words ("the data is special category data"), or null when always asked.</summary>
    public string? AskedWhen { get; init; }

    /// <summary>May be left empty at submission.</summary>
    public bool Optional { get; init; }

    /// <summary>About how many words are wanted: shown to the writer, never enforced. Null when it makes no sense.</summary>
    public int? Words { get; init; }

    /// <summary>Why it is asked, with the concern's number (T1 to T10, see docs) or the law. Null when it speaks for itself.</summary>
    public string? Why { get; init; }

    /// <summary>The label of an option, or the id itself when the option is no longer offered.</summary>
    public string LabelOf(string optionId) => Options.FirstOrDefault(o => o.Id == optionId)?.Label ?? optionId;

    /// <summary>
    /// The answer as people read it: labels for ids, one entry for each line or pick; nothing when
    /// unanswered. Rows are shown as tables and give nothing here.
    /// </summary>
    public IReadOnlyList<string> InWords(Answers answers) => Kind switch
    {
        FieldKind.Choices => [.. answers.Choices(Id).Select(LabelOf)],
        FieldKind.Lines => answers.Choices(Id),
        FieldKind.Rows => [],
        FieldKind.Choice or FieldKind.YesNo => answers.Has(Id) ? [LabelOf(answers.Text(Id))] : [],
        _ => answers.Has(Id) ? [answers.Text(Id)] : [],
    };
}

/// <summary>One page of the form.</summary>
/// <param name="Id"><c>[a-z0-9_]</c>.</param>
/// <param name="Title">The page's heading.</param>
/// <param name="Intro">What the page is about and why it matters, in two or three sentences.</param>
/// <param name="Fields">The questions in order. Empty for the attachments page.</param>
public sealed record Section(string Id, string Title, string Intro, IReadOnlyList<Field> Fields);

/// <summary>A document that belongs to the proposal. The bytes are kept elsewhere, by their digest.</summary>
/// <param name="Id">Identifies the attachment within its proposal.</param>
/// <param name="Kind">One of <see cref="ProposalForm.AttachmentKinds"/>.</param>
/// <param name="Name">The file's name as uploaded.</param>
/// <param name="MediaType">Found from the content, not from the name.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record Attachment(string Id, string Kind, string Name, string MediaType, long Size, string Sha256);

/// <summary>Something that must be put right.</summary>
/// <param name="Field">
/// The field's id; for a cell <c>onward_use[0].recipient</c> and for one line <c>team_emails[0]</c>, counted from 0;
/// <c>attachments</c> for a missing document; empty when it is about the whole.
/// </param>
/// <param name="Message">What is wrong and what to do, to be shown beside the field.</param>
public sealed record Fault(string Field, string Message)
{
    /// <summary>The id of the field alone: <c>onward_use</c> of <c>onward_use[0].recipient</c>.</summary>
    public string FieldId => Field.IndexOf('[', StringComparison.Ordinal) is var at and >= 0 ? Field[..at] : Field;
}
