using Governance.Review;
using Governance.Service.People;
using Governance.Web.Auth;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.People;

/// <summary>One person's account, as an administrator looks after it.</summary>
[RequireRole(Role.Administrator)]
public sealed class PersonModel(IMediator mediator) : ReviewPage(mediator)
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public PersonDetails Details { get; private set; } = null!;

    /// <summary>Set once the password was reset: shown on this answer and kept nowhere.</summary>
    public string? NewPassword { get; private set; }

    protected override async Task LoadAsync() => Details = await Send(new GetPerson(Id) { Actor = Actor });

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostResetAsync()
    {
        NewPassword = (await Send(new ResetPassword { Actor = Actor, Id = Id })).Password;
        await LoadAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostResetCodesAsync()
    {
        await Send(new ResetCodes { Actor = Actor, Id = Id });
        this.NoticeDone("The one-time codes are reset");
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostReleaseAsync()
    {
        await Send(new ReleaseOpenId { Actor = Actor, Id = Id });
        this.NoticeDone("The account is released from its login");
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostCloseAsync(long version)
    {
        await Send(new ChangePerson { Actor = Actor, Id = Id, Active = false, ExpectedVersion = version });
        this.NoticeDone("The account is closed");
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostOpenAsync(long version)
    {
        await Send(new ChangePerson { Actor = Actor, Id = Id, Active = true, ExpectedVersion = version });
        this.NoticeDone("The account is open again");
        return RedirectToPage();
    }
}
