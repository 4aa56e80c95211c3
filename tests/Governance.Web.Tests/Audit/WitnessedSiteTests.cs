using System.Diagnostics;
using System.IO.Compression;
using Governance.Auditor.Tests.Witness;
using Governance.Ledger;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Audit;

/// <summary>A site that two witnesses watch, each a process of its own, under a policy that wants both.</summary>
public sealed class WitnessedSite : SiteFixture
{
    readonly string folder = Directory.CreateTempSubdirectory("governance-witnesses-").FullName;

    public List<WitnessProcess> Running { get; } = [];

    public string PolicyFile => Path.Combine(folder, "policy");

    public override async ValueTask InitializeAsync()
    {
        var key = NoteSigner.Generate(TestSite.LogName);
        await File.WriteAllTextAsync(KeyFile, key.ToPrivateText() + "\n");
        var lines = new List<string> { $"log {key.Verifier}" };
        foreach (var name in (string[])["w1", "w2"])
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            var witness = WitnessProcess.Prepare(own, key.Verifier, $"{name}.example/witness");
            Running.Add(await WitnessProcess.Start(own, fresh: true));
            lines.Add($"witness {name} {witness} {Running[^1].Address}");
        }
        await File.WriteAllLinesAsync(PolicyFile, [.. lines, "group offices all w1 w2", "quorum offices"]);
        await base.InitializeAsync();
    }

    protected override IEnumerable<(string Name, string Value)> Settings => [("Ledger:PolicyFile", PolicyFile)];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var witness in Running) await witness.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class WitnessedSiteTests(WitnessedSite site) : IClassFixture<WitnessedSite>
{
    [Fact]
    public async Task An_export_carries_both_cosignatures_and_satisfies_the_auditors_policy()
    {
        var reference = await site.Submitted(SampleAnswers.Insight);
        byte[] zip;
        await using (var scope = site.Services.CreateAsyncScope())
        {
            var export = scope.ServiceProvider.GetRequiredService<TrailExport>();
            zip = TrailFile.Of(await export.ReadAsync(site.Auditor, reference, Depth.Full, CancellationToken.None), Depth.Full, TrailFormat.Bundle).Bytes;
        }
        var policy = TlogPolicy.Parse(await File.ReadAllBytesAsync(site.PolicyFile));
        var verdict = policy.Evaluate(SignedNote.Parse(CheckpointOf(zip)));
        Assert.True(verdict.Satisfied);
        Assert.Equal(["w1.example/witness", "w2.example/witness"], verdict.Cosignatures.Select(c => c.Witness.Name));
        var report = Governance.Ledger.Bundles.BundleVerifier.Verify(new MemoryStream(zip), policy.Logs[0].Key);
        Assert.True(report.Verified, string.Join('\n', report.Findings));

        Assert.Equal((0, ""), await VerifyByScript(zip, policy.Logs[0].Key));

        // Everybody gets the cosignatures, and the pages say where things stand.
        var note = SignedNote.Parse(await site.Nobody().Client.GetByteArrayAsync("/api/v1/ledger/checkpoint"));
        Assert.NotEmpty(policy.Evaluate(note).Checkpoint.Origin);
        var auditor = await site.As(site.Auditor);
        Assert.Contains("Enough witnesses have cosigned the first", (await auditor.Get("/audit")).Text, StringComparison.Ordinal);
        Assert.Contains("Witnessed", (await auditor.Get("/audit/ledger/0")).Text, StringComparison.Ordinal);
        var leaf = (await site.Send(new GetEntry(site.Auditor, 0))).Leaf;
        Assert.Contains("Witnesses outside this service have cosigned", (await (await site.As(site.Lead)).Get($"/audit/receipt?Number=0&Leaf={leaf}")).Text, StringComparison.Ordinal);
        // The proof of an entry is under a checkpoint that a policy can be held against.
        var proof = TlogProof.Parse(await auditor.Client.GetByteArrayAsync("/audit/ledger/0?handler=Proof"));
        Assert.True(policy.Evaluate(SignedNote.Parse(proof.Checkpoint)).Satisfied);
    }

    /// <summary>With openssl and sha256sum alone: lines of witnesses below the log's own must not confuse the script.</summary>
    static async Task<(int Code, string Wrong)> VerifyByScript(byte[] zip, NoteVerifier key)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl") && File.Exists("/usr/bin/xxd"), "openssl and xxd are not installed here.");
        var folder = Directory.CreateTempSubdirectory("governance-script-").FullName;
        try
        {
            // Apart from the bundle, which the script finds fault with if it holds a file more.
            var trusted = Path.Combine(folder, "trusted.pem");
            await File.WriteAllTextAsync(trusted, key.ToSpkiPem());
            var bundle = Path.Combine(folder, "bundle");
            await ZipFile.ExtractToDirectoryAsync(new MemoryStream(zip), bundle);
            var script = Directory.GetFiles(bundle, "verify.sh", SearchOption.AllDirectories).Single();
            using var process = Process.Start(new ProcessStartInfo("bash", [script, trusted]) { WorkingDirectory = Path.GetDirectoryName(script), RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, process.ExitCode == 0 ? "" : await output + await error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static byte[] CheckpointOf(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        using var stream = archive.Entries.Single(e => e.FullName.EndsWith("data/checkpoint", StringComparison.Ordinal)).Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}

/// <summary>A site one of whose witnesses is not there.</summary>
public sealed class LonelySite : SiteFixture
{
    public static WitnessVerifier Witness { get; } = WitnessSigner.Generate("gone.example/witness").Verifier;

    // Port 1 of this machine: nobody listens there.
    protected override IEnumerable<(string Name, string Value)> Settings => [("Witnesses:0:Key", Witness.ToString()), ("Witnesses:0:Url", "http://127.0.0.1:1")];
}

public sealed class LonelySiteTests(LonelySite site) : IClassFixture<LonelySite>
{
    [Fact]
    public async Task A_witness_that_is_not_there_stops_neither_appending_nor_signing_and_the_page_says_so()
    {
        await site.Submitted(SampleAnswers.Insight);
        await using (var scope = site.Services.CreateAsyncScope())
        {
            var signed = await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None);
            Assert.True(signed.Size > 0);
            await site.Services.GetRequiredService<WitnessClient>().AskBrieflyAsync(CancellationToken.None);
        }
        await site.Submitted(SampleAnswers.Insight);
        var page = await (await site.As(site.Auditor)).Get("/audit");
        Assert.Contains("Not yet: not enough witnesses have cosigned", page.Text, StringComparison.Ordinal);
        Assert.Contains("gone.example/witness: nothing so far", page.Text, StringComparison.Ordinal);
        Assert.Contains("When asked last:", page.Text, StringComparison.Ordinal);
        Assert.Contains("Not witnessed yet", (await (await site.As(site.Auditor)).Get("/audit/ledger/0")).Text, StringComparison.Ordinal);
    }
}
