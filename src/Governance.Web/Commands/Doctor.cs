using System.CommandLine;
using Governance.Service.Audit;
using Governance.Service.Erasures;
using Governance.Service.Pipeline;

namespace Governance.Web.Commands;

/// <summary><c>doctor</c>: looks the whole installation over, and says what is wrong.</summary>
static class Doctor
{
    public static Command Make(IServiceProvider services)
    {
        var rebuild = new Option<bool>("--rebuild") { Description = "First makes every stored copy again that no key opens any more, from the ledger: after an older copy of the data was put back." };
        var command = new Command("doctor", "Checks every entry, the tree, the checkpoints, everything sealed, and that each proposal's row is what its entries say. Changes nothing without --rebuild.") { rebuild };
        command.SetAction((parsed, cancellation) => CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async mediator =>
        {
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(rebuild))
            {
                await mediator.Send(new BlankErasedAccounts { Actor = Actor.Service }, cancellation);
                var done = await mediator.Send(new RebuildCaches { Actor = Actor.Service }, cancellation);
                foreach (var line in done) await output.WriteLineAsync(line);
                await output.WriteLineAsync(done.Length == 0 ? "Everything stored can be opened: nothing was made again." : $"{done.Length} made again.");
            }
            var report = await mediator.Send(new RunDoctor(new Told(parsed.InvocationConfiguration.Error)), cancellation);
            foreach (var fault in report.Faults) await output.WriteLineAsync(fault);
            await output.WriteLineAsync($"{report.Entries} entries and {report.Proposals} proposals looked at, {report.Faults.Count} faults.");
            if (report.Faults.Count > 0) throw new Governance.Review.ConflictException("The installation has faults. Stop the service, keep a copy of the database, and compare it with your last backup.");
        }));
        return command;
    }

    sealed class Told(TextWriter error) : IProgress<DoctorProgress>
    {
        public void Report(DoctorProgress value) => error.WriteLine($"{value.What}: {value.Done} of {value.Of}");
    }
}
