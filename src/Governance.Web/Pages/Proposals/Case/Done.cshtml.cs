using Governance.Review;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>Says what was just done and hands over the receipt. Without a receipt it leads back to the proposal.</summary>
public sealed class DoneModel(IMediator mediator) : CasePage(mediator)
{
    public string What => (string)RouteData.Values["what"]!;

    public string Seq { get; private set; } = "";

    public string Leaf { get; private set; } = "";

    public string Title => What switch
    {
        "revision" => "Revision sent",
        "determination" => "Decision recorded",
        "withdrawal" => "Proposal withdrawn",
        _ => throw new NotFoundException("There is no such page."),
    };

    public override async Task<IActionResult> OnGetAsync()
    {
        await LoadAsync();
        _ = Title;
        if (ReceiptOf(What) is not { } receipt) return Redirect(Here);
        (Seq, Leaf) = receipt;
        return Page();
    }
}
