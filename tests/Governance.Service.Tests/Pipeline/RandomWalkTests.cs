using System.Text.Json;
using CsCheck;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Governance.Service.Decisions;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using Governance.Service.Tests.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Pipeline;

/// <summary>Whatever is sent, in any order: the row stays the fold of the entries, read back from the database each time.</summary>
public sealed class RandomWalkTests
{
    sealed record Attempt(int What, int Who, int How);

    static readonly Gen<Attempt[]> Walks = Gen.Select(Gen.Int[0, 99], Gen.Int[0, 99], Gen.Int[0, 99], (what, who, how) => new Attempt(what, who, how)).Array[25, 60];

    static readonly string[] Fields = ["title", "police_requests", "retention_months", "lay_summary", "website", "root_causes"];

    [Fact]
    public async Task A_row_is_the_fold_of_its_entries_after_every_step_of_any_walk()
    {
        await using var service = new TestService();
        var (done, refused) = (0, 0);
        Walks.Sample(walk =>
        {
            var reference = service.Submitted(walk.Length % 2 == 0 ? SampleAnswers.ServiceDesign : SampleAnswers.Insight).GetAwaiter().GetResult();
            foreach (var attempt in walk)
            {
                var size = service.LedgerSize();
                try
                {
                    Step(service, reference, attempt).GetAwaiter().GetResult();
                    done++;
                }
                catch (RefusalException)
                {
                    refused++;
                    Assert.Equal(size, service.LedgerSize());
                }
                AssertFolds(service, reference).GetAwaiter().GetResult();
            }
        }, seed: "0000KOIKNb42", iter: 5, threads: 1);
        Assert.True(done > 20, $"Only {done} attempts did anything, and {refused} were refused.");
        TreeTests.AssertTrails(service);
        TreeTests.AssertWhole(service);
    }

    static async Task Step(TestService service, string reference, Attempt a)
    {
        var view = await service.Get(reference);
        var open = view.State.Stages.Where(s => s.Open).ToList();
        var stage = open.Count > 0 && a.How % 10 != 0 ? open[a.How % open.Count].Stage : StageIds.All[a.How % 4];
        var panel = service.PanelOf(stage);
        var member = a.Who % 12 == 0 ? service.Lead : panel[a.Who % panel.Length];
        switch (a.What)
        {
            case < 40:
                var choice = a.How % 10 < 6 ? VoteChoice.Approve : (VoteChoice)(a.How % 6);
                await service.Vote(reference, stage, member, choice,
                    choice is VoteChoice.MinorChanges or VoteChoice.MajorChanges ? "Say more." : null, choice == VoteChoice.ApproveWithConditions ? "Report back." : null);
                break;
            case < 62:
                try
                {
                    await service.Close(reference, stage);
                }
                catch (InvalidException)
                {
                    await service.Close(reference, stage, new CastVote.Change(Fields[a.How % Fields.Length], "Change this."));
                }
                break;
            case < 74:
                var answers = view.Content.Answers;
                foreach (var field in Fields.Where((_, i) => (a.How >> i) % 2 == 1))
                {
                    answers = field switch
                    {
                        "retention_months" => answers.With(field, $"{a.Who + 1}"),
                        "website" => (a.Who % 3) switch { 0 => answers.Without(field), 1 => answers.With(field, " "), _ => answers.With(field, $"https://x{a.Who}.example") },
                        _ => answers.With(field, $"{answers.Text(field).TrimEnd()}{(a.Who % 4 == 0 ? "  " : $" More {a.Who}.")}"),
                    };
                }
                await RevisionWith(service, reference, answers, view.State);
                break;
            case < 78:
                await service.Send(new AskQuestion { Actor = member, Reference = reference, Stage = stage, Text = "Why?" });
                break;
            case < 81:
                await service.Send(new AnswerQuestion { Actor = service.Lead, Reference = reference, Question = $"q{1 + a.How % 3}", Text = "So." });
                break;
            case < 84:
                await service.Send(new RaiseConcern { Actor = service.Facilitator, Reference = reference, Stage = StageIds.YouthVoice, Text = "What if?" });
                break;
            case < 90:
                await service.Send(new AnswerConcern { Actor = service.Lead, Reference = reference, Concern = $"n{1 + a.How % 3}", Response = ConcernResponse.WillChange, Text = "We will." });
                break;
            case < 91:
                await service.Send(new Recuse { Actor = member, Reference = reference, Stage = stage, Conflict = "I know them." });
                break;
            case < 93:
                service.Clock.Advance(TimeSpan.FromDays(a.How % 12));
                break;
            case < 94 when a.How % 8 == 0:
                await service.Send(new WithdrawProposal { Actor = service.Lead, Reference = reference, Reason = "Enough." });
                break;
            default:
                var outcome = (DeterminationOutcome)(a.How % 4);
                await service.Send(new MakeDetermination
                {
                    Actor = service.Chair,
                    Reference = reference,
                    Outcome = outcome,
                    Reason = "Because.",
                    Departures = [.. Determining.Objections(view.State).Select(s => new MakeDetermination.DepartureReason(s, "Still."))],
                    Conditions = outcome == DeterminationOutcome.FavourableWithConditions ? [new("Tell us.", "The unit", "A report", new DateOnly(2030, 1, 1))] : [],
                    Changes = outcome == DeterminationOutcome.Provisional ? [new("problem", "Explain.")] : [],
                });
                break;
        }
    }

    static async Task RevisionWith(TestService service, string reference, Answers answers, ProposalState state)
    {
        await service.Send(new SaveDraft { Actor = service.Lead, Reference = reference, Answers = answers });
        await service.Send(new SubmitRevision
        {
            Actor = service.Lead,
            Reference = reference,
            Declared = true,
            Responses = [.. state.OpenChanges.Select(c => new ChangeToAnswer(c.Id, ChangeResponse.Changed, "Done."))],
        });
    }

    static Task AssertFolds(TestService service, string reference) => service.InTransaction(async (services, _) =>
    {
        var store = services.GetRequiredService<ProposalStore>();
        var open = await store.OpenAsync(reference, service.Chair with { Roles = [Role.Auditor] });
        var trail = await services.GetRequiredService<TrailStore>().AllAsync(reference);
        Assert.Equal(
            JsonSerializer.Serialize(ProposalFold.Fold(reference, trail.Select(t => t.Happening)), ReviewJson.Options),
            JsonSerializer.Serialize(open.State, ReviewJson.Options));
        var content = ProposalContent.None;
        var revision = 0;
        foreach (var e in trail.Select(t => t.Happening.Event))
        {
            content = ProposalFold.Apply(content, e);
            if (e is not (ProposalSubmitted or ProposalRevised)) continue;
            var stored = await store.ContentAsync(open, ++revision);
            Assert.Equal(stored.Answers, content.Answers);
            Assert.Equal(stored.Documents, content.Documents);
        }
        Assert.Equal(revision, open.State.Revision);
        return 0;
    }, commit: false);
}
