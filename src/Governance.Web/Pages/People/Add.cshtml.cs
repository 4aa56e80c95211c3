using Governance.Review;
using Governance.Service.People;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.People;

/// <summary>Gives somebody an account, and shows their first password once.</summary>
[RequireRole(Role.Administrator)]
public sealed class AddModel(IMediator mediator) : ReviewPage(mediator)
{
    /// <summary>The new person.</summary>
    public sealed record Form
    {
        public string? Name { get; init; }

        public string? Email { get; init; }

        public IReadOnlyList<string> Roles { get; init; } = [];
    }

    [BindProperty]
    public Form Input { get; set; } = new();

    /// <summary>Set once the person was added. The page that shows the password is the answer itself: nothing keeps it.</summary>
    public AddedPerson? Added { get; private set; }

    protected override string InputName(string fault) => $"Input.{fault}";

    protected override Task LoadAsync() => Task.CompletedTask;

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Added = await Send(new AddPerson { Actor = Actor, Name = Input.Name ?? "", Email = Input.Email ?? "", Roles = RoleForm.Read(Input.Roles) });
        return Page();
    }
}
