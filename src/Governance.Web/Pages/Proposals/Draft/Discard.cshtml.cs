using Governance.Review;
using Governance.Service.Proposals;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Draft;

/// <summary>Asks before a draft is thrown away.</summary>
public sealed class DiscardModel(IMediator mediator) : DraftPage(mediator)
{
    public async Task<IActionResult> OnGetAsync()
    {
        var shown = await ShowAsync();
        return shown is LocalRedirectResult ? shown : View.May(Act.DiscardDraft) ? Page() : LocalRedirect(Home);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await Send(new DiscardDraft { Actor = Actor, Reference = Reference });
        this.NoticeDone("The draft is discarded");
        return LocalRedirect("/proposals");
    }
}
