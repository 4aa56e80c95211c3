using System.Text.Json;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service.Data;
using Governance.Service.Demonstration;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Service.Tests.Demonstration;

/// <summary>The demonstration is made once for all tests here, for hashing its passwords takes a while.</summary>
public sealed class MadeDemonstration : IAsyncLifetime
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 15, 30, 0, TimeSpan.Zero);

    readonly string _folder = Directory.CreateTempSubdirectory("governance-demonstration-").FullName;

    public ServiceProvider Services { get; private set; } = null!;

    public bool Made { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Services = Empty(_folder);
        Made = await DemonstrationData.EnsureAsync(Services, development: true, CancellationToken.None);
    }

    public static ServiceProvider Empty(string folder)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:File"] = Path.Combine(folder, "governance.db"),
            ["Workflows:Folder"] = Path.Combine(TestService.Root, "workflows"),
            ["Ledger:Name"] = "test.example/ledger",
        }).Build();
        var services = new ServiceCollection().AddGovernanceService(configuration);
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<TimeProvider>(new FakeTimeProvider(Now));
        var provider = services.BuildServiceProvider(validateScopes: true);
        provider.GetRequiredService<Database>().Migrate();
        return provider;
    }

    public async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    public async Task<Actor> Person(string name)
    {
        var listed = (await Send(new ListDemonstrations())).Single(p => p.Name.StartsWith(name, StringComparison.Ordinal));
        return (await Send(new FindDemonstration(listed.Id)))!.Actor;
    }

    public async Task<ProposalView> Find(string titlePart)
    {
        var chair = await Person("Beatrix");
        var all = await Send(new ListProposals(chair));
        return await Send(new GetProposal(chair, all.Proposals.Single(r => r.Title.Contains(titlePart, StringComparison.Ordinal)).Reference));
    }

    public async Task<T> Read<T>(Func<IServiceProvider, Session, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.BeginReadAsync(CancellationToken.None);
        return await work(scope.ServiceProvider, session);
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}

public sealed class DemonstrationDataTests(MadeDemonstration demonstration) : IClassFixture<MadeDemonstration>
{
    [Fact]
    public async Task There_is_an_account_for_every_role_and_sign_in_says_what_each_is_for()
    {
        var people = await demonstration.Send(new ListDemonstrations());
        Assert.Equal(18, people.Count);
        Assert.All(people, p => Assert.NotEqual("", p.For));
        var roles = new HashSet<Role>();
        foreach (var person in people)
        {
            var signedIn = (await demonstration.Send(new FindDemonstration(person.Id)))!;
            Assert.False(signedIn.MustChangePassword);
            roles.UnionWith(signedIn.Actor.Roles);
            Assert.False((await demonstration.Send(new GetActor(person.Id, signedIn.Stamp)))!.MustChangePassword);
        }
        Assert.Equal(Enum.GetValues<Role>().Order(), roles.Order());
    }

    [Fact]
    public async Task The_panels_can_meet_every_quorum_and_mandatory_seat_of_every_route()
    {
        var judges = (await demonstration.Read((services, _) => services.GetRequiredService<PeopleStore>().JudgesAsync())).People;
        var stages = demonstration.Services.GetRequiredService<Rulebooks>().Routes
            .SelectMany(r => r.Activities.OfType<Review.Routes.ReviewStageActivity>()).ToList();
        Assert.NotEmpty(stages);
        foreach (var stage in stages)
        {
            var panel = judges.Where(j => j.Seats.Any(s => s.Panel == stage.Panel)).ToList();
            Assert.True(panel.Count > stage.Quorum, $"{stage.Panel} has {panel.Count} members for a quorum of {stage.Quorum}");
            foreach (var seat in stage.Seats ?? [])
                Assert.True(panel.Count(j => j.Seats.Contains(new PanelSeat(stage.Panel!, seat.Seat))) >= seat.Minimum, $"{stage.Panel}: {seat.Seat}");
        }
    }

    [Fact]
    public async Task The_proposals_stand_at_the_points_that_they_are_meant_to_show()
    {
        var national = (await demonstration.Find("across the country")).State;
        Assert.Equal(("standard", Phase.InReview), (national.Route, national.Phase));
        Assert.Single(national.Questions, q => !q.Answers.IsEmpty);
        Assert.Single(national.Sessions);
        Assert.Single(national.Concerns, c => c.Response is null);
        Assert.Single(national.Recusals);
        Assert.Equal(4, national.Stages.Sum(s => s.Votes.Length));

        var dashboard = (await demonstration.Find("dashboard of online tension")).State;
        Assert.True(dashboard.RevisionAwaited);
        Assert.Equal(3, dashboard.OpenChanges.Count());
        var lead = await demonstration.Person("Dominic");
        var beingRevised = await demonstration.Send(new GetProposal(lead, dashboard.Reference));
        Assert.Equal("local_authority", beingRevised.Draft!.Answers.Text("place"));
        Assert.Equal(2, beingRevised.Draft.Responses.Length);

        var scoring = (await demonstration.Find("Joint risk scores")).State;
        Assert.Equal(("enhanced", Phase.InReview), (scoring.Route, scoring.Phase));
        Assert.Equal(3, scoring.Stages.Count(s => s.Open && s.Votes.Any(v => v.Choice == VoteChoice.Object)));

        var images = (await demonstration.Find("sharing pictures")).State;
        Assert.Equal(Phase.AwaitingDetermination, images.Phase);
        Assert.Single(images.Stages, s => s.Result!.Outcome == StageOutcome.ApprovedWithConditions);

        var bystander = (await demonstration.Find("bystander")).State;
        Assert.Equal(DeterminationOutcome.FavourableWithConditions, bystander.Determination!.Determination.Outcome);
        Assert.Equal(2, bystander.Revision);
        Assert.Contains(bystander.Concerns, c => c.Response == ConcernResponse.WillChange);

        var alerts = (await demonstration.Find("group chats")).State;
        Assert.Equal(("enhanced", DeterminationOutcome.Unfavourable), (alerts.Route, alerts.Determination!.Determination.Outcome));
        Assert.Equal(4, alerts.Stages.Count(s => s.Result!.Outcome == StageOutcome.Objected));
    }

