using System.Text;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Proposals;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Governance.Web.Api;

/// <summary>Documents of a proposal.</summary>
internal static class Documents
{
    /// <summary>The most bytes of a request with a document: the document itself and some room for what stands around it.</summary>
    const int RequestBytes = Limits.DocumentBytes + 16 * 1024;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("proposals/{reference}/documents", Attach).Acts("Attach a document",
            "Adds a document to the draft or the next revision: a PDF, .docx without macros, .odt, PNG, JPEG or plain text, up to 10 MB. " +
            "What kind of file it is, is told from its content.").TakesFile("kind", [.. ProposalForm.AttachmentKinds.Select(k => k.Id)]);
        api.MapDelete("proposals/{reference}/documents/{document}", Remove).Saves("Remove a document",
            "Takes it out of the draft or the next revision. Revisions that were submitted keep theirs.");
        api.MapGet("proposals/{reference}/documents/{document}", Get).ShowsFile("Download a document",
            "Of the revision asked for; without one, of the draft for its lead and of the latest revision for everyone else.")
            .WithQuery("revision", "A submitted revision, from 1.", "integer");
    }

    static async Task<IResult> Attach(HttpContext context, string reference)
    {
        var command = context.Prepared(await ReadAsync(context, reference));
        var receipt = await context.Send(command);
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(command.Content));
        // A repeated request may come when the document is long removed: then there is only the proposal to point at.
        var view = await context.Send(new GetProposal(context.Actor(), receipt.Reference));
        var attached = view.Draft?.Documents.LastOrDefault(d => d.Sha256 == sha256 && d.Kind == command.Kind);
        return Calls.Created(context, receipt, attached is null ? "" : $"documents/{attached.Id}");
    }

    static async Task<IResult> Remove(HttpContext context, string reference, string document) =>
        Calls.Receipt(context, await context.Send(context.Prepared(new RemoveDocument { Actor = context.Actor(), Reference = reference, Document = document })));

    static async Task<IResult> Get(HttpContext context, string reference, string document)
    {
        context.OnlyQueries("revision");
        var stored = await context.Send(new GetDocument(context.Actor(), reference, document, context.WholeNumber("revision")));
        // Always an attachment: nothing that somebody uploaded is ever shown as a page of this site.
        return TypedResults.File(stored.Content, stored.MediaType, stored.FileName);
    }

    static async Task<AttachDocument> ReadAsync(HttpContext context, string reference)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            throw Problem.Of(StatusCodes.Status415UnsupportedMediaType);
        var bytes = await context.ReadAsync(RequestBytes);
        string? kind = null, fileName = null;
        byte[]? content = null;
        var faults = new List<Fault>();
        try
        {
            var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
            if (boundary.Length is 0 or > 70) throw new InvalidDataException();
            var reader = new MultipartReader(boundary, new MemoryStream(bytes));
            while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } part)
            {
                var name = part.GetContentDispositionHeader() is { } disposition ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString() : "";
                using var value = new MemoryStream();
                await part.Body.CopyToAsync(value, context.RequestAborted);
                switch (name)
                {
                    case "kind" when kind is null:
                        kind = Encoding.UTF8.GetString(value.GetBuffer(), 0, (int)value.Length);
                        break;
                    case "file" when content is null:
                        content = value.ToArray();
                        fileName = FileName(part.GetContentDispositionHeader()!);
                        break;
                    case "kind" or "file":
                        faults.Add(new Fault(name, "This is given twice. Give it once."));
                        break;
                    default:
                        faults.Add(new Fault(name.Length is 0 or > 60 ? "body" : name, "There is no such part. Known: kind, file."));
                        break;
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new Problem(400, "malformed", "The body is not multipart/form-data as its header says: its parts cannot be told apart.");
        }
        if (kind is null) faults.Add(new Fault("kind", $"Say what kind of document this is: {string.Join(", ", ProposalForm.AttachmentKinds.Select(k => k.Id))}."));
        if (content is null) faults.Add(new Fault("file", "Send the document as the part \"file\", with its file name."));
        if (faults.Count > 0) throw Problem.Invalid(faults);
        return new AttachDocument { Actor = context.Actor(), Reference = reference, Kind = kind!, FileName = fileName!, Content = content! };
    }

    static string FileName(ContentDispositionHeaderValue disposition) =>
        HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
}
