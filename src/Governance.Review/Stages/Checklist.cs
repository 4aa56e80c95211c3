using System.Text.Json;
using Governance.Review.Proposals;

namespace Governance.Review.Stages;

/// <summary>The ids of the review stages.</summary>
public static class StageIds
{
    /// <summary>Privacy and data protection.</summary>
    public const string Privacy = "privacy";

    /// <summary>Whether young people could be drawn into the justice system.</summary>
    public const string CriminalisationRisk = "criminalisation-risk";

    /// <summary>What young people say.</summary>
    public const string YouthVoice = "youth-voice";

    /// <summary>The whole panel.</summary>
    public const string FullPanel = "full-panel";

    /// <summary>All of them, in the usual order.</summary>
    public static IReadOnlyList<string> All { get; } = [Privacy, CriminalisationRisk, YouthVoice, FullPanel];
}

/// <summary>How a checklist item is answered.</summary>
public enum AnswerKind
{
    /// <summary><c>met</c>, <c>partly</c>, <c>not_met</c> or <c>not_applicable</c>.</summary>
    Grade,

    /// <summary><c>negligible</c>, <c>limited</c>, <c>important</c> or <c>maximum</c>, as proposed and again after mitigation.</summary>
    Rating,
}

/// <summary>One thing a reviewer judges.</summary>
/// <param name="Id"><c>[a-z0-9_]</c>, unique in its checklist.</param>
/// <param name="Group">The heading it stands under.</param>
/// <param name="Question">What to judge.</param>
/// <param name="Hint">What to look for.</param>
/// <param name="Source">T1 to T10, law or guidance.</param>
/// <param name="Answer">How it is answered.</param>
public sealed record ChecklistItem(string Id, string Group, string Question, string Hint, IReadOnlyList<string> Source, AnswerKind Answer);

/// <summary>A stage's questions and the fields that its votes depend on.</summary>
public sealed record Checklist
{
    /// <summary>The grades of <see cref="AnswerKind.Grade"/>.</summary>
    public static IReadOnlyList<Option> Grades { get; } =
        [new("met", "Met"), new("partly", "Partly met"), new("not_met", "Not met"), new("not_applicable", "Does not apply")];

    /// <summary>The steps of <see cref="AnswerKind.Rating"/>, lowest first.</summary>
    public static IReadOnlyList<Option> Ratings { get; } =
        [new("negligible", "Negligible"), new("limited", "Limited"), new("important", "Important"), new("maximum", "Maximum")];

    /// <summary>What <see cref="LooksAt"/> holds when the attached documents count too.</summary>
    public const string Attachments = "attachments";

    /// <summary>One of <see cref="StageIds"/>.</summary>
    public required string Stage { get; init; }

    /// <summary>The stage's name.</summary>
    public required string Title { get; init; }

    /// <summary>What the reviewer is asked to do.</summary>
    public required string Intro { get; init; }

    /// <summary>Field ids, and <see cref="Attachments"/> for the documents: a vote goes stale when one of these changes.</summary>
    public required IReadOnlyList<string> LooksAt { get; init; }

    /// <summary>The items in order; those of one group stand together.</summary>
    public required IReadOnlyList<ChecklistItem> Items { get; init; }

    /// <summary>The file's name.</summary>
    public required string FileName { get; init; }

    /// <summary>The file as read, for pinning and for the audit bundle.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Lower-case hex SHA-256 of <see cref="Bytes"/>.</summary>
    public required string Digest { get; init; }

    /// <summary>Reads a checklist: a file of the folder or stored bytes of an old version.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="fileName">Its name, for messages.</param>
    /// <param name="form">When given, <c>looks_at</c> must name its fields; leave it out for an old version.</param>
    /// <exception cref="WorkflowFileException">Something is wrong; every mistake is named.</exception>
    public static Checklist Parse(ReadOnlyMemory<byte> bytes, string fileName, ProposalForm? form = null)
    {
        var mistakes = new List<FileMistake>();
        var checklist = Read(bytes, fileName, form, mistakes);
        return checklist is not null && mistakes.Count == 0 ? checklist : throw new WorkflowFileException(mistakes);
    }

