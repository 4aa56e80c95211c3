using System.ComponentModel;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Audit;

namespace Governance.Web.Api;

/// <summary>What happened to a proposal.</summary>
internal static class Timelines
{
    internal sealed record TimelineBody(IReadOnlyList<HappeningBody> Items);

    [Description("One thing that happened, in a sentence.")]
    internal sealed record HappeningBody
    {
        [Description("The entry's number in the log.")]
        public required long Seq { get; init; }
        public required DateTimeOffset At { get; init; }
        public required string Title { get; init; }
        [Description("Who did it. Not there where it followed by itself, or where you are not told.")]
        public string? By { get; init; }
        public string? Text { get; init; }
    }

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("proposals/{reference}/timeline", Get).Shows<TimelineBody>("Read the timeline", "What happened, as you may know it, the latest first.", Finds.AProposal)
            .WithQuery("limit", "How many of the latest entries to tell; all when left out.", "integer");

    static async Task<IResult> Get(HttpContext context, string reference)
    {
        context.OnlyQueries("limit");
        var limit = context.WholeNumber("limit");
        if (limit == 0) throw Problem.Invalid(new Fault("limit", "Ask for 1 or more."));
        var items = await context.Send(new GetTimeline(context.Actor(), reference, limit));
        return Calls.Json(new TimelineBody([.. items.Select(i => new HappeningBody
        {
            Seq = i.Seq,
            At = i.At,
            Title = i.Told.Title,
            By = i.Told.By.Length > 0 ? i.Told.By : null,
            Text = i.Told.Text.Length > 0 ? i.Told.Text : null,
        })]));
    }
}
