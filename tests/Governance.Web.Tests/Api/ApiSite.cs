using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Data;
using Governance.Service.People;
using Governance.Service.Pipeline;
using MediatR;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Web.Tests.Api;

/// <summary>The real site over a database of its own, with people who each have a token, and a clock that stands still.</summary>
public sealed class ApiSite : IAsyncDisposable
{
    public const string Lead = "lead", OtherLead = "other lead", Chair = "chair", Auditor = "auditor", Administrator = "administrator", Facilitator = "facilitator";

    readonly string folder = Directory.CreateTempSubdirectory("governance-api-").FullName;
    readonly WebApplicationFactory<Program> host;
    readonly Dictionary<string, string> tokens = [];

    ApiSite((string Name, string Value)[] settings) => host = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
    {
        web.On(folder);
        foreach (var (name, value) in settings) web.UseSetting(name, value);
        web.ConfigureServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock)));
    });

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero));

    public IReadOnlyCollection<string> Everyone => tokens.Keys;

    public static async Task<ApiSite> StartAsync(params (string Name, string Value)[] settings)
    {
        var site = new ApiSite(settings);
        await site.Add(Lead, [Role.ProjectLead]);
        await site.Add(OtherLead, [Role.ProjectLead]);
        await site.Add(Chair, [Role.Chair]);
        await site.Add(Auditor, [Role.Auditor]);
        await site.Add(Administrator, [Role.Administrator]);
        await site.Add(Facilitator, [Role.Facilitator]);
        foreach (var (stage, seats) in Panels)
        {
            foreach (var (i, seat) in seats.Index())
                await site.Add($"{stage} {i}", [seat == "youth" ? Role.YouthPanelMember : Role.PanelMember], new PanelSeat(stage, seat));
        }
        return site;
    }

    static readonly (string Stage, string[] Seats)[] Panels =
    [
        (StageIds.Privacy, ["data_protection", "lay", "research"]),
        (StageIds.CriminalisationRisk, ["youth_justice", "lay", "research"]),
        (StageIds.YouthVoice, ["youth", "youth", "youth"]),
    ];

    public static IEnumerable<string> PanelOf(string stage) => Panels.First(p => p.Stage == stage).Seats.Select((_, i) => $"{stage} {i}");

    /// <summary>Straight into the database: the use case would hash a password for each, and that is slow on purpose.</summary>
    async Task Add(string name, Role[] roles, params PanelSeat[] seats)
    {
        var id = Guid.NewGuid();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var session = scope.ServiceProvider.GetRequiredService<Session>();
            await session.BeginWriteAsync(CancellationToken.None);
            await session.ExecuteAsync(
                "INSERT INTO person (id, email, name, password_hash, security_stamp, created_at) VALUES (@id, @email, @name, '', '', @now)",
                new { id, email = $"{name.Replace(' ', '.')}@people.example", name = $"Sam {name}", now = Clock.GetUtcNow() });
            foreach (var role in roles)
                await session.ExecuteAsync("INSERT INTO person_role (person, role) VALUES (@id, @role)", new { id, role = role.ToString() });
            foreach (var seat in seats)
                await session.ExecuteAsync("INSERT INTO panel_seat (panel, person, kind) VALUES (@Panel, @id, @Kind)", new { id, seat.Panel, seat.Kind });
            await session.CommitAsync();
            await session.EndAsync();
        }
        tokens[name] = (await Send(new CreateToken { Actor = Actor.Service, Person = id, Name = "test", Days = 300 })).Token;
    }

    public async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>What a query gives, straight from the database.</summary>
    public async Task<IReadOnlyList<T>> Query<T>(string sql)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.BeginReadAsync(CancellationToken.None);
        var rows = await session.QueryAsync<T>(sql);
        await session.EndAsync();
        return rows;
    }

    /// <summary>How many entries people made: those that the service adds before a checkpoint come in their own time.</summary>
    public async Task<long> Entries() => (await Query<long>("SELECT COUNT(*) FROM ledger_entry WHERE kind <> 'heads'"))[0];

    public HttpClient Client() => host.CreateClient(new() { AllowAutoRedirect = false });

    public IServiceProvider Services => host.Services;

    public static HttpContent Json(JsonNode? body) => Json(body?.ToJsonString() ?? "");

    public static HttpContent Json(string body) => new StringContent(body, Encoding.UTF8, "application/json");

    /// <summary>Sends a request as somebody; a POST gets a key of its own unless one is given.</summary>
    public async Task<Answer> Call(string? person, HttpMethod method, string path, HttpContent? content = null, string? key = null, string? ifMatch = null)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : $"/api/v1/{path}") { Content = content };
        if (person is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[person]);
        if (method == HttpMethod.Post && key is null) key = Guid.NewGuid().ToString();
        if (!string.IsNullOrEmpty(key)) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await client.SendAsync(request);
        return await Answer.Of(response);
    }

    public Task<Answer> Get(string? person, string path) => Call(person, HttpMethod.Get, path);

    public Task<Answer> Post(string? person, string path, JsonNode? body, string? key = null, string? ifMatch = null) =>
        Call(person, HttpMethod.Post, path, Json(body), key, ifMatch);

    /// <summary>The same, where it must succeed.</summary>
    public async Task<Answer> Done(string person, string path, JsonNode? body)
    {
        var answer = await Post(person, path, body);
        Assert.True(answer.Status == HttpStatusCode.Created, $"POST {path} as {person}: {answer.Text}");
        return answer;
    }

    public static MultipartFormDataContent Document(string kind, string? text = null) => new()
    {
        { new StringContent(kind), "kind" },
        { new ByteArrayContent(Encoding.ASCII.GetBytes($"%PDF-1.4\n% {text ?? kind}\n%%EOF\n")), "file", $"{kind}.pdf" },
    };

    /// <summary>A draft with everything filled in.</summary>
    public async Task<string> Draft(Answers? answers = null)
    {
        var started = await Done(Lead, "proposals", new JsonObject { ["answers"] = (answers ?? SampleAnswers.ServiceDesign).ToJson() });
        var reference = started["reference"];
        foreach (var document in SampleAnswers.Documents)
        {
            var attached = await Call(Lead, HttpMethod.Post, $"proposals/{reference}/documents", Document(document.Kind));
            Assert.True(attached.Status == HttpStatusCode.Created, attached.Text);
        }
        return reference;
    }

    public async Task<string> Submitted() =>
        (await Done(Lead, $"proposals/{await Draft()}/submission", new JsonObject { ["declared"] = true }))["reference"];

    public static JsonObject Vote(string choice = "approve") => new() { ["choice"] = choice, ["rationale"] = "It is fair and the risks are small." };

    public async Task Approve(string reference, string stage)
    {
        foreach (var member in PanelOf(stage)) await Done(member, $"proposals/{reference}/stages/{stage}/votes", Vote());
        await Done(Chair, $"proposals/{reference}/stages/{stage}/outcome", new JsonObject { ["summary"] = "The panel found it fair." });
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        TestSite.Remove(folder);
    }
}

/// <summary>What came back.</summary>
public sealed record Answer(HttpStatusCode Status, string? MediaType, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>A member of the answer, as text.</summary>
    public string this[string name] => Json[name]?.ToString() ?? "";

    public string Header(string name) => Headers.GetValueOrDefault(name) ?? "";

    /// <summary>The paths and headers that a refusal names.</summary>
    public IEnumerable<string> Errors => Json["errors"] is JsonObject errors ? errors.Select(e => e.Key) : [];

    public static async Task<Answer> Of(HttpResponseMessage response) => new(
        response.StatusCode,
        response.Content.Headers.ContentType?.MediaType,
        response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
        await response.Content.ReadAsStringAsync());

    /// <summary>It is a refusal of this kind, as problem details that tell nothing of the program's insides.</summary>
    public Answer Refused(HttpStatusCode status, string code)
    {
        Assert.True(Status == status, $"Wanted {status}, got {Status}: {Text}");
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal((int)status, Json["status"]!.GetValue<int>());
        Assert.Equal(code, this["code"]);
        Assert.NotEmpty(this["detail"]);
        Assert.DoesNotContain("Exception", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
        return this;
    }
}