    internal static Checklist? Read(ReadOnlyMemory<byte> bytes, string fileName, ProposalForm? form, List<FileMistake> mistakes)
    {
        var file = new WorkflowJson(fileName, mistakes);
        if (file.Root(bytes) is not { } root)
            return null;

        file.Only(root, "$", "about", "stage", "title", "intro", "looks_at", "items");
        var checklist = new Checklist
        {
            Stage = file.Text(root, "stage", "$"),
            Title = file.Text(root, "title", "$"),
            Intro = file.Text(root, "intro", "$"),
            LooksAt = file.Texts(root, "looks_at", "$"),
            Items = ReadItems(file, root),
            FileName = fileName,
            Bytes = bytes,
            Digest = WorkflowJson.DigestOf(bytes.Span),
        };
        if (checklist.Stage.Length > 0 && !StageIds.All.Contains(checklist.Stage, StringComparer.Ordinal))
            file.Mistake("$.stage", $"“{checklist.Stage}” is not a stage. Stages: {string.Join(", ", StageIds.All)}.");
        foreach (var id in checklist.LooksAt.Where(id => form is not null && id != Attachments && form.Find(id) is null))
            file.Mistake("$.looks_at", $"The form has no field “{id}”.");
        return checklist;
    }

    private static List<ChecklistItem> ReadItems(WorkflowJson file, JsonElement root)
    {
        var items = new List<ChecklistItem>();
        foreach (var (item, at) in file.List(root, "items", "$"))
        {
            file.Only(item, at, "id", "group", "question", "hint", "source", "answer");
            var read = new ChecklistItem(
                file.Id(item, "id", at),
                file.Text(item, "group", at),
                file.Text(item, "question", at),
                file.Text(item, "hint", at),
                file.Texts(item, "source", at),
                ReadAnswer(file, item, at));
            if (read.Id.Length > 0 && items.Exists(i => i.Id == read.Id))
                file.Mistake(at + ".id", $"“{read.Id}” is here twice.");
            if (read.Group.Length > 0 && items.Count > 0 && items[^1].Group != read.Group && items.Exists(i => i.Group == read.Group))
                file.Mistake(at + ".group", $"The items of “{read.Group}” must stand together.");
            items.Add(read);
        }

        return items;
    }

    private static AnswerKind ReadAnswer(WorkflowJson file, JsonElement item, string at)
    {
        var answer = file.Text(item, "answer", at);
        if (answer is not ("grade" or "rating" or ""))
            file.Mistake(at + ".answer", "An item is answered by grade or by rating.");
        return answer == "rating" ? AnswerKind.Rating : AnswerKind.Grade;
    }
}

/// <summary>The checklists in force, one a stage.</summary>
public sealed class ChecklistLibrary
{
    private readonly Dictionary<string, Checklist> _byStage;

    private ChecklistLibrary(IEnumerable<Checklist> checklists) => _byStage = checklists.ToDictionary(c => c.Stage, StringComparer.Ordinal);

    /// <summary>All, in the order of <see cref="StageIds.All"/>.</summary>
    public IReadOnlyList<Checklist> All => [.. StageIds.All.Select(s => _byStage[s])];

    /// <summary>The checklist of a stage.</summary>
    /// <exception cref="KeyNotFoundException">There is no such stage.</exception>
    public Checklist For(string stage) => _byStage[stage];

    /// <summary>Reads <c>{stage}.json</c> for every stage.</summary>
    /// <exception cref="WorkflowFileException">Something is wrong; every mistake of every file is named.</exception>
    public static ChecklistLibrary Load(string folder, ProposalForm form)
    {
        var mistakes = new List<FileMistake>();
        var checklists = new List<Checklist>();
        foreach (var stage in StageIds.All)
        {
            var name = stage + ".json";
            if (WorkflowJson.ReadFile(folder, name, mistakes) is not { } bytes || Checklist.Read(bytes, name, form, mistakes) is not { } checklist)
                continue;
            if (StageIds.All.Contains(checklist.Stage, StringComparer.Ordinal) && checklist.Stage != stage)
                mistakes.Add(new FileMistake(name, "$.stage", $"The file's name says {stage}, the file says {checklist.Stage}."));
            checklists.Add(checklist);
        }

        return mistakes.Count == 0 ? new ChecklistLibrary(checklists) : throw new WorkflowFileException(mistakes);
    }
}
