using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.Proposals;

public sealed class DraftTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_project_lead_starts_a_draft_that_only_they_see_and_that_the_ledger_knows_nothing_of()
    {
        var receipt = await _service.Send(new StartProposal { Actor = _service.Lead, Title = "Evening drop-ins" });

        Assert.Matches("^D-[A-HJ-NP-Z0-9]{8}$", receipt.Reference);
        Assert.Null(receipt.Seq);
        Assert.Null(receipt.Leaf);
        var view = await _service.Get(receipt.Reference, _service.Lead);
        Assert.Equal("Evening drop-ins", view.Title);
        Assert.Equal(receipt.Version, view.Version);
        Assert.Equal(["FinishDraft"], _service.Queue(_service.Lead, receipt.Reference));
        Assert.Equal(0, _service.LedgerSize());

        foreach (var other in new[] { _service.OtherLead, _service.Chair, _service.Auditor, _service.Administrator, _service.Facilitator, _service.Privacy[0], _service.Youth[0] })
        {
            await _service.Refuses<NotFoundException>(new GetProposal(other, receipt.Reference));
            await _service.Refuses<NotFoundException>(new SaveDraft { Actor = other, Reference = receipt.Reference, Answers = Answers.Empty });
            await _service.Refuses<NotFoundException>(new SubmitProposal { Actor = other, Reference = receipt.Reference, Declared = true });
            await _service.Refuses<NotFoundException>(new DiscardDraft { Actor = other, Reference = receipt.Reference });
            await _service.Refuses<NotFoundException>(new ScreenDraft(other, receipt.Reference));
            Assert.DoesNotContain((await _service.Send(new ListProposals(other))).Proposals, p => p.Reference == receipt.Reference);
        }
        Assert.Contains((await _service.Send(new ListProposals(_service.Lead))).Proposals, p => p.Reference == receipt.Reference && p.Mine);
    }

    [Fact]
    public async Task Only_project_leads_start_proposals()
    {
        foreach (var other in new[] { _service.Chair, _service.Auditor, _service.Administrator, _service.Facilitator, _service.Privacy[0], _service.Youth[0] })
            await _service.Refuses<NotAllowedException>(new StartProposal { Actor = other });
    }

    [Fact]
    public async Task A_title_has_150_characters_at_most() => await _service.Faults(
        new StartProposal { Actor = _service.Lead, Title = new string('a', 151) },
        ("Title", "Use 150 characters or fewer for the title."));

    [Fact]
    public async Task A_draft_keeps_whatever_is_typed_however_wrong()
    {
        var reference = (await _service.Send(new StartProposal { Actor = _service.Lead })).Reference;
        var wrong = Answers.Empty.With("lead_email", "not an address").With("start_date", "tomorrow").With("terms", "no such answer").With("people_count", "many");
        await _service.Send(new SaveDraft { Actor = _service.Lead, Reference = reference, Answers = wrong });
        Assert.Equal(wrong, (await _service.Get(reference, _service.Lead)).Draft!.Answers);
        Assert.Equal(0, _service.LedgerSize());
    }

    [Fact]
    public async Task Saving_one_section_leaves_the_others_and_clears_what_was_emptied_in_it()
    {
        var reference = (await _service.Send(new StartProposal { Actor = _service.Lead })).Reference;
        await _service.Send(new SaveDraft { Actor = _service.Lead, Reference = reference, Answers = SampleAnswers.Insight });
        var form = (await _service.Get(reference, _service.Lead)).Form;
        var section = form.Find("title")!.Section;

        await _service.Send(new SaveDraft { Actor = _service.Lead, Reference = reference, Section = section, Answers = Answers.Empty.With("title", "Another title") });

        var answers = (await _service.Get(reference, _service.Lead)).Draft!.Answers;
        Assert.Equal("Another title", answers.Text("title"));
        foreach (var field in form.Fields.Where(f => f.Id != "title"))
        {
            if (field.Section == section) Assert.False(answers.Has(field.Id));
            else Assert.Equal(SampleAnswers.Insight.Text(field.Id), answers.Text(field.Id));
        }
    }

    [Fact]
    public async Task A_section_that_the_form_does_not_have_is_not_found()
    {
        var reference = (await _service.Send(new StartProposal { Actor = _service.Lead })).Reference;
        await _service.Refuses<NotFoundException>(new SaveDraft { Actor = _service.Lead, Reference = reference, Section = "nonsense", Answers = Answers.Empty });
    }

    [Fact]
    public async Task Two_windows_on_one_draft_do_not_overwrite_each_other()
    {
        var started = await _service.Send(new StartProposal { Actor = _service.Lead });
        var saved = await _service.Send(new SaveDraft { Actor = _service.Lead, Reference = started.Reference, ExpectedVersion = started.Version, Answers = Answers.Empty.With("title", "First window") });

        var conflict = await _service.Refuses<ConflictException>(new SaveDraft { Actor = _service.Lead, Reference = started.Reference, ExpectedVersion = started.Version, Answers = Answers.Empty.With("title", "Second window") });

        Assert.Contains($"you saw version {started.Version}", conflict.Message, StringComparison.Ordinal);
        Assert.Contains($"version {saved.Version}", conflict.Message, StringComparison.Ordinal);
        Assert.Equal("First window", (await _service.Get(started.Reference, _service.Lead)).Draft!.Answers.Text("title"));
    }

    [Fact]
    public async Task A_discarded_draft_leaves_nothing_behind()
    {
        var empty = _service.Picture();
        var reference = await _service.Draft(SampleAnswers.Insight);
        await _service.Send(new DiscardDraft { Actor = _service.Lead, Reference = reference });
        Assert.Equal(empty, _service.Picture());
        await _service.Refuses<NotFoundException>(new GetProposal(_service.Lead, reference));
    }

    [Fact]
    public async Task Discarding_a_draft_keeps_the_documents_that_another_proposal_holds()
    {
        var submitted = await _service.Submitted(SampleAnswers.Insight);
        var draft = await _service.Draft(SampleAnswers.Insight, _service.OtherLead);
        await _service.Send(new DiscardDraft { Actor = _service.OtherLead, Reference = draft });
        Assert.Equal(TestService.Pdf("dpia"), (await _service.Send(new GetDocument(_service.Chair, submitted, "d1"))).Content);
    }

    [Fact]
    public async Task A_submitted_proposal_cannot_be_edited_discarded_or_submitted_again()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Refuses<ConflictException>(new SaveDraft { Actor = _service.Lead, Reference = reference, Answers = Answers.Empty });
        await _service.Refuses<ConflictException>(new DiscardDraft { Actor = _service.Lead, Reference = reference });
        await _service.Refuses<ConflictException>(new SubmitProposal { Actor = _service.Lead, Reference = reference, Declared = true });
        await _service.Refuses<ConflictException>(new SubmitRevision { Actor = _service.Lead, Reference = reference, Declared = true });
        await _service.Refuses<ConflictException>(new AttachDocument { Actor = _service.Lead, Reference = reference, Kind = "other", FileName = "a.txt", Content = "Text"u8.ToArray() });
        await _service.Refuses<ConflictException>(new RemoveDocument { Actor = _service.Lead, Reference = reference, Document = "d1" });
    }

    [Fact]
    public async Task Screening_a_draft_tells_what_is_missing_and_records_nothing()
    {
        var reference = (await _service.Send(new StartProposal { Actor = _service.Lead, Title = "Short" })).Reference;
        var before = _service.Picture();
        var screening = await _service.Send(new ScreenDraft(_service.Lead, reference));
        Assert.NotEmpty(screening.Faults);
        Assert.Equal(before, _service.Picture());
    }

    [Fact]
    public async Task Reviewing_a_draft_in_any_way_is_not_found_since_nobody_knows_of_it()
    {
        var reference = await _service.Draft(SampleAnswers.ServiceDesign);
        await _service.Refuses<NotFoundException>(new CastVote { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Choice = VoteChoice.Approve, Rationale = "Yes." });
        await _service.Refuses<NotFoundException>(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "Why?" });
        await _service.Refuses<NotFoundException>(new CloseStage { Actor = _service.Chair, Reference = reference, Stage = StageIds.Privacy, Summary = "So." });
    }
}
