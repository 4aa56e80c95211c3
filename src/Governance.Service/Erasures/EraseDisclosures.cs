using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using MediatR;

namespace Governance.Service.Erasures;

/// <summary>
/// Erases sealed values and documents for a legal reason: rows, every stored copy and, once that is committed, the keys, so
/// that older copies cannot be read either. The digests stay in the entries, and an entry says who erased them and why: all
/// that was verified before still is (ledger.md, "Disclosures and erasure").
/// </summary>
public sealed record EraseDisclosures : Command<ErasureReceipt>, INeedsRole, IErases
{
    public required ErasureScope Scope { get; init; }

    public required ErasureBasis? Basis { get; init; }

    /// <summary>In the administrator's own words, such as where the request is filed. It is sealed in its turn. May be empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>The <see cref="ErasurePlan.Fingerprint"/> of the list that was confirmed; null takes whatever is found.</summary>
    public string? Confirmed { get; init; }

    public Role Needed => Role.Administrator;

    public sealed class Validator : AbstractValidator<EraseDisclosures>
    {
        public Validator()
        {
            RuleFor(c => c.Basis).NotNull().WithMessage("Choose the legal reason.").IsInEnum().WithMessage("Choose the legal reason.");
            RuleFor(c => c.Note).MaximumLength(2_000).WithMessage("Use 2,000 characters or fewer for the note.");
            RuleFor(c => c.Scope).Must(s => s.Person is null != (s.Proposal.Length == 0)).WithMessage("Choose either values of a proposal or a person.");
        }
    }

