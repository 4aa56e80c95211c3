using System.Text;
using Governance.Ledger;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Tests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Governance.Auditor.Tests.Witness;

/// <summary>The service's side of witnessing, against a real witness: what it knows of it may be wrong in every way.</summary>
public sealed class WitnessClientTests : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("governance-witness-").FullName;
    readonly TestService service = new();
    WitnessVerifier witnessKey = null!;

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    SigningKey Key => service.Services.GetRequiredService<SigningKey>();

    async Task<WitnessProcess> Start()
    {
        witnessKey = WitnessProcess.Prepare(folder, Key.Verifier);
        return await WitnessProcess.Start(folder, fresh: true);
    }

    WitnessClient Client(Uri address)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Witnesses:0:Key"] = witnessKey.ToString(),
            ["Witnesses:0:Url"] = address.ToString(),
        }).Build();
        return new WitnessClient(
            service.Services.GetRequiredService<IServiceScopeFactory>(), Witnesses.Load(configuration, new LogName(TestService.LogName)), service.Clock, NullLogger<WitnessClient>.Instance);
    }

    async Task<StoredCheckpoint> Sign()
    {
        await service.Submitted(SampleAnswers.Insight);
        return await service.Send(new SignCheckpoint { Actor = Actor.Service });
    }

    Task<SignedNote> Note(long size) => service.InTransaction(
        (scope, _) => scope.GetRequiredService<CheckpointNotes>().WithCosignaturesAsync(size), commit: false);

    Task<string?> Fault() => service.InTransaction((_, session) => session.ScalarAsync<string?>("SELECT fault FROM ledger_witness"), commit: false);

    [Fact]
    public async Task Each_checkpoint_is_cosigned_in_turn_and_kept_with_its_note()
    {
        await using var witness = await Start();
        using var client = Client(witness.Address);
        for (var i = 0; i < 3; i++)
        {
            var signed = await Sign();
            Assert.Null(witnessKey.On(await Note(signed.Size)));
            await client.AskAsync(CancellationToken.None);
            Assert.NotNull(witnessKey.On(await Note(signed.Size)));
            // Asked again, it has nothing more to do.
            await client.AskAsync(CancellationToken.None);
            Assert.Equal(2, (await Note(signed.Size)).Signatures.Count);
        }
        Assert.Null(await Fault());
    }

    [Fact]
    public async Task Where_the_service_does_not_know_how_far_the_witness_is_it_learns_that_from_the_answer()
    {
        await using var witness = await Start();
        using var client = Client(witness.Address);
        await Sign();
        await client.AskAsync(CancellationToken.None);
        // The answer to this one never arrived here.
        var unheard = await Sign();
        var ask = await service.Send(new PrepareWitness(witnessKey.ToString(), null));
        Assert.Equal(200, (await witness.Ask(ask!.Request.ToBytes())).Status);
        await client.AskAsync(CancellationToken.None);
        Assert.NotNull(witnessKey.On(await Note(unheard.Size)));

        // And what was known is lost.
        await service.InTransaction((_, session) => session.ExecuteAsync("DELETE FROM ledger_witness"));
        var next = await Sign();
        await client.AskAsync(CancellationToken.None);
        Assert.NotNull(witnessKey.On(await Note(next.Size)));
    }

    [Theory]
    [InlineData(100, "It has seen")]
    [InlineData(0, "It has another head")]
    public async Task A_witness_that_has_seen_another_history_is_reported_and_nothing_stops(int more, string fault)
    {
        await using var witness = await Start();
        var signed = await Sign();
        var other = SignedNote.Sign(new Checkpoint(TestService.LogName, signed.Size + more, new byte[32]).ToText(), Key.Signer);
        Assert.Equal(200, (await witness.Ask(new AddCheckpoint { OldSize = 0, Proof = [], Checkpoint = other.ToBytes() }.ToBytes())).Status);
        using var client = Client(witness.Address);
        await client.AskAsync(CancellationToken.None);
        Assert.StartsWith(fault, await Fault(), StringComparison.Ordinal);
        Assert.Null(witnessKey.On(await Note(signed.Size)));
        Assert.True((await Sign()).Size > signed.Size);
    }

    [Fact]
    public async Task A_witness_that_was_away_is_left_alone_for_a_while_and_asked_again_then()
    {
        await using var witness = await Start();
        var signed = await Sign();
        await witness.Kill();
        using var client = Client(witness.Address);
        await client.AskAsync(CancellationToken.None);
        Assert.NotNull(await Fault());

        await using var back = await WitnessProcess.Start(folder, fresh: false, listen: $"127.0.0.1:{witness.Address.Port}");
        await client.AskAsync(CancellationToken.None);
        Assert.Null(witnessKey.On(await Note(signed.Size)));
        service.Clock.Advance(TimeSpan.FromSeconds(10));
        await client.AskAsync(CancellationToken.None);
        Assert.NotNull(witnessKey.On(await Note(signed.Size)));
        Assert.Null(await Fault());
    }

    [Fact]
    public async Task A_cosignature_by_another_key_than_the_configured_one_is_not_kept()
    {
        await using var witness = await Start();
        var signed = await Sign();
        witnessKey = WitnessSigner.Generate(witnessKey.Name).Verifier;
        using var client = Client(witness.Address);
        await client.AskAsync(CancellationToken.None);
        Assert.Equal("It answered without a signature by its key.", await Fault());
        Assert.Single((await Note(signed.Size)).Signatures);
    }

    [Fact]
    public void Settings_that_cannot_be_used_are_named()
    {
        var key = WitnessSigner.Generate("w.example/1").Verifier.ToString();
        var log = new LogName(TestService.LogName);
        var policy = Path.Combine(folder, "policy");
        File.WriteAllText(policy, $"log {NoteSigner.Generate("other.example/log").Verifier}\nquorum none\n");
        var broken = Path.Combine(folder, "broken");
        File.WriteAllBytes(broken, Encoding.UTF8.GetBytes("quorum nobody\n"));
        foreach (var (settings, words) in new (Dictionary<string, string?> Settings, string Words)[]
        {
            (new() { ["Witnesses:0:Key"] = "nonsense", ["Witnesses:0:Url"] = "https://w.example" }, "Witnesses:0"),
            (new() { ["Witnesses:0:Key"] = key, ["Witnesses:0:Url"] = "ftp://w.example" }, "is no address"),
            (new() { ["Witnesses:0:Key"] = key }, "is no address"),
            (new() { ["Ledger:PolicyFile"] = Path.Combine(folder, "none") }, "cannot be used"),
            (new() { ["Ledger:PolicyFile"] = broken }, "Line 1 of the policy"),
            (new() { ["Ledger:PolicyFile"] = policy }, "lists logs, but not test.example/ledger"),
        })
        {
            var refused = Assert.Throws<InvalidOperationException>(() => Witnesses.Load(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), log));
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }
    }
}
