using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Stages;

/// <summary>What somebody gets in hand after voting, stepping back or closing a stage: the number and hash of the entry.</summary>
public sealed class ReceiptModel(IMediator mediator) : StagePage(mediator)
{
    public string Done { get; private set; } = "";

    public Service.Pipeline.Receipt Receipt { get; private set; } = null!;

    public string Title => Done switch
    {
        "vote" => "Your vote is on record",
        "recusal" => "You have stepped back",
        _ => "The stage is closed",
    };

    public async Task<IActionResult> OnGetAsync()
    {
        if (LeftReceipt() is not { } left) return Redirect(StageAddress);
        (Done, Receipt) = left;
        await LoadAsync();
        return Page();
    }
}
