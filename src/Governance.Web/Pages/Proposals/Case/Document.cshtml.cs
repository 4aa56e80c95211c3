using Governance.Service.Proposals;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>
/// A document to download. Always as an attachment: a browser must never open what somebody uploaded as a page of ours.
/// </summary>
public sealed class DocumentModel(IMediator mediator) : ReviewPage(mediator)
{
    public async Task<IActionResult> OnGetAsync(string reference, string id, int? revision)
    {
        var document = await Send(new GetDocument(Actor, reference, id, revision));
        return File(document.Content, document.MediaType, document.FileName);
    }

    protected override Task LoadAsync() => Task.CompletedTask;
}
