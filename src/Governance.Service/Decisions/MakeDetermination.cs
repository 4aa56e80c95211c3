using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;

namespace Governance.Service.Decisions;

/// <summary>The chair decides the case, with a published reason. Departing from an objection needs a reason of its own.</summary>
public sealed record MakeDetermination : ProposalCommand
{
    public required DeterminationOutcome? Outcome { get; init; }

    public required string Reason { get; init; }

    public IReadOnlyList<DepartureReason> Departures { get; init; } = [];

    public IReadOnlyList<NewCondition> Conditions { get; init; } = [];

    public IReadOnlyList<CastVote.Change> Changes { get; init; } = [];

    public sealed record DepartureReason(string Stage, string Reason);

    public sealed record NewCondition(string Text, string Owner, string Evidence, DateOnly? Due);

    public override Act ActIn(ProposalState state) => Act.Determine;

    public sealed class Validator : AbstractValidator<MakeDetermination>
    {
        // Lengths only: what is missing is for Determining to say, so that the chair is told everything at once.
        public Validator()
        {
            RuleFor(c => c.Reason).MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer for the reason.");
            RuleForEach(c => c.Departures).ChildRules(d => d.RuleFor(x => x.Reason).MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer."));
            RuleFor(c => c.Conditions).Must(c => c.Count <= Limits.Items).WithMessage($"Set {Limits.Items} conditions or fewer.");
            RuleForEach(c => c.Conditions).ChildRules(c =>
            {
                c.RuleFor(x => x.Text).MaximumLength(2_000).WithMessage("Use 2,000 characters or fewer for a condition.");
                c.RuleFor(x => x.Owner).MaximumLength(Limits.Line).WithMessage($"Use {Limits.Line} characters or fewer.");
                c.RuleFor(x => x.Evidence).MaximumLength(2_000).WithMessage("Use 2,000 characters or fewer.");
            });
            RuleFor(c => c.Changes).Must(c => c.Count <= Limits.Items).WithMessage($"Ask for {Limits.Items} changes or fewer.");
            RuleForEach(c => c.Changes).ChildRules(a => a.RuleFor(x => x.Text).MaximumLength(2_000).WithMessage("Use 2,000 characters or fewer for a change."));
        }
    }

    public sealed class Handler(ProposalStore proposals) : DecisionHandler<MakeDetermination>(proposals)
    {
        protected override Decision Decide(MakeDetermination command, ReviewCase before, Party by, Circumstances now) =>
            Determining.Determine(before, by, now, new DeterminationToMake
            {
                Outcome = command.Outcome,
                Reason = command.Reason,
                Departures = [.. command.Departures.Select(d => (d.Stage, d.Reason))],
                Conditions = [.. command.Conditions.Select(c => new ConditionToSet(c.Text, c.Owner, c.Evidence, c.Due))],
                Changes = [.. command.Changes.Select(c => (c.Field, c.Text))],
            });
    }
}
