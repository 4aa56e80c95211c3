using System.Security.Cryptography;
using System.Text;
using Governance.Review.Proposals;
using Governance.Review.Screening;
using Governance.Review.Tests.Proposals;

namespace Governance.Review.Tests.Screening;

public sealed class ScreeningLoaderTests
{
    private static Dictionary<string, ReadOnlyMemory<byte>> Files() => Shipped.Rules.Files.ToDictionary(f => f.Name, f => f.Bytes, StringComparer.Ordinal);

    private static IReadOnlyList<FileMistake> MistakesOf(string name, string text)
    {
        var files = Files();
        files[name] = Encoding.UTF8.GetBytes(text);
        return Assert.Throws<WorkflowFileException>(() => ScreeningRules.Parse(files)).Mistakes;
    }

    private static string Rule(string when, string id = "x", string stage = "privacy", string severity = "note", string field = "title", string source = "T1")
        => $$"""{ "id": "{{id}}", "title": "T", "when": {{when}}, "severity": "{{severity}}", "reason": "R", "ask": "A", "stage": "{{stage}}", "source": ["{{source}}"], "fields": ["{{field}}"] }""";

    private static string RulesOf(params string[] rules) => $$"""{ "rules": [{{string.Join(',', rules)}}] }""";

    public static TheoryData<string, string, string> BadConditions => new()
    {
        { """{ "fact": "no_such_fact", "present": true }""", "$.rules[0].when.fact", "no fact" },
        { """{ "fact": "title", "equals": "x" }""", "$.rules[0].when.equals", "type text" },
        { """{ "fact": "title", "at_least": 3 }""", "$.rules[0].when.at_least", "type text" },
        { """{ "fact": "data_categories", "equals": "images" }""", "$.rules[0].when.equals", "includes" },
        { """{ "fact": "article6", "at_least": "e" }""", "$.rules[0].when.at_least", "cannot be compared" },
        { """{ "fact": "people_count", "at_least": "many" }""", "$.rules[0].when.at_least", "is a number" },
        { """{ "fact": "base_rate", "at_least": 2 }""", "$.rules[0].when.at_least", "never reached" },
        { """{ "fact": "wrongly_flagged_per_100", "at_least": 101 }""", "$.rules[0].when.at_least", "never reached" },
        { """{ "fact": "place", "equals": "galaxy" }""", "$.rules[0].when.equals", "not a value" },
        { """{ "fact": "place", "at_least": "galaxy" }""", "$.rules[0].when.at_least", "not a value" },
        { """{ "fact": "data_categories", "includes": ["images", "dreams"] }""", "$.rules[0].when.includes[1]", "not a value" },
        { """{ "fact": "place", "in": [] }""", "$.rules[0].when.in", "at least one" },
        { """{ "fact": "named_list", "equals": true }""", "$.rules[0].when.equals", "not a value" },
        { """{ "fact": "title", "present": false }""", "$.rules[0].when.present", "true" },
        { """{ "fact": "title" }""", "$.rules[0].when", "Exactly one" },
        { """{ "fact": "title", "present": true, "absent": true }""", "$.rules[0].when", "Exactly one" },
        { """{ "fact": "title", "present": true, "presnt": true }""", "$.rules[0].when.presnt", "Unknown name" },
        { """{ "all": [] }""", "$.rules[0].when.all", "at least one" },
        { """{ "all": [{ "fact": "title", "present": true }], "any": [{ "fact": "title", "present": true }] }""", "$.rules[0].when.any", "Unknown name" },
        { "\"always\"", "$.rules[0].when", "object" },
        { """{ "any": [{ "not": { "fact": "nope", "present": true } }] }""", "$.rules[0].when.any[0].not.fact", "no fact" },
        { """{ "all": [{ "fact": "place", "equals": "ward" }, { "fact": "place", "equals": "point" }] }""", "$.rules[0].when.all", "contradict" },
        { """{ "all": [{ "fact": "place", "at_least": "lsoa" }, { "fact": "place", "at_most": "ward" }] }""", "$.rules[0].when.all", "contradict" },
        { """{ "all": [{ "fact": "place", "at_least": "lsoa" }, { "all": [{ "fact": "place", "in": ["region", "ward"] }] }] }""", "$.rules[0].when.all", "contradict" },
        { """{ "all": [{ "fact": "people_count", "at_least": 50 }, { "fact": "people_count", "at_most": 49 }] }""", "$.rules[0].when.all", "contradict" },
        { """{ "all": [{ "fact": "title", "present": true }, { "fact": "title", "absent": true }] }""", "$.rules[0].when.all", "contradict" },
        { """{ "all": [{ "fact": "data_categories", "includes": "images" }, { "fact": "data_categories", "absent": true }] }""", "$.rules[0].when.all", "contradict" },
        { """{ "all": [{ "fact": "named_list", "equals": "yes" }, { "not": { "fact": "named_list", "present": true } }] }""", "$.rules[0].when.all", "contradict" },
        { """{ "fact": "worst_severity", "equals": "note" }""", "$.rules[0].when.fact", "no fact" },
    };

