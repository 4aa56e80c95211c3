using System.Text;
using Governance.Ledger;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Decisions;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.Ledger;

/// <summary>Nothing that somebody typed, and no name or address, stands in an entry: only in disclosures beside it.</summary>
public sealed class SecrecyTests : IAsyncDisposable
{
    readonly TestService _service = new();
    readonly List<string> _markers = [];

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    string Marked(string where)
    {
        var marker = $"zq{_markers.Count}x{where}qz";
        _markers.Add(marker);
        return marker;
    }

    /// <summary>The sample with a marker of its own in every free-text field, line and cell.</summary>
    Answers WithMarkers(ProposalForm form, Answers sample)
    {
        foreach (var field in form.Fields.Where(f => sample.Ids.Contains(f.Id)))
        {
            sample = field.Kind switch
            {
                FieldKind.Text or FieldKind.LongText when field.Id.EndsWith("_email", StringComparison.Ordinal) => sample.With(field.Id, $"{Marked(field.Id)}@example.org"),
                FieldKind.Text when field.Id == "website" => sample.With(field.Id, $"https://{Marked(field.Id)}.example"),
                FieldKind.Text or FieldKind.LongText => sample.With(field.Id, Marked(field.Id)),
                FieldKind.Lines when field.Id == "team_emails" => sample.With(field.Id, [$"{Marked(field.Id)}@example.org"]),
                FieldKind.Lines => sample.With(field.Id, [Marked(field.Id)]),
                FieldKind.Rows => sample.With(field.Id, sample.Rows(field.Id).Select(r => new AnswerRow(r.Cells.Select(c =>
                    field.Columns.First(x => x.Id == c.Key).Kind is FieldKind.Text or FieldKind.LongText ? KeyValuePair.Create(c.Key, Marked(c.Key)) : c)))),
                _ => sample,
            };
        }
        return sample;
    }

