using System.Globalization;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Governance.Web.Pages.Proposals.Draft;

/// <summary>Says that the proposal is submitted, hands over the receipt, and tells what happens next.</summary>
public sealed class SubmittedModel(IMediator mediator) : ReviewPage(mediator)
{
    const string ReceiptKey = "receipt";

    [FromRoute]
    public string Reference { get; set; } = "";

    public ProposalView View { get; private set; } = null!;

    /// <summary>The entry's number and leaf hash; null when the page is opened again later, as the proposal's own record has them.</summary>
    public (string Seq, string Leaf)? Receipt { get; private set; }

    public async Task<IActionResult> OnGetAsync()
    {
        await LoadAsync();
        if (View.State.Phase == Phase.Draft || !View.Capacities.Contains(Capacity.Lead)) return LocalRedirect($"/proposals/{View.Reference}");
        // Peeked at and not taken, so that loading the page again shows the receipt again.
        if (TempData.Peek(ReceiptKey) is string text && text.Split(' ') is [var reference, var seq, var leaf] && reference == View.Reference)
            Receipt = (seq, leaf);
        return Page();
    }

    protected override async Task LoadAsync() => View = await Send(new GetProposal(Actor, Reference));

    /// <summary>Keeps a receipt for the page.</summary>
    public static void Keep(ITempDataDictionary kept, Receipt receipt) =>
        kept[ReceiptKey] = string.Create(CultureInfo.InvariantCulture, $"{receipt.Reference} {receipt.Seq} {receipt.Leaf}");
}