    public sealed class Handler(
        Session session, ErasurePlanner planner, ProposalStore proposals, ProposalCaches caches, RefreshQueues queues, LedgerStore ledger, Sealing sealing, ServicePseudonyms pseudonyms)
        : IRequestHandler<EraseDisclosures, ErasureReceipt>
    {
        public async Task<ErasureReceipt> Handle(EraseDisclosures request, CancellationToken cancellationToken)
        {
            await PeopleRows.LockAsync(session);
            // What is planned must be all there is: nobody may add to a trail in between.
            await ledger.HoldAsync();
            var plan = await planner.PlanAsync(request.Scope);
            if (plan.IsEmpty) throw new ConflictException("There is nothing left to erase.");
            if (request.Confirmed is { } seen && seen != plan.Fingerprint)
                throw new ConflictException("Something changed since you looked at the list. Look at it again, then confirm.");
            if (plan.Account is { } account) await DemandMayGoAsync(account, request.Actor);
            await KeepTheRestAsync(plan);

            var now = await proposals.NowAsync();
            var entries = new List<ErasureEntry>();
            var gone = plan.Values.SelectMany(v => ErasedTexts.Of(v.Value)).Where(t => t.Length > 0).ToHashSet(StringComparer.Ordinal);
            var documents = plan.Documents.Select(d => d.Sha256).ToHashSet(StringComparer.Ordinal);
            foreach (var value in plan.Values) await session.ExecuteAsync("DELETE FROM ledger_disclosure WHERE seq = @Seq AND digest = @Digest", new { value.Seq, value.Digest });
            foreach (var sha256 in documents) await EraseDocumentAsync(sha256, now.At);
            foreach (var reference in plan.Proposals)
            {
                var values = plan.Values.Where(v => v.Proposal == reference).ToList();
                var open = await proposals.OpenAsync(reference, request.Actor);
                var theirs = (await session.QueryAsync<string>("SELECT attached FROM proposal_revision WHERE proposal = @id", new { id = open.Id })).SelectMany(a => a.Split(' ')).ToHashSet(StringComparer.Ordinal);
                if (values.Count > 0 || documents.Overlaps(theirs))
                    entries.Add(await RecordAsync(request, open, now, values, [.. documents.Where(theirs.Contains)]));
                foreach (var key in await caches.RewriteAsync(open.Id, reference, gone, documents, plan.Account)) await Doomed.AddKeyAsync(session, key);
            }
            foreach (var draft in plan.Drafts) await DiscardAsync(draft);
            if (plan.Account is { } person)
            {
                await Accounts.BlankAsync(session, person, now.At);
                await Doomed.AddAsync(session, new Doomed { Kind = Doomed.Person, Name = person.ToString("D") });
                foreach (var key in sealing.Keys.AllKeysOf(person)) await Doomed.AddKeyAsync(session, key);
                await queues.RunAsync();
            }
            var outside = plan.Values.Where(v => v.Proposal is null).ToList();
            if (outside.Count > 0 || plan.Account is not null) entries.Add(await RecordAccountAsync(request, outside, plan.Account ?? request.Scope.Person!.Value));
            return new ErasureReceipt
            {
                Values = plan.Values.Length,
                Documents = plan.Documents.Length,
                Drafts = plan.Drafts.Length,
                Account = plan.Account is not null,
                At = now.At,
                Entries = [.. entries],
            };
        }

        async Task DemandMayGoAsync(Guid account, Actor actor)
        {
            if (account == actor.Id) throw new ConflictException("You cannot erase your own account. Another administrator must do it.");
            var others = await session.ScalarAsync<long>(
                "SELECT COUNT(*) FROM person p JOIN person_role r ON r.person = p.id WHERE p.active = 1 AND r.role = 'Administrator' AND p.id <> @account", new { account });
            if (others == 0) throw new ConflictException("This is the only administrator. Make somebody else an administrator first.");
        }

        /// <summary>
        /// Before a person's key goes, the keys of those of their values that stay are kept one by one. The key store commits
        /// this now; if the data does not commit after it, a key was retired early and some kept twice, which harms nothing.
        /// </summary>
        async Task KeepTheRestAsync(ErasurePlan plan)
        {
            var leaving = plan.Values.Select(v => v.Digest).ToHashSet(StringComparer.Ordinal);
            var keys = plan.Values.Select(v => Sealing.KeyIdOf(v.Box)).Distinct().Where(k => sealing.Keys.Find(k) is not null).ToHashSet();
            var kept = new List<(string, byte[])>();
            foreach (var subject in plan.Values.Where(v => keys.Contains(Sealing.KeyIdOf(v.Box))).Select(v => v.Subject).Distinct())
            {
                foreach (var row in await session.QueryAsync<Row>("SELECT digest, disclosure FROM ledger_disclosure WHERE subject = @subject", new { subject }))
                {
                    if (leaving.Contains(row.Digest) || !keys.Contains(Sealing.KeyIdOf(row.Disclosure))) continue;
                    if (sealing.ValueKeyOf(row.Digest, row.Disclosure) is { } key) kept.Add((row.Digest, key));
                }
            }
            sealing.Keys.Retire(plan.Account is { } person ? [.. keys.Union(sealing.Keys.AllKeysOf(person))] : keys, kept);
            foreach (var key in keys) await Doomed.AddKeyAsync(session, key);
            foreach (var value in plan.Values)
                await Doomed.AddAsync(session, new Doomed { Kind = Doomed.Value, Name = value.Digest, Path = value.Path, Class = value.Class, Many = value.Value is JsonArray });
        }

        async Task EraseDocumentAsync(string sha256, DateTimeOffset now)
        {
            var box = await session.ScalarAsync<byte[]?>("SELECT content FROM document WHERE sha256 = @sha256", new { sha256 });
            if (box is null) return;
            await Doomed.AddKeyAsync(session, Sealing.KeyIdOf(box));
            await session.ExecuteAsync("DELETE FROM document WHERE sha256 = @sha256", new { sha256 });
            await session.ExecuteAsync("DELETE FROM erased_document WHERE sha256 = @sha256", new { sha256 });
            await session.ExecuteAsync("INSERT INTO erased_document (sha256, erased_at) VALUES (@sha256, @now)", new { sha256, now });
        }

        async Task<ErasureEntry> RecordAsync(EraseDisclosures request, OpenProposal open, Circumstances now, IReadOnlyList<ErasableValue> values, IReadOnlyList<string> documents)
        {
            var decision = Erasing.Erase(open.Case, open.Party, now, request.Basis!.Value, values.Select(v => v.Digest), documents, request.Note.Trim());
            var role = Permissions.CapacityFor(Act.EraseDisclosures, open.State, open.Party)!.Value;
            var first = await proposals.RememberAsync(open.Id, open.Party.Pseudonym, open.Actor.Id);
            var appended = (await ledger.AppendAsync(now.At, [ProposalStore.Entry(decision.Events[0], open.State, open, role, first)]))[0];
            await MarkAsync(values, appended.Seq);
            return new ErasureEntry(open.Reference, appended.Seq, Convert.ToHexStringLower(appended.Leaf));
        }

        async Task<ErasureEntry> RecordAccountAsync(EraseDisclosures request, IReadOnlyList<ErasableValue> values, Guid person)
        {
            var data = new JsonObject
            {
                ["basis"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(request.Basis!.Value.ToString()),
                ["digests"] = new JsonArray([.. values.Select(v => v.Digest).Order(StringComparer.Ordinal).Select(d => (JsonNode)d)]),
                ["event_version"] = 1,
                ["subject"] = await pseudonyms.OfAsync(person),
            };
            var appended = (await ledger.AppendAsync(await ledger.NowAsync(), [new NewEntry
            {
                Kind = "disclosure.erased",
                Actor = await pseudonyms.OfAsync(request.Actor.Id),
                Role = RoleTitles.Name(Role.Administrator),
                Data = data,
                Sealed = request.Note.Trim().Length == 0 ? [] : [new NewDisclosure("note", Audience.Personal, request.Note.Trim(), request.Actor.Id)],
            }]))[0];
            await MarkAsync(values, appended.Seq);
            return new ErasureEntry(null, appended.Seq, Convert.ToHexStringLower(appended.Leaf));
        }

        async Task MarkAsync(IEnumerable<ErasableValue> values, long erasedIn)
        {
            foreach (var value in values)
            {
                await session.ExecuteAsync(
                    """
                    INSERT INTO erased_disclosure (digest, seq, proposal, path, class, many, erased_in)
                    VALUES (@Digest, @Seq, @Proposal, @Path, @Class, @many, @erasedIn)
                    """,
                    new { value.Digest, value.Seq, value.Proposal, value.Path, value.Class, many = value.Value is JsonArray, erasedIn });
            }
        }

        /// <summary>Takes a draft that was never submitted, whole, with its key.</summary>
        async Task DiscardAsync(string reference)
        {
            var row = await session.FirstAsync<DraftRow>("SELECT id, state FROM proposal WHERE reference = @reference", new { reference });
            if (row is null) return;
            // Whoever is writing in it comes before this line, and is seen below, or after the end and finds it gone.
            await session.ExecuteAsync("UPDATE proposal SET version = version + 1 WHERE id = @Id", new { row.Id });
            var attached = await session.ScalarAsync<string?>("SELECT attached FROM proposal_draft WHERE proposal = @Id", row) ?? "";
            await Doomed.AddKeyAsync(session, Sealing.KeyIdOf(row.State));
            await session.ExecuteAsync("DELETE FROM work_item WHERE proposal = @Id", row);
            await session.ExecuteAsync("DELETE FROM proposal_draft WHERE proposal = @Id", row);
            await session.ExecuteAsync("DELETE FROM proposal_person WHERE proposal = @Id", row);
            await session.ExecuteAsync("DELETE FROM proposal WHERE id = @Id", row);
            foreach (var sha256 in attached.Split(' ', StringSplitOptions.RemoveEmptyEntries)) await Documents.ForgetAsync(session, ledger, sha256);
        }
    }

    sealed record Row
    {
        public string Digest { get; init; } = "";
        public byte[] Disclosure { get; init; } = [];
    }

    sealed record DraftRow
    {
        public long Id { get; init; }
        public byte[] State { get; init; } = [];
    }
}

/// <summary>What an erasure did, to be kept: it names nothing that was erased.</summary>
public sealed record ErasureReceipt
{
    public required int Values { get; init; }
    public required int Documents { get; init; }
    public required int Drafts { get; init; }
    /// <summary>An account was blanked and closed.</summary>
    public required bool Account { get; init; }
    public required DateTimeOffset At { get; init; }
    /// <summary>The entries that record it: one for each proposal, and one for the account.</summary>
    public required ImmutableArray<ErasureEntry> Entries { get; init; }
}

/// <param name="Proposal">Null for the entry about the account.</param>
/// <param name="Leaf">Leaf hash, lower-case hexadecimal.</param>
public sealed record ErasureEntry(string? Proposal, long Seq, string Leaf);
