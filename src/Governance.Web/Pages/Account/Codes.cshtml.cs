using Governance.Service.People;
using Governance.Web.Auth;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace Governance.Web.Pages.Account;

/// <summary>Setting up one-time codes, new codes on paper, and stopping. Limited like signing in, for it asks for the password too.</summary>
[EnableRateLimiting(Accounts.SignInLimit), ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class CodesModel(IMediator mediator, CodesRequired required) : ReviewPage(mediator)
{
    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    public CodesState State { get; private set; } = null!;

    /// <summary>Made just now: on this one page and never again, so not kept for a page after a redirect.</summary>
    public IReadOnlyList<string> Backups { get; private set; } = [];

    /// <summary>The person must set codes up before anything else.</summary>
    public bool Demanded => required.For(Actor) && HttpContext.Features.Get<SignedIn>() is { HasCode: false };

    protected override async Task LoadAsync() => State = await Send(new GetCodes(Actor));

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostBeginAsync()
    {
        await Send(new BeginCodes { Actor = Actor, Password = Password ?? "" });
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostConfirmAsync()
    {
        var confirmed = await Send(new ConfirmCodes { Actor = Actor, Code = Code ?? "" });
        await HttpContext.SignInAsync(confirmed.Person);
        Backups = confirmed.Backups;
        await LoadAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostRenewAsync()
    {
        Backups = await Send(new RenewBackups { Actor = Actor, Password = Password ?? "" });
        await LoadAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostStopAsync()
    {
        await Send(new StopCodes { Actor = Actor, Password = Password ?? "" });
        this.NoticeDone("You are not asked for codes any more");
        return Redirect("/account");
    }
}
