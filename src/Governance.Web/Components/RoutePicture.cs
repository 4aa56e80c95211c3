using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Governance.Review.Routes;
using Microsoft.AspNetCore.Html;
using Route = Governance.Review.Routes.Route;

namespace Governance.Web.Components;

/// <summary>How far a proposal has got with one activity of its route.</summary>
public enum RouteProgress
{
    /// <summary>Still to come, or to come again.</summary>
    NotReached,

    /// <summary>Somebody is asked now.</summary>
    Open,

    /// <summary>Finished; for an End: where the review ended.</summary>
    Done,

    /// <summary>The review ended without it.</summary>
    Skipped,
}

/// <summary>
/// Draws a route for people who have never seen a flow chart: the checks, the reviews, the decision and how it can end,
/// with where the proposal stands. Gates, forks and joins are left out; a request for changes is shown while it is open;
/// once the review has ended, only the ending that was reached is shown.
/// </summary>
/// <remarks>
/// The SVG stands in the page itself and needs neither style nor script: colours and sizes are attributes, and classes are
/// there for a style sheet to refine them. It is as tall as its height and never wider than what holds it. Progress is told
/// by words, a sign and the border, never by colour alone (WCAG 2.2, 1.4.1), and once more in sentences for those who do not
/// see the picture.
/// </remarks>
public static class RoutePicture
{
    // In the picture's own units, which are pixels where there is room for all of it.
    const double BoxWidth = 122;
    const double LaneGap = 12;
    const double RowGap = 34;
    const double Margin = 4;
    const double FontSize = 15;
    const double LineHeight = 18;
    const double Padding = 9;

    // Activities no further apart than this in the designer stand in one lane.
    const double LaneTolerance = 140;

