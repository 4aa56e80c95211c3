using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Review.Screening;
using Governance.Review.Stages;

namespace Governance.Review.Oversight;

/// <summary>One entry of a trail as the replayer needs it. That it is unchanged and in the log was checked before.</summary>
public sealed record ReplayEntry
{
    /// <summary>The entry's number in the log.</summary>
    public required long Seq { get; init; }
    public required string Kind { get; init; }
    /// <summary>The pseudonym of whoever did it.</summary>
    public required string Actor { get; init; }
    public required string Role { get; init; }
    public required DateTimeOffset At { get; init; }
    public required JsonObject Data { get; init; }
    /// <summary>What was sealed and is shown here; how much is up to the depth of the export.</summary>
    public IReadOnlyList<SealedValue> Disclosed { get; init; } = [];
    /// <summary>The digests of the files in force, by what they are.</summary>
    public IReadOnlyDictionary<string, string> Rule { get; init; } = new Dictionary<string, string>();
    /// <summary>The SHA-256 of each document that the entry names, in its order.</summary>
    public IReadOnlyList<string> Documents { get; init; } = [];
}

/// <summary>Something in a trail that the rules did not allow.</summary>
/// <param name="Seq">The entry that it is about, by its number in the log.</param>
/// <param name="Code">One of <see cref="ReplayCodes"/>.</param>
/// <param name="Message">A sentence that names the entry and says what is wrong with it.</param>
public sealed record ReplayFinding(long Seq, string Code, string Message);

/// <summary>The codes of findings. They never change their meaning.</summary>
public static class ReplayCodes
{
    /// <summary>The entry's data is not that of an event that this program knows.</summary>
    public const string Unreadable = "unreadable-event";
    /// <summary>A disclosure covers up something that the entry says in the open, or is there twice.</summary>
    public const string Disclosure = "disclosure-overrides";
    /// <summary>The trail does not begin with one submission.</summary>
    public const string Submission = "submission";
    /// <summary>A pinned file is missing, cannot be read, or describes a route that is not sound.</summary>
    public const string Rules = "rules";
    /// <summary>The entry names other rules than those that were pinned at submission.</summary>
    public const string RulesChanged = "rules-changed";
    /// <summary>The role in the entry is unknown or does not fit the person.</summary>
    public const string Role = "role";
    /// <summary>The permission table does not allow this in this role, or at this time.</summary>
    public const string NotAllowed = "not-allowed";
    /// <summary>A vote was cast by somebody who may not vote, or not then.</summary>
    public const string Vote = "vote";
    /// <summary>A stage was closed though it could not be.</summary>
    public const string Closing = "stage-closing";
    /// <summary>The outcome of a stage is not what the votes give.</summary>
    public const string Outcome = "stage-outcome";
    /// <summary>A determination lacks what it needs.</summary>
    public const string Determination = "determination";
    /// <summary>A revision is not an answer to what was asked.</summary>
    public const string Revision = "revision";
    /// <summary>The flags or the route are not what the pinned screening rules give.</summary>
    public const string Screening = "screening";
    /// <summary>The facts that the route looked at were others.</summary>
    public const string Facts = "route-facts";
    /// <summary>The route takes other steps than those on record.</summary>
    public const string Steps = "route-steps";
    /// <summary>A stage was opened otherwise than the pinned route says.</summary>
    public const string Opening = "stage-opening";
    /// <summary>An entry that must follow is not there, or one is there that follows from nothing.</summary>
    public const string Sequence = "sequence";
    /// <summary>The entry's list of documents is not that of its event.</summary>
    public const string Documents = "documents";
    /// <summary>The entry says something else than what follows from the entries before it.</summary>
    public const string Differs = "differs";
}

/// <summary>What came of one entry.</summary>
/// <param name="Event">Null where it could not be read.</param>
public sealed record ReplayedEntry(long Seq, string Kind, DateTimeOffset At, string Actor, string Role, ProposalEvent? Event, IReadOnlyList<ReplayFinding> Findings)
{
    /// <summary>Nothing was found against it.</summary>
    public bool Allowed => Findings.Count == 0;
}

/// <summary>What came of a whole trail.</summary>
/// <param name="State">What the proposal is after the last entry.</param>
/// <param name="Rulebook">The pinned rules; null where they could not be read.</param>
/// <param name="NotChecked">What the trail at hand cannot show, in sentences. Nothing here is vouched for.</param>
public sealed record ReplayReport(IReadOnlyList<ReplayedEntry> Entries, ProposalState State, Rulebook? Rulebook, IReadOnlyList<string> NotChecked)
{
    public IReadOnlyList<ReplayFinding> Findings => [.. Entries.SelectMany(e => e.Findings)];

