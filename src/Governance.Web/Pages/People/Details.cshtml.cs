using Governance.Review;
using Governance.Service.People;
using Governance.Web.Auth;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.People;

/// <summary>Changing a person's name and roles.</summary>
[RequireRole(Role.Administrator)]
public sealed class DetailsModel(IMediator mediator) : ReviewPage(mediator)
{
    /// <summary>The person as they should be.</summary>
    public sealed record Form
    {
        public string? Name { get; init; }

        public IReadOnlyList<string> Roles { get; init; } = [];

        /// <summary>What the administrator was looking at.</summary>
        public long Version { get; init; }
    }

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    protected override string InputName(string fault) => $"Input.{fault}";

    protected override Task LoadAsync() => Task.CompletedTask;

    public async Task OnGetAsync()
    {
        var details = await Send(new GetPerson(Id) { Actor = Actor });
        Input = new() { Name = details.Person.Name, Roles = [.. details.Person.Roles.Select(RoleTitles.Name)], Version = details.Version };
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await Send(new ChangePerson { Actor = Actor, Id = Id, Name = Input.Name ?? "", Roles = RoleForm.Read(Input.Roles), ExpectedVersion = Input.Version });
        this.NoticeDone("The changes are saved");
        return Redirect(Actor.Id == Id && !Input.Roles.Contains(RoleTitles.Name(Role.Administrator)) ? "/account" : $"/people/{Id}");
    }
}
