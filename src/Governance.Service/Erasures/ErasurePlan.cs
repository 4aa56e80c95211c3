using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;

namespace Governance.Service.Erasures;

/// <summary>What somebody wants erased: values and documents of one proposal, or everything of one person.</summary>
public sealed record ErasureScope
{
    /// <summary>The proposal whose values are chosen; empty where a person is.</summary>
    public string Proposal { get; init; } = "";

    /// <summary>Digests of the chosen values, as they stand in the proposal's entries.</summary>
    public ImmutableArray<string> Digests { get; init; } = [];

    /// <summary>SHA-256 of the chosen documents.</summary>
    public ImmutableArray<string> Documents { get; init; } = [];

    /// <summary>The person of whom everything goes.</summary>
    public Guid? Person { get; init; }
}

/// <summary>Why a value is on the list.</summary>
public enum ErasureReason { Chosen, SameText, SameTable, NameOfDocument, WrittenByThem, NamesThem }

/// <param name="Path">Where it stands in its entry, such as <c>rationale</c>.</param>
/// <param name="Kind">The kind of the entry.</param>
public sealed record ErasableValue(string Digest, long Seq, string? Proposal, string Kind, DateTimeOffset At, string Path, string Class, string Text, ErasureReason Reason)
{
    internal byte[] Box { get; init; } = [];
    internal Guid Subject { get; init; }
    internal JsonNode? Value { get; init; }
}

public sealed record ErasableDocument(string Sha256, string Proposal, string Name, string Kind, long Size);

/// <summary>Everything that an erasure takes: what a dry run lists, and what the erasure then does.</summary>
public sealed record ErasurePlan
{
    public required ImmutableArray<ErasableValue> Values { get; init; }
    public required ImmutableArray<ErasableDocument> Documents { get; init; }
    /// <summary>References of proposals that the person was writing and had not submitted: they go whole.</summary>
    public required ImmutableArray<string> Drafts { get; init; }
    /// <summary>Submitted proposals whose stored copies are made again, so that older copies become unreadable.</summary>
    public required ImmutableArray<string> Proposals { get; init; }
    /// <summary>Whose account is blanked and closed; null when nobody's.</summary>
    public required Guid? Account { get; init; }
    /// <summary>The name of that account as it is now; empty when there is none.</summary>
    public required string AccountName { get; init; }

    public bool IsEmpty => Values.IsEmpty && Documents.IsEmpty && Drafts.IsEmpty && Account is null;

    /// <summary>Tells this list from any other: whoever confirms hands it back, so that exactly what they saw is erased.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        [.. Values.Select(v => v.Digest).Order(StringComparer.Ordinal), "-", .. Documents.Select(d => d.Sha256).Order(StringComparer.Ordinal), "-",
         .. Drafts.Order(StringComparer.Ordinal), "-", Account?.ToString("D") ?? ""]))))[..32];
}

/// <summary>Finds what an erasure takes. It changes nothing.</summary>
public sealed class ErasurePlanner(Session session, TrailStore trails, Sealing sealing)
{
    /// <exception cref="InvalidException">Nothing was chosen, or a chosen value is not the proposal's.</exception>
    /// <exception cref="NotFoundException">There is no such proposal or person.</exception>
    public Task<ErasurePlan> PlanAsync(ErasureScope scope) =>
        scope.Person is { } person ? OfPersonAsync(person) : OfProposalAsync(scope);

    /// <summary>Everything of a submitted proposal that can be chosen.</summary>
    public async Task<(ImmutableArray<ErasableValue> Values, ImmutableArray<ErasableDocument> Documents)> ErasableAsync(string reference)
    {
        if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM proposal WHERE reference = @reference AND phase <> 'Draft'", new { reference }) == 0)
            throw new NotFoundException("There is no such proposal.");
        return (await ValuesAsync("d.proposal = @reference", new { reference }), await DocumentsAsync(reference));
    }

