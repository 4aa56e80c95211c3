using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>
/// Saves what the lead has written so far, in the first draft or in the next revision. It may be unfinished and wrong:
/// only submission is checked whole.
/// </summary>
public sealed record SaveDraft : ProposalCommand
{
    /// <summary>The answers. Their shape and limits were checked when they were read.</summary>
    public required Answers Answers { get; init; }

    /// <summary>The one section that was filled in; null replaces all answers.</summary>
    public string? Section { get; init; }

    /// <summary>Answers to requested changes, drafted so far; null leaves them.</summary>
    public IReadOnlyList<ChangeToAnswer>? Responses { get; init; }

    public override Act ActIn(ProposalState state) => Drafts.ActIn(state);

    public sealed class Validator : AbstractValidator<SaveDraft>
    {
        public Validator() => RuleForEach(c => c.Responses).ChildRules(r =>
            r.RuleFor(a => a.Text).MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer."));
    }

    public sealed class Handler(ProposalStore proposals) : IRequestHandler<SaveDraft, Receipt>
    {
        public async Task<Receipt> Handle(SaveDraft request, CancellationToken cancellationToken)
        {
            var open = proposals.Open;
            var draft = await Drafts.CurrentAsync(proposals, open);
            var answers = request.Answers;
            if (request.Section is not null)
            {
                var section = open.Case.Rulebook.Screening.Form.Sections.FirstOrDefault(s => s.Id == request.Section)
                    ?? throw new NotFoundException("The form has no such section.");
                answers = draft.Answers.MergeSection(section, request.Answers);
            }
            return await proposals.SaveDraftAsync(open, draft with { Answers = answers, Responses = request.Responses is null ? draft.Responses : [.. request.Responses] });
        }
    }
}

/// <summary>What the commands on drafts share.</summary>
public static class Drafts
{
    public static Act ActIn(ProposalState state) => state.Phase == Phase.Draft ? Act.EditDraft : Act.EditRevision;

    /// <summary>The draft as it is; for a revision that nobody has begun, the submitted content to start from.</summary>
    public static async Task<Draft> CurrentAsync(ProposalStore proposals, OpenProposal open)
    {
        if (await proposals.DraftAsync(open) is { } draft) return draft;
        if (open.State.Phase == Phase.Draft) return Draft.Empty;
        var content = await proposals.ContentAsync(open, open.State.Revision);
        return new Draft(content.Answers, content.Documents, []);
    }
}

/// <summary>Limits that several requests share.</summary>
public static class Limits
{
    /// <summary>The most characters of a reason, a question or an answer.</summary>
    public const int LongText = 10_000;

    /// <summary>The most characters of a line.</summary>
    public const int Line = 300;

    /// <summary>The most items of a list, such as conditions or requested changes.</summary>
    public const int Items = 50;

    /// <summary>The largest document, in bytes: 10 MiB.</summary>
    public const int DocumentBytes = 10 * 1024 * 1024;

    /// <summary>The most documents of a proposal.</summary>
    public const int Documents = 20;
}
