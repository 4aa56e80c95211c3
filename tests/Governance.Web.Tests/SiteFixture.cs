using System.Collections.Immutable;
using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using MediatR;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Web.Tests;

/// <summary>
/// The real site over a database file of its own, with a clock that the test sets and people who can sign in. A class
/// fixture: tests of one class share the site, so each starts what it needs under references of its own.
/// </summary>
public class SiteFixture : IAsyncLifetime
{
    /// <summary>Everybody's password.</summary>
    public const string Password = "lanterns over quiet water";

    /// <summary>When the clock starts: a Monday morning.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    readonly string _folder = Directory.CreateTempSubdirectory("governance-site-").FullName;
    readonly WebApplicationFactory<Program> _root = new();
    readonly WebApplicationFactory<Program> _host;
    readonly Dictionary<Guid, Browser> _browsers = [];

    public SiteFixture() => _host = _root.WithWebHostBuilder(web =>
    {
        web.On(_folder);
        foreach (var (name, value) in Settings) web.UseSetting(name, value);
        web.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Clock));
    });

    /// <summary>What a fixture for some tests sets besides.</summary>
    protected virtual IEnumerable<(string Name, string Value)> Settings => [];

    /// <summary>The file with the log's private key. In Development it is made at the start where there is none.</summary>
    protected string KeyFile => TestSite.KeyFile(_folder);

    public FakeTimeProvider Clock { get; } = new(Start);

    public Actor Lead { get; private set; } = null!;
    public Actor OtherLead { get; private set; } = null!;
    public Actor Chair { get; private set; } = null!;
    public Actor Auditor { get; private set; } = null!;
    public Actor Administrator { get; private set; } = null!;
    public Actor Facilitator { get; private set; } = null!;
    public ImmutableArray<Actor> Privacy { get; private set; } = [];
    public ImmutableArray<Actor> Criminalisation { get; private set; } = [];
    public ImmutableArray<Actor> Youth { get; private set; } = [];

    public IServiceProvider Services => _host.Services;

    public virtual async ValueTask InitializeAsync()
    {
        Lead = await Add("Lena Leadbetter", "lena@example.org", [Role.ProjectLead]);
        OtherLead = await Add("Otto Outerbridge", "otto@example.org", [Role.ProjectLead]);
        Chair = await Add("Chidi Chairwell", "chidi@example.org", [Role.Chair, Role.PanelMember], new PanelSeat(StageIds.FullPanel, "chair"));
        Auditor = await Add("Aud Auditson", "aud@example.org", [Role.Auditor]);
        Administrator = await Add("Ada Adminova", "ada@example.org", [Role.Administrator]);
        Facilitator = await Add("Fay Youthworth", "fay@example.org", [Role.Facilitator]);
        Privacy = await Panel("Priya Privacy", "privacy", StageIds.Privacy, Role.PanelMember, "data_protection", "lay", "research");
        Criminalisation = await Panel("Cora Justice", "justice", StageIds.CriminalisationRisk, Role.PanelMember, "youth_justice", "lay", "research");
        Youth = await Panel("Yuna Young", "young", StageIds.YouthVoice, Role.YouthPanelMember, "youth", "youth", "youth");
    }

    /// <summary>Sends a request to the service, past the site.</summary>
    public async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>Somebody with an account and <see cref="Password"/>.</summary>
    public async Task<Actor> Add(string name, string email, Role[] roles, params PanelSeat[] seats)
    {
        var added = await Send(new AddPerson { Actor = Actor.Service, Name = name, Email = email, Roles = [.. roles], Seats = [.. seats], Password = Password });
        return new Actor { Id = added.Id, Name = name, Email = email, Roles = [.. roles], Seats = [.. seats] };
    }

    /// <summary>The browser of somebody who has signed in; one for each person, since signing in often is limited.</summary>
    public async Task<Browser> As(Actor person)
    {
        if (_browsers.TryGetValue(person.Id, out var known)) return known;
        var browser = Nobody();
        var page = await browser.Get("/sign-in");
        var answer = await browser.Submit(page, [("Input.Email", person.Email), ("Input.Password", Password)], follow: false);
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        return _browsers[person.Id] = browser;
    }

    /// <summary>The browser of somebody who has not signed in.</summary>
    public Browser Nobody() => new(_host.CreateClient(new() { AllowAutoRedirect = false }));

    /// <summary>A draft of the lead with everything filled in and its documents attached, past the site.</summary>
    public async Task<string> Draft(Answers answers, Actor? lead = null)
    {
        lead ??= Lead;
        var reference = (await Send(new StartProposal { Actor = lead })).Reference;
        await Send(new SaveDraft { Actor = lead, Reference = reference, Answers = answers });
        foreach (var document in SampleAnswers.Documents)
            await Send(new AttachDocument { Actor = lead, Reference = reference, Kind = document.Kind, FileName = document.Name, Content = Pdf(document.Kind) });
        return reference;
    }

    /// <summary>The same, submitted. Gives its reference.</summary>
    public async Task<string> Submitted(Answers answers, Actor? lead = null) =>
        (await Send(new SubmitProposal { Actor = lead ?? Lead, Reference = await Draft(answers, lead), Declared = true })).Reference;

    /// <summary>A small file that is told to be a PDF.</summary>
    public static byte[] Pdf(string text) => System.Text.Encoding.ASCII.GetBytes($"%PDF-1.4\n% {text}\n%%EOF\n");

    public virtual async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _root.DisposeAsync();
        TestSite.Remove(_folder);
        GC.SuppressFinalize(this);
    }

    async Task<ImmutableArray<Actor>> Panel(string name, string email, string panel, Role role, params string[] seats)
    {
        var people = ImmutableArray.CreateBuilder<Actor>();
        for (var i = 0; i < seats.Length; i++)
            people.Add(await Add($"{name} {i}", $"{email}{i}@example.org", [role], new PanelSeat(panel, seats[i]), new PanelSeat(StageIds.FullPanel, seats[i])));
        return people.ToImmutable();
    }
}

