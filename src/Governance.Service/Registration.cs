using System.Reflection;
using FluentValidation;
using Governance.Review.Routes;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.People;
using Governance.Service.Pipeline;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service;

/// <summary>Puts the service together: one call for the site, the command line, tests and benchmarks alike.</summary>
public static class Registration
{
    /// <param name="configuration">
    /// <c>Database:Provider</c> (Sqlite or SqlServer), <c>Database:File</c> or <c>Database:ConnectionString</c>,
    /// <c>Workflows:Folder</c>, <c>Ledger:Name</c>, <c>Ledger:KeyFile</c>, <c>Ledger:PreviousKeyFile</c>,
    /// <c>Ledger:PolicyFile</c>, <c>Witnesses</c>, <c>TimeStamps</c>, <c>Keys:ConnectionString</c> or <c>Keys:File</c>,
    /// <c>Keys:WrappingKey</c> or <c>Keys:WrappingKeyFile</c>, <c>Ledger:HeadFile</c>, <c>Node:Name</c>, <c>Mail</c>, <c>Messages:KeepReadForDays</c>, <c>SignIn:CodesRequiredFor</c>, <c>Register:Public</c>.
    /// </param>
    public static IServiceCollection AddGovernanceService(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<Database>(_ => (configuration["Database:Provider"] ?? "Sqlite") switch
        {
            "Sqlite" => new Sqlite(configuration["Database:File"] ?? Path.Combine("data", "governance.db")),
            "SqlServer" => new SqlServer(configuration["Database:ConnectionString"]
                ?? throw new InvalidOperationException("Set Database:ConnectionString to the SQL Server to use.")),
            var other => throw new InvalidOperationException($"Database:Provider is \"{other}\". Set it to Sqlite or SqlServer."),
        });
        services.AddSingleton(_ => new Rulebooks(configuration["Workflows:Folder"] ?? Path.Combine(AppContext.BaseDirectory, "workflows")));
        services.AddSingleton(new LogName(configuration["Ledger:Name"] ?? "governance.example/ledger"));
        services.AddSingleton(provider => SigningKey.Load(
            configuration["Ledger:KeyFile"] ?? Path.Combine("data", "ledger.key"), provider.GetRequiredService<LogName>(), configuration["Ledger:PreviousKeyFile"], configuration["Ledger:HeadFile"]));
        services.AddSingleton(provider => Witnesses.Load(configuration, provider.GetRequiredService<LogName>()));
        services.AddSingleton<WitnessClient>();
        services.AddSingleton<RecordFindings>();
        services.AddSingleton<RecordCheck>();
        services.AddSealing(configuration);
        services.AddSingleton<IRouteEngine, RouteMachine>();
        services.AddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddSingleton<Judges>();
        services.AddSingleton<ProposalCache>();
        services.AddSingleton(new Node(configuration["Node:Name"] ?? Environment.MachineName));
        services.AddScoped<Session>();
        services.AddScoped<Leases>();
        services.AddScoped<Repetition>();
        services.AddScoped<LedgerStore>();
        services.AddScoped<HeadsStore>();
        services.AddScoped<PeopleStore>();
        services.AddScoped<ProposalStore>();
        services.AddScoped<TrailStore>();
        services.AddScoped<TrailExport>();
        services.AddScoped<LogExport>();
        services.AddScoped<CheckpointSigner>();
        services.AddScoped<CheckpointNotes>();
        services.AddScoped<KeyChange>();
        // The container cannot hold "none", which is what most installations have.
        var stamps = new Lazy<TimeStampAuthority?>(() => TimeStampAuthority.Load(configuration));
        services.AddScoped(provider => new Anchors(provider.GetRequiredService<IMediator>(), stamps.Value));
        services.AddScoped<ServicePseudonyms>();
        services.AddScoped<Notifications.Outbox>();
        services.AddScoped<Notifications.MessageDelivery>();
        services.AddScoped<Notifications.MessageRows>();
        services.AddScoped<Notifications.Reminders>();
        services.AddScoped<Notifications.OldMessages>();
        services.AddScoped<RefreshQueues>();
        services.AddScoped<Notifications.MailDelivery>();
        services.AddSingleton(_ => Notifications.MailSettings.Load(configuration));
        services.AddSingleton(_ => Notifications.Keeping.Load(configuration));
        services.AddSingleton(_ => CodesRequired.Load(configuration));
        services.AddSingleton(_ => Register.PublicRegister.Load(configuration));
        services.AddMediator();
        return services;
    }

    /// <summary>The key store: a database of its own, or a file, by default in a folder of its own beside the database.</summary>
    static void AddSealing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(provider =>
        {
            var file = configuration[KeyDatabase.FileSetting]
                ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configuration["Database:File"] ?? Path.Combine("data", "governance.db")))!, "keys", "keys.db");
            var clock = provider.GetRequiredService<TimeProvider>();
            return new KeyStore(KeyDatabase.Of(configuration, file, clock), () => WrappingKey.Load(configuration, file), clock);
        });
        services.AddSingleton<Sealing>();
        services.AddScoped<Erasures.ErasedMarks>();
        services.AddScoped<Erasures.ProposalCaches>();
        services.AddScoped<Erasures.ErasurePlanner>();
    }

    /// <summary>
    /// Registers MediatR, its handlers and the validators of this assembly. By hand, since the version in use has no
    /// registration of its own; the order of the behaviours is the order in which they run.
    /// </summary>
    static void AddMediator(this IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => provider.GetRequiredService);
        services.AddScoped<IMediator, Mediator>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Traced<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(RecordReading<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Read<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(WhileRecordMatches<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Erasures.DestroyKeys<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Prepare<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Transact<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Authorize<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Validate<,>));
        foreach (var type in Assembly.GetExecutingAssembly().GetTypes().Where(t => t is { IsAbstract: false, IsGenericType: false }))
        {
            foreach (var contract in type.GetInterfaces().Where(i => i.IsGenericType))
            {
                var definition = contract.GetGenericTypeDefinition();
                if (definition == typeof(IRequestHandler<,>)) services.AddScoped(contract, type);
                // Building a validator costs more than running it, and none holds anything of a request.
                else if (definition == typeof(IValidator<>)) services.AddSingleton(contract, type);
            }
        }
    }
}
