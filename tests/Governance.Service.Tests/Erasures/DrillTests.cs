using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Erasures;

/// <summary>The drill: copy the data, erase, put the old copy back beside today's key store. What was erased is nowhere to be had.</summary>
public sealed class DrillTests : IAsyncDisposable
{
    const string Secret = "The clinic on Aldergrove Lane told us this about one young man.";

    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    async Task<string> Reviewed()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = Secret });
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "Who holds the keys of the archive?" });
        await _service.Send(new SaveReviewDraft { Actor = _service.Privacy[1], Reference = reference, Stage = StageIds.Privacy, Draft = new ReviewDraft { Rationale = "Still thinking about retention." } });
        await _service.Vote(reference, StageIds.Privacy, _service.Privacy[2]);
        return reference;
    }

    async Task<ErasableValue> Find(string reference, string text) =>
        (await _service.Send(new ListErasable(_service.Administrator, reference))).Values.Single(v => v.Text == text);

    Task<ErasureReceipt> Erase(ErasureScope scope) => _service.Send(new EraseDisclosures
    {
        Actor = _service.Administrator,
        Scope = scope,
        Basis = ErasureBasis.ConsentWithdrawn,
        Note = "Request 17 of the register.",
    });

    async Task AssertNoFaults() => Assert.Empty((await _service.Send(new RunDoctor())).Faults);

    [Fact]
    public async Task One_value_is_erased_everywhere_and_the_rest_of_the_same_persons_can_be_read_even_in_an_old_copy()
    {
        var reference = await Reviewed();
        await AssertNoFaults();
        var backup = _service.BackUp("backup.db");
        Assert.Contains(Secret, Opened.Everything(_service.Services, backup), StringComparison.Ordinal);

        var receipt = await Erase(new ErasureScope { Proposal = reference, Digests = [(await Find(reference, Secret)).Digest] });

        Assert.Equal((1, 0, false), (receipt.Values, receipt.Documents, receipt.Account));
        Assert.DoesNotContain(Secret, Opened.Everything(_service.Services, _service.File), StringComparison.Ordinal);
        var view = await _service.Get(reference);
        Assert.Equal(["(erased)", "Who holds the keys of the archive?"], view.State.Questions.Select(q => q.Text.ToString()));
        var timeline = await _service.Send(new GetTimeline(_service.Chair, reference));
        Assert.Contains(timeline, t => t.Told.Text == "(erased)");
        Assert.Contains(timeline, t => t.Told.Title == "Personal data was erased");
        await AssertNoFaults();
        await WholeWalkTests.AssertRowIsFold(_service, reference);
        // And the review goes on, with the same people.
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "Asked after the erasure." });
        var draft = (await _service.Send(new GetStage(_service.Privacy[1], reference, StageIds.Privacy))).Draft;
        Assert.Equal("Still thinking about retention.", draft!.Rationale);

        _service.Restore(backup);
        var everything = Opened.Everything(_service.Services, _service.File);
        Assert.DoesNotContain(Secret, everything, StringComparison.Ordinal);
        Assert.Contains("Who holds the keys of the archive?", everything, StringComparison.Ordinal);
        Assert.Contains("Reasons of Priya Privacy 2.", everything, StringComparison.Ordinal);

        // The stored copies are unreadable, and the doctor says so and makes them again.
        var refusal = await Assert.ThrowsAsync<ConflictException>(() => _service.Get(reference));
        Assert.Contains("doctor --rebuild", refusal.Message, StringComparison.Ordinal);
        Assert.Contains((await _service.Send(new RunDoctor())).Faults, f => f.Contains(reference, StringComparison.Ordinal));
        Assert.NotEmpty(await _service.Send(new RebuildCaches { Actor = Actor.Service }));
        await AssertNoFaults();
        view = await _service.Get(reference);
        Assert.Equal(["(erased)", "Who holds the keys of the archive?"], view.State.Questions.Select(q => q.Text.ToString()));
        Assert.Equal(SampleAnswers.ServiceDesign.Text("title"), view.Title);
        Assert.DoesNotContain(Secret, Opened.Everything(_service.Services, _service.File), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_and_an_answer_are_erased_from_the_register_the_search_and_every_revision()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        var title = SampleAnswers.ServiceDesign.Text("title");
        var list = await _service.Send(new ListErasable(_service.Administrator, reference));
        var document = list.Documents[0];
        var backup = _service.BackUp("backup.db");
        Assert.Contains(TestService.Pdf(document.Kind).AsSpan()[9..].Length > 0 ? $"% {document.Kind}" : "", Opened.Everything(_service.Services, backup), StringComparison.Ordinal);
        Assert.Single((await _service.Send(new ListProposals(_service.Chair) { Search = title[..12] })).Proposals);

        await Erase(new ErasureScope { Proposal = reference, Digests = [list.Values.Single(v => v.Path == "answers.title").Digest], Documents = [document.Sha256] });

        Assert.Empty((await _service.Send(new ListProposals(_service.Chair) { Search = title[..12] })).Proposals);
        Assert.Equal("(erased)", (await _service.Send(new ListProposals(_service.Chair))).Proposals.Single().Title);
        Assert.Equal("(erased)", (await _service.Get(reference)).Title);
        var gone = (await _service.Get(reference)).Content.Documents.Single(d => d.Sha256 == document.Sha256);
        Assert.Equal("(erased)", gone.Name.ToString());
        var refusal = await Assert.ThrowsAsync<NotFoundException>(() => _service.Send(new GetDocument(_service.Chair, reference, gone.Id)));
        Assert.Equal("This document was erased.", refusal.Message);
        foreach (var kept in (await _service.Get(reference)).Content.Documents.Where(d => d.Sha256 != document.Sha256))
            Assert.Equal(TestService.Pdf(kept.Kind), (await _service.Send(new GetDocument(_service.Chair, reference, kept.Id))).Content);
        await AssertNoFaults();

        _service.Restore(backup);
        await _service.Send(new RebuildCaches { Actor = Actor.Service });
        await AssertNoFaults();
        Assert.DoesNotContain(title, Opened.Everything(_service.Services, _service.File), StringComparison.Ordinal);
        Assert.DoesNotContain($"% {document.Kind}", Opened.Everything(_service.Services, _service.File), StringComparison.Ordinal);
        Assert.Empty((await _service.Send(new ListProposals(_service.Chair) { Search = title[..12] })).Proposals);
        await Assert.ThrowsAsync<NotFoundException>(() => _service.Send(new GetDocument(_service.Chair, reference, gone.Id)));
    }

    [Fact]
    public async Task Everything_of_a_person_goes_with_their_account_and_an_old_copy_loses_it_again_at_the_next_start()
    {
        var reference = await Reviewed();
        var other = await _service.Submitted(SampleAnswers.Insight.With("problem", "We do not know which evenings suit whom."), _service.OtherLead);
        var unsent = (await _service.Send(new StartProposal { Actor = _service.Lead, Title = "A plan that Lena never sent" })).Reference;
        var stage = (await _service.Get(other)).State.Stages.First(s => s.Open).Stage;
        await _service.Send(new AskQuestion { Actor = _service.PanelOf(stage)[0], Reference = other, Stage = stage, Text = "Has Lena Leadbetter seen this?" });
        var backup = _service.BackUp("backup.db");

        var plan = await _service.Send(new PlanErasure(_service.Administrator, new ErasureScope { Person = _service.Lead.Id }));
        Assert.Equal(_service.Lead.Id, plan.Account);
        Assert.Equal([unsent], plan.Drafts);
        Assert.Contains(plan.Values, v => v.Path == ProposalStore.ActorName && v.Text == "Lena Leadbetter");
        Assert.Contains(plan.Values, v => v.Path == "answers.problem");
        var before = _service.Picture();
        await _service.Send(new PlanErasure(_service.Administrator, new ErasureScope { Person = _service.Lead.Id }));
        Assert.Equal(before, _service.Picture());

        var receipt = await Erase(new ErasureScope { Person = _service.Lead.Id });
        Assert.True(receipt.Account);
        Assert.Equal([reference, other, null], receipt.Entries.Select(e => e.Proposal));
        string[] typed = ["Lena Leadbetter", "lena@example.org", "A plan that Lena never sent", SampleAnswers.ServiceDesign.Text("problem"), SampleAnswers.ServiceDesign.Text("title")];
        AssertGone(typed);
        Assert.Contains("Who holds the keys of the archive?", Opened.Everything(_service.Services, _service.File), StringComparison.Ordinal);
        Assert.Equal("Erased person", (await _service.Get(reference)).NameOf((await _service.Get(reference)).State.Lead));
        await AssertNoFaults();

        _service.Restore(backup);
        await _service.Send(new BlankErasedAccounts { Actor = Actor.Service });
        await _service.Send(new RebuildCaches { Actor = Actor.Service });
        AssertGone(typed);
        await AssertNoFaults();
        Assert.Equal(2, (await _service.Get(reference)).State.Questions.Length);
    }

    void AssertGone(IEnumerable<string> typed)
    {
        var everything = Opened.Everything(_service.Services, _service.File);
        Assert.All(typed, t => Assert.DoesNotContain(t, everything, StringComparison.OrdinalIgnoreCase));
    }
}
