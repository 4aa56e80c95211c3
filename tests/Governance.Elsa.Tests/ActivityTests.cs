using System.Text.Json;
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

    public void Dispose() => elsa.Dispose();

    static string TypeOf(RouteActivity activity) => "Governance." + activity.GetType().Name.Replace("Activity", "", StringComparison.Ordinal);
}