    /// <summary>Every entry was allowed.</summary>
    public bool Allowed => Entries.Count > 0 && Rulebook is not null && Entries.All(e => e.Allowed);
}

/// <summary>
/// Replays a trail: takes the entries one by one, asks of each whether the rules that were pinned at submission allowed it
/// after those before it, and whether what followed from it is there (design, "The three ideas"). It needs no sealed text.
/// It shows that the record is consistent with the rules; it cannot show that people really sat on a panel, or what they meant.
/// </summary>
public sealed class Replay
{
    const string NotShown = "(not shown)";

    // The bank holidays are not pinned. Without them a stage's day comes out early, never late, which is the side that matters.
    static readonly WorkingDays Weekdays = WorkingDays.Parse("""{"england_and_wales":[]}"""u8, "none");

    readonly IReadOnlyList<ReplayEntry> _entries;
    readonly IReadOnlyDictionary<string, byte[]> _files;
    readonly RouteMachine _engine = new();
    readonly ProposalEvent?[] _events;
    readonly List<ReplayFinding>[] _findings;
    readonly SortedSet<string> _notChecked = new(StringComparer.Ordinal);
    ReviewCase? _case;
    ProposalContent _content = ProposalContent.None;

    Replay(IReadOnlyList<ReplayEntry> entries, IEnumerable<byte[]> files)
    {
        _entries = entries;
        _files = files.DistinctBy(Digest).ToDictionary(Digest);
        _events = new ProposalEvent?[entries.Count];
        _findings = [.. entries.Select(_ => new List<ReplayFinding>())];
    }

    /// <summary>Replays a trail.</summary>
    /// <param name="reference">The proposal's reference.</param>
    /// <param name="entries">All its entries, oldest first.</param>
    /// <param name="files">The bytes of the pinned files, in any order: they are known by their digests.</param>
    public static ReplayReport Run(string reference, IReadOnlyList<ReplayEntry> entries, IEnumerable<byte[]> files)
    {
        var replay = new Replay(entries, files);
        replay.Run(reference);
        return new ReplayReport(
            [.. entries.Select((e, i) => new ReplayedEntry(e.Seq, e.Kind, e.At, e.Actor, e.Role, replay._events[i], replay._findings[i]))],
            replay._case?.State ?? ProposalState.None with { Reference = reference },
            replay._case?.Rulebook,
            [.. replay._notChecked]);
    }

    void Run(string reference)
    {
        for (var i = 0; i < _entries.Count; i++) _events[i] = Read(i);
        if (_entries.Count == 0) return;
        if (_events[0] is not ProposalSubmitted submitted)
        {
            if (_events[0] is not null) Find(0, ReplayCodes.Submission, "a trail begins with the submission, and this is none. What came before it is missing.");
            NotReplayed(1, "because the trail does not begin with a submission");
            return;
        }
        if (ReadRules(submitted.Pins) is not { } rulebook)
        {
            NotReplayed(1, "because the pinned rules cannot be used");
            return;
        }
        _case = new ReviewCase(ProposalState.None with { Reference = reference }, null, rulebook);
        _notChecked.Add("Who stands behind a pseudonym, who is on the delivery team, and which seats people hold: the trail states it, other entries of the log record it.");
        _notChecked.Add("Bank holidays: they are not pinned. A stage's day was only checked for not being too early.");

        for (var i = 0; i < _entries.Count;)
        {
            if (_events[i] is null)
            {
                i++;
                continue;
            }
            i = Guarded(i);
        }
    }

    void NotReplayed(int from, string why)
    {
        for (var i = from; i < _entries.Count; i++) Find(i, ReplayCodes.Sequence, $"it could not be replayed, {why}.");
    }

    /// <summary>Takes one entry and what follows from it. Gives the place of the next.</summary>
    int Guarded(int i)
    {
        try
        {
            return Take(i);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KeyNotFoundException or FormatException or OverflowException or RouteSignalException)
        {
            // The fold and the route trust what the service writes. A forged entry can hold what they never meet.
            Find(i, ReplayCodes.Unreadable, $"what it says does not fit the proposal. {e.Message}");
            return i + 1;
        }
    }

