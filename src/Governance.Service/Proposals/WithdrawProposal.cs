using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;

namespace Governance.Service.Proposals;

/// <summary>Takes a proposal back. It stays on record, and nothing can be done to it any more.</summary>
public sealed record WithdrawProposal : ProposalCommand
{
    public required string Reason { get; init; }

    public override Act ActIn(ProposalState state) => Act.Withdraw;

    public sealed class Validator : AbstractValidator<WithdrawProposal>
    {
        public Validator() => RuleFor(c => c.Reason)
            .NotEmpty().WithMessage("Say why you take the proposal back.")
            .MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer for the reason.");
    }

    public sealed class Handler(ProposalStore proposals) : DecisionHandler<WithdrawProposal>(proposals)
    {
        protected override Decision Decide(WithdrawProposal command, ReviewCase before, Party by, Circumstances now) =>
            Submitting.Withdraw(before, by, now, command.Reason);
    }
}
