using System.ComponentModel;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Audit;
using Governance.Service.Register;
using Governance.Web.Auth;
using Governance.Web.Pages;

namespace Governance.Web.Api;

/// <summary>The public register, for everybody: no token is needed, and none is looked at.</summary>
internal static class RegisterApi
{
    [Description("A decision in the list.")]
    internal sealed record RegisterRowBody(string Reference, string Title, string Organisation, DeterminationOutcome Outcome, DateTimeOffset DecidedAt);

    internal sealed record RegisterListBody
    {
        public required IReadOnlyList<RegisterRowBody> Decisions { get; init; }

        [Description("Give this as cursor to get the next page. Not there on the last page. A search for words may give few and still go on.")]
        public string? Next { get; init; }
    }

    [Description("A decided proposal, as far as it is public. Where something public was erased later, it says (erased).")]
    internal sealed record RegisterEntryBody
    {
        public required string Reference { get; init; }
        public required string Title { get; init; }
        public required string Organisation { get; init; }
        public required DeterminationOutcome Outcome { get; init; }
        public required DateTimeOffset DecidedAt { get; init; }
        public required DateTimeOffset SubmittedAt { get; init; }
        [Description("The revision that was decided on.")]
        public required int Revision { get; init; }
        public required string Route { get; init; }
        [Description("Why screening chose this route.")]
        public required string RouteReason { get; init; }
        [Description("The public answers of that revision.")]
        public required FormAnswers Answers { get; init; }
        [Description("The public answers that changed between the first revision and that one, by field.")]
        public required IReadOnlyList<string> Changed { get; init; }
        [Description("The kinds of documents that belong to it. The documents are not public.")]
        public required IReadOnlyList<string> Documents { get; init; }
        public required IReadOnlyList<RegisterStageBody> Stages { get; init; }
        public required IReadOnlyList<RegisterSessionBody> Sessions { get; init; }
        public required IReadOnlyList<RegisterConcernBody> Concerns { get; init; }
        [Description("The last is the one that counts; those before it asked for more.")]
        public required IReadOnlyList<RegisterDecisionBody> Determinations { get; init; }
        [Description("Something of it was erased since; it need not have been public.")]
        public required bool Erased { get; init; }

        public static RegisterEntryBody Of(RegisterEntry e) => new()
        {
            Reference = e.State.Reference,
            Title = e.Title,
            Organisation = e.Organisation,
            Outcome = e.Decision.Determination.Outcome,
            DecidedAt = e.Decision.At,
            SubmittedAt = e.State.SubmittedAt,
            Revision = e.Decision.Determination.Revision,
            Route = e.State.Route,
            RouteReason = e.State.RouteReason,
            Answers = FormAnswers.Of(e.Answers),
            Changed = [.. e.Changes.Select(c => c.Field)],
            Documents = e.Documents,
            Stages = [.. e.State.Stages.Where(s => s.Result is not null).Select(s => new RegisterStageBody(s.Stage, s.Result!.Outcome, s.Result.At, s.Result.Summary.ToString(), s.Result.Votes.Length, s.Results.Length))],
            Sessions = [.. e.State.Sessions.Select(s => new RegisterSessionBody(
                s.Session.On, s.Session.YoungPeople, s.Session.AgeBands, s.Session.Space.ToString(), s.Session.Voice.ToString(), s.Session.Feedback.ToString()))],
            Concerns = [.. e.State.Concerns.Select(c => new RegisterConcernBody(c.Text.ToString(), c.Response, c.Answer?.ToString()))],
            Determinations = [.. e.State.Determinations.Select(d => new RegisterDecisionBody(
                d.Determination.Outcome, d.At, d.Determination.Reason.ToString(),
                [.. d.Determination.Departures.Select(x => new DepartureBody { Stage = x.Stage, Reason = x.Reason.ToString() })],
                [.. d.Determination.Conditions.Select(c => new RegisterConditionBody(c.Text.ToString(), c.Evidence.ToString(), c.Due))]))],
            Erased = e.Erased,
        };
    }

    internal sealed record RegisterStageBody(
        string Stage, StageOutcome Outcome, DateTimeOffset At, string Summary,
        [property: Description("How many votes counted.")] int Votes,
        [property: Description("How often the stage was closed; this is the last time.")] int Closings);

    internal sealed record RegisterSessionBody(DateOnly On, int YoungPeople, IReadOnlyList<string> AgeBands, string Space, string Voice, string Feedback);

    internal sealed record RegisterConcernBody(string Text, ConcernResponse? Response, string? Answer);

    internal sealed record RegisterDecisionBody(
        DeterminationOutcome Outcome, DateTimeOffset At, string Reason, IReadOnlyList<DepartureBody> Departures, IReadOnlyList<RegisterConditionBody> Conditions);

    internal sealed record RegisterConditionBody(string Text, [property: Description("What will show that it was met.")] string Evidence, DateOnly Due);

    public static void Map(RouteGroupBuilder api)
    {
        var register = api.MapGroup("register").AllowAnonymous().RequireRateLimiting(Accounts.PublicLimit);
        register.MapGet("", (Delegate)ListAsync).Shows<RegisterListBody>("List decisions", "The public register: proposals that were decided, the latest decision first. For everybody.")
            .WithQuery("search", "Words in the title, the organisation or the reference.")
            .WithQuery("organisation", "Words in the organisation's name.")
            .WithQuery<DeterminationOutcome>("outcome", "Only those decided so.")
            .WithQuery("year", "Only those decided in this year.", "integer")
            .WithQuery("cursor", "The next of the page before.")
            .WithQuery("limit", "How many to give, 1 to 100; 20 when left out.", "integer");
        register.MapGet("{reference}", GetAsync).Shows<RegisterEntryBody>("Read a decision", "One entry of the public register. For everybody.", Finds.Nothing, 404);
        register.MapGet("{reference}/bundle", BundleAsync)
            .ShowsFile("Download a decision's record", "The trail at the public depth with its proofs, as a BagIt bundle (application/zip). For everybody, so it is not put on record who takes it.");
    }

    static async Task<IResult> ListAsync(HttpContext context)
    {
        context.OnlyQueries("search", "organisation", "outcome", "year", "cursor", "limit");
        var page = await context.Send(new ListRegister
        {
            Search = context.Query("search"),
            Organisation = context.Query("organisation"),
            Outcome = context.Choice<DeterminationOutcome>("outcome"),
            Year = context.WholeNumber("year"),
            After = context.Query("cursor"),
            Take = context.WholeNumber("limit") ?? 20,
        });
        MayBeKept(context);
        return Calls.Json(new RegisterListBody
        {
            Decisions = [.. page.Decisions.Select(r => new RegisterRowBody(r.Reference, r.Title, r.Organisation, Enum.Parse<DeterminationOutcome>(r.Outcome), r.DecidedAt))],
            Next = page.Next,
        });
    }

    static async Task<IResult> GetAsync(HttpContext context, string reference)
    {
        context.OnlyQueries();
        var entry = await context.Send(new GetRegisterEntry(reference));
        MayBeKept(context);
        return Calls.Json(RegisterEntryBody.Of(entry));
    }

    static async Task<IResult> BundleAsync(HttpContext context, string reference)
    {
        context.OnlyQueries();
        var file = TrailFile.Of(await context.Send(ReadTrail.OfTheRegister(reference)), Depth.Public, TrailFormat.Bundle);
        MayBeKept(context);
        return Results.File(file.Bytes, file.MediaType, file.Name);
    }

    // The answer is the same for everybody, with or without a token.
    static void MayBeKept(HttpContext context) => context.Response.Headers.CacheControl = PublicPage.Caching;
}
