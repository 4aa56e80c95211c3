using Governance.Service.Data;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests;

/// <summary>Another copy of the service over a database file that exists: a second process, as far as the database can tell.</summary>
sealed class Host : IAsyncDisposable
{
    readonly ServiceProvider _services;

    /// <summary>Over the database of a service in use.</summary>
    public Host(TestService service) : this(service.Settings, service.Clock) { }

    /// <summary>Another node on the database of a service in use, with a head file of its own.</summary>
    public static Host Node(TestService service) =>
        new(new Dictionary<string, string?>(service.Settings) { ["Ledger:HeadFile"] = Path.Combine(Path.GetDirectoryName(service.KeyFile)!, "other.head") }, service.Clock);

    /// <summary>Over an SQLite file that a service's data was copied to, with that service's keys.</summary>
    public Host(TestService service, string file) : this(new Dictionary<string, string?>(service.Settings)
    {
        ["Keys:File"] = service.KeyStoreFile,
        ["Keys:ConnectionString"] = null,
        ["Database:Provider"] = "Sqlite",
        ["Database:File"] = file,
    }, service.Clock)
    { }

    /// <summary>Over an SQLite file.</summary>
    public Host(string file, TimeProvider clock, params (string Name, string Value)[] settings) : this(new Dictionary<string, string?>
    {
        ["Database:File"] = file,
        ["Workflows:Folder"] = Path.Combine(TestService.Root, "workflows"),
        ["Ledger:Name"] = "test.example/ledger",
        ["Ledger:KeyFile"] = Path.Combine(Path.GetDirectoryName(file)!, "ledger.key"),
        ["Ledger:HeadFile"] = Path.Combine(Path.GetDirectoryName(file)!, "other.head"),
    }.Concat(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).GroupBy(s => s.Key).Select(g => g.Last()), clock)
    { }

    Host(IEnumerable<KeyValuePair<string, string?>> settings, TimeProvider clock)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection().AddGovernanceService(configuration);
        services.AddSingleton(clock);
        services.AddSingleton(TestService.Rules.Value);
        services.AddSingleton<IConfiguration>(configuration);
        _services = services.BuildServiceProvider(validateScopes: true);
    }

    public IServiceProvider Services => _services;

    public async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    public async Task Append(int count)
    {
        await using var scope = _services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.BeginWriteAsync(CancellationToken.None);
        var ledger = scope.ServiceProvider.GetRequiredService<LedgerStore>();
        await ledger.AppendAsync(await ledger.NowAsync(), [.. Enumerable.Range(0, count).Select(_ => new NewEntry { Kind = "test.tick", Actor = "b", Role = "test" })]);
        await session.CommitAsync();
        await session.EndAsync();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