/// <summary>Asks the site as a browser without scripts does: keeps cookies, reads forms, and sends what stands in them.</summary>
public sealed class Browser(HttpClient client)
{
    /// <summary>What the site is asked with, for requests that no form makes.</summary>
    public HttpClient Client => client;

    /// <summary>Asks for a page, and follows redirects.</summary>
    public async Task<Seen> Get(string path)
    {
        for (var i = 0; ; i++)
        {
            var seen = await Seen.Of(await client.GetAsync(path), path);
            if (seen.Location is null || i == 5) return seen;
            path = seen.Location;
        }
    }

    /// <summary>
    /// Sends a form of the page with everything that stands in it, its token included.
    /// </summary>
    /// <param name="page">The page with the form.</param>
    /// <param name="fields">What is typed: each name given here replaces all values of that name. A null value clears it.</param>
    /// <param name="button">The button that is pressed, as <c>name=value</c>; none when the button has no name.</param>
    /// <param name="form">Which form, as a selector; the first of the page's content that posts when left out.</param>
    /// <param name="follow">Whether to go where the answer leads.</param>
    /// <param name="file">A file to choose: field, name, content.</param>
    public async Task<Seen> Submit(
        Seen page, IEnumerable<(string Name, string? Value)>? fields = null, string? button = null, string form = "main form[method=post]", bool follow = true,
        (string Field, string Name, byte[] Content)? file = null)
    {
        var element = page.Document.QuerySelector<IHtmlFormElement>(form)
            ?? throw new InvalidOperationException($"{page.Path} ({page.Status}) has no form {form}.");
        var typed = (fields ?? []).ToList();
        var names = typed.Select(f => f.Name).ToHashSet();
        var values = Standing(element).Where(f => !names.Contains(f.Name)).Concat(typed.Where(f => f.Value is not null).Select(f => (f.Name, f.Value!))).ToList();
        var action = element.GetAttribute("action") is { Length: > 0 } given ? given : page.Path;
        if (button is not null)
        {
            var parts = button.Split('=', 2);
            var pressed = element.QuerySelectorAll("button").FirstOrDefault(b => b.GetAttribute("name") == parts[0] && (b.GetAttribute("value") ?? "") == parts[1])
                ?? throw new InvalidOperationException($"{page.Path} has no button {button}.");
            values.Add((parts[0], parts[1]));
            action = pressed.GetAttribute("formaction") is { Length: > 0 } own ? own : action;
        }
        using HttpContent content = element.GetAttribute("enctype") == "multipart/form-data" ? Parts(values, file) : new FormUrlEncodedContent(values.Select(v => KeyValuePair.Create(v.Item1, v.Item2)));
        if (action.StartsWith('?')) action = page.Path.Split('?')[0] + action;
        var answer = await Seen.Of(await client.PostAsync(action, content), action);
        return follow && answer.Location is { } next ? await Get(next) : answer;
    }

