using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Erasures;
using Governance.Service.Pipeline;

namespace Governance.Web.Api;

/// <summary>Erasing personal data, for administrators: what there is, a dry run, and the erasure.</summary>
internal static class Erasures
{
    [Description("A sealed value that is still there.")]
    internal sealed record ValueBody
    {
        [Description("The digest that its entry commits to.")]
        public required string Digest { get; init; }
        public required long Seq { get; init; }
        public string? Proposal { get; init; }
        public required string Kind { get; init; }
        [Description("Where it stands in its entry, such as rationale or answers.title.")]
        public required string Path { get; init; }
        [Description("Who may see it: public, panel or personal.")]
        public required string Audience { get; init; }
        public required string Text { get; init; }
        public required ErasureReason Reason { get; init; }
    }

    internal sealed record ErasableDocumentBody(string Sha256, string Proposal, string Name, string Kind, long Size);

    [Description("Everything of a proposal that can be erased.")]
    internal sealed record ErasableBody(string Proposal, IReadOnlyList<ValueBody> Values, IReadOnlyList<ErasableDocumentBody> Documents);

    [Description("What an erasure would take. Nothing was changed.")]
    internal sealed record PlanBody
    {
        [Description("Send it with the erasure, so that exactly this list is erased.")]
        public required string Confirmed { get; init; }
        public required IReadOnlyList<ValueBody> Values { get; init; }
        public required IReadOnlyList<ErasableDocumentBody> Documents { get; init; }
        [Description("References of drafts that go whole.")]
        public required IReadOnlyList<string> Drafts { get; init; }
        [Description("Whose account is blanked and closed.")]
        public Guid? Account { get; init; }
    }

    [Description("An erasure: values and documents of a proposal, or everything of a person. It cannot be undone.")]
    internal sealed record NewErasure
    {
        [Description("The proposal whose values are chosen; left out where a person is given.")]
        public string? Proposal { get; init; }
        public IReadOnlyList<string> Digests { get; init; } = [];
        [Description("SHA-256 of each document.")]
        public IReadOnlyList<string> Documents { get; init; } = [];
        [Description("The id of the person of whom everything goes.")]
        public string? Person { get; init; }
        [Required, Description("The ground of UK GDPR, Article 17(1).")]
        public ErasureBasis? Basis { get; init; }
        [MaxLength(2_000), Description("Your own words, such as where the request is filed. Sealed in its turn.")]
        public string Note { get; init; } = "";
        [Description("From the dry run. Without it, whatever is found is erased.")]
        public string? Confirmed { get; init; }
    }

    [Description("What was done.")]
    internal sealed record ErasureBody
    {
        public required int Values { get; init; }
        public required int Documents { get; init; }
        public required int Drafts { get; init; }
        public required bool Account { get; init; }
        public required DateTimeOffset At { get; init; }
        [Description("The entries that record it.")]
        public required IReadOnlyList<ErasureEntryBody> Entries { get; init; }
    }

    internal sealed record ErasureEntryBody(string? Proposal, long Seq, string Leaf);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("proposals/{reference}/erasable", ListAsync)
            .Shows<ErasableBody>("List what can be erased", "Every sealed value and document of a proposal, for administrators. That you looked is put on record.", Finds.AProposal);
        api.MapGet("erasures/plan", (Delegate)PlanAsync)
            .Shows<PlanBody>("Dry run of an erasure", "Lists everything that would go, and changes nothing. Give either a proposal with digests and documents, or a person.", Finds.Nothing, 403, 404)
            .WithQuery("proposal", "A proposal's reference.")
            .WithQuery("digests", "Digests of values, with commas between them.")
            .WithQuery("documents", "SHA-256 of documents, with commas between them.")
            .WithQuery("person", "The id of a person of whom everything goes.");
        api.MapPost("erasures", (Delegate)EraseAsync)
            .WithSummary("Erase").WithDescription("For administrators, where the law asks for it. It cannot be undone; everything that was verified still verifies.")
            .Produces<ErasureBody>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429)
            .Takes<NewErasure>();
    }

    static async Task<IResult> ListAsync(HttpContext context, string reference)
    {
        var list = await context.Send(new ListErasable(context.Actor(), reference));
        return Calls.Json(new ErasableBody(list.Reference, [.. list.Values.Select(Of)], [.. list.Documents.Select(Of)]));
    }

    static async Task<IResult> PlanAsync(HttpContext context)
    {
        context.OnlyQueries("proposal", "digests", "documents", "person");
        var plan = await context.Send(new PlanErasure(context.Actor(), Scope(context.Query("proposal"), Split(context.Query("digests")), Split(context.Query("documents")), context.Query("person"))));
        return Calls.Json(new PlanBody
        {
            Confirmed = plan.Fingerprint,
            Values = [.. plan.Values.Select(Of)],
            Documents = [.. plan.Documents.Select(Of)],
            Drafts = plan.Drafts,
            Account = plan.Account,
        });
    }

    static async Task<IResult> EraseAsync(HttpContext context)
    {
        var key = IdempotencyKeys.Of(context.Request);
        var body = await context.Body<NewErasure>();
        var receipt = await context.Send(new EraseDisclosures
        {
            Actor = context.Actor(),
            RepeatKey = key,
            Scope = Scope(body.Proposal, body.Digests, body.Documents, body.Person),
            Basis = body.Basis,
            Note = body.Note,
            Confirmed = body.Confirmed,
        });
        if (context.RequestServices.GetRequiredService<Repetition>().Happened) context.Response.Headers[IdempotencyKeys.ReplayedHeader] = "true";
        return Calls.Json(
            new ErasureBody
            {
                Values = receipt.Values,
                Documents = receipt.Documents,
                Drafts = receipt.Drafts,
                Account = receipt.Account,
                At = receipt.At,
                Entries = [.. receipt.Entries.Select(e => new ErasureEntryBody(e.Proposal, e.Seq, e.Leaf))],
            },
            StatusCodes.Status201Created);
    }

    static ErasureScope Scope(string? proposal, IEnumerable<string> digests, IEnumerable<string> documents, string? person)
    {
        if (string.IsNullOrEmpty(person) == string.IsNullOrEmpty(proposal)) throw Problem.Invalid(new Fault("person", "Give either a proposal or a person."));
        if (!string.IsNullOrEmpty(person) && !Guid.TryParseExact(person, "D", out _)) throw Problem.Invalid(new Fault("person", "Give the person's id, such as 0198f2c4-7a3e-7b1d-9c55-3f6f0a1b2c3d."));
        return new ErasureScope
        {
            Proposal = proposal ?? "",
            Digests = [.. digests],
            Documents = [.. documents],
            Person = string.IsNullOrEmpty(person) ? null : Guid.Parse(person, CultureInfo.InvariantCulture),
        };
    }

    static string[] Split(string? list) => (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static ValueBody Of(ErasableValue v) => new()
    {
        Digest = v.Digest,
        Seq = v.Seq,
        Proposal = v.Proposal,
        Kind = v.Kind,
        Path = v.Path,
        Audience = v.Class,
        Text = v.Text,
        Reason = v.Reason,
    };

    static ErasableDocumentBody Of(ErasableDocument d) => new(d.Sha256, d.Proposal, d.Name, d.Kind, d.Size);
}
