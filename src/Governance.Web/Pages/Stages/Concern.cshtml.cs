using Governance.Review;
using Governance.Review.Stages;
using Governance.Service.Stages;
using Governance.Web.Components;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Stages;

/// <summary>Puts one concern of young people on record, for the lead to answer.</summary>
public sealed class ConcernModel(IMediator mediator) : StagePage(mediator)
{
    [BindProperty]
    public string? Text { get; set; }

    /// <summary>The session that it came from; empty for one's own.</summary>
    [BindProperty]
    public string? Session { get; set; }

    public IReadOnlyList<Choice> Sessions =>
    [
        .. View.Proposal.State.Sessions.Where(s => s.Stage == Stage).Select(s =>
            new Choice(s.Id, $"The session on {StageWords.Day(s.Session.On)}", $"{StageWords.Count(s.Session.YoungPeople, "young person", "young people")} took part")),
        new("", "None: it is my own, or was said another time"),
    ];

    public async Task<IActionResult> OnGetAsync()
    {
        if (Stage != StageIds.YouthVoice) return NotFound();
        if (await LoadForAsync(Act.RaiseConcern, _ => true, "") is { } elsewhere) return elsewhere;
        Session = View.Proposal.Capacities.Contains(Capacity.Facilitator) ? View.Proposal.State.Sessions.LastOrDefault()?.Id : "";
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? asked)
    {
        if (Stage != StageIds.YouthVoice) return NotFound();
        await Send(new RaiseConcern { Actor = Actor, Reference = Reference, Stage = Stage, Session = Session ?? "", Text = Text ?? "" });
        this.NoticeDone("The concern is on record. The lead has to answer it before the stage can approve.");
        return Redirect(asked == "another" ? $"{StageAddress}/concern" : $"{StageAddress}#young-people");
    }
}
