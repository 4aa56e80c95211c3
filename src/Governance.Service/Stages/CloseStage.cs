using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;

namespace Governance.Service.Stages;

/// <summary>
/// A chair closes a stage. The votes give the outcome by the stage's rule; the chair writes the summary, and the list of
/// changes where changes are asked for.
/// </summary>
public sealed record CloseStage : ProposalCommand
{
    public required string Stage { get; init; }

    /// <summary>What the stage found, dissent included, in words that may be published.</summary>
    public required string Summary { get; init; }

    public IReadOnlyList<CastVote.Change> Changes { get; init; } = [];

    public override Act ActIn(ProposalState state) => Act.CloseStage;

    public sealed class Validator : AbstractValidator<CloseStage>
    {
        public Validator()
        {
            RuleFor(c => c.Summary)
                .NotEmpty().WithMessage("Sum up what the stage found, and what those said who saw it differently.")
                .MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer for the summary.");
            RuleFor(c => c.Changes).Must(c => c.Count <= Limits.Items).WithMessage($"Ask for {Limits.Items} changes or fewer.");
            RuleForEach(c => c.Changes).ChildRules(a => a.RuleFor(x => x.Text)
                .NotEmpty().WithMessage("Say what should change.").MaximumLength(2_000).WithMessage("Use 2,000 characters or fewer for a change."));
        }
    }

    public sealed class Handler(ProposalStore proposals) : DecisionHandler<CloseStage>(proposals)
    {
        protected override Decision Decide(CloseStage command, ReviewCase before, Party by, Circumstances now) =>
            Reviewing.Close(before, by, now, command.Stage, command.Summary, [.. command.Changes.Select(c => (c.Field, c.Text))]);
    }
}
