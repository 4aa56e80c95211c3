using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elsa.Workflows;
using Elsa.Workflows.Models;
using Governance.Review.Routes;
using Governance.Routes.Conformance;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Elsa.Tests;

/// <summary>The activities as Elsa Studio shows them, and against the route files that use them.</summary>
public sealed class ActivityTests : IDisposable
{
    static readonly RouteActivity[] Ours =
        [new ScreenActivity("a"), new ReviewStageActivity("b", "privacy"), new AwaitRevisionActivity("c", null), new WhenFlaggedActivity("d", "stale"), new DeterminationActivity("e")];

    readonly ServiceProvider elsa = ElsaServices.Build();

    public static TheoryData<string> Types => [.. Ours.Select(TypeOf)];

    [Theory]
    [MemberData(nameof(Types))]
    public void The_ports_that_Studio_draws_are_the_outcomes_that_the_route_may_connect(string type)
    {
        var descriptor = elsa.GetRequiredService<IActivityRegistry>().Find(type)!;

        Assert.Equal(Ours.Single(a => TypeOf(a) == type).Outcomes, descriptor.Ports.Select(p => p.Name));
        Assert.All(descriptor.Ports, p => Assert.Equal(PortType.Flow, p.Type));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_activity_and_every_input_has_a_name_and_a_sentence_for_people(string type)
    {
        var descriptor = elsa.GetRequiredService<IActivityRegistry>().Find(type)!;

        Assert.Equal("Review", descriptor.Category);
        Assert.NotEmpty(descriptor.DisplayName!);
        Assert.EndsWith(".", descriptor.Description!, StringComparison.Ordinal);
        Assert.All(descriptor.Inputs, i => Assert.EndsWith(".", i.Description!, StringComparison.Ordinal));
    }

    [Fact]
    public void What_Studio_shows_is_words_and_not_the_names_that_code_goes_by()
    {
        var all = Types.Select(t => elsa.GetRequiredService<IActivityRegistry>().Find((string)t.Data!)!).ToList();

        Assert.Equal(["Screening", "Review stage", "Await revision", "When flagged", "Determination"], all.Select(d => d.DisplayName));
        Assert.Equal(
            ["Approved", "Approved with conditions", "Changes requested", "Objected", "Overdue"],
            all.Single(d => d.TypeName == "Governance.ReviewStage").Ports.Select(p => p.DisplayName));
        Assert.Equal(["Proceed", "Red line"], all.Single(d => d.TypeName == "Governance.Screen").Ports.Select(p => p.DisplayName));
        var shown = all.SelectMany(d => d.Ports.Select(p => p.DisplayName!).Concat(d.Inputs.Select(i => i.DisplayName!)).Append(d.DisplayName!)).ToList();
        Assert.All(shown, s => Assert.Matches("^[A-Z][a-z]*( [a-z]+)*$", s));
    }

    [Fact]
    public void Every_type_and_input_in_the_route_files_is_one_that_Elsa_knows()
    {
        var registry = elsa.GetRequiredService<IActivityRegistry>();
        var known = new HashSet<string>(["id", "nodeId", "name", "type", "version", "customProperties", "metadata"], StringComparer.Ordinal);
        var seen = 0;
        foreach (var file in Directory.GetFiles(TestFiles.RouteFolder, "*.json"))
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var activity in json.RootElement.GetProperty("root").GetProperty("activities").EnumerateArray())
            {
                var descriptor = registry.Find(activity.GetProperty("type").GetString()!);
                Assert.NotNull(descriptor);
                var inputs = descriptor.Inputs.Select(i => JsonNamingPolicy.CamelCase.ConvertName(i.Name));
                Assert.Empty(activity.EnumerateObject().Select(p => p.Name).Where(n => !known.Contains(n)).Except(inputs));
                seen++;
            }
        }

        Assert.InRange(seen, 30, int.MaxValue);
    }

    // Elsa 3.7.1: its server reads an imported definition with IActivitySerializer and answers with IApiSerializer
    // (Contracts/IActivitySerializer.cs, Contracts/IApiSerializer.cs): what Studio is shown, and saves.
    [Theory]
    [MemberData(nameof(RouteFiles))]
    public void Elsa_reads_a_route_file_and_writes_it_out_again_with_nothing_lost(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(TestFiles.RouteFolder, name));
        var file = JsonNode.Parse(bytes)!;

        var read = elsa.GetRequiredService<IActivitySerializer>().Deserialize(file["root"]!.ToJsonString());
        var written = JsonNode.Parse(elsa.GetRequiredService<IApiSerializer>().Serialize(read));

        Assert.Empty(Lost(file["root"], written, "root"));
        file["root"] = written;
        var (before, after) = (Route.Parse(bytes, name), Route.Parse(Encoding.UTF8.GetBytes(file.ToJsonString()), name));
        Assert.Equivalent(before.Activities, after.Activities, strict: true);
        Assert.Equal(before.Connections, after.Connections);
    }

    public static TheoryData<string> RouteFiles => [.. Directory.GetFiles(TestFiles.RouteFolder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    // What was there before and is not there, or is something else; Elsa may add to it.
    static IEnumerable<string> Lost(JsonNode? before, JsonNode? after, string place) => (before, after) switch
    {
        (JsonObject o, JsonObject n) => o.SelectMany(p => n.ContainsKey(p.Key) ? Lost(p.Value, n[p.Key], $"{place}.{p.Key}") : [$"{place}.{p.Key}"]),
        (JsonArray o, JsonArray n) when o.Count == n.Count => o.Zip(n).Index().SelectMany(p => Lost(p.Item.First, p.Item.Second, $"{place}[{p.Index}]")),
        _ => JsonNode.DeepEquals(before, after) ? [] : [place],
    };

    public void Dispose() => elsa.Dispose();

    static string TypeOf(RouteActivity activity) => "Governance." + activity.GetType().Name.Replace("Activity", "", StringComparison.Ordinal);
}
