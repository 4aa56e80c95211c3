using System.Net;
using System.Text.Json.Nodes;
using Governance.Service;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Api;

public sealed class DescriptionTests
{
    [Fact]
    public async Task The_document_covers_every_endpoint_and_holds_together()
    {
        await using var site = await ApiSite.StartAsync();
        var answer = await site.Get(null, "/openapi/v1.json");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var document = answer.Json;
        Assert.StartsWith("3.", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);

        var operations = document["paths"]!.AsObject()
            .SelectMany(p => p.Value!.AsObject().Select(o => (Path: p.Key, Method: o.Key.ToUpperInvariant(), Operation: o.Value!))).ToList();
        var mapped = site.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("api/v1", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} /{e.RoutePattern.RawText!.TrimStart('/').TrimEnd('/').Replace(":int", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal).Replace(":long:min(0)", "", StringComparison.Ordinal)}"))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(mapped.Count >= 27);
        Assert.Equal(mapped, operations.Select(o => $"{o.Method} {o.Path}").Order(StringComparer.Ordinal));
        Assert.Equal(operations.Count, operations.Select(o => o.Operation["operationId"]!.GetValue<string>()).Distinct().Count());

        foreach (var (path, method, operation) in operations)
        {
            Assert.False(string.IsNullOrWhiteSpace(operation["summary"]?.GetValue<string>()), $"{method} {path} has no summary.");
            var responses = operation["responses"]!.AsObject();
            Assert.Contains(responses, r => r.Key[0] == '2');
            Assert.All(responses, r => Assert.NotEqual("", r.Value!["description"]!.GetValue<string>()));
            foreach (var (status, response) in responses.Where(r => r.Key[0] == '4')) Assert.True(response!["content"]!["application/problem+json"] is not null, $"{method} {path} {status}");
            Assert.Contains("401", responses.Select(r => r.Key));
            var parameters = operation["parameters"]?.AsArray().Select(p => p!["name"]!.GetValue<string>()).ToList() ?? [];
            foreach (var name in path.Split('/').Where(p => p.StartsWith('{')).Select(p => p.Trim('{', '}'))) Assert.Contains(name, parameters);
            Assert.Equal(method == "POST", parameters.Contains("Idempotency-Key"));
            if (method is "POST" or "PUT") Assert.NotNull(operation["requestBody"]);
        }

        foreach (var reference in References(document))
        {
            Assert.StartsWith("#/", reference, StringComparison.Ordinal);
            var at = reference[2..].Split('/').Aggregate((JsonNode?)document, (node, part) => node?[part.Replace("~1", "/", StringComparison.Ordinal)]);
            Assert.True(at is not null, $"{reference} leads nowhere.");
        }
        Assert.Equal("bearer", document["components"]!["securitySchemes"]!["Bearer"]!["scheme"]!.GetValue<string>());
        Assert.NotEmpty(document["security"]!.AsArray());
        var fields = site.Services.GetRequiredService<Rulebooks>().Form.Fields.Select(f => f.Id);
        Assert.Equal(fields, document["components"]!["schemas"]!["FormAnswers"]!["properties"]!.AsObject().Select(p => p.Key));
    }

    static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => p is { Key: "$ref", Value: JsonValue v } ? [v.GetValue<string>()] : References(p.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };
}
