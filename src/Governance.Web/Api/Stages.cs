using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Governance.Review.Events;
using Governance.Service.Proposals;
using Governance.Service.Stages;

namespace Governance.Web.Api;

[Description("An answer to a checklist item.")]
internal sealed record ItemAnswerBody
{
    [Required]
    public string Item { get; init; } = "";

    [Required, Description("A grade (met, partly, not_met, not_applicable), or a rating before mitigation (negligible, limited, important, maximum).")]
    public string Answer { get; init; } = "";

    [Description("The rating after mitigation, for items that are rated.")]
    public string After { get; init; } = "";

    [MaxLength(2_000)]
    public string Note { get; init; } = "";
}

[Description("Something that should change.")]
internal sealed record WantedChangeBody
{
    [Description("The form field that it is about; left out when it is about the whole.")]
    public string Field { get; init; } = "";

    [Required, MaxLength(2_000)]
    public string Text { get; init; } = "";

    public static IReadOnlyList<CastVote.Change> Read(IReadOnlyList<WantedChangeBody> changes) => [.. changes.Select(c => new CastVote.Change(c.Field, c.Text))];
}

/// <summary>What reviewers do in a stage.</summary>
internal static class Stages
{
    internal sealed record NewVote
    {
        [Required]
        public VoteChoice? Choice { get; init; }

        [Required, Description("The reasons, which stay on record."), MaxLength(Limits.LongText)]
        public string Rationale { get; init; } = "";

        [Description("The revision that you looked at. When another was sent since, the vote is refused (409) rather than counted for what you did not see.")]
        public int? Revision { get; init; }

        public IReadOnlyList<ItemAnswerBody> Checklist { get; init; } = [];

        [Description("With approve_with_conditions.")]
        public IReadOnlyList<string> Conditions { get; init; } = [];

        [Description("With minor_changes or major_changes.")]
        public IReadOnlyList<WantedChangeBody> Changes { get; init; } = [];
    }

    internal sealed record NewRecusal
    {
        [Required, Description("What the conflict of interest is. Only chairs and auditors see it."), MaxLength(Limits.LongText)]
        public string Conflict { get; init; } = "";
    }

    [Description("A session in which young people looked at the proposal. Name no young person.")]
    internal sealed record NewSession
    {
        [Required]
        public DateOnly? On { get; init; }

        [Required, Range(1, 10_000)]
        public int? YoungPeople { get; init; }

        [Required, Description("Ids of the form field age_bands.")]
        public IReadOnlyList<string> AgeBands { get; init; } = [];

        [Required, Description("One of the session_methods that GET rules lists.")]
        public string Method { get; init; } = "";

        [Required, Description("How young people were invited, and how it was made safe and open to all."), MaxLength(Limits.LongText)]
        public string Space { get; init; } = "";

        [Required, Description("How they were helped to form a view and say it."), MaxLength(Limits.LongText)]
        public string Voice { get; init; } = "";

        [Required, Description("How and when they will hear what came of it."), MaxLength(Limits.LongText)]
        public string Feedback { get; init; } = "";
    }

    internal sealed record NewConcern
    {
        [Required, Description("The concern, in the young people's own words if possible."), MaxLength(2_000)]
        public string Text { get; init; } = "";

        [Description("The session that it came from, such as s1; left out when a young panel member raises it for herself.")]
        public string Session { get; init; } = "";
    }

    internal sealed record NewOutcome
    {
        [Required, Description("What the stage found, dissent included, in words that may be published."), MaxLength(Limits.LongText)]
        public string Summary { get; init; } = "";

        [Description("What the lead is asked to change, where the votes ask for changes.")]
        public IReadOnlyList<WantedChangeBody> Changes { get; init; } = [];
    }

    public static void Map(RouteGroupBuilder api)
    {
        var stage = api.MapGroup("proposals/{reference}/stages/{stage}");
        stage.MapGet("", Get).Shows<StageBody>("Read a stage", "Votes, checklist, questions, concerns and how far its panel is, as you may see them.", Finds.AProposal);
        stage.MapPost("votes", Vote).Acts("Vote", "For members of the stage's panel. Voting again replaces the vote that counts; both stay on record.").Takes<NewVote>();
        stage.MapPost("recusals", StepBack).Acts("Step back", "Declares a conflict of interest. You take no further part in this proposal, in any stage.").Takes<NewRecusal>();
        stage.MapPost("sessions", RecordSession).Acts("Record a session with young people", "For youth workers, in the youth-voice stage.").Takes<NewSession>();
        stage.MapPost("concerns", RaiseConcern).Acts("Put a concern on record", "For young panel members and youth workers, in the youth-voice stage. The lead must answer it.").Takes<NewConcern>();
        stage.MapPost("outcome", Close).Acts("Close the stage",
            "For chairs. The votes give the outcome by the stage's rule; the closing of the stage's representation says which, or what stands in the way.").Takes<NewOutcome>();
    }

    static async Task<IResult> Get(HttpContext context, string reference, string stage)
    {
        var view = await context.Send(new GetStage(context.Actor(), reference, stage));
        return Calls.Json(context, StageBody.Of(view), view.Proposal.Version);
    }

    static async Task<IResult> Vote(HttpContext context, string reference, string stage)
    {
        var body = await context.Body<NewVote>();
        return await context.Post(new CastVote
        {
            Actor = context.Actor(),
            Reference = reference,
            Stage = stage,
            Revision = body.Revision,
            Choice = body.Choice,
            Rationale = body.Rationale,
            Checklist = [.. body.Checklist.Select(a => new CastVote.ItemAnswer(a.Item, a.Answer, a.After, a.Note))],
            Conditions = body.Conditions,
            Changes = WantedChangeBody.Read(body.Changes),
        }, Location(stage));
    }

    static async Task<IResult> StepBack(HttpContext context, string reference, string stage)
    {
        var body = await context.Body<NewRecusal>();
        return await context.Post(new Recuse { Actor = context.Actor(), Reference = reference, Stage = stage, Conflict = body.Conflict }, Location(stage));
    }

    static async Task<IResult> RecordSession(HttpContext context, string reference, string stage)
    {
        var body = await context.Body<NewSession>();
        return await context.Post(new RecordSession
        {
            Actor = context.Actor(),
            Reference = reference,
            Stage = stage,
            On = body.On,
            YoungPeople = body.YoungPeople,
            AgeBands = body.AgeBands,
            Method = body.Method,
            Space = body.Space,
            Voice = body.Voice,
            Feedback = body.Feedback,
        }, Location(stage));
    }

    static async Task<IResult> RaiseConcern(HttpContext context, string reference, string stage)
    {
        var body = await context.Body<NewConcern>();
        return await context.Post(new RaiseConcern { Actor = context.Actor(), Reference = reference, Stage = stage, Session = body.Session, Text = body.Text }, Location(stage));
    }

    static async Task<IResult> Close(HttpContext context, string reference, string stage)
    {
        var body = await context.Body<NewOutcome>();
        return await context.Post(new CloseStage
        {
            Actor = context.Actor(),
            Reference = reference,
            Stage = stage,
            Summary = body.Summary,
            Changes = WantedChangeBody.Read(body.Changes),
        }, Location(stage));
    }

    static string Location(string stage) => $"stages/{Uri.EscapeDataString(stage)}";
}
