using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Pipeline;
using Governance.Web.Auth;
using MediatR;
using Microsoft.Net.Http.Headers;

namespace Governance.Web.Api;

/// <summary>Versions of a proposal as entity tags: <c>"v7"</c>, always strong.</summary>
internal static class ETags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"v{version}\"");

    /// <summary>
    /// The version that the caller looked at (If-Match, RFC 9110 section 13.1.1); null where they take whatever is there.
    /// A tag that this service never gave matches nothing, so it is refused like an old one (412).
    /// </summary>
    /// <param name="required">Whether the header must be there: a full replacement without it would undo what others wrote (428, RFC 6585).</param>
    public static long? Expected(HttpRequest request, bool required)
    {
        var header = request.Headers.IfMatch.ToString().Trim();
        if (header.Length == 0)
        {
            return required
                ? throw new Problem(428, "version_needed", "Say which version you changed: send its ETag in the header If-Match, such as \"v7\". GET the proposal to see it.")
                : null;
        }
        if (header == "*") return null;
        if (!EntityTagHeaderValue.TryParseList([header], out var tags) || tags.Count != 1)
            throw Problem.Invalid(new Fault("If-Match", "Send one ETag as it was given to you, such as \"v7\", quotes included."));
        var tag = tags[0].Tag.AsSpan().Trim('"');
        if (!tags[0].IsWeak && tag.StartsWith("v", StringComparison.Ordinal)
            && long.TryParse(tag[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return version;
        throw new Problem(412, "stale", $"{header} is no version of a proposal, so it matches nothing. GET the proposal to see its ETag.");
    }
}

/// <summary>Keys with which a request can be sent again safely.</summary>
internal static class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";

    /// <summary>On an answer that was given before: nothing was done this time.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    public const int Longest = 100;

    public static string Of(HttpRequest request)
    {
        var header = request.Headers[Header];
        var key = header.ToString().Trim();
        if (header.Count > 1) throw Fault("Send this header once.");
        if (key.Length == 0) throw Fault("Send a key of your own with every POST, such as a random UUID. Sent again with the same key, a request is not done twice.");
        if (key.Length > Longest) throw Fault($"The key is too long. It can have {Longest} characters at most.");
        return key.All(c => c is > ' ' and <= '~') ? key : throw Fault("The key may hold letters, digits and signs of ASCII only, without spaces.");
    }

    static Problem Fault(string message) => Problem.Invalid(new Fault(Header, message));
}

/// <summary>What the endpoints share: who asks, sending on, and answering.</summary>
internal static class Calls
{
    public const string Root = "/api/v1";

    public static Task<T> Send<T>(this HttpContext context, IRequest<T> request) =>
        context.RequestServices.GetRequiredService<IMediator>().Send(request, context.RequestAborted);

    /// <summary>
    /// Sends a command of a POST, which carries its Idempotency-Key and, if the caller gave one, the version they looked at.
    /// </summary>
    /// <param name="location">Where the result can be read, below <c>proposals/{reference}</c>; empty for the proposal itself.</param>
    public static async Task<IResult> Post<T>(this HttpContext context, T command, string location = "") where T : ProposalCommand =>
        Created(context, await context.Send(context.Prepared(command)), location);

    /// <summary>The command with the key and version of this request.</summary>
    public static T Prepared<T>(this HttpContext context, T command) where T : ProposalCommand => command with
    {
        RepeatKey = HttpMethods.IsPost(context.Request.Method) ? IdempotencyKeys.Of(context.Request) : null,
        ExpectedVersion = ETags.Expected(context.Request, required: HttpMethods.IsPut(context.Request.Method)),
    };

    public static IResult Created(HttpContext context, Receipt receipt, string location = "")
    {
        context.Response.Headers.Location = $"{Root}/proposals/{receipt.Reference}{(location.Length > 0 ? "/" : "")}{location}";
        if (context.RequestServices.GetRequiredService<Repetition>().Happened)
            context.Response.Headers[IdempotencyKeys.ReplayedHeader] = "true";
        return Receipt(context, receipt, StatusCodes.Status201Created);
    }

    public static IResult Receipt(HttpContext context, Receipt receipt, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.ETag = ETags.Of(receipt.Version);
        return Json(new ReceiptBody { Reference = receipt.Reference, Version = receipt.Version, Seq = receipt.Seq, Leaf = receipt.Leaf, At = receipt.At }, status);
    }

    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) => TypedResults.Json(value, ApiJson.Options, statusCode: status);

    /// <summary>An answer that shows a proposal at a version.</summary>
    public static IResult Json<T>(HttpContext context, T value, long version)
    {
        context.Response.Headers.ETag = ETags.Of(version);
        return Json(value);
    }

    /// <summary>The person, as every request carries them.</summary>
    public static Actor Actor(this HttpContext context) => context.GetActor();

    /// <summary>One value of the address's query; null when it is not there.</summary>
    public static string? Query(this HttpContext context, string name) => context.Request.Query[name] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => one.ToString(),
        _ => throw Problem.Invalid(new Fault(name, "Give this once.")),
    };

    public static int? WholeNumber(this HttpContext context, string name) => context.Query(name) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Problem.Invalid(new Fault(name, "Give a whole number.")),
    };

    public static T? Choice<T>(this HttpContext context, string name) where T : struct, Enum
    {
        if (context.Query(name) is not { } text) return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (ApiJson.Name(value) == text) return value;
        }
        throw Problem.Invalid(new Fault(name, $"Give one of: {string.Join(", ", Enum.GetValues<T>().Select(ApiJson.Name))}."));
    }

    /// <summary>Refuses what the query should not hold: a misspelt filter would otherwise silently give everything.</summary>
    public static void OnlyQueries(this HttpContext context, params IReadOnlyList<string> names)
    {
        var unknown = context.Request.Query.Keys.Where(k => !names.Contains(k, StringComparer.Ordinal)).ToList();
        if (unknown.Count > 0)
            throw Problem.Invalid([.. unknown.Select(k => new Fault(k, names.Count == 0 ? "This address takes no parameters." : $"There is no such parameter. Known: {string.Join(", ", names)}."))]);
    }
}
