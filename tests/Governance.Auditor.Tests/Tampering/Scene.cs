using System.Text;
using Governance.Auditor.Tests.Witness;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review.Stages;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Tests;
using Governance.Service.Tests.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Governance.Auditor.Tests.Tampering;

/// <summary>What those who look find; each is empty where they find nothing.</summary>
/// <param name="Doctor">What <c>doctor</c> says.</param>
/// <param name="SelfCheck">What the service's check of its record says, of the end and of all of it.</param>
/// <param name="Signing">Why the next checkpoint is not signed.</param>
sealed record Seen(string Doctor, string SelfCheck, string Signing)
{
    public static readonly Seen Nothing = new("", "", "");
}

/// <summary>
/// The same beginning for every attack: a log of more than a tile, with a trail that an auditor took away once
/// (<see cref="Older"/>), more entries that are signed, and a last one that is not signed yet.
/// </summary>
sealed class Scene : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("governance-tamper-").FullName;

    public TestService Service { get; } = new(embedded: true);

    public string Reference { get; private set; } = "";

    /// <summary>Of a vote between the two checkpoints.</summary>
    public Receipt Signed { get; private set; } = null!;

    /// <summary>Of a vote after the last checkpoint.</summary>
    public Receipt Unsigned { get; private set; } = null!;

    /// <summary>How many entries the last checkpoint covers.</summary>
    public long SignedSize { get; private set; }

    public NoteSigner Key => Service.Services.GetRequiredService<SigningKey>().Signer;

    public Intruder Intruder => new(Service.File);

    public string Older => Named("older.zip");

    /// <summary>The checkpoint of <see cref="Older"/>.</summary>
    public string Kept => Named("kept");

    public string Named(string name) => Path.Combine(_folder, name);

    /// <param name="meanwhile">Done right after the auditor's export, before more happens.</param>
    public static async Task<Scene> Set(Func<Scene, Task>? meanwhile = null)
    {
        var scene = new Scene();
        var service = scene.Service;
        await File.WriteAllTextAsync(scene.Named("log.vkey"), scene.Key.Verifier + "\n");
        scene.Reference = await service.Submitted(Review.Tests.Proposals.SampleAnswers.Insight);
        await service.Vote(scene.Reference, StageIds.Privacy, service.Privacy[0]);
        await scene.Fill(260);
        await scene.Read();
        var older = await scene.Export("older.zip");
        await File.WriteAllBytesAsync(scene.Kept, older.Checkpoint);
        if (meanwhile is not null) await meanwhile(scene);
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        scene.Signed = await service.Vote(scene.Reference, StageIds.Privacy, service.Privacy[1]);
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        scene.SignedSize = (await scene.SignNow()).Size;
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        scene.Unsigned = await service.Vote(scene.Reference, StageIds.Privacy, service.Privacy[2]);
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        await scene.Read();
        return scene;
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Entries that belong to no proposal.</summary>
    Task Fill(int count) => Service.InTransaction(async (services, _) =>
    {
        var ledger = services.GetRequiredService<LedgerStore>();
        await ledger.AppendAsync(await ledger.NowAsync(), [.. Enumerable.Range(0, count).Select(_ => new NewEntry { Kind = "test.tick", Actor = "a", Role = "test" })]);
        return 0;
    });

    /// <summary>The auditor looks at the trail, which is put on record.</summary>
    Task Read() => Service.Send(new GetTrail(Service.Auditor, Reference));

    public async Task<StoredCheckpoint> SignNow()
    {
        await using var scope = Service.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None);
    }

    /// <summary>An export as an auditor gets it.</summary>
    public async Task<BundleContent> Export(string name, Depth depth = Depth.Full)
    {
        await using var scope = Service.Services.CreateAsyncScope();
        return Written(name, await scope.ServiceProvider.GetRequiredService<TrailExport>().ReadAsync(Service.Auditor, Reference, depth, CancellationToken.None));
    }

    /// <summary>An export under the last checkpoint that there is, by somebody who does not wait for the next.</summary>
    public async Task<BundleContent> ExportUnsigned(string name) => Written(name, await Service.Send(new ReadTrail(Service.Auditor, Reference, Depth.Full)));

    public BundleContent Written(string name, BundleContent content)
    {
        using var file = File.Create(Named(name));
        BundleWriter.Write(file, content);
        return content;
    }

    public async Task ExportLog(string name, Depth depth = Depth.Full)
    {
        await using var scope = Service.Services.CreateAsyncScope();
        var export = scope.ServiceProvider.GetRequiredService<LogExport>();
        var log = await export.PrepareAsync(Service.Auditor, depth, CancellationToken.None);
        await using var file = File.Create(Named(name));
        export.Write(file, log, null, CancellationToken.None);
    }

    /// <summary>The auditor's program; <c>--trust</c> with the true key is added.</summary>
    public (int ExitCode, string Output) Auditor(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = AuditorProgram.Run([.. arguments, "--trust", Named("log.vkey")], output, error);
        return (exitCode, output.ToString() + error);
    }

    public void AssertVerified(string name, params string[] more)
    {
        var (exitCode, output) = Auditor(["verify", Named(name), .. more]);
        Assert.True(exitCode == AuditorProgram.Verified, output);
    }

    /// <param name="finding">How its line begins.</param>
    public void AssertFails(string name, string finding, params string[] more) => AssertEnds(AuditorProgram.Failed, name, finding, more);

    public void AssertEnds(int expected, string name, string finding, params string[] more)
    {
        var (exitCode, output) = Auditor(["verify", Named(name), .. more]);
        Assert.True(exitCode == expected, output);
        Assert.Contains("  " + finding, output, StringComparison.Ordinal);
    }

    /// <summary>Looks at everything that the service itself can look at. Signs where nothing forbids it.</summary>
    public async Task<Seen> Look()
    {
        var doctor = (await Service.Send(new RunDoctor())).Faults;
        var check = (await Service.Send(new CheckRecordEnd())).ToList();
        for (var walk = new RecordWalk(); !walk.Finished;) check.AddRange(await Service.Send(new CheckRecordPart(walk)));
        var refusal = await Record.ExceptionAsync(SignNow);
        return new Seen(string.Join('\n', doctor), string.Join('\n', check), refusal?.Message ?? "");
    }

    /// <summary>A rewrite by somebody who holds the log's key and can write to the file beside it.</summary>
    public async Task RewriteWithKey(Func<IEnumerable<Entry>, IEnumerable<Entry>> change)
    {
        Intruder.Rewrite(change, Key);
        KeepBesideTheKey(Encoding.UTF8.GetBytes((await Service.Send(new GetCheckpoint()))!.Note));
    }

    public void KeepBesideTheKey(byte[] note) => Service.Services.GetRequiredService<SigningKey>().WriteHead(note);

    public void BackUp() => Service.Services.GetRequiredService<Database>().Backup(Named("backup.db"));

    /// <summary>Puts the backup in the place of the data, page by page, as the service's own connections stay open.</summary>
    public void Restore()
    {
        using var source = Untouched.Open(Named("backup.db"));
        using var target = Untouched.Open(Service.File);
        source.BackupDatabase(target);
    }

    public async Task<bool> Matches(Receipt receipt) => (await Service.Send(new CheckReceipt(receipt.Seq!.Value, receipt.Leaf!))).Matches;

    /// <summary>A real witness, in a process of its own.</summary>
    public async Task<WitnessOffice> Witness()
    {
        var key = WitnessProcess.Prepare(_folder, Key.Verifier);
        return new WitnessOffice(this, await WitnessProcess.Start(_folder, fresh: true), key);
    }
}

