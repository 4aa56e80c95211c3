using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Governance.Browser.Tests.Site))]

namespace Governance.Browser.Tests;

/// <summary>
/// The real site in a process of its own, with the demonstration data, and a real Chromium. Without a browser the tests
/// are skipped, visibly; where <c>GOVERNANCE_REQUIRE_BROWSER</c> is set they fail instead.
/// </summary>
public sealed class Site : IAsyncLifetime
{
    static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // The tests of the host with Elsa compile this file too; beside them lies that host.
    static readonly string Program = File.Exists(Path.Combine(AppContext.BaseDirectory, "Governance.Elsa.Host.dll")) ? "Governance.Elsa.Host" : "Governance.Web";

    readonly string _data = Directory.CreateTempSubdirectory("governance-browser-").FullName;
    readonly List<string> _output = [];
    Process? _process;
    IPlaywright? _playwright;
    IBrowser? _browser;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public string DataFolder => _data;

    public async ValueTask InitializeAsync()
    {
        var executable = Browsers.FirstOrDefault(File.Exists);
        if (executable is null)
        {
            if (Environment.GetEnvironmentVariable("GOVERNANCE_REQUIRE_BROWSER") == "1")
                throw new InvalidOperationException("Chromium is required here and is not installed.");
            return;
        }
        await StartSiteAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A window of its own: no cookies from others.</summary>
    public async Task<IPage> OpenAsync(bool javaScript = true, int width = 1280)
    {
        Assert.SkipWhen(_browser is null, "Chromium is not installed.");
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = Address.ToString(),
            JavaScriptEnabled = javaScript,
            ViewportSize = new() { Width = width, Height = 900 },
        });
        context.SetDefaultTimeout(15_000);
        return await context.NewPageAsync();
    }

    /// <summary>Stops the site, runs one of the operator's subcommands over its data, and starts it again, both with the settings given.</summary>
    /// <returns>What the subcommand said.</returns>
    public async Task<string> MaintainAsync(IReadOnlyDictionary<string, string> settings, params string[] subcommand)
    {
        await StopSiteAsync();
        var said = await OperateAsync(settings, subcommand);
        await StartSiteAsync([.. settings.SelectMany(s => new[] { $"--{s.Key}", s.Value })]);
        return said;
    }

    /// <summary>Runs one of the operator's subcommands over the site's data, which must end well. Gives back what it said.</summary>
    public async Task<string> OperateAsync(IReadOnlyDictionary<string, string> settings, params string[] subcommand)
    {
        var start = Start(subcommand);
        start.Environment["Data__Folder"] = _data;
        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', subcommand)} ended with {process.ExitCode}: {await output}{await error}");
        return await output;
    }

    static ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(Root(), "src", "Governance.Web"),
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development" },
        };
        foreach (var argument in arguments.Prepend(Path.Combine(AppContext.BaseDirectory, $"{Program}.dll"))) start.ArgumentList.Add(argument);
        return start;
    }

    async Task StartSiteAsync(params string[] settings)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        _process = Process.Start(Start(["--urls", Address.ToString(), "--Data:Folder", _data, .. settings]))!;
        var ready = new TaskCompletionSource();
        void Heard(string? line)
        {
            if (line is null) return;
            lock (_output) _output.Add(line);
            if (line.Contains("Application started", StringComparison.Ordinal)) ready.TrySetResult();
        }
        _process.OutputDataReceived += (_, e) => Heard(e.Data);
        _process.ErrorDataReceived += (_, e) => Heard(e.Data);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("The site ended: " + Output()));
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    string Output()
    {
        lock (_output) return string.Join('\n', _output);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The folder that holds the solution.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        await StopSiteAsync();
        Directory.Delete(_data, recursive: true);
    }

    async Task StopSiteAsync()
    {
        if (_process is not { HasExited: false }) return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }
}

static class Pages
{
    /// <summary>Fails with every rule that axe finds broken on the page as it stands (WCAG 2.2 A and AA, and best practice).</summary>
    public static async Task AssertAccessibleAsync(this IPage page)
    {
        var faults = await page.AccessibilityFaultsAsync();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>What axe finds broken on the page as it stands, with the page's address.</summary>
    public static async Task<IReadOnlyList<string>> AccessibilityFaultsAsync(this IPage page)
    {
        var result = await page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        return [.. result.Violations.Select(v => $"{page.Url}: {v.Id}: {v.Help} ({string.Join(", ", v.Nodes.Take(3).Select(n => n.Html))})")];
    }

    /// <summary>Signs in with the demonstration account whose name begins so.</summary>
    public static async Task SignInAsync(this IPage page, string name)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new($"{name}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)) }).First.ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
    }
}
