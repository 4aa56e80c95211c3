using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Governance.Review.Routes;
using Governance.Web.Components;
using Route = Governance.Review.Routes.Route;

namespace Governance.Web.Tests;

public sealed class RoutePictureTests
{
    static readonly RouteLibrary Library = RouteLibrary.Load(Path.Combine(Repository(), "workflows", "routes"));

    static readonly string[] AllApproved = ["privacy Approved", "criminalisation-risk Approved", "youth-voice Approved"];

    [Fact]
    public void The_picture_says_in_sentences_where_the_proposal_stands()
    {
        var picture = Picture("standard", "privacy Approved");

        Assert.Equal("img", picture.GetAttribute("role"));
        Assert.Equal("where-title where-desc", picture.GetAttribute("aria-labelledby"));
        Assert.Equal("Standard review: where the proposal stands", picture.QuerySelector("#where-title")!.TextContent);
        Assert.Equal(
            "Happening now: Criminalisation risk; Youth voice. Done: First checks; Privacy. Still to come: Decision. "
            + "How it can end: May go ahead; May go ahead, with conditions; May not go ahead.",
            picture.QuerySelector("#where-desc")!.TextContent);
    }

    [Fact]
    public void Progress_is_told_by_words_and_a_sign_in_every_box()
    {
        Assert.Equal(
            [
                "First checks ✓ Done", "Privacy ✓ Done", "Criminalisation risk ▶ Now", "Youth voice ▶ Now", "Decision Still to come",
                "May go ahead Possible ending", "May go ahead, with conditions Possible ending", "May not go ahead Possible ending",
            ],
            Boxes(Picture("standard", "privacy Approved")));
    }

    [Fact]
    public void A_request_for_changes_is_shown_while_it_is_open_and_its_stage_is_still_to_come()
    {
        var open = Boxes(Picture("standard", "privacy ChangesRequested"));
        var answered = Boxes(Picture("standard", "privacy ChangesRequested", "revise-privacy Resubmitted"));

        Assert.Contains("Privacy: changes asked for ▶ Now", open);
        Assert.Contains("Privacy Still to come", open);
        Assert.DoesNotContain(answered, b => b.Contains("changes asked for", StringComparison.Ordinal));
        Assert.Contains("Privacy ▶ Now", answered);
    }

