using System.Collections.Immutable;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Proposals;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Proposals.Case;

/// <summary>
/// The lead answers every open request, goes to the sections to change the proposal, and sends the new revision. What is
/// typed here is saved with the draft each time, so that nothing is lost on the way to a section and back.
/// </summary>
public sealed class ChangesModel(IMediator mediator) : CasePage(mediator)
{
    /// <summary>The answer to one request.</summary>
    public sealed class Reply
    {
        public ChangeResponse? Response { get; set; }

        public string? Text { get; set; }
    }

    /// <summary>Answers by the request's id.</summary>
    [BindProperty]
    public Dictionary<string, Reply> Replies { get; set; } = [];

    [BindProperty]
    public bool Declared { get; set; }

    public IReadOnlyList<ChangeState> Requests { get; private set; } = [];

    /// <summary>What stands in the way of sending, by section; <c>attachments</c> for missing documents.</summary>
    public ILookup<string, Fault> Missing { get; private set; } = Array.Empty<Fault>().ToLookup(_ => "");

    /// <summary>Sections with answers that differ from the last revision.</summary>
    public IReadOnlySet<string> Touched { get; private set; } = ImmutableHashSet<string>.Empty;

    public async Task<IActionResult> OnPostAsync(string? action)
    {
        await LoadAsync();
        var saved = await Send(new SaveDraft { Actor = Actor, Reference = Reference, Answers = Proposal.Draft!.Answers, Responses = Given() });
        if (action == "save")
        {
            this.NoticeDone("Your answers are saved. They are not sent yet.");
            return Redirect($"{Here}/changes");
        }
        return Confirm("revision", await Send(new SubmitRevision { Actor = Actor, Reference = Reference, ExpectedVersion = saved.Version, Declared = Declared }));
    }

    /// <summary>Answers belong to a box of this page; what is missing in the form belongs to the line of its section.</summary>
    protected override string InputName(string fault)
    {
        if (fault.StartsWith("answers[", StringComparison.Ordinal))
        {
            var id = fault["answers[".Length..fault.IndexOf(']', StringComparison.Ordinal)];
            return $"Replies[{id}].{(fault.EndsWith(".response", StringComparison.Ordinal) ? nameof(Reply.Response) : nameof(Reply.Text))}";
        }
        if (fault.StartsWith("Responses[", StringComparison.Ordinal))
        {
            var index = int.Parse(fault["Responses[".Length..fault.IndexOf(']', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
            return $"Replies[{Requests[index].Id}].{nameof(Reply.Text)}";
        }
        return fault == nameof(Declared) ? fault : $"sections[{SectionOf(fault)}]";
    }

    protected override async Task LoadAsync()
    {
        await base.LoadAsync();
        Permissions.Demand(Act.SubmitRevision, Proposal.State, Proposal.Party);
        Requests = [.. Proposal.State.OpenChanges];
        var draft = Proposal.Draft!;
        foreach (var saved in draft.Responses.Where(r => !Replies.ContainsKey(r.Change)))
            Replies[saved.Change] = new Reply { Response = saved.Response, Text = saved.Text };
        Missing = (await Send(new ScreenDraft(Actor, Reference))).Faults.ToLookup(f => SectionOf(f.Field));
        Touched = AnswersDiff.Between(Proposal.Content.Answers, draft.Answers).Select(c => SectionOf(c.Field))
            .Concat(draft.Documents.SequenceEqual(Proposal.Content.Documents) ? Array.Empty<string>() : ["attachments"])
            .ToHashSet(StringComparer.Ordinal);
    }

    public string SectionOf(string fault) => Proposal.Form.Find(fault.Split('[', '.')[0])?.Section ?? "attachments";

    List<ChangeToAnswer> Given() =>
        [.. Requests.Select(r => Replies.TryGetValue(r.Id, out var reply) ? new ChangeToAnswer(r.Id, reply.Response, reply.Text ?? "") : new ChangeToAnswer(r.Id, null, ""))];
}
