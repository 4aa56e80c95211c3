using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Review;
using Governance.Review.Proposals;
using Microsoft.AspNetCore.WebUtilities;

namespace Governance.Web.Api;

/// <summary>
/// Why a request was not done, as problem details (RFC 9457). <c>code</c> names the kind for programs, <c>detail</c> says it
/// for people, and <c>errors</c> names each wrong field by its path in the request.
/// </summary>
internal sealed class Problem(int status, string code, string detail) : Exception(detail)
{
    public const string MediaType = "application/problem+json";

    public int Status { get; } = status;

    public string Code { get; } = code;

    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>Further members: facts that a program needs to go on.</summary>
    public JsonObject Facts { get; init; } = [];

    /// <summary>Faults in the request itself, each with the path or header that it is about.</summary>
    public static Problem Invalid(params IReadOnlyList<Fault> faults) => new(400, "invalid", "The request was not accepted. Each thing to put right is listed under \"errors\".") { Faults = faults };

    public static Problem TooLarge(long limit) => new(413, "too_large", $"The body is too large. It can have {limit} bytes at most.") { Facts = new JsonObject { ["limit_bytes"] = limit } };

    public static Problem Of(RefusalException refusal) => refusal switch
    {
        InvalidException invalid => Invalid([.. invalid.Faults.Select(f => new Fault(FaultPath.Of(f.Field), f.Message))]),
        NotAllowedException => new(403, "not_allowed", refusal.Message),
        NotFoundException => new(404, "not_found", refusal.Message),
        StaleException stale => new(412, "stale", stale.Message)
        {
            Facts = new JsonObject { ["expected_version"] = stale.Expected, ["current_version"] = stale.Current, ["current_etag"] = ETags.Of(stale.Current) },
        },
        UnavailableException => new(503, "record_does_not_match", refusal.Message),
        _ => new(409, "conflict", refusal.Message),
    };

    /// <summary>What a bare status means here, for refusals that happen before an endpoint is reached.</summary>
    public static Problem Of(int status) => status switch
    {
        400 => new(400, "invalid", "The request cannot be read. Check it against the description at /openapi/v1.json."),
        401 => new(401, "not_signed_in", "Send a token with the header \"Authorization: Bearer …\". You make tokens on your account page. If you sent one, it is unknown, revoked or expired."),
        403 => new(403, "not_allowed", "Your role does not let you do this."),
        404 => new(404, "not_found", "There is nothing at this address. The addresses are listed at /openapi/v1.json."),
        405 => new(405, "wrong_method", "This address does not take this method. The header \"Allow\" says which it takes."),
        413 => new(413, "too_large", "The body is too large."),
        415 => new(415, "wrong_media_type", "The body is of a kind that this address does not take. Documents are sent as multipart/form-data, all else as application/json."),
        429 => new(429, "too_many_requests", "Too many requests. Wait for as many seconds as the header \"Retry-After\" says."),
        >= 500 => new(status, "failed", "Something went wrong on our side. Send the request again: with the same Idempotency-Key it is never done twice."),
        _ => new(status, ApiJson.Name(ReasonPhrases.GetReasonPhrase(status).Replace(" ", "", StringComparison.Ordinal)), "The request was not accepted."),
    };

    public async Task WriteAsync(HttpContext context)
    {
        var json = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = ReasonPhrases.GetReasonPhrase(Status),
            ["status"] = Status,
            ["code"] = Code,
            ["detail"] = Message,
        };
        if (Faults.Count > 0)
        {
            var errors = new JsonObject();
            foreach (var field in Faults.GroupBy(f => f.Field, StringComparer.Ordinal))
                errors[field.Key] = new JsonArray([.. field.Select(f => (JsonNode)f.Message)]);
            json["errors"] = errors;
        }
        foreach (var (name, value) in Facts) json[name] = value?.DeepClone();
        context.Response.StatusCode = Status;
        context.Response.ContentType = MediaType;
        await context.Response.WriteAsync(json.ToJsonString(ApiJson.Options), context.RequestAborted);
    }
}

/// <summary>The service's names of what is at fault, turned into paths in the API's requests.</summary>
internal static class FaultPath
{
    static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["After"] = "cursor",
        ["Take"] = "limit",
        ["FileName"] = "file",
        ["Content"] = "file",
        ["RepeatKey"] = IdempotencyKeys.Header,
        ["attachments"] = "documents",
    };

    /// <summary>
    /// A property of the request, such as <c>Checklist[0].Note</c>, becomes <c>checklist[0].note</c>. A field of the form, such
    /// as <c>onward_use[0].recipient</c>, becomes <c>answers.onward_use[0].recipient</c>; <c>answers[c1]</c> is the answer to
    /// the requested change <c>c1</c>, which the API calls a response.
    /// </summary>
    public static string Of(string field)
    {
        if (field.Length == 0) return "answers";
        if (Renamed.TryGetValue(field, out var name)) return name;
        if (field.StartsWith("answers[", StringComparison.Ordinal)) return $"responses{field["answers".Length..]}";
        if (char.IsAsciiLetterLower(field[0])) return $"answers.{field}";
        return string.Join('.', field.Split('.').Select(part => part.IndexOf('[', StringComparison.Ordinal) is > 0 and var at
            ? ApiJson.Name(part[..at]) + part[at..]
            : ApiJson.Name(part)));
    }
}

/// <summary>Writes problem details for every bare status under <c>/api</c>, whatever the caller says they accept: a program that asks for nothing in particular gets a reason too.</summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => context.HttpContext.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    public async ValueTask WriteAsync(ProblemDetailsContext context) => await Problem.Of(context.HttpContext.Response.StatusCode).WriteAsync(context.HttpContext);
}