    [Fact]
    public void After_the_end_only_the_ending_that_was_reached_is_shown()
    {
        var picture = Picture("standard", [.. AllApproved, "determination Unfavourable"]);

        Assert.Equal(["May not go ahead ✓ The result"], Boxes(picture).Skip(5));
        Assert.EndsWith("The review has ended. The result: May not go ahead.", picture.QuerySelector("desc")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proposal_taken_back_instead_of_being_changed_ends_there()
    {
        Assert.Equal(
            ["First checks ✓ Done", "Privacy – Not done", "Criminalisation risk – Not done", "Youth voice – Not done", "Taken back ✓ The result", "Decision – Not done"],
            Boxes(Picture("standard", "privacy ChangesRequested", "revise-privacy Withdrawn")));
    }

    [Fact]
    public void A_proposal_withdrawn_while_stages_are_open_shows_what_was_not_done()
    {
        var route = Library.ByDefinitionId("standard")!;
        var progress = RoutePicture.Progress(route, RouteState.Closed, [new("privacy", "Approved")]);

        Assert.Equal(
            ["First checks ✓ Done", "Privacy ✓ Done", "Criminalisation risk – Not done", "Youth voice – Not done", "Decision – Not done"],
            Boxes(Parse(RoutePicture.Render(route, progress).ToString()!)));
    }

    [Theory]
    [InlineData("standard", 8)]
    [InlineData("light", 8)]
    [InlineData("enhanced", 9)]
    public void Nothing_is_drawn_that_only_steers_the_route(string name, int boxes) =>
        Assert.Equal(boxes, Boxes(Parse(RoutePicture.Render(Library.ByDefinitionId(name)!, new Dictionary<string, RouteProgress>(StringComparer.Ordinal)).ToString()!)).Count);

    [Fact]
    public void Lines_lead_from_the_checks_to_the_reviews_to_the_decision_to_the_endings_and_no_shorter_way()
    {
        Assert.Equal(3 + 3 + 3, Lines(Picture("standard")));
        Assert.Equal(1 + 1 + 1 + 1 + 3, Lines(Picture("light")));
        Assert.Equal(3 + 3 + 1 + 3, Lines(Picture("enhanced")));
        Assert.Equal(3 + 3 + 3 + 1, Lines(Picture("standard", "privacy ChangesRequested")));
        Assert.Equal(3 + 2 + 1, Lines(Picture("standard", "privacy ChangesRequested", "revise-privacy Withdrawn")));

        static int Lines(IElement picture) => picture.QuerySelectorAll(".app-route-picture__line").Length;
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("light")]
    [InlineData("enhanced")]
    public void No_boxes_overlap_or_leave_the_picture_whatever_is_open(string name)
    {
        var route = Library.ByDefinitionId(name)!;
        foreach (var shown in route.Activities.Where(a => a is AwaitRevisionActivity or EndActivity))
        {
            var progress = new Dictionary<string, RouteProgress>(StringComparer.Ordinal)
            {
                [shown.Id] = shown is EndActivity ? RouteProgress.Done : RouteProgress.Open,
            };
            var picture = Parse(RoutePicture.Render(route, progress).ToString()!);
            var size = picture.GetAttribute("viewBox")!.Split(' ').Select(Number).ToArray();
            var boxes = picture.QuerySelectorAll("rect").Select(r => (
                Left: Number(r.GetAttribute("x")), Top: Number(r.GetAttribute("y")),
                Right: Number(r.GetAttribute("x")) + Number(r.GetAttribute("width")), Bottom: Number(r.GetAttribute("y")) + Number(r.GetAttribute("height")))).ToList();

            Assert.All(boxes, b => Assert.True(b is { Left: >= 0, Top: >= 0 } && b.Right <= size[2] && b.Bottom <= size[3], $"{shown.Id}: {b}"));
            for (var i = 0; i < boxes.Count; i++)
            {
                Assert.DoesNotContain(boxes.Skip(i + 1), b => b.Left < boxes[i].Right && boxes[i].Left < b.Right && b.Top < boxes[i].Bottom && boxes[i].Top < b.Bottom);
            }

            // Three boxes beside each other at most, so that a narrow screen shows letters that can be read.
            Assert.InRange(size[2], 0, 400);
        }
    }

    [Fact]
    public void A_strict_content_security_policy_lets_the_picture_through_and_names_are_encoded()
    {
        var text = File.ReadAllText(Path.Combine(Repository(), "workflows", "routes", "standard.json"))
            .Replace("\"displayText\": \"Privacy\"", "\"displayText\": \"<b>&\\\" Privacy\"", StringComparison.Ordinal);
        var route = Route.Parse(System.Text.Encoding.UTF8.GetBytes(text), "standard.json");

        var html = RoutePicture.Render(route, new Dictionary<string, RouteProgress>(StringComparer.Ordinal)).ToString()!;
        var picture = Parse(html);

        Assert.Empty(picture.QuerySelectorAll("[style], style, script, b, a"));
        Assert.DoesNotContain(picture.QuerySelectorAll("*").SelectMany(e => e.Attributes), a => a.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("<b>&\" Privacy", picture.QuerySelector("desc")!.TextContent, StringComparison.Ordinal);
    }

    static IElement Picture(string name, params string[] signals)
    {
        var route = Library.ByDefinitionId(name)!;
        var machine = new RouteMachine();
        var facts = route.Stages.Select(s => $"stale:{s.Stage}").ToHashSet(StringComparer.Ordinal);
        var state = machine.Start(route, facts).State;
        var said = signals.Select(s => s.Split(' ')).Select(w => new RouteSignal(w[0], w[1])).ToList();
        foreach (var signal in said)
        {
            if (ReviewStageActivity.ClosingOutcomes.Contains(signal.Outcome))
            {
                facts.Remove($"stale:{signal.Activity}");
            }

            state = machine.Resume(route, state, signal, facts).State;
        }

        return Parse(RoutePicture.Render(route, RoutePicture.Progress(route, state, said), "where").ToString()!);
    }

    static IElement Parse(string html) => new HtmlParser().ParseDocument(html).QuerySelector("svg")!;

    /// <summary>The words of each box from left to right and top to bottom.</summary>
    static List<string> Boxes(IElement picture) =>
        [.. picture.QuerySelectorAll("g").Select(g => string.Join(' ', g.QuerySelectorAll("text").Select(t => t.TextContent)))];

    static double Number(string? text) => double.Parse(text!, CultureInfo.InvariantCulture);

    static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Governance.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Governance.sln is in no folder above the tests.");
    }
}
