using System.CommandLine;
using System.Globalization;
using Governance.Review;
using Governance.Review.Routes;
using Governance.Service;
using Governance.Service.Audit;
using Governance.Service.Data;
using MediatR;

namespace Governance.Web.Commands;

/// <summary><c>move-up</c>: takes an installation from the embedded database to SQL Server.</summary>
static class MoveUpCommand
{
    public static Command Make(IServiceProvider services)
    {
        var target = new Option<string>("--to") { Description = "The connection string of an empty SQL Server database; or a file, to move to another SQLite database." };
        var keysTarget = new Option<string>("--keys-to") { Description = "The connection string of another empty SQL Server database, for the key store; or a file. Without it the key store stays where it is." };
        var command = new Command("move-up", "Copies this installation into an empty database of SQL Server, and checks it there. Stop the service first. May be run again after an interruption: it goes on where it stopped.") { target, keysTarget };
        command.SetAction((parsed, ct) => CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async _ =>
        {
            var output = parsed.InvocationConfiguration.Output;
            // A connection string holds a password, which others on the machine could read off the command line.
            var where = parsed.GetValue(target) ?? services.GetRequiredService<IConfiguration>()["MoveUp:To"]
                ?? throw new ConflictException("Say where to: with --to, or with the setting MoveUp:To (environment variable MoveUp__To).");
            Database to = where.Contains('=', StringComparison.Ordinal) ? new SqlServer(where) : new Sqlite(where);
            using var _1 = to as IDisposable;
            if (StartupChecks.DatabaseProblem(() => to) is { } problem) throw new ConflictException(problem);
            using var keys = await MoveKeysAsync(services, parsed.GetValue(keysTarget) ?? services.GetRequiredService<IConfiguration>()["MoveUp:KeysTo"], where, output, parsed.InvocationConfiguration.Error, ct);
            var moved = await new MoveUp(services.GetRequiredService<Database>(), to, new Told(parsed.InvocationConfiguration.Error)).RunAsync(ct);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"Moved {moved.Rows} rows. The ledger's {moved.Entries} entries are the same, byte for byte: SHA-256 {moved.EntriesHash}, root {moved.Root}."));
            await LookOverAsync(services, to, keys, output, ct);
            await output.WriteLineAsync("Now set Database:Provider and Database:ConnectionString to the new database. Keep the signing key and the file beside it as they are: they go with it. Never start the service on the old database again.");
            await output.WriteLineAsync(keys is null
                ? $"The key store stays where it is: {services.GetRequiredService<KeyStore>().Database.Place}. Set {KeyDatabase.FileSetting} to it on every node."
                : $"Set {KeyDatabase.Setting} (or {KeyDatabase.FileSetting}) to the new key store, and leave the wrapping key as it is. When the service runs, destroy the old key store and every copy of it: what is erased from now on could be read with them.");
        }));
        return command;
    }

    /// <summary>The keys go first: whatever the moved data was sealed with is there before it.</summary>
    static async Task<KeyStore?> MoveKeysAsync(IServiceProvider services, string? where, string data, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if (where is null) return null;
        var (configuration, clock) = (services.GetRequiredService<IConfiguration>(), services.GetRequiredService<TimeProvider>());
        var onServer = where.Contains('=', StringComparison.Ordinal);
        if (onServer ? data.Contains('=', StringComparison.Ordinal) && KeyDatabase.AreSame(where, data) : Path.GetFullPath(where) == Path.GetFullPath(data))
            throw new ConflictException("The keys need a database of their own, another one than the data. Name another one.");
        KeyDatabase to = onServer ? new SqlServerKeys(where, clock) : new SqliteKeys(where);
        var moved = new KeyStore(to, () => WrappingKey.Load(configuration, configuration[KeyDatabase.FileSetting]!), clock);
        if (StartupChecks.SealingProblem(moved.Database.Open) is { } problem) throw new ConflictException(problem);
        var count = await new MoveUp(services.GetRequiredService<KeyStore>().Database.Tables, to.Tables, new Told(error), tables: MoveUp.KeyTables).RunAsync(ct);
        moved.Open();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Moved the key store: {count.Rows} rows, the same on both sides."));
        return moved;
    }

    /// <summary>The same service over the new database.</summary>
    static async Task LookOverAsync(IServiceProvider services, Database to, KeyStore? keys, TextWriter output, CancellationToken ct)
    {
        var there = new ServiceCollection().AddGovernanceService(services.GetRequiredService<IConfiguration>());
        there.AddSingleton(services.GetRequiredService<IConfiguration>());
        there.AddSingleton(to);
        there.AddSingleton(services.GetRequiredService<IRouteEngine>());
        there.AddSingleton(keys ?? services.GetRequiredService<KeyStore>());
        await using var provider = there.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        var report = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RunDoctor(), ct);
        foreach (var fault in report.Faults) await output.WriteLineAsync(fault);
        if (report.Faults.Count > 0) throw new ConflictException("The moved installation has faults. They were in the old one too: run doctor there. Do not start the service on the new database.");
        await output.WriteLineAsync($"{report.Entries} entries and {report.Proposals} proposals looked at, no faults.");
    }

    sealed class Told(TextWriter error) : IProgress<MoveProgress>
    {
        public void Report(MoveProgress value) => error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Table}: {value.Rows} rows"));
    }
}
