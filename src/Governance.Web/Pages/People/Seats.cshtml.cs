using Governance.Review;
using Governance.Review.Stages;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Web.Auth;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.People;

/// <summary>Giving a person seats on panels.</summary>
[RequireRole(Role.Administrator)]
public sealed class SeatsModel(IMediator mediator) : ReviewPage(mediator)
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public Actor Person { get; private set; } = null!;

    /// <summary>What the administrator is looking at.</summary>
    public long Version { get; private set; }

    /// <summary>The name of one panel's checkboxes.</summary>
    public static string FieldOf(string panel) => $"seats[{panel}]";

    /// <summary>The kinds of seat that are ticked for a panel: as sent, or as they are.</summary>
    public IEnumerable<string> Chosen(string panel) => HttpMethods.IsPost(Request.Method)
        ? Request.Form[FieldOf(panel)].OfType<string>()
        : Person.Seats.Where(s => s.Panel == panel).Select(s => s.Kind);

    protected override async Task LoadAsync()
    {
        var details = await Send(new GetPerson(Id) { Actor = Actor });
        (Person, Version) = (details.Person, details.Version);
    }

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostAsync(long version)
    {
        var seats = StageIds.All.SelectMany(panel => Chosen(panel).Select(kind => new PanelSeat(panel, kind)));
        await Send(new SetSeats { Actor = Actor, Id = Id, Seats = [.. seats], ExpectedVersion = version });
        this.NoticeDone("The seats are saved");
        return Redirect($"/people/{Id}");
    }
}
