using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;

namespace Governance.Service.Stages;

/// <summary>A reviewer asks the lead a question. It does not need a new revision.</summary>
public sealed record AskQuestion : ProposalCommand
{
    public required string Stage { get; init; }

    public required string Text { get; init; }

    public override Act ActIn(ProposalState state) => Act.AskQuestion;

    public sealed class Validator : AbstractValidator<AskQuestion>
    {
        public Validator() => RuleFor(c => c.Text)
            .NotEmpty().WithMessage("Write your question.")
            .MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer.");
    }

    public sealed class Handler(ProposalStore proposals) : DecisionHandler<AskQuestion>(proposals)
    {
        protected override Decision Decide(AskQuestion command, ReviewCase before, Party by, Circumstances now) =>
            Reviewing.Ask(before, by, now, command.Stage, command.Text);
    }
}
