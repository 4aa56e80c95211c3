using System.CommandLine;
using Governance.Ledger;
using Governance.Review;
using Governance.Service.Audit;

namespace Governance.Web.Commands;

/// <summary><c>key rotate</c>: passes the log's name on to a new key.</summary>
static class KeyRotate
{
    public static Command Make(IServiceProvider services)
    {
        var to = new Option<string>("--to") { Description = "The file with the new private key, made with \"key create\" under the log's name.", Required = true };
        var command = new Command("rotate", "Puts on record that a new key signs from now on, signed by the old key and the new, and signs a checkpoint with both.") { to };
        command.SetAction((parsed, ct) => CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async _ =>
        {
            await using var scope = services.CreateAsyncScope();
            try
            {
                var file = Path.GetFullPath(parsed.GetValue(to)!);
                var old = services.GetRequiredService<IConfiguration>()[StartupChecks.KeyFile];
                var checkpoint = await scope.ServiceProvider.GetRequiredService<KeyChange>().PassOnAsync(file, ct);
                await parsed.InvocationConfiguration.Output.WriteAsync(checkpoint.Note);
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"""
                    Above is a checkpoint signed by both keys. Now:
                      1. Set {StartupChecks.KeyFile} to {file} and Ledger:PreviousKeyFile to {old}, and start the service again. Both keys sign then.
                      2. Give the new public key to auditors and witnesses.
                      3. When all have it, remove Ledger:PreviousKeyFile and lock the old key away.
                    """);
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or LedgerFormatException)
            {
                throw new ConflictException(e.Message);
            }
        }));
        return command;
    }
}
