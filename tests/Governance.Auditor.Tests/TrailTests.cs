using System.Diagnostics;
using Governance.Ledger.Bundles;
using Governance.Review.Events;
using Governance.Service.Audit;

namespace Governance.Auditor.Tests;

public sealed class TrailTests(SampleTrails trails) : IClassFixture<SampleTrails>, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("auditor-trails-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Named(string name) => Path.Combine(_folder, name);

    async Task<string> Exported(string reference, Depth depth)
    {
        var content = await trails.Export(reference, depth);
        await File.WriteAllTextAsync(Named("log.vkey"), content.Key + "\n");
        await using var file = File.Create(Named($"{depth}.zip"));
        BundleWriter.Write(file, content);
        return file.Name;
    }

    (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (AuditorProgram.Run([.. arguments, "--trust", Named("log.vkey")], output, error), output.ToString(), error.ToString());
    }

    public static TheoryData<string, Depth> Every()
    {
        var data = new TheoryData<string, Depth>();
        foreach (var name in (string[])["Eventful", "Withdrawn", "Departing", "Open"])
        {
            foreach (var depth in Enum.GetValues<Depth>()) data.Add(name, depth);
        }
        return data;
    }

    string Reference(string name) => (string)typeof(SampleTrails).GetProperty(name)!.GetValue(trails)!;

    [Theory]
    [MemberData(nameof(Every))]
    public async Task What_the_service_exports_verifies_and_replays_at_every_depth(string name, Depth depth)
    {
        var zip = await Exported(Reference(name), depth);

        var verified = Run("verify", zip);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
        var replayed = Run("replay", zip);
        Assert.True(replayed.ExitCode == 0, replayed.Output + replayed.Error);
        Assert.Contains("ALLOWED. Every entry follows", replayed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("REFUSED", replayed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_eventful_trail_holds_every_kind_of_event_but_a_withdrawal_and_an_erasure()
    {
        var content = await trails.Export(trails.Eventful, Depth.Full);
        var kinds = content.Entries.Select(e => Ledger.Entry.Parse(e.Bytes).Kind).ToHashSet();
        // A trail that was withdrawn is among the samples; trails after an erasure are replayed where erasing is tested.
        Assert.Equal(EventCatalogue.Kinds.Select(k => k.Name).Where(k => k is not ("proposal.withdrawn" or "disclosure.erased")).Order(), kinds.Order());
    }

    [Fact]
    public async Task The_script_in_the_bundle_agrees()
    {
        foreach (var depth in Enum.GetValues<Depth>())
        {
            await Exported(trails.Eventful, depth);
            var folder = Named($"unpacked-{depth}");
            System.IO.Compression.ZipFile.ExtractToDirectory(Named($"{depth}.zip"), folder);
            var (exitCode, output) = await Bash(folder, "log.vkey");
            Assert.True(exitCode == 0, output);
        }

        var entries = Path.Combine(Named("unpacked-Full"), "data", "entries.jsonl");
        var bytes = await File.ReadAllBytesAsync(entries);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(entries, bytes);
        Assert.NotEqual(0, (await Bash(Named("unpacked-Full"), "log.vkey")).ExitCode);
    }

    async Task<(int ExitCode, string Output)> Bash(string folder, string key)
    {
        var start = new ProcessStartInfo("bash", ["verify.sh", Named(key)]) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(output));
    }

    [Fact]
    public async Task A_changed_byte_in_any_file_is_found_and_its_file_or_entry_named()
    {
        await using var exported = File.OpenRead(await Exported(trails.Eventful, Depth.Full));
        using var reader = BundleReader.Open(exported);
        var files = reader.Paths.ToDictionary(static p => p, reader.Read);
        var random = new Random(20261102);
        foreach (var path in files.Keys.Where(p => !p.StartsWith("data/proofs/", StringComparison.Ordinal)).Append(files.Keys.First(p => p.StartsWith("data/proofs/", StringComparison.Ordinal))))
        {
            var changed = files.ToDictionary(f => f.Key, f => f.Value.ToArray());
            changed[path][random.Next(changed[path].Length)] ^= 1;
            using (var zip = new System.IO.Compression.ZipArchive(File.Create(Named("changed.zip")), System.IO.Compression.ZipArchiveMode.Create))
            {
                foreach (var (name, bytes) in changed)
                {
                    using var file = zip.CreateEntry(name, System.IO.Compression.CompressionLevel.NoCompression).Open();
                    file.Write(bytes);
                }
            }

            var (exitCode, output, error) = Run("replay", Named("changed.zip"));
            Assert.True(exitCode is 1 or 2, path);
            Assert.Contains(Path.GetFileName(path), output + error, StringComparison.Ordinal);
            Assert.DoesNotContain("ALLOWED. Every", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_not_shown_is_said_not_to_have_been_checked()
    {
        var atPublic = Run("replay", await Exported(trails.Eventful, Depth.Public)).Output;
        Assert.Contains("rules look at texts that are not shown here", atPublic, StringComparison.Ordinal);
        Assert.Contains("Who stands behind a pseudonym", atPublic, StringComparison.Ordinal);
        Assert.Contains("Bank holidays", atPublic, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_story_names_people_only_where_the_export_does()
    {
        var full = Run("show", await Exported(trails.Eventful, Depth.Full));
        Assert.Equal(0, full.ExitCode);
        Assert.Contains("By Lena Leadbetter, as lead.", full.Output, StringComparison.Ordinal);
        Assert.Contains("conflict: My sister works there.", full.Output, StringComparison.Ordinal);

        var atPublic = Run("show", await Exported(trails.Eventful, Depth.Public));
        Assert.Equal(0, atPublic.ExitCode);
        Assert.DoesNotContain("Leadbetter", atPublic.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sister", atPublic.Output, StringComparison.Ordinal);
        Assert.Contains("The chair decided: favourable with conditions. 1 condition was set.", atPublic.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sealed_text_cannot_steer_the_terminal_or_speak_for_the_program()
    {
        var (_, output, _) = Run("show", await Exported(trails.Eventful, Depth.Full));
        Assert.Contains("Is it ?[2J safe?", output, StringComparison.Ordinal);
        Assert.DoesNotContain(output, c => (char.IsControl(c) && c is not ('\n' or '\r')) || c == '\u202e');
        Assert.DoesNotContain(output.Split('\n'), line => line.StartsWith("ALLOWED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_story_without_a_key_says_that_nothing_was_verified()
    {
        var zip = await Exported(trails.Open, Depth.Panel);
        using var output = new StringWriter();
        Assert.Equal(0, AuditorProgram.Run(["show", zip], output, output));
        Assert.Contains("NOT VERIFIED: no key was given", output.ToString(), StringComparison.Ordinal);
    }
}
