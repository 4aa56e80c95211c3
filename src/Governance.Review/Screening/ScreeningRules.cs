using System.Globalization;
using Governance.Review.Proposals;

namespace Governance.Review.Screening;

/// <summary>How much a flag weighs, lowest first.</summary>
public enum Severity
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>The stage must look at it.</summary>
    Concern,

    /// <summary>Takes the proposal to the fullest review. A red line is never an automatic refusal: people decide.</summary>
    RedLine,
}

/// <summary>One screening rule: a condition over facts, and what to say when it holds.</summary>
public sealed record Rule
{
    /// <summary>Stable id: <c>[a-z0-9_-]</c>.</summary>
    public required string Id { get; init; }

    /// <summary>A short name.</summary>
    public required string Title { get; init; }

    /// <summary>When it fires.</summary>
    public required Condition When { get; init; }

    /// <summary>How much it weighs.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Why it matters, in plain English.</summary>
    public required string Reason { get; init; }

    /// <summary>What to ask the proposer.</summary>
    public required string Ask { get; init; }

    /// <summary>The stage that must look at it: an id of <see cref="Governance.Review.Stages.StageIds"/>.</summary>
    public required string Stage { get; init; }

    /// <summary>Where it comes from: T1 to T10, law or guidance.</summary>
    public required IReadOnlyList<string> Source { get; init; }

    /// <summary>The fields that it is about.</summary>
    public required IReadOnlyList<string> Fields { get; init; }
}

/// <summary>One entry of the route list: the first whose condition holds is taken.</summary>
/// <param name="Route">The route's id.</param>
/// <param name="When">When it is taken; null means always.</param>
/// <param name="Reason">Why, in plain English.</param>
public sealed record RouteChoice(string Route, Condition? When, string Reason);

/// <summary>A file as read: kept for pinning and for the audit bundle.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Digest">Lower-case hex SHA-256 of the bytes.</param>
public sealed record PinnedFile(string Name, ReadOnlyMemory<byte> Bytes, string Digest);

/// <summary>The screening rules, the route choice and the word list, loaded and checked together.</summary>
public sealed class ScreeningRules
{
    /// <summary>The rules in the order of the file.</summary>
    public required IReadOnlyList<Rule> Rules { get; init; }

    /// <summary>The route list, in order.</summary>
    public required IReadOnlyList<RouteChoice> Routes { get; init; }

    /// <summary>Words that pass judgement on young people, with a suggestion each.</summary>
    public required IReadOnlyList<JudgingWord> JudgingWords { get; init; }

    /// <summary>The form whose facts the rules speak of.</summary>
    public required ProposalForm Form { get; init; }

    /// <summary>The files: <c>rules.json</c>, <c>route-choice.json</c>, <c>judging-words.json</c>, <c>lists.json</c>.</summary>
    public required IReadOnlyList<PinnedFile> Files { get; init; }

    /// <summary>Lower-case hex SHA-256 over the files: of the lines <c>digest  name</c>, sorted by name, as sha256sum prints them.</summary>
    public required string Digest { get; init; }

    /// <summary>What the rules can speak of.</summary>
    public required FactCatalogue Facts { get; init; }

    /// <summary>What the route list can speak of: <see cref="Facts"/>, and what the rules found.</summary>
    internal FactCatalogue RouteFacts { get => field ?? Facts; init; }

    /// <summary>Reads the folder, <c>lists.json</c> included.</summary>
    /// <exception cref="WorkflowFileException">Something is wrong; every mistake is named.</exception>
    public static ScreeningRules Load(string folder)
    {
        var mistakes = new List<FileMistake>();
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var name in ScreeningReader.FileNames)
        {
            if (WorkflowJson.ReadFile(folder, name, mistakes) is { } bytes)
                files[name] = bytes;
        }

