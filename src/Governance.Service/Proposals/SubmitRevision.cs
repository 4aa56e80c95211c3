using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>Sends the next revision, with an answer to every change that was asked for, whoever asked.</summary>
public sealed record SubmitRevision : ProposalCommand
{
    /// <summary>Answers to the open requests; null takes those that were saved with the draft.</summary>
    public IReadOnlyList<ChangeToAnswer>? Responses { get; init; }

    public required bool Declared { get; init; }

    public override Act ActIn(ProposalState state) => Act.SubmitRevision;

    public sealed class Validator : AbstractValidator<SubmitRevision>
    {
        public Validator() => RuleForEach(c => c.Responses).ChildRules(r =>
            r.RuleFor(a => a.Text).MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer."));
    }

    public sealed class Handler(ProposalStore proposals, PeopleStore people) : IRequestHandler<SubmitRevision, Receipt>
    {
        public async Task<Receipt> Handle(SubmitRevision request, CancellationToken cancellationToken)
        {
            var open = proposals.Open;
            var draft = await Drafts.CurrentAsync(proposals, open);
            var attachments = Attachments.Of(draft.Documents);
            // The proposal stays under the form and rules that it was submitted under.
            var screeningRules = open.Case.Rulebook.Screening;
            var responses = request.Responses ?? draft.Responses;
            // Everything that stands in the way is said at once: the form, the answers to the requests, the declaration.
            List<Fault> faults =
            [
                .. SubmissionCheck.Check(screeningRules.Form, draft.Answers, attachments),
                .. Answering.Faults(open.State, responses),
                .. request.Declared ? Array.Empty<Fault>() : [new("Declared", "Confirm that what you say is true and complete, to the best of your knowledge.")],
            ];
            if (faults.Count > 0) throw new InvalidException(faults);

            var now = await proposals.NowAsync();
            var screening = screeningRules.Run(draft.Answers, attachments, now.Today);
            var old = await proposals.ContentAsync(open, open.State.Revision);
            var content = new ProposalContent(draft.Answers, draft.Documents);
            var team = await Team.RememberAsync(people, proposals, open, draft.Answers);
            var decision = Answering.Revise(open.Case, open.Party, now, old, content, team, responses, screening);
            return await proposals.StoreAsync(open, decision, now, Act.SubmitRevision, content);
        }
    }
}
