using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Review.Stages;
using Governance.Service.Pipeline;

namespace Governance.Service.Data;

/// <summary>A proposal as one person opened it, inside one transaction.</summary>
public sealed record OpenProposal
{
    public required long Id { get; init; }
    public required long Version { get; init; }
    public required ReviewCase Case { get; init; }
    public required Party Party { get; init; }
    public required Actor Actor { get; init; }
    public required byte[] PseudonymKey { get; init; }
    /// <summary>The id of the key that the row's texts are sealed under (ADR 0010).</summary>
    public required long Key { get; init; }
    public required string DraftReference { get; init; }
    public required Guid Lead { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    internal CachedProposal Cached { get; init; } = null!;

    public ProposalState State => Case.State;

    public string Reference => State.Reference;

    /// <exception cref="StaleException">Somebody has changed the proposal since that version.</exception>
    public void DemandVersion(long? expected)
    {
        if (expected is { } seen && seen != Version)
            throw new StaleException($"Somebody changed this proposal while you were working on it: you saw version {expected}, it is now at version {Version}. Look at it again, then repeat what you did.", seen, Version);
    }
}

/// <summary>What is being written: the first draft or the next revision.</summary>
public sealed record Draft(Answers Answers, ImmutableArray<AttachedDocument> Documents, ImmutableArray<ChangeToAnswer> Responses)
{
    public static readonly Draft Empty = new(Answers.Empty, [], []);
}

/// <summary>
/// Opens proposals and stores what was decided about them. <see cref="StoreAsync"/> is the only way in which a submitted
/// proposal changes: its row, the queue and the ledger change together (design, "One command").
/// </summary>
public sealed class ProposalStore(Session session, LedgerStore ledger, PeopleStore people, Rulebooks rulebooks, IRouteEngine engine, ProposalCache cache, Sealing sealing, Notifications.Outbox outbox)
{
    /// <summary>The route whose rulebook a draft is read with, until screening chooses one.</summary>
    const string DraftRoute = "standard";

    OpenProposal? _open;

    /// <summary>The proposal that this command is about, as the pipeline opened it.</summary>
    public OpenProposal Open => _open ?? throw new InvalidOperationException("No proposal has been opened.");

    /// <summary>Opens a proposal for somebody, by its reference or by the reference that it had as a draft.</summary>
    /// <exception cref="NotFoundException">There is none, or this person may not know that there is.</exception>
    public async Task<OpenProposal> OpenAsync(string reference, Actor actor)
    {
        var row = await FindAsync(reference) ?? throw new NotFoundException("There is no such proposal.");
        var party = Pseudonyms.Party(row.PseudonymKey, actor);
        var cached = await CachedAsync(row);
        var state = cached.State;
        if (!Permissions.Allowed(state, party).Contains(Act.View)) throw Permissions.Unseen(state, party);
        var rulebook = state.Pins is null ? rulebooks.Current(DraftRoute) : await rulebooks.PinnedAsync(state.Pins, session);
        return _open = new OpenProposal
        {
            Id = row.Id,
            Version = row.Version,
            Case = new ReviewCase(state, cached.Route, rulebook),
            Cached = cached,
            Party = party,
            Actor = actor,
            PseudonymKey = row.PseudonymKey,
            Key = cached.Key,
            DraftReference = row.DraftReference,
            Lead = row.Lead,
            UpdatedAt = row.UpdatedAt,
        };
    }

    /// <summary>Whether somebody may see a proposal at all, by the rule that <see cref="OpenAsync"/> opens it by: for lists.</summary>
    public async Task<bool> MayViewAsync(string reference, Actor actor)
    {
        if (await FindAsync(reference) is not { } row) return false;
        try
        {
            return Permissions.Allowed((await CachedAsync(row)).State, Pseudonyms.Party(row.PseudonymKey, actor)).Contains(Act.View);
        }
        catch (JsonException)
        {
            // In an older copy of the data that an erasure has passed by, the state cannot be read until the doctor has rebuilt it.
            return false;
        }
    }

    Task<Row?> FindAsync(string reference) => session.FirstAsync<Row>(
        """
        SELECT p.id, p.draft_reference, p.version, p.lead, p.pseudonym_key, p.updated_at, h.last
        FROM proposal p LEFT JOIN ledger_proposal_head h ON h.proposal = p.reference
        WHERE p.reference = @reference OR p.draft_reference = @reference
        """,
        new { reference });

