using Governance.Review;
using Governance.Service.Stages;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Stages;

/// <summary>Stepping back from a proposal because of a conflict of interest.</summary>
public sealed class RecuseModel(IMediator mediator) : StagePage(mediator)
{
    [BindProperty]
    public string? Conflict { get; set; }

    public async Task<IActionResult> OnGetAsync() =>
        await LoadForAsync(Act.Recuse, v => v.TakesPart, $"Only people who take part in the {StageTitle} stage can step back from it. You do not, so there is nothing to step back from.") ?? Page();

    public async Task<IActionResult> OnPostAsync() =>
        ShowReceipt("recusal", await Send(new Recuse { Actor = Actor, Reference = Reference, Stage = Stage, Conflict = Conflict ?? "" }));
}