    [Fact]
    public async Task No_entry_holds_anything_typed_nor_a_name_nor_an_address_and_the_disclosures_hold_all_of_it()
    {
        var form = _service.Services.GetRequiredServiceOf<Rulebooks>().Form;
        var answers = WithMarkers(form, SampleAnswers.ServiceDesign);
        // Not asked of this project, so not checked when it is submitted, though a draft keeps it.
        var unasked = form.Fields.Where(f => !f.Asked(answers) && !answers.Ids.Contains(f.Id)).ToList();
        foreach (var field in unasked.Where(f => f.Kind is not FieldKind.Rows))
            answers = field.Kind is FieldKind.Choices or FieldKind.Lines ? answers.With(field.Id, [Marked(field.Id)]) : answers.With(field.Id, Marked(field.Id));
        Assert.Contains(unasked, f => f.Kind is FieldKind.Choice);

        var reference = (await _service.Send(new StartProposal { Actor = _service.Lead, Answers = answers })).Reference;
        foreach (var document in SampleAnswers.Documents)
            await _service.Send(new AttachDocument { Actor = _service.Lead, Reference = reference, Kind = document.Kind, FileName = $"{Marked("file")}.pdf", Content = TestService.Pdf(document.Kind) });
        reference = (await _service.Send(new SubmitProposal { Actor = _service.Lead, Reference = reference, Declared = true })).Reference;

        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = Marked("question") });
        await _service.Send(new AnswerQuestion { Actor = _service.Lead, Reference = reference, Question = "q1", Text = Marked("answer") });
        await _service.Send(new Recuse { Actor = _service.Add("Rex Recused", "rex@example.org", [Role.PanelMember], new PanelSeat(StageIds.Privacy, "lay")), Reference = reference, Stage = StageIds.Privacy, Conflict = Marked("conflict") });
        await _service.Send(new RecordSession
        {
            Actor = _service.Facilitator,
            Reference = reference,
            On = new DateOnly(2026, 11, 1),
            YoungPeople = 5,
            AgeBands = ["16_17"],
            Method = "workshop",
            Space = Marked("space"),
            Voice = Marked("voice"),
            Feedback = Marked("feedback"),
        });
        await _service.Send(new RaiseConcern { Actor = _service.Youth[0], Reference = reference, Stage = StageIds.YouthVoice, Session = "s1", Text = Marked("concern") });
        await _service.Send(new AnswerConcern { Actor = _service.Lead, Reference = reference, Concern = "n1", Response = ConcernResponse.WillChange, Text = Marked("response") });
        foreach (var member in _service.Privacy)
        {
            await _service.Send(new CastVote
            {
                Actor = member,
                Reference = reference,
                Stage = StageIds.Privacy,
                Choice = VoteChoice.MinorChanges,
                Rationale = Marked("rationale"),
                Checklist = [new("need_shown", "partly", Note: Marked("note")), new("privacy_risk", "important", "limited")],
                Changes = [new("retention_months", Marked("wanted"))],
            });
        }
        await _service.Send(new CloseStage { Actor = _service.Chair, Reference = reference, Stage = StageIds.Privacy, Summary = Marked("summary"), Changes = [new("retention_months", Marked("change"))] });
        await _service.Send(new SaveDraft { Actor = _service.Lead, Reference = reference, Answers = answers.With("storage", Marked("storage")).With("retention_months", "6") });
        await _service.Send(new SubmitRevision { Actor = _service.Lead, Reference = reference, Declared = true, Responses = [new ChangeToAnswer("c1", ChangeResponse.Changed, Marked("done"))] });
        foreach (var stage in new[] { StageIds.YouthVoice, StageIds.CriminalisationRisk, StageIds.Privacy })
        {
            while (!(await _service.Get(reference)).State.Stage(stage)!.Open) Assert.Fail($"{stage} is not open.");
            foreach (var member in _service.PanelOf(stage))
            {
                await _service.Send(new CastVote
                {
                    Actor = member,
                    Reference = reference,
                    Stage = stage,
                    Choice = stage == StageIds.CriminalisationRisk ? VoteChoice.Object : VoteChoice.ApproveWithConditions,
                    Rationale = Marked("rationale"),
                    Conditions = stage == StageIds.CriminalisationRisk ? [] : [Marked("condition")],
                });
            }
            await _service.Send(new CloseStage { Actor = _service.Chair, Reference = reference, Stage = stage, Summary = Marked("summary") });
            if ((await _service.Get(reference)).State.Phase == Phase.AwaitingDetermination) break;
        }
        await _service.Send(new MakeDetermination
        {
            Actor = _service.Chair,
            Reference = reference,
            Outcome = DeterminationOutcome.FavourableWithConditions,
            Reason = Marked("reason"),
            Departures = [new(StageIds.CriminalisationRisk, Marked("departure"))],
            Conditions = [new(Marked("text"), Marked("owner"), Marked("evidence"), new DateOnly(2027, 1, 1))],
        });
        var second = await _service.Submitted(SampleAnswers.Insight);
        await _service.Send(new WithdrawProposal { Actor = _service.Lead, Reference = second, Reason = Marked("withdrawn") });
        await _service.Get(reference, _service.Auditor);

        var people = _service.Rows("SELECT name, email FROM person").SelectMany(r => new[] { (string)r[0], (string)r[1] }).ToList();
        var entries = _service.Rows("SELECT kind, entry FROM ledger_entry").Select(r => ((string)r[0], Encoding.UTF8.GetString((byte[])r[1]))).ToList();
        Assert.True(entries.Count > 40);
        foreach (var secret in _markers.Concat(people))
        {
            foreach (var (kind, entry) in entries)
                Assert.False(entry.Contains(secret, StringComparison.OrdinalIgnoreCase), $"\"{secret}\" stands in an entry of kind {kind}.");
        }

        var disclosed = string.Join('\n', _service.Disclosures().Select(d => d.Disclosure.Value.ToJsonString()));
        Assert.All(_markers, m => Assert.Contains(m, disclosed, StringComparison.Ordinal));
        // Everybody who acted is named once, in the first entry of theirs.
        foreach (var actor in (Service.Pipeline.Actor[])[_service.Lead, _service.Chair, _service.Facilitator, .. _service.Privacy, .. _service.Criminalisation, .. _service.Youth])
            Assert.Contains($"\"{actor.Name}\"", disclosed, StringComparison.Ordinal);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task Each_disclosure_is_committed_to_by_its_entry_and_the_padding_does_not_tell_how_many_there_are()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[0]);
        var entries = _service.Rows("SELECT seq, entry FROM ledger_entry").ToDictionary(r => (long)r[0], r => Entry.Parse((byte[])r[1]));
        Assert.Equal(_service.Count("ledger_disclosure"), _service.Disclosures().Count);
        foreach (var (digest, seq, _, disclosure) in _service.Disclosures())
        {
            Assert.Equal(digest, disclosure.Digest);
            Assert.Contains(digest, entries[seq].Sd);
        }
        Assert.All(entries.Values.Where(e => e.Sd.Count > 0), e => Assert.True(e.Sd.Count >= 8 && int.IsPow2(e.Sd.Count)));
        Assert.Equal(entries.Count, entries.Values.Select(e => e.Nonce).Distinct().Count());
    }

    [Fact]
    public async Task Nobody_can_be_followed_from_one_proposal_to_the_next_by_their_pseudonym()
    {
        await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Submitted(SampleAnswers.ServiceDesign);
        var actors = _service.Rows("SELECT proposal, entry FROM ledger_entry").Select(r => ((string)r[0], Entry.Parse((byte[])r[1]).Actor)).Distinct().ToList();
        Assert.Equal(2, actors.Count);
        Assert.NotEqual(actors[0].Actor, actors[1].Actor);
    }
}

static class ServicesExtensions
{
    public static T GetRequiredServiceOf<T>(this IServiceProvider services) where T : notnull =>
        Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<T>(services);
}
