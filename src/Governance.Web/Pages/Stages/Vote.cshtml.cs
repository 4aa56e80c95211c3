using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Stages;
using Governance.Service.Stages;
using Governance.Web.Components;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Stages;

/// <summary>A vote: the checklist, the choice, the reasons, and the conditions or changes that go with it.</summary>
public sealed class VoteModel(IMediator mediator) : StagePage(mediator)
{
    /// <summary>What was typed.</summary>
    public sealed record Form
    {
        /// <summary>The revision that the voter has in front of them.</summary>
        public int? Revision { get; set; }

        /// <summary>A <see cref="VoteChoice"/>.</summary>
        public string? Choice { get; set; }

        public string? Rationale { get; set; }

        /// <summary>By the id of the checklist's item.</summary>
        public Dictionary<string, ChecklistEntry> Items { get; set; } = new(StringComparer.Ordinal);

        public List<string?> Conditions { get; set; } = [];

        public List<ChangeRow> Changes { get; set; } = [];
    }

    List<string> _items = [], _conditions = [], _changes = [];

    [BindProperty]
    public Form Input { get; set; } = new();

    public IReadOnlyList<Choice> Fields => ChecklistForm.FieldsOf(View.Proposal.Form, View.Checklist);

    /// <summary>The revision that was looked at when the form was filled in, where a later one has come since.</summary>
    public int? Overtaken { get; private set; }

    public ChecklistEntry Entry(string item) => Input.Items.GetValueOrDefault(item) ?? new();

    public async Task<IActionResult> OnGetAsync()
    {
        if (await LoadForVoteAsync() is { } elsewhere) return elsewhere;
        Input = View.Draft is { } draft ? From(draft) : View.MyVote is { } vote ? From(vote) : new();
        AtLeastOneRow();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? asked)
    {
        if (MovesRows(asked, "condition", Input.Conditions, () => "") || MovesRows(asked, "change", Input.Changes, () => new()))
        {
            if (await LoadForVoteAsync() is { } elsewhere) return elsewhere;
            // The rows have moved under their names; what was typed is in the input, row by row.
            ModelState.Clear();
            AtLeastOneRow();
            return Page();
        }
        AtLeastOneRow();
        return asked == "cast" ? await CastAsync() : await SaveAsync();
    }

    protected override async Task LoadAsync()
    {
        await base.LoadAsync();
        Overtaken = Input.Revision is { } seen && seen < View.Proposal.State.Revision ? seen : null;
    }

    protected override string InputName(string fault) =>
        InputOfRow(fault, "Checklist", _items) is { } item ? item.EndsWith(']') ? $"{item}.Answer" : item
        : InputOfRow(fault, "Conditions", _conditions)
        ?? InputOfRow(fault, "Changes", _changes)
        ?? (fault is "Choice" or "Rationale" or "Conditions" or "Changes" ? $"Input.{fault}" : fault is "Revision" or "Draft" ? "" : fault);

    Task<IActionResult?> LoadForVoteAsync() =>
        LoadForAsync(Act.Vote, v => v.MayVote, $"Only members of the {StageTitle} panel vote in this stage, and you do not sit on it. You can still read everything.");

    async Task<IActionResult> CastAsync()
    {
        var items = Input.Items.Where(i => !i.Value.IsEmpty).ToList();
        var conditions = Input.Conditions.Index().Where(c => !string.IsNullOrWhiteSpace(c.Item)).ToList();
        var changes = ChecklistForm.Sent(Input.Changes);
        _items = [.. items.Select(i => $"Input.Items[{i.Key}]")];
        _conditions = [.. conditions.Select(c => $"Input.Conditions[{c.Index}]")];
        _changes = [.. changes.Select(c => $"Input.Changes[{c.Place}]")];
        var receipt = await Send(new CastVote
        {
            Actor = Actor,
            Reference = Reference,
            Stage = Stage,
            Revision = Input.Revision,
            Choice = Choice,
            Rationale = Input.Rationale ?? "",
            Checklist = [.. items.Select(i => new CastVote.ItemAnswer(i.Key, i.Value.Answer ?? "", i.Value.After ?? "", i.Value.Note ?? ""))],
            Conditions = [.. conditions.Select(c => c.Item!)],
            Changes = [.. changes.Select(c => c.Change)],
        });
        return ShowReceipt("vote", receipt);
    }

    async Task<IActionResult> SaveAsync()
    {
        await Send(new SaveReviewDraft
        {
            Actor = Actor,
            Reference = Reference,
            Stage = Stage,
            Draft = new()
            {
                Choice = Choice,
                Rationale = Input.Rationale ?? "",
                Checklist = [.. Input.Items.Where(i => !i.Value.IsEmpty).Select(i => new CastVote.ItemAnswer(i.Key, i.Value.Answer ?? "", i.Value.After ?? "", i.Value.Note ?? ""))],
                Conditions = [.. Input.Conditions.OfType<string>()],
                Changes = [.. ChecklistForm.Sent(Input.Changes).Select(c => c.Change)],
            },
        });
        this.NoticeDone("Saved for later. Nobody else can see it, and you have not voted yet.");
        return Redirect(StageAddress);
    }

    VoteChoice? Choice => ChecklistForm.Votes.Any(v => v.Value == Input.Choice) ? Enum.Parse<VoteChoice>(Input.Choice!) : null;

    void AtLeastOneRow()
    {
        if (Input.Conditions.Count == 0) Input.Conditions.Add("");
        if (Input.Changes.Count == 0) Input.Changes.Add(new());
    }

    static Form From(ReviewDraft draft) => new()
    {
        Choice = draft.Choice?.ToString(),
        Rationale = draft.Rationale,
        Items = draft.Checklist.ToDictionary(a => a.Item, a => new ChecklistEntry { Answer = a.Answer, After = a.After, Note = a.Note }, StringComparer.Ordinal),
        Conditions = [.. draft.Conditions],
        Changes = [.. draft.Changes.Select(c => new ChangeRow { Field = c.Field, Text = c.Text })],
    };

    static Form From(Review.Proposals.Vote vote) => new()
    {
        Choice = vote.Choice.ToString(),
        Rationale = vote.Rationale.Text,
        Items = vote.Checklist.ToDictionary(a => a.Item, a => new ChecklistEntry { Answer = a.Answer, After = a.After, Note = a.Note?.Text }, StringComparer.Ordinal),
        Conditions = [.. vote.Conditions.Select(c => c.Text.Text)],
        Changes = [.. vote.Changes.Select(c => new ChangeRow { Field = c.Field, Text = c.Text.Text })],
    };
}
