using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Governance.Review.Decisions;
using Governance.Review.Proposals;
using Governance.Service.Proposals;

namespace Governance.Web.Api;

/// <summary>Submitting, sending revisions, withdrawing, and reading revisions.</summary>
internal static class Submissions
{
    [Description("Your declaration with a submission.")]
    internal sealed record Submission
    {
        [Required, Description("true: what the proposal says is true and complete, to the best of your knowledge.")]
        public bool Declared { get; init; }
    }

    [Description("The next revision: the draft as it was last written.")]
    internal sealed record Resubmission
    {
        [Required, Description("true: what the proposal says is true and complete, to the best of your knowledge.")]
        public bool Declared { get; init; }

        [Description("An answer to every open request. Left out, those that were written with the draft are sent.")]
        public IReadOnlyList<ChangeResponseBody>? Responses { get; init; }
    }

    internal sealed record Withdrawal
    {
        [Required, MaxLength(Limits.LongText)]
        public string Reason { get; init; } = "";
    }

    [Description("A submitted revision, and what changed in it since the one before.")]
    internal sealed record RevisionBody
    {
        public required string Reference { get; init; }
        public required int Revision { get; init; }
        public required ContentBody Content { get; init; }
        [Description("The fields that changed, in the order of their ids. Empty for the first revision.")]
        public required IReadOnlyList<FieldChangeBody> Changes { get; init; }
    }

    [Description("How one field changed. What fits its kind is there: words for a text, items for a list, rows for a table.")]
    internal sealed record FieldChangeBody
    {
        public required string Field { get; init; }
        public IReadOnlyList<SegmentBody>? Words { get; init; }
        public IReadOnlyList<SegmentBody>? Items { get; init; }
        public IReadOnlyList<RowChangeBody>? Rows { get; init; }

        public static FieldChangeBody Of(FieldChange c) => new()
        {
            Field = c.Field,
            Words = c.Words.Count == 0 ? null : SegmentBody.Of(c.Words),
            Items = c.Items.Count == 0 ? null : SegmentBody.Of(c.Items),
            Rows = c.Rows.Count == 0 ? null : [.. c.Rows.Select(r => new RowChangeBody(
                r.Kind, r.Before?.Cells, r.After?.Cells, r.Cells.ToDictionary(x => x.Key, x => SegmentBody.Of(x.Value), StringComparer.Ordinal)))],
        };
    }

    internal sealed record SegmentBody(DiffKind Kind, string Text)
    {
        public static IReadOnlyList<SegmentBody> Of(IEnumerable<DiffSegment> segments) => [.. segments.Select(s => new SegmentBody(s.Kind, s.Text))];
    }

    [Description("A row that was added or removed, or that stayed (same) with changed cells.")]
    internal sealed record RowChangeBody(
        DiffKind Kind, IReadOnlyDictionary<string, string>? Before, IReadOnlyDictionary<string, string>? After, IReadOnlyDictionary<string, IReadOnlyList<SegmentBody>> Cells);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("proposals/{reference}/submission", Submit).Acts("Submit the draft",
            "Checks it whole, screens it, pins route, rules and checklists, and starts its review. It gets a new reference; the draft's keeps working.").Takes<Submission>();
        api.MapPost("proposals/{reference}/revision", Resubmit).Acts("Send a revision",
            "Sends the next revision, with an answer to every change that was asked for. Votes on what it changes are asked for again.").Takes<Resubmission>();
        api.MapPost("proposals/{reference}/withdrawal", Withdraw).Acts("Withdraw a proposal",
            "Takes it back at any time before the decision. It stays on record.").Takes<Withdrawal>();
        api.MapGet("proposals/{reference}/revisions/{revision:int}", Get).Shows<RevisionBody>("Read a revision",
            "A revision as it was submitted, and what changed since the one before, field by field and word by word.", Finds.AProposal);
    }

    static async Task<IResult> Submit(HttpContext context, string reference)
    {
        var body = await context.Body<Submission>();
        return await context.Post(new SubmitProposal { Actor = context.Actor(), Reference = reference, Declared = body.Declared });
    }

    static async Task<IResult> Resubmit(HttpContext context, string reference)
    {
        var body = await context.Body<Resubmission>();
        return await context.Post(new SubmitRevision
        {
            Actor = context.Actor(),
            Reference = reference,
            Declared = body.Declared,
            Responses = body.Responses is null ? null : Responses.Read(body.Responses),
        });
    }

    static async Task<IResult> Withdraw(HttpContext context, string reference)
    {
        var body = await context.Body<Withdrawal>();
        return await context.Post(new WithdrawProposal { Actor = context.Actor(), Reference = reference, Reason = body.Reason });
    }

    static async Task<IResult> Get(HttpContext context, string reference, int revision)
    {
        var view = await context.Send(new GetRevision(context.Actor(), reference, revision));
        return Calls.Json(context, new RevisionBody
        {
            Reference = view.Proposal.Reference,
            Revision = view.Revision,
            Content = ContentBody.Of(view.Content),
            Changes = [.. view.Changes.Select(FieldChangeBody.Of)],
        }, view.Proposal.Version);
    }
}

/// <summary>Answers to requested changes.</summary>
internal static class Responses
{
    public static IReadOnlyList<ChangeToAnswer> Read(IReadOnlyList<ChangeResponseBody> given)
    {
        var missing = given.Index().Where(r => r.Item.Response is null).ToList();
        if (missing.Count > 0)
            throw Problem.Invalid([.. missing.Select(r => new Fault($"responses[{r.Index}].response", "Say changed or not_changed."))]);
        return [.. given.Select(r => new ChangeToAnswer(r.Change, r.Response!.Value, r.Text))];
    }
}
