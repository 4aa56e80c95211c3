using System.Text.Json;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Decisions;
using Governance.Service.Erasures;
using Governance.Service.Proposals;
using Governance.Service.Register;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Register;

/// <summary>The public register: what anybody may read, and nothing else.</summary>
public sealed class RegisterTests : IAsyncDisposable
{
    readonly TestService _service = new(settings: new Dictionary<string, string?> { [PublicRegister.RecordsSetting] = "true" });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    async Task<string> Decided(DeterminationOutcome outcome = DeterminationOutcome.Favourable, string? title = null, string? organisation = null)
    {
        var answers = SampleAnswers.Insight;
        if (title is not null) answers = answers.With("title", title);
        if (organisation is not null) answers = answers.With("organisation", organisation);
        var reference = await _service.Submitted(answers);
        await _service.ApproveAll(reference);
        await _service.Decide(reference, outcome);
        return reference;
    }

    async Task<IReadOnlyList<string>> Listed(ListRegister? query = null) => [.. (await _service.Send(query ?? new ListRegister())).Decisions.Select(d => d.Reference)];

    async Task Sign()
    {
        await using var scope = _service.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Only_what_was_decided_is_on_it_and_nothing_else_can_be_told_from_what_does_not_exist()
    {
        Assert.Empty(await Listed());
        var draft = await _service.Draft(SampleAnswers.Insight);
        var inReview = await _service.Submitted(SampleAnswers.Insight);
        var withdrawn = await _service.Submitted(SampleAnswers.Insight);
        await _service.Send(new WithdrawProposal { Actor = _service.Lead, Reference = withdrawn, Reason = "We stop." });
        var waiting = await _service.Submitted(SampleAnswers.Insight);
        await _service.ApproveAll(waiting);
        var provisional = await _service.Submitted(SampleAnswers.Insight);
        await _service.ApproveAll(provisional);
        await _service.Send(new MakeDetermination
        {
            Actor = _service.Chair,
            Reference = provisional,
            Outcome = DeterminationOutcome.Provisional,
            Reason = "One thing is not clear.",
            Changes = [new("problem", "Explain it.")],
        });
        var decided = await Decided();
        await Sign();

        Assert.Equal([decided], await Listed());
        Assert.Equal(decided, (await _service.Send(new GetRegisterEntry(decided))).State.Reference);
        Assert.NotEmpty((await _service.Send(ReadTrail.OfTheRegister(decided))).Entries);
        var says = new HashSet<string>(StringComparer.Ordinal);
        foreach (var other in new[] { draft, inReview, withdrawn, waiting, provisional, "DUP-1999-0001" })
        {
            says.Add((await Assert.ThrowsAsync<NotFoundException>(() => _service.Send(new GetRegisterEntry(other)))).Message);
            says.Add((await Assert.ThrowsAsync<NotFoundException>(() => _service.Send(ReadTrail.OfTheRegister(other)))).Message);
        }
        Assert.Single(says);
    }

    [Fact]
    public async Task It_is_narrowed_by_outcome_organisation_year_and_words_and_read_page_by_page()
    {
        var first = await Decided(title: "Music in Elmgrove", organisation: "Elmgrove Council");
        var second = await Decided(DeterminationOutcome.Unfavourable, "Gaming by the sea", "Saltmarsh Schools");
        _service.Clock.SetUtcNow(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var third = await Decided(title: "Dance by the sea", organisation: "Elmgrove Council");

        Assert.Equal([third, second, first], await Listed());
        Assert.Equal([second], await Listed(new() { Outcome = DeterminationOutcome.Unfavourable }));
        Assert.Equal([third, first], await Listed(new() { Organisation = "elmgrove" }));
        Assert.Equal([third], await Listed(new() { Organisation = "elmgrove", Search = "SEA" }));
        Assert.Equal([third, second], await Listed(new() { Search = "sea" }));
        Assert.Equal([first], await Listed(new() { Search = first }));
        Assert.Equal([second, first], await Listed(new() { Year = 2026 }));
        Assert.Equal([third], await Listed(new() { Year = 2027 }));
        Assert.Empty(await Listed(new() { Year = 2025 }));

        foreach (var words in new[] { null, "e" })
        {
            var page = await _service.Send(new ListRegister { Search = words, Take = 2 });
            Assert.Equal([third, second], page.Decisions.Select(d => d.Reference));
            Assert.Equal(2026, page.FirstYear);
            var last = await _service.Send(new ListRegister { Search = words, Take = 2, After = page.Next });
            Assert.Equal([first], last.Decisions.Select(d => d.Reference));
            Assert.Null(last.Next);
        }
        Assert.Equal("After", Assert.Single((await Assert.ThrowsAsync<InvalidException>(() => _service.Send(new ListRegister { After = "-1" }))).Faults).Field);
        await Assert.ThrowsAsync<InvalidException>(() => _service.Send(new ListRegister { Year = 0 }));
        await Assert.ThrowsAsync<InvalidException>(() => _service.Send(new ListRegister { Take = 101 }));
    }

    [Fact]
    public async Task An_entry_says_what_was_decided_and_what_young_people_said_and_not_who_voted_how()
    {
        var reference = await _service.Submitted(SampleAnswers.Insight);
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = "Between us only?" });
        await _service.ApproveAll(reference);
        await _service.Decide(reference);

        var entry = await _service.Send(new GetRegisterEntry(reference));
        Assert.Equal("The use is fair and the risks are small.", entry.Decision.Determination.Reason.Text);
        Assert.All(entry.State.Stages, s => Assert.Equal($"What the {s.Stage} stage found.", s.Result!.Summary.Text));
        Assert.Equal(SampleAnswers.Insight.Text("lay_summary"), entry.Answers.Text("lay_summary"));
        Assert.All(entry.Answers.Ids, id => Assert.Equal(Audience.Public, entry.Form.Find(id)!.Audience));
        Assert.True(entry.Answers.Ids.Count() > 30);
        var text = JsonSerializer.Serialize(entry.State, ReviewJson.Options);
        var trail = await _service.InTransaction((services, _) => services.GetRequiredService<TrailStore>().AllAsync(reference), commit: false);
        var people = trail.Select(t => t.Happening.By).Where(by => by.Length > 0).ToHashSet();
        Assert.True(people.Count > 3);
        Assert.All(people, by => Assert.DoesNotContain(by, text, StringComparison.Ordinal));
        foreach (var hidden in new[] { "Reasons of", "Between us only", "Lena" }) Assert.DoesNotContain(hidden, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bundle_is_complete_ends_in_the_decision_and_nobody_is_put_on_record_for_taking_it()
    {
        var reference = await Decided();
        // Before it is signed there is no proof to give, and half a review would mislead.
        await Assert.ThrowsAsync<ConflictException>(() => _service.Send(ReadTrail.OfTheRegister(reference)));
        await Sign();
        var before = _service.Count("ledger_entry");
        var content = await _service.Send(ReadTrail.OfTheRegister(reference));
        Assert.Equal(before, _service.Count("ledger_entry"));
        Assert.All(content.Disclosures, d => Assert.Equal(DisclosureClass.Public, d.Class));

        using var zip = new MemoryStream(TrailFile.Of(content, Depth.Public, TrailFormat.Bundle).Bytes);
        var report = BundleVerifier.Verify(zip, _service.Services.GetRequiredService<SigningKey>().Verifier);
        Assert.True(report.Verified, string.Join('\n', report.Findings));
        Assert.True(report.Complete);
        Assert.Contains(report.Trail, t => t.Entry.Kind == "determination.made");
    }

    [Fact]
    public async Task What_was_erased_says_so_at_its_place()
    {
        var reference = await Decided(title: "Music in Elmgrove");
        var listed = await _service.Send(new ListErasable(_service.Administrator, reference));
        await _service.Send(new EraseDisclosures
        {
            Actor = _service.Administrator,
            Scope = new ErasureScope { Proposal = reference, Digests = [.. listed.Values.Where(v => v.Path is "answers.title" or "answers.lay_summary" or "answers.lead_name" or "reason").Select(v => v.Digest)] },
            Basis = ErasureBasis.Objection,
        });
        var entry = await _service.Send(new GetRegisterEntry(reference));
        Assert.True(entry.Erased);
        Assert.Equal((Sealing.Erased, Sealing.Erased), (entry.Title, entry.Answers.Text("lay_summary")));
        Assert.Equal(Sealing.Erased, entry.Decision.Determination.Reason.Text);
        Assert.False(entry.Answers.Has("lead_name"));
        Assert.Equal(Sealing.Erased, Assert.Single((await _service.Send(new ListRegister())).Decisions).Title);
        Assert.Empty(await Listed(new() { Search = "Elmgrove" }));
        await Sign();
        Assert.NotEmpty((await _service.Send(ReadTrail.OfTheRegister(reference))).Entries);
    }

    [Fact]
    public async Task An_operator_can_turn_it_off_and_a_setting_that_is_neither_is_refused()
    {
        await using var off = new TestService(settings: new Dictionary<string, string?> { [PublicRegister.Setting] = "false" });
        var reference = await off.Submitted(SampleAnswers.Insight);
        await off.ApproveAll(reference);
        await off.Decide(reference);
        await Assert.ThrowsAsync<NotFoundException>(() => off.Send(new ListRegister()));
        await Assert.ThrowsAsync<NotFoundException>(() => off.Send(new GetRegisterEntry(reference)));
        await Assert.ThrowsAsync<NotFoundException>(() => off.Send(ReadTrail.OfTheRegister(reference)));

        await using var pages = new TestService();
        reference = await pages.Submitted(SampleAnswers.Insight);
        await pages.ApproveAll(reference);
        await pages.Decide(reference);
        Assert.Equal(reference, (await pages.Send(new GetRegisterEntry(reference))).State.Reference);
        var refusal = await Assert.ThrowsAsync<NotFoundException>(() => pages.Send(ReadTrail.OfTheRegister(reference)));
        Assert.Contains("does not hand out records", refusal.Message, StringComparison.Ordinal);

        await using var unclear = new TestService(settings: new Dictionary<string, string?> { [PublicRegister.Setting] = "perhaps" });
        Assert.Throws<InvalidDataException>(() => unclear.Services.GetRequiredService<PublicRegister>());
    }
}
