using System.Globalization;
using Governance.Ledger;
using Governance.Service.Audit;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Audit;

/// <summary>Checks a receipt: whether an entry of that number and leaf is in the log. For everybody who has one.</summary>
public sealed class ReceiptModel(IMediator mediator) : ReviewPage(mediator)
{
    [BindProperty(SupportsGet = true)]
    public string? Number { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Leaf { get; set; }

    public ReceiptCheck? Result { get; private set; }

    /// <summary>How many entries the checkpoint over the entry covers.</summary>
    public long SignedSize => Result?.Proof is { } proof ? Checkpoint.Parse(SignedNote.Parse(proof.Checkpoint).Text).Size : 0;

    protected override Task LoadAsync() => Task.CompletedTask;

    public async Task<IActionResult> OnGetAsync()
    {
        if (Number is null && Leaf is null) return Page();
        var number = (Number ?? "").Trim();
        var leaf = string.Concat((Leaf ?? "").Where(c => !char.IsWhiteSpace(c)));
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            ModelState.AddModelError("Number", "Enter the entry’s number from your receipt, such as 42");
        if (leaf.Length != 64 || !leaf.All(char.IsAsciiHexDigit))
            ModelState.AddModelError("Leaf", "Enter the whole leaf hash from your receipt: 64 digits and letters from a to f");
        if (ModelState.IsValid) Result = await Send(new CheckReceipt(seq, leaf));
        return Page();
    }
}
