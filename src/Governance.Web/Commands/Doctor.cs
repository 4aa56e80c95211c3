using System.CommandLine;
using Governance.Service.Audit;

namespace Governance.Web.Commands;

/// <summary><c>doctor</c>: looks the whole installation over, and says what is wrong.</summary>
static class Doctor
{
    public static Command Make(IServiceProvider services)
    {
        var command = new Command("doctor", "Checks every entry, the tree, the checkpoints, and that each proposal's row is what its entries say. Changes nothing.");
        var clear = new Option<bool>("--clear-findings") { Description = "If nothing is wrong any more, forgets what the service found before, so that it takes changes again." };
        command.Options.Add(clear);
        command.SetAction((parsed, cancellation) => CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async mediator =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var report = await mediator.Send(new RunDoctor(new Told(parsed.InvocationConfiguration.Error)), cancellation);
            report = report with { Faults = [.. report.Faults.Union(await LookAsync(services, cancellation), StringComparer.Ordinal)] };
            foreach (var fault in report.Faults) await output.WriteLineAsync(fault);
            await output.WriteLineAsync($"{report.Entries} entries and {report.Proposals} proposals looked at, {report.Faults.Count} faults.");
            if (report.Faults.Count > 0) throw new Governance.Review.ConflictException("The installation has faults. Stop the service, keep a copy of the database, and compare it with your last backup.");
            if (parsed.GetValue(clear))
            {
                await mediator.Send(new ClearFindings { Actor = Governance.Service.Pipeline.Actor.Service }, cancellation);
                await output.WriteLineAsync("Earlier findings are forgotten. Start the service again.");
            }
        }));
        return command;
    }

    /// <summary>What the service itself looks at all the time: tiles, columns and heads as well. It needs no key, so that a copy can be looked over elsewhere.</summary>
    static async Task<IReadOnlyList<string>> LookAsync(IServiceProvider services, CancellationToken ct)
    {
        var check = services.GetRequiredService<RecordCheck>();
        var found = new List<string>();
        for (var walk = new RecordWalk(); !walk.Finished;) found.AddRange(await check.LookAtPartAsync(walk, ct));
        return found;
    }

    sealed class Told(TextWriter error) : IProgress<DoctorProgress>
    {
        public void Report(DoctorProgress value) => error.WriteLine($"{value.What}: {value.Done} of {value.Of}");
    }
}