    async Task<ErasurePlan> OfProposalAsync(ErasureScope scope)
    {
        var (values, documents) = await ErasableAsync(scope.Proposal);
        if (scope.Digests.IsEmpty && scope.Documents.IsEmpty) throw new InvalidException("Digests", "Choose what to erase.");
        if (scope.Digests.FirstOrDefault(d => values.All(v => v.Digest != d)) is { } unknown)
            throw new InvalidException("Digests", $"{unknown} is not a value of this proposal that is still there. It may have been erased already.");
        if (scope.Documents.FirstOrDefault(d => documents.All(x => x.Sha256 != d)) is { } missing)
            throw new InvalidException("Documents", $"{missing} is not a document of this proposal that is still there. It may have been erased already.");

        var chosen = new Dictionary<string, ErasableValue>(StringComparer.Ordinal);
        void Take(IEnumerable<ErasableValue> more, ErasureReason reason)
        {
            foreach (var value in more) chosen.TryAdd(value.Digest, value with { Reason = reason });
        }
        Take(values.Where(v => scope.Digests.Contains(v.Digest)), ErasureReason.Chosen);
        // A table is erased whole: with some of its cells gone nobody could tell any more which rules fired on it.
        Take(values.Where(v => TableOf(v.Path) is { } table && chosen.Values.Any(c => c.Seq == v.Seq && TableOf(c.Path) == table)), ErasureReason.SameTable);
        // A vote's condition, say, is repeated when its stage is closed: the same text goes wherever it stands.
        var texts = chosen.Values.SelectMany(v => ErasedTexts.Of(v.Value)).Where(t => t.Length > 0).ToHashSet(StringComparer.Ordinal);
        Take(values.Where(v => ErasedTexts.Holds(v.Value, texts)), ErasureReason.SameText);
        Take(await NamesOfDocumentsAsync(values, scope.Documents.ToHashSet(StringComparer.Ordinal), scope.Proposal), ErasureReason.NameOfDocument);
        Take(values.Where(v => TableOf(v.Path) is { } table && chosen.Values.Any(c => c.Seq == v.Seq && TableOf(c.Path) == table)), ErasureReason.SameTable);
        return new ErasurePlan
        {
            Values = [.. chosen.Values.OrderBy(v => v.Seq).ThenBy(v => v.Path, StringComparer.Ordinal)],
            Documents = [.. documents.Where(d => scope.Documents.Contains(d.Sha256))],
            Drafts = [],
            Proposals = await UsingAsync(scope.Proposal, scope.Documents),
            Account = null,
            AccountName = "",
        };
    }

    async Task<ErasurePlan> OfPersonAsync(Guid person)
    {
        var account = await session.FirstAsync<AccountRow>("SELECT name, email FROM person WHERE id = @person", new { person }) ?? throw new NotFoundException("There is no such person.");
        var theirs = await ValuesAsync("d.subject = @person", new { person });
        var names = theirs.Where(v => v.Path is "name" or "email" or ProposalStore.ActorName).SelectMany(v => ErasedTexts.Of(v.Value))
            .Append(account.Name).Append(account.Email).Where(n => n.Length > 2 && n != Accounts.ErasedName).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var proposals = (await session.QueryAsync<ProposalRow>(
            """
            SELECT p.reference, p.phase, p.lead FROM proposal p
            WHERE p.lead = @person OR EXISTS (SELECT 1 FROM proposal_person x WHERE x.proposal = p.id AND x.person = @person)
                OR EXISTS (SELECT 1 FROM review_draft r WHERE r.proposal = p.id AND r.person = @person)
            ORDER BY p.id
            """,
            new { person })).ToList();
        var chosen = theirs.ToDictionary(v => v.Digest, v => v with { Reason = ErasureReason.WrittenByThem }, StringComparer.Ordinal);
        var documents = new List<ErasableDocument>();
        // Somebody may be named anywhere, so the whole log is read, one proposal at a time.
        foreach (var reference in await session.QueryAsync<string?>("SELECT DISTINCT proposal FROM ledger_disclosure"))
        {
            var values = await ValuesAsync(reference is null ? "d.proposal IS NULL" : "d.proposal = @reference", new { reference });
            foreach (var value in values.Where(v => ErasedTexts.Of(v.Value).Any(t => names.Exists(n => Names(t, n)))))
                chosen.TryAdd(value.Digest, value with { Reason = ErasureReason.NamesThem });
            var here = chosen.Values.Where(v => v.Proposal == reference).ToList();
            if (here.Count == 0 || reference is null) continue;
            foreach (var value in values.Where(v => TableOf(v.Path) is { } table && here.Exists(c => c.Seq == v.Seq && TableOf(c.Path) == table)))
                chosen.TryAdd(value.Digest, value with { Reason = ErasureReason.SameTable });
            var texts = here.SelectMany(v => ErasedTexts.Of(v.Value)).Where(t => t.Length > 0).ToHashSet(StringComparer.Ordinal);
            foreach (var value in values.Where(v => ErasedTexts.Holds(v.Value, texts)))
                chosen.TryAdd(value.Digest, value with { Reason = ErasureReason.SameText });
        }
        foreach (var proposal in proposals.Where(p => p.Lead == person && p.Phase != nameof(Phase.Draft))) documents.AddRange(await DocumentsAsync(proposal.Reference));
        var distinct = documents.DistinctBy(d => d.Sha256).ToList();
        return new ErasurePlan
        {
            Values = [.. chosen.Values.OrderBy(v => v.Seq).ThenBy(v => v.Path, StringComparer.Ordinal)],
            Documents = [.. distinct],
            Drafts = [.. proposals.Where(p => p.Phase == nameof(Phase.Draft)).Select(p => p.Reference)],
            Proposals = [.. proposals.Where(p => p.Phase != nameof(Phase.Draft)).Select(p => p.Reference).Union(chosen.Values.Where(v => v.Proposal is not null).Select(v => v.Proposal!)).Order(StringComparer.Ordinal)],
            Account = account.Email == Accounts.ErasedEmail(person) ? null : person,
            AccountName = account.Name,
        };
    }

