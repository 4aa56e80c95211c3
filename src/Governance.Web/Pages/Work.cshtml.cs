using Governance.Review;
using Governance.Service;
using Governance.Service.Stages;
using Governance.Web.Components;
using MediatR;

namespace Governance.Web.Pages;

/// <summary>What this person is asked to do, most pressing first. What is done is not there.</summary>
public sealed class WorkModel(IMediator mediator, Rulebooks rulebooks, TimeProvider clock) : ReviewPage(mediator)
{
    public IReadOnlyList<WorkRow> Rows { get; private set; } = [];

    public bool IsLead => Actor.Is(Role.ProjectLead);

    public bool IsChair => Actor.Is(Role.Chair);

    public bool IsPanelMember => Actor.Is(Role.PanelMember) || IsYoung;

    public bool IsYoung => Actor.Is(Role.YouthPanelMember);

    public DueWords Due(DateOnly due) => StageWords.Due(due, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), rulebooks.Calendar);

    public Task OnGetAsync() => LoadAsync();

    protected override async Task LoadAsync() => Rows = await Send(new ListWork(Actor));
}
