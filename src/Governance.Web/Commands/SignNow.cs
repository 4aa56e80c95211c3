using System.CommandLine;
using Governance.Service.Audit;

namespace Governance.Web.Commands;

/// <summary><c>checkpoint</c>: signs the head of the log now, without waiting for the next time, and prints the signed note.</summary>
static class SignNow
{
    public static Command Make(IServiceProvider services)
    {
        var command = new Command("checkpoint", "Signs the log as it stands now and prints the signed checkpoint. Keep a copy somewhere else: it shows later if the log was ever cut short or written anew.");
        command.SetAction((parsed, cancellation) => CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async _ =>
        {
            await using var scope = services.CreateAsyncScope();
            var checkpoint = await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(cancellation);
            await parsed.InvocationConfiguration.Output.WriteAsync(checkpoint.Note);
        }));
        return command;
    }
}
