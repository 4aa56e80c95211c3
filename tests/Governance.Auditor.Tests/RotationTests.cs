using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Service;
using Governance.Service.Audit;
using Governance.Service.Tests;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Auditor.Tests;

/// <summary>An auditor who was given the log's key once, and never heard that it was changed.</summary>
public sealed class RotationTests : IAsyncLifetime
{
    readonly TestService _service = new(embedded: true);
    readonly string _folder = Directory.CreateTempSubdirectory("auditor-rotation-").FullName;
    string _reference = "";

    public async ValueTask InitializeAsync()
    {
        _reference = await _service.Submitted(Review.Tests.Proposals.SampleAnswers.Insight);
        await File.WriteAllTextAsync(Named("old.vkey"), _service.Services.GetRequiredService<SigningKey>().Verifier + "\n");
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string Named(string name) => Path.Combine(_folder, name);

    async Task<BundleContent> Export(IServiceProvider services, string trail, string? log = null)
    {
        await using var scope = services.CreateAsyncScope();
        var content = await scope.ServiceProvider.GetRequiredService<TrailExport>().ReadAsync(_service.Auditor, _reference, Depth.Full, CancellationToken.None);
        await using (var file = File.Create(Named(trail))) BundleWriter.Write(file, content);
        if (log is null) return content;
        var export = scope.ServiceProvider.GetRequiredService<LogExport>();
        await using var all = File.Create(Named(log));
        export.Write(all, await export.PrepareAsync(_service.Auditor, Depth.Public, CancellationToken.None), null, CancellationToken.None);
        return content;
    }

    /// <summary>The service as it starts again after the change of key.</summary>
    ServiceProvider Restarted(string keyFile, string? previous)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:File"] = _service.File,
            ["Workflows:Folder"] = Path.Combine(TestService.Root, "workflows"),
            ["Ledger:Name"] = TestService.LogName,
            ["Ledger:KeyFile"] = keyFile,
            ["Ledger:PreviousKeyFile"] = previous,
        }).Build();
        var services = new ServiceCollection().AddGovernanceService(configuration);
        services.AddSingleton<TimeProvider>(_service.Clock);
        services.AddSingleton<IConfiguration>(configuration);
        return services.BuildServiceProvider(validateScopes: true);
    }

    (int ExitCode, string Output) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (AuditorProgram.Run(arguments, output, error), output.ToString() + error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Trust_in_the_old_key_accepts_what_is_exported_after_the_change_and_the_report_says_where_it_was(bool bothSign)
    {
        var before = await Export(_service.Services, "before.zip");
        await File.WriteAllBytesAsync(Named("kept"), before.Checkpoint);
        var next = NoteSigner.Generate(TestService.LogName);
        var nextFile = Named("next.key");
        await File.WriteAllTextAsync(nextFile, next.ToPrivateText());
        await File.WriteAllTextAsync(Named("next.vkey"), next.Verifier + "\n");
        await using (var scope = _service.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<KeyChange>().PassOnAsync(nextFile, CancellationToken.None);
        var seq = (long)Service.Tests.Pipeline.Untouched.Rows(_service, "SELECT seq FROM ledger_entry WHERE kind = 'key.rotated'")[0][0];

        await using var restarted = Restarted(nextFile, bothSign ? _service.KeyFile : null);
        await Export(restarted, "after.zip", "log.zip");
        foreach (var bundle in (string[])["after.zip", "log.zip"])
        {
            var (exitCode, output) = Run("verify", Named(bundle), "--trust", Named("old.vkey"), "--known-checkpoint", Named("kept"));
            Assert.True(exitCode == 0, output);
            Assert.Contains($"signed by the key that follows the trusted one, changed in entry {seq}", output, StringComparison.Ordinal);
            Assert.Contains("CONSISTENT.", output, StringComparison.Ordinal);
            Assert.Contains($"\"key_changed_in\": [\n    {seq}\n  ]", Run("verify", Named(bundle), "--trust", Named("old.vkey"), "--json").Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
            // Whoever knows the new key needs to follow nothing, and still takes the old checkpoint.
            (exitCode, output) = Run("verify", Named(bundle), "--trust", Named("next.vkey"), "--known-checkpoint", Named("kept"));
            Assert.True(exitCode == 0, output);
            Assert.DoesNotContain("follows the trusted one", output, StringComparison.Ordinal);
        }
        Assert.Equal(0, Run("diff", Named("before.zip"), Named("after.zip"), "--trust", Named("old.vkey")).ExitCode);
        Assert.Equal(0, Run("replay", Named("after.zip"), "--trust", Named("old.vkey")).ExitCode);
    }
}
