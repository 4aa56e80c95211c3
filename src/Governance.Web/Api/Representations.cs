using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Proposals;
using Governance.Review.Screening;
using Governance.Review.Stages;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;

namespace Governance.Web.Api;

// What the API shows. Pseudonyms stay inside: people appear by name where the reader may know it, and not at all elsewhere.

[Description("Proof in hand for whoever acted: the entry of the log that holds what was done.")]
internal sealed record ReceiptBody
{
    [Description("The proposal. A draft's reference changes when it is submitted; the old one keeps working.")]
    public required string Reference { get; init; }

    [Description("The proposal's version after this: its ETag is \"v\" and this number.")]
    public required long Version { get; init; }

    [Description("The entry's number in the log. Not there for drafts, which are not in the log.")]
    public long? Seq { get; init; }

    [Description("The entry's leaf hash (RFC 6962), in hexadecimal. Not there for drafts.")]
    public string? Leaf { get; init; }

    public required DateTimeOffset At { get; init; }
}

[Description("A choice that the form or a checklist offers.")]
internal sealed record OptionBody(string Id, string Label, string? Hint)
{
    public static IReadOnlyList<OptionBody> Of(IEnumerable<Option> options) => [.. options.Select(o => new OptionBody(o.Id, o.Label, o.Hint))];
}

internal sealed record ProposalRowBody
{
    public required string Reference { get; init; }
    public required string Title { get; init; }
    public required string Organisation { get; init; }
    public required Phase Phase { get; init; }
    [Description("The route that screening chose. Not there for a draft.")]
    public string? Route { get; init; }
    [Description("The determination, once there is one.")]
    public DeterminationOutcome? Outcome { get; init; }
    public required int Revision { get; init; }
    public required string Lead { get; init; }
    [Description("Whether you lead it.")]
    public required bool Mine { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? SubmittedAt { get; init; }
}

internal sealed record ProposalList
{
    public required IReadOnlyList<ProposalRowBody> Proposals { get; init; }

    [Description("Give this as cursor to get the next page. Not there on the last page.")]
    public string? Next { get; init; }

    public static ProposalList Of(ProposalPage page) => new()
    {
        Next = page.Next,
        Proposals = [.. page.Proposals.Select(p => new ProposalRowBody
        {
            Reference = p.Reference,
            Title = p.Title,
            Organisation = p.Organisation,
            Phase = Enum.Parse<Phase>(p.Phase),
            Route = p.Route.Length > 0 ? p.Route : null,
            Outcome = p.Outcome.Length > 0 ? Enum.Parse<DeterminationOutcome>(p.Outcome) : null,
            Revision = p.Revision,
            Lead = p.LeadName,
            Mine = p.Mine,
            UpdatedAt = p.UpdatedAt,
            SubmittedAt = p.SubmittedAt,
        })],
    };
}

internal sealed record DocumentBody(string Id, string Kind, string Name, string MediaType, long Size, string Sha256)
{
    public static IReadOnlyList<DocumentBody> Of(IEnumerable<AttachedDocument> documents) =>
        [.. documents.Select(d => new DocumentBody(d.Id, d.Kind, d.Name.ToString(), d.MediaType, d.Size, d.Sha256))];
}

[Description("A revision as it was submitted.")]
internal sealed record ContentBody
{
    public required FormAnswers Answers { get; init; }
    public required IReadOnlyList<DocumentBody> Documents { get; init; }

    public static ContentBody Of(ProposalContent content) => new() { Answers = FormAnswers.Of(content.Answers), Documents = DocumentBody.Of(content.Documents) };
}

[Description("What the lead is writing: the first draft, or the next revision. Only the lead sees it.")]
internal sealed record DraftBody
{
    public required FormAnswers Answers { get; init; }
    public required IReadOnlyList<DocumentBody> Documents { get; init; }
    [Description("Answers to requested changes, as drafted so far.")]
    public required IReadOnlyList<ChangeResponseBody> Responses { get; init; }