    int Take(int i)
    {
        var (entry, e) = (_entries[i], _events[i]!);
        var before = _case!;
        CheckRules(i);
        if (Story.Follows(e))
        {
            Find(i, ReplayCodes.Sequence, "nothing that was decided before it leads to this.");
            Fold(i);
            return i + 1;
        }

        var party = CheckRole(i, e);
        if (party is not null && _findings[i].Count == 0) Check(i, e, party);
        _content = ProposalFold.Apply(_content, e);
        CheckScreening(i, e);

        var expected = Consequences(i, e, before);
        Fold(i);
        _case = _case! with { Route = expected.Route };
        var at = i + 1;
        foreach (var next in expected.Events.Skip(1))
        {
            if (at >= _entries.Count || _events[at]?.GetType() != next.GetType())
            {
                var kind = EventCatalogue.Of(next).Name;
                if (at >= _entries.Count) Find(i, ReplayCodes.Sequence, $"{About(next)} must follow ({kind}), but the trail ends.");
                else if (_events[at] is not null) Find(at, ReplayCodes.Sequence, $"here {About(next)} must stand ({kind}), which follows from entry {Text(entry.Seq)}. A step was left out or put elsewhere.");
                return at;
            }
            CheckRules(at);
            CheckConsequence(at, i, next);
            Fold(at);
            at++;
        }
        return at;
    }

    // ---- Reading ----

