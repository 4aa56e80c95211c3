using System.Collections.Concurrent;
using System.Net;
using AngleSharp.Dom;
using Governance.Review;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Web.Tests.Components;
using MediatR;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Web.Tests.People;

/// <summary>The real site over a database of its own, with a clock that the test sets and everything that it logs at hand.</summary>
sealed class PeopleSite : IAsyncDisposable
{
    public const string Password = "purple lantern walks";

    readonly WebApplicationFactory<Program> _host;
    readonly Logs _log = new();

    /// <summary>A site on SQLite even where there is a server to test against.</summary>
    public static PeopleSite Embedded() => new("Development", embedded: true);

    public PeopleSite(string environment = "Development", DateTimeOffset? now = null, params (string Name, string Value)[] settings)
        : this(environment, embedded: false, now, settings)
    {
    }

    PeopleSite(string environment, bool embedded, DateTimeOffset? now = null, params (string Name, string Value)[] settings)
    {
        if (embedded) TestSite.Embed(Folder);
        Clock = new(now ?? new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero));
        if (environment == "Production") TestSite.Prepare(Folder, Password);
        _host = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
        {
            web.On(Folder, environment);
            foreach (var (name, value) in settings) web.UseSetting(name, value);
            web.ConfigureServices(services => services.AddSingleton<TimeProvider>(Clock));
            web.ConfigureLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddFilter<Logs>(null, LogLevel.Trace).AddProvider(_log));
        });
    }

    public const string LogName = TestSite.LogName;

    public string Folder { get; } = Directory.CreateTempSubdirectory("governance-test-").FullName;

    public string KeyFile => TestSite.KeyFile(Folder);

    public FakeTimeProvider Clock { get; }

    public string Logged => string.Join('\n', _log.Lines);

    public IServiceProvider Services => _host.Services;

    /// <summary>A browser of its own: it keeps its cookies and follows no redirects.</summary>
    public Browser Open() => new(_host.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = new Uri("https://localhost") }));

    public async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    public async Task<Guid> Add(string email, string name, params Role[] roles) =>
        (await Send(new AddPerson { Actor = Actor.Service, Email = email, Name = name, Roles = [.. roles], Password = Password })).Id;

    /// <summary>A browser in which an administrator is signed in.</summary>
    public async Task<Browser> Administrator()
    {
        await Add("ada@example.org", "Ada Adminova", Role.Administrator);
        return await SignedIn("ada@example.org");
    }

    public async Task<Browser> SignedIn(string email, string password = Password)
    {
        var browser = Open();
        var answer = await browser.SignIn(email, password);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        TestSite.Remove(Folder);
    }

    sealed class Logs : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

/// <summary>A person's browser without scripts.</summary>
sealed class Browser(HttpClient client)
{
    public HttpClient Client { get; } = client;

    public Task<HttpResponseMessage> Get(string path) => Client.GetAsync(path);

    public async Task<IDocument> Page(string path)
    {
        var answer = await Get(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await Site.Document(answer);
    }

    /// <summary>Sends a form to <paramref name="to"/> with the token of the page at <paramref name="from"/>.</summary>
    public async Task<HttpResponseMessage> Post(string from, string to, params (string Name, string Value)[] fields)
    {
        var token = (await Page(from)).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        return await PostRaw(to, [("__RequestVerificationToken", token), .. fields]);
    }

    public async Task<HttpResponseMessage> PostRaw(string to, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await Client.PostAsync(to, form);
    }

    public Task<HttpResponseMessage> SignIn(string email, string password, string? returnUrl = null) =>
        Post("/sign-in", "/sign-in", ("Input.Email", email), ("Input.Password", password), ("returnUrl", returnUrl ?? ""));
}
