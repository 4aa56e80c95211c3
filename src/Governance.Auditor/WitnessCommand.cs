using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using Governance.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Governance.Auditor;

/// <summary>
/// <c>witness</c>: a small witness for an audit office (C2SP <c>tlog-witness</c>). It cosigns a log's checkpoint only after
/// seeing proof that the log has grown from the last one that it cosigned; <c>witness key</c> makes its key.
/// </summary>
internal static class WitnessCommand
{
    private const int MaxKeyBytes = 4096;

    // 63 hashes and a checkpoint with some signatures take about 8 KB.
    private const int MaxRequestBytes = 64 * 1024;

    public static Command Create()
    {
        var key = new Option<string>("--key") { Description = "The file with the witness's private key, made with \"witness key\".", Required = true };
        var log = new Option<string[]>("--log")
        {
            Description = "A file with the public key of a log to witness. Get it from the log's operator in person, on paper or by two ways. May be given more than once; a log may have several keys.",
            Required = true,
        };
        var state = new Option<string>("--state") { Description = "The folder in which the witness remembers what it cosigned.", Required = true };
        var listen = new Option<string>("--listen") { Description = "Address and port. Other than this machine reach it through a server in front that speaks TLS.", DefaultValueFactory = _ => "127.0.0.1:8080" };
        var fresh = new Option<bool>("--new") { Description = "The key has never witnessed anything: make the state folder." };
        var command = new Command("witness", "Runs a witness: cosigns checkpoints of logs that only grow.") { key, log, state, listen, fresh };
        command.SetAction((parsed, ct) => RunAsync(
            parsed.GetRequiredValue(key),
            parsed.GetRequiredValue(log),
            parsed.GetRequiredValue(state),
            parsed.GetRequiredValue(listen),
            parsed.GetValue(fresh),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            ct));
        command.Subcommands.Add(CreateKey());
        return command;
    }

    private static Command CreateKey()
    {
        var name = new Option<string>("--name") { Description = "The witness's name, such as audit-office.example/witness.", Required = true };
        var file = new Option<string>("--out") { Description = "Where to write the private key. The file must not exist yet.", Required = true };
        var command = new Command("key", "Makes a witness's key, writes the private half into a file for its owner's eyes only, and prints the public half.") { name, file };
        command.SetAction(parsed =>
        {
            try
            {
                var signer = WitnessSigner.Generate(parsed.GetRequiredValue(name));
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                using (var writer = new StreamWriter(parsed.GetRequiredValue(file), options))
                    writer.Write(signer.ToPrivateText() + "\n");
                parsed.InvocationConfiguration.Output.WriteLine(signer.Verifier);
                return AuditorProgram.Verified;
            }
            catch (ArgumentException)
            {
                parsed.InvocationConfiguration.Error.WriteLine("A witness's name holds no spaces and no plus sign, such as audit-office.example/witness.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                parsed.InvocationConfiguration.Error.WriteLine(AuditorProgram.Printable(e.Message));
            }

            return AuditorProgram.Unusable;
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string keyFile, string[] logFiles, string folder, string listen, bool fresh, TextWriter output, TextWriter error, CancellationToken ct)
    {
        try
        {
            if (!IPEndPoint.TryParse(listen, out var address))
                throw new LedgerFormatException($"{listen} is no address and port, such as 127.0.0.1:8080.");
            var signer = WitnessSigner.Parse(ReadSmall(keyFile));
            var logs = logFiles.Select(static file => NoteVerifier.Parse(ReadSmall(file))).ToLookup(static k => k.Name, StringComparer.Ordinal);
            if (fresh)
                WitnessState.Create(folder, signer.Verifier);
            using var state = WitnessState.Open(folder, signer.Verifier);
            using var witness = new Witness(signer, logs, state, TimeProvider.System, output);
            await using var app = Build(witness, address);
            await app.StartAsync(ct);
            var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            // Not to the same stream as what is cosigned, which is this program's product.
            await error.WriteLineAsync($"Listening on {bound} as {signer.Verifier}");
            await ((IHost)app).WaitForShutdownAsync(ct);
            return AuditorProgram.Verified;
        }
        catch (Exception e) when (e is LedgerFormatException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(AuditorProgram.Printable(e.Message));
            return AuditorProgram.Unusable;
        }
    }

    private static WebApplication Build(Witness witness, IPEndPoint address)
    {
        // Empty: no configuration file or variable of the surroundings changes what a witness does.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.Listen(address);
        });
        builder.Services.AddRoutingCore();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        app.UseRouting();
        app.MapPost("/add-checkpoint", witness.AnswerAsync);
        return app;
    }

    private static string ReadSmall(string path)
    {
        if (new FileInfo(path).Length > MaxKeyBytes)
            throw new LedgerFormatException($"{path} is too long for a key.");
        return File.ReadAllText(path).Trim();
    }
}

/// <summary>Answers requests for cosignatures, one at a time.</summary>
/// <param name="logs">The keys of the logs that are witnessed, by origin.</param>
/// <param name="output">Gets a line for each checkpoint that was stored, and the evidence when a log shows two histories.</param>
internal sealed class Witness(WitnessSigner signer, ILookup<string, NoteVerifier> logs, WitnessState state, TimeProvider clock, TextWriter output) : IDisposable
{
    // Comparing and storing is one step: two requests at once must not both pass the comparison.
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Answers <c>POST add-checkpoint</c>.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        byte[] body;
        try
        {
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
            body = buffer.ToArray();
        }
        catch (BadHttpRequestException e)
        {
            context.Response.StatusCode = e.StatusCode;
            return;
        }

