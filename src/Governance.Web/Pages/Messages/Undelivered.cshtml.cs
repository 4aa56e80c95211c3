using Governance.Review;
using Governance.Service.Notifications;
using Governance.Web.Auth;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Messages;

/// <summary>E-mails that were given up, for administrators.</summary>
[RequireRole(Role.Administrator)]
public sealed class UndeliveredModel(IMediator mediator) : ReviewPage(mediator)
{
    public UndeliveredMail Mail { get; private set; } = null!;

    protected override async Task LoadAsync() => Mail = await Send(new ListUndelivered(Actor));

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostAgainAsync()
    {
        await Send(new SettleUndelivered { Actor = Actor, Again = true });
        this.NoticeDone("The e-mails will be sent again");
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostForgetAsync()
    {
        await Send(new SettleUndelivered { Actor = Actor, Again = false });
        this.NoticeDone("The list is empty");
        return RedirectToPage();
    }
}
