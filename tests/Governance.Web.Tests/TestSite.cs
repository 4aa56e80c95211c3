using System.Collections.Concurrent;
using Governance.Ledger;
using Governance.Review;
using Governance.Service;
using Governance.Service.Data;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Service.Tests;
using MediatR;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests;

/// <summary>What every test site needs: data of its own, the rules read once for all, and for real use a key and an administrator.</summary>
static class TestSite
{
    public const string LogName = "test.example/ledger";

    /// <summary>Reading the routes walks every state that they can reach, so all sites share what was read.</summary>
    static readonly Lazy<Rulebooks> Rules = new(static () => new Rulebooks(Path.Combine(Root(), "workflows")));

    /// <summary>Where <c>GOVERNANCE_TEST_SQLSERVER</c> names a server, each site's database is there; its keys stay in the folder.</summary>
    static readonly ConcurrentDictionary<string, TestServer?> Servers = new(StringComparer.Ordinal);

    static TestServer? ServerOf(string folder) => Servers.GetOrAdd(folder, _ => TestServer.Make("governance_web"));

    static Dictionary<string, string?> DatabaseOf(string folder) => ServerOf(folder) is { } server
        ? new() { ["Database:Provider"] = "SqlServer", ["Database:ConnectionString"] = server.ConnectionString, ["Keys:File"] = Path.Combine(folder, "keys", "keys.db") }
        : [];

    /// <summary>Keeps a site on SQLite, for what only concerns a file.</summary>
    public static void Embed(string folder) => Servers[folder] = null;

    /// <summary>Takes a site's data away, wherever it is.</summary>
    public static void Remove(string folder)
    {
        if (Servers.TryRemove(folder, out var server)) server?.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    public static string KeyFile(string folder) => Path.Combine(folder, "ledger.key");

    /// <summary>Puts a site on a folder of its own, without the demonstration data.</summary>
    public static void On(this IWebHostBuilder web, string folder, string environment = "Development")
    {
        web.UseEnvironment(environment);
        web.UseSetting("Data:Folder", folder);
        foreach (var (name, value) in DatabaseOf(folder)) web.UseSetting(name, value);
        web.UseSetting("Demonstration", "false");
        web.UseSetting("Ledger:Name", LogName);
        web.UseSetting("Ledger:KeyFile", KeyFile(folder));
        web.ConfigureServices(services => services.AddSingleton(Rules.Value));
    }

    /// <summary>What an operator does before the site starts in Production: makes a key and an administrator.</summary>
    public static void Prepare(string folder, string administratorPassword)
    {
        var file = KeyFile(folder);
        File.WriteAllText(file, NoteSigner.Generate(LogName).ToPrivateText() + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:File"] = Path.Combine(folder, "governance.db"),
            ["Ledger:Name"] = LogName,
            ["Ledger:KeyFile"] = file,
        }).AddInMemoryCollection(DatabaseOf(folder)).Build();
        var services = new ServiceCollection().AddGovernanceService(configuration)
            .AddSingleton<IConfiguration>(configuration).AddSingleton(Rules.Value).BuildServiceProvider();
        services.GetRequiredService<Database>().Migrate();
        AddAdministratorAsync(services, administratorPassword).GetAwaiter().GetResult();
    }

    static async Task AddAdministratorAsync(ServiceProvider services, string password)
    {
        await using (services)
        await using (var scope = services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AddPerson
            {
                Actor = Actor.Service,
                Email = "first@example.org",
                Name = "First Adminova",
                Roles = [Role.Administrator],
                Password = password,
            });
        }
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
