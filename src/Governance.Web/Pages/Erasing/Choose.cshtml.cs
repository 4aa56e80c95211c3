using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service;
using Governance.Service.Erasures;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Erasing;

/// <summary>Everything sealed of one proposal, to choose from.</summary>
[RequireRole(Role.Administrator)]
public sealed class ChooseModel(IMediator mediator, Rulebooks rulebooks) : ReviewPage(mediator)
{
    public ProposalForm Form => rulebooks.Form;

    [BindProperty(SupportsGet = true)]
    public string Reference { get; set; } = "";

    public ErasableList Erasable { get; private set; } = null!;

    protected override async Task LoadAsync() => Erasable = await Send(new ListErasable(Actor, Reference));

    public Task OnGetAsync() => LoadAsync();
}