    public static DraftBody Of(Draft draft) => new()
    {
        Answers = FormAnswers.Of(draft.Answers),
        Documents = DocumentBody.Of(draft.Documents),
        Responses = [.. draft.Responses.Select(r => new ChangeResponseBody { Change = r.Change, Response = r.Response, Text = r.Text })],
    };
}

[Description("The lead's answer to one requested change.")]
internal sealed record ChangeResponseBody
{
    [Required, Description("The requested change, such as c1.")]
    public string Change { get; init; } = "";

    [Required]
    public ChangeResponse? Response { get; init; }

    [Required, Description("What was done about it, or why it was not done."), MaxLength(Limits.LongText)]
    public string Text { get; init; } = "";
}

[Description("A screening rule that fired: something to ask about. It decides nothing.")]
internal sealed record FlagBody(string Rule, string Title, Severity Severity, string Stage, string Reason, string Ask, IReadOnlyList<string> Fields, IReadOnlyList<string> Source)
{
    public static FlagBody Of(Rule r) => new(r.Id, r.Title, r.Severity, r.Stage, r.Reason, r.Ask, r.Fields, r.Source);

    public static FlagBody Of(Flag f) => new(f.Rule, f.Title, f.Severity, f.Stage, f.Reason, f.Ask, f.Fields, f.Source);
}

[Description("How a stage stands. GET the stage itself for its votes, checklist and questions.")]
internal sealed record StageSummary
{
    public required string Stage { get; init; }
    public required string Title { get; init; }
    public required bool Open { get; init; }
    [Description("How often it has opened: 1 the first time.")]
    public required int Opening { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateOnly Due { get; init; }
    [Description("What it decided when it last closed.")]
    public StageOutcome? Outcome { get; init; }

    public static StageSummary Of(StageState s) => new()
    {
        Stage = s.Stage,
        Title = StageTitles.Of(s.Stage),
        Open = s.Open,
        Opening = s.Opening,
        OpenedAt = s.OpenedAt,
        Due = s.Due,
        Outcome = s.Result?.Outcome,
    };
}

internal sealed record ChangeBody(string Id, string Stage, string? Field, string Text, int Revision, ChangeResponse? Response, string? Answer)
{
    public static ChangeBody Of(ChangeState c) => new(c.Id, c.Stage, c.Field.Length > 0 ? c.Field : null, c.Text.ToString(), c.Revision, c.Response, c.Answer?.ToString());
}

internal sealed record QuestionBody(string Id, string Stage, string? AskedBy, DateTimeOffset AskedAt, string Text, IReadOnlyList<ReplyBody> Answers)
{
    public static QuestionBody Of(QuestionState q, ProposalView view) => new(
        q.Id, q.Stage, view.Known(q.AskedBy), q.AskedAt, q.Text.ToString(), [.. q.Answers.Select(a => new ReplyBody(view.Known(a.By), a.At, a.Text.ToString()))]);
}

internal sealed record ReplyBody(string? By, DateTimeOffset At, string Text);

[Description("A concern of young people. Who raised it is not said: young people are never named in what others build on this.")]
internal sealed record ConcernBody(string Id, string Stage, string? Session, DateTimeOffset RaisedAt, string Text, ConcernResponse? Response, string? Answer, DateTimeOffset? AnsweredAt)
{
    public static ConcernBody Of(ConcernState c) =>
        new(c.Id, c.Stage, c.Session.Length > 0 ? c.Session : null, c.RaisedAt, c.Text.ToString(), c.Response, c.Answer?.ToString(), c.AnsweredAt);
}

[Description("A session in which young people looked at the proposal.")]
internal sealed record SessionBody(
    string Id, string Stage, DateTimeOffset RecordedAt, DateOnly On, int YoungPeople, IReadOnlyList<string> AgeBands, string Method, string Space, string Voice, string Feedback)
{
    public static SessionBody Of(SessionState s) => new(
        s.Id, s.Stage, s.RecordedAt, s.Session.On, s.Session.YoungPeople, [.. s.Session.AgeBands], s.Session.Method,
        s.Session.Space.ToString(), s.Session.Voice.ToString(), s.Session.Feedback.ToString());
}

internal sealed record DeterminationBodyShown(
    DeterminationOutcome Outcome, string Reason, DateTimeOffset At, string? By, int Revision, IReadOnlyList<DepartureBody> Departures, IReadOnlyList<ConditionBody> Conditions)
{
    public static DeterminationBodyShown Of(DeterminationState d, ProposalView view) => new(
        d.Determination.Outcome, d.Determination.Reason.ToString(), d.At, view.Known(d.By), d.Determination.Revision,
        [.. d.Determination.Departures.Select(x => new DepartureBody { Stage = x.Stage, Reason = x.Reason.ToString() })],
        [.. d.Determination.Conditions.Select(c => new ConditionBody(c.Id, c.Text.ToString(), c.Owner.ToString(), c.Evidence.ToString(), c.Due))]);
}

internal sealed record ConditionBody(string Id, string Text, string Owner, string Evidence, DateOnly Due);

[Description("A proposal as you may see it.")]
internal sealed record ProposalBody
{
    public required string Reference { get; init; }
    [Description("The reference that it had before it was submitted. Only its lead knows it.")]
    public string? DraftReference { get; init; }
    public required long Version { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string Title { get; init; }
    public required Phase Phase { get; init; }
    [Description("1 once submitted, one more with each resubmission; 0 for a draft.")]
    public required int Revision { get; init; }
    [Description("What you may do with it now, by the permission table.")]
    public required IReadOnlyList<Act> Allowed { get; init; }
    [Description("What you are to this proposal.")]
    public required IReadOnlyList<Capacity> Capacities { get; init; }
    public string? Lead { get; init; }
    public DateTimeOffset? SubmittedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? Route { get; init; }
    [Description("Why screening chose this route.")]
    public string? RouteReason { get; init; }
    [Description("Digests (SHA-256) of the route, rules and checklists that it is reviewed under, whatever changes later.")]
    public IReadOnlyDictionary<string, string>? Pins { get; init; }
    [Description("The latest submitted revision. Not there for a draft.")]
    public ContentBody? Content { get; init; }
    public DraftBody? Draft { get; init; }
    public required IReadOnlyList<FlagBody> Flags { get; init; }
    public required IReadOnlyList<StageSummary> Stages { get; init; }
    [Description("Whether the proposal waits for the lead to send a revision.")]
    public required bool RevisionAwaited { get; init; }
    public required IReadOnlyList<ChangeBody> Changes { get; init; }
    public required IReadOnlyList<QuestionBody> Questions { get; init; }
    public required IReadOnlyList<SessionBody> Sessions { get; init; }
    public required IReadOnlyList<ConcernBody> Concerns { get; init; }
    public required IReadOnlyList<DeterminationBodyShown> Determinations { get; init; }
    public string? WithdrawalReason { get; init; }

    public static ProposalBody Of(ProposalView v)
    {
        var state = v.State;
        var submitted = state.Phase != Phase.Draft;
        return new()
        {
            Reference = v.Reference,
            DraftReference = v.Capacities.Contains(Capacity.Lead) ? v.DraftReference : null,
            Version = v.Version,
            UpdatedAt = v.UpdatedAt,
            Title = v.Title,
            Phase = state.Phase,
            Revision = state.Revision,
            Allowed = [.. v.Allowed.Order()],
            Capacities = [.. v.Capacities.Order()],
            Lead = v.Known(state.Lead),
            SubmittedAt = submitted ? state.SubmittedAt : null,
            EndedAt = state.EndedAt,
            Route = submitted ? state.Route : null,
            RouteReason = submitted ? state.RouteReason : null,
            Pins = state.Pins?.ByName(),
            Content = submitted ? ContentBody.Of(v.Content) : null,
            Draft = v.Draft is { } draft ? DraftBody.Of(draft) : null,
            Flags = [.. v.Flags.Select(FlagBody.Of)],
            Stages = [.. state.Stages.Select(StageSummary.Of)],
            RevisionAwaited = state.RevisionAwaited,
            Changes = [.. state.Changes.Select(ChangeBody.Of)],
            Questions = [.. state.Questions.Select(q => QuestionBody.Of(q, v))],
            Sessions = [.. state.Sessions.Select(SessionBody.Of)],
            Concerns = [.. state.Concerns.Select(ConcernBody.Of)],
            Determinations = [.. state.Determinations.Select(d => DeterminationBodyShown.Of(d, v))],
            WithdrawalReason = state.WithdrawalReason?.ToString(),
        };
    }
}

[Description("A vote. Votes of others are there only once you may see them.")]
internal sealed record VoteShown
{
    [Description("Whose vote it is, where you may know it.")]
    public string? Member { get; init; }
    public required bool Mine { get; init; }
    [Description("Whether it counts: it is the member's last, and nothing that the stage looks at has changed since.")]
    public required bool Counts { get; init; }
    public required VoteChoice Choice { get; init; }
    public required int Revision { get; init; }
    public required DateTimeOffset At { get; init; }
    public required IReadOnlyList<string> Seats { get; init; }
    public required string Rationale { get; init; }
    public required IReadOnlyList<ItemAnswerBody> Checklist { get; init; }
    public required IReadOnlyList<string> Conditions { get; init; }
    public required IReadOnlyList<WantedChangeBody> Changes { get; init; }

