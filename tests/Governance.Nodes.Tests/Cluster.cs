using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Governance.Ledger;
using Governance.Review;
using Governance.Review.Messages;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service;
using Governance.Service.Data;
using Governance.Service.Notifications;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Service.Tests;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Nodes.Tests;

/// <summary>
/// One database, the settings that every node gets, and people with tokens. Where <c>GOVERNANCE_TEST_SQLSERVER</c> holds a
/// connection string to a server, each cluster may also be made on a database of its own there.
/// </summary>
sealed class Cluster : IAsyncDisposable
{
    public const string LogName = "test.example/ledger", Password = "lanterns over quiet water";

    readonly TestServer? _server;
    readonly List<Node> _nodes = [];
    readonly ServiceProvider _services;

    Cluster(TestServer? server)
    {
        _server = server;
        var signer = NoteSigner.Generate(LogName);
        PublicKey = signer.Verifier.ToString();
        File.WriteAllText(KeyFile, signer.ToPrivateText() + "\n");
        WrappingKey.Create(Path.Combine(Folder, "wrapping.key"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Settings = new Dictionary<string, string?>
        {
            ["Data:Folder"] = Folder,
            ["Database:File"] = Path.Combine(Folder, "governance.db"),
            ["Keys:File"] = Path.Combine(Folder, "keys", "keys.db"),
            ["Keys:WrappingKeyFile"] = Path.Combine(Folder, "wrapping.key"),
            ["Ledger:Name"] = LogName,
            ["Ledger:KeyFile"] = KeyFile,
            ["Api:RequestsPerMinute"] = "1000000",
        };
        if (server is not null)
        {
            Settings["Database:Provider"] = "SqlServer";
            Settings["Database:ConnectionString"] = server.ConnectionString;
        }
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings).Build();
        _services = new ServiceCollection().AddGovernanceService(configuration).AddSingleton<IConfiguration>(configuration).BuildServiceProvider();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("governance-nodes-").FullName;

    public string KeyFile => Path.Combine(Folder, "ledger.key");

    /// <summary>The key that the log's signatures are checked with.</summary>
    public string PublicKey { get; }

    public Dictionary<string, string?> Settings { get; }

    public ConcurrentDictionary<string, string> Tokens { get; } = [];

    /// <summary>A database with nothing in it, as an operator leaves it before the first start.</summary>
    /// <param name="onServer">On the SQL Server that there is to test against, and not in a file.</param>
    public static Cluster Make(bool onServer)
    {
        if (onServer) TestServer.Demand();
        return new Cluster(onServer ? TestServer.Make("governance_nodes") : null);
    }

    public Database Database => _services.GetRequiredService<Database>();

    /// <summary>Everybody who is needed to walk a proposal: a few leads, two panels, a chair and the administrator.</summary>
    static IEnumerable<(string Name, Role Role, PanelSeat[] Seats)> People() =>
    [
        ("admin", Role.Administrator, []),
        ("chair", Role.Chair, []),
        .. Enumerable.Range(0, 4).Select(i => ($"lead{i}", Role.ProjectLead, Array.Empty<PanelSeat>())),
        .. new[] { "data_protection", "lay", "research" }.Select((seat, i) =>
            ($"privacy{i}", Role.PanelMember, new[] { new PanelSeat(StageIds.Privacy, seat), new PanelSeat(StageIds.FullPanel, seat) })),
        .. new[] { "youth_justice", "lay", "research" }.Select((seat, i) =>
            ($"justice{i}", Role.PanelMember, new[] { new PanelSeat(StageIds.CriminalisationRisk, seat), new PanelSeat(StageIds.FullPanel, seat) })),
    ];

    public async Task AddPeopleAsync()
    {
        Database.Migrate();
        foreach (var (name, role, seats) in People())
        {
            var person = await Send(new AddPerson { Actor = Actor.Service, Email = $"{name}@example.org", Name = $"Sam {name}", Roles = [role], Seats = [.. seats], Password = Password });
            Tokens[name] = (await Send(new CreateToken { Actor = Actor.Service, Person = person.Id, Name = "test", Days = 2 })).Token;
        }
    }

    /// <summary>The same people, made by a program as its operator does it, and by nothing of today's.</summary>
    public async Task AddPeopleAsync(Node by)
    {
        foreach (var (name, role, seats) in People())
        {
            var added = await by.RunAsync(["user", "add", "--email", $"{name}@example.org", "--name", $"Sam {name}", "--role", RoleTitles.Name(role), "--password-stdin", .. seats.SelectMany(s => new[] { "--seat", $"{s.Panel}:{s.Kind}" })], Password);
            Assert.True(added.Code == 0, added.Output);
            var token = await by.RunAsync(["token", "create", "--email", $"{name}@example.org", "--name", "test", "--days", "2"]);
            Assert.True(token.Code == 0, token.Output);
            Tokens[name] = token.Output.Split('\n')[0].Trim();
        }
    }

    public async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>Everything that people should have been told of a proposal, from its trail alone.</summary>
    internal async Task<List<TwoNodesTests.Told>> Replay(string reference)
    {
        await using var scope = _services.CreateAsyncScope();
        await using var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.BeginReadAsync(CancellationToken.None);
        var proposal = await scope.ServiceProvider.GetRequiredService<ProposalStore>().OpenAsync(reference, new Actor { Id = Guid.Empty, Name = "", Email = "", Roles = [Role.Auditor] });
        var people = (await scope.ServiceProvider.GetRequiredService<PeopleStore>().JudgesAsync()).People.Append(new Actor { Id = proposal.Lead, Name = "", Email = "" })
            .ToDictionary(p => Pseudonyms.Of(proposal.PseudonymKey, p.Id));
        var parties = people.Values.Select(p => Pseudonyms.Party(proposal.PseudonymKey, p)).ToList();
        List<TwoNodesTests.Told> told = [];
        var before = proposal.Case with { State = ProposalState.None with { Reference = reference } };
        foreach (var step in await scope.ServiceProvider.GetRequiredService<TrailStore>().AllAsync(reference))
        {
            var after = before with { State = ProposalFold.Apply(before.State, step.Happening) };
            told.AddRange(MessageRules.Of(before, after, step.Happening, parties).Select(m => new TwoNodesTests.Told { Seq = step.Entry.Seq, Person = people[m.Person].Id, Kind = MessageNames.Of(m.Kind), Stage = m.Stage }));
            before = after;
        }
        return told;
    }

    public async Task<IReadOnlyList<T>> Query<T>(string sql)
    {
        await using var session = new Session(Database);
        await session.BeginReadAsync(CancellationToken.None);
        return await session.QueryAsync<T>(sql);
    }

    /// <summary>A whole process on a free port, as for real use.</summary>
    /// <param name="program">Another build of the site; null for the one that was built with these tests.</param>
    public Node Start(string name, string? program = null)
    {
        var node = new Node(this, name, program ?? Node.Today);
        _nodes.Add(node);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _server?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>One web process. After a kill it can be started again, on the same port.</summary>
sealed class Node(Cluster cluster, string name, string program) : IAsyncDisposable
{
    readonly int _port = FreePort();
    readonly StringBuilder _output = new();
    Process? _process;

    public Uri Address => new($"http://127.0.0.1:{_port}/");

    /// <summary>Everything that it has written in all its lives.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>The program as the build leaves it, so that its rules and pages lie beside it.</summary>
    public static string Today { get; } = Path.Combine(Root(), "src", "Governance.Web", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Governance.Web.dll");

    public void Start()
    {
        _process?.Dispose();
        _process = Process.Start(Info($"--urls={Address}"))!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>A subcommand, on this node's settings.</summary>
    public Task<(int Code, string Output)> RunAsync(params string[] arguments) => RunAsync(arguments, "");

    /// <param name="input">A line that it reads.</param>
    public async Task<(int Code, string Output)> RunAsync(string[] arguments, string input)
    {
        using var process = Process.Start(Info(arguments))!;
        await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(output));
    }

    ProcessStartInfo Info(params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = Path.GetDirectoryName(program)! };
        info.ArgumentList.Add(program);
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        foreach (var (key, value) in cluster.Settings) info.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        info.Environment["Node__Name"] = name;
        info.Environment["Ledger__HeadFile"] = Path.Combine(cluster.Folder, $"{name}.head");
        // Staging is Production but for cookies that only travel over TLS, which these processes do not speak themselves.
        info.Environment["ASPNETCORE_ENVIRONMENT"] = "Staging";
        info.Environment["DOTNET_TieredPGO"] = "0";
        info.Environment["DOTNET_gcServer"] = "0";
        return info;
    }

    public async Task ReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        for (var tried = Stopwatch.StartNew(); tried.Elapsed < TimeSpan.FromSeconds(60);)
        {
            Assert.False(_process!.HasExited, $"{name} ended: {Output}");
            try
            {
                using var answer = await client.GetAsync(new Uri("health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It is still starting.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
        Assert.Fail($"{name} did not start: {Output}");
    }

    /// <summary>SIGKILL: nothing is finished, nothing is given back.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>As a system stops a service: what is under way is finished.</summary>
    public async Task StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output) _output.AppendLine(line.Data);
    }

    static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
