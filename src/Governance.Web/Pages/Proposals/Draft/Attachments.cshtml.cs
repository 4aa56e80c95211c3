using System.Globalization;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Proposals;
using Governance.Web.Security;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Draft;

/// <summary>The documents of the draft: add, look at, take out.</summary>
[UploadLimit(2 * Limits.DocumentBytes)]
public sealed class AttachmentsModel(IMediator mediator) : DraftPage(mediator)
{
    /// <summary>What an upload holds.</summary>
    public sealed record Form
    {
        public string? Kind { get; init; }

        public IFormFile? Upload { get; init; }
    }

    [BindProperty]
    public Form Input { get; set; } = new();

    public Section Section => View.Form.Sections.First(s => s.Id == Documents);

    public static IEnumerable<Choice> Kinds => ProposalForm.AttachmentKinds.Select(k => new Choice(k.Id, k.Label, k.Hint));

    public static string KindOf(string kind) => ProposalForm.AttachmentKinds.FirstOrDefault(k => k.Id == kind)?.Label ?? kind;

    /// <summary>What a file is, in words.</summary>
    public static string TypeOf(string mediaType) => mediaType switch
    {
        MediaTypes.Pdf => "PDF",
        MediaTypes.Docx => "Word document",
        MediaTypes.Odt => "OpenDocument text",
        MediaTypes.Png => "PNG picture",
        MediaTypes.Jpeg => "JPEG picture",
        MediaTypes.Text => "plain text",
        _ => mediaType,
    };

    public static string SizeOf(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024m / 1024m:0.#} MB"),
    };

    public Task<IActionResult> OnGetAsync() => ShowAsync();

    /// <summary>A document, always as a download: nothing that somebody uploaded is ever shown as a page of this site.</summary>
    public async Task<IActionResult> OnGetDocumentAsync(string id)
    {
        var document = await Send(new GetDocument(Actor, Reference, id));
        return File(document.Content, document.MediaType, document.FileName);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await LoadAsync();
        using var content = new MemoryStream();
        if (Input.Upload is not null) await Input.Upload.CopyToAsync(content, HttpContext.RequestAborted);
        await Send(new AttachDocument
        {
            Actor = Actor,
            Reference = Reference,
            Kind = Input.Kind ?? "",
            FileName = Input.Upload?.FileName is { Length: > 0 } name ? Path.GetFileName(name) : "document",
            Content = content.ToArray(),
        });
        this.NoticeDone("The document is added");
        return LocalRedirect($"{Home}/{Documents}");
    }

    public async Task<IActionResult> OnPostRemoveAsync(string id)
    {
        await LoadAsync();
        await Send(new RemoveDocument { Actor = Actor, Reference = Reference, Document = id });
        this.NoticeDone("The document is removed");
        return LocalRedirect($"{Home}/{Documents}");
    }

    protected override string InputName(string fault) => fault == nameof(AttachDocument.Kind) ? "Input.Kind" : "Input.Upload";
}
