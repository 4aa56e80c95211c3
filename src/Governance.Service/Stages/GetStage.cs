using System.Collections.Immutable;
using System.Text.Json;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Review.Screening;
using Governance.Review.Stages;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using MediatR;

namespace Governance.Service.Stages;

/// <summary>One stage of a proposal as this person may see it, with everything needed to review it.</summary>
public sealed record GetStage(Actor Actor, string Reference, string Stage) : IQuery<StageView>, IReadsProposal
{
    public sealed class Handler(Session session, ProposalStore proposals, PeopleStore people, Rulebooks rulebooks, IRouteEngine engine, Sealing sealing, TimeProvider clock)
        : IRequestHandler<GetStage, StageView>
    {
        public async Task<StageView> Handle(GetStage request, CancellationToken cancellationToken)
        {
            var open = await proposals.OpenAsync(request.Reference, request.Actor);
            var view = await GetProposal.ViewAsync(proposals, open);
            var stage = open.State.Stage(request.Stage) ?? throw new NotFoundException("This proposal has no such stage yet.");
            var looksAt = open.Case.LooksAt(stage.Stage);
            var tally = open.Case.Tally(stage);
            var capacities = view.Capacities;
            var draft = await session.ScalarAsync<byte[]?>(
                "SELECT content FROM review_draft WHERE proposal = @id AND stage = @stage AND person = @person",
                new { id = open.Id, stage = stage.Stage, person = request.Actor.Id });
            var today = new Circumstances(clock.GetUtcNow(), rulebooks.Calendar, engine);
            var judging = !open.State.IsProposing(open.Party.Pseudonym);
            return new StageView
            {
                Proposal = view,
                Stage = view.State.Stage(stage.Stage)!,
                Checklist = open.Case.Rulebook.Checklists.First(c => c.Stage == stage.Stage),
                Flags = [.. view.Flags.Where(f => open.Case.Rulebook.IsFor(f, stage.Stage))],
                SeesVotes = Visibility.SeesVotes(open.Case, stage, open.Party),
                Counted = judging ? [.. tally.Counted.Select(v => v.Member)] : [],
                QuorumMet = tally.QuorumMet,
                SeatsMissing = tally.SeatsMissing,
                Close = stage.Open && capacities.Contains(Capacity.Chair) ? Reviewing.CanClose(open.Case, stage, today) : (null, null),
                Members = judging ? await MembersAsync(open, stage, looksAt) : [],
                MayVote = view.May(Act.Vote) && stage.Open && open.Party.SitsOn(stage.Panel),
                TakesPart = stage.Open && Permissions.TakesPart(stage, open.Party, capacities),
                MyVote = stage.Votes.LastOrDefault(v => v.Member == open.Party.Pseudonym),
                MyVoteCounts = stage.Votes.LastOrDefault(v => v.Member == open.Party.Pseudonym) is { } mine && Voting.Counts(open.State, mine, looksAt),
                Draft = draft is null ? null : JsonSerializer.Deserialize<ReviewDraft>(sealing.OpenOrSay(draft, ProposalColumns.ReviewDraft), ReviewJson.Options),
                Overdue = stage.Open && today.Today > stage.Due,
            };
        }

        /// <summary>Who sits on the panel and how far each is: progress, never the vote itself.</summary>
        async Task<ImmutableArray<MemberProgress>> MembersAsync(OpenProposal open, StageState stage, IReadOnlyList<string> looksAt)
        {
            var members = (await people.JudgesAsync()).People.Where(p => p.Seats.Any(s => s.Panel == stage.Panel));
            return [.. members.Select(m =>
            {
                var pseudonym = Pseudonyms.Of(open.PseudonymKey, m.Id);
                var last = stage.Votes.LastOrDefault(v => v.Member == pseudonym);
                var progress = open.State.IsProposing(pseudonym) ? Progress.Proposing
                    : open.State.IsRecused(pseudonym) ? Progress.Recused
                    : last is null ? Progress.NotYet
                    : Voting.Counts(open.State, last, looksAt) ? Progress.Voted
                    : Progress.AskedAgain;
                return new MemberProgress(pseudonym, m.Name, [.. m.Seats.Where(s => s.Panel == stage.Panel).Select(s => s.Kind)], progress);
            })];
        }
    }
}

public enum Progress { NotYet, Voted, AskedAgain, Recused, Proposing }

public sealed record MemberProgress(string Pseudonym, string Name, ImmutableArray<string> Seats, Progress Progress);

public sealed record StageView
{
    public required ProposalView Proposal { get; init; }
    /// <summary>With the votes that this person may see.</summary>
    public required StageState Stage { get; init; }
    public required Checklist Checklist { get; init; }
    public required ImmutableArray<Rule> Flags { get; init; }
    public required bool SeesVotes { get; init; }
    /// <summary>Pseudonyms of those whose votes count; empty for the proposing side, who are not told who voted.</summary>
    public required ImmutableArray<string> Counted { get; init; }
    public required bool QuorumMet { get; init; }
    public required ImmutableArray<SeatNeeded> SeatsMissing { get; init; }
    /// <summary>For chairs: the outcome that closing would give, or what stands in the way.</summary>
    public required (StageOutcome? Outcome, string? Obstacle) Close { get; init; }
    public required ImmutableArray<MemberProgress> Members { get; init; }
    public required bool MayVote { get; init; }
    /// <summary>May ask questions and step back.</summary>
    public required bool TakesPart { get; init; }
    public required Vote? MyVote { get; init; }
    public required bool MyVoteCounts { get; init; }
    public required ReviewDraft? Draft { get; init; }
    public required bool Overdue { get; init; }
}
