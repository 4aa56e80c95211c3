using System.Text.Json;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review.Stages;
using Governance.Service.Audit;
using Governance.Service.Pipeline;
using Governance.Service.Stages;
using Governance.Service.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Auditor.Tests;

/// <summary>The auditor's program over what the real service exports, at two moments.</summary>
public sealed class BundleCommandsTests : IAsyncLifetime
{
    readonly TestService _service = new();
    readonly string _folder = Directory.CreateTempSubdirectory("auditor-bundles-").FullName;
    string _reference = "";

    public async ValueTask InitializeAsync()
    {
        _reference = await _service.Submitted(Review.Tests.Proposals.SampleAnswers.Insight);
        await _service.Vote(_reference, StageIds.Privacy, _service.Privacy[0]);
        await File.WriteAllTextAsync(Named("log.vkey"), _service.Services.GetRequiredService<SigningKey>().Verifier + "\n");
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string Named(string name) => Path.Combine(_folder, name);

    async Task<BundleContent> Export(string name, Depth depth = Depth.Full, long? since = null, Func<BundleContent, BundleContent>? change = null)
    {
        await using var scope = _service.Services.CreateAsyncScope();
        var content = await scope.ServiceProvider.GetRequiredService<TrailExport>().ReadAsync(_service.Auditor, _reference, depth, CancellationToken.None, since);
        content = (change ?? (c => c))(content);
        await using var file = File.Create(Named(name));
        BundleWriter.Write(file, content);
        return content;
    }

    async Task ExportLog(string name, Depth depth)
    {
        await using var scope = _service.Services.CreateAsyncScope();
        var export = scope.ServiceProvider.GetRequiredService<LogExport>();
        var log = await export.PrepareAsync(_service.Auditor, depth, CancellationToken.None);
        await using var file = File.Create(Named(name));
        export.Write(file, log, null, CancellationToken.None);
    }

    (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = AuditorProgram.Run([.. arguments, .. arguments.Contains("--trust") ? Array.Empty<string>() : ["--trust", Named("log.vkey")]], output, error);
        return (exitCode, output.ToString(), error.ToString());
    }

    static JsonElement Json(string output)
    {
        using var document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    [Fact]
    public async Task A_report_for_programs_has_the_members_that_the_guide_lists()
    {
        await Export("good.zip");
        var (exitCode, output, error) = Run("verify", Named("good.zip"), "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var report = Json(output);
        Assert.Equal("governance.auditor.verify/1", report.GetProperty("schema").GetString());
        Assert.Equal(("good.zip", "trail"), (report.GetProperty("bundle").GetString(), report.GetProperty("kind").GetString()));
        Assert.True(report.GetProperty("verified").GetBoolean() && report.GetProperty("complete").GetBoolean());
        Assert.Equal(_reference, report.GetProperty("proposal").GetString());
        Assert.Equal(0, report.GetProperty("digests").GetProperty("withheld").GetInt64());
        Assert.True(report.GetProperty("digests").GetProperty("decoy").GetInt64() > 0);
        Assert.Empty(report.GetProperty("findings").EnumerateArray());

        await Export("gap.zip", change: static c => c with { Entries = [.. c.Entries.Take(2), .. c.Entries.Skip(3)], Disclosures = [] });
        (exitCode, output, _) = Run("verify", Named("gap.zip"), "--json");
        Assert.Equal(1, exitCode);
        var finding = Json(output).GetProperty("findings").EnumerateArray().First(static f => f.GetProperty("code").GetString() == BundleFindings.TrailGap);
        Assert.True(finding.GetProperty("fails").GetBoolean());
        Assert.Equal("data/entries.jsonl", finding.GetProperty("file").GetString());
        Assert.True(finding.GetProperty("seq").GetInt64() > 0);

        await File.WriteAllTextAsync(Named("text.zip"), "no zip at all");
        (exitCode, output, error) = Run("verify", Named("text.zip"), "--json");
        Assert.Equal(2, exitCode);
        Assert.False(Json(output).GetProperty("verified").GetBoolean());
        Assert.Contains("not a zip", Json(output).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("not a zip", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kept_checkpoint_is_continued_or_it_is_said_what_the_bundle_lacks()
    {
        var first = await Export("first.zip");
        await File.WriteAllBytesAsync(Named("kept"), first.Checkpoint);
        await _service.Vote(_reference, StageIds.Privacy, _service.Privacy[1]);
        await Export("second.zip");
        var (exitCode, output, _) = Run("verify", Named("second.zip"), "--known-checkpoint", Named("kept"));
        Assert.Equal(0, exitCode);
        Assert.Contains("CONSISTENT. The log only grew since the checkpoint of", output, StringComparison.Ordinal);

        // A checkpoint of no export of this trail is proved when it is asked for.
        await using (var scope = _service.Services.CreateAsyncScope())
        {
            await _service.Vote(_reference, StageIds.Privacy, _service.Privacy[2]);
            var between = await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None);
            await File.WriteAllTextAsync(Named("between"), between.Note);
            await Export("third.zip");
            (exitCode, output, _) = Run("verify", Named("third.zip"), "--known-checkpoint", Named("between"));
            Assert.Equal(1, exitCode);
            Assert.Contains($"consistency-missing: The bundle holds no proof that leads from {between.Size} entries", output, StringComparison.Ordinal);
            await Export("fourth.zip", since: between.Size);
            Assert.Equal(0, Run("verify", Named("fourth.zip"), "--known-checkpoint", Named("between")).ExitCode);
            await Assert.ThrowsAsync<Review.InvalidException>(() => Export("fifth.zip", since: between.Size - 1));
        }

        await File.WriteAllTextAsync(Named("nonsense"), "nonsense");
        Assert.Equal(1, Run("verify", Named("second.zip"), "--known-checkpoint", Named("nonsense")).ExitCode);
        Assert.Equal(2, Run("verify", Named("second.zip"), "--known-checkpoint", Named("none")).ExitCode);
    }

    [Fact]
    public async Task Two_bundles_are_compared_entry_by_entry_and_digest_by_digest()
    {
        await Export("older.zip", Depth.Public);
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = _reference, Stage = StageIds.Privacy, Text = "Who sees it?" });
        await Export("newer.zip");
        var (exitCode, output, error) = Run("diff", Named("older.zip"), Named("newer.zip"));
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("1 entry was added:", output, StringComparison.Ordinal);
        Assert.Contains("question.asked", output, StringComparison.Ordinal);
        Assert.Contains("withheld before, shown now", output, StringComparison.Ordinal);
        Assert.Contains("CONSISTENT.", output, StringComparison.Ordinal);
        Assert.Contains("THE SAME.", output, StringComparison.Ordinal);

        // The other way about, the older bundle cannot know what came later.
        (exitCode, output, _) = Run("diff", Named("newer.zip"), Named("older.zip"));
        Assert.Equal(1, exitCode);
        Assert.Contains("is in the older bundle and not in the newer", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_that_called_a_value_a_decoy_is_found_out_by_the_next_one()
    {
        await Export("lying.zip", change: static c => c with { Disclosures = [] });
        Assert.Equal(0, Run("verify", Named("lying.zip")).ExitCode);
        await Export("honest.zip");
        var (exitCode, output, _) = Run("diff", Named("lying.zip"), Named("honest.zip"));
        Assert.Equal(1, exitCode);
        Assert.Contains("is said to be a decoy in the older bundle and shown in the newer", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bundles_of_two_proposals_or_damaged_ones_are_not_compared()
    {
        await Export("one.zip");
        await Export("gap.zip", change: static c => c with { Entries = [.. c.Entries.Take(1), .. c.Entries.Skip(2)], Disclosures = [] });
        Assert.Contains("NOT COMPARED", Run("diff", Named("one.zip"), Named("gap.zip")).Output, StringComparison.Ordinal);
        _reference = await _service.Submitted(Review.Tests.Proposals.SampleAnswers.Scoring);
        await Export("two.zip");
        var (exitCode, output, _) = Run("diff", Named("one.zip"), Named("two.zip"));
        Assert.Equal(1, exitCode);
        Assert.Contains("two proposals", output, StringComparison.Ordinal);
        Assert.Equal(2, Run("diff", Named("one.zip"), Named("none.zip")).ExitCode);
    }

    [Fact]
    public async Task The_whole_log_verifies_with_the_same_command_and_a_changed_one_does_not()
    {
        await Export("first.zip");
        await ExportLog("log.zip", Depth.Panel);
        using (var old = File.OpenRead(Named("first.zip")))
        using (var reader = BundleReader.Open(old))
            await File.WriteAllBytesAsync(Named("kept"), reader.Read("data/checkpoint"));
        var (exitCode, output, error) = Run("verify", Named("log.zip"), "--known-checkpoint", Named("kept"));
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("VERIFIED. This is the whole signed log", output, StringComparison.Ordinal);
        Assert.Contains("CONSISTENT.", output, StringComparison.Ordinal);
        var report = Json(Run("verify", Named("log.zip"), "--json").Output);
        Assert.Equal("log", report.GetProperty("kind").GetString());
        Assert.True(report.GetProperty("heads_roots").GetInt64() >= 2);
        Assert.Equal(report.GetProperty("log_size").GetInt64(), report.GetProperty("entries").GetInt64());

        var bytes = await File.ReadAllBytesAsync(Named("log.zip"));
        bytes[bytes.AsSpan().IndexOf("proposal.submitted"u8)] ^= 1;
        await File.WriteAllBytesAsync(Named("changed.zip"), bytes);
        (exitCode, output, _) = Run("verify", Named("changed.zip"));
        Assert.Equal(1, exitCode);
        Assert.Contains("NOT VERIFIED", output, StringComparison.Ordinal);
        // The other commands want a trail, and say so.
        Assert.Contains("whole log, not of a trail", Run("show", Named("log.zip")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_cannot_be_read_ends_with_2_and_is_named()
    {
        await Export("good.zip");
        await File.WriteAllTextAsync(Named("policy"), "nonsense");
        var (exitCode, _, error) = Run("verify", Named("good.zip"), "--policy", Named("policy"));
        Assert.Equal(2, exitCode);
        Assert.Contains("does not hold a policy", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_beside_the_bundle()
    {
        await Export("good.zip");
        await ExportLog("log.zip", Depth.Public);
        var before = Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal).ToList();
        foreach (var command in (string[])["verify", "show", "replay"])
            Run(command, Named("good.zip"));
        Run("verify", Named("log.zip"));
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal));
    }
}