    [Theory]
    [MemberData(nameof(BadConditions))]
    public void A_condition_that_cannot_be_meant_is_refused_with_its_place(string when, string place, string why)
    {
        // The shipped route file names no rule ids, so the only mistake is the one in the rule.
        var mistake = Assert.Single(MistakesOf("rules.json", RulesOf(Rule(when))));
        Assert.Equal(("rules.json", place), (mistake.File, mistake.Place));
        Assert.Contains(why, mistake.Why, StringComparison.Ordinal);
    }

    public static TheoryData<string> GoodConditions =>
    [
        """{ "all": [{ "fact": "place", "at_least": "ward" }, { "fact": "place", "at_most": "ward" }] }""",
        """{ "all": [{ "fact": "people_count", "at_least": 50 }, { "fact": "people_count", "at_most": 50 }] }""",
        """{ "all": [{ "not": { "fact": "place", "equals": "ward" } }, { "fact": "place", "absent": true }] }""",
        """{ "all": [{ "fact": "data_categories", "includes": "images" }, { "not": { "fact": "data_categories", "includes": "video" } }] }""",
        """{ "any": [{ "fact": "place", "equals": "ward" }, { "fact": "place", "equals": "point" }] }""",
    ];

    [Theory]
    [MemberData(nameof(GoodConditions))]
    public void A_condition_that_some_proposal_meets_is_taken(string when)
    {
        var files = Files();
        files["rules.json"] = Encoding.UTF8.GetBytes(RulesOf(Rule(when)));
        Assert.Single(ScreeningRules.Parse(files).Rules);
    }

