using System.CommandLine;
using Governance.Review;
using Governance.Service.Data;
using MediatR;

namespace Governance.Web.Commands;

/// <summary>
/// The operator's subcommands of the service's own executable. They run on the service's configuration and database, as
/// the service itself, and in the same use cases as the pages.
/// </summary>
public static class CommandLine
{
    /// <summary>Whether the arguments name a subcommand, or ask for help, rather than settings for the site.</summary>
    public static bool IsMeant(string[] args) => args is [var first, ..] && (!first.StartsWith('-') || first is "--help" or "-h" or "-?");

    /// <summary>Runs a subcommand on the console.</summary>
    /// <returns>The process's exit code: 0 when it was done, 1 when it was refused.</returns>
    public static Task<int> RunAsync(string[] args, IServiceProvider services) => RunAsync(args, services, Console.In, Console.Out, Console.Error);

    /// <inheritdoc cref="RunAsync(string[], IServiceProvider)"/>
    public static Task<int> RunAsync(string[] args, IServiceProvider services, TextReader input, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Reviews of proposed uses of young people's social media data. Without a subcommand the site starts.")
        {
            new Command("user", "Looks after accounts.") { UserAdd.Make(services, input) },
            new Command("token", "Looks after tokens for the API.") { TokenCreate.Make(services) },
            new Command("key", "Looks after the key that signs the ledger, and the one that opens the key store.") { KeyCreate.Make(), KeyRotate.Make(services), WrappingKeyCreate.Make(), WrappingKeyRotate.Make(services) },
            BackUp.Make(services),
            Doctor.Make(services),
            ExportLog.Make(services),
            SignNow.Make(services),
            MoveUpCommand.Make(services),
        };
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
    }

    /// <summary>Does something with the service, its database up to date, and turns a refusal into words and an exit code.</summary>
    internal static async Task<int> WithServiceAsync(IServiceProvider services, TextWriter error, Func<IMediator, Task> act)
    {
        var problem = StartupChecks.DatabaseProblem(services.GetRequiredService<Database>)
            ?? await Schema.ProblemAsync(services.GetRequiredService<Database>(), CancellationToken.None)
            ?? StartupChecks.SealingProblem(services);
        if (problem is not null)
        {
            await error.WriteLineAsync(problem);
            return 1;
        }
        await using var scope = services.CreateAsyncScope();
        try
        {
            await act(scope.ServiceProvider.GetRequiredService<IMediator>());
            return 0;
        }
        catch (InvalidException invalid)
        {
            foreach (var fault in invalid.Faults) await error.WriteLineAsync(fault.Message);
            return 1;
        }
        catch (RefusalException refusal)
        {
            await error.WriteLineAsync(refusal.Message);
            return 1;
        }
    }
}
