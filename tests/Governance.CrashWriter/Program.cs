using System.Collections.Immutable;
using Governance.CrashWriter;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Service;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Service.Pipeline;
using Governance.Service.Stages;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

// Usage: append <database> <key file>
// Appends to the ledger, for ever, by many callers at once, and signs checkpoints meanwhile.
if (args[0] == "append") return await AppendAsync(args[1], args[2]);

// Usage: erase <database> <workflows folder> <reference> <digest> <administrator id>
// Erases one value, and stops for ever when that is committed and its keys are not destroyed yet.
if (args[0] == "erase") return await EraseAsync(args[1], args[2], args[3], args[4], Guid.Parse(args[5]));

// Where GOVERNANCE_CRASH_SERVER and GOVERNANCE_CRASH_KEYS hold connection strings, over those databases; the file then only
// says where the wrapping key lies.
// Usage: <database> <workflows folder> <reference> <member id>...
// Votes and asks, for ever, as the members of the privacy panel. Each receipt is printed once the command is committed
// and before the next one begins: whatever stands in the output must be in the log, however this program ends.
var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
{
    ["Database:File"] = args[0],
    ["Database:Provider"] = Environment.GetEnvironmentVariable("GOVERNANCE_CRASH_SERVER") is { Length: > 0 } ? "SqlServer" : "Sqlite",
    ["Database:ConnectionString"] = Environment.GetEnvironmentVariable("GOVERNANCE_CRASH_SERVER"),
    ["Keys:ConnectionString"] = Environment.GetEnvironmentVariable("GOVERNANCE_CRASH_KEYS") is { Length: > 0 } keys ? keys : null,
    ["Workflows:Folder"] = args[1],
    ["Ledger:Name"] = "test.example/ledger",
}).Build();
await using var services = new ServiceCollection().AddGovernanceService(configuration).AddSingleton<IConfiguration>(configuration).BuildServiceProvider();
var reference = args[2];
var members = args[3..].Zip(["data_protection", "lay", "research"], (id, seat) => new Actor
{
    Id = Guid.Parse(id),
    Name = "A member",
    Email = "member@example.org",
    Roles = [Role.PanelMember],
    Seats = [new PanelSeat(StageIds.Privacy, seat)],
}).ToImmutableArray();

using var output = Console.OpenStandardOutput();
await using var writer = new StreamWriter(output) { AutoFlush = true };
await writer.WriteLineAsync("ready");
for (var i = 0; ; i++)
{
    await using var scope = services.CreateAsyncScope();
    ProposalCommand command = i % 2 == 0
        ? new CastVote { Actor = members[i % members.Length], Reference = reference, Stage = StageIds.Privacy, Choice = VoteChoice.Approve, Rationale = $"Reason {i}." }
        : new AskQuestion { Actor = members[i % members.Length], Reference = reference, Stage = StageIds.Privacy, Text = $"Question {i}?" };
    var receipt = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command);
    await writer.WriteLineAsync($"{receipt.Seq} {receipt.Leaf} {receipt.Version}");
}

static async Task<int> EraseAsync(string file, string workflows, string reference, string digest, Guid administrator)
{
    var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Database:File"] = file,
        ["Workflows:Folder"] = workflows,
        ["Ledger:Name"] = "test.example/ledger",
    }).Build();
    var collection = new ServiceCollection().AddGovernanceService(configuration).AddSingleton<IConfiguration>(configuration);
    // Behaviours run in the order in which they stand here: this one comes back right after the commit.
    var destroys = collection.First(s => s.ImplementationType == typeof(DestroyKeys<,>));
    collection.Insert(collection.IndexOf(destroys) + 1, ServiceDescriptor.Scoped(typeof(IPipelineBehavior<,>), typeof(StopWhenCommitted<,>)));
    await using var services = collection.BuildServiceProvider();
    await using var scope = services.CreateAsyncScope();
    await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new EraseDisclosures
    {
        Actor = new Actor { Id = administrator, Name = "An administrator", Email = "administrator@example.org", Roles = [Role.Administrator] },
        Scope = new ErasureScope { Proposal = reference, Digests = [digest] },
        Basis = Governance.Review.Events.ErasureBasis.ConsentWithdrawn,
    });
    return 1;
}

static async Task<int> AppendAsync(string file, string key)
{
    const int callers = 16;
    var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Database:File"] = file,
        ["Ledger:KeyFile"] = key,
        ["Ledger:Name"] = "test.example/ledger",
    }).Build();
    await using var services = new ServiceCollection().AddGovernanceService(configuration).AddSingleton<IConfiguration>(configuration).BuildServiceProvider();
    using var output = Console.OpenStandardOutput();
    var writer = TextWriter.Synchronized(new StreamWriter(output) { AutoFlush = true });
    await writer.WriteLineAsync("ready");

    async Task Append(int caller)
    {
        for (var i = 0; ; i++)
        {
            await using var scope = services.CreateAsyncScope();
            var session = scope.ServiceProvider.GetRequiredService<Session>();
            var ledger = scope.ServiceProvider.GetRequiredService<LedgerStore>();
            await session.BeginWriteAsync(CancellationToken.None);
            var appended = await ledger.AppendAsync(await ledger.NowAsync(), [new NewEntry { Kind = "test.tick", Proposal = $"P-{caller}", Actor = "a", Role = "test" }]);
            await session.CommitAsync();
            await writer.WriteLineAsync($"{appended[0].Seq} {Convert.ToHexStringLower(appended[0].Leaf)}");
        }
    }

    async Task Sign()
    {
        while (true)
        {
            await using var scope = services.CreateAsyncScope();
            var session = scope.ServiceProvider.GetRequiredService<Session>();
            await session.BeginWriteAsync(CancellationToken.None);
            var checkpoint = await ActivatorUtilities.CreateInstance<SignCheckpoint.Handler>(scope.ServiceProvider)
                .Handle(new SignCheckpoint { Actor = Actor.Service }, CancellationToken.None);
            await session.CommitAsync();
            await writer.WriteLineAsync($"checkpoint {checkpoint.Size} {Convert.ToHexStringLower(checkpoint.Root)}");
            await Task.Yield();
        }
    }

    await Task.WhenAll(Enumerable.Range(0, callers).Select(c => Task.Run(() => Append(c))).Append(Task.Run(Sign)));
    return 0;
}