        // Once it is the request's turn it is carried out, even if the caller has gone: what is stored is stored.
        await turn.WaitAsync(context.RequestAborted);
        Reply reply;
        try
        {
            reply = Decide(body);
        }
        finally
        {
            turn.Release();
        }

        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.MediaType;
        await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted);
    }

    public void Dispose() => turn.Dispose();

    private Reply Decide(byte[] body)
    {
        AddCheckpoint request;
        SignedNote note;
        Checkpoint next;
        try
        {
            request = AddCheckpoint.Parse(body);
            note = SignedNote.Parse(request.Checkpoint);
            next = Checkpoint.Parse(note.Text);
        }
        catch (LedgerFormatException e)
        {
            return Reply.Says(StatusCodes.Status400BadRequest, e.Message);
        }

        if (!logs.Contains(next.Origin))
            return Reply.Says(StatusCodes.Status404NotFound, "This witness does not know the log.");
        try
        {
            note.Verify([.. logs[next.Origin]]);
        }
        catch (LedgerFormatException e)
        {
            return Reply.Says(StatusCodes.Status403Forbidden, e.Message);
        }

        var last = state.Read(next.Origin);
        switch (request.Decide(last, next))
        {
            case WitnessDecision.Malformed:
                return Reply.Says(StatusCodes.Status400BadRequest, "The old size is larger than the checkpoint's.");
            case WitnessDecision.OtherSize:
                return Reply.Size(last?.Size ?? 0);
            case WitnessDecision.SplitView:
                // Two signatures by the log over two roots of one size: nobody else can have made them.
                Say(string.Create(CultureInfo.InvariantCulture, $"WARNING: {next.Origin} shows two histories of size {next.Size}. Keep this request as evidence: {Convert.ToBase64String(body)}"));
                return Reply.Size(last!.Size);
            case WitnessDecision.NotProven:
                // Anybody can send a true checkpoint with a false proof, so this alone proves nothing.
                Say(string.Create(CultureInfo.InvariantCulture, $"Refused {next.Origin} {next.Size}: the proof from {request.OldSize} does not hold. Root {Convert.ToBase64String(next.Root)}"));
                return Reply.Says(StatusCodes.Status422UnprocessableEntity, "The proof does not show that the log only grew.");
            default:
                // A crash before this line leaves the old checkpoint; after it, the new one, whether or not the answer arrives.
                if (last is null || last.Size < next.Size)
                {
                    state.Store(next.Origin, note);
                    Say(string.Create(CultureInfo.InvariantCulture, $"Stored {next.Origin} {next.Size}"));
                }

                return new Reply(StatusCodes.Status200OK, "text/plain; charset=utf-8", AddCheckpoint.Answer(signer.Cosign(note.Text, clock.GetUtcNow())));
        }
    }

    private void Say(string line)
    {
        output.WriteLine(AuditorProgram.Printable(line));
        output.Flush();
    }

    private sealed record Reply(int Status, string MediaType, byte[] Body)
    {
        public static Reply Says(int status, string message) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(message + "\n"));

        public static Reply Size(long size) =>
            new(StatusCodes.Status409Conflict, AddCheckpoint.SizeMediaType, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{size}\n")));
    }
}
