using System.Collections.Immutable;
using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using MediatR;

namespace Governance.Service.Stages;

/// <summary>A panel member votes, with reasons. Voting again replaces the vote that counts; both stay on record.</summary>
public sealed record CastVote : ProposalCommand
{
    public required string Stage { get; init; }

    /// <summary>The revision that the voter looked at; null takes the one that is there.</summary>
    public int? Revision { get; init; }

    public required VoteChoice? Choice { get; init; }

    public required string Rationale { get; init; }

    public IReadOnlyList<ItemAnswer> Checklist { get; init; } = [];

    public IReadOnlyList<string> Conditions { get; init; } = [];

    public IReadOnlyList<Change> Changes { get; init; } = [];

    /// <param name="Answer">A grade, or a rating before mitigation.</param>
    /// <param name="After">The rating after mitigation, for items that are rated; otherwise empty.</param>
    public sealed record ItemAnswer(string Item, string Answer, string After = "", string Note = "");

    /// <param name="Field">The form field; empty when it is about the whole.</param>
    public sealed record Change(string Field, string Text);

    public override Act ActIn(ProposalState state) => Act.Vote;

    public sealed class Validator : AbstractValidator<CastVote>
    {
        public Validator()
        {
            RuleFor(c => c.Choice).NotNull().WithMessage("Choose how you vote.").IsInEnum().WithMessage("Choose how you vote.");
            RuleFor(c => c.Rationale)
                .NotEmpty().WithMessage("Give the reasons for your vote.")
                .MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer for your reasons.");
            RuleFor(c => c.Checklist).Must(c => c.Count <= 200 && c.Select(a => a.Item).Distinct(StringComparer.Ordinal).Count() == c.Count)
                .WithMessage("Answer each checklist item once.");
            RuleForEach(c => c.Checklist).ChildRules(a => a.RuleFor(x => x.Note).MaximumLength(2_000).WithMessage("Use 2,000 characters or fewer for a note."));
            RuleFor(c => c.Conditions).Must(c => c.Count <= Limits.Items).WithMessage($"Give {Limits.Items} conditions or fewer.");
            RuleForEach(c => c.Conditions).NotEmpty().WithMessage("Write the condition.").MaximumLength(2_000).WithMessage("Use 2,000 characters or fewer for a condition.");
            RuleFor(c => c.Changes).Must(c => c.Count <= Limits.Items).WithMessage($"Ask for {Limits.Items} changes or fewer.");
            // The decision asks for these too; asked here, they are said together with everything else that is wrong.
            RuleFor(c => c).Custom((vote, context) =>
            {
                if (vote.Choice is not { } choice) return;
                foreach (var fault in Reviewing.WithChoice(choice, vote.Conditions.Count, vote.Changes.Count)) context.AddFailure(fault.Field, fault.Message);
            });
            RuleForEach(c => c.Changes).ChildRules(a => a.RuleFor(x => x.Text)
                .NotEmpty().WithMessage("Say what should change.").MaximumLength(2_000).WithMessage("Use 2,000 characters or fewer for a change."));
        }
    }

    public sealed class Handler(Session session, ProposalStore proposals) : IRequestHandler<CastVote, Receipt>
    {
        public async Task<Receipt> Handle(CastVote request, CancellationToken cancellationToken)
        {
            var open = proposals.Open;
            if (request.Revision is { } seen && seen != open.State.Revision)
                throw new ConflictException($"You looked at revision {seen}; the lead has sent revision {open.State.Revision} since. Look at what changed, then vote.");
            // Somebody may have got an account after the proposal was submitted, and so not be known as its team.
            if (Team.Emails(await proposals.TeamAnswersAsync(open)).Contains(open.Actor.Email.ToLowerInvariant()))
                throw new NotAllowedException("You are part of the team that proposes this, so you cannot take part in its review.");
            var now = await proposals.NowAsync();
            var decision = Reviewing.Vote(open.Case, open.Party, now, request.Stage, new VoteToCast
            {
                Choice = request.Choice!.Value,
                Rationale = request.Rationale,
                Checklist = [.. request.Checklist.Select(a => new ChecklistAnswer(a.Item, a.Answer, a.After, a.Note.Length > 0 ? Sealed.Panel(a.Note) : null))],
                Conditions = [.. request.Conditions],
                Changes = [.. request.Changes.Select(c => (c.Field, c.Text))],
            });
            await session.ExecuteAsync("DELETE FROM review_draft WHERE proposal = @id AND stage = @stage AND person = @person",
                new { id = open.Id, stage = request.Stage, person = open.Actor.Id });
            return await proposals.StoreAsync(open, decision, now, Act.Vote);
        }
    }
}
