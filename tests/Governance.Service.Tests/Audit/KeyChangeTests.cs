using System.Text;
using Governance.Ledger;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Audit;

public sealed class KeyChangeTests : IAsyncDisposable
{
    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    SigningKey Old => _service.Services.GetRequiredService<SigningKey>();

    string NewFile => _service.KeyFile + ".new";

    async Task<StoredCheckpoint> PassOn(string? file = null)
    {
        await using var scope = _service.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<KeyChange>().PassOnAsync(file ?? NewFile, CancellationToken.None);
    }

    async Task<StoredCheckpoint> Sign()
    {
        await using var scope = _service.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Trust_in_the_old_key_leads_to_the_new_one_through_the_record()
    {
        await _service.Submitted(SampleAnswers.Insight);
        await Sign();
        var next = NoteSigner.Generate(TestService.LogName);
        File.WriteAllText(NewFile, next.ToPrivateText());
        var checkpoint = await PassOn();

        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(checkpoint.Note));
        Assert.Equal(2, note.Verify(Old.Verifier, next.Verifier).Count);
        Assert.Equal(next.Verifier.ToString(), await _service.Send(new GetKeyInForce()));
        var changes = await _service.InTransaction((_, session) => KeyChanges.AllAsync(session, checkpoint.Size), commit: false);
        Assert.Equal(next.Verifier.ToString(), KeyRotation.Follow(Old.Verifier, changes.Select(c => Entry.Parse(c.Bytes)))[^1].ToString());
        Assert.True(changes[0].Seq < checkpoint.Size);
    }

    [Fact]
    public async Task The_old_key_signs_nothing_more_and_the_new_one_goes_on_from_where_it_was()
    {
        await _service.Submitted(SampleAnswers.Insight);
        File.WriteAllText(NewFile, NoteSigner.Generate(TestService.LogName).ToPrivateText());
        await PassOn();
        await _service.Submitted(SampleAnswers.ServiceDesign);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(Sign);
        Assert.Contains("passed on", refused.Message, StringComparison.Ordinal);

        // The service as it starts again, with both keys and later with the new one alone.
        var log = new LogName(TestService.LogName);
        foreach (var previous in (string?[])[_service.KeyFile, null])
        {
            var key = SigningKey.Load(NewFile, log, previous);
            await _service.Submitted(SampleAnswers.ServiceDesign);
            var signed = await _service.Send(new SignCheckpoint { Actor = Actor.Service, Key = key, Outside = key.ReadHead() });
            key.WriteHead(Encoding.UTF8.GetBytes(signed.Note));
            Assert.Equal(previous is null ? 1 : 2, SignedNote.Parse(Encoding.UTF8.GetBytes(signed.Note)).Signatures.Count);
        }
    }

    [Fact]
    public async Task A_change_that_was_cut_off_can_be_done_again_and_is_on_record_once()
    {
        await _service.Submitted(SampleAnswers.Insight);
        await Sign();
        var next = NoteSigner.Generate(TestService.LogName);
        File.WriteAllText(NewFile, next.ToPrivateText());
        await _service.Send(new RotateKey { Actor = Actor.Service, Rotation = KeyRotation.Sign(Old.Signer, next) });
        await PassOn();
        await PassOn();
        Assert.Equal(1, await _service.InTransaction((_, session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_entry WHERE kind = 'key.rotated'"), commit: false));
    }

    [Fact]
    public async Task A_key_of_another_log_or_the_same_key_is_refused()
    {
        File.WriteAllText(NewFile, NoteSigner.Generate("other.example/ledger").ToPrivateText());
        await Assert.ThrowsAsync<InvalidOperationException>(() => PassOn());
        await Assert.ThrowsAsync<InvalidOperationException>(() => PassOn(_service.KeyFile));
        await Assert.ThrowsAsync<InvalidOperationException>(() => PassOn(_service.KeyFile + ".none"));
        var stranger = NoteSigner.Generate(TestService.LogName);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _service.Send(new RotateKey { Actor = Actor.Service, Rotation = KeyRotation.Sign(stranger, NoteSigner.Generate(TestService.LogName)) }));
    }
}