    async Task<CachedProposal> CachedAsync(Row row) => cache.Find(row.Id, row.Version, row.Last) ?? await ReadAsync(row);

    /// <summary>
    /// Before a command that was overtaken reads the proposal again: nobody else changes it or appends to the log until this
    /// transaction ends. The row first and then the log, as everybody takes them, so that none waits for one that waits for it.
    /// </summary>
    public async Task HoldAsync(string reference)
    {
        if (!session.LogFirst) return;
        var id = await session.ScalarAsync<long?>("SELECT id FROM proposal WHERE reference = @reference OR draft_reference = @reference", new { reference });
        await session.ExecuteAsync("UPDATE proposal SET version = version WHERE id = @id", new { id });
        await ledger.HoldAsync();
    }

    async Task<CachedProposal> ReadAsync(Row row)
    {
        // A writer reads what is committed at each moment, so the next version may be there by now: not this one's state.
        var stored = await session.FirstAsync<StateRow>("SELECT state, route_state FROM proposal WHERE id = @id AND version = @version", new { id = row.Id, version = row.Version })
            ?? throw new OvertakenException();
        return cache.Keep(new CachedProposal
        {
            Id = row.Id,
            Version = row.Version,
            Last = row.Last,
            Key = Sealing.KeyIdOf(stored.State),
            State = JsonSerializer.Deserialize<ProposalState>(sealing.OpenOrSay(stored.State, ProposalColumns.State), ReviewJson.Options)!,
            Route = stored.RouteState is null ? null : engine.Read(stored.RouteState),
        });
    }

    /// <summary>When a decision in this transaction is taken, and with what.</summary>
    public async Task<Circumstances> NowAsync() => new(await ledger.NowAsync(), rulebooks.Calendar, engine);

    public async Task<Draft?> DraftAsync(OpenProposal proposal)
    {
        var row = await session.FirstAsync<DraftRow>(
            "SELECT answers, documents, responses FROM proposal_draft WHERE proposal = @id", new { id = proposal.Id });
        return row is null ? null : new Draft(
            AnswersJson.Read(JsonNode.Parse(sealing.OpenOrSay(row.Answers, ProposalColumns.DraftAnswers))!.AsObject()),
            JsonSerializer.Deserialize<ImmutableArray<AttachedDocument>>(sealing.OpenOrSay(row.Documents, ProposalColumns.DraftDocuments), ReviewJson.Options),
            JsonSerializer.Deserialize<ImmutableArray<ChangeToAnswer>>(sealing.OpenOrSay(row.Responses, ProposalColumns.DraftResponses), ReviewJson.Options));
    }

    /// <summary>The answers and documents of a submitted revision.</summary>
    public async Task<ProposalContent> ContentAsync(OpenProposal proposal, int revision)
    {
        var row = await session.FirstAsync<DraftRow>(
            "SELECT answers, documents FROM proposal_revision WHERE proposal = @id AND revision = @revision", new { id = proposal.Id, revision })
            ?? throw new NotFoundException($"This proposal has no revision {revision}.");
        return new ProposalContent(
            AnswersJson.Read(JsonNode.Parse(sealing.OpenOrSay(row.Answers, ProposalColumns.Answers))!.AsObject()),
            JsonSerializer.Deserialize<ImmutableArray<AttachedDocument>>(sealing.OpenOrSay(row.Documents, ProposalColumns.Documents), ReviewJson.Options));
    }

