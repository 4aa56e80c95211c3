using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Governance.Review.Proposals;
using Governance.Review.Stages;

namespace Governance.Review.Screening;

/// <summary>Reads and checks the screening files. Every mistake is collected with its file and place.</summary>
internal sealed partial class ScreeningReader
{
    public const string RulesFile = "rules.json";
    public const string RoutesFile = "route-choice.json";
    public const string WordsFile = "judging-words.json";

    public static readonly IReadOnlyList<string> FileNames = [WordsFile, LawLists.FileName, RoutesFile, RulesFile];

    private static readonly string[] Operators = ["equals", "in", "includes", "at_least", "at_most", "present", "absent"];

    private readonly List<FileMistake> _mistakes = [];

    public static ScreeningRules Read(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        var reader = new ScreeningReader();
        foreach (var name in FileNames.Where(n => !files.ContainsKey(n)))
            reader._mistakes.Add(new FileMistake(name, "$", "The file is missing."));
        if (reader._mistakes.Count > 0)
            throw new WorkflowFileException(reader._mistakes);

        // Without the lists there is no form, and without the form no fact: nothing else can be judged then.
        var form = ProposalForm.From(LawLists.Parse(files[LawLists.FileName]));
        var facts = new FactCatalogue(form);
        var words = reader.ReadWords(files[WordsFile]);
        var rules = reader.ReadRules(files[RulesFile], form, facts);
        var routeFacts = facts.ForRoutes([.. rules.Select(r => r.Id)]);
        var routes = reader.ReadRoutes(files[RoutesFile], routeFacts);
        if (reader._mistakes.Count > 0)
            throw new WorkflowFileException(reader._mistakes);

        PinnedFile[] pinned = [.. FileNames.Select(n => new PinnedFile(n, files[n], WorkflowJson.DigestOf(files[n].Span)))];
        return new ScreeningRules
        {
            Rules = rules,
            Routes = routes,
            JudgingWords = words,
            Form = form,
            Facts = facts,
            RouteFacts = routeFacts,
            Files = pinned,
            Digest = WorkflowJson.DigestOf(Encoding.ASCII.GetBytes(string.Concat(pinned.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Digest}  {f.Name}\n")))),
        };
    }

    private List<JudgingWord> ReadWords(ReadOnlyMemory<byte> bytes)
    {
        var file = new WorkflowJson(WordsFile, _mistakes);
        var words = new List<JudgingWord>();
        if (file.Root(bytes) is not { } root)
            return words;
        file.Only(root, "$", "about", "words");
        foreach (var (item, at) in file.List(root, "words", "$"))
        {
            file.Only(item, at, "word", "instead");
            var word = new JudgingWord(file.Text(item, "word", at), file.Text(item, "instead", at));
            if (word.Word != word.Word.Trim().ToLowerInvariant())
                file.Mistake(at + ".word", "Write it in small letters without spaces around it.");
            if (words.Exists(w => w.Word == word.Word))
                file.Mistake(at + ".word", $"“{word.Word}” is here twice.");
            words.Add(word);
        }

        return words;
    }

    private List<Rule> ReadRules(ReadOnlyMemory<byte> bytes, ProposalForm form, FactCatalogue facts)
    {
        var file = new WorkflowJson(RulesFile, _mistakes);
        var rules = new List<Rule>();
        if (file.Root(bytes) is not { } root)
            return rules;
        file.Only(root, "$", "about", "rules");
        foreach (var (item, at) in file.List(root, "rules", "$"))
        {
            file.Only(item, at, "id", "title", "when", "severity", "reason", "ask", "stage", "source", "fields");
            var rule = new Rule
            {
                Id = file.Id(item, "id", at),
                Title = file.Text(item, "title", at),
                When = ReadWhen(file, item, at, facts) ?? new Condition.Any([]),
                Severity = ReadSeverity(file, item, at),
                Reason = file.Text(item, "reason", at),
                Ask = file.Text(item, "ask", at),
                Stage = file.Text(item, "stage", at),
                Source = file.Texts(item, "source", at),
                Fields = file.Texts(item, "fields", at),
            };
            if (rule.Id.Length > 0 && rules.Exists(r => r.Id == rule.Id))
                file.Mistake(at + ".id", $"“{rule.Id}” is here twice.");
            if (rule.Stage.Length > 0 && !StageIds.All.Contains(rule.Stage, StringComparer.Ordinal))
                file.Mistake(at + ".stage", $"“{rule.Stage}” is not a stage. Stages: {string.Join(", ", StageIds.All)}.");
            foreach (var source in rule.Source.Where(s => ConcernLike().IsMatch(s) && !Concern().IsMatch(s)))
                file.Mistake(at + ".source", $"“{source}” is not a concern: they run from T1 to T10.");
            foreach (var field in rule.Fields.Where(f => f != "attachments" && form.Find(f) is null))
                file.Mistake(at + ".fields", $"The form has no field “{field}”.");
            rules.Add(rule);
        }

        return rules;
    }

    private static Severity ReadSeverity(WorkflowJson file, JsonElement item, string at)
    {
        switch (file.Text(item, "severity", at))
        {
            case "note":
                return Severity.Note;
            case "concern":
                return Severity.Concern;
            case "red_line":
                return Severity.RedLine;
            case "":
                return Severity.Note;
            default:
                file.Mistake(at + ".severity", "Severity is note, concern or red_line.");
                return Severity.Note;
        }
    }

    private List<RouteChoice> ReadRoutes(ReadOnlyMemory<byte> bytes, FactCatalogue facts)
    {
        var file = new WorkflowJson(RoutesFile, _mistakes);
        var routes = new List<RouteChoice>();
        if (file.Root(bytes) is not { } root)
            return routes;
        file.Only(root, "$", "about", "routes");
        var list = file.List(root, "routes", "$");
        for (var i = 0; i < list.Count; i++)
        {
            var (item, at) = list[i];
            file.Only(item, at, "route", "when", "reason");
            var last = i == list.Count - 1;
            var hasWhen = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("when", out _);
            if (last && hasWhen)
                file.Mistake(at + ".when", "The last route takes whatever is left, so it has no “when”.");
            if (!last && !hasWhen)
                file.Mistake(at, "Only the last route has no “when”: those after this one could never be taken.");
            routes.Add(new RouteChoice(file.Id(item, "route", at), hasWhen ? ReadWhen(file, item, at, facts) : null, file.Text(item, "reason", at)));
        }

        return routes;
    }

    private static Condition? ReadWhen(WorkflowJson file, JsonElement item, string at, FactCatalogue facts)
    {
        if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("when", out var when))
        {
            var condition = ReadCondition(file, when, at + ".when", facts);
            if (condition is not null and not Condition.All)
                CheckPossible(file, [condition], at + ".when", facts);
            return condition;
        }

        file.Mistake(at + ".when", "A condition is needed here.");
        return null;
    }

    private static Condition? ReadCondition(WorkflowJson file, JsonElement json, string at, FactCatalogue facts)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            file.Mistake(at, "A condition is an object with “all”, “any”, “not” or “fact”.");
            return null;
        }

