using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Proposals;
using Governance.Review.Tests.Decisions;
using Governance.Review.Tests.Proposals;

namespace Governance.Review.Tests.Events;

public sealed partial class EventCodecTests
{
    static readonly ProposalForm Form = new World("standard").Case.Rulebook.Screening.Form;

    public static TheoryData<string> Kinds() => [.. EventCatalogue.Kinds.Select(k => k.Name)];

    static JsonNode Json(ProposalEvent e) => JsonSerializer.SerializeToNode(e, e.GetType(), ReviewJson.Options)!;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_event_comes_back_from_its_entry_and_disclosures(string kind) => AnyEvent.Of(EventCatalogue.Find(kind)!.Type).Sample(made =>
    {
        var encoded = EventCodec.Encode(made.Event, Form);
        // Through text, as it is stored.
        var data = JsonNode.Parse(encoded.Data.ToJsonString())!.AsObject();
        var back = EventCodec.Decode(encoded.Kind, data, encoded.Sealed);
        Assert.Equal(Json(made.Event).ToJsonString(), Json(back).ToJsonString());
    }, iter: 60, threads: 1);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_event_is_read_with_any_part_withheld_and_only_the_withheld_text_is_missing(string kind) => AnyEvent.Of(EventCatalogue.Find(kind)!.Type).Sample(made =>
    {
        var encoded = EventCodec.Encode(made.Event, Form);
        var random = new Random(made.Seed);
        var shown = encoded.Sealed.Where(_ => random.Next(2) == 0).ToList();
        var back = EventCodec.Decode(encoded.Kind, encoded.Data, shown);

        var expected = Json(made.Event);
        foreach (var withheld in encoded.Sealed.Except(shown)) Withhold(expected, withheld.Path.Split('.'));
        Assert.Equal(Plain(expected), Plain(Json(back)));
    }, iter: 60, threads: 1);

    /// <summary>A text that is required stays, without its text; one that may be missing goes.</summary>
    static void Withhold(JsonNode root, string[] path)
    {
        var parent = root;
        foreach (var step in path[..^1]) parent = parent is JsonArray list ? list[int.Parse(step, null)]! : parent[step]!;
        if (path[0] == "answers" || path is ["checklist", _, "note"]) parent.AsObject().Remove(path[^1]);
        else parent[path[^1]] = new JsonObject { ["$for"] = "Panel" };
    }

    static string Plain(JsonNode e)
    {
        if (e["answers"] is JsonObject answers) e["answers"] = AnswersJson.Read(answers).ToJson();
        return e.ToJsonString();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_stands_in_an_entry_is_canonical_and_nobody_s_words(string kind) => AnyEvent.Of(EventCatalogue.Find(kind)!.Type).Sample(made =>
    {
        var encoded = EventCodec.Encode(made.Event, Form);
        Check(encoded.Data);
        Assert.DoesNotContain("typed by hand", encoded.Data.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("of an older form", encoded.Data.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("many", encoded.Data.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(encoded.Sealed.Count, encoded.Sealed.Select(s => s.Path).Distinct().Count());
    }, iter: 60, threads: 1);

    static void Check(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (key, value) in o)
                {
                    Assert.Matches(SafeKey(), key);
                    Check(value);
                }
                break;
            case JsonArray a:
                foreach (var item in a) Check(item);
                break;
            default:
                Assert.NotNull(node);
                Assert.True(node.GetValueKind() is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False || (node.GetValueKind() is JsonValueKind.Number && long.TryParse(node.ToJsonString(), null, out _)),
                    $"{node.ToJsonString()} has no canonical form.");
                break;
        }
    }

    [GeneratedRegex("^[a-z0-9_]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SafeKey();

    [Fact]
    public void An_unknown_kind_another_version_or_broken_data_is_an_error_that_says_so()
    {
        var encoded = EventCodec.Encode(new ReviewCompleted { Activity = "end" }, Form);
        Assert.Throws<FormatException>(() => EventCodec.Decode("no.such_event", encoded.Data, []));
        var later = encoded.Data.DeepClone().AsObject();
        later["event_version"] = 2;
        Assert.Throws<FormatException>(() => EventCodec.Decode(encoded.Kind, later, []));
        var broken = encoded.Data.DeepClone().AsObject();
        broken.Remove("activity");
        Assert.Throws<FormatException>(() => EventCodec.Decode(encoded.Kind, broken, []));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_fold_and_the_timeline_know_every_kind(string kind)
    {
        var world = new World("standard");
        var happening = new Happening("somebody", world.Now.At, (ProposalEvent)new AnyEvent(new Random(7)).Make(EventCatalogue.Find(kind)!.Type));
        ProposalFold.Apply(world.State, happening);
        var told = Timeline.Tell(world.Case, World.Chair, happening, new Dictionary<string, string>());
        string[] toldByOthers = ["route.advanced", "review.completed"];
        Assert.Equal(toldByOthers.Contains(kind), told is null);
        Assert.True(told is null || told.Title.Length > 0);
    }

    sealed record Unheard : ProposalEvent;

    [Fact]
    public void An_event_without_a_case_in_fold_or_timeline_does_not_pass_unnoticed()
    {
        var world = new World("standard");
        var happening = new Happening("somebody", world.Now.At, new Unheard());
        Assert.Throws<InvalidOperationException>(() => ProposalFold.Apply(world.State, happening));
        Assert.Throws<InvalidOperationException>(() => Timeline.Tell(world.Case, World.Chair, happening, new Dictionary<string, string>()));
    }

    [Fact]
    public void Kinds_are_unique_lower_case_and_explained()
    {
        Assert.Equal(EventCatalogue.Kinds.Count, EventCatalogue.Kinds.Select(k => k.Name).Distinct().Count());
        Assert.All(EventCatalogue.Kinds, k =>
        {
            Assert.Matches("^[a-z]+\\.[a-z_]+$", k.Name);
            Assert.EndsWith(".", k.Meaning, StringComparison.Ordinal);
        });
    }
}
