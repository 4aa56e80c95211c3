using Governance.Review;
using Governance.Service.Stages;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Stages;

/// <summary>A question to the lead.</summary>
public sealed class QuestionModel(IMediator mediator) : StagePage(mediator)
{
    [BindProperty]
    public string? Text { get; set; }

    public async Task<IActionResult> OnGetAsync() =>
        await LoadForAsync(Act.AskQuestion, v => v.TakesPart, $"Only people who take part in the {StageTitle} stage can ask the lead a question here.") ?? Page();

    public async Task<IActionResult> OnPostAsync()
    {
        await Send(new AskQuestion { Actor = Actor, Reference = Reference, Stage = Stage, Text = Text ?? "" });
        this.NoticeDone("Your question is on its way to the lead. The answer will be on this page.");
        return Redirect($"{StageAddress}#questions");
    }
}
