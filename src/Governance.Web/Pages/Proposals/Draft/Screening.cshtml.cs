using Governance.Review.Screening;
using Governance.Service;
using Governance.Service.Proposals;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Draft;

/// <summary>What screening would say of the draft as it is: what will be asked, by whom and why, and which review it gets.</summary>
public sealed class ScreeningModel(IMediator mediator, Rulebooks rulebooks) : DraftPage(mediator)
{
    public ScreeningResult Screening { get; private set; } = null!;

    public IEnumerable<IGrouping<Severity, Flag>> Flags => Screening.Flags.GroupBy(f => f.Severity);

    /// <summary>The route's name. A revision stays on the route that it was submitted to.</summary>
    public string Route => IsRevision ? View.Rulebook.Route.Name : rulebooks.Routes.FirstOrDefault(r => r.DefinitionId == Screening.RouteId)?.Name ?? Screening.RouteId;

    public static (string Heading, string Meaning, string Colour) Say(Severity severity) => severity switch
    {
        Severity.RedLine => ("Red lines", "These always take a proposal to the fullest review. They are not a refusal: people read your reasons and people decide.", "red"),
        Severity.Concern => ("Concerns", "A panel will look closely at these. A good answer in your proposal saves a question later.", "orange"),
        _ => ("Notes", "Worth knowing. They change nothing about the review.", "blue"),
    };

    public Task<IActionResult> OnGetAsync() => ShowAsync();

    protected override async Task LoadMoreAsync() => Screening = (await Send(new ScreenDraft(Actor, Reference))).Screening;
}
