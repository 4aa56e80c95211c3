using System.Diagnostics;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Background;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Crash;

/// <summary>A process is killed (SIGKILL) when its erasure is committed and the keys are still there.</summary>
public sealed class ErasureCrashTests
{
    const string Secret = "Heard at the clinic on Aldergrove Lane.";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_that_dies_between_the_commit_and_the_destruction_leaves_it_to_another_node_or_to_the_next_start(bool another)
    {
        await using var service = new TestService(embedded: true);
        var reference = await service.Submitted(SampleAnswers.ServiceDesign);
        await service.Send(new AskQuestion { Actor = service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = Secret });
        var digest = (await service.Send(new ListErasable(service.Administrator, reference))).Values.Single(v => v.Text == Secret).Digest;
        var backup = service.BackUp("before.db");
        var keys = service.Services.GetRequiredService<KeyStore>();
        var doomed = Sealing.KeyIdOf((byte[])service.Rows($"SELECT disclosure FROM ledger_disclosure WHERE digest = '{digest}'")[0][0]);
        var copies = Sealing.KeyIdOf((byte[])service.Rows($"SELECT state FROM proposal WHERE reference = '{reference}'")[0][0]);

        await EraseAndDieAsync(service, reference, digest);

        // Committed: the value and its copies are gone from the data. Not destroyed: an old copy could still be read.
        Assert.Equal("(erased)", (await service.Get(reference)).State.Questions[0].Text.ToString());
        Assert.False(keys.WasDestroyed(doomed));
        Assert.False(keys.WasDestroyed(copies));
        Assert.Contains(Secret, Opened.Everything(service.Services, backup), StringComparison.Ordinal);

        await using var host = new Host(service);
        if (another) await ActivatorUtilities.CreateInstance<KeyDestruction>(host.Services).FinishAsync(TestContext.Current.CancellationToken);
        else await StartAsync(host);

        Assert.True(keys.WasDestroyed(doomed));
        Assert.True(keys.WasDestroyed(copies));
        Assert.Equal(0, service.Count("doomed"));
        Assert.DoesNotContain(Secret, Opened.Everything(service.Services, backup), StringComparison.Ordinal);
        Assert.Empty((await host.Send(new RunDoctor())).Faults);
        // And again: nothing more happens.
        await StartAsync(host);
        Assert.Empty((await host.Send(new RunDoctor())).Faults);
    }

    /// <summary>What every start does before the first request.</summary>
    static async Task StartAsync(Host host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await DoomedKeys.DestroyAsync(scope.ServiceProvider.GetRequiredService<IMediator>(), scope.ServiceProvider.GetRequiredService<KeyStore>(), TestContext.Current.CancellationToken);
    }

    static async Task EraseAndDieAsync(TestService service, string reference, string digest)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Governance.CrashWriter.dll"), "erase", service.File, Path.Combine(TestService.Root, "workflows"), reference, digest, service.Administrator.Id.ToString("D")];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync();
        if (line != "committed") Assert.Fail(line ?? await errors);
        process.Kill();
        await process.WaitForExitAsync();
    }
}
