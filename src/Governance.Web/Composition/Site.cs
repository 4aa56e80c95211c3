using System.Globalization;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Service;
using Governance.Service.Background;
using Governance.Service.Data;
using Governance.Service.Demonstration;
using Governance.Service.Notifications;
using Governance.Service.People;
using Governance.Service.Register;
using Governance.Web.Api;
using Governance.Web.Auth;
using Governance.Web.Commands;

namespace Governance.Web.Composition;

/// <summary>Puts the site together, and starts it or says in plain words why it cannot start.</summary>
public static class Site
{
    /// <summary>What the process ends with when something that a person must mend keeps the site from starting.</summary>
    const int CannotStart = 3;

    /// <summary>What the setting <c>Workflow:Engine</c> calls the engine that every program has.</summary>
    const string Embedded = "Embedded";

    /// <param name="other">An engine for the routes that this program has besides the embedded one, and its registration.</param>
    public static async Task<int> RunAsync(string[] args, (string Name, Action<IServiceCollection> Add)? other = null)
    {
        // Pages, entries and answers read the same wherever the service runs.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        var builder = WebApplication.CreateBuilder(CommandLine.IsMeant(args) ? [] : args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var dataFolder = DataFolder(builder);
        try
        {
            OpenId.Load(builder.Configuration);
            Proxies.Read(builder.Configuration[Proxies.Setting]);
            MailSettings.Load(builder.Configuration);
            Keeping.Load(builder.Configuration);
            CodesRequired.Load(builder.Configuration);
            PublicRegister.Load(builder.Configuration);
            Complaints.Load(builder.Configuration);
        }
        catch (InvalidDataException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return CannotStart;
        }
        // Outside Development nobody would know that a key was made, nor keep a copy of it.
        if (!builder.Environment.IsDevelopment()) builder.Configuration[WrappingKey.MakeSetting] = "false";
        builder.Services.AddGovernanceService(builder.Configuration);
        var engine = builder.Configuration["Workflow:Engine"] ?? other?.Name ?? Embedded;
        if (engine == other?.Name) other.Value.Add(builder.Services);
        else if (engine != Embedded)
        {
            await Console.Error.WriteLineAsync($"The setting Workflow:Engine is \"{engine}\", but this program has only {(other is null ? Embedded : $"{Embedded} and {other.Value.Name}")}. For Elsa, start Governance.Elsa.Host.");
            return CannotStart;
        }
        builder.Services.AddSingleton(services => Complaints.Load(services.GetRequiredService<IConfiguration>()));
        builder.Services.AddFrontEnd();
        builder.Services.AddAccounts(builder.Environment, builder.Configuration);
        builder.Services.AddApi();
        builder.Services.AddHealth();
        builder.Services.AddMonitoring(builder.Configuration);
        builder.Services.AddHostedService<SelfCheck>();
        builder.Services.AddHostedService<CheckpointWriter>();
        builder.Services.AddHostedService<WitnessFeed>();
        builder.Services.AddHostedService<AnchorWriter>();
        builder.Services.AddHostedService<KeyDestruction>();
        builder.Services.AddHostedService<MessageFeed>();
        builder.Services.AddHostedService<MailFeed>();

        await using var app = builder.Build();
        if (CommandLine.IsMeant(args)) return await CommandLine.RunAsync(args, app.Services);
        if (!await ReadyAsync(app, dataFolder)) return CannotStart;

        app.UseProxies();
        app.UseFrontEnd();
        app.UseAccounts();
        app.MapApi();
        app.MapFrontEnd();
        app.MapHealth();
        await app.RunAsync();
        return 0;
    }

    /// <summary>Where the embedded database, the key store and, in Development, the signing key are: <c>Data:Folder</c>.</summary>
    static string DataFolder(WebApplicationBuilder builder)
    {
        var folder = Path.GetFullPath(builder.Configuration["Data:Folder"] ?? Path.Combine(builder.Environment.ContentRootPath, "data"));
        builder.Configuration["Database:File"] ??= Path.Combine(folder, "governance.db");
        var keys = Path.Combine(folder, "keys", "keys.db");
        // Nodes on several machines that each kept keys in a file of their own could not read what the others wrote. An
        // installation that has such a file goes on with it.
        if (builder.Configuration["Database:Provider"] == "SqlServer" && !builder.Environment.IsDevelopment() && builder.Configuration[KeyDatabase.FileSetting] is null && !File.Exists(keys))
            builder.Configuration[KeyDatabase.UnsaidSetting] = "true";
        builder.Configuration[KeyDatabase.FileSetting] ??= keys;
        return folder;
    }

    static async Task<bool> ReadyAsync(WebApplication app, string dataFolder)
    {
        try
        {
            app.Services.GetRequiredService<Rulebooks>();
            if (StartupChecks.DatabaseProblem(app.Services.GetRequiredService<Database>) is { } database)
            {
                await Console.Error.WriteLineAsync(database);
                return false;
            }
            if (await Schema.ProblemAsync(app.Services.GetRequiredService<Database>(), CancellationToken.None) is { } tooNew)
            {
                await Console.Error.WriteLineAsync(tooNew);
                return false;
            }
            if (StartupChecks.SealingProblem(app.Services) is { } sealing)
            {
                await Console.Error.WriteLineAsync(sealing);
                return false;
            }
            await StartupChecks.FinishErasuresAsync(app.Services);
            var demonstrate = app.Environment.IsDevelopment() && app.Configuration.GetValue("Demonstration", true);
            if (await DemonstrationData.EnsureAsync(app.Services, demonstrate, CancellationToken.None))
                await Console.Out.WriteLineAsync("Made-up people and proposals were put into the empty database.");
            var problems = await StartupChecks.FindAsync(app.Services, dataFolder);
            foreach (var problem in problems) await Console.Error.WriteLineAsync(problem);
            return problems.Count == 0;
        }
        catch (Exception e) when (e is WorkflowFileException or RouteFileException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"The service does not start, because its rules have mistakes:{Environment.NewLine}{e.Message}");
            return false;
        }
    }
}
