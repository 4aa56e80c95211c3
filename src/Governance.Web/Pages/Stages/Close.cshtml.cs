using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Stages;
using Governance.Web.Components;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Stages;

/// <summary>A chair closes a stage: what the votes give, or what stands in the way.</summary>
public sealed class CloseModel(IMediator mediator) : StagePage(mediator)
{
    /// <summary>What was typed.</summary>
    public sealed record Form
    {
        /// <summary>The proposal's version that the chair looked at: another vote in the meantime could turn the outcome.</summary>
        public long? Version { get; set; }

        public string? Summary { get; set; }

        public List<ChangeRow> Changes { get; set; } = [];
    }

    List<string> _changes = [];

    [BindProperty]
    public Form Input { get; set; } = new();

    public IReadOnlyList<Choice> Fields => ChecklistForm.FieldsOf(View.Proposal.Form, View.Checklist);

    public StageOutcome? Outcome => View.Close.Outcome;

    public bool AsksForChanges => Outcome == StageOutcome.ChangesRequested;

    /// <summary>The votes that count, where this chair may see them.</summary>
    public IEnumerable<Vote> Votes => View.Counted.Select(m => View.Stage.Votes.LastOrDefault(v => v.Member == m)).OfType<Vote>();

    public async Task<IActionResult> OnGetAsync()
    {
        if (await LoadForCloseAsync() is { } elsewhere) return elsewhere;
        Input.Changes = [.. Votes.SelectMany(v => v.Changes).Select(c => new ChangeRow { Field = c.Field, Text = c.Text.Text })];
        AtLeastOneRow();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? asked)
    {
        if (MovesRows(asked, "change", Input.Changes, () => new()))
        {
            if (await LoadForCloseAsync() is { } elsewhere) return elsewhere;
            ModelState.Clear();
            AtLeastOneRow();
            return Page();
        }
        AtLeastOneRow();
        var changes = ChecklistForm.Sent(Input.Changes);
        _changes = [.. changes.Select(c => $"Input.Changes[{c.Place}]")];
        var receipt = await Send(new CloseStage
        {
            Actor = Actor,
            Reference = Reference,
            Stage = Stage,
            ExpectedVersion = Input.Version,
            Summary = Input.Summary ?? "",
            Changes = [.. changes.Select(c => c.Change)],
        });
        return ShowReceipt("closing", receipt);
    }

    protected override string InputName(string fault) => InputOfRow(fault, "Changes", _changes) ?? $"Input.{fault}";

    Task<IActionResult?> LoadForCloseAsync() => LoadForAsync(Act.CloseStage, _ => true, "");

    void AtLeastOneRow()
    {
        if (Input.Changes.Count == 0) Input.Changes.Add(new());
    }
}