    [Fact]
    public async Task The_draft_in_progress_is_seen_by_its_lead_alone()
    {
        var lead = await demonstration.Person("Imogen");
        var mine = (await demonstration.Send(new ListProposals(lead))).Proposals;
        var draft = Assert.Single(mine, r => r.Phase == nameof(Phase.Draft));
        Assert.Equal("Music, lyrics and what they are taken to mean", draft.Title);
        var chair = await demonstration.Person("Beatrix");
        Assert.DoesNotContain((await demonstration.Send(new ListProposals(chair))).Proposals, r => r.Reference == draft.Reference);
    }

    [Fact]
    public async Task It_happened_over_past_weeks_and_no_stage_is_past_its_day()
    {
        var times = await demonstration.Read((_, session) => session.QueryAsync<DateTimeOffset>("SELECT at FROM ledger_entry ORDER BY seq"));
        Assert.Equal(times.Order(), times);
        Assert.InRange(MadeDemonstration.Now - times[0], TimeSpan.FromDays(45), TimeSpan.FromDays(60));
        Assert.InRange(MadeDemonstration.Now - times[^1], TimeSpan.Zero, TimeSpan.FromDays(4));
        Assert.InRange(times.Select(t => t.Date).Distinct().Count(), 15, 60);
        foreach (var title in new[] { "across the country", "Joint risk scores" })
        {
            var open = (await demonstration.Find(title)).State.Stages.Where(s => s.Open);
            Assert.All(open, s => Assert.True(s.Due >= DateOnly.FromDateTime(MadeDemonstration.Now.UtcDateTime), $"{title}: {s.Stage} was due {s.Due}"));
        }
    }

    [Fact]
    public async Task Every_proposal_is_the_fold_of_its_entries()
    {
        var auditor = await demonstration.Person("Percival");
        var references = await demonstration.Read((_, session) => session.QueryAsync<string>("SELECT reference FROM proposal WHERE phase <> 'Draft'"));
        Assert.Equal(6, references.Count);
        foreach (var reference in references)
        {
            var (row, folded) = await demonstration.Read<(ProposalState, ProposalState)>(async (services, _) =>
            {
                var open = await services.GetRequiredService<ProposalStore>().OpenAsync(reference, auditor);
                var trail = await services.GetRequiredService<TrailStore>().AllAsync(reference);
                return (open.State, ProposalFold.Fold(reference, trail.Select(t => t.Happening)));
            });
            Assert.Equal(JsonSerializer.Serialize(row, ReviewJson.Options), JsonSerializer.Serialize(folded, ReviewJson.Options));
        }
    }

    [Fact]
    public async Task Those_whom_sign_in_says_have_something_to_do_have_it_in_their_queue()
    {
        async Task<IReadOnlyList<WorkRow>> Queue(string name) => await demonstration.Send(new ListWork(await demonstration.Person(name)));
        Assert.Contains(await Queue("Beatrix"), w => w.Task == nameof(WorkTask.Determine));
        Assert.Contains(await Queue("Imogen"), w => w.Task == nameof(WorkTask.AnswerConcern));
        Assert.Contains(await Queue("Dominic"), w => w.Task == nameof(WorkTask.Revise));
        Assert.Contains(await Queue("Ottilie"), w => w.Task == nameof(WorkTask.Vote));
        Assert.Contains(await Queue("Amara"), w => w.Task == nameof(WorkTask.Vote));
    }

    [Fact]
    public async Task Making_it_again_changes_nothing()
    {
        Assert.True(demonstration.Made);
        var before = await Counts(demonstration.Services);
        Assert.False(await DemonstrationData.EnsureAsync(demonstration.Services, development: true, CancellationToken.None));
        Assert.Equal(before, await Counts(demonstration.Services));
    }

    [Fact]
    public async Task Outside_Development_nothing_is_made()
    {
        var folder = Directory.CreateTempSubdirectory("governance-demonstration-").FullName;
        await using (var services = MadeDemonstration.Empty(folder))
        {
            Assert.False(await DemonstrationData.EnsureAsync(services, development: false, CancellationToken.None));
            Assert.Equal((0L, 0L), await Counts(services));
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    static async Task<(long People, long Entries)> Counts(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.BeginReadAsync(CancellationToken.None);
        return (await session.ScalarAsync<long>("SELECT COUNT(*) FROM person"), await session.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_entry"));
    }
}