    ProposalEvent? Read(int i)
    {
        var entry = _entries[i];
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in entry.Disclosed)
        {
            if (!paths.Add(value.Path))
                Find(i, ReplayCodes.Disclosure, $"\"{value.Path}\" is disclosed twice.");
            else if (IsThere(entry.Data, value.Path))
                Find(i, ReplayCodes.Disclosure, $"a disclosure gives \"{value.Path}\", which the entry itself says already.");
        }
        if (_findings[i].Count > 0) return null;
        try
        {
            return EventCodec.Decode(entry.Kind, entry.Data, entry.Disclosed);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException or NullReferenceException)
        {
            Find(i, ReplayCodes.Unreadable, $"it cannot be read as an event. {e.Message}");
            return null;
        }
    }

    static bool IsThere(JsonNode data, string path)
    {
        JsonNode? at = data;
        foreach (var name in path.Split('.'))
        {
            at = at switch
            {
                JsonObject o => o[name],
                JsonArray a when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < a.Count => a[index],
                _ => null,
            };
            if (at is null) return false;
        }
        return true;
    }

    Rulebook? ReadRules(Pins pins)
    {
        try
        {
            if (File(pins.Route, "route") is not { } routeFile) return null;
            var route = Routes.Route.Parse(routeFile, "the pinned route");
            var faults = RouteChecker.Check(route);
            if (faults.Count > 0)
            {
                Find(0, ReplayCodes.Rules, $"the pinned route is not sound. {faults[0]}");
                return null;
            }
            var screening = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
            foreach (var pin in pins.Screening)
            {
                if (File(pin.Digest, pin.Name) is not { } bytes) return null;
                screening[pin.Name] = bytes;
            }
            var checklists = new List<Checklist>();
            foreach (var pin in pins.Checklists)
            {
                if (File(pin.Digest, pin.Name) is not { } bytes) return null;
                checklists.Add(Checklist.Parse(bytes, pin.Name));
            }
            return new Rulebook(route, ScreeningRules.Parse(screening), checklists);
        }
        catch (Exception e) when (e is RouteFileException or WorkflowFileException or InvalidOperationException or ArgumentException or JsonException)
        {
            Find(0, ReplayCodes.Rules, $"a pinned file cannot be used. {e.Message}");
            return null;
        }
    }

    byte[]? File(string digest, string name)
    {
        if (_files.TryGetValue(digest, out var bytes)) return bytes;
        Find(0, ReplayCodes.Rules, $"the pinned file {name} ({digest}) is not here, so nothing can be replayed.");
        return null;
    }

    // ---- What holds for every entry ----

    void CheckRules(int i)
    {
        var expected = _case!.State.Pins ?? ((ProposalSubmitted)_events[0]!).Pins;
        if (!Same(_entries[i].Rule, expected.ByName()))
            Find(i, ReplayCodes.RulesChanged, "it names other rules than those that were pinned at submission.");
        var documents = _events[i] switch
        {
            ProposalSubmitted s => s.Documents,
            ProposalRevised r => r.Documents,
            _ => [],
        };
        if (!documents.Select(d => d.Sha256).SequenceEqual(_entries[i].Documents))
            Find(i, ReplayCodes.Documents, "the documents that the entry names are not those of its event.");
    }

    static bool Same(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        a.Count == b.Count && a.All(x => b.TryGetValue(x.Key, out var y) && x.Value == y);

    /// <summary>Whether the permission table lets somebody in that role do this now. Gives the person as the rules see them.</summary>
    Party? CheckRole(int i, ProposalEvent e)
    {
        var entry = _entries[i];
        var state = _case!.State;
        if (Capacity(entry.Role) is not { } capacity)
        {
            Find(i, ReplayCodes.Role, $"\"{entry.Role}\" is not a role in a review.");
            return null;
        }
        var act = ActOf(e);
        var rows = Permissions.Table.Where(p => p.Act == act).ToList();
        if (!rows.Exists(p => p.Phases.Contains(state.Phase)))
        {
            Find(i, ReplayCodes.NotAllowed, state.Phase switch
            {
                Phase.Draft => "nothing can be done to a proposal before it is submitted.",
                Phase.Determined => "the proposal was decided before this, so it could no longer be done.",
                Phase.Withdrawn => "the proposal was withdrawn before this, so it could no longer be done.",
                Phase.AwaitingDetermination => "all stages were done and the chair was deciding, so this could not be done.",
                _ => "this could not be done while the proposal was under review.",
            });
            return null;
        }
        if (!rows.Exists(p => p.Phases.Contains(state.Phase) && p.Capacities.Contains(capacity)))
        {
            Find(i, ReplayCodes.NotAllowed, $"nobody may do this as {Words(entry.Role)}. {rows[0].InWords}");
            return null;
        }
        if (e is ProposalSubmitted) return new Party(entry.Actor, [], []);

        var proposing = state.IsProposing(entry.Actor);
        if (capacity == Review.Capacity.Lead && state.Lead != entry.Actor)
            Find(i, ReplayCodes.Role, "it was done as the lead by somebody who is not the lead.");
        else if (proposing && capacity is not (Review.Capacity.Lead or Review.Capacity.TeamMember))
            Find(i, e is VoteCast ? ReplayCodes.Vote : ReplayCodes.Role, $"{(state.Lead == entry.Actor ? "the lead" : "a member of the delivery team")} took part in judging their own proposal{(e is VoteCast ? " by voting on it" : "")}.");
        else if (!proposing && state.IsRecused(entry.Actor))
            Find(i, e is VoteCast ? ReplayCodes.Vote : ReplayCodes.Role, "it was done by somebody who had declared a conflict of interest and stepped back.");
        if (_findings[i].Count > 0) return null;

        ImmutableHashSet<Role> roles = capacity switch
        {
            Review.Capacity.PanelMember => [Review.Role.PanelMember],
            Review.Capacity.YouthPanelMember => [Review.Role.YouthPanelMember],
            Review.Capacity.Facilitator => [Review.Role.Facilitator],
            Review.Capacity.Chair => [Review.Role.Chair],
            Review.Capacity.Administrator => [Review.Role.Administrator],
            _ => [],
        };
        // A vote says which seats it was cast from. For the rest, the role is all that the trail says.
        ImmutableArray<PanelSeat> seats = e switch
        {
            VoteCast v when state.Stage(v.Stage) is { } stage => [.. v.Seats.Select(s => new PanelSeat(stage.Panel, s))],
            _ when StageOf(e) is { } name && state.Stage(name) is { } stage => [new PanelSeat(stage.Panel, "member")],
            _ => [],
        };
        return new Party(entry.Actor, roles, seats);
    }

    static Capacity? Capacity(string role) => Enum.GetValues<Capacity>().Cast<Capacity?>()
        .FirstOrDefault(c => JsonNamingPolicy.SnakeCaseLower.ConvertName(c!.Value.ToString()) == role);

    static Act ActOf(ProposalEvent e) => e switch
    {
        ProposalSubmitted => Act.Submit,
        QuestionAsked => Act.AskQuestion,
        QuestionAnswered => Act.AnswerQuestion,
        MemberRecused => Act.Recuse,
        VoteCast => Act.Vote,
        YouthSessionHeld => Act.RecordSession,
        ConcernRaised => Act.RaiseConcern,
        ConcernAnswered => Act.AnswerConcern,
        StageClosed => Act.CloseStage,
        ProposalRevised => Act.SubmitRevision,
        DeterminationMade => Act.Determine,
        ProposalWithdrawn => Act.Withdraw,
        DisclosureErased => Act.EraseDisclosures,
        _ => throw new InvalidOperationException($"The replayer does not know {e.GetType().Name}."),
    };

    static string? StageOf(ProposalEvent e) => e switch
    {
        QuestionAsked q => q.Stage,
        MemberRecused r => r.Stage,
        ConcernRaised c => c.Stage,
        YouthSessionHeld s => s.Stage,
        _ => null,
    };

    // ---- What holds for each kind of decision ----

    void Check(int i, ProposalEvent e, Party party)
    {
        switch (e)
        {
            case ProposalSubmitted s:
                CheckSubmission(i, s);
                return;
            case ProposalRevised r:
                CheckRevision(i, r);
                return;
            case VoteCast v:
                CheckVote(i, v);
                break;
            case StageClosed c:
                CheckClosing(i, c);
                break;
            case DeterminationMade d:
                CheckDetermination(i, d);
                break;
        }
        if (_findings[i].Count == 0) CheckDecision(i, e, party);
    }

    void CheckSubmission(int i, ProposalSubmitted s)
    {
        if (i > 0) Find(i, ReplayCodes.Submission, "the proposal was submitted a second time.");
        if (s.FormVersion != ProposalForm.Version)
            _notChecked.Add($"The answers belong to version {Text(s.FormVersion)} of the form; this program knows version {Text(ProposalForm.Version)}.");
        if (s.Team.Contains(_entries[i].Actor)) Find(i, ReplayCodes.Submission, "the lead is on the list of the rest of the team.");
        if (s.Route != _case!.Rulebook.Route.DefinitionId)
            Find(i, ReplayCodes.Screening, $"screening chose the route \"{s.Route}\", but the pinned route is \"{_case.Rulebook.Route.DefinitionId}\".");
    }

    void CheckVote(int i, VoteCast v)
    {
        var stage = _case!.State.Stage(v.Stage);
        if (stage is not { Open: true })
            Find(i, ReplayCodes.Vote, $"a vote was cast in the {StageTitles.Of(v.Stage)} stage while it was not open.");
        else if (v.Opening != stage.Opening)
            Find(i, ReplayCodes.Vote, $"the vote is for opening {Text(v.Opening)} of the {StageTitles.Of(v.Stage)} stage, but opening {Text(stage.Opening)} was under way.");
        if (v.Revision != _case.State.Revision)
            Find(i, ReplayCodes.Vote, $"the vote is on revision {Text(v.Revision)}, but revision {Text(_case.State.Revision)} was the current one.");
        if (v.Seats.IsEmpty)
            Find(i, ReplayCodes.Vote, $"the voter held no seat on the panel of the {StageTitles.Of(v.Stage)} stage.");
    }

    void CheckClosing(int i, StageClosed c)
    {
        var name = StageTitles.Of(c.Stage);
        var stage = _case!.State.Stage(c.Stage);
        if (stage is not { Open: true })
        {
            Find(i, ReplayCodes.Closing, $"the {name} stage was closed, but it was not open.");
            return;
        }
        var tally = _case.Tally(stage);
        var (outcome, obstacle) = Reviewing.CanClose(_case, stage, Now(i));
        if (outcome is null && !tally.QuorumMet)
            Find(i, ReplayCodes.Closing, $"the {name} stage was closed with {Text(tally.Counted.Length)} of the {Text(stage.Quorum)} votes that it needs, and before its day had passed.");
        else if (outcome is null && !tally.SeatsMissing.IsEmpty)
            Find(i, ReplayCodes.Closing, $"the {name} stage was closed without the votes that it needs: at least {string.Join(" and ", tally.SeatsMissing.Select(s => SeatTitles.Count(s.Seat, s.AtLeast)))}.");
        else if (outcome is null)
            Find(i, ReplayCodes.Closing, $"the {name} stage could not be closed. {obstacle}");
        else if (outcome != c.Outcome)
            Find(i, ReplayCodes.Outcome, $"the outcome of the {name} stage is recorded as \"{OutcomeTitles.Of(c.Outcome)}\", but the votes on record give \"{OutcomeTitles.Of(outcome.Value)}\".");
        else if (!tally.Counted.Select(v => new CountedVote(v.Member, v.Choice)).SequenceEqual(c.Votes))
            Find(i, ReplayCodes.Outcome, $"the votes that are said to have counted in the {name} stage are not those that count.");
    }

    void CheckDetermination(int i, DeterminationMade d)
    {
        var state = _case!.State;
        if (d.Activity != state.DeterminationActivity)
            Find(i, ReplayCodes.Determination, "a decision was made that the route was not waiting for.");
        if (!Determining.IsFavourable(d.Outcome)) return;
        foreach (var stage in Determining.Objections(state).Where(s => d.Departures.All(x => x.Stage != s)))
            Find(i, ReplayCodes.Determination, $"the decision goes against the objection of the {StageTitles.Of(stage)} stage and gives no reason for it.");
    }

    void CheckRevision(int i, ProposalRevised r)
    {
        var state = _case!.State;
        if (!state.RevisionAwaited) Find(i, ReplayCodes.Revision, "a revision was sent that nobody had asked for.");
        if (r.Revision != state.Revision + 1)
            Find(i, ReplayCodes.Revision, $"it is called revision {Text(r.Revision)}, but revision {Text(state.Revision + 1)} comes next.");
        var open = state.OpenChanges.Select(c => c.Id).ToList();
        foreach (var change in open.Where(c => r.Responses.Count(a => a.Change == c) != 1))
            Find(i, ReplayCodes.Revision, $"the request {change} is not answered.");
        foreach (var answer in r.Responses.Where(a => !open.Contains(a.Change)))
            Find(i, ReplayCodes.Revision, $"it answers a request {answer.Change}, which was not open.");
        if (r.Team.Contains(state.Lead)) Find(i, ReplayCodes.Revision, "the lead is on the list of the rest of the team.");

        // A change that is not listed would let votes count that were cast on something else.
        var listed = r.Changed.ToHashSet(StringComparer.Ordinal);
        foreach (var field in r.Answers.Answers.Ids.Concat(r.Removed).Where(f => !listed.Contains(f)))
            Find(i, ReplayCodes.Revision, $"the answer to \"{field}\" changed, but it is not among the changes.");
        var documents = !_content.Documents.Select(d => (d.Id, d.Sha256)).SequenceEqual(r.Documents.Select(d => (d.Id, d.Sha256)));
        if (documents != listed.Contains(ProposalRevisedFields.Attachments))
            Find(i, ReplayCodes.Revision, documents ? "the documents changed, but that is not among the changes." : "the documents are said to have changed, but they did not.");
        foreach (var field in listed.Where(f => f != ProposalRevisedFields.Attachments && !r.Removed.Contains(f) && !r.Answers.Answers.Ids.Contains(f)))
        {
            if (_case.Rulebook.Screening.Form.Find(field) is { } known && !Rescreening.IsSealed(known))
                Find(i, ReplayCodes.Revision, $"the answer to \"{field}\" is said to have changed, but there is no new one.");
            else
                _notChecked.Add($"What entry {Text(_entries[i].Seq)} changed in \"{field}\": its text is not shown here.");
        }
    }

    /// <summary>Takes the decision again, from what was handed in then, and compares it with what is on record.</summary>
    void CheckDecision(int i, ProposalEvent e, Party party)
    {
        ProposalEvent again;
        try
        {
            again = Decide(i, e, party).Events[0];
        }
        catch (RefusalException refusal)
        {
            Find(i, ReplayCodes.NotAllowed, $"the rules refuse this. {refusal.Message}");
            return;
        }
        catch (RouteSignalException)
        {
            // What follows from the entry is looked at next, and says so then.
            return;
        }
        foreach (var field in Differences(again, i))
            Find(i, ReplayCodes.Differs, $"\"{field}\" is not what follows from the entries before it.");
    }

    Decision Decide(int i, ProposalEvent e, Party by)
    {
        var (before, now) = (_case!, Now(i));
        return e switch
        {
            QuestionAsked q => Reviewing.Ask(before, by, now, q.Stage, Shown(q.Text)),
            QuestionAnswered q => Answering.AnswerQuestion(before, by, now, q.Question, Shown(q.Text)),
            MemberRecused r => Reviewing.Recuse(before, by, now, r.Stage, Shown(r.Conflict)),
            VoteCast v => Reviewing.Vote(before, by, now, v.Stage, new VoteToCast
            {
                Choice = v.Choice,
                Rationale = Shown(v.Rationale),
                Checklist = v.Checklist,
                Conditions = [.. v.Conditions.Select(c => Shown(c.Text))],
                Changes = [.. v.Changes.Select(c => (c.Field, Shown(c.Text)))],
            }),
            YouthSessionHeld s => Reviewing.RecordSession(before, by, now, s),
            ConcernRaised c => Reviewing.RaiseConcern(before, by, now, c.Stage, c.Session, Shown(c.Text)),
            ConcernAnswered c => Answering.AnswerConcern(before, by, now, c.Concern, c.Response, Shown(c.Text)),
            StageClosed c => Reviewing.Close(before, by, now, c.Stage, Shown(c.Summary), [.. c.Changes.Select(x => (x.Field, Shown(x.Text)))]),
            DeterminationMade d => Determining.Determine(before, by, now, new DeterminationToMake
            {
                Outcome = d.Outcome,
                Reason = Shown(d.Reason),
                Departures = [.. d.Departures.Select(x => (x.Stage, Shown(x.Reason)))],
                Conditions = [.. d.Conditions.Select(c => new ConditionToSet(Shown(c.Text), Shown(c.Owner), Shown(c.Evidence), c.Due))],
                Changes = [.. d.Changes.Select(c => (c.Field, Shown(c.Text)))],
            }),
            ProposalWithdrawn w => Submitting.Withdraw(before, by, now, Shown(w.Reason)),
            DisclosureErased d => Erasing.Erase(before, by, now, d.Basis, d.Digests, d.Documents, Shown(d.Note)),
            _ => throw new InvalidOperationException($"The replayer cannot decide {e.GetType().Name} again."),
        };
    }

    static string Shown(Sealed text) => text.Text ?? NotShown;

    void CheckScreening(int i, ProposalEvent e)
    {
        if (e is not (ProposalSubmitted or ProposalRevised)) return;
        var flags = e is ProposalSubmitted s ? s.Flags : ((ProposalRevised)e).Flags;
        var again = Rescreening.Run(_case!.Rulebook.Screening, _content, flags, Now(i).Today, (e as ProposalSubmitted)?.Route);
        foreach (var problem in again.Problems) Find(i, ReplayCodes.Screening, problem);
        if (again.NotRun.Count > 0)
            _notChecked.Add($"Screening at entry {Text(_entries[i].Seq)}: {Text(again.NotRun.Count)} of {Text(_case.Rulebook.Screening.Rules.Count)} rules look at texts that are not shown here, so whether they fired was taken from the record ({string.Join(", ", again.NotRun)}).");
        if (!again.RouteChecked)
            _notChecked.Add($"Screening at entry {Text(_entries[i].Seq)}: the choice of the route looks at texts that are not shown here, so it was taken from the record.");
    }

    // ---- What follows from a decision ----

    Decision Consequences(int i, ProposalEvent e, ReviewCase before)
    {
        var party = new Party(_entries[i].Actor, [], []);
        var deciding = new Deciding(before, party, Now(i)).Add(e);
        try
        {
            switch (e)
            {
                case ProposalSubmitted: deciding.Start(); break;
                case StageClosed c: deciding.Signal(c.Activity, c.Outcome.ToString()); break;
                case DeterminationMade d: deciding.Signal(d.Activity, d.Outcome.ToString()); break;
                case ProposalWithdrawn: deciding.CloseRoute(); break;
                case ProposalRevised:
                    foreach (var awaited in before.State.Awaited) deciding.Signal(awaited.Activity, "Resubmitted");
                    break;
            }
        }
        catch (RouteSignalException refused)
        {
            Find(i, ReplayCodes.Steps, $"the pinned route does not allow this step. {refused.Message}");
        }
        return deciding.Done();
    }

    void CheckConsequence(int i, int cause, ProposalEvent expected)
    {
        var (entry, first) = (_entries[i], _entries[cause]);
        if (entry.Actor != first.Actor || entry.Role != first.Role || entry.At != first.At)
            Find(i, ReplayCodes.Sequence, $"it follows from entry {Text(first.Seq)}, so it must name the same person, role and time.");
        switch (expected, _events[i])
        {
            case (RouteAdvanced a, RouteAdvanced b):
                if (a.Activity != b.Activity || a.Outcome != b.Outcome)
                    Find(i, ReplayCodes.Steps, $"the route is said to go on from {Signal(b)}, but entry {Text(first.Seq)} moves it on from {Signal(a)}.");
                if (!a.Facts.SequenceEqual(b.Facts))
                    Find(i, ReplayCodes.Facts, $"the route is said to have looked at the facts [{string.Join(", ", b.Facts)}], but the entries before give [{string.Join(", ", a.Facts)}].");
                if (!a.Steps.SequenceEqual(b.Steps))
                    Find(i, ReplayCodes.Steps, $"the route is said to have taken the steps [{Steps(b)}], but the pinned route takes [{Steps(a)}].");
                break;
            case (Events.StageOpened a, Events.StageOpened b):
                var name = StageTitles.Of(a.Stage);
                if (a.Stage != b.Stage || a.Activity != b.Activity || a.Panel != b.Panel)
                {
                    Find(i, ReplayCodes.Opening, $"the {StageTitles.Of(b.Stage)} stage (\"{b.Activity}\", panel \"{b.Panel}\") opened, but the pinned route opens the {name} stage (\"{a.Activity}\", panel \"{a.Panel}\") here.");
                    break;
                }
                if (a.Opening != b.Opening)
                    Find(i, ReplayCodes.Opening, $"this is called opening {Text(b.Opening)} of the {name} stage, but it is opening {Text(a.Opening)}.");
                if (a.Quorum != b.Quorum)
                    Find(i, ReplayCodes.Opening, $"the {name} stage opened with a quorum of {Text(b.Quorum)}, but the pinned route says {Text(a.Quorum)}.");
                if (a.Rule != b.Rule)
                    Find(i, ReplayCodes.Opening, $"the {name} stage opened with the voting rule \"{b.Rule}\", but the pinned route says \"{a.Rule}\".");
                if (!a.Seats.SequenceEqual(b.Seats))
                    Find(i, ReplayCodes.Opening, $"the {name} stage opened with other mandatory seats [{Seats(b)}] than the pinned route says [{Seats(a)}].");
                if (b.Due < a.Due)
                    Find(i, ReplayCodes.Opening, $"the {name} stage is due on {b.Due:yyyy-MM-dd}, earlier than the pinned route says ({a.Due:yyyy-MM-dd} without any bank holidays).");
                break;
            default:
                foreach (var field in Differences(expected, i))
                    Find(i, ReplayCodes.Steps, $"\"{field}\" is not what the pinned route says.");
                break;
        }
    }

    static string Signal(RouteAdvanced a) => a.Activity.Length == 0 ? "the start" : $"\"{a.Activity}\" with {a.Outcome}";

    static string Steps(RouteAdvanced a) => string.Join(", ", a.Steps.Select(s => s.Outcome.Length == 0 ? $"{s.Step} {s.Activity}" : $"{s.Step} {s.Activity} {s.Outcome}"));

    static string Seats(Events.StageOpened s) => string.Join(", ", s.Seats.Select(x => $"{Text(x.AtLeast)} {x.Seat}"));

    static string About(ProposalEvent e) => e switch
    {
        RouteAdvanced => "the route's next move",
        Events.StageOpened o => $"the opening of the {StageTitles.Of(o.Stage)} stage",
        Events.RevisionAwaited => "the request for a revision",
        Events.DeterminationOpened => "the call for the decision",
        ReviewCompleted => "the end of the review",
        _ => "another entry",
    };

    // ---- Small things ----

    void Fold(int i) => _case = _case! with { State = ProposalFold.Apply(_case.State, new Happening(_entries[i].Actor, _entries[i].At, _events[i]!)) };

    Circumstances Now(int i) => new(_entries[i].At, Weekdays, _engine);

    /// <summary>The parts of the entry's data that are not as the event says. Sealed text stands in neither.</summary>
    IEnumerable<string> Differences(ProposalEvent expected, int i)
    {
        var wanted = Flat(EventCodec.Encode(expected, _case!.Rulebook.Screening.Form).Data);
        var found = Flat(_entries[i].Data);
        return wanted.Keys.Union(found.Keys, StringComparer.Ordinal)
            .Where(p => wanted.GetValueOrDefault(p) != found.GetValueOrDefault(p))
            .Select(p => p.Split('.')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    static Dictionary<string, string> Flat(JsonNode node)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(node, "");
        return flat;

        void Add(JsonNode? at, string path)
        {
            switch (at)
            {
                case JsonObject o:
                    if (path.Length > 0) flat[path] = "{}";
                    foreach (var (name, child) in o) Add(child, path.Length == 0 ? name : $"{path}.{name}");
                    break;
                case JsonArray a:
                    flat[path] = Text(a.Count);
                    for (var n = 0; n < a.Count; n++) Add(a[n], $"{path}.{Text(n)}");
                    break;
                default:
                    flat[path] = at?.ToJsonString() ?? "";
                    break;
            }
        }
    }

    void Find(int i, string code, string what) =>
        _findings[i].Add(new ReplayFinding(_entries[i].Seq, code, $"Entry {Text(_entries[i].Seq)} ({_entries[i].Kind}): {what}"));

    static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    static string Words(string role) => (role[0] is 'a' ? "an " : "a ") + role.Replace('_', ' ');

    static string Text(long n) => n.ToString(CultureInfo.InvariantCulture);
}
