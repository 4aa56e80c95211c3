using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Proposals;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>The lead answers a reviewer's question.</summary>
public sealed class QuestionModel(IMediator mediator) : CasePage(mediator)
{
    [BindProperty]
    public string Answer { get; set; } = "";

    public QuestionState Question { get; private set; } = null!;

    public async Task<IActionResult> OnPostAsync()
    {
        await Send(new AnswerQuestion { Actor = Actor, Reference = Reference, Question = Id, Text = Answer ?? "" });
        this.NoticeDone("Your answer is on record. The reviewers see it now.");
        return Redirect($"/proposals/{Uri.EscapeDataString(Reference)}");
    }

    protected override string InputName(string fault) => fault == "Text" ? nameof(Answer) : fault;

    protected override async Task LoadAsync()
    {
        await base.LoadAsync();
        Question = Proposal.State.Questions.FirstOrDefault(q => q.Id == Id) ?? throw new NotFoundException("There is no such question.");
        if (!Proposal.May(Act.AnswerQuestion)) Permissions.Demand(Act.AnswerQuestion, Proposal.State, Proposal.Party);
    }

    string Id => (string)RouteData.Values["id"]!;
}
