using Governance.Review;
using Governance.Service.Proposals;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>The lead takes the proposal back, with a reason.</summary>
public sealed class WithdrawModel(IMediator mediator) : CasePage(mediator)
{
    [BindProperty]
    public string Reason { get; set; } = "";

    public async Task<IActionResult> OnPostAsync() =>
        Confirm("withdrawal", await Send(new WithdrawProposal { Actor = Actor, Reference = Reference, Reason = Reason ?? "" }));

    protected override async Task LoadAsync()
    {
        await base.LoadAsync();
        Permissions.Demand(Act.Withdraw, Proposal.State, Proposal.Party);
    }
}