    /// <summary>The e-mail addresses of whoever delivers what was submitted, as the form names them. Each command of a reviewer asks for them.</summary>
    public async Task<IReadOnlySet<string>> TeamEmailsAsync(OpenProposal proposal)
    {
        if (proposal.Cached.TeamEmails is { } known) return known;
        var stored = await session.ScalarAsync<byte[]>(
            "SELECT answers FROM proposal_revision WHERE proposal = @id AND revision = @revision", new { id = proposal.Id, revision = proposal.State.Revision });
        using var json = JsonDocument.Parse(sealing.OpenOrSay(stored, ProposalColumns.Answers));
        var team = new JsonObject();
        foreach (var field in new[] { "team_emails", "lead_email" })
        {
            if (json.RootElement.TryGetProperty(field, out var value)) team[field] = JsonNode.Parse(value.GetRawText());
        }
        return proposal.Cached.TeamEmails = Proposals.Team.Emails(AnswersJson.Read(team)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// For what is kept beside a proposal without changing it: makes sure that it is still as it was opened, and keeps
    /// others from changing it until this transaction ends. So nothing is sealed under a key that an erasure has replaced since,
    /// and an erasure that comes after sees what was kept (ADR 0020). Comes before the sealing.
    /// </summary>
    /// <exception cref="OvertakenException">It was changed in the meantime.</exception>
    public async Task HoldAsync(OpenProposal proposal)
    {
        if (await session.ExecuteAsync("UPDATE proposal SET version = version WHERE id = @id AND version = @version", new { id = proposal.Id, version = proposal.Version }) != 1)
            throw new OvertakenException();
    }

    /// <summary>Writes the draft. Drafts are not ledgered; the proposal's version guards against two windows.</summary>
    /// <exception cref="ConflictException">The proposal was changed in the meantime.</exception>
    public async Task<Receipt> SaveDraftAsync(OpenProposal proposal, Draft draft)
    {
        var now = await ledger.NowAsync();
        var first = proposal.State.Phase == Phase.Draft;
        var changed = await session.ExecuteAsync(
            """
            UPDATE proposal SET version = version + 1, updated_at = @now,
                title = CASE WHEN @first = 1 THEN @title ELSE title END,
                organisation = CASE WHEN @first = 1 THEN @organisation ELSE organisation END
            WHERE id = @id AND version = @version
            """,
            new
            {
                id = proposal.Id,
                version = proposal.Version,
                now,
                first = first ? 1 : 0,
                title = sealing.Seal(proposal.Key, ProposalColumns.Title, Short(draft.Answers.Text("title"))),
                organisation = sealing.Seal(proposal.Key, ProposalColumns.Organisation, Short(draft.Answers.Text("organisation"))),
            });
        if (changed != 1) throw new OvertakenException();
        await session.ExecuteAsync("DELETE FROM proposal_draft WHERE proposal = @id", new { id = proposal.Id });
        await session.ExecuteAsync(
            "INSERT INTO proposal_draft (proposal, answers, documents, responses, attached, updated_at) VALUES (@id, @answers, @documents, @responses, @attached, @now)",
            new
            {
                id = proposal.Id,
                answers = sealing.Seal(proposal.Key, ProposalColumns.DraftAnswers, draft.Answers.ToJson().ToJsonString()),
                documents = sealing.Seal(proposal.Key, ProposalColumns.DraftDocuments, JsonSerializer.Serialize(draft.Documents, ReviewJson.Options)),
                responses = sealing.Seal(proposal.Key, ProposalColumns.DraftResponses, JsonSerializer.Serialize(draft.Responses, ReviewJson.Options)),
                attached = Attached(draft.Documents),
                now,
            });
        return new Receipt { Reference = proposal.Reference, Version = proposal.Version + 1, At = now };
    }

    /// <summary>Stores a decision: the row, its people, the queue, the entries and, after them, what people are told of it.</summary>
    /// <param name="content">The content as it is now, where the decision changed it.</param>
    /// <exception cref="ConflictException">Somebody else changed the proposal in the meantime.</exception>
    public async Task<Receipt> StoreAsync(OpenProposal proposal, Decision decision, Circumstances now, Act act, ProposalContent? content = null)
    {
        var state = decision.State;
        var role = Permissions.CapacityFor(act, proposal.State, proposal.Party)
            ?? throw new InvalidOperationException($"{act} was decided though the table does not allow it.");
        var changed = await session.ExecuteAsync(
            """
            UPDATE proposal SET version = version + 1, phase = @phase, revision = @revision, route = @route,
                outcome = @outcome, state = @state, route_state = @routeState, updated_at = @now, submitted_at = @submitted,
                title = CASE WHEN @title IS NULL THEN title ELSE @title END,
                organisation = CASE WHEN @organisation IS NULL THEN organisation ELSE @organisation END
            WHERE id = @id AND version = @version
            """,
            new
            {
                id = proposal.Id,
                version = proposal.Version,
                phase = state.Phase.ToString(),
                revision = state.Revision,
                route = state.Route,
                outcome = state.Determination?.Determination.Outcome.ToString() ?? "",
                state = sealing.Seal(proposal.Key, ProposalColumns.State, JsonSerializer.SerializeToUtf8Bytes(state, ReviewJson.Options)),
                routeState = decision.Route is null ? null : engine.Write(decision.Route),
                now = now.At,
                submitted = state.SubmittedAt,
                title = content is null ? null : sealing.Seal(proposal.Key, ProposalColumns.Title, Short(content.Answers.Text("title"))),
                organisation = content is null ? null : sealing.Seal(proposal.Key, ProposalColumns.Organisation, Short(content.Answers.Text("organisation"))),
            });
        if (changed != 1) throw new OvertakenException();
        // Only submission gives a reference. Left out otherwise, since setting it rewrites its index even where it is the same.
        if (proposal.State.Phase == Phase.Draft)
            await session.ExecuteAsync("UPDATE proposal SET reference = @reference WHERE id = @id", new { id = proposal.Id, reference = state.Reference });
        if (content is not null)
        {
            await session.ExecuteAsync(
                """
                INSERT INTO proposal_revision (proposal, revision, answers, documents, attached, submitted_at)
                VALUES (@id, @revision, @answers, @documents, @attached, @now)
                """,
                new
                {
                    id = proposal.Id,
                    revision = state.Revision,
                    answers = sealing.Seal(proposal.Key, ProposalColumns.Answers, content.Answers.ToJson().ToJsonString()),
                    documents = sealing.Seal(proposal.Key, ProposalColumns.Documents, JsonSerializer.Serialize(content.Documents, ReviewJson.Options)),
                    attached = Attached(content.Documents),
                    now = now.At,
                });
            await session.ExecuteAsync("DELETE FROM proposal_draft WHERE proposal = @id", new { id = proposal.Id });
        }

        // The lead is known from the draft on, but drafts are not ledgered: the submission is the first entry.
        var firstTime = await RememberAsync(proposal.Id, proposal.Party.Pseudonym, proposal.Actor.Id) || proposal.State.Phase == Phase.Draft;
        var queue = await UpdateQueueAsync(proposal, proposal.Case with { State = state, Route = decision.Route });
        var entries = decision.Events.Select((e, i) => Entry(e, state, proposal, role, firstTime && i == 0)).ToList();
        var appended = await ledger.AppendAsync(now.At, entries);
        await outbox.AddAsync(proposal, decision, queue, now.At, appended[0].Seq);
        cache.Keep(new CachedProposal
        {
            Id = proposal.Id,
            Version = proposal.Version + 1,
            Last = appended[^1].Leaf,
            Key = proposal.Key,
            State = state,
            Route = decision.Route,
            TeamEmails = content is null ? proposal.Cached.TeamEmails : null,
            Queue = queue,
        });
        return new Receipt
        {
            Reference = state.Reference,
            Version = proposal.Version + 1,
            Seq = appended[0].Seq,
            Leaf = Convert.ToHexStringLower(appended[0].Leaf),
            At = now.At,
        };
    }

    /// <summary>Records who stands behind a pseudonym. True when nobody knew before.</summary>
    public async Task<bool> RememberAsync(long proposal, string pseudonym, Guid person) => await session.ExecuteAsync(
        """
        INSERT INTO proposal_person (proposal, pseudonym, person)
        SELECT @proposal, @pseudonym, @person
        WHERE NOT EXISTS (SELECT 1 FROM proposal_person WHERE proposal = @proposal AND pseudonym = @pseudonym)
        """,
        new { proposal, pseudonym, person }) == 1;

    /// <summary>The names behind the pseudonyms of a proposal, for pages and letters.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(long proposal) =>
        (await session.QueryAsync<NameRow>(
            "SELECT pp.pseudonym, p.name FROM proposal_person pp JOIN person p ON p.id = pp.person WHERE pp.proposal = @proposal", new { proposal }))
        .ToDictionary(r => r.Pseudonym, r => r.Name);

    /// <summary>Brings the queue of one proposal up to date, touching only what changed.</summary>
    /// <returns>The queue as it is now.</returns>
    public async Task<ProposalQueue> UpdateQueueAsync(OpenProposal proposal, ReviewCase after)
    {
        var judges = await people.JudgesAsync();
        var before = proposal.Cached.Queue;
        var parties = before is not null && ReferenceEquals(before.Judges, judges)
            ? before.Parties
            : judges.People.Select(j => (j.Id, Party: Pseudonyms.Party(proposal.PseudonymKey, j))).ToDictionary(j => j.Party.Pseudonym);
        var wanted = WorkQueue.Of(after, parties.Values.Select(p => p.Party))
            .Select(i => new QueuedWork
            {
                Person = i.Person == after.State.Lead ? proposal.Lead : parties[i.Person].Id,
                Task = i.Task.ToString(),
                Stage = i.Stage,
                Since = i.Since,
                Due = i.Due,
            })
            .ToHashSet();
        // Whoever changes people brings every queue up to date, in rows that the cached one does not know of.
        var there = before is not null && ReferenceEquals(before.Judges, judges)
            ? before.Items
            : (await session.QueryAsync<QueuedWork>("SELECT person, task, stage, since, due FROM work_item WHERE proposal = @id", new { id = proposal.Id })).ToHashSet();
        foreach (var gone in there.Except(wanted))
        {
            await session.ExecuteAsync("DELETE FROM work_item WHERE proposal = @id AND person = @person AND task = @task AND stage = @stage",
                new { id = proposal.Id, person = gone.Person, task = gone.Task, stage = gone.Stage });
        }
        foreach (var item in wanted.Except(there))
        {
            await session.ExecuteAsync(
                "INSERT INTO work_item (proposal, person, task, stage, since, due) VALUES (@id, @person, @task, @stage, @since, @due)",
                new { id = proposal.Id, person = item.Person, task = item.Task, stage = item.Stage, since = item.Since, due = item.Due });
        }
        return new ProposalQueue(judges, parties, wanted);
    }

    internal static NewEntry Entry(ProposalEvent e, ProposalState state, OpenProposal proposal, Capacity role, bool firstOfActor)
    {
        var encoded = EventCodec.Encode(e, proposal.Case.Rulebook.Screening.Form);
        var disclosures = encoded.Sealed.Select(s => new NewDisclosure(s.Path, s.Audience, s.Value, proposal.Actor.Id)).ToList();
        if (firstOfActor) disclosures.Add(new(ActorName, Audience.Personal, proposal.Actor.Name, proposal.Actor.Id));
        var documents = e switch
        {
            ProposalSubmitted s => s.Documents,
            ProposalRevised r => r.Documents,
            _ => [],
        };
        return new NewEntry
        {
            Kind = encoded.Kind,
            Proposal = state.Reference,
            Actor = proposal.Party.Pseudonym,
            Role = JsonNamingPolicy.SnakeCaseLower.ConvertName(role.ToString()),
            Data = encoded.Data,
            Rule = state.Pins!.ByName(),
            Docs = [.. documents.Select(d => new EntryDocument(d.Id, d.Sha256, d.Size))],
            Sealed = disclosures,
        };
    }

    /// <summary>The name of the disclosure that says who a pseudonym is: in the first entry of each person in a proposal.</summary>
    public const string ActorName = "actor_name";

    internal static string Attached(IEnumerable<AttachedDocument> documents) => string.Join(' ', documents.Select(d => d.Sha256));

    internal static string Short(string text) => text.Length <= 300 ? text : text[..300];

    sealed record Row
    {
        public long Id { get; init; }
        public string DraftReference { get; init; } = "";
        public long Version { get; init; }
        public Guid Lead { get; init; }
        public byte[] PseudonymKey { get; init; } = [];
        public DateTimeOffset UpdatedAt { get; init; }
        public byte[]? Last { get; init; }
    }

    sealed record StateRow
    {
        public byte[] State { get; init; } = [];
        public string? RouteState { get; init; }
    }

    sealed record DraftRow
    {
        public byte[] Answers { get; init; } = [];
        public byte[] Documents { get; init; } = [];
        public byte[] Responses { get; init; } = [];
    }

    sealed record NameRow
    {
        public string Pseudonym { get; init; } = "";
        public string Name { get; init; } = "";
    }
}
