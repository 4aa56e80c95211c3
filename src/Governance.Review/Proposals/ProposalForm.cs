namespace Governance.Review.Proposals;

/// <summary>
/// The form that a project lead fills in. The questions are code, because rules, pages and records lean on their ids;
/// the lists that follow the law (bases, conditions, age bands, the age of digital consent) are data, read from
/// <c>lists.json</c>, so that a change of law needs no new build.
/// </summary>
public sealed partial class ProposalForm
{
    private readonly Dictionary<string, Field> _byId;

    private ProposalForm(LawLists lists)
    {
        Lists = lists;
        Sections = BuildSections(lists);
        Fields = [.. Sections.SelectMany(s => s.Fields)];
        _byId = Fields.ToDictionary(f => f.Id, StringComparer.Ordinal);
    }

    /// <summary>
    /// Raised by one whenever a question is added, no longer asked, or changed in wording. A field that a pinned rule or an old
    /// proposal speaks of is never dropped, only no longer asked, so that old trails can be replayed.
    /// </summary>
    public static int Version => 1;

    /// <summary>The lists that the form was built with.</summary>
    public LawLists Lists { get; }

    /// <summary>The pages in order.</summary>
    public IReadOnlyList<Section> Sections { get; }

    /// <summary>Every question in order.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>The kinds of document that can be attached.</summary>
    public static IReadOnlyList<Option> AttachmentKinds { get; } =
    [
        new("dpia", "Data protection impact assessment (DPIA)", "Always needed: every proposal here touches data about children and young people."),
        new("data_sharing_agreement", "Data sharing agreement", "Needed when another organisation gives or receives data."),
        new("model_card", "Model card", "What a model is for, how it was tested and where it fails. Needed when software reads, sorts or scores."),
        new("equality_impact_assessment", "Equality impact assessment", "How the work may affect people with protected characteristics."),
        new("participation_report", "Participation report", "What young people said and how. Leave out names."),
        new("other", "Another document"),
    ];

    /// <summary>Reads <c>lists.json</c> in the folder and builds the form.</summary>
    /// <exception cref="WorkflowFileException">The file is missing or wrong; every mistake is named.</exception>
    public static ProposalForm Load(string folder) => new(LawLists.Load(folder));

    /// <summary>Builds the form from lists already read.</summary>
    public static ProposalForm From(LawLists lists) => new(lists);

    /// <summary>The field of this id, or null.</summary>
    public Field? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The section of this id, or null.</summary>
    public Section? FindSection(string id) => Sections.FirstOrDefault(s => s.Id == id);

    /// <summary>
    /// The answers whose field has exactly this audience, so that each audience's part can be sealed, shown and erased apart.
    /// An answer to a field that the form does not know is Personal: what is not known must not be shown.
    /// </summary>
    public Answers Of(Audience audience, Answers answers)
        => answers.Ids.Where(id => (Find(id)?.Audience ?? Audience.Personal) != audience).Aggregate(answers, (rest, id) => rest.Without(id));
}
