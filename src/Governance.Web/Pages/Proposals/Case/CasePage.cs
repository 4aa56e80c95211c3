using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Web.Components;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>A page of a proposal that was submitted. A draft has pages of its own.</summary>
public abstract class CasePage(IMediator mediator) : ReviewPage(mediator)
{
    /// <summary>Where the receipt of the last act waits to be shown.</summary>
    const string ReceiptKey = "receipt";

    public string Reference => (string)RouteData.Values["reference"]!;

    /// <summary>As this reader may see it.</summary>
    public ProposalView Proposal { get; protected set; } = null!;

    /// <summary>The address of the proposal.</summary>
    public string Here => $"/proposals/{Uri.EscapeDataString(Proposal.Reference)}";

    public virtual async Task<IActionResult> OnGetAsync()
    {
        await LoadAsync();
        return Page();
    }

    /// <exception cref="NotFoundException">The reader may not see the proposal, or it was never submitted.</exception>
    protected override async Task LoadAsync()
    {
        Proposal = await Send(new GetProposal(Actor, Reference));
        if (Proposal.State.Phase == Phase.Draft) throw new NotFoundException("This proposal has not been submitted yet.");
    }

    /// <summary>The top of the page, with the tab that it belongs to.</summary>
    public CaseHead Head(string tab) => new(Proposal, tab);

    /// <summary>To the page that says what was done and hands over the receipt.</summary>
    protected RedirectResult Confirm(string what, Receipt receipt)
    {
        TempData[ReceiptKey] = $"{what} {receipt.Seq} {receipt.Leaf}";
        return Redirect($"/proposals/{Uri.EscapeDataString(receipt.Reference)}/done/{what}");
    }

    /// <summary>The receipt that <see cref="Confirm"/> left; kept, so that loading the page again shows it again.</summary>
    protected (string Seq, string Leaf)? ReceiptOf(string what) =>
        TempData.Peek(ReceiptKey) is string text && text.Split(' ') is [var done, var seq, var leaf] && done == what ? (seq, leaf) : null;
}

/// <summary>The heading and tabs of a proposal's pages.</summary>
/// <param name="Tab">The last part of the tab's address; empty for the overview.</param>
public sealed record CaseHead(ProposalView Proposal, string Tab)
{
    public string Here => $"/proposals/{Uri.EscapeDataString(Proposal.Reference)}";

    public ProposalStatus Status => ProposalStatus.Of(Proposal);

    public IEnumerable<(string Tab, string Href, string Text)> Tabs
    {
        get
        {
            yield return ("", Here, "Overview");
            yield return ("answers", $"{Here}/answers", "Proposal");
            if (Proposal.State.Revision > 1) yield return ("revisions", $"{Here}/revisions/{Proposal.State.Revision}", "What changed");
            yield return ("route", $"{Here}/route", "Route");
            yield return ("history", $"{Here}/history", "History");
            if (Proposal.State.Determination is not null) yield return ("letter", $"{Here}/letter", "Decision letter");
        }
    }
}