        if (json.TryGetProperty("all", out _) || json.TryGetProperty("any", out _))
        {
            var all = json.TryGetProperty("all", out _);
            var name = all ? "all" : "any";
            file.Only(json, at, name);
            var parts = file.List(json, name, at).Select(p => ReadCondition(file, p.Element, p.Place, facts)).OfType<Condition>().ToList();
            if (all)
                CheckPossible(file, parts, $"{at}.all", facts);
            return all ? new Condition.All(parts) : new Condition.Any(parts);
        }

        if (json.TryGetProperty("not", out var inner))
        {
            file.Only(json, at, "not");
            return ReadCondition(file, inner, at + ".not", facts) is { } condition ? new Condition.Not(condition) : null;
        }

        return ReadTest(file, json, at, facts);
    }

    private static Condition.Test? ReadTest(WorkflowJson file, JsonElement json, string at, FactCatalogue facts)
    {
        file.Only(json, at, ["fact", .. Operators]);
        var id = file.Text(json, "fact", at);
        if (id.Length == 0)
            return null;
        if (facts.Find(id) is not { } fact)
        {
            file.Mistake(at + ".fact", $"There is no fact “{id}”.");
            return null;
        }

        var used = Operators.Where(o => json.TryGetProperty(o, out _)).ToList();
        if (used.Count != 1)
        {
            file.Mistake(at, $"Exactly one comparison is needed: {string.Join(", ", Operators)}.");
            return null;
        }

        var name = used[0];
        if (!Fitting(fact.Type).Contains(name, StringComparer.Ordinal))
        {
            file.Mistake($"{at}.{name}", $"“{id}” is of type {fact.Type.ToString().ToLowerInvariant()} and cannot be compared with “{name}”; it takes {string.Join(", ", Fitting(fact.Type))}.");
            return null;
        }

        var value = json.GetProperty(name);
        if (name is "present" or "absent")
        {
            if (value.ValueKind == JsonValueKind.True)
                return new Condition.Test(id, name == "present" ? Operator.Present : Operator.Absent, []);
            file.Mistake($"{at}.{name}", "Write true here; for the opposite use the other of “present” and “absent”.");
            return null;
        }

        var values = ReadValues(file, json, name, value, at, fact);
        return values.Count == 0 ? null : new Condition.Test(id, name switch
        {
            "equals" => Operator.EqualTo,
            "in" => Operator.In,
            "includes" => Operator.Includes,
            "at_least" => Operator.AtLeast,
            _ => Operator.AtMost,
        }, values);
    }

    private static List<string> ReadValues(WorkflowJson file, JsonElement json, string name, JsonElement value, string at, Fact fact)
    {
        var many = name == "in" || (name == "includes" && value.ValueKind == JsonValueKind.Array);
        var values = new List<string>();
        foreach (var (item, place) in many ? file.List(json, name, at) : [(value, $"{at}.{name}")])
        {
            if (fact.Type == FactType.Number)
            {
                if (item.ValueKind != JsonValueKind.Number || !item.TryGetDecimal(out var n))
                    file.Mistake(place, $"“{fact.Id}” is a number; write a number here, without quotation marks.");
                else if (n < fact.Lowest || n > fact.Highest)
                    file.Mistake(place, string.Create(CultureInfo.InvariantCulture, $"“{fact.Id}” runs from {fact.Lowest} to {fact.Highest}, so {n} is never reached."));
                else
                    values.Add(n.ToString(CultureInfo.InvariantCulture));
            }
            else if (item.ValueKind != JsonValueKind.String || !fact.Options.Contains(item.GetString()!, StringComparer.Ordinal))
            {
                file.Mistake(place, $"“{item}” is not a value of “{fact.Id}”. Values: {string.Join(", ", fact.Options)}.");
            }
            else if (values.Contains(item.GetString()!, StringComparer.Ordinal))
            {
                file.Mistake(place, $"“{item}” is here twice.");
            }
            else
            {
                values.Add(item.GetString()!);
            }
        }

        return values;
    }

    private static string[] Fitting(FactType type) => type switch
    {
        FactType.Choice or FactType.Flag => ["equals", "in", "present", "absent"],
        FactType.Scale => ["equals", "in", "at_least", "at_most", "present", "absent"],
        FactType.Choices => ["includes", "present", "absent"],
        FactType.Number => ["equals", "at_least", "at_most", "present", "absent"],
        _ => ["present", "absent"],
    };

    /// <summary>
    /// Refuses what can never hold: for each fact, the values that every test of one "all" leaves over must not be none.
    /// Looks at the tests themselves and at negated ones, not through "any".
    /// </summary>
    private static void CheckPossible(WorkflowJson file, IReadOnlyList<Condition> together, string at, FactCatalogue facts)
    {
        var tests = Flatten(together).ToList();
        foreach (var group in tests.GroupBy(t => t.Test.Fact, StringComparer.Ordinal))
        {
            var fact = facts.Find(group.Key)!;
            if (group.Any(t => !CanHold(fact, [t])))
                file.Mistake(at, $"What is asked of “{fact.Id}” can never hold.");
            else if (!CanHold(fact, group))
                file.Mistake(at, $"The tests of “{fact.Id}” contradict each other: no value passes them all.");
        }
    }

    private static IEnumerable<(Condition.Test Test, bool Wanted)> Flatten(IEnumerable<Condition> together)
    {
        foreach (var condition in together)
        {
            switch (condition)
            {
                case Condition.Test test:
                    yield return (test, true);
                    break;
                case Condition.Not { Of: Condition.Test test }:
                    yield return (test, false);
                    break;
                case Condition.All all:
                    foreach (var inner in Flatten(all.Of))
                        yield return inner;
                    break;
            }
        }
    }

    private static bool CanHold(Fact fact, IEnumerable<(Condition.Test Test, bool Wanted)> tests)
    {
        // Every value that could make a difference; null stands for "absent".
        var values = fact.Type switch
        {
            FactType.Number => [.. NumbersThatMatter(fact, tests), null],
            FactType.Choices => [null, "any"],
            FactType.Text or FactType.List => [null, "any"],
            _ => fact.Options.Append(null).ToList(),
        };
        return values.Exists(value => tests.All(t => Passes(fact, t.Test, value) is not { } passes || passes == t.Wanted));
    }

    private static IEnumerable<string?> NumbersThatMatter(Fact fact, IEnumerable<(Condition.Test Test, bool Wanted)> tests)
        => tests.SelectMany(t => t.Test.Values).Select(v => decimal.Parse(v, NumberStyles.Float, CultureInfo.InvariantCulture))
            .SelectMany(v => new[] { v - 0.001m, v, v + 0.001m })
            .Append(fact.Lowest)
            .Where(v => v >= fact.Lowest && v <= fact.Highest)
            .Select(v => v.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether the value passes; null when that depends on more than the value (what else a list holds).</summary>
    private static bool? Passes(Fact fact, Condition.Test test, string? value) => test.Operator switch
    {
        Operator.Present => value is not null,
        Operator.Absent => value is null,
        _ when value is null => false,
        Operator.Includes => null,
        Operator.AtLeast => Compare(fact, value, test.Values[0]) >= 0,
        Operator.AtMost => Compare(fact, value, test.Values[0]) <= 0,
        _ => test.Values.Any(v => Compare(fact, value, v) == 0),
    };

    private static int Compare(Fact fact, string a, string b)
    {
        if (fact.Type == FactType.Number)
            return decimal.Parse(a, NumberStyles.Float, CultureInfo.InvariantCulture).CompareTo(decimal.Parse(b, NumberStyles.Float, CultureInfo.InvariantCulture));
        var options = fact.Options.ToList();
        return options.IndexOf(a).CompareTo(options.IndexOf(b));
    }

    [GeneratedRegex("^T[0-9]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConcernLike();

    [GeneratedRegex("^T([1-9]|10)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Concern();
}
