using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Governance.Ledger;

namespace Governance.Auditor.Tests.Witness;

/// <summary>The witness as an audit office runs it: a process of its own, on a free port of this machine.</summary>
public sealed class WitnessProcess : IAsyncDisposable
{
    readonly Process process;
    readonly HttpClient http = new();

    WitnessProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    static string Program => Path.Combine(AppContext.BaseDirectory, "Governance.Auditor.dll");

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="stalled">Its output leads into a pipe that is full and that nobody reads, so it waits there after it has stored and before it answers.</param>
    public static async Task<WitnessProcess> Start(string folder, bool fresh, bool stalled = false, string listen = "127.0.0.1:0")
    {
        // Without blocking: dd ends when the pipe takes no more, and the witness inherits the full pipe.
        var fill = stalled ? "dd if=/dev/zero of=/dev/stdout oflag=nonblock bs=1 count=10000000 2>/dev/null; " : "";
        var command = $"{fill}exec dotnet '{Program}' witness --key '{folder}/witness.key' --log '{folder}/log.vkey' --state '{folder}/state' --listen {listen}{(fresh ? " --new" : "")}";
        var started = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var line = await started.StandardError.ReadLineAsync();
        if (line is null || !line.StartsWith("Listening on ", StringComparison.Ordinal))
        {
            await started.WaitForExitAsync();
            throw new InvalidOperationException($"{started.ExitCode}: {line}");
        }
        return new WitnessProcess(started, new Uri(line.Split(' ')[2]));
    }

    /// <summary>Makes a folder with a key of a witness and the log's public key.</summary>
    public static WitnessVerifier Prepare(string folder, NoteVerifier log, string name = "witness.example/w1")
    {
        var signer = WitnessSigner.Generate(name);
        File.WriteAllText(Path.Combine(folder, "witness.key"), signer.ToPrivateText() + "\n");
        File.WriteAllText(Path.Combine(folder, "log.vkey"), log + "\n");
        return signer.Verifier;
    }

    public async Task<(int Status, string MediaType, byte[] Body)> Ask(byte[] body, CancellationToken ct = default)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        using var answer = await http.PostAsync(new Uri(Address, "add-checkpoint"), content, ct);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType ?? "", await answer.Content.ReadAsByteArrayAsync(ct));
    }

    public async Task<(int Status, string Text)> AskText(byte[] body)
    {
        var (status, _, bytes) = await Ask(body);
        return (status, Encoding.UTF8.GetString(bytes));
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await Kill();
        process.Dispose();
        http.Dispose();
    }
}

/// <summary>A log in memory that can show another history.</summary>
public sealed class SampleLog(int size = 40, byte kind = 0)
{
    readonly List<byte[]> leaves = [.. Enumerable.Range(0, size).Select(i => Merkle.LeafHash([kind, (byte)i]))];

    public static NoteSigner Key { get; } = NoteSigner.Generate("log.example/reviews");

    byte[] Node(int level, long index) => level == 0 ? leaves[(int)index] : Merkle.NodeHash(Node(level - 1, 2 * index), Node(level - 1, (2 * index) + 1));

    public SignedNote Note(long at, NoteSigner? by = null) => SignedNote.Sign(new Checkpoint((by ?? Key).Verifier.Name, at, Merkle.Root(at, Node)).ToText(), by ?? Key);

    public byte[] Request(long old, long at, NoteSigner? by = null) => new AddCheckpoint
    {
        OldSize = old,
        Proof = old <= at ? Merkle.ConsistencyProof(old, at, Node) : [],
        Checkpoint = Note(at, by).ToBytes(),
    }.ToBytes();
}
