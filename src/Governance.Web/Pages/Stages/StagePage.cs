using System.Globalization;
using Governance.Review;
using Governance.Review.Stages;
using Governance.Service.Pipeline;
using Governance.Service.Stages;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Stages;

/// <summary>A page about one stage of one proposal. What may be done there is the view's to say, never the page's.</summary>
public abstract class StagePage(IMediator mediator) : ReviewPage(mediator)
{
    const string ReceiptKey = "stage-receipt";

    [FromRoute]
    public string Reference { get; set; } = "";

    [FromRoute]
    public string Stage { get; set; } = "";

    public StageView View { get; private set; } = null!;

    public string StageTitle => StageTitles.Of(Stage);

    public string ProposalAddress => $"/proposals/{Uri.EscapeDataString(Reference)}";

    public string StageAddress => $"{ProposalAddress}/stages/{Uri.EscapeDataString(Stage)}";

    protected override async Task LoadAsync() => View = await Send(new GetStage(Actor, Reference, Stage));

    /// <summary>
    /// Loads the stage and asks whether this person may do something there. Where the moment has passed they are taken to
    /// the stage with the reason; where they never may, the refusal says why.
    /// </summary>
    /// <param name="may">What the view says about it.</param>
    /// <param name="otherwise">Why not, for somebody whose role would allow it on another stage.</param>
    /// <returns>Where to go instead, or null.</returns>
    /// <exception cref="NotAllowedException">This person may not do it here.</exception>
    protected async Task<IActionResult?> LoadForAsync(Act act, Func<StageView, bool> may, string otherwise)
    {
        await LoadAsync();
        try
        {
            Permissions.Demand(act, View.Proposal.State, View.Proposal.Party);
        }
        catch (ConflictException refusal)
        {
            this.NoticeImportant(View.Stage.Open ? refusal.Message : Closed);
            return Redirect(StageAddress);
        }
        if (!View.Stage.Open)
        {
            this.NoticeImportant(Closed);
            return Redirect(StageAddress);
        }
        return may(View) ? null : throw new NotAllowedException(otherwise);
    }

    /// <summary>Shows the receipt on a page of its own, which a reload does not send again.</summary>
    /// <param name="done">What was done, such as <c>vote</c>.</param>
    protected IActionResult ShowReceipt(string done, Receipt receipt)
    {
        TempData[ReceiptKey] = string.Create(CultureInfo.InvariantCulture, $"{Reference}/{Stage}/{done}/{receipt.Seq}/{receipt.Leaf}/{receipt.At:O}");
        return Redirect($"{StageAddress}/receipt");
    }

    /// <summary>The receipt that was left for this stage, or null.</summary>
    protected (string Done, Receipt Receipt)? LeftReceipt() =>
        TempData.Peek(ReceiptKey) is string text && text.Split('/') is [var reference, var stage, var done, var seq, var leaf, var at] && reference == Reference && stage == Stage
            ? (done, new Receipt
            {
                Reference = reference,
                Version = 0,
                Seq = long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
                Leaf = leaf,
                At = DateTimeOffset.ParseExact(at, "O", CultureInfo.InvariantCulture),
            })
            : null;

    /// <summary>The input that a fault of a list belongs to: rows left empty are not sent, so the second sent may be the fourth on the page.</summary>
    /// <param name="fault">Such as <c>Changes[1].Text</c>.</param>
    /// <param name="list">Such as <c>Changes</c>.</param>
    /// <param name="inputs">The input's name for each that was sent.</param>
    protected static string? InputOfRow(string fault, string list, IReadOnlyList<string> inputs)
    {
        var end = fault.IndexOf(']', StringComparison.Ordinal);
        return fault.StartsWith($"{list}[", StringComparison.Ordinal) && end > 0
            && int.TryParse(fault.AsSpan(list.Length + 1, end - list.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < inputs.Count
            ? inputs[index] + fault[(end + 1)..]
            : null;
    }

    /// <summary>Adds a row or takes one away, as a button of the form asked; false when it asked for something else.</summary>
    /// <param name="asked">Such as <c>add-change</c> or <c>remove-change-2</c>.</param>
    protected static bool MovesRows<TRow>(string? asked, string row, List<TRow> rows, Func<TRow> empty)
    {
        if (asked == $"add-{row}")
        {
            rows.Add(empty());
            return true;
        }
        var remove = $"remove-{row}-";
        if (asked is null || !asked.StartsWith(remove, StringComparison.Ordinal)) return false;
        if (int.TryParse(asked.AsSpan(remove.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < rows.Count) rows.RemoveAt(place);
        return true;
    }

    string Closed => $"The {StageTitle} stage is closed, so this can no longer be done. Its result is on this page.";
}
