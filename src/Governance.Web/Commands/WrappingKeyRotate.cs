using System.CommandLine;
using System.Globalization;
using Governance.Review;
using Governance.Service.Data;

namespace Governance.Web.Commands;

/// <summary><c>key rotate-wrapping</c>: changes the key that opens the key store.</summary>
static class WrappingKeyRotate
{
    public static Command Make(IServiceProvider services)
    {
        var command = new Command("rotate-wrapping", "Wraps every key of the key store, and those of sessions, with a new wrapping key. Stop every node first. May be run again after an interruption.");
        command.SetAction(async (parsed, ct) =>
        {
            var configuration = services.GetRequiredService<IConfiguration>();
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (StartupChecks.DatabaseProblem(services.GetRequiredService<Database>) is { } problem)
            {
                await error.WriteLineAsync(problem);
                return 1;
            }
            try
            {
                var store = services.GetRequiredService<KeyStore>();
                var (old, current) = (WrappingKey.LoadPrevious(configuration), WrappingKey.Load(configuration, configuration[KeyDatabase.FileSetting]!));
                var done = await WrappingKeyRotation.RunAsync(services.GetRequiredService<Database>(), store.Database, old, current, services.GetRequiredService<TimeProvider>().GetUtcNow(), ct);
                store.Open();
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                    $"{done.Keys} keys of the key store and {done.Sessions} of sessions were wrapped anew. All open with the new wrapping key."));
                await output.WriteLineAsync($"Take {WrappingKey.PreviousSetting} and {WrappingKey.PreviousFileSetting} away, and start the nodes. Keep the old wrapping key for as long as there are backups from before: they open with it alone.");
                return 0;
            }
            catch (Exception e) when (e is InvalidOperationException or RefusalException or IOException or UnauthorizedAccessException or System.Data.Common.DbException)
            {
                await error.WriteLineAsync(e.Message);
                return 1;
            }
        });
        return command;
    }
}
