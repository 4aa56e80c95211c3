using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service;
using Governance.Service.Data;
using Governance.Service.Decisions;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using MediatR;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Benchmarks;

/// <summary>The whole service over a database in a folder of its own, with people, and what fills it with proposals.</summary>
sealed class Installation : IAsyncDisposable
{
    public const string Password = "bench mark horse staple";
    public const string LogName = "benchmarks.example/ledger";
    public const int EventsEach = 24;

    /// <summary>Proposals still under review or waiting for the chair, whatever the number in all: what a panel can work on at once.</summary>
    const int Open = 60;

    readonly ServiceProvider _services;
    readonly Dictionary<string, Actor> _people = [];

    Installation(string folder, bool generating)
    {
        Directory.CreateDirectory(folder);
        Folder = folder;
        File = Path.Combine(folder, "governance.db");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:File"] = File,
            ["Workflows:Folder"] = Path.Combine(Root, "workflows"),
            ["Ledger:Name"] = LogName,
        }).Build();
        var services = new ServiceCollection().AddGovernanceService(configuration);
        services.AddSingleton<IConfiguration>(configuration);
        if (generating) services.AddSingleton<Database>(new GeneratorDatabase(File));
        _services = services.BuildServiceProvider();
    }

    public static string Root { get; } = FindRoot();

    public string Folder { get; }

    public string File { get; }

    public Actor this[string person] => _people[person];

    public static async Task<Installation> OpenAsync(string folder, bool generating = false)
    {
        var installation = new Installation(folder, generating);
        installation._services.GetRequiredService<Database>().Migrate();
        await installation.EnsurePeopleAsync();
        return installation;
    }

    public async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    public SqliteConnection Look()
    {
        var connection = new SqliteConnection($"Data Source={File}");
        connection.Open();
        return connection;
    }

    public long Count(string what)
    {
        using var connection = Look();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM {what}";
        return (long)command.ExecuteScalar()!;
    }

    async Task EnsurePeopleAsync()
    {
        await Person("administrator", "Ada Adminova", [Role.Administrator]);
        await Person("lead", "Lena Leadbetter", [Role.ProjectLead]);
        await Person("chair", "Chidi Chairwell", [Role.Chair, Role.PanelMember], new PanelSeat(StageIds.FullPanel, "chair"));
        foreach (var (panel, seats) in new[] { (StageIds.Privacy, "data_protection lay research"), (StageIds.CriminalisationRisk, "youth_justice lay research"), (StageIds.YouthVoice, "youth youth youth") })
        {
            var i = 0;
            foreach (var seat in seats.Split(' '))
                await Person($"{panel}{i++}", $"Member {i} of {panel}", [seat == "youth" ? Role.YouthPanelMember : Role.PanelMember], new PanelSeat(panel, seat));
        }
    }

    async Task Person(string key, string name, Role[] roles, params PanelSeat[] seats)
    {
        var email = $"{key}@benchmarks.example";
        var id = await Send(new FindByEmail(email))
            ?? (await Send(new AddPerson { Actor = Actor.Service, Email = email, Name = name, Roles = [.. roles], Seats = [.. seats], Password = Password })).Id;
        _people[key] = new Actor { Id = id, Name = name, Email = email, Roles = [.. roles], Seats = [.. seats] };
    }

    /// <summary>A proposal on the standard route, its three stages open: five entries.</summary>
    public async Task<string> SubmitAsync(int number)
    {
        var lead = _people["lead"];
        var started = await Send(new StartProposal { Actor = lead, Answers = SampleAnswers.ServiceDesign.With("title", $"Spotting what young people need, plan {number}") });
        foreach (var kind in new[] { "dpia", "data_sharing_agreement" })
        {
            await Send(new AttachDocument
            {
                Actor = lead,
                Reference = started.Reference,
                Kind = kind,
                FileName = $"{kind}.pdf",
                Content = System.Text.Encoding.ASCII.GetBytes($"%PDF-1.4\n% {kind}\n%%EOF\n"),
            });
        }
        return (await Send(new SubmitProposal { Actor = lead, Reference = started.Reference, Declared = true })).Reference;
    }

    public Task<Receipt> VoteAsync(string reference, string stage, int member) => Send(new CastVote
    {
        Actor = _people[$"{stage}{member}"],
        Reference = reference,
        Stage = stage,
        Choice = VoteChoice.Approve,
        Rationale = "The purpose is clear and the totals are coarse enough. I looked at how often the software is wrong, and readers can overrule it.",
    });

    public Task<Receipt> AskAsync(string reference) => Send(new AskQuestion
    {
        Actor = _people["privacy0"],
        Reference = reference,
        Stage = StageIds.Privacy,
        Text = "How long do the readers keep their notes, and who can see them while they work?",
    });

    public static IReadOnlyList<string> Stages { get; } = [StageIds.Privacy, StageIds.CriminalisationRisk, StageIds.YouthVoice];

    /// <summary>Adds proposals of 24 entries each until there are so many. Goes on where an earlier run was stopped.</summary>
    public async Task GenerateAsync(int proposals)
    {
        // A proposal that a stopped run left half done is not counted, and stays as it is.
        var there = (int)Count($"ledger_proposal_head WHERE count >= {EventsEach}");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var shown = TimeSpan.Zero;
        for (var i = there; i < proposals; i++)
        {
            await OneAsync(i);
            if (clock.Elapsed - shown < TimeSpan.FromSeconds(2) && i + 1 < proposals) continue;
            shown = clock.Elapsed;
            Console.Error.WriteLine($"  {i + 1:N0} of {proposals:N0} proposals, {(i + 1 - there) / clock.Elapsed.TotalSeconds:N0} a second");
        }
    }

    async Task OneAsync(int number)
    {
        var reference = await SubmitAsync(number);
        var entries = 5;
        if (number < Open / 2)
        {
            // Still under review: one stage lacks a vote.
            foreach (var stage in Stages)
            {
                for (var m = 0; m < 3; m++)
                {
                    if (stage == StageIds.Privacy && m == 2) continue;
                    await VoteAsync(reference, stage, m);
                    entries++;
                }
            }
            for (var q = 1; entries < EventsEach; q++)
            {
                await AskAsync(reference);
                if (++entries == EventsEach) break;
                await Send(new AnswerQuestion { Actor = _people["lead"], Reference = reference, Question = $"q{q}", Text = "Until the report is out. Only the five readers can see them." });
                entries++;
            }
            return;
        }
        var decided = number >= Open;
        if (!decided)
        {
            await AskAsync(reference);
            await Send(new AnswerQuestion { Actor = _people["lead"], Reference = reference, Question = "q1", Text = "Until the report is out. Only the five readers can see them." });
            await AskAsync(reference);
        }
        foreach (var stage in Stages)
        {
            for (var m = 0; m < 3; m++) await VoteAsync(reference, stage, m);
            await Send(new CloseStage { Actor = _people["chair"], Reference = reference, Stage = stage, Summary = "All who voted approve. The panel looked at how often the software is wrong." });
        }
        if (decided)
        {
            await Send(new MakeDetermination
            {
                Actor = _people["chair"],
                Reference = reference,
                Outcome = DeterminationOutcome.Favourable,
                Reason = "The use is fair, the totals are coarse, and young people took part from the start.",
            });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        SqliteConnection.ClearAllPools();
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Governance.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
