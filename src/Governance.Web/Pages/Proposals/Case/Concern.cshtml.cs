using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Proposals;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>The lead answers a concern of young people: what will be done, or why nothing will.</summary>
public sealed class ConcernModel(IMediator mediator) : CasePage(mediator)
{
    [BindProperty]
    public ConcernResponse? Choice { get; set; }

    [BindProperty]
    public string Answer { get; set; } = "";

    public ConcernState Concern { get; private set; } = null!;

    public async Task<IActionResult> OnPostAsync()
    {
        await Send(new AnswerConcern { Actor = Actor, Reference = Reference, Concern = Id, Response = Choice, Text = Answer ?? "" });
        this.NoticeDone("Your answer is on record. The young people will be told.");
        return Redirect($"/proposals/{Uri.EscapeDataString(Reference)}");
    }

    protected override string InputName(string fault) => fault switch { "Text" => nameof(Answer), "Response" => nameof(Choice), _ => fault };

    protected override async Task LoadAsync()
    {
        await base.LoadAsync();
        Concern = Proposal.State.Concerns.FirstOrDefault(c => c.Id == Id) ?? throw new NotFoundException("There is no such concern.");
        if (!Proposal.May(Act.AnswerConcern)) Permissions.Demand(Act.AnswerConcern, Proposal.State, Proposal.Party);
    }

    string Id => (string)RouteData.Values["id"]!;
}
