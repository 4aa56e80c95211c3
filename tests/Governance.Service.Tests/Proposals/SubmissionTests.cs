using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Proposals;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.Proposals;

public sealed class SubmissionTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Submitting_pins_the_rules_opens_the_route_and_gives_a_receipt_and_a_reference()
    {
        var draft = await _service.Draft(SampleAnswers.ServiceDesign);
        var receipt = await _service.Send(new SubmitProposal { Actor = _service.Lead, Reference = draft, Declared = true });

        Assert.Equal("DUP-2026-0001", receipt.Reference);
        Assert.Equal(0, receipt.Seq);
        Assert.Equal(receipt.Leaf, Convert.ToHexStringLower((byte[])_service.Rows("SELECT leaf FROM ledger_entry WHERE seq = 0")[0][0]));
        Assert.Equal(["proposal.submitted", "route.advanced", "stage.opened", "stage.opened", "stage.opened"], _service.Kinds(receipt.Reference));
        var view = await _service.Get(receipt.Reference, _service.Lead);
        Assert.Equal((Phase.InReview, 1, "standard", draft), (view.State.Phase, view.State.Revision, view.State.Route, view.DraftReference));
        Assert.Equal(SampleAnswers.ServiceDesign, view.Content.Answers);
        Assert.Null(view.Draft);
        Assert.Equal(view.State.Pins!.ByName().Values.Distinct().Count(), _service.Count("pinned_file"));
        Assert.Equal(receipt.Reference, (await _service.Get(draft, _service.Lead)).Reference);
        Assert.Empty(_service.Queue(_service.Lead, receipt.Reference));
    }

    [Fact]
    public async Task References_increase_and_begin_again_with_the_year()
    {
        Assert.Equal("DUP-2026-0001", await _service.Submitted(SampleAnswers.Insight));
        Assert.Equal("DUP-2026-0002", await _service.Submitted(SampleAnswers.Insight, _service.OtherLead));
        _service.Clock.SetUtcNow(new DateTimeOffset(2026, 12, 31, 23, 59, 59, TimeSpan.Zero));
        Assert.Equal("DUP-2026-0003", await _service.Submitted(SampleAnswers.Insight));
        _service.Clock.SetUtcNow(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal("DUP-2027-0001", await _service.Submitted(SampleAnswers.Insight));
    }

    [Fact]
    public async Task A_refused_submission_uses_no_reference_up()
    {
        var draft = await _service.Draft(SampleAnswers.Insight);
        await _service.Faults(new SubmitProposal { Actor = _service.Lead, Reference = draft, Declared = false },
            ("Declared", "Confirm that what you say is true and complete, to the best of your knowledge."));
        await _service.Send(new SaveDraft { Actor = _service.Lead, Reference = draft, Answers = SampleAnswers.Insight.Without("title").With("start_date", "soon") });
        var faults = await _service.Refuses<InvalidException>(new SubmitProposal { Actor = _service.Lead, Reference = draft, Declared = true });
        Assert.Equal(["title", "start_date"], faults.Faults.Select(f => f.Field));
        await _service.Send(new SaveDraft { Actor = _service.Lead, Reference = draft, Answers = SampleAnswers.Insight });
        Assert.Equal("DUP-2026-0001", (await _service.Send(new SubmitProposal { Actor = _service.Lead, Reference = draft, Declared = true })).Reference);
    }

    [Fact]
    public async Task A_submission_without_the_documents_that_it_speaks_of_is_refused()
    {
        var reference = (await _service.Send(new StartProposal { Actor = _service.Lead, Answers = SampleAnswers.Insight })).Reference;
        await _service.Faults(new SubmitProposal { Actor = _service.Lead, Reference = reference, Declared = true },
            ("attachments", "Attach the data protection impact assessment: you say that it is done."),
            ("attachments", "Attach the data sharing agreement: you say that it is signed."));
    }

    [Fact]
    public async Task A_stale_version_is_not_submitted()
    {
        var draft = await _service.Draft(SampleAnswers.Insight);
        var version = (await _service.Get(draft, _service.Lead)).Version;
        await _service.Refuses<ConflictException>(new SubmitProposal { Actor = _service.Lead, Reference = draft, Declared = true, ExpectedVersion = version - 1 });
        await _service.Send(new SubmitProposal { Actor = _service.Lead, Reference = draft, Declared = true, ExpectedVersion = version });
    }

    [Fact]
    public async Task A_modest_project_goes_through_its_stages_one_after_another()
    {
        var reference = await _service.Submitted(SampleAnswers.Insight);
        foreach (var stage in new[] { StageIds.Privacy, StageIds.CriminalisationRisk, StageIds.YouthVoice })
        {
            var state = (await _service.Get(reference)).State;
            Assert.Equal("light", state.Route);
            Assert.Equal([stage], state.Stages.Where(s => s.Open).Select(s => s.Stage));
            await _service.Approve(reference, stage);
        }
        await _service.Decide(reference);
        Assert.Equal(Phase.Determined, (await _service.Get(reference)).State.Phase);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task A_red_line_brings_the_full_panel_in_after_the_three_stages()
    {
        var reference = await _service.Submitted(SampleAnswers.Scoring);
        var view = await _service.Get(reference);
        Assert.Equal("enhanced", view.State.Route);
        Assert.Contains(view.State.Flags, f => f.Severity == "red_line");
        foreach (var stage in new[] { StageIds.YouthVoice, StageIds.Privacy, StageIds.CriminalisationRisk })
        {
            Assert.Null((await _service.Get(reference)).State.Stage(StageIds.FullPanel));
            await _service.Approve(reference, stage);
        }
        Assert.Equal([StageIds.FullPanel], (await _service.Get(reference)).State.Stages.Where(s => s.Open).Select(s => s.Stage));
        Assert.Equal(["Vote full-panel"], _service.Queue(_service.Chair, reference));
        await _service.Refuses<ConflictException>(new Service.Decisions.MakeDetermination { Actor = _service.Chair, Reference = reference, Outcome = DeterminationOutcome.Favourable, Reason = "Too soon." });
        await _service.Approve(reference, StageIds.FullPanel);
        await _service.Decide(reference);
        Assert.Equal(Phase.Determined, (await _service.Get(reference)).State.Phase);
        await WholeWalkTests.AssertRowIsFold(_service, reference);
    }

    [Fact]
    public async Task Whoever_has_no_part_in_it_does_not_learn_of_a_submitted_proposal()
    {
        var reference = await _service.Submitted(SampleAnswers.Insight);
        await _service.Refuses<NotFoundException>(new GetProposal(_service.OtherLead, reference));
        Assert.Empty((await _service.Send(new ListProposals(_service.OtherLead))).Proposals);
        Assert.Single((await _service.Send(new ListProposals(_service.Youth[0]))).Proposals);
    }

    [Fact]
    public async Task Whoever_only_judges_does_not_see_what_names_a_person()
    {
        var reference = await _service.Submitted(SampleAnswers.Insight);
        var personal = (await _service.Get(reference)).Form.Fields.Where(f => f.Audience == Audience.Personal).Select(f => f.Id).ToList();
        Assert.NotEmpty(personal);
        foreach (var judge in new[] { _service.Privacy[0], _service.Youth[0], _service.Facilitator })
            Assert.Empty((await _service.Get(reference, judge)).Content.Answers.Ids.Intersect(personal));
        foreach (var entitled in new[] { _service.Lead, _service.Chair, _service.Auditor })
            Assert.NotEmpty((await _service.Get(reference, entitled)).Content.Answers.Ids.Intersect(personal));
    }

    [Fact]
    public async Task What_an_auditor_or_administrator_reads_is_recorded_and_what_others_read_is_not()
    {
        var reference = await _service.Submitted(SampleAnswers.Insight);
        var size = _service.LedgerSize();
        await _service.Get(reference, _service.Chair);
        await _service.Get(reference, _service.Lead);
        Assert.Equal(size, _service.LedgerSize());
        await _service.Get(reference, _service.Auditor);
        await _service.Get(reference, _service.Administrator);
        Assert.Equal(["proposal.read", "proposal.read"], _service.Rows("SELECT kind FROM ledger_entry WHERE seq >= @s", ("@s", size)).Select(r => r[0]));
    }
}
