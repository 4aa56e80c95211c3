using System.Diagnostics;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Ledger.Bundles;

namespace Governance.Auditor.Tests;

public sealed class VerifyCommandTests : IDisposable
{
    private const string Origin = "log.example/reviews";
    private static readonly NoteSigner Signer = NoteSigner.Generate(Origin);
    private readonly string folder = Directory.CreateTempSubdirectory("auditor-tests-").FullName;

    public VerifyCommandTests()
    {
        File.WriteAllText(Named("log.vkey"), Signer.Verifier + "\n");
        File.WriteAllBytes(Named("good.zip"), Bundle(static entries => entries));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Named(string name) => Path.Combine(folder, name);

    private static byte[] Bundle(Func<IReadOnlyList<BundleEntry>, IReadOnlyList<BundleEntry>> change)
    {
        var entries = new List<byte[]>();
        var said = Disclosure.Create("rationale", "Made up.");
        for (var i = 0; i < 3; i++)
        {
            entries.Add(new Entry
            {
                Log = Origin,
                Seq = i,
                At = DateTimeOffset.UnixEpoch.AddDays(30_000 + i),
                Kind = i == 0 ? "proposal.submitted" : "vote.cast",
                Proposal = "P-2052-0001",
                ProposalOrdinal = i == 0 ? 0 : null,
                ProposalSeq = i,
                ProposalPrevious = i == 0 ? null : Convert.ToHexStringLower(Merkle.LeafHash(entries[^1])),
                Actor = "p1",
                Role = "panel_member",
                Data = new JsonObject { ["vote"] = "approve" },
                Sd = i == 2 ? Disclosure.Digests([said], 4) : [],
                Nonce = Entry.NewNonce(),
            }.ToBytes());
        }

        var tree = new TiledTree(3, static _ => throw new InvalidOperationException("No tile is full."), i => Merkle.LeafHash(entries[(int)i]));
        using var zip = new MemoryStream();
        BundleWriter.Write(zip, new BundleContent
        {
            Entries = change([.. entries.Select((e, i) => new BundleEntry(e, Merkle.InclusionProof(i, 3, tree.Node)))]),
            Checkpoint = SignedNote.Sign(new Checkpoint(Origin, 3, Merkle.Root(3, tree.Node)).ToText(), Signer).ToBytes(),
            Key = Signer.Verifier,
            ExportedAt = DateTimeOffset.UnixEpoch.AddDays(30_010),
            Disclosures = [new BundleDisclosure(DisclosureClass.Public, said)],
        });
        return zip.ToArray();
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = AuditorProgram.Run(arguments, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }

    [Fact]
    public void A_good_bundle_ends_with_0_and_says_what_it_holds_and_what_was_not_shown()
    {
        var (exitCode, output, error) = Run("verify", Named("good.zip"), "--trust", Named("log.vkey"));
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(
            """
            Bundle     good.zip
            Log        log.example/reviews, 3 entries at the signed checkpoint
            Proposal   P-2052-0001
            Entries    3
            Disclosed  1
            Not shown  3: 3 withheld, 0 erased, 0 decoys

            VERIFIED. Every entry is in the signed log, unchanged, and no entry is missing between the first and the last one here.
            This does not show whether the log holds later entries of the proposal.

            """.ReplaceLineEndings(),
            output.ReplaceLineEndings());
    }

    [Fact]
    public void A_gap_ends_with_1_and_is_named()
    {
        File.WriteAllBytes(Named("gap.zip"), Bundle(static entries => [entries[0], entries[2]]));
        var (exitCode, output, _) = Run("verify", Named("gap.zip"), "--trust", Named("log.vkey"));
        Assert.Equal(1, exitCode);
        Assert.Contains("trail-gap: Entry 2 is number 2 of its trail, where number 1 should be: an entry is missing.", output, StringComparison.Ordinal);
        Assert.Contains("NOT VERIFIED", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_ends_with_1()
    {
        File.WriteAllText(Named("other.vkey"), NoteSigner.Generate(Origin).Verifier.ToString());
        var (exitCode, output, _) = Run("verify", Named("good.zip"), "--trust", Named("other.vkey"));
        Assert.Equal(1, exitCode);
        Assert.Contains("No key that is trusted has signed the note.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_use_and_files_that_cannot_be_read_end_with_2()
    {
        File.WriteAllText(Named("text.zip"), "no zip at all");
        File.WriteAllText(Named("empty"), "");
        File.WriteAllText(Named("long"), new string('x', 5000));
        string good = Named("good.zip"), key = Named("log.vkey");
        string[][] commands =
        [
            [], ["no-such-command"], ["verify"], ["verify", good], ["verify", "--trust", key], ["verify", good, "--trust"], ["verify", good, "--trust", key, "more"],
            ["verify", Named("none.zip"), "--trust", key], ["verify", good, "--trust", Named("none.vkey")], ["verify", Named("text.zip"), "--trust", key],
            ["verify", good, "--trust", Named("empty")], ["verify", good, "--trust", Named("long")], ["verify", folder, "--trust", key], ["verify", good, "--trust", folder],
        ];
        Assert.All(commands, static command =>
        {
            var (exitCode, _, error) = Run(command);
            Assert.Equal(2, exitCode);
            Assert.NotEmpty(error);
        });
    }

    [Fact]
    public void Help_ends_with_0() => Assert.Equal(0, Run("verify", "--help").ExitCode);

    [Fact]
    public void What_a_bundle_or_a_path_says_cannot_steer_the_terminal()
    {
        var (exitCode, _, error) = Run("verify", Named("\u001B[2Jnone\u202E.zip"), "--trust", Named("log.vkey"));
        Assert.Equal(2, exitCode);
        Assert.DoesNotContain('\u001B', error);
        Assert.DoesNotContain('\u202E', error);
    }

    [Fact]
    public async Task The_program_itself_ends_with_the_same_codes()
    {
        async Task<int> Program(params string[] arguments)
        {
            var start = new ProcessStartInfo("dotnet", [typeof(AuditorProgram).Assembly.Location, .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode;
        }

        File.WriteAllBytes(Named("gap.zip"), Bundle(static entries => [entries[0], entries[2]]));
        Assert.Equal(0, await Program("verify", Named("good.zip"), "--trust", Named("log.vkey")));
        Assert.Equal(1, await Program("verify", Named("gap.zip"), "--trust", Named("log.vkey")));
        Assert.Equal(2, await Program("verify", Named("good.zip")));
    }
}
