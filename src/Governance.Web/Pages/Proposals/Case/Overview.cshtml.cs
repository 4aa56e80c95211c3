using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Review.Stages;
using Governance.Service.Audit;
using Governance.Service.Proposals;
using Governance.Web.Components;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>Where a proposal stands, what is asked of whom, and the way to everything else.</summary>
public sealed class OverviewModel(IMediator mediator, TimeProvider clock) : CasePage(mediator)
{
    const int LatestEvents = 6;

    public ProposalStatus Status { get; private set; } = null!;

    public IReadOnlyList<Ask> Asks { get; private set; } = [];

    public IReadOnlyList<StageLine> Stages { get; private set; } = [];

    public IReadOnlyList<TimelineItem> Latest { get; private set; } = [];

    public override async Task<IActionResult> OnGetAsync()
    {
        Proposal = await Send(new GetProposal(Actor, Reference));
        if (Proposal.State.Phase == Phase.Draft) return Redirect($"{Here}/draft");
        Status = ProposalStatus.Of(Proposal);
        Asks = ProposalStatus.AsksOf(Proposal);
        Stages = StageLine.All(Proposal, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        // Some entries say nothing to people, so more are asked for than are shown.
        Latest = [.. (await Send(new GetTimeline(Actor, Reference, 3 * LatestEvents))).Take(LatestEvents)];
        return Page();
    }
}

/// <summary>A stage in a list: how it stands, and where to go to it.</summary>
/// <param name="Href">Null for a stage that has not opened.</param>
public sealed record StageLine(string Stage, string Title, string? Href, string Hint, string Word, string? Colour)
{
    /// <summary>Every stage of the proposal's route, in the route's order.</summary>
    public static IReadOnlyList<StageLine> All(ProposalView view, DateOnly today) =>
        [.. view.Rulebook.Route.Stages.Select(a => a.Stage).Distinct().OrderBy(s => StageIds.All.ToList().IndexOf(s)).Select(s => Of(view, s, today))];

    static StageLine Of(ProposalView view, string stage, DateOnly today)
    {
        var title = StageTitles.Of(stage);
        var over = view.State.Phase is Phase.Determined or Phase.Withdrawn;
        if (view.State.Stage(stage) is not { } state)
        {
            return over ? new(stage, title, null, "", "Not held", null)
                : view.Rulebook.Route.MandatoryStages.Contains(stage) ? new(stage, title, null, "Starts when the stages before it are done.", "Not started", null)
                : new(stage, title, null, "Held only if the route asks for it.", "May not be needed", null);
        }
        var href = $"/proposals/{Uri.EscapeDataString(view.Reference)}/stages/{stage}";
        if (state.Open)
        {
            var late = today > state.Due;
            return new(stage, title, href, $"{Quorum(state)} To be decided by {UkTime.Date(state.Due)}.", late ? "Open, past its day" : "Open", late ? "orange" : "blue");
        }
        if (state.Result is not { } result) return new(stage, title, href, "", "Closed", null);
        var hint = $"Closed on {UkTime.Date(result.At)}.";
        if (!over && ReviewCase.OutcomeOnPresentFields(view.State, stage, view.Rulebook) is null)
            hint += " The proposal has changed since in what this stage looks at, so it will look again.";
        return new(stage, title, href, hint, OutcomeTitles.Of(result.Outcome), Colours.Of(result.Outcome));
    }

    static string Quorum(StageState stage)
    {
        var seats = stage.Seats.Select(s => SeatTitles.Count(s.Seat, s.AtLeast)).ToList();
        return $"Needs {stage.Quorum} {(stage.Quorum == 1 ? "vote" : "votes")}{(seats.Count > 0 ? $", among them: {string.Join(", ", seats)}" : "")}.";
    }
}

/// <summary>The route's picture for a proposal.</summary>
public static class ProposalRoute
{
    /// <summary>How far each activity is, from the stages' and the determination's outcomes so far.</summary>
    public static IReadOnlyDictionary<string, RouteProgress> ProgressOf(ProposalView view) => RoutePicture.Progress(
        view.Rulebook.Route,
        view.Route ?? RouteState.Closed,
        view.State.Stages.SelectMany(s => s.Results.Select(r => new RouteSignal(s.Activity, r.Outcome.ToString())))
            .Concat(view.State.Determinations.Select(d => new RouteSignal(d.Determination.Activity, d.Determination.Outcome.ToString()))));
}