    [Fact]
    public void Every_mistake_of_every_file_is_in_one_exception()
    {
        var files = Files();
        files["rules.json"] = Encoding.UTF8.GetBytes(RulesOf(
            Rule("""{ "fact": "title", "present": true }""", id: "same"),
            Rule("""{ "fact": "title", "present": true }""", id: "same", stage: "kitchen", severity: "dreadful", field: "nothing", source: "T11"),
            """{ "id": "Bad Id", "title": " ", "when": { "fact": "title", "present": true }, "severity": "note", "reason": "R", "ask": 3, "stage": "privacy", "source": [], "fields": ["title", "title"], "extra": 1 }""",
            """{ "id": "none" }"""));
        files["route-choice.json"] = Encoding.UTF8.GetBytes("""{ "routes": [{ "route": "a", "reason": "R" }, { "route": "b", "when": { "fact": "flags", "includes": "unheard" }, "reason": "R" }] }""");
        files["judging-words.json"] = Encoding.UTF8.GetBytes("""{ "words": [{ "word": "Yob", "instead": "x" }, { "word": "a", "instead": "x" }, { "word": "a" }] }""");
        var exception = Assert.Throws<WorkflowFileException>(() => ScreeningRules.Parse(files));
        Assert.Equal(
            [
                "judging-words.json $.words[0].word", "judging-words.json $.words[2].instead", "judging-words.json $.words[2].word",
                "rules.json $.rules[1].severity", "rules.json $.rules[1].id", "rules.json $.rules[1].stage", "rules.json $.rules[1].source", "rules.json $.rules[1].fields",
                "rules.json $.rules[2].extra", "rules.json $.rules[2].id", "rules.json $.rules[2].title", "rules.json $.rules[2].ask", "rules.json $.rules[2].source", "rules.json $.rules[2].fields[1]",
                "rules.json $.rules[3].title", "rules.json $.rules[3].when", "rules.json $.rules[3].severity", "rules.json $.rules[3].reason", "rules.json $.rules[3].ask", "rules.json $.rules[3].stage", "rules.json $.rules[3].source", "rules.json $.rules[3].fields",
                "route-choice.json $.routes[0]", "route-choice.json $.routes[1].when", "route-choice.json $.routes[1].when.includes",
            ],
            exception.Mistakes.Select(m => $"{m.File} {m.Place}"));
        Assert.All(exception.Mistakes, m => Assert.Contains(m.ToString(), exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Broken_json_is_named_with_its_line()
    {
        var mistake = Assert.Single(MistakesOf("rules.json", "{\n  \"rules\": [\n    oops\n"));
        Assert.Equal(("rules.json", "line 3"), (mistake.File, mistake.Place));
        Assert.Equal("$", Assert.Single(MistakesOf("rules.json", "[]")).Place);
        Assert.StartsWith("line", Assert.Single(MistakesOf("rules.json", """{ "rules": [], "rules": [] }""")).Place, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_in_the_lists_of_law_are_named()
    {
        var text = Encoding.UTF8.GetString(Files()["lists.json"].Span)
            .Replace("\"age_of_digital_consent\": 13", "\"age_of_digital_consent\": 21", StringComparison.Ordinal)
            .Replace("\"from\": 13", "\"from\": 14", StringComparison.Ordinal)
            .Replace("\"article9_needing_schedule1\": [\"b\"", "\"article9_needing_schedule1\": [\"z\"", StringComparison.Ordinal);
        Assert.Equal(["$.age_of_digital_consent", "$.age_bands[1].from", "$.article9_needing_schedule1"], MistakesOf("lists.json", text).Select(m => m.Place));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var files = Files();
        files.Remove("judging-words.json");
        Assert.Equal("judging-words.json", Assert.Single(Assert.Throws<WorkflowFileException>(() => ScreeningRules.Parse(files)).Mistakes).File);
        var empty = Directory.CreateTempSubdirectory();
        try
        {
            Assert.Equal(4, Assert.Throws<WorkflowFileException>(() => ScreeningRules.Load(empty.FullName)).Mistakes.Count);
        }
        finally
        {
            empty.Delete();
        }
    }

    [Fact]
    public void The_digests_pin_the_bytes_and_the_stored_bytes_give_the_same_rules()
    {
        foreach (var file in Shipped.Rules.Files)
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(Shipped.Folder("screening"), file.Name)), file.Bytes.ToArray());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file.Bytes.Span)), file.Digest);
        }

        var again = ScreeningRules.Parse(Files());
        Assert.Equal(Shipped.Rules.Digest, again.Digest);
        Assert.Equal(Shipped.Rules.Run(SampleAnswers.Scoring, []).Flags.Select(f => f.Rule), again.Run(SampleAnswers.Scoring, []).Flags.Select(f => f.Rule));

        var changed = Files();
        changed["judging-words.json"] = ScreeningTests.Edit(changed["judging-words.json"], "Leave it out.", "Leave it out, please.");
        Assert.NotEqual(Shipped.Rules.Digest, ScreeningRules.Parse(changed).Digest);
    }

    [Fact]
    public void The_readme_lists_every_derived_fact_with_its_meaning()
    {
        var readme = File.ReadAllText(Path.Combine(Shipped.Folder("screening"), "README.md"));
        var table = string.Concat(Shipped.Rules.Facts.Facts.Where(f => f.Derived).Select(f => $"| `{f.Id}` | {f.Type.ToString().ToLowerInvariant()} | {f.Meaning} |\n"));
        Assert.Contains("| fact | type | what it says |\n|---|---|---|\n" + table, readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fact_has_a_meaning_that_an_administrator_can_read()
        => Assert.All(Shipped.Rules.Facts.Facts, f => Assert.False(string.IsNullOrWhiteSpace(f.Meaning)));
}
