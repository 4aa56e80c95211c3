using System.Data.Common;
using Governance.Ledger;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.People;
using MediatR;

namespace Governance.Web.Commands;

/// <summary>What must be in place before the site starts, and what to do about it when it is not.</summary>
public static class StartupChecks
{
    /// <summary>The setting that names the file with the private key.</summary>
    public const string KeyFile = "Ledger:KeyFile";

    /// <summary>
    /// Everything that keeps the site from starting, each with the command that helps; empty when it may start. In
    /// Development a key that is missing is made in the data folder, and the setting points there.
    /// </summary>
    /// <remarks>The database must be up to date.</remarks>
    public static async Task<IReadOnlyList<string>> FindAsync(IServiceProvider services, string dataFolder)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var environment = services.GetRequiredService<IHostEnvironment>();
        var log = services.GetRequiredService<LogName>().Value;
        if (environment.IsDevelopment()) EnsureKey(configuration, log, dataFolder);

        var problems = new List<string>();
        if (KeyProblem(configuration[KeyFile], log, environment) is { } problem) problems.Add(problem);
        else await CheckKeysAndWitnessesAsync(services, problems);
        await using var scope = services.CreateAsyncScope();
        var elsewhere = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ListRoutes(OnOthersOnly: true));
        if (elsewhere.Count > 0)
            problems.Add($"""
                {elsewhere.Count} open proposals are kept by another route engine, or an earlier version of it ({string.Join(", ", elsewhere.Select(r => r.Engine).Distinct())}), than the one in use. Move them once, then start again:
                  {environment.ApplicationName} doctor --rebuild-routes
                """);
        if (!environment.IsDevelopment())
        {
            var accounts = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new GetAccountsState());
            if (accounts.Administrators == 0)
                problems.Add("""
                    There is no active administrator, so nobody could let anybody else in. Add one:
                      Governance.Web user add --email you@example.org --name "Your Name" --role administrator
                    """);
            if (accounts.Demonstrations > 0)
                problems.Add("""
                    The database holds made-up people of a demonstration. Start with a new database:
                      set Database:File (SQLite) or Database:ConnectionString (SQL Server) to another one.
                    """);
        }
        return problems;
    }

    /// <summary>Why personal data cannot be sealed and opened, and what to do about it; null when it can.</summary>
    public static string? SealingProblem(IServiceProvider services) => SealingProblem(() => services.GetRequiredService<KeyStore>().Open()) ?? WrappingKeyProblem(services);

    /// <summary>The same for a key store that is not the service's own yet.</summary>
    public static string? SealingProblem(Action open)
    {
        try
        {
            open();
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException or DbException)
        {
            return $"""
                Personal data cannot be sealed, so the service does not start. {e.Message}
                  Key store: the database that {KeyDatabase.Setting} names, or the file that {KeyDatabase.FileSetting} names. Its key is the setting {WrappingKey.Setting}, or is in the file that {WrappingKey.FileSetting} names.
                  Make a key, once:
                  Governance.Web key create-wrapping --out /path/to/wrapping.key
                """;
        }
    }

    static string? WrappingKeyProblem(IServiceProvider services)
    {
        var file = services.GetRequiredService<IConfiguration>()[WrappingKey.FileSetting];
        return file is not null && services.GetRequiredService<IHostEnvironment>().IsProduction() && !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None
            ? $"""
                Others on this machine can read or change {file}, which holds the key that opens the key store. Close it to them:
                  chmod 600 {file}
                """
            : null;
    }

    /// <summary>Destroys keys that an erasure had left when the service stopped, and closes accounts again that a restored copy brought back.</summary>
    public static async Task FinishErasuresAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        await Service.Erasures.DoomedKeys.DestroyAsync(mediator, services.GetRequiredService<KeyStore>(), CancellationToken.None);
        await mediator.Send(new Service.Erasures.BlankErasedAccounts { Actor = Service.Pipeline.Actor.Service });
    }

    /// <summary>Brings the database up to date. Why that cannot be done, and what to do about it; null when it is done.</summary>
    public static string? DatabaseProblem(Func<Database> database)
    {
        try
        {
            database().Migrate();
            return null;
        }
        // The last is what SQL Server's client says where .NET was told to know no cultures.
        catch (Exception e) when (e is InvalidOperationException or DbException or NotSupportedException)
        {
            return $"The database cannot be used. {e.Message}";
        }
    }

    static void EnsureKey(IConfiguration configuration, string log, string dataFolder)
    {
        configuration[KeyFile] ??= Path.Combine(dataFolder, "ledger.key");
        if (!File.Exists(configuration[KeyFile])) KeyCreate.Write(NoteSigner.Generate(log), configuration[KeyFile]!);
    }

    static async Task CheckKeysAndWitnessesAsync(IServiceProvider services, List<string> problems)
    {
        try
        {
            services.GetRequiredService<Witnesses>();
            TimeStampAuthority.Load(services.GetRequiredService<IConfiguration>())?.Dispose();
            await using var scope = services.CreateAsyncScope();
            var inForce = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new GetKeyInForce());
            if (inForce is not null && inForce != services.GetRequiredService<SigningKey>().Verifier.ToString())
                problems.Add($"The ledger's key was passed on to {inForce}. Set {KeyFile} to the file of that key.");
        }
        catch (InvalidOperationException e)
        {
            problems.Add(e.Message);
        }
    }

    static string? KeyProblem(string? file, string log, IHostEnvironment environment)
    {
        var make = $"""
              Governance.Web key create --name {log} --out {file ?? "/path/to/ledger.key"}
            """;
        if (string.IsNullOrWhiteSpace(file))
        {
            return $"""
                The setting {KeyFile} is missing. It names the file with the key that signs the ledger. Make a key and set it (environment variable Ledger__KeyFile):
                {make}
                """;
        }
        if (!File.Exists(file))
        {
            return $"""
                There is no file {file}, which {KeyFile} names. If the ledger has been signed before, restore that key. Otherwise make one:
                {make}
                """;
        }
        if (environment.IsProduction() && !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None)
        {
            return $"""
                Others on this machine can read or change {file}, which holds the key that signs the ledger. Close it to them:
                  chmod 600 {file}
                """;
        }
        try
        {
            var name = NoteSigner.Parse(File.ReadAllText(file).Trim()).Verifier.Name;
            return name == log ? null : $"The key in {file} is called {name}, but the ledger {log}. Set Ledger:Name to the key's name, or {KeyFile} to the ledger's key.";
        }
        catch (Exception e) when (e is LedgerFormatException or IOException or UnauthorizedAccessException)
        {
            return $"The file {file}, which {KeyFile} names, cannot be used as a key: {e.Message}";
        }
    }
}
