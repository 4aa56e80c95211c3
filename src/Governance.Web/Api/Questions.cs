using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Proposals;
using Governance.Service.Stages;

namespace Governance.Web.Api;

/// <summary>Questions of reviewers and their answers, and the lead's answers to concerns of young people.</summary>
internal static class Questions
{
    internal sealed record QuestionInStage
    {
        [Required, Description("The stage that asks.")]
        public string Stage { get; init; } = "";

        [Required, MaxLength(Limits.LongText)]
        public string Text { get; init; } = "";
    }

    internal sealed record Question
    {
        [Required, MaxLength(Limits.LongText)]
        public string Text { get; init; } = "";
    }

    internal sealed record QuestionAnswer
    {
        [Required, MaxLength(Limits.LongText)]
        public string Text { get; init; } = "";
    }

    internal sealed record ConcernAnswer
    {
        [Required]
        public ConcernResponse? Response { get; init; }

        [Required, Description("In words that a young person follows."), MaxLength(Limits.LongText)]
        public string Text { get; init; } = "";
    }

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("proposals/{reference}/questions", AskInStage).Acts("Ask the lead a question, naming the stage",
            "The same as asking at the stage itself. It needs no new revision to be answered.").Takes<QuestionInStage>();
        api.MapPost("proposals/{reference}/stages/{stage}/questions", Ask).Acts("Ask the lead a question",
            "For members of the stage's panel while it is open. It needs no new revision to be answered.").Takes<Question>();
        api.MapPost("proposals/{reference}/questions/{question}/answer", Answer).Acts("Answer a question",
            "For the lead. The proposal itself does not change.").Takes<QuestionAnswer>();
        api.MapPost("proposals/{reference}/concerns/{concern}/answer", AnswerConcern).Acts("Answer a concern of young people",
            "For the lead: what will be done, or why nothing will. Every concern is answered before the youth-voice stage can approve.").Takes<ConcernAnswer>();
    }

    static async Task<IResult> AskInStage(HttpContext context, string reference)
    {
        var body = await context.Body<QuestionInStage>();
        if (body.Stage.Length == 0) throw Problem.Invalid(new Fault("stage", "Name the stage that asks, such as privacy."));
        return await Send(context, reference, body.Stage, body.Text);
    }

    static async Task<IResult> Ask(HttpContext context, string reference, string stage) => await Send(context, reference, stage, (await context.Body<Question>()).Text);

    static Task<IResult> Send(HttpContext context, string reference, string stage, string text) =>
        context.Post(new AskQuestion { Actor = context.Actor(), Reference = reference, Stage = stage, Text = text }, $"stages/{Uri.EscapeDataString(stage)}");

    static async Task<IResult> Answer(HttpContext context, string reference, string question)
    {
        var body = await context.Body<QuestionAnswer>();
        return await context.Post(new AnswerQuestion { Actor = context.Actor(), Reference = reference, Question = question, Text = body.Text });
    }

    static async Task<IResult> AnswerConcern(HttpContext context, string reference, string concern)
    {
        var body = await context.Body<ConcernAnswer>();
        return await context.Post(new AnswerConcern { Actor = context.Actor(), Reference = reference, Concern = concern, Response = body.Response, Text = body.Text });
    }
}