    /// <summary>The proposal itself, and any other that has one of the documents: those lose it too.</summary>
    async Task<ImmutableArray<string>> UsingAsync(string proposal, IEnumerable<string> documents)
    {
        var all = new SortedSet<string>(StringComparer.Ordinal) { proposal };
        foreach (var sha256 in documents)
        {
            all.UnionWith(await session.QueryAsync<string>(
                "SELECT DISTINCT p.reference FROM proposal p JOIN proposal_revision r ON r.proposal = p.id WHERE r.attached LIKE @like", new { like = $"%{sha256}%" }));
        }
        return [.. all];
    }

    async Task<ImmutableArray<ErasableValue>> ValuesAsync(string where, object values)
    {
        var rows = await session.QueryAsync<ValueRow>(
            $"SELECT d.digest, d.seq, d.proposal, d.class, d.subject, d.disclosure, e.kind, e.at FROM ledger_disclosure d JOIN ledger_entry e ON e.seq = d.seq WHERE {where} ORDER BY d.seq, d.digest", values);
        var found = ImmutableArray.CreateBuilder<ErasableValue>();
        foreach (var row in rows)
        {
            if (sealing.OpenDisclosure(row.Digest, row.Disclosure) is not { } text) continue;
            var disclosure = Disclosure.Parse(text);
            found.Add(new ErasableValue(row.Digest, row.Seq, row.Proposal, row.Kind, row.At, disclosure.Name, row.Class, string.Join(", ", ErasedTexts.Of(disclosure.Value)), ErasureReason.Chosen)
            {
                Box = row.Disclosure,
                Subject = row.Subject,
                Value = disclosure.Value,
            });
        }
        return found.ToImmutable();
    }

    async Task<ImmutableArray<ErasableDocument>> DocumentsAsync(string reference)
    {
        var trail = await trails.AllAsync(reference);
        var documents = trail.SelectMany(t => t.Happening.Event switch
        {
            Review.Events.ProposalSubmitted s => s.Documents,
            Review.Events.ProposalRevised r => r.Documents,
            _ => [],
        }).DistinctBy(d => d.Sha256).ToList();
        var there = (await session.QueryAsync<string>("SELECT sha256 FROM document WHERE sha256 IN @all", new { all = documents.Select(d => d.Sha256) })).ToHashSet(StringComparer.Ordinal);
        return [.. documents.Where(d => there.Contains(d.Sha256)).Select(d => new ErasableDocument(d.Sha256, reference, d.Name.ToString(), d.Kind, d.Size))];
    }

    async Task<IReadOnlyList<ErasableValue>> NamesOfDocumentsAsync(IEnumerable<ErasableValue> values, IReadOnlySet<string> documents, string reference)
    {
        if (documents.Count == 0) return [];
        var paths = new HashSet<(long, string)>();
        foreach (var entry in await trails.AllAsync(reference))
        {
            if (entry.Entry.Data["documents"] is not JsonArray list) continue;
            for (var i = 0; i < list.Count; i++)
            {
                if (list[i]?["sha256"]?.GetValue<string>() is { } sha256 && documents.Contains(sha256)) paths.Add((entry.Seq, $"documents.{i}.name"));
            }
        }
        return [.. values.Where(v => paths.Contains((v.Seq, v.Path)))];
    }

    /// <summary>The field that a path is a cell of, or null when it is none: <c>answers.datasets.0.name</c> is of <c>datasets</c>.</summary>
    static string? TableOf(string path)
    {
        var parts = path.Split('.');
        return parts is ["answers", var field, _, _] ? field : null;
    }

    /// <summary>A name as whole words: "Ann Lee" is not in "Joann Leeds".</summary>
    static bool Names(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + name.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]))) return true;
        }
        return false;
    }

    sealed record ValueRow
    {
        public string Digest { get; init; } = "";
        public long Seq { get; init; }
        public string? Proposal { get; init; }
        public string Class { get; init; } = "";
        public Guid Subject { get; init; }
        public byte[] Disclosure { get; init; } = [];
        public string Kind { get; init; } = "";
        public DateTimeOffset At { get; init; }
    }

    sealed record AccountRow
    {
        public string Name { get; init; } = "";
        public string Email { get; init; } = "";
    }

    sealed record ProposalRow
    {
        public string Reference { get; init; } = "";
        public string Phase { get; init; } = "";
        public Guid Lead { get; init; }
    }
}
