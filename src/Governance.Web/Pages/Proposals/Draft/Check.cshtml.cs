using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Proposals;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Draft;

/// <summary>Every answer on one page, what is still missing, the declaration, and submission.</summary>
public sealed class CheckModel(IMediator mediator) : DraftPage(mediator)
{
    [BindProperty]
    public bool Declared { get; set; }

    /// <summary>True once submission was tried: then every fault is an error.</summary>
    public bool Tried { get; private set; }

    /// <summary>Faults by section, in the order of the form.</summary>
    public IEnumerable<IGrouping<Section, Fault>> FaultsBySection => Faults.GroupBy(SectionOf);

    public Task<IActionResult> OnGetAsync() => ShowAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        Tried = true;
        await LoadAsync();
        // What is wrong with the answers and with the declaration is said at once; each alone would be said by the service.
        if (Faults.Count > 0 && !Declared)
            throw new InvalidException([.. Faults, new Fault(nameof(Declared), "Confirm that your proposal is true and complete")]);
        var receipt = await Send(new SubmitProposal { Actor = Actor, Reference = Reference, Declared = Declared, ExpectedVersion = PostedVersion });
        SubmittedModel.Keep(TempData, receipt);
        return LocalRedirect($"/proposals/{receipt.Reference}/submitted");
    }

    protected override string InputName(string fault) => fault == nameof(SubmitProposal.Declared) ? nameof(Declared) : fault;
}
