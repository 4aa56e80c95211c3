using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service.Proposals;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>What changed in a revision, answer by answer, and who asked for it.</summary>
public sealed class RevisionModel(IMediator mediator) : CasePage(mediator)
{
    /// <summary>Shows only what this stage looks at; null shows everything.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Stage { get; set; }

    public RevisionView Revision { get; private set; } = null!;

    /// <summary>The stages of the proposal's route, to choose from.</summary>
    public IReadOnlyList<string> Stages => [.. Proposal.Rulebook.Route.Stages.Select(s => s.Stage).Distinct().OrderBy(s => StageIds.All.ToList().IndexOf(s))];

    /// <summary>The changed answers that are to be shown, in the form's order.</summary>
    public IReadOnlyList<(Field Field, FieldChange Change)> Changes =>
        [.. from question in Proposal.Form.Fields
            from change in Revision.Changes
            where change.Field == question.Id && LooksAt(question.Id)
            select (question, change)];

    public IReadOnlyList<(AttachedDocument Document, DiffKind Kind)> Documents => Revision.Before is not { } before || !LooksAt(Checklist.Attachments) ? []
        :
        [
            .. before.Documents.Where(d => !Revision.Content.Documents.Any(n => Same(n, d))).Select(d => (d, DiffKind.Removed)),
            .. Revision.Content.Documents.Where(d => !before.Documents.Any(o => Same(o, d))).Select(d => (d, DiffKind.Added)),
        ];

    /// <summary>The requests that this revision answers: those about the field, or about no field on the form.</summary>
    public IReadOnlyList<ChangeState> RequestsAbout(string? about) =>
        [.. Proposal.State.Changes.Where(c => c.AnsweredIn == Revision.Revision && (about is null ? Proposal.Form.Find(c.Field) is null : c.Field == about))];

    /// <summary>Requests about an answer that is the same as before.</summary>
    public IReadOnlyList<ChangeState> RequestsWithoutChange =>
        [.. Proposal.State.Changes.Where(c => c.AnsweredIn == Revision.Revision && Proposal.Form.Find(c.Field) is not null
            && Revision.Changes.All(f => f.Field != c.Field))];

    protected override async Task LoadAsync()
    {
        var number = RouteData.Values["number"] is string text && int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var n) ? n : 0;
        Revision = await Send(new GetRevision(Actor, Reference, number));
        Proposal = Revision.Proposal;
        if (Stage is not null && !Stages.Contains(Stage)) throw new NotFoundException("This proposal has no such stage.");
    }

    bool LooksAt(string field) => Stage is null || Proposal.Rulebook.LooksAt(Stage).Contains(field);

    static bool Same(AttachedDocument a, AttachedDocument b) => a.Id == b.Id && a.Sha256 == b.Sha256;
}
