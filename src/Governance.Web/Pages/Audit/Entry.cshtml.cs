using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Review;
using Governance.Service.Audit;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Audit;

/// <summary>One entry: its bytes, its leaf, and the proof that it is in the signed log.</summary>
[RequireRole(Role.Auditor, Role.Administrator)]
public sealed class EntryModel(IMediator mediator) : ReviewPage(mediator)
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [BindProperty(SupportsGet = true)]
    public long Seq { get; set; }

    public EntryView View { get; private set; } = null!;

    public Entry Entry { get; private set; } = null!;

    /// <summary>The entry's bytes as the text that they are.</summary>
    public string Raw => Encoding.UTF8.GetString(View.Bytes);

    public string Pretty => JsonNode.Parse(View.Bytes)!.ToJsonString(Readable);

    /// <summary>How many entries the checkpoint of the proof covers.</summary>
    public long SignedSize => View.Proof is { } proof ? Checkpoint.Parse(SignedNote.Parse(proof.Checkpoint).Text).Size : 0;

    protected override async Task LoadAsync()
    {
        View = await Send(new GetEntry(Actor, Seq));
        Entry = Entry.Parse(View.Bytes);
    }

    public Task OnGetAsync() => LoadAsync();

    /// <summary>The proof as a file (C2SP tlog-proof).</summary>
    public async Task<IActionResult> OnGetProofAsync()
    {
        await LoadAsync();
        return View.Proof is { } proof
            ? File(proof.ToBytes(), "text/plain; charset=utf-8", string.Create(CultureInfo.InvariantCulture, $"{Seq}.tlog-proof"))
            : throw new NotFoundException("This entry is not under a signed checkpoint yet. Try again in a few seconds.");
    }

    /// <summary>The exact bytes as a file.</summary>
    public async Task<IActionResult> OnGetBytesAsync()
    {
        await LoadAsync();
        return File(View.Bytes, "application/octet-stream", string.Create(CultureInfo.InvariantCulture, $"entry-{Seq}.json"));
    }
}
