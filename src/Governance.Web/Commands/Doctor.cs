using System.CommandLine;
using Governance.Review;
using Governance.Service.Audit;
using Governance.Service.Erasures;
using Governance.Service.Pipeline;

namespace Governance.Web.Commands;

/// <summary>
/// <c>doctor</c>: looks the whole installation over, and says what is wrong. <c>doctor --rebuild-routes</c>: moves proposals
/// that are under way to the engine that the service now runs on.
/// </summary>
static class Doctor
{
    public static Command Make(IServiceProvider services)
    {
        var command = new Command("doctor", "Checks every entry, the tree, the checkpoints, everything sealed, and that each proposal's row is what its entries say. Changes nothing unless asked to.");
        var rebuild = new Option<bool>("--rebuild") { Description = "First makes every stored copy again that no key opens any more, from the ledger: after an older copy of the data was put back." };
        command.Options.Add(rebuild);
        var routes = new Option<bool>("--rebuild-routes") { Description = "Makes the state of every open proposal's route again from its entries, for the engine in use. Stop the service first." };
        command.Options.Add(routes);
        var clear = new Option<bool>("--clear-findings") { Description = "If nothing is wrong any more, forgets what the service found before, so that it takes changes again." };
        command.Options.Add(clear);
        command.SetAction((parsed, cancellation) => parsed.GetValue(routes)
            ? RebuildAsync(services, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellation)
            : CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async mediator =>
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
            if (report.Faults.Count > 0) throw new ConflictException("The installation has faults. Stop the service, keep a copy of the database, and compare it with your last backup.");
            if (parsed.GetValue(clear))
            {
                await mediator.Send(new ClearFindings { Actor = Actor.Service }, cancellation);
                await output.WriteLineAsync("Earlier findings are forgotten. Start the service again.");
            }
        }));
        return command;
    }

    static Task<int> RebuildAsync(IServiceProvider services, TextWriter output, TextWriter error, CancellationToken cancellation) =>
        CommandLine.WithServiceAsync(services, error, async mediator =>
        {
            var (done, faults) = (0, 0);
            foreach (var route in await mediator.Send(new ListRoutes(OnOthersOnly: false), cancellation))
            {
                try
                {
                    var now = await mediator.Send(new RebuildRoute { Actor = Actor.Service, Reference = route.Reference }, cancellation);
                    await output.WriteLineAsync($"{route.Reference}: {route.Engine} to {now.Engine}");
                    done++;
                }
                catch (ConflictException e)
                {
                    await output.WriteLineAsync(e.Message);
                    faults++;
                }
            }
            await output.WriteLineAsync($"{done} routes rebuilt, {faults} not.");
            if (faults > 0) throw new ConflictException("Some routes could not be rebuilt. Those proposals are as they were. Run the service on the engine that it ran on before, and run doctor.");
        });

    sealed class Told(TextWriter error) : IProgress<DoctorProgress>
    {
        public void Report(DoctorProgress value) => error.WriteLine($"{value.What}: {value.Done} of {value.Of}");
    }
}
