using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Governance.Ledger;

namespace Governance.Benchmarks;

/// <summary>The real site in a process of its own on 127.0.0.1, as an operator runs it but for TLS.</summary>
sealed partial class WebProcess : IAsyncDisposable
{
    readonly Process _process;

    WebProcess(Process process, Uri address, TimeSpan toFirstPage)
    {
        _process = process;
        Address = address;
        ToFirstPage = toFirstPage;
    }

    public Uri Address { get; }

    /// <summary>From the start of the process to the whole sign-in page.</summary>
    public TimeSpan ToFirstPage { get; }

    public static async Task<WebProcess> StartAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var key = Path.Combine(folder, "ledger.key");
        if (!File.Exists(key)) File.WriteAllText(key, NoteSigner.Generate(Installation.LogName).ToPrivateText() + "\n");
        var dll = Path.Combine(Installation.Root, "src/Governance.Web/bin", Configuration, "net10.0/Governance.Web.dll");
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [dll, "--urls", address.ToString(), "--Data:Folder", folder, "--Ledger:KeyFile", key, "--Ledger:Name", Installation.LogName, "--Logging:LogLevel:Default", "Warning"])
        {
            WorkingDirectory = Path.Combine(Installation.Root, "src/Governance.Web"),
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        // Not Production, where cookies travel over TLS alone; not Development, which is slower.
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Benchmark";
        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        using var http = new HttpClient();
        while (true)
        {
            if (process.HasExited) throw new InvalidOperationException($"The site ended with {process.ExitCode} instead of starting.");
            if (clock.Elapsed > TimeSpan.FromMinutes(2)) throw new TimeoutException("The site gave no page within two minutes.");
            try
            {
                using var answer = await http.GetAsync(new Uri(address, "/sign-in"));
                if (answer.IsSuccessStatusCode) return new WebProcess(process, address, clock.Elapsed);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(10);
            }
        }
    }

    /// <summary>Signs in at the sign-in page, as a browser does.</summary>
    public async Task<HttpClient> SignInAsync(string person)
    {
        var client = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        var page = await client.GetStringAsync("/sign-in");
        var token = Token().Match(page).Groups["token"].Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = token,
            ["Input.Email"] = $"{person}@benchmarks.example",
            ["Input.Password"] = Installation.Password,
        });
        using var answer = await client.PostAsync("/sign-in", form);
        var after = await client.GetAsync("/work");
        if (after.RequestMessage!.RequestUri!.AbsolutePath != "/work" || !after.IsSuccessStatusCode)
            throw new InvalidOperationException($"Signing in led to {after.RequestMessage.RequestUri} with {(int)after.StatusCode}.");
        return client;
    }

    /// <summary>Megabytes of working set: now, and the most so far.</summary>
    public (double Now, double Peak) Memory()
    {
        _process.Refresh();
        return (_process.WorkingSet64 / 1e6, _process.PeakWorkingSet64 / 1e6);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
