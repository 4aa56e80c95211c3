using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Governance.Ledger;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Pipeline;
using Governance.Service.Tests.Pipeline;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Ledger;

/// <summary>Time stamps by an authority that is the openssl command, and checked by it again.</summary>
public sealed class TimeStampTests : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("governance-stamps-").FullName;
    readonly TestService _service = new();

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string In(string name) => Path.Combine(_folder, name);

    async Task<(int Code, string Said)> OpenSsl(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    async Task Make(string name)
    {
        var (code, said) = await OpenSsl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", $"{name}.key", "-out", $"{name}.pem", "-days", "3650", "-subj", $"/CN={name}",
            "-addext", "extendedKeyUsage=critical,timeStamping", "-addext", "basicConstraints=critical,CA:TRUE");
        Assert.True(code == 0, said);
    }

    /// <summary>An authority that answers as many requests as are sent, until it is disposed.</summary>
    async Task<Authority> Start(string signer)
    {
        await File.WriteAllTextAsync(In("tsa.conf"), """
            [tsa]
            default_tsa = stamp
            [stamp]
            serial = serial
            default_policy = 1.2.3.4.1
            signer_digest = sha256
            digests = sha256
            ess_cert_id_alg = sha256
            """);
        await File.WriteAllTextAsync(In("serial"), "01\n");
        return new Authority(async query =>
        {
            await File.WriteAllBytesAsync(In("query.tsq"), query);
            var (code, said) = await OpenSsl("ts", "-reply", "-config", "tsa.conf", "-queryfile", "query.tsq", "-inkey", $"{signer}.key", "-signer", $"{signer}.pem", "-out", "reply.tsr");
            Assert.True(code == 0, said);
            return await File.ReadAllBytesAsync(In("reply.tsr"));
        });
    }

    async Task<long?> Write(Uri address, string trusted)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["TimeStamps:Url"] = address.ToString(), ["TimeStamps:TrustFile"] = In($"{trusted}.pem") }).Build();
        using var authority = TimeStampAuthority.Load(configuration);
        await using var scope = _service.Services.CreateAsyncScope();
        return await new Anchors(scope.ServiceProvider.GetRequiredService<IMediator>(), authority).WriteAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_checkpoint_is_stamped_once_a_day_and_openssl_verifies_the_entry()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is not installed here.");
        await Make("authority");
        await using var authority = await Start("authority");
        Assert.Null(await Write(authority.Address, "authority"));
        await _service.Submitted(SampleAnswers.Insight);
        var signed = await _service.Send(new SignCheckpoint { Actor = Actor.Service });
        var seq = await Write(authority.Address, "authority");

        var entry = Entry.Parse((await _service.Send(new GetEntry(_service.Auditor, seq!.Value))).Bytes);
        Assert.Equal((Anchors.Kind, signed.Size, Convert.ToHexStringLower(signed.Root)), (entry.Kind, (long)entry.Data["size"]!, (string)entry.Data["root"]!));
        await File.WriteAllBytesAsync(In("token.der"), Convert.FromBase64String((string)entry.Data["rfc3161"]!));
        await File.WriteAllTextAsync(In("text"), new Checkpoint(TestService.LogName, signed.Size, signed.Root).ToText());
        var (code, said) = await OpenSsl("ts", "-verify", "-token_in", "-in", "token.der", "-data", "text", "-CAfile", "authority.pem");
        Assert.True(code == 0, said);

        // Within a day, and while nothing but the stamp itself is new, no other follows.
        await _service.Submitted(SampleAnswers.Insight);
        await _service.Send(new SignCheckpoint { Actor = Actor.Service });
        Assert.Null(await Write(authority.Address, "authority"));
        _service.Clock.Advance(TimeSpan.FromDays(1));
        Assert.NotNull(await Write(authority.Address, "authority"));
        await _service.Send(new SignCheckpoint { Actor = Actor.Service });
        _service.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(await Write(authority.Address, "authority"));
    }

    [Fact]
    public async Task A_stamp_by_somebody_else_or_an_answer_that_is_none_changes_nothing()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is not installed here.");
        await Make("authority");
        await Make("stranger");
        await _service.Submitted(SampleAnswers.Insight);
        await _service.Send(new SignCheckpoint { Actor = Actor.Service });
        var before = _service.LedgerSize();
        await using (var stranger = await Start("stranger")) await Assert.ThrowsAsync<TimeStampException>(() => Write(stranger.Address, "authority"));
        await using (var noise = new Authority(query => Task.FromResult(query))) await Assert.ThrowsAsync<TimeStampException>(() => Write(noise.Address, "authority"));
        await Assert.ThrowsAsync<TimeStampException>(() => Write(new Uri("http://127.0.0.1:1"), "authority"));
        Assert.Equal(before, _service.LedgerSize());
        var none = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["TimeStamps:Url"] = "http://127.0.0.1:1" }).Build();
        Assert.Throws<InvalidOperationException>(() => TimeStampAuthority.Load(none));
    }

    /// <summary>A server that answers one POST after another.</summary>
    sealed class Authority : IAsyncDisposable
    {
        readonly HttpListener _listener = new();
        readonly Task _serving;

        public Authority(Func<byte[], Task<byte[]>> answer)
        {
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
            }
            _listener.Prefixes.Add(Address.ToString());
            _listener.Start();
            _serving = Serve(answer);
        }

        public Uri Address { get; }

        async Task Serve(Func<byte[], Task<byte[]>> answer)
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                using var query = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(query);
                context.Response.ContentType = "application/timestamp-reply";
                await context.Response.OutputStream.WriteAsync(await answer(query.ToArray()));
                context.Response.Close();
            }
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Close();
            await _serving;
        }
    }
}
