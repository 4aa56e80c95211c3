using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;

namespace Governance.Service.Proposals;

/// <summary>The lead answers a concern of young people: what will be done, or why nothing will (Lundy: Influence).</summary>
public sealed record AnswerConcern : ProposalCommand
{
    /// <summary>The concern's id in the proposal, such as <c>n3</c>.</summary>
    public required string Concern { get; init; }

    public required ConcernResponse? Response { get; init; }

    public required string Text { get; init; }

    public override Act ActIn(ProposalState state) => Act.AnswerConcern;

    public sealed class Validator : AbstractValidator<AnswerConcern>
    {
        public Validator()
        {
            RuleFor(c => c.Response).NotNull().WithMessage("Choose what you will do about this concern.").IsInEnum().WithMessage("Choose what you will do about this concern.");
            RuleFor(c => c.Text)
                .NotEmpty().WithMessage("Explain your answer in words that a young person follows.")
                .MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer for the answer.");
        }
    }

    public sealed class Handler(ProposalStore proposals) : DecisionHandler<AnswerConcern>(proposals)
    {
        protected override Decision Decide(AnswerConcern command, ReviewCase before, Party by, Circumstances now) =>
            Answering.AnswerConcern(before, by, now, command.Concern, command.Response!.Value, command.Text);
    }
}
