using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Screening;
using Governance.Service;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;

namespace Governance.Web.Api;

/// <summary>Proposals: starting, finding, reading, writing and discarding them.</summary>
internal static class Proposals
{
    [Description("A new draft. Everything is optional: a draft may be unfinished.")]
    internal sealed record NewProposal
    {
        [Description("Wins over a title among the answers."), MaxLength(150)]
        public string Title { get; init; } = "";

        public FormAnswers? Answers { get; init; }
    }

    [Description("The whole draft. What is left out is emptied.")]
    internal sealed record NewDraft
    {
        [Required]
        public FormAnswers? Answers { get; init; }

        [Description("Answers to requested changes, for a revision. Left out, those that are there stay.")]
        public IReadOnlyList<ChangeResponseBody>? Responses { get; init; }
    }

    [Description("What stands in the way of submitting, and what screening would say of the draft as it is.")]
    internal sealed record ScreeningBody
    {
        public required IReadOnlyList<FlagBody> Flags { get; init; }
        public Severity? WorstSeverity { get; init; }
        [Description("The route that it would take.")]
        public required string Route { get; init; }
        public required string RouteReason { get; init; }
        [Description("What is missing or wrong, in the order of the form. Empty when it can be submitted.")]
        public required IReadOnlyList<FaultBody> Faults { get; init; }
    }

    internal sealed record FaultBody(string Field, string Message);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("proposals", Start).Acts("Start a draft",
            "The draft belongs to you, and nobody else sees it before you submit it. Answers may be given at once or later.").Takes<NewProposal>();
        api.MapGet("proposals", (Delegate)List).Shows<ProposalList>("List proposals",
            "The proposals that you may see, the latest change first.")
            .WithQuery("search", "Words in the title, the organisation or the reference.")
            .WithQuery<Phase>("phase", "Only those in this phase.")
            .WithQuery("route", "Only those on this route, such as standard.")
            .WithQuery("mine", "true for those that you lead.", "boolean")
            .WithQuery("cursor", "The next of the page before.")
            .WithQuery("limit", "How many to give, 1 to 100; 25 when left out.", "integer");
        api.MapGet("proposals/{reference}", Get).Shows<ProposalBody>("Read a proposal",
            "As you may see it: the latest revision, for the lead also the draft, what you may do with it, and how each stage stands. " +
            "Where an auditor or administrator reads it, the reading is recorded.", Finds.AProposal);
        api.MapPut("proposals/{reference}", Save).Saves("Write the draft",
            "Replaces all answers of the first draft or of the next revision. They may be unfinished: only submission is checked whole. " +
            "If-Match is needed: without it the request is refused (428), and if somebody changed the proposal since, nothing is written (412).").Takes<NewDraft>();
        api.MapDelete("proposals/{reference}", Discard).Saves("Discard a draft", "Nothing of it is left. A submitted proposal cannot be discarded; it can be withdrawn.");
        api.MapGet("proposals/{reference}/screening", Screen).Shows<ScreeningBody>("Screen the draft",
            "What screening says of the draft as it is now, and what is still missing. It changes nothing.", Finds.AProposal, 409);
    }

    static async Task<IResult> Start(HttpContext context, Rulebooks rulebooks)
    {
        var key = IdempotencyKeys.Of(context.Request);
        var body = await context.Body<NewProposal>();
        return Calls.Created(context, await context.Send(new StartProposal
        {
            Actor = context.Actor(),
            RepeatKey = key,
            Title = body.Title,
            Answers = body.Answers is null ? Answers.Empty : Read(rulebooks.Form, body.Answers),
        }));
    }

    static async Task<IResult> List(HttpContext context)
    {
        context.OnlyQueries("search", "phase", "route", "mine", "cursor", "limit");
        return Calls.Json(ProposalList.Of(await context.Send(new ListProposals(context.Actor())
        {
            Search = context.Query("search"),
            Phase = context.Choice<Phase>("phase"),
            Route = context.Query("route"),
            OnlyMine = context.Query("mine") switch
            {
                null or "false" => false,
                "true" => true,
                _ => throw Problem.Invalid(new Fault("mine", "Give true or false.")),
            },
            After = context.Query("cursor"),
            Take = context.WholeNumber("limit") ?? 25,
        })));
    }

    static async Task<IResult> Get(HttpContext context, string reference)
    {
        var view = await context.Send(new GetProposal(context.Actor(), reference));
        return Calls.Json(context, ProposalBody.Of(view), view.Version);
    }

    static async Task<IResult> Save(HttpContext context, string reference)
    {
        var body = await context.Body<NewDraft>();
        var save = context.Prepared(new SaveDraft
        {
            Actor = context.Actor(),
            Reference = reference,
            Answers = Answers.Empty,
            Responses = body.Responses is null ? null : Responses.Read(body.Responses),
        });
        if (body.Answers is null) throw Problem.Invalid(new Fault("answers", "Send the answers of the whole draft. To empty it, send {}."));
        // A revision is written under the form that the proposal was submitted under.
        var view = await context.Send(new GetProposal(context.Actor(), reference));
        return Calls.Receipt(context, await context.Send(save with { Answers = Read(view.Form, body.Answers) }));
    }

    static async Task<IResult> Discard(HttpContext context, string reference)
    {
        await context.Send(context.Prepared(new DiscardDraft { Actor = context.Actor(), Reference = reference }));
        return TypedResults.NoContent();
    }

    static async Task<IResult> Screen(HttpContext context, string reference)
    {
        var found = await context.Send(new ScreenDraft(context.Actor(), reference));
        return Calls.Json(context, new ScreeningBody
        {
            Flags = [.. found.Screening.Flags.Select(FlagBody.Of)],
            WorstSeverity = found.Screening.WorstSeverity,
            Route = found.Screening.RouteId,
            RouteReason = found.Screening.RouteReason,
            Faults = [.. found.Faults.Select(f => new FaultBody(FaultPath.Of(f.Field), f.Message))],
        }, found.Proposal.Version);
    }

    static Answers Read(ProposalForm form, FormAnswers given)
    {
        var answers = Answers.FromJson(form, given.Json, out var faults);
        return faults.Count == 0 ? answers : throw new InvalidException(faults);
    }
}
