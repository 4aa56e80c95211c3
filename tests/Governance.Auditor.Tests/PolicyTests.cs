using System.Text.Json;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Service.Audit;
using Governance.Service.Pipeline;
using Governance.Service.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Auditor.Tests;

/// <summary><c>verify --policy</c> over what a service with a configured policy exports, cosigned by witnesses of the test's own.</summary>
public sealed class PolicyTests : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("auditor-policy-").FullName;
    readonly WitnessSigner _office = WitnessSigner.Generate("office.example/witness");
    readonly WitnessSigner _uni = WitnessSigner.Generate("uni.example/witness");
    TestService _service = null!;
    string _reference = "";
    StoredCheckpoint _signed = null!;

    string PolicyText => $"witness office {_office.Verifier}\nwitness uni {_uni.Verifier}\ngroup both all office uni\nquorum both\n";

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Named("policy"), PolicyText);
        _service = new TestService(settings: new Dictionary<string, string?> { ["Ledger:PolicyFile"] = Named("policy") });
        await File.WriteAllTextAsync(Named("log.vkey"), _service.Services.GetRequiredService<SigningKey>().Verifier + "\n");
        _reference = await _service.Submitted(Review.Tests.Proposals.SampleAnswers.Insight);
        await using var scope = _service.Services.CreateAsyncScope();
        _signed = await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string Named(string name) => Path.Combine(_folder, name);

    Task Cosign(WitnessSigner witness, string? over = null)
    {
        var at = _service.Clock.GetUtcNow();
        var line = witness.Cosign(over ?? SignedNote.Parse(System.Text.Encoding.UTF8.GetBytes(_signed.Note)).Text, at);
        return _service.Send(new NoteWitness { Actor = Actor.Service, Witness = witness.Verifier.ToString(), Size = _signed.Size, Line = line.ToLine(), At = at });
    }

    /// <summary>Writes the trail and the whole log as they are under the last checkpoint, with the cosignatures that it has by now.</summary>
    async Task Export(Func<BundleContent, BundleContent>? change = null)
    {
        var content = await _service.Send(new ReadTrail(_service.Auditor, _reference, Depth.Full));
        await using (var trail = File.Create(Named("trail.zip"))) BundleWriter.Write(trail, (change ?? (c => c))(content));
        await using var scope = _service.Services.CreateAsyncScope();
        await using var log = File.Create(Named("log.zip"));
        scope.ServiceProvider.GetRequiredService<LogExport>().Write(log, new PreparedLog((await _service.Send(new GetCheckpoint()))!, Depth.Full), null, CancellationToken.None);
    }

    (int ExitCode, string Output) Verify(string bundle, params string[] more)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = AuditorProgram.Run(["verify", Named(bundle), "--trust", Named("log.vkey"), "--policy", Named("policy"), .. more], output, error);
        return (exitCode, output.ToString() + error);
    }

    [Theory]
    [InlineData("trail.zip")]
    [InlineData("log.zip")]
    public async Task A_policy_is_met_once_every_witness_that_it_wants_has_cosigned(string bundle)
    {
        await Cosign(_office);
        await Export();
        var (exitCode, output) = Verify(bundle);
        Assert.Equal(3, exitCode);
        Assert.Contains("  policy: The checkpoint does not meet your policy. It lacks cosignatures by enough of uni.example/witness.", output, StringComparison.Ordinal);
        Assert.Contains("POLICY NOT MET.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("VERIFIED", output, StringComparison.Ordinal);

        await Cosign(_uni);
        await Export();
        (exitCode, output) = Verify(bundle);
        Assert.Equal(0, exitCode);
        Assert.Contains("VERIFIED. ", output, StringComparison.Ordinal);
        Assert.Contains("COMPLETE. ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_are_told_that_a_policy_is_not_met()
    {
        await Export();
        var (exitCode, output) = Verify("trail.zip", "--json");
        Assert.Equal(3, exitCode);
        using var report = JsonDocument.Parse(output);
        Assert.False(report.RootElement.GetProperty("verified").GetBoolean());
        var failing = Assert.Single(report.RootElement.GetProperty("findings").EnumerateArray(), static f => f.GetProperty("fails").GetBoolean());
        Assert.Equal(BundleFindings.Policy, failing.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_cosignature_over_another_head_or_by_another_key_of_the_name_does_not_count()
    {
        await Cosign(_office);
        await Cosign(WitnessSigner.Generate(_uni.Verifier.Name));
        await Export();
        Assert.Equal(3, Verify("trail.zip").ExitCode);

        await Cosign(_uni, new Checkpoint(TestService.LogName, _signed.Size, new byte[32]).ToText());
        await Export();
        var (exitCode, output) = Verify("trail.zip");
        Assert.Equal(3, exitCode);
        Assert.Contains("The cosignature by uni.example/witness is false.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_that_is_wrong_in_another_way_too_is_not_excused_by_its_policy()
    {
        await Export(static c => c with { Entries = [.. c.Entries.Skip(1)], Disclosures = [], Heads = null });
        var (exitCode, output) = Verify("trail.zip");
        Assert.Equal(1, exitCode);
        Assert.Contains("NOT VERIFIED", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exports_carry_the_policy_that_the_service_goes_by_and_say_that_nobody_vouches_for_it()
    {
        await Cosign(_office);
        await Cosign(_uni);
        await Export();
        foreach (var bundle in (string[])["trail.zip", "log.zip"])
        {
            await using var stream = File.OpenRead(Named(bundle));
            using var files = BundleReader.Open(stream);
            Assert.Equal(PolicyText, System.Text.Encoding.UTF8.GetString(files.Read("data/keys/policy")));
            var (exitCode, output) = Verify(bundle);
            Assert.Equal(0, exitCode);
            Assert.Contains("policy-inside: ", output, StringComparison.Ordinal);
        }
    }
}
