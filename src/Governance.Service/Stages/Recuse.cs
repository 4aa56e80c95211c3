using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;

namespace Governance.Service.Stages;

/// <summary>A member declares a conflict of interest and takes no further part in this proposal.</summary>
public sealed record Recuse : ProposalCommand
{
    public required string Stage { get; init; }

    public required string Conflict { get; init; }

    public override Act ActIn(ProposalState state) => Act.Recuse;

    public sealed class Validator : AbstractValidator<Recuse>
    {
        public Validator() => RuleFor(c => c.Conflict)
            .NotEmpty().WithMessage("Say what the conflict is. Only chairs see it.")
            .MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer.");
    }

    public sealed class Handler(ProposalStore proposals) : DecisionHandler<Recuse>(proposals)
    {
        protected override Decision Decide(Recuse command, ReviewCase before, Party by, Circumstances now) =>
            Reviewing.Recuse(before, by, now, command.Stage, command.Conflict);
    }
}
