using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;

namespace Governance.Service.Proposals;

/// <summary>The lead answers a reviewer's question. The proposal itself does not change.</summary>
public sealed record AnswerQuestion : ProposalCommand
{
    /// <summary>The question's id in the proposal, such as <c>q2</c>.</summary>
    public required string Question { get; init; }

    public required string Text { get; init; }

    public override Act ActIn(ProposalState state) => Act.AnswerQuestion;

    public sealed class Validator : AbstractValidator<AnswerQuestion>
    {
        public Validator() => RuleFor(c => c.Text)
            .NotEmpty().WithMessage("Write an answer.")
            .MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer for the answer.");
    }

    public sealed class Handler(ProposalStore proposals) : DecisionHandler<AnswerQuestion>(proposals)
    {
        protected override Decision Decide(AnswerQuestion command, ReviewCase before, Party by, Circumstances now) =>
            Answering.AnswerQuestion(before, by, now, command.Question, command.Text);
    }
}