/// <summary>A witness and the service's way to it.</summary>
sealed class WitnessOffice : IAsyncDisposable
{
    readonly Scene _scene;
    readonly WitnessClient _client;

    public WitnessOffice(Scene scene, WitnessProcess process, WitnessVerifier key)
    {
        (_scene, Process, Key) = (scene, process, key);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Witnesses:0:Key"] = key.ToString(),
            ["Witnesses:0:Url"] = process.Address.ToString(),
        }).Build();
        _client = new WitnessClient(
            scene.Service.Services.GetRequiredService<IServiceScopeFactory>(), Witnesses.Load(configuration, new LogName(TestService.LogName)), scene.Service.Clock, NullLogger<WitnessClient>.Instance);
    }

    public WitnessProcess Process { get; }

    public WitnessVerifier Key { get; }

    /// <summary>Sends the last checkpoint.</summary>
    /// <returns>What is wrong, as the audit page says it; empty where the witness signed.</returns>
    public async Task<string> Ask()
    {
        _scene.Service.Clock.Advance(TimeSpan.FromMinutes(10));
        await _client.AskAsync(CancellationToken.None);
        return await _scene.Service.InTransaction((_, session) => session.ScalarAsync<string?>("SELECT fault FROM ledger_witness"), commit: false) ?? "";
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Process.DisposeAsync();
    }
}
