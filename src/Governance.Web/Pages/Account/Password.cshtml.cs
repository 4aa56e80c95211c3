using Governance.Service.People;
using Governance.Web.Auth;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace Governance.Web.Pages.Account;

/// <summary>Choosing another password. Limited like signing in, for it asks for the password too.</summary>
[EnableRateLimiting(Accounts.SignInLimit)]
public sealed class PasswordModel(IMediator mediator) : ReviewPage(mediator)
{
    /// <summary>The passwords that were typed.</summary>
    public sealed record Form
    {
        public string? Current { get; init; }

        public string? New { get; init; }

        public string? Again { get; init; }
    }

    [BindProperty]
    public Form Input { get; set; } = new();

    /// <summary>The person must choose a password before anything else.</summary>
    public bool Demanded => HttpContext.Features.Get<SignedIn>() is { MustChangePassword: true };

    protected override string InputName(string fault) => $"Input.{fault}";

    protected override Task LoadAsync() => Task.CompletedTask;

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (Input.New != Input.Again)
        {
            ModelState.AddModelError("Input.Again", "The new passwords are not the same. Type both again");
            var page = Page();
            page.StatusCode = StatusCodes.Status400BadRequest;
            return page;
        }
        var person = await Send(new ChangePassword { Actor = Actor, Current = Input.Current ?? "", New = Input.New ?? "" });
        await HttpContext.SignInAsync(person);
        this.NoticeDone("Your password has been changed");
        return Redirect("/account");
    }
}
