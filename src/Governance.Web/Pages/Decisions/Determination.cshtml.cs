using System.Globalization;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service.Decisions;
using Governance.Service.Stages;
using Governance.Web.Pages.Proposals.Case;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Decisions;

/// <summary>The chair reads what the stages found and decides.</summary>
public sealed class DeterminationModel(IMediator mediator) : CasePage(mediator)
{
    public sealed class ConditionRow
    {
        public string? Text { get; set; }
        public string? Owner { get; set; }
        public string? Evidence { get; set; }

        /// <summary>The day as it was typed, see <see cref="DateField"/>.</summary>
        [DateText]
        public string? Due { get; set; }

        public bool IsBlank => string.IsNullOrWhiteSpace(Text + Owner + Evidence + Due);
    }

    public sealed class ChangeRow
    {
        public string? Field { get; set; }
        public string? Text { get; set; }

        public bool IsBlank => string.IsNullOrWhiteSpace(Field + Text);
    }

    public sealed class Form
    {
        public DeterminationOutcome? Outcome { get; set; }
        public string? Reason { get; set; }

        /// <summary>Stage to reason.</summary>
        public Dictionary<string, string?> Departures { get; set; } = [];

        public List<ConditionRow> Conditions { get; set; } = [];
        public List<ChangeRow> Changes { get; set; } = [];
    }

    [BindProperty]
    public Form Input { get; set; } = new();

    /// <summary>The version that the chair read: if anything happened since, they are told before deciding.</summary>
    [BindProperty]
    public long? Version { get; set; }

    /// <summary>Stages whose objection a favourable decision departs from.</summary>
    public IReadOnlyList<string> Objections { get; private set; } = [];

    // Blank rows are not sent, so a fault's number leads back to its row through these.
    List<int> sentConditions = [];
    List<int> sentChanges = [];

    public override async Task<IActionResult> OnGetAsync()
    {
        await LoadAsync();
        Input.Conditions = [.. Proposal.State.Stages
            .Where(s => s.Result?.Outcome == StageOutcome.ApprovedWithConditions)
            .SelectMany(s => s.Result!.Conditions)
            .Select(c => new ConditionRow { Text = c.Text.ToString() })];
        AlwaysARow();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? action)
    {
        if (action is null or "decide") return await DecideAsync();
        await LoadAsync();
        switch (action.Split('-', 3))
        {
            case ["add", "condition"]: Input.Conditions.Add(new()); break;
            case ["add", "change"]: Input.Changes.Add(new()); break;
            case ["remove", "condition", var at] when Index(at, Input.Conditions.Count) is { } i: Input.Conditions.RemoveAt(i); break;
            case ["remove", "change", var at] when Index(at, Input.Changes.Count) is { } i: Input.Changes.RemoveAt(i); break;
            case ["clear", "conditions"]: Input.Conditions.Clear(); break;
            default: return BadRequest();
        }
        AlwaysARow();
        ModelState.Clear();
        return Page();
    }

    async Task<IActionResult> DecideAsync()
    {
        sentConditions = [.. Input.Conditions.Index().Where(c => !c.Item.IsBlank).Select(c => c.Index)];
        sentChanges = [.. Input.Changes.Index().Where(c => !c.Item.IsBlank).Select(c => c.Index)];
        return Confirm("determination", await Send(new MakeDetermination
        {
            Actor = Actor,
            Reference = Reference,
            ExpectedVersion = Version,
            Outcome = Input.Outcome,
            Reason = Input.Reason ?? "",
            Departures = [.. Input.Departures.Select(d => new MakeDetermination.DepartureReason(d.Key, d.Value ?? ""))],
            Conditions = [.. sentConditions.Select(i => Input.Conditions[i]).Select(c =>
                new MakeDetermination.NewCondition(c.Text ?? "", c.Owner ?? "", c.Evidence ?? "", DateField.Parse(c.Due)))],
            Changes = [.. sentChanges.Select(i => Input.Changes[i]).Select(c => new CastVote.Change(c.Field ?? "", c.Text ?? ""))],
        }));
    }

    protected override string InputName(string fault)
    {
        var parts = fault.Split('[', ']');
        if (parts is [var list, var at, var rest] && int.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var n))
        {
            if (list == nameof(Form.Departures)) return $"Input.Departures[{Input.Departures.Keys.ElementAt(n)}]";
            var sent = list == nameof(Form.Conditions) ? sentConditions : sentChanges;
            if (n < sent.Count) return $"Input.{list}[{sent[n]}]{rest}";
        }
        return $"Input.{fault}";
    }

    protected override async Task LoadAsync()
    {
        await base.LoadAsync();
        Permissions.Demand(Act.Determine, Proposal.State, Proposal.Party);
        Objections = Determining.Objections(Proposal.State);
        AlwaysARow();
    }

    /// <summary>The questions that a change can be about.</summary>
    public IEnumerable<Choice> Questions => Proposal.Form.Sections
        .SelectMany(s => s.Fields.Select(f => new Choice(f.Id, $"{s.Title}: {f.Label}")))
        .Append(new Choice(ProposalRevisedFields.Attachments, "Documents"));

    // One empty row is always there to be filled in, with or without scripts.
    void AlwaysARow()
    {
        if (Input.Conditions.Count == 0) Input.Conditions.Add(new());
        if (Input.Changes.Count == 0) Input.Changes.Add(new());
    }

    static int? Index(string text, int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < count ? i : null;
}
