using System.ComponentModel;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service.Stages;

namespace Governance.Web.Api;

/// <summary>What the caller is asked to do, and who the caller is.</summary>
internal static class Work
{
    internal sealed record WorkBody(IReadOnlyList<WorkItemBody> Items);

    internal sealed record WorkItemBody
    {
        public required WorkTask Task { get; init; }
        [Description("The stage that it belongs to, if any.")]
        public string? Stage { get; init; }
        public required DateTimeOffset Since { get; init; }
        public DateOnly? Due { get; init; }
        public required string Reference { get; init; }
        public required string Title { get; init; }
        public required string Organisation { get; init; }
    }

    internal sealed record MeBody(Guid Id, string Name, string Email, IReadOnlyList<Role> Roles, IReadOnlyList<SeatBody> Seats);

    [Description("A seat on a panel, and what its holder brings.")]
    internal sealed record SeatBody(string Panel, string Kind);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("work", (Delegate)List).Shows<WorkBody>("List your work", "What you are asked to do, the most pressing first.")
            .WithQuery("limit", "How many to give, 1 to 500; 200 when left out.", "integer");
        api.MapGet("me", Me).Shows<MeBody>("Read who you are", "The person that the token acts for, with the roles and seats that they have now.");
    }

    static async Task<IResult> List(HttpContext context)
    {
        context.OnlyQueries("limit");
        var limit = context.WholeNumber("limit") ?? 200;
        if (limit is < 1 or > 500) throw Problem.Invalid(new Fault("limit", "Ask for 1 to 500 items at a time."));
        var rows = await context.Send(new ListWork(context.Actor(), limit));
        return Calls.Json(new WorkBody([.. rows.Select(r => new WorkItemBody
        {
            Task = Enum.Parse<WorkTask>(r.Task),
            Stage = r.Stage.Length > 0 ? r.Stage : null,
            Since = r.Since,
            Due = r.Due,
            Reference = r.Reference,
            Title = r.Title,
            Organisation = r.Organisation,
        })]));
    }

    static IResult Me(HttpContext context)
    {
        var me = context.Actor();
        return Calls.Json(new MeBody(me.Id, me.Name, me.Email, [.. me.Roles.Order()], [.. me.Seats.Select(s => new SeatBody(s.Panel, s.Kind))]));
    }
}
