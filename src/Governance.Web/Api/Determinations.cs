using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Governance.Review.Events;
using Governance.Service.Decisions;
using Governance.Service.Proposals;

namespace Governance.Web.Api;

[Description("The chair's reason for deciding differently from a stage that objected.")]
internal sealed record DepartureBody
{
    [Required]
    public string Stage { get; init; } = "";

    [Required, MaxLength(Limits.LongText)]
    public string Reason { get; init; } = "";
}

/// <summary>The decision of the case.</summary>
internal static class Determinations
{
    [Description("A decision. Its reason and conditions are published.")]
    internal sealed record NewDetermination
    {
        [Required]
        public DeterminationOutcome? Outcome { get; init; }

        [Required, MaxLength(Limits.LongText)]
        public string Reason { get; init; } = "";

        [Description("One for each stage that objected, where the decision is favourable.")]
        public IReadOnlyList<DepartureBody> Departures { get; init; } = [];

        [Description("With favourable_with_conditions.")]
        public IReadOnlyList<NewCondition> Conditions { get; init; } = [];

        [Description("With provisional: what must change or be explained.")]
        public IReadOnlyList<WantedChangeBody> Changes { get; init; } = [];
    }

    internal sealed record NewCondition
    {
        [Required, MaxLength(2_000)]
        public string Text { get; init; } = "";

        [Required, Description("Who must see to it: an office rather than a name."), MaxLength(Limits.Line)]
        public string Owner { get; init; } = "";

        [Required, Description("What will show that it was done."), MaxLength(2_000)]
        public string Evidence { get; init; } = "";

        [Required]
        public DateOnly? Due { get; init; }
    }

    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("proposals/{reference}/determination", Determine).Acts("Decide the case", "For chairs, once all stages are done.").Takes<NewDetermination>();

    static async Task<IResult> Determine(HttpContext context, string reference)
    {
        var body = await context.Body<NewDetermination>();
        return await context.Post(new MakeDetermination
        {
            Actor = context.Actor(),
            Reference = reference,
            Outcome = body.Outcome,
            Reason = body.Reason,
            Departures = [.. body.Departures.Select(d => new MakeDetermination.DepartureReason(d.Stage, d.Reason))],
            Conditions = [.. body.Conditions.Select(c => new MakeDetermination.NewCondition(c.Text, c.Owner, c.Evidence, c.Due))],
            Changes = WantedChangeBody.Read(body.Changes),
        });
    }
}
