using System.Text.Json.Nodes;
using Governance.Review.Proposals;
using Governance.Service;
using Governance.Web.Auth;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Governance.Web.Api;

/// <summary>Whether an endpoint is about a proposal, and so may find none.</summary>
internal enum Finds { Nothing, AProposal }

/// <summary>A parameter in the address's query, for the description.</summary>
internal sealed record QueryParameter(string Name, string About, string Type, IReadOnlyList<string> Values);

/// <summary>The endpoint takes a document with this other part, for the description.</summary>
internal sealed record FileBody(string Part, IReadOnlyList<string> Values);

/// <summary>The endpoint gives a document, for the description.</summary>
internal sealed record GivesFile;

/// <summary>The OpenAPI document: what the endpoints say of themselves, and what holds for all of them.</summary>
internal static class Description
{
    /// <summary>A POST that does something: a receipt, and the refusals that every act may meet.</summary>
    public static RouteHandlerBuilder Acts(this RouteHandlerBuilder endpoint, string summary, string description) =>
        endpoint.WithSummary(summary).WithDescription(description).Produces<ReceiptBody>(201).Refuses(400, 403, 404, 409, 412);

    /// <summary>A PUT or DELETE.</summary>
    public static RouteHandlerBuilder Saves(this RouteHandlerBuilder endpoint, string summary, string description) =>
        endpoint.WithSummary(summary).WithDescription(description).Produces<ReceiptBody>(200).Refuses(400, 403, 404, 409, 412);

    public static RouteHandlerBuilder Shows<T>(this RouteHandlerBuilder endpoint, string summary, string description, Finds finds = Finds.Nothing, params int[] more) =>
        endpoint.WithSummary(summary).WithDescription(description).Produces<T>(200).Refuses([.. finds == Finds.AProposal ? (int[])[403, 404] : [400], .. more]);

