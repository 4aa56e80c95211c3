using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Governance.Nodes.Tests;

/// <summary>What was acknowledged: which key, and the place in the log that it was told.</summary>
sealed record Acknowledged(string Key, string Path, long? Seq, string? Leaf, bool Replayed);

/// <summary>
/// Callers of the API who go from node to node as a load balancer would send them, and repeat what got no answer with the
/// same Idempotency-Key until there is one.
/// </summary>
sealed class Callers(Cluster cluster, params IReadOnlyList<Node> nodes) : IDisposable
{
    readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), PooledConnectionLifetime = TimeSpan.FromSeconds(1) }) { Timeout = TimeSpan.FromSeconds(30) };
    int _turn, _repeats;

    public ConcurrentBag<Acknowledged> Acknowledged { get; } = [];

    /// <summary>How often an answer failed to come, so that a caller asked again.</summary>
    public int Repeats => _repeats;

    public async Task<JsonNode> PostAsync(string person, string path, JsonObject body) => (await SendAsync(person, path, () => new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json")))!;

    public Task<JsonNode> AttachAsync(string person, string path, string kind) => SendAsync(person, path, () => new MultipartFormDataContent
    {
        { new StringContent(kind), "kind" },
        { new ByteArrayContent(Encoding.ASCII.GetBytes($"%PDF-1.4\n% {kind}\n%%EOF\n")), "file", $"{kind}.pdf" },
    });

    public async Task<byte[]> GetAsync(string person, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(nodes[0].Address, $"api/v1/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", cluster.Tokens[person]);
        request.Headers.Accept.ParseAdd(accept);
        using var answer = await _client.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.IsSuccessStatusCode, $"GET {path} as {person}: {(int)answer.StatusCode} {Encoding.UTF8.GetString(bytes)}");
        return bytes;
    }

    async Task<JsonNode> SendAsync(string person, string path, Func<HttpContent> content)
    {
        var (key, last) = (Guid.NewGuid().ToString(), "");
        for (var attempt = 0; attempt < 600; attempt++)
        {
            var node = nodes[Interlocked.Increment(ref _turn) % nodes.Count];
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Address, $"api/v1/{path}")) { Content = content() };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", cluster.Tokens[person]);
            request.Headers.Add("Idempotency-Key", key);
            try
            {
                using var answer = await _client.SendAsync(request);
                var text = await answer.Content.ReadAsStringAsync();
                if (answer.StatusCode == HttpStatusCode.Created)
                {
                    var json = JsonNode.Parse(text)!;
                    Acknowledged.Add(new Acknowledged(key, path, json["seq"]?.GetValue<long>(), json["leaf"]?.GetValue<string>(), answer.Headers.Contains("Idempotency-Replayed")));
                    return json;
                }
                // What is refused is refused for good; only what may not have been done at all is asked for again.
                Assert.True((int)answer.StatusCode >= 500, $"POST {path} as {person}: {(int)answer.StatusCode} {text}");
                last = $"{(int)answer.StatusCode} {text}";
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                last = e.Message;
                // The node went away before, while or after it did what was asked.
            }
            Interlocked.Increment(ref _repeats);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
        throw new InvalidOperationException($"POST {path} as {person} was never answered, in the end with: {last}");
    }

    public void Dispose() => _client.Dispose();
}
