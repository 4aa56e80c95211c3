using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Background;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Erasures;

/// <summary>
/// What one node seals while another one erases. Each test stops one of them in the middle, so that nothing depends on who is
/// quicker. Where one node waits for the other's transaction, on a file it waits at its beginning and on a server at the row.
/// </summary>
public sealed class OtherNodesTests : IAsyncDisposable
{
    const string Secret = "The clinic on Aldergrove Lane told us this about one young man.";

    readonly TestService _service = new();
    readonly Host _other;

    public OtherNodesTests() => _other = new Host(_service);

    public async ValueTask DisposeAsync()
    {
        await _other.DisposeAsync();
        await _service.DisposeAsync();
    }

    Actor Writer => _service.Privacy[0];

    /// <summary>A proposal in review with the secret in it, that both nodes have worked on: every key is in the memory of both.</summary>
    async Task<string> Reviewed()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(new AskQuestion { Actor = Writer, Reference = reference, Stage = StageIds.Privacy, Text = Secret });
        await _other.Send(new AskQuestion { Actor = Writer, Reference = reference, Stage = StageIds.Privacy, Text = "Who holds the keys of the archive?" });
        await _other.Send(new SaveReviewDraft { Actor = _service.Privacy[1], Reference = reference, Stage = StageIds.Privacy, Draft = new ReviewDraft { Rationale = "Still thinking." } });
        return reference;
    }

    async Task<EraseDisclosures> Erasure(string reference) => new()
    {
        Actor = _service.Administrator,
        Scope = new ErasureScope
        {
            Proposal = reference,
            Digests = [(await _service.Send(new ListErasable(_service.Administrator, reference))).Values.Single(v => v.Text == Secret).Digest],
        },
        Basis = ErasureBasis.ConsentWithdrawn,
    };

    SaveReviewDraft Draft(string reference, string text) =>
        new() { Actor = Writer, Reference = reference, Stage = StageIds.Privacy, Draft = new ReviewDraft { Rationale = text } };

    /// <summary>What the erasure's own node would do next, done by the other one.</summary>
    Task Destroy() => ActivatorUtilities.CreateInstance<KeyDestruction>(_other.Services).FinishAsync(CancellationToken.None);

    /// <summary>What both nodes show of somebody's draft.</summary>
    async Task AssertDraft(string reference, string text)
    {
        Assert.Equal(text, (await _service.Send(new GetStage(Writer, reference, StageIds.Privacy))).Draft!.Rationale);
        Assert.Equal(text, (await _other.Send(new GetStage(Writer, reference, StageIds.Privacy))).Draft!.Rationale);
    }

    async Task AssertNoFaults()
    {
        Assert.Empty((await _service.Send(new RunDoctor())).Faults);
        // Nothing is left that a rebuild would have to make again: drafts too can be opened.
        Assert.Empty(await _other.Send(new RebuildCaches { Actor = Actor.Service }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_looked_at_a_proposal_before_an_erasure_seals_nothing_after_it(bool destroyed)
    {
        var reference = await Reviewed();
        // As on a server: this node has read the proposal, with its key, and another one erases before it writes.
        await using var late = new Open(_other.Services);
        await late.Session.BeginReadAsync(CancellationToken.None);
        await late.Get<ProposalStore>().OpenAsync(reference, Writer);
        await late.Session.EndAsync();

        await using (var erasing = new Open(_service.Services))
        {
            await erasing.Begin(await Erasure(reference));
            await erasing.Session.CommitAsync();
        }
        if (destroyed) await Destroy();

        await late.Session.BeginWriteAsync(CancellationToken.None);
        await Assert.ThrowsAsync<OvertakenException>(() => late.Get<IRequestHandler<SaveReviewDraft, Receipt>>().Handle(Draft(reference, "Too late."), CancellationToken.None));
        await late.Session.EndAsync();

        // Run again from its beginning, as the service does then, it succeeds, and is there after the destruction.
        await _other.Send(Draft(reference, "Read anew."));
        await Destroy();
        await AssertDraft(reference, "Read anew.");
        await AssertNoFaults();
    }

    [Fact]
    public async Task A_draft_saved_during_an_erasure_comes_after_it_under_a_key_that_stays()
    {
        var reference = await Reviewed();
        Task<Receipt> saving;
        await using (var erasing = new Open(_service.Services))
        {
            await erasing.Begin(await Erasure(reference));
            saving = Task.Run(() => _other.Send(Draft(reference, "Written meanwhile.")));
            await erasing.Session.CommitAsync();
        }
        await saving;
        await Destroy();
        await AssertDraft(reference, "Written meanwhile.");
        await AssertNoFaults();
    }

    [Fact]
    public async Task An_erasure_begun_while_a_draft_is_saved_sees_it_and_seals_it_anew()
    {
        var reference = await Reviewed();
        var erasure = await Erasure(reference);
        Task<ErasureReceipt> erasing;
        await using (var saving = new Open(_other.Services))
        {
            await saving.Session.BeginWriteAsync(CancellationToken.None);
            await saving.Get<ProposalStore>().OpenAsync(reference, Writer);
            await saving.Get<IRequestHandler<SaveReviewDraft, Receipt>>().Handle(Draft(reference, "Written before."), CancellationToken.None);
            erasing = Task.Run(() => _service.Send(erasure));
            await saving.Session.CommitAsync();
        }
        await erasing;
        await AssertDraft(reference, "Written before.");
        await AssertNoFaults();
    }

    [Fact]
    public async Task What_somebody_says_during_an_erasure_of_their_own_words_is_sealed_under_their_next_key()
    {
        var reference = await Reviewed();
        Task<Receipt> asking;
        await using (var erasing = new Open(_service.Services))
        {
            await erasing.Begin(await Erasure(reference));
            asking = Task.Run(() => _other.Send(new AskQuestion { Actor = Writer, Reference = reference, Stage = StageIds.Privacy, Text = "Asked meanwhile." }));
            await erasing.Session.CommitAsync();
        }
        await asking;
        await Destroy();
        foreach (var view in new[] { await _service.Get(reference), await _other.Send(new GetProposal(_service.Chair, reference)) })
            Assert.Equal(["(erased)", "Who holds the keys of the archive?", "Asked meanwhile."], view.State.Questions.Select(q => q.Text.ToString()));
        await AssertNoFaults();
    }

    [Fact]
    public async Task The_keys_of_a_discarded_draft_and_of_its_documents_are_destroyed_and_others_stay()
    {
        var kept = await _service.Draft(SampleAnswers.ServiceDesign);
        var discarded = await _service.Draft(SampleAnswers.ServiceDesign);
        var own = await _service.Send(new AttachDocument { Actor = _service.Lead, Reference = discarded, Kind = "other", FileName = "own.pdf", Content = TestService.Pdf("in one draft only") });
        var keys = _service.Services.GetRequiredService<KeyStore>();
        long KeyOf(string sql) => Sealing.KeyIdOf((byte[])Pipeline.Untouched.Rows(_service, sql)[0][0]);
        var (proposal, other) = (KeyOf($"SELECT state FROM proposal WHERE reference = '{discarded}'"), KeyOf($"SELECT state FROM proposal WHERE reference = '{kept}'"));
        var documents = Pipeline.Untouched.Rows(_service, "SELECT content FROM document ORDER BY stored_at, sha256").Select(r => Sealing.KeyIdOf((byte[])r[0])).ToList();
        Assert.True(own.Version > 1);

        await _other.Send(new DiscardDraft { Actor = _service.Lead, Reference = discarded });

        // So long a node may remember what another one destroyed.
        _service.Clock.Advance(KeyDatabase.Longest);
        Assert.True(keys.WasDestroyed(proposal));
        Assert.Null(keys.Find(proposal));
        Assert.NotNull(keys.Find(other));
        // The other draft has the same documents but for one.
        Assert.Single(documents, d => keys.WasDestroyed(d));
        Assert.Equal(0, Pipeline.Untouched.Count(_service, "doomed"));

        var attached = (await _service.Send(new GetProposal(_service.Lead, kept))).Draft!.Documents[0];
        Assert.Equal(TestService.Pdf(attached.Kind), (await _service.Send(new GetDocument(_service.Lead, kept, attached.Id))).Content);
        await _service.Send(new RemoveDocument { Actor = _service.Lead, Reference = kept, Document = attached.Id });
        Assert.Equal(2, documents.Count(d => keys.WasDestroyed(d)));
        await AssertNoFaults();
    }

    /// <summary>A piece of work on one node, in steps.</summary>
    sealed class Open(IServiceProvider services) : IAsyncDisposable
    {
        readonly AsyncServiceScope _scope = services.CreateAsyncScope();

        public Session Session => Get<Session>();

        public T Get<T>() where T : notnull => _scope.ServiceProvider.GetRequiredService<T>();

        /// <summary>All of an erasure but its commit and the destruction of keys.</summary>
        public async Task Begin(EraseDisclosures erasure)
        {
            await Session.BeginWriteAsync(CancellationToken.None);
            await Get<IRequestHandler<EraseDisclosures, ErasureReceipt>>().Handle(erasure, CancellationToken.None);
        }

        public ValueTask DisposeAsync() => _scope.DisposeAsync();
    }
}
