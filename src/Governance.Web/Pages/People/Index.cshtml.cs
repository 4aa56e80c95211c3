using Governance.Review;
using Governance.Service.People;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.People;

/// <summary>Everybody who has an account, by name.</summary>
[RequireRole(Role.Administrator)]
public sealed class IndexModel(IMediator mediator) : ReviewPage(mediator)
{
    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    public PeopleFound Found { get; private set; } = new([], More: false);

    protected override async Task LoadAsync() => Found = await Send(new ListPeople { Actor = Actor, Search = Search });

    public Task OnGetAsync() => LoadAsync();
}
