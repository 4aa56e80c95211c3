using Governance.Service.Audit;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Audit;

/// <summary>The trail of one proposal, and its export.</summary>
public sealed class TrailModel(IMediator mediator, TrailExport export) : ReviewPage(mediator)
{
    [BindProperty(SupportsGet = true)]
    public string Reference { get; set; } = "";

    [BindProperty]
    public string? Depth { get; set; }

    [BindProperty]
    public string? Format { get; set; }

    public TrailView View { get; private set; } = null!;

    /// <summary>How deep an export goes; the same for a trail and for the whole log.</summary>
    public static IReadOnlyList<Choice> DepthChoices { get; } =
    [
        new("public", "Public", "What may be published: outcomes, published reasons, concerns. Safe to hand to anyone."),
        new("panel", "Panel", "Also what reviewers wrote for each other: votes with reasons, questions, answers."),
        new("full", "Full", "Also names and declared conflicts. For auditors and courts only."),
    ];

    public IReadOnlyList<Choice> Depths => DepthChoices;

    public IReadOnlyList<Choice> Formats { get; } =
    [
        new("bundle", "Bundle (zip)", "Everything that is needed to check the trail without this service"),
        new("csv", "Table (CSV)", "For a spreadsheet. Easy to read, proves nothing by itself"),
        new("json", "Data (JSON)", "For programs, with proofs"),
    ];

    protected override async Task LoadAsync() => View = await Send(new GetTrail(Actor, Reference));

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        var depth = Depth is { Length: > 0 } ? DepthNames.Parse(Depth) : null;
        TrailFormat? format = Format switch { "bundle" => TrailFormat.Bundle, "csv" => TrailFormat.Csv, "json" => TrailFormat.Json, _ => null };
        if (depth is null) ModelState.AddModelError("Depth", "Choose how much the export shows");
        if (format is null) ModelState.AddModelError("Format", "Choose a format");
        if (depth is null || format is null)
        {
            await LoadAsync();
            return Page();
        }
        var bundle = await export.ReadAsync(Actor, Reference, depth.Value, HttpContext.RequestAborted);
        var file = TrailFile.Of(bundle, depth.Value, format.Value);
        return File(file.Bytes, file.MediaType, file.Name);
    }
}
