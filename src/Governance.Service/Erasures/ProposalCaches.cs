using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Data;

namespace Governance.Service.Erasures;

/// <summary>
/// Makes the stored copies of a submitted proposal again from its entries and what is left of its disclosures, under a
/// fresh key. The old key is the caller's to destroy: with it goes every older copy, in backups too.
/// </summary>
public sealed class ProposalCaches(Session session, TrailStore trails, Sealing sealing)
{
    /// <param name="gone">Texts that were erased: what is being written that holds one of them loses it too.</param>
    /// <param name="documents">SHA-256 of documents that were erased.</param>
    /// <param name="person">Of whom everything goes; null when nobody.</param>
    /// <returns>The keys that the copies were sealed under until now.</returns>
    public async Task<IReadOnlySet<long>> RewriteAsync(long id, string reference, IReadOnlySet<string> gone, IReadOnlySet<string> documents, Guid? person)
    {
        var key = sealing.NewKey();
        var old = new HashSet<long>();
        var trail = await trails.AllAsync(reference);
        var state = ProposalFold.Fold(reference, trail.Select(t => t.Happening));
        var content = ProposalContent.None;
        var revision = 0;
        foreach (var row in await session.QueryAsync<byte[]>("SELECT SUBSTRING(state, 1, 9) FROM proposal WHERE id = @id UNION ALL SELECT SUBSTRING(answers, 1, 9) FROM proposal_revision WHERE proposal = @id", new { id }))
            old.Add(Sealing.KeyIdOf(row));
        foreach (var e in trail.Select(t => t.Happening.Event).Where(e => e is ProposalSubmitted or ProposalRevised))
        {
            content = ProposalFold.Apply(content, e);
            await session.ExecuteAsync(
                "UPDATE proposal_revision SET answers = @answers, documents = @documents WHERE proposal = @id AND revision = @revision",
                new
                {
                    id,
                    revision = ++revision,
                    answers = sealing.Seal(key, ProposalColumns.Answers, content.Answers.ToJson().ToJsonString()),
                    documents = sealing.Seal(key, ProposalColumns.Documents, JsonSerializer.Serialize(content.Documents, ReviewJson.Options)),
                });
        }
        // From here on nobody else writes a draft of it: what was written is seen below, and whoever read the version before
        // this one finds another.
        await session.ExecuteAsync(
            "UPDATE proposal SET version = version + 1, state = @state, title = @title, organisation = @organisation WHERE id = @id",
            new
            {
                id,
                state = sealing.Seal(key, ProposalColumns.State, JsonSerializer.SerializeToUtf8Bytes(state, ReviewJson.Options)),
                title = sealing.Seal(key, ProposalColumns.Title, ProposalStore.Short(content.Answers.Text("title"))),
                organisation = sealing.Seal(key, ProposalColumns.Organisation, ProposalStore.Short(content.Answers.Text("organisation"))),
            });
        await RewriteDraftAsync(id, key, gone, documents, person);
        await RewriteReviewDraftsAsync(id, key, gone, person);
        return old;
    }

    async Task RewriteDraftAsync(long id, long key, IReadOnlySet<string> gone, IReadOnlySet<string> documents, Guid? person)
    {
        var row = await session.FirstAsync<DraftRow>(
            "SELECT d.answers, d.documents, d.responses, p.lead FROM proposal_draft d JOIN proposal p ON p.id = d.proposal WHERE d.proposal = @id", new { id });
        if (row is null) return;
        // What the person was writing goes whole. So does what no key opens: it was never ledgered, and cannot be made again.
        if (row.Lead == person || sealing.Open(row.Answers, ProposalColumns.DraftAnswers) is not { } text
            || sealing.Open(row.Documents, ProposalColumns.DraftDocuments) is not { } attachedText
            || sealing.Open(row.Responses, ProposalColumns.DraftResponses) is not { } responsesText)
        {
            await session.ExecuteAsync("DELETE FROM proposal_draft WHERE proposal = @id", new { id });
            return;
        }
        var answers = JsonNode.Parse(text)!.AsObject();
        foreach (var (field, value) in answers.ToList())
        {
            if (ErasedTexts.Holds(value, gone)) answers.Remove(field);
        }
        var attached = JsonSerializer.Deserialize<ImmutableArray<AttachedDocument>>(attachedText, ReviewJson.Options)
            .Where(d => !documents.Contains(d.Sha256))
            .Select(d => d.Name.Text is { } name && gone.Contains(name) ? d with { Name = d.Name with { Text = Sealing.Erased } } : d).ToImmutableArray();
        var responses = JsonSerializer.Deserialize<ImmutableArray<ChangeToAnswer>>(responsesText, ReviewJson.Options).RemoveAll(r => gone.Contains(r.Text));
        await session.ExecuteAsync(
            "UPDATE proposal_draft SET answers = @answers, documents = @documents, responses = @responses, attached = @attached WHERE proposal = @id",
            new
            {
                id,
                answers = sealing.Seal(key, ProposalColumns.DraftAnswers, answers.ToJsonString()),
                documents = sealing.Seal(key, ProposalColumns.DraftDocuments, JsonSerializer.Serialize(attached, ReviewJson.Options)),
                responses = sealing.Seal(key, ProposalColumns.DraftResponses, JsonSerializer.Serialize(responses, ReviewJson.Options)),
                attached = ProposalStore.Attached(attached),
            });
    }

    async Task RewriteReviewDraftsAsync(long id, long key, IReadOnlySet<string> gone, Guid? person)
    {
        foreach (var row in await session.QueryAsync<ReviewDraftRow>("SELECT stage, person, content FROM review_draft WHERE proposal = @id", new { id }))
        {
            var text = row.Person == person ? null : sealing.Open(row.Content, ProposalColumns.ReviewDraft);
            if (text is null || ErasedTexts.Holds(JsonNode.Parse(text), gone))
            {
                await session.ExecuteAsync("DELETE FROM review_draft WHERE proposal = @id AND stage = @Stage AND person = @Person", new { id, row.Stage, row.Person });
            }
            else
            {
                await session.ExecuteAsync("UPDATE review_draft SET content = @content WHERE proposal = @id AND stage = @Stage AND person = @Person",
                    new { id, row.Stage, row.Person, content = sealing.Seal(key, ProposalColumns.ReviewDraft, text) });
            }
        }
    }

    sealed record DraftRow
    {
        public byte[] Answers { get; init; } = [];
        public byte[] Documents { get; init; } = [];
        public byte[] Responses { get; init; } = [];
        public Guid Lead { get; init; }
    }

    sealed record ReviewDraftRow
    {
        public string Stage { get; init; } = "";
        public Guid Person { get; init; }
        public byte[] Content { get; init; } = [];
    }
}

/// <summary>Looks for texts inside JSON.</summary>
static class ErasedTexts
{
    public static IEnumerable<string> Of(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => Of(p.Value)),
        JsonArray a => a.SelectMany(Of),
        JsonValue v when v.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    public static bool Holds(JsonNode? node, IReadOnlySet<string> texts) => Of(node).Any(texts.Contains);
}
