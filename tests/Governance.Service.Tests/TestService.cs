using System.Collections.Immutable;
using System.Data.Common;
using Governance.Ledger;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Governance.Service.Decisions;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Service.Tests;

/// <summary>The whole service over a database file of its own, with a clock that the test sets.</summary>
public sealed class TestService : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    public const string LogName = "test.example/ledger";
    /// <summary>Read and checked once for all tests: every reachable state of every route is walked in doing so.</summary>
    internal static readonly Lazy<Rulebooks> Rules = new(static () => new Rulebooks(Path.Combine(FindRoot(), "workflows")));

    readonly string _folder = Directory.CreateTempSubdirectory("governance-test-").FullName;
    readonly TestServer? _server, _keys;
    readonly ServiceProvider _services;

    /// <param name="engine">What moves routes on; the embedded engine where it is null.</param>
    /// <param name="embedded">Over SQLite even where there is a server to test against.</param>
    /// <param name="settings">More settings, or other ones.</param>
    /// <param name="leastRights">On a server: as logins with the rights of the role scripts and no others.</param>
    public TestService(IRouteEngine? engine = null, bool embedded = false, IReadOnlyDictionary<string, string?>? settings = null, bool leastRights = false)
    {
        _server = embedded ? null : TestServer.Make();
        _keys = embedded ? null : TestServer.Make();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = _server is null ? "Sqlite" : "SqlServer",
            ["Database:ConnectionString"] = Login(_server, "SqlServer", "role.sql", "governance_service"),
            ["Database:File"] = Path.Combine(_folder, FileName),
            ["Keys:ConnectionString"] = Login(_keys, "KeysSqlServer", "keys-role.sql", "governance_keys_service"),
            ["Workflows:Folder"] = Path.Combine(Root, "workflows"),
            ["Ledger:Name"] = LogName,
            ["Ledger:KeyFile"] = KeyFile,
        }).AddInMemoryCollection(settings).Build();
        string? Login(TestServer? server, string migrations, string script, string role)
        {
            if (server is null || !leastRights) return server?.ConnectionString;
            // As an operator does it: the owner makes the tables, and then the service's own login.
            new SqlServer(server.ConnectionString, migrations).Migrate();
            return server.Restrict(System.IO.File.ReadAllText(Path.Combine(Root, "deploy", "sql-server", script)), role);
        }
        System.IO.File.WriteAllText(KeyFile, NoteSigner.Generate(LogName).ToPrivateText());
        var services = new ServiceCollection().AddGovernanceService(configuration);
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(Rules.Value);
        if (engine is not null) services.AddSingleton(engine);
        services.AddSingleton<IConfiguration>(configuration);
        _services = services.BuildServiceProvider(validateScopes: true);
        _services.GetRequiredService<Database>().Migrate();

        Lead = Add("Lena Leadbetter", "lena@example.org", [Role.ProjectLead]);
        OtherLead = Add("Otto Outerbridge", "otto@example.org", [Role.ProjectLead]);
        Chair = Add("Chidi Chairwell", "chidi@example.org", [Role.Chair, Role.PanelMember], new PanelSeat(StageIds.FullPanel, "chair"));
        Auditor = Add("Aud Auditson", "aud@example.org", [Role.Auditor]);
        Administrator = Add("Ada Adminova", "ada@example.org", [Role.Administrator]);
        Facilitator = Add("Fay Youthworth", "fay@example.org", [Role.Facilitator]);
        Privacy = [.. new[] { "data_protection", "lay", "research" }.Select((seat, i) =>
            Add($"Priya Privacy {i}", $"privacy{i}@example.org", [Role.PanelMember], new PanelSeat(StageIds.Privacy, seat), new PanelSeat(StageIds.FullPanel, seat)))];
        Criminalisation = [.. new[] { "youth_justice", "lay", "research" }.Select((seat, i) =>
            Add($"Cora Justice {i}", $"justice{i}@example.org", [Role.PanelMember], new PanelSeat(StageIds.CriminalisationRisk, seat), new PanelSeat(StageIds.FullPanel, seat)))];
        Youth = [.. Enumerable.Range(0, 3).Select(i =>
            Add($"Yuna Young {i}", $"young{i}@example.org", [Role.YouthPanelMember], new PanelSeat(StageIds.YouthVoice, "youth"), new PanelSeat(StageIds.FullPanel, "youth")))];
    }

    public static string Root { get; } = FindRoot();

    const string FileName = "governance.db";

    /// <summary>The database's file. On a server there is none, and a test that looks at it is skipped.</summary>
    public string File
    {
        get
        {
            Assert.SkipWhen(_server is not null, "This test looks into an SQLite file, or changes it.");
            return Path.Combine(_folder, FileName);
        }
    }

    /// <summary>The file of the key store. On a server there is none, and a test that looks at it is skipped.</summary>
    public string KeyStoreFile => Path.Combine(Path.GetDirectoryName(File)!, "keys", "keys.db");

    /// <summary>Another installation's settings over this one's database.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings => _services.GetRequiredService<IConfiguration>().AsEnumerable().Where(s => s.Value is not null);

    /// <summary>A connection that the service knows nothing of.</summary>
    public DbConnection OpenOutside() => _server is null ? Pipeline.Untouched.Open(File) : _server.Open();

    public string KeyFile => Path.Combine(_folder, "ledger.key");

    public FakeTimeProvider Clock { get; } = new(Start);

    public Actor Lead { get; }
    public Actor OtherLead { get; }
    public Actor Chair { get; }
    public Actor Auditor { get; }
    public Actor Administrator { get; }
    public Actor Facilitator { get; }
    public ImmutableArray<Actor> Privacy { get; }
    public ImmutableArray<Actor> Criminalisation { get; }
    public ImmutableArray<Actor> Youth { get; }

    public IServiceProvider Services => _services;

    public async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>Something done straight in a transaction, for what no use case gives.</summary>
    public async Task<T> InTransaction<T>(Func<IServiceProvider, Session, Task<T>> work, bool commit = true)
    {
        await using var scope = _services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.BeginWriteAsync(CancellationToken.None);
        var answer = await work(scope.ServiceProvider, session);
        if (commit) await session.CommitAsync();
        await session.EndAsync();
        return answer;
    }

    public Actor Add(string name, string email, Role[] roles, params PanelSeat[] seats)
    {
        var actor = new Actor { Id = Guid.NewGuid(), Name = name, Email = email, Roles = [.. roles], Seats = [.. seats] };
        InTransaction<int>(async (_, session) =>
        {
            await session.ExecuteAsync(
                "INSERT INTO person (id, email, name, password_hash, security_stamp, created_at) VALUES (@Id, @Email, @Name, '', '', @now)",
                // As every way to add somebody does it.
                new { actor.Id, Email = actor.Email.ToLowerInvariant(), actor.Name, now = Clock.GetUtcNow() });
            foreach (var role in roles)
                await session.ExecuteAsync("INSERT INTO person_role (person, role) VALUES (@Id, @role)", new { actor.Id, role = role.ToString() });
            foreach (var seat in seats)
                await session.ExecuteAsync("INSERT INTO panel_seat (panel, person, kind) VALUES (@Panel, @Id, @Kind)", new { actor.Id, seat.Panel, seat.Kind });
            var changed = new { name = PeopleStore.Changed, id = actor.Id.ToString() };
            if (await session.ExecuteAsync("UPDATE setting SET value = @id WHERE name = @name", changed) == 0)
                await session.ExecuteAsync("INSERT INTO setting (name, value) VALUES (@name, @id)", changed);
            return 0;
        }).GetAwaiter().GetResult();
        return actor;
    }

    /// <summary>A draft with everything filled in and its documents attached.</summary>
    public async Task<string> Draft(Answers answers, Actor? lead = null)
    {
        lead ??= Lead;
        var reference = (await Send(new StartProposal { Actor = lead })).Reference;
        await Send(new SaveDraft { Actor = lead, Reference = reference, Answers = answers });
        foreach (var document in SampleAnswers.Documents)
            await Send(new AttachDocument { Actor = lead, Reference = reference, Kind = document.Kind, FileName = document.Name, Content = Pdf(document.Kind) });
        return reference;
    }

    public async Task<string> Submitted(Answers answers, Actor? lead = null) =>
        (await Send(new SubmitProposal { Actor = lead ?? Lead, Reference = await Draft(answers, lead), Declared = true })).Reference;

    public static byte[] Pdf(string text) => System.Text.Encoding.ASCII.GetBytes($"%PDF-1.4\n% {text}\n%%EOF\n");

    public async Task<ProposalView> Get(string reference, Actor? actor = null) => await Send(new GetProposal(actor ?? Chair, reference));

    public Task<Receipt> Vote(string reference, string stage, Actor voter, VoteChoice choice = VoteChoice.Approve, string? change = null, string? condition = null) => Send(new CastVote
    {
        Actor = voter,
        Reference = reference,
        Stage = stage,
        Choice = choice,
        Rationale = $"Reasons of {voter.Name}.",
        Changes = change is null ? [] : [new("", change)],
        Conditions = condition is null ? [] : [condition],
    });

    public Task<Receipt> Close(string reference, string stage, params CastVote.Change[] changes) =>
        Send(new CloseStage { Actor = Chair, Reference = reference, Stage = stage, Summary = $"What the {stage} stage found.", Changes = changes });

    public ImmutableArray<Actor> PanelOf(string stage) => stage switch
    {
        StageIds.Privacy => Privacy,
        StageIds.CriminalisationRisk => Criminalisation,
        StageIds.YouthVoice => Youth,
        StageIds.FullPanel => [Chair, .. Privacy, .. Criminalisation, .. Youth],
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "There is no such panel."),
    };

    /// <summary>The whole panel of a stage approves and the chair closes it.</summary>
    public async Task Approve(string reference, string stage)
    {
        foreach (var member in PanelOf(stage)) await Vote(reference, stage, member);
        await Close(reference, stage);
    }

    /// <summary>Every stage approves, in whichever order the route opens them.</summary>
    public async Task ApproveAll(string reference)
    {
        while ((await Get(reference)).State.Stages.FirstOrDefault(s => s.Open) is { } open) await Approve(reference, open.Stage);
    }

    public Task<Receipt> Decide(string reference, DeterminationOutcome outcome = DeterminationOutcome.Favourable) =>
        Send(new MakeDetermination { Actor = Chair, Reference = reference, Outcome = outcome, Reason = "The use is fair and the risks are small." });

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _server?.Dispose();
        _keys?.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Governance.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
