using Governance.Review;
using Governance.Review.Proposals;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Draft;

/// <summary>Everything there is to write, and how far each part is.</summary>
public sealed class TaskListModel(IMediator mediator) : DraftPage(mediator)
{
    public int Done => View.Form.Sections.Count(s => StatusOf(s).Words == "Completed");

    public bool MayDiscard => View.May(Act.DiscardDraft);

    /// <summary>Requests that are about no page of the form.</summary>
    public IReadOnlyList<ChangeState> GeneralRequests => [.. Requests.Where(c => View.Form.Sections.All(s => !RequestsOn(s).Contains(c)))];

    public string? HintOf(Section section) => RequestsOn(section).Count switch
    {
        0 => null,
        1 => "A change was asked for here",
        _ => "Changes were asked for here",
    };

    public Task<IActionResult> OnGetAsync() => ShowAsync();
}
