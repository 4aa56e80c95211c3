using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Proposals;
using Governance.Web.Components;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Draft;

/// <summary>
/// A page on which the lead writes: the first draft, or the next revision while changes are asked for. Once there is
/// nothing to write, asking for such a page leads to the proposal itself, under the reference that it has by then.
/// </summary>
public abstract class DraftPage(IMediator mediator) : ReviewPage(mediator)
{
    /// <summary>The section that holds documents and no questions.</summary>
    public const string Documents = "attachments";

    [FromRoute]
    public string Reference { get; set; } = "";

    /// <summary>The proposal; its <see cref="ProposalView.Draft"/> is there.</summary>
    public ProposalView View { get; private set; } = null!;

    public Answers Answers => View.Draft!.Answers;

    /// <summary>True when the next revision of a submitted proposal is written.</summary>
    public bool IsRevision => View.State.Phase != Phase.Draft;

    /// <summary>Where the task list is.</summary>
    public string Home => $"/proposals/{View.Reference}/draft";

    /// <summary>Where requests for changes are answered and the revision is sent.</summary>
    public string ChangesPage => $"/proposals/{View.Reference}/changes";

    /// <summary>The name to show above the page's heading.</summary>
    public string Caption => Answers.Has("title") ? Answers.Text("title") : "Untitled proposal";

    /// <summary>Everything that stands in the way of submitting, in the order of the form.</summary>
    public IReadOnlyList<Fault> Faults { get; private set; } = [];

    /// <summary>The requests for changes that have no answer yet.</summary>
    public IReadOnlyList<ChangeState> Requests => IsRevision ? [.. View.State.OpenChanges] : [];

    protected override async Task LoadAsync()
    {
        View = await Send(new GetProposal(Actor, Reference));
        if (View.Draft is null)
            throw new ConflictException("This proposal cannot be changed now. It may have been submitted while you had the page open, so what you sent has not been saved.");
        Faults = SubmissionCheck.Check(View.Form, Answers,
            [.. View.Draft.Documents.Select(d => new Attachment(d.Id, d.Kind, d.Name.ToString(), d.MediaType, d.Size, d.Sha256))]);
        await LoadMoreAsync();
    }

    /// <summary>Loads what one page shows besides.</summary>
    protected virtual Task LoadMoreAsync() => Task.CompletedTask;

    /// <summary>Loads the page, or says where to go instead.</summary>
    protected async Task<IActionResult> ShowAsync()
    {
        var view = await Send(new GetProposal(Actor, Reference));
        if (view.Draft is null) return LocalRedirect($"/proposals/{view.Reference}");
        if (view.Reference != Reference) return LocalRedirect($"/proposals/{view.Reference}{Request.Path.Value!.Split('/', 4) switch { [_, _, _, var rest] => $"/{rest}", _ => "" }}");
        await LoadAsync();
        return Page();
    }

    /// <summary>The section of a fault: where it is put right.</summary>
    public Section SectionOf(Fault fault) =>
        View.Form.Sections.First(s => s.Id == (View.Form.Find(FieldNames.FieldOf(fault.Field))?.Section ?? Documents));

    public IReadOnlyList<Fault> FaultsOf(Section section) => [.. Faults.Where(f => SectionOf(f).Id == section.Id)];

    public IReadOnlyList<ChangeState> RequestsOn(Section section) =>
        [.. Requests.Where(c => section.Id == Documents ? c.Field == Documents : section.Fields.Any(f => f.Id == c.Field))];

    /// <summary>Where a fault is put right, down to the field.</summary>
    public string Where(Fault fault) => SectionOf(fault) is { Id: Documents }
        ? $"{Home}/{Documents}"
        : $"{Home}/{SectionOf(fault).Id}?check=true#{FieldNames.Anchor(View.Form, fault.Field)}";

    /// <summary>How far a section is: in words, and the colour of its tag, or none for what needs no more attention.</summary>
    public (string Words, string? Colour) StatusOf(Section section)
    {
        if (section.Id == Documents)
            return FaultsOf(section).Count > 0 ? ("In progress", "blue") : View.Draft!.Documents.IsEmpty ? ("Not started", "grey") : ("Completed", null);
        if (FaultsOf(section).Count == 0) return ("Completed", null);
        return section.Fields.Any(f => Answers.Ids.Contains(f.Id)) ? ("In progress", "blue") : ("Not started", "grey");
    }

    /// <summary>The version that the form was written from. One that is missing or no number fits nothing, so nothing is overwritten by it.</summary>
    protected long PostedVersion =>
        long.TryParse(Request.Form["version"].ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version) ? version : 0;
}
