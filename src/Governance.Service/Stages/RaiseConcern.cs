using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;

namespace Governance.Service.Stages;

/// <summary>Puts one concern of young people on record. The lead must answer it before the stage can approve.</summary>
public sealed record RaiseConcern : ProposalCommand
{
    public required string Stage { get; init; }

    /// <summary>The session that it came from; empty when a youth panel member raises it for herself.</summary>
    public string Session { get; init; } = "";

    public required string Text { get; init; }

    public override Act ActIn(ProposalState state) => Act.RaiseConcern;

    public sealed class Validator : AbstractValidator<RaiseConcern>
    {
        public Validator() => RuleFor(c => c.Text)
            .NotEmpty().WithMessage("Write the concern, in the young people's own words if you can. Do not name anybody.")
            .MaximumLength(2_000).WithMessage("Use 2,000 characters or fewer. If it is more than one concern, add them one by one.");
    }

    public sealed class Handler(ProposalStore proposals) : DecisionHandler<RaiseConcern>(proposals)
    {
        protected override Decision Decide(RaiseConcern command, ReviewCase before, Party by, Circumstances now) =>
            Reviewing.RaiseConcern(before, by, now, command.Stage, command.Session, command.Text);
    }
}