    public static VoteShown Of(Vote v, StageView stage)
    {
        var mine = v.Member == stage.Proposal.Party.Pseudonym;
        var last = ReferenceEquals(v, stage.Stage.Votes.Last(x => x.Member == v.Member));
        return new()
        {
            Member = stage.Proposal.Known(v.Member),
            Mine = mine,
            Counts = last && (mine ? stage.MyVoteCounts : stage.Counted.Contains(v.Member)),
            Choice = v.Choice,
            Revision = v.Revision,
            At = v.At,
            Seats = v.Seats,
            Rationale = v.Rationale.ToString(),
            Checklist = [.. v.Checklist.Select(c => new ItemAnswerBody { Item = c.Item, Answer = c.Answer, After = c.After, Note = c.Note?.ToString() ?? "" })],
            Conditions = [.. v.Conditions.Select(c => c.Text.ToString())],
            Changes = [.. v.Changes.Select(c => new WantedChangeBody { Field = c.Field, Text = c.Text.ToString() })],
        };
    }
}

internal sealed record StageResultBody
{
    public required int Opening { get; init; }
    public required int Revision { get; init; }
    public required StageOutcome Outcome { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Summary { get; init; }
    [Description("How many counted votes made each choice.")]
    public required IReadOnlyDictionary<string, int> Votes { get; init; }
    public required IReadOnlyList<string> Conditions { get; init; }

    public static StageResultBody Of(StageResult r) => new()
    {
        Opening = r.Opening,
        Revision = r.Revision,
        Outcome = r.Outcome,
        At = r.At,
        Summary = r.Summary.ToString(),
        Votes = r.Votes.GroupBy(v => v.Choice).OrderBy(g => g.Key).ToDictionary(g => ApiJson.Name(g.Key), g => g.Count(), StringComparer.Ordinal),
        Conditions = [.. r.Conditions.Select(c => c.Text.ToString())],
    };
}

internal sealed record SeatNeededBody(string Seat, int AtLeast)
{
    public static IReadOnlyList<SeatNeededBody> Of(IEnumerable<SeatNeeded> seats) => [.. seats.Select(s => new SeatNeededBody(s.Seat, s.AtLeast))];
}

internal sealed record MemberBody(string Name, IReadOnlyList<string> Seats, Progress Progress);

[Description("For chairs: the outcome that closing the stage would give now, or what stands in the way.")]
internal sealed record ClosingBody(StageOutcome? Outcome, string? Obstacle);

[Description("Your vote in preparation, as the site keeps it. Nobody else sees it.")]
internal sealed record VoteDraftBody(VoteChoice? Choice, string Rationale);

internal sealed record RecusalBody(string? Member, DateTimeOffset At, string? Conflict);

internal sealed record ChecklistItemBody(string Id, string Group, string Question, string Hint, AnswerKind Answer, IReadOnlyList<string> Source);

internal sealed record ChecklistBody(string Stage, string Title, string Intro, IReadOnlyList<string> LooksAt, IReadOnlyList<ChecklistItemBody> Items, string Sha256)
{
    public static ChecklistBody Of(Checklist c) => new(
        c.Stage, c.Title, c.Intro, c.LooksAt, [.. c.Items.Select(i => new ChecklistItemBody(i.Id, i.Group, i.Question, i.Hint, i.Answer, i.Source))], c.Digest);
}

[Description("One stage of a proposal as you may see it. Votes of others stay hidden until you have voted or the stage is closed; those who propose see outcomes only.")]
internal sealed record StageBody
{
    public required string Reference { get; init; }
    public required string Stage { get; init; }
    public required string Title { get; init; }
    public required bool Open { get; init; }
    public required int Opening { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateOnly Due { get; init; }
    public required bool Overdue { get; init; }
    [Description("The fewest votes that must count.")]
    public required int Quorum { get; init; }
    public required string Rule { get; init; }
    [Description("The rule in a sentence.")]
    public required string RuleInWords { get; init; }
    public required IReadOnlyList<SeatNeededBody> Seats { get; init; }
    public required bool QuorumMet { get; init; }
    public required IReadOnlyList<SeatNeededBody> SeatsMissing { get; init; }
    [Description("Whether you see the votes of others.")]
    public required bool SeesVotes { get; init; }
    public required bool MayVote { get; init; }
    [Description("Whether you may ask questions and step back.")]
    public required bool TakesPart { get; init; }
    public required IReadOnlyList<VoteShown> Votes { get; init; }
    public VoteDraftBody? Draft { get; init; }
    public ClosingBody? Closing { get; init; }
    public required IReadOnlyList<StageResultBody> Results { get; init; }
    [Description("Who sits on the panel and how far each is. Empty for those who propose.")]
    public required IReadOnlyList<MemberBody> Members { get; init; }
    public required IReadOnlyList<RecusalBody> Recusals { get; init; }
    public required IReadOnlyList<FlagBody> Flags { get; init; }
    public required IReadOnlyList<QuestionBody> Questions { get; init; }
    public required IReadOnlyList<SessionBody> Sessions { get; init; }
    public required IReadOnlyList<ConcernBody> Concerns { get; init; }
    public required ChecklistBody Checklist { get; init; }

    public static StageBody Of(StageView v)
    {
        var (stage, proposal) = (v.Stage, v.Proposal);
        var proposing = proposal.State.IsProposing(proposal.Party.Pseudonym);
        return new()
        {
            Reference = proposal.Reference,
            Stage = stage.Stage,
            Title = StageTitles.Of(stage.Stage),
            Open = stage.Open,
            Opening = stage.Opening,
            OpenedAt = stage.OpenedAt,
            Due = stage.Due,
            Overdue = v.Overdue,
            Quorum = stage.Quorum,
            Rule = stage.Rule,
            RuleInWords = RuleNames.InWords(stage.Rule),
            Seats = SeatNeededBody.Of(stage.Seats),
            QuorumMet = v.QuorumMet,
            SeatsMissing = SeatNeededBody.Of(v.SeatsMissing),
            SeesVotes = v.SeesVotes,
            MayVote = v.MayVote,
            TakesPart = v.TakesPart,
            Votes = [.. stage.Votes.Select(x => VoteShown.Of(x, v))],
            Draft = v.Draft is { } draft ? new(draft.Choice, draft.Rationale) : null,
            Closing = v.Close is (null, null) ? null : new(v.Close.Outcome, v.Close.Obstacle),
            Results = [.. stage.Results.Select(StageResultBody.Of)],
            Members = [.. v.Members.Select(m => new MemberBody(m.Name, m.Seats, m.Progress))],
            Recusals = proposing ? [] : [.. proposal.State.Recusals.Where(r => r.Stage == stage.Stage).Select(r => new RecusalBody(proposal.Known(r.Member), r.At, r.Conflict.Text))],
            Flags = [.. v.Flags.Select(FlagBody.Of)],
            Questions = [.. proposal.State.Questions.Where(q => q.Stage == stage.Stage).Select(q => QuestionBody.Of(q, proposal))],
            Sessions = [.. proposal.State.Sessions.Where(s => s.Stage == stage.Stage).Select(SessionBody.Of)],
            Concerns = [.. proposal.State.Concerns.Where(c => c.Stage == stage.Stage).Select(ConcernBody.Of)],
            Checklist = ChecklistBody.Of(v.Checklist),
        };
    }
}

internal static class Names
{
    /// <summary>The name behind a pseudonym, or null where it is not known.</summary>
    public static string? Known(this ProposalView view, string pseudonym) => view.Names.TryGetValue(pseudonym, out var name) ? name : null;
}
