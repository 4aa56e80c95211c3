using Governance.Review;
using Governance.Service.Proposals;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals;

/// <summary>Starts a draft with nothing but a title.</summary>
[RequireRole(Role.ProjectLead)]
public sealed class NewModel(IMediator mediator) : ReviewPage(mediator)
{
    public sealed record Form
    {
        public string? Title { get; init; }
    }

    [BindProperty]
    public Form Input { get; set; } = new();

    public async Task<IActionResult> OnPostAsync()
    {
        var receipt = await Send(new StartProposal { Actor = Actor, Title = Input.Title?.Trim() ?? "" });
        return LocalRedirect($"/proposals/{receipt.Reference}/draft");
    }

    protected override Task LoadAsync() => Task.CompletedTask;

    protected override string InputName(string fault) => $"Input.{fault}";
}
