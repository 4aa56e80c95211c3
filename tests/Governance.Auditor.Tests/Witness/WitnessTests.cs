using System.Text;
using Governance.Ledger;

namespace Governance.Auditor.Tests.Witness;

/// <summary>The witness by its answers (C2SP tlog-witness), over HTTP, and by what it remembers when it was killed.</summary>
public sealed class WitnessTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("governance-witness-").FullName;
    readonly WitnessVerifier key;
    readonly SampleLog log = new();

    public WitnessTests() => key = WitnessProcess.Prepare(folder, SampleLog.Key.Verifier);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    void AssertCosigned(long size, (int Status, string MediaType, byte[] Body) answer)
    {
        Assert.Equal(200, answer.Status);
        var line = Assert.Single(AddCheckpoint.ParseAnswer(answer.Body));
        Assert.NotNull(key.Verify(log.Note(size).Text, line));
    }

    [Fact]
    public async Task It_cosigns_growth_and_answers_all_else_as_the_specification_says()
    {
        await using var witness = await WitnessProcess.Start(folder, fresh: true);
        // Somebody who does not know where it stands starts at 0.
        Assert.Equal((409, "0\n"), await witness.AskText(log.Request(3, 10)));
        AssertCosigned(10, await witness.Ask(log.Request(0, 10)));
        var (status, mediaType, body) = await witness.Ask(log.Request(0, 12));
        Assert.Equal((409, AddCheckpoint.SizeMediaType, "10\n"), (status, mediaType, Encoding.ASCII.GetString(body)));
        AssertCosigned(23, await witness.Ask(log.Request(10, 23)));
        // The same once more is cosigned anew, with a newer time.
        AssertCosigned(23, await witness.Ask(log.Request(23, 23)));

        Assert.Equal((409, "23\n"), await witness.AskText(log.Request(10, 23)));
        Assert.Equal(400, (await witness.Ask(log.Request(23, 20))).Status);
        Assert.Equal((409, "23\n"), await witness.AskText(log.Request(20, 20)));
        Assert.Equal(422, (await witness.Ask(new SampleLog(kind: 1).Request(23, 30))).Status);
        Assert.Equal((409, "23\n"), await witness.AskText(new SampleLog(kind: 1).Request(23, 23)));
        Assert.Equal(422, (await witness.Ask((AddCheckpoint.Parse(log.Request(23, 30)) with { Proof = [] }).ToBytes())).Status);

        Assert.Equal(404, (await witness.Ask(log.Request(0, 5, NoteSigner.Generate("other.example/log")))).Status);
        Assert.Equal(403, (await witness.Ask(log.Request(23, 30, NoteSigner.Generate(SampleLog.Key.Verifier.Name)))).Status);
        foreach (var odd in (string[])["", "old 23\n", "old x\n\n", "old 23\n\nno checkpoint\n"])
            Assert.Equal(400, (await witness.Ask(Encoding.UTF8.GetBytes(odd))).Status);
        Assert.Equal(413, (await witness.Ask(new byte[100_000])).Status);
        // None of that has moved it.
        AssertCosigned(40, await witness.Ask(log.Request(23, 40)));
    }

    [Fact]
    public async Task Killed_after_storing_and_before_answering_it_remembers_and_never_goes_back()
    {
        await using (var first = await WitnessProcess.Start(folder, fresh: true))
            AssertCosigned(10, await first.Ask(log.Request(0, 10)));

        await using (var stalled = await WitnessProcess.Start(folder, fresh: false, stalled: true))
        {
            using var gone = new CancellationTokenSource();
            var answer = stalled.Ask(log.Request(10, 20), gone.Token);
            while (!Directory.GetFiles(Path.Combine(folder, "state"), "*.checkpoint").Any(f => File.ReadAllText(f).Contains("\n20\n", StringComparison.Ordinal))) await Task.Delay(10, CancellationToken.None);
            Assert.False(answer.IsCompleted);
            await stalled.Kill();
            await Assert.ThrowsAnyAsync<Exception>(() => answer);
        }

        await using var again = await WitnessProcess.Start(folder, fresh: false);
        Assert.Equal((409, "20\n"), await again.AskText(log.Request(10, 20)));
        // A second history from where the log believes the witness to be is refused all the same.
        Assert.Equal((409, "20\n"), await again.AskText(new SampleLog(kind: 1).Request(10, 25)));
        Assert.Equal(422, (await again.Ask(new SampleLog(kind: 1).Request(20, 25))).Status);
        AssertCosigned(20, await again.Ask(log.Request(20, 20)));
        AssertCosigned(40, await again.Ask(log.Request(20, 40)));
    }

    [Fact]
    public async Task Of_many_requests_at_once_none_rolls_another_back()
    {
        await using var witness = await WitnessProcess.Start(folder, fresh: true);
        AssertCosigned(5, await witness.Ask(log.Request(0, 5)));
        var answers = await Task.WhenAll(Enumerable.Range(6, 30).Select(async size => (Size: size, (await witness.Ask(log.Request(5, size))).Status)));
        var cosigned = Assert.Single(answers, a => a.Status == 200);
        Assert.All(answers, a => Assert.Contains(a.Status, (int[])[200, 409]));
        Assert.Equal((409, $"{cosigned.Size}\n"), await witness.AskText(log.Request(5, 40)));
    }

    [Fact]
    public async Task Without_its_state_or_beside_another_process_it_does_not_start()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => WitnessProcess.Start(folder, fresh: false));
        await using var witness = await WitnessProcess.Start(folder, fresh: true);
        var second = await Assert.ThrowsAsync<InvalidOperationException>(() => WitnessProcess.Start(folder, fresh: false));
        Assert.StartsWith("2:", second.Message, StringComparison.Ordinal);
        await witness.Kill();
        await Assert.ThrowsAsync<InvalidOperationException>(() => WitnessProcess.Start(folder, fresh: true));
        // Another key must not go on from this one's state.
        WitnessProcess.Prepare(folder, SampleLog.Key.Verifier);
        var other = await Assert.ThrowsAsync<InvalidOperationException>(() => WitnessProcess.Start(folder, fresh: false));
        Assert.Contains("another key", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_made_for_its_owners_eyes_only_and_never_over_another()
    {
        var file = Path.Combine(folder, "made.key");
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(0, AuditorProgram.Run(["witness", "key", "--name", "office.example/witness", "--out", file], output, error));
        Assert.Equal(output.ToString().Trim(), WitnessSigner.Parse(File.ReadAllText(file).Trim()).Verifier.ToString());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(2, AuditorProgram.Run(["witness", "key", "--name", "office.example/witness", "--out", file], output, error));
        Assert.Equal(2, AuditorProgram.Run(["witness", "key", "--name", "two words", "--out", file + "2"], output, error));
    }
}