        return mistakes.Count == 0 ? Parse(files) : throw new WorkflowFileException(mistakes);
    }

    /// <summary>Reads stored files, so that an old pinned version can be run again.</summary>
    /// <param name="files">File name to bytes, the same four as in <see cref="Files"/>; others are ignored.</param>
    /// <exception cref="WorkflowFileException">Something is wrong; every mistake is named.</exception>
    public static ScreeningRules Parse(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files) => ScreeningReader.Read(files);

    /// <summary>
    /// Every rule that fires, and the route. Advice to people: it routes and asks, and decides nothing.
    /// </summary>
    /// <param name="answers">The proposal. A draft can be screened too, to show its writer what will be asked.</param>
    /// <param name="attachments">Its documents.</param>
    /// <param name="today">The day of screening; without it, nothing is said about a day lying in the past or the future.</param>
    public ScreeningResult Run(Answers answers, IReadOnlyList<Attachment> attachments, DateOnly? today = null)
    {
        var source = new FactSource(Form, answers, attachments, today, JudgingWords);
        var facts = new FactValues(Facts, source);
        var flags = Rules.Where(r => facts.Holds(r.When))
            .Select(r => new Flag(r.Id, r.Title, r.Severity, r.Reason, r.Ask, r.Stage, r.Source, r.Fields))
            .OrderByDescending(f => f.Severity)
            .ToList();
        var routeFacts = new FactValues(RouteFacts, source with { Flags = flags });
        var route = Routes.First(r => r.When is null || routeFacts.Holds(r.When));
        return new ScreeningResult(flags, flags.Count == 0 ? null : flags[0].Severity, route.Route, route.Reason);
    }
}

/// <summary>A word or phrase that passes judgement.</summary>
/// <param name="Word">Small letters; matched as whole words, capital or not.</param>
/// <param name="Instead">What to write instead, or what to think about.</param>
public sealed record JudgingWord(string Word, string Instead)
{
    /// <summary>Where judging words stand in a text, in order: for a page that points them out kindly.</summary>
    public static IReadOnlyList<(int Index, JudgingWord Word)> FindIn(string text, IReadOnlyList<JudgingWord> words)
    {
        var found = new List<(int, JudgingWord)>();
        foreach (var word in words)
        {
            for (var at = text.IndexOf(word.Word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word.Word, at + 1, StringComparison.OrdinalIgnoreCase))
            {
                var end = at + word.Word.Length;
                if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
                    found.Add((at, word));
            }
        }

        return [.. found.OrderBy(f => f.Item1)];
    }
}

/// <summary>Facts read once each, when a condition first asks for them.</summary>
internal sealed class FactValues(FactCatalogue catalogue, FactSource source)
{
    private readonly Dictionary<string, IReadOnlyList<string>> _values = new(StringComparer.Ordinal);

    public bool Holds(Condition condition) => condition switch
    {
        Condition.All all => all.Of.All(Holds),
        Condition.Any any => any.Of.Any(Holds),
        Condition.Not not => !Holds(not.Of),
        Condition.Test test => Holds(test),
        _ => throw new InvalidOperationException("Conditions are all, any, not and test only."),
    };

    private bool Holds(Condition.Test test)
    {
        var fact = catalogue.Find(test.Fact)!;
        if (!_values.TryGetValue(fact.Id, out var values))
            _values[fact.Id] = values = [.. fact.Read(source)];

        return test.Operator switch
        {
            Operator.Present => values.Count > 0,
            Operator.Absent => values.Count == 0,
            Operator.AtLeast => values.Count > 0 && Rank(fact, values[0]) >= Rank(fact, test.Values[0]),
            // An answer that is not on the scale ranks -1: it is neither high nor low.
            Operator.AtMost => values.Count > 0 && Rank(fact, values[0]) is { } rank && rank >= 0 && rank <= Rank(fact, test.Values[0]),
            _ when fact.Type == FactType.Number => values.Any(v => test.Values.Any(t => Rank(fact, v) == Rank(fact, t))),
            _ => values.Any(v => test.Values.Contains(v, StringComparer.Ordinal)),
        };
    }

    private static decimal Rank(Fact fact, string value)
    {
        if (fact.Type == FactType.Number)
            return decimal.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture);
        for (var i = 0; i < fact.Options.Count; i++)
        {
            if (fact.Options[i] == value)
                return i;
        }

        return -1;
    }
}