    /// <summary>The progress of every activity, from what has been decided so far.</summary>
    /// <param name="route">The proposal's route.</param>
    /// <param name="state">Where the proposal stands.</param>
    /// <param name="signals">All signals so far, oldest first.</param>
    public static IReadOnlyDictionary<string, RouteProgress> Progress(Route route, RouteState state, IEnumerable<RouteSignal> signals)
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var signal in signals)
        {
            last[signal.Activity] = signal.Outcome;
        }

        return route.Activities.ToDictionary(a => a.Id, Of, StringComparer.Ordinal);

        RouteProgress Of(RouteActivity activity)
        {
            if (state.Open.Contains(activity.Id))
            {
                return RouteProgress.Open;
            }

            var done = activity switch
            {
                EndActivity => state.EndedAt == activity.Id,
                ReviewStageActivity => last.TryGetValue(activity.Id, out var outcome) && ReviewStageActivity.ClosingOutcomes.Contains(outcome),
                DeterminationActivity => last.TryGetValue(activity.Id, out var outcome) && outcome != "Provisional",
                AwaitRevisionActivity => last.ContainsKey(activity.Id),
                _ => true,
            };
            return done ? RouteProgress.Done
                : state.Status is RouteStatus.Finished ? RouteProgress.Skipped
                : RouteProgress.NotReached;
        }
    }

    /// <summary>The picture, as an <c>svg</c> element to put into a page.</summary>
    /// <param name="route">Drawn from its activities' designer positions.</param>
    /// <param name="progress">By activity id; an activity that is missing counts as not reached.</param>
    /// <param name="id">The element's id, unique in the page: a letter, then letters, digits and hyphens.</param>
    public static IHtmlContent Render(Route route, IReadOnlyDictionary<string, RouteProgress> progress, string id = "route-picture")
    {
        var shown = Shown(route, progress).ToList();
        var boxes = Place(shown, progress);
        var width = boxes.Max(b => b.X + BoxWidth) + Margin;
        var height = boxes.Max(b => b.Y + b.Height) + Margin;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg id="{Encode(id)}" class="app-route-picture" role="img" aria-labelledby="{Encode(id)}-title {Encode(id)}-desc" viewBox="0 0 {width} {height}" width="100%" height="{height}" preserveAspectRatio="xMinYMin meet" font-size="{FontSize}">
            <title id="{Encode(id)}-title">{Encode(route.Name)}: where the proposal stands</title>
            <desc id="{Encode(id)}-desc">{Encode(Describe(boxes))}</desc>

            """);
        foreach (var (from, to) in Lines(route, boxes))
        {
            Draw(svg, from, to);
        }

        foreach (var box in boxes)
        {
            Draw(svg, box);
        }

        svg.Append("</svg>\n");
        return new HtmlString(svg.ToString());
    }

    sealed record Box(RouteActivity Activity, RouteProgress Progress, IReadOnlyList<string> Lines, double X, double Y, double Height)
    {
        public double Middle => X + (BoxWidth / 2);
    }

    static IEnumerable<RouteActivity> Shown(Route route, IReadOnlyDictionary<string, RouteProgress> progress)
    {
        var reached = route.Activities.Where(a => a is EndActivity && progress.GetValueOrDefault(a.Id) is RouteProgress.Done).ToList();
        var ended = reached.Count > 0 || progress.Values.Contains(RouteProgress.Skipped);
        var endings = route.Connections.Where(c => route.Find(c.From) is DeterminationActivity).Select(c => c.To).ToHashSet(StringComparer.Ordinal);
        return route.Activities.Where(a => a switch
        {
            ScreenActivity or ReviewStageActivity or DeterminationActivity => true,
            EndActivity => ended ? reached.Contains(a) : endings.Contains(a.Id),
            AwaitRevisionActivity => progress.GetValueOrDefault(a.Id) is RouteProgress.Open,
            _ => false,
        });
    }

    /// <summary>Designer positions become lanes and rows, so that nothing overlaps and no room is lost to what is left out.</summary>
    static List<Box> Place(List<RouteActivity> shown, IReadOnlyDictionary<string, RouteProgress> progress)
    {
        var lanes = new List<double>();
        foreach (var x in shown.Select(a => a.X).Order())
        {
            if (lanes.Count == 0 || x - lanes[^1] > LaneTolerance)
            {
                lanes.Add(x);
            }
        }

        var boxes = new List<Box>();
        var top = Margin;
        foreach (var row in shown.GroupBy(a => a.Y).OrderBy(r => r.Key))
        {
            var wrapped = row.OrderBy(a => a.X).Select(a => (Activity: a, Lines: Wrap(a.Label))).ToList();
            var height = (wrapped.Max(w => w.Lines.Count) * LineHeight) + LineHeight + (2 * Padding);
            foreach (var (activity, lines) in wrapped)
            {
                var lane = lanes.FindLastIndex(l => l <= activity.X);
                boxes.Add(new Box(activity, progress.GetValueOrDefault(activity.Id), lines, Margin + (lane * (BoxWidth + LaneGap)), top, height));
            }

            top += height + RowGap;
        }

        return boxes;
    }

    /// <summary>
    /// Which boxes a line joins: one leads to the other past nothing but what is left out, downwards or aside. A line that
    /// only says what a longer way over other boxes says is left out, and so is one that would run through an ending.
    /// </summary>
    static List<(Box From, Box To)> Lines(Route route, List<Box> boxes)
    {
        var byId = boxes.ToDictionary(b => b.Activity.Id, StringComparer.Ordinal);
        var next = boxes.ToDictionary(b => b, b => Reached(b.Activity.Id).Where(to => to.Y > b.Y || (to.Y == b.Y && to.Activity is AwaitRevisionActivity or EndActivity && to.X > b.X)).ToList());
        return [.. next.SelectMany(n => n.Value.Where(to => !n.Value.Exists(via => via != to && LeadsTo(via, to)) && !PassesAnEnding(n.Key, to)).Select(to => (n.Key, to)))];

        bool PassesAnEnding(Box from, Box to) => boxes.Exists(b => b.Activity is EndActivity && b.X == from.X && b.Y > from.Y && b.Y < to.Y);

        bool LeadsTo(Box from, Box to) => next[from].Exists(n => n == to || LeadsTo(n, to));

        HashSet<Box> Reached(string id)
        {
            var found = new HashSet<Box>();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var left = new Stack<string>([id]);
            while (left.TryPop(out var from))
            {
                // Past a request for changes that is not shown, only being taken back leads on.
                foreach (var to in route.Connections.Where(c => c.From == from && c.Outcome is not "Resubmitted").Select(c => c.To))
                {
                    if (byId.TryGetValue(to, out var box))
                    {
                        found.Add(box);
                    }
                    else if (seen.Add(to))
                    {
                        left.Push(to);
                    }
                }
            }

            return found;
        }
    }

    static string Describe(List<Box> boxes)
    {
        var parts = new List<string>();
        var steps = boxes.Where(b => b.Activity is not EndActivity).ToList();
        Say("Happening now", steps, RouteProgress.Open);
        Say("Done", steps, RouteProgress.Done);
        Say("Still to come", steps, RouteProgress.NotReached);
        Say("Not done", steps, RouteProgress.Skipped);
        var endings = boxes.Where(b => b.Activity is EndActivity).ToList();
        Say("The review has ended. The result", endings, RouteProgress.Done);
        Say("How it can end", endings, RouteProgress.NotReached);
        return string.Join(' ', parts);

        void Say(string what, List<Box> among, RouteProgress progress)
        {
            var names = among.Where(b => b.Progress == progress).Select(b => b.Activity.Label).ToList();
            if (names.Count > 0)
            {
                parts.Add($"{what}: {string.Join("; ", names)}.");
            }
        }
    }

    static string Words(Box box) => (box.Activity, box.Progress) switch
    {
        (EndActivity, RouteProgress.Done) => "The result",
        (EndActivity, _) => "Possible ending",
        (_, RouteProgress.Open) => "Now",
        (_, RouteProgress.Done) => "Done",
        (_, RouteProgress.Skipped) => "Not done",
        _ => "Still to come",
    };

    static void Draw(StringBuilder svg, Box from, Box to)
    {
        double endX, endY;
        string path, tip;
        if (from.Y == to.Y)
        {
            (endX, endY) = (to.X, from.Y + (from.Height / 2));
            path = Invariant($"M{from.X + BoxWidth} {endY}H{endX}");
            tip = Invariant($"M{endX - 6} {endY - 5}L{endX} {endY}L{endX - 6} {endY + 5}Z");
        }
        else
        {
            (endX, endY) = (to.Middle, to.Y - 2);
            path = Invariant($"M{from.Middle} {from.Y + from.Height}V{to.Y - (RowGap / 2)}H{endX}V{endY - 6}");
            tip = Invariant($"M{endX - 5} {endY - 8}H{endX + 5}L{endX} {endY}Z");
        }

        svg.Append(CultureInfo.InvariantCulture, $"""<path class="app-route-picture__line" d="{path}" fill="none" stroke="#505a5f" stroke-width="2"/><path class="app-route-picture__tip" d="{tip}" fill="#505a5f"/>""").Append('\n');
    }

    static void Draw(StringBuilder svg, Box box)
    {
        var ending = box.Activity is EndActivity;
        var (name, fill, border, thickness, dashes) = box.Progress switch
        {
            RouteProgress.Open => ("open", "#fff7bf", "#0b0c0c", 4, ""),
            RouteProgress.Done => ("done", "#cce2d8", "#005a30", 2, ""),
            RouteProgress.Skipped => ("skipped", "#f3f2f1", "#505a5f", 1, ""),
            _ => ("not-reached", "#ffffff", "#505a5f", 2, """ stroke-dasharray="5 4" """.TrimEnd()),
        };
        svg.Append(CultureInfo.InvariantCulture, $"""<g class="app-route-picture__step app-route-picture__step--{name}"><rect x="{box.X + 2}" y="{box.Y}" width="{BoxWidth - 4}" height="{box.Height}" rx="{(ending ? 16 : 4)}" fill="{fill}" stroke="{border}" stroke-width="{thickness}"{dashes}/>""");
        var lines = box.Lines.Count;
        var y = box.Y + ((box.Height - ((lines + 1) * LineHeight)) / 2) + (LineHeight * 0.75);
        foreach (var line in box.Lines)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{box.Middle}" y="{y}" text-anchor="middle" font-weight="bold" fill="#0b0c0c">{Encode(line)}</text>""");
            y += LineHeight;
        }

        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{box.Middle}" y="{y}" text-anchor="middle" font-size="14" fill="#0b0c0c">{Sign(box)}{Words(box)}</text></g>""").Append('\n');
    }

    static string Sign(Box box) => box.Progress switch
    {
        RouteProgress.Done => "✓ ",
        RouteProgress.Open => "▶ ",
        RouteProgress.Skipped => "– ",
        _ => "",
    };

    static List<string> Wrap(string label)
    {
        var lines = new List<string>();
        foreach (var word in label.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && Width(lines[^1] + " " + word) <= BoxWidth - 12)
            {
                lines[^1] += " " + word;
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }

    /// <summary>About as wide as bold sans-serif letters are.</summary>
    static double Width(string text) => FontSize * text.Sum(c =>
        "iljI.,:;'’ ".Contains(c, StringComparison.Ordinal) ? 0.29
        : "rtf".Contains(c, StringComparison.Ordinal) ? 0.37
        : "mwMW".Contains(c, StringComparison.Ordinal) ? 0.88
        : char.IsUpper(c) ? 0.71
        : 0.59);

    static string Encode(string text) => HtmlEncoder.Default.Encode(text);

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