    /// <summary>Everything that the form would send as it stands, but for its buttons and files.</summary>
    public static IEnumerable<(string Name, string Value)> Standing(IHtmlFormElement form)
    {
        foreach (var control in form.QuerySelectorAll("input, textarea, select"))
        {
            if (control.GetAttribute("name") is not { Length: > 0 } name || control.HasAttribute("disabled")) continue;
            switch (control)
            {
                case IHtmlInputElement { Type: "checkbox" or "radio" } box:
                    if (box.IsChecked) yield return (name, box.Value);
                    break;
                case IHtmlInputElement { Type: "file" or "submit" or "button" }:
                    break;
                case IHtmlInputElement input:
                    yield return (name, input.Value);
                    break;
                case IHtmlTextAreaElement area:
                    yield return (name, area.Value);
                    break;
                case IHtmlSelectElement select:
                    yield return (name, select.Value ?? "");
                    break;
            }
        }
    }

    static MultipartFormDataContent Parts(IEnumerable<(string Name, string Value)> values, (string Field, string Name, byte[] Content)? file)
    {
        var parts = new MultipartFormDataContent();
        foreach (var (name, value) in values) parts.Add(new StringContent(value), name);
        if (file is { } chosen) parts.Add(new ByteArrayContent(chosen.Content), chosen.Field, chosen.Name);
        return parts;
    }
}

/// <summary>An answer of the site, read as a document.</summary>
/// <param name="Path">What was asked for.</param>
/// <param name="Location">Where it leads, for a redirect.</param>
public sealed record Seen(string Path, HttpResponseMessage Answer, IDocument Document, string? Location)
{
    public HttpStatusCode Status => Answer.StatusCode;

    public string Heading => Document.QuerySelector("h1")?.TextContent.Trim() ?? "";

    /// <summary>The text of the page's content, with single spaces.</summary>
    public string Text => string.Join(' ', (Document.QuerySelector("main") ?? Document.Body!).TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The lines of the error summary: what they say and where they lead.</summary>
    public IReadOnlyList<(string Text, string? Href)> Errors =>
        [.. Document.QuerySelectorAll(".govuk-error-summary__list li").Select(li => (li.TextContent.Trim(), li.QuerySelector("a")?.GetAttribute("href")))];

    /// <summary>Where the link with this text leads.</summary>
    public string? Link(string text) => Document.QuerySelectorAll("main a").FirstOrDefault(a => a.TextContent.Trim() == text)?.GetAttribute("href");

    public static async Task<Seen> Of(HttpResponseMessage answer, string path)
    {
        var html = answer.Content.Headers.ContentType?.MediaType == "text/html" ? await answer.Content.ReadAsStringAsync() : "";
        var document = await BrowsingContext.New(Configuration.Default).OpenAsync(request => request.Content(html));
        var location = answer.Headers.Location is { } to ? to.IsAbsoluteUri ? to.PathAndQuery : to.OriginalString : null;
        return new Seen(path, answer, document, location);
    }
}