    public static RouteHandlerBuilder ShowsFile(this RouteHandlerBuilder endpoint, string summary, string description) =>
        endpoint.WithSummary(summary).WithDescription(description).WithMetadata(new GivesFile()).Refuses(400, 404);

    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) where T : class => endpoint.Accepts<T>("application/json").Refuses(413, 415);

    public static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder endpoint, string part, IReadOnlyList<string> values) =>
        endpoint.WithMetadata(new FileBody(part, values)).Refuses(413, 415);

    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder endpoint, string name, string about, string type = "string", params IReadOnlyList<string> values) =>
        endpoint.WithMetadata(new QueryParameter(name, about, type, values));

    public static RouteHandlerBuilder WithQuery<T>(this RouteHandlerBuilder endpoint, string name, string about) where T : struct, Enum =>
        endpoint.WithQuery(name, about, "string", [.. Enum.GetValues<T>().Select(ApiJson.Name)]);

    static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params IReadOnlyList<int> statuses)
    {
        foreach (var status in statuses) endpoint.ProducesProblem(status);
        return endpoint.ProducesProblem(401).ProducesProblem(429);
    }

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer(Document);
        options.AddOperationTransformer(Operation);
        options.AddSchemaTransformer(Schema);
    });

    static Task Document(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Review of proposed uses of young people's social media data",
            Version = "v1",
            Description = """
                Everything that can be done on the pages can be done here, by the same rules.

                - **Who you are**: send `Authorization: Bearer` with a token from your account page. Cookies are not looked at.
                - **Repeating**: every POST needs an `Idempotency-Key` of your choice. The same request with the same key is done once and gets the same answer, with the header `Idempotency-Replayed: true`. Another request with a used key is refused (409).
                - **Versions**: every proposal and receipt has an `ETag` such as `"v7"`. Send it as `If-Match` to act only on what you saw: if it has changed, nothing is done (412). PUT needs it (428 without).
                - **Receipts**: whoever acts gets the number and the leaf hash of the entry in the log.
                - **Refusals** are problem details (RFC 9457): `code` for programs, `detail` for people, `errors` by the path of each wrong field. What you may not see answers 404. What cannot be done now, but could be in another state, answers 409.
                - **Names** are in snake_case. Properties that have no value are left out. Unknown properties are refused.
                """,
        };
        // Wherever the document is read from is where the API is: no address of one installation belongs in it.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [BearerTokens.SchemeName] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token from your account page." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerTokens.SchemeName, document)] = [] }];
        document.RegisterComponents();
        return Task.CompletedTask;
    }

    static Task Operation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var method = context.Description.HttpMethod ?? "GET";
        var path = context.Description.RelativePath ?? "";
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.OperationId = OperationId(method, path);
        operation.Tags = new HashSet<OpenApiTagReference> { new(Tag(path), context.Document) };
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
            parameter.Description ??= PathParameter(parameter.Name);
        foreach (var query in metadata.OfType<QueryParameter>())
        {
            operation.Parameters.Add(new OpenApiParameter { Name = query.Name, In = ParameterLocation.Query, Description = query.About, Schema = Of(query.Type, query.Values) });
        }
        if (HttpMethods.IsPost(method))
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = IdempotencyKeys.Header,
                In = ParameterLocation.Header,
                Required = true,
                Description = "A key of your choice, such as a random UUID: visible ASCII, no spaces.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = IdempotencyKeys.Longest },
            });
        }
        if (!HttpMethods.IsGet(method) && path.Contains("{reference}", StringComparison.Ordinal))
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "If-Match",
                In = ParameterLocation.Header,
                Required = HttpMethods.IsPut(method),
                Description = "The ETag that you saw, or * for whatever is there.",
                Schema = Of("string", []),
            });
        }
        if (metadata.OfType<FileBody>().FirstOrDefault() is { } file) operation.RequestBody = Multipart(file);
        operation.Responses ??= [];
        if (HttpMethods.IsPut(method)) operation.Responses["428"] = new OpenApiResponse { Description = "", Content = operation.Responses["412"].Content };
        if (metadata.OfType<GivesFile>().Any())
        {
            operation.Responses["200"] = new OpenApiResponse
            {
                Description = "",
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    ["application/octet-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
                },
            };
        }
        if (HttpMethods.IsDelete(method) && path.EndsWith("{reference}", StringComparison.Ordinal))
        {
            operation.Responses.Remove("200");
            operation.Responses["204"] = new OpenApiResponse();
        }
        operation.Responses = Sorted(operation.Responses);
        foreach (var (status, response) in operation.Responses)
        {
            if (response is not OpenApiResponse shown) continue;
            shown.Description = Meaning(status);
            shown.Headers = Headers(status, path);
        }
        return Task.CompletedTask;
    }

    static OpenApiResponses Sorted(OpenApiResponses responses)
    {
        var sorted = new OpenApiResponses();
        foreach (var (status, response) in responses.OrderBy(r => r.Key, StringComparer.Ordinal)) sorted[status] = response;
        return sorted;
    }

    static Task Schema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(FormAnswers))
        {
            var form = context.ApplicationServices.GetRequiredService<Rulebooks>().Form;
            Become(schema, form);
        }
        else if (type == typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))
        {
            schema.Description = "Why it was not done (RFC 9457).";
            schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
            schema.Properties["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The kind of refusal, for programs, such as stale." };
            schema.Properties["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What to put right, by the path in the request, such as checklist[0].note, or by the name of a header.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            };
            schema.Properties["expected_version"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "With stale: the version that you saw." };
            schema.Properties["current_version"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "With stale: the version that is there." };
            schema.Properties["current_etag"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "With stale: its ETag." };
            schema.Properties["limit_bytes"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "With too_large: the most bytes that are taken." };
        }
        return Task.CompletedTask;
    }

    static void Become(OpenApiSchema schema, ProposalForm form)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "Answers to the form, by field. A single answer is a text, whatever it means: \"2027-02-01\", \"1200\", \"0.85\", \"yes\". " +
            "A draft takes any text within the limits; what each answer must be is checked at submission.";
        schema.AdditionalPropertiesAllowed = false;
        schema.Properties = form.Fields.ToDictionary(f => f.Id, IOpenApiSchema (f) => Of(f), StringComparer.Ordinal);
    }

    static OpenApiSchema Of(Field field)
    {
        var about = field.AskedWhen is null ? field.Label : $"{field.Label} Asked when {field.AskedWhen}.";
        var values = field.Options.Count == 0 ? "" : $" One of: {string.Join(", ", field.Options.Select(o => o.Id))}.";
        var text = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = field.MaxLength > 0 ? field.MaxLength : null };
        switch (field.Kind)
        {
            case FieldKind.Lines:
                return new OpenApiSchema { Type = JsonSchemaType.Array, Description = about, MaxItems = field.MaxItems, Items = text };
            case FieldKind.Choices:
                return new OpenApiSchema { Type = JsonSchemaType.Array, Description = about, MaxItems = field.MaxItems, Items = Of("string", [.. field.Options.Select(o => o.Id)]) };
            case FieldKind.Rows:
                return new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Description = about,
                    MaxItems = field.MaxItems,
                    Items = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        AdditionalPropertiesAllowed = false,
                        Properties = field.Columns.ToDictionary(c => c.Id, IOpenApiSchema (c) => new OpenApiSchema
                        {
                            Type = JsonSchemaType.String,
                            MaxLength = c.MaxLength,
                            Description = c.Label + (c.Options.Count == 0 ? "" : $". One of: {string.Join(", ", c.Options.Select(o => o.Id))}."),
                        }, StringComparer.Ordinal),
                    },
                };
            default:
                text.Description = about + values + field.Kind switch
                {
                    FieldKind.WholeNumber => " A whole number in digits.",
                    FieldKind.Decimal => " A number from 0 to 1, or a percentage such as 85%.",
                    FieldKind.Date => " A day, as year-month-day.",
                    _ => "",
                };
                return text;
        }
    }

    static OpenApiSchema Of(string type, IReadOnlyList<string> values) => new()
    {
        Type = type switch { "integer" => JsonSchemaType.Integer, "boolean" => JsonSchemaType.Boolean, _ => JsonSchemaType.String },
        Enum = values.Count == 0 ? null : [.. values.Select(v => (JsonNode)v)],
    };

    static OpenApiRequestBody Multipart(FileBody file) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["multipart/form-data"] = new()
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    AdditionalPropertiesAllowed = false,
                    Required = new HashSet<string>(StringComparer.Ordinal) { file.Part, "file" },
                    Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                    {
                        [file.Part] = Of("string", file.Values),
                        ["file"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "The document, with its file name." },
                    },
                },
            },
        },
    };

    static Dictionary<string, IOpenApiHeader>? Headers(string status, string path)
    {
        OpenApiHeader Header(string about) => new() { Description = about, Schema = Of("string", []) };
        return status switch
        {
            "201" => new(StringComparer.Ordinal)
            {
                ["ETag"] = Header("The version after this."),
                ["Location"] = Header("Where the result can be read."),
                [IdempotencyKeys.ReplayedHeader] = Header("true when this request had been done before, and nothing was done now."),
            },
            "200" when path.Contains("{reference}", StringComparison.Ordinal) && !path.EndsWith("/timeline", StringComparison.Ordinal) && !path.StartsWith("api/v1/register", StringComparison.Ordinal) => new(StringComparer.Ordinal) { ["ETag"] = Header("The proposal's version.") },
            "429" => new(StringComparer.Ordinal) { ["Retry-After"] = Header("Seconds to wait.") },
            _ => null,
        };
    }

    static string Meaning(string status) => status switch
    {
        "200" => "As asked.",
        "201" => "It is done, and this is the receipt.",
        "204" => "It is gone.",
        "400" => "Something in the request must be put right: see errors.",
        "401" => "There is no token, or it is unknown, revoked or expired.",
        "403" => "You may not do this, now or later.",
        "404" => "There is none, or you may not know that there is.",
        "409" => "It cannot be done now, or the Idempotency-Key was used for another request.",
        "412" => "The proposal has changed since the version given in If-Match. Nothing was done.",
        "413" => "The body is too large.",
        "415" => "The body is of another kind than this takes.",
        "428" => "If-Match is missing.",
        "429" => "Too many requests.",
        _ => "",
    };

    static string PathParameter(string? name) => name switch
    {
        "reference" => "The proposal, such as DUP-2026-0001, or a draft's own reference.",
        "stage" => "The stage: privacy, criminalisation-risk, youth-voice or full-panel.",
        "document" => "The document, such as d1.",
        "question" => "The question, such as q1.",
        "concern" => "The concern, such as n1.",
        "revision" => "A submitted revision, from 1.",
        "level" => "The tile's level, from 0, whose hashes are those of entries.",
        "path" => "The tile's index in groups of three digits, all but the last with an x before them, such as x001/234; for a partial tile also .p/ and its width.",
        _ => "",
    };

    static string Tag(string path)
    {
        var rest = path["api/v1/".Length..];
        if (rest.Contains("/stages/", StringComparison.Ordinal)) return "Stages";
        if (rest.Contains("/documents", StringComparison.Ordinal)) return "Documents";
        return rest.StartsWith("proposals", StringComparison.Ordinal) ? "Proposals" : rest is "form" or "rules" ? "Form and rules" : rest is "work" or "me" || rest.StartsWith("messages", StringComparison.Ordinal) ? "You" : rest.StartsWith("register", StringComparison.Ordinal) ? "Public register" : "Audit";
    }

    /// <summary>Stable and unique: the method and the fixed parts of the path, such as <c>post_proposals_submission</c>.</summary>
    static string OperationId(string method, string path)
    {
        var parts = path["api/v1/".Length..].Split('/').Select(p => p.StartsWith('{') ? $"by_{p.Trim('{', '}').Split(':')[0]}" : p.Replace('-', '_'));
        return $"{method.ToLowerInvariant()}_{string.Join('_', parts)}";
    }
}
