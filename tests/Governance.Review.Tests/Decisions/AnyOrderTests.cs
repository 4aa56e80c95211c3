using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;

namespace Governance.Review.Tests.Decisions;

/// <summary>Whatever anybody tries, in any order, the promises of a review hold after every step.</summary>
public sealed class AnyOrderTests
{
    /// <summary>One attempt: who tries what, where, and how. Most are refused; those that are not move the proposal on.</summary>
    internal sealed record Attempt(int Who, int What, int Stage, int How);

    internal static readonly Gen<Attempt[]> Attempts = Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 99], Gen.Int[0, 3], Gen.Int[0, 1000])
        .Select(t => new Attempt(t.Item1, t.Item2, t.Item3, t.Item4)).Array[120, 300];

    [Fact]
    public void Any_order_of_attempts_keeps_every_promise_and_the_fold()
    {
        var decided = 0;
        Gen.Select(Gen.Int[0, World.RouteIds.Count - 1], Attempts).Sample((route, attempts) =>
        {
            var world = new World(World.RouteIds[route]);
            foreach (var attempt in attempts)
            {
                Make(world, attempt);
                Check(world);
            }
            foreach (var _ in LeadToADecision(world)) Check(world);
            if (world.State.Phase == Phase.Determined) Interlocked.Increment(ref decided);
        }, iter: 200, threads: 2);
        // Without this the property could hold because nothing ever got far enough to break it.
        Assert.True(decided >= 100, $"Only {decided} of the walks reached a determination.");
    }

    internal static void Make(World world, Attempt a)
    {
        var open = world.State.Stages.Where(s => s.Open).ToList();
        // Three of four attempts are at an open stage by somebody of its panel, or walks would hardly get anywhere.
        var stage = open.Count > 0 && a.How % 4 != 0 ? open[a.Stage % open.Count].Stage : StageIds.All[a.Stage];
        var panel = World.PanelOf(stage);
        var who = a.Who % 4 != 0 ? panel[a.Who % panel.Count] : World.Everybody[a.Who % World.Everybody.Length];
        var field = world.Case.LooksAt(stage) is { Count: > 0 } fields ? fields[a.How % fields.Count] : "problem";
        switch (a.What)
        {
            case < 42:
                var choice = (VoteChoice)(a.How % 10 < 6 ? 0 : a.How % 6);
                world.Try(who, (c, n) => Reviewing.Vote(c, who, n, stage, World.Ballot(choice)));
                break;
            case < 62:
                var closer = a.How % 10 == 0 ? who : World.Chair;
                if (!world.Try(closer, (c, n) => Reviewing.Close(c, closer, n, stage, "Found.", [])))
                    world.Try(closer, (c, n) => Reviewing.Close(c, closer, n, stage, "Found.", [(field, "Change this.")]));
                break;
            case < 70:
                world.Try(World.Lead, (c, n) => world.Revise(c, n, [field]));
                break;
            case < 71:
                world.Try(who, (c, n) => Reviewing.Recuse(c, who, n, stage, "I know them."));
                break;
            case < 73:
                world.Try(World.Facilitator, (c, n) => Reviewing.RaiseConcern(c, World.Facilitator, n, StageIds.YouthVoice, "", "What if it leaks?"));
                break;
            case < 79:
                if (world.State.Concerns.FirstOrDefault(x => x.Response is null) is { } concern)
                    world.Try(World.Lead, (c, n) => Answering.AnswerConcern(c, World.Lead, n, concern.Id, ConcernResponse.WillChange, "We will."));
                break;
            case < 81:
                world.Wait(a.How % 30);
                break;
            case < 82 when a.How % 40 == 0:
                world.Try(World.Lead, (c, n) => Submitting.Withdraw(c, World.Lead, n, "Not now."));
                break;
            default:
                var chair = a.How % 5 == 0 ? World.LeadWithRoles : World.Chair;
                Determine(world, chair, (DeterminationOutcome)(a.How % 4), departs: a.How % 3 != 0);
                break;
        }
    }

    /// <summary>
    /// Few walks get to a decision by chance. This leads one there from where it stands, a step at a time, unless it was
    /// withdrawn or too many of its panel have stepped back.
    /// </summary>
    internal static IEnumerable<bool> LeadToADecision(World world)
    {
        for (var round = 0; round < 12 && world.State.Phase is Phase.InReview or Phase.AwaitingDetermination; round++)
        {
            foreach (var concern in world.State.Concerns.Where(c => c.Response is null))
                yield return world.Try(World.Lead, (c, n) => Answering.AnswerConcern(c, World.Lead, n, concern.Id, ConcernResponse.WillChange, "We will."));
            if (world.State.RevisionAwaited) yield return world.Try(World.Lead, (c, n) => world.Revise(c, n, []));
            foreach (var stage in world.State.Stages.Where(s => s.Open))
            {
                foreach (var member in World.PanelOf(stage.Stage))
                    yield return world.Try(member, (c, n) => Reviewing.Vote(c, member, n, stage.Stage, World.Ballot(VoteChoice.Approve)));
                yield return world.Try(World.Chair, (c, n) => Reviewing.Close(c, World.Chair, n, stage.Stage, "Found.", []));
            }
            yield return Determine(world, World.Chair, DeterminationOutcome.FavourableWithConditions, departs: true);
        }
    }

    internal static bool Determine(World world, Party chair, DeterminationOutcome outcome, bool departs) =>
        world.Try(chair, (c, n) => Determining.Determine(c, chair, n, new DeterminationToMake
        {
            Outcome = outcome,
            Reason = "Because.",
            Departures = departs ? [.. Determining.Objections(c.State).Select(s => (s, "Still worth it."))] : [],
            Conditions = outcome == DeterminationOutcome.FavourableWithConditions ? [new("Tell us.", "The unit", "A report", n.Today.AddDays(30))] : [],
            Changes = outcome == DeterminationOutcome.Provisional ? [("problem", "Explain.")] : [],
        }));

    static void Check(World world)
    {
        var state = world.State;
        Assert.Equal(
            JsonSerializer.Serialize(ProposalFold.Fold(state.Reference, world.Trail), ReviewJson.Options),
            JsonSerializer.Serialize(state, ReviewJson.Options));

        string[] outside = [World.Lead.Pseudonym, World.Insider.Pseudonym];
        foreach (var stage in state.Stages)
        {
            Assert.DoesNotContain(stage.Votes, v => outside.Contains(v.Member));
            Assert.All(stage.Votes, v => Assert.NotEmpty(v.Seats));
            foreach (var result in stage.Results.Where(r => r.Outcome != StageOutcome.Overdue))
            {
                Assert.True(result.Votes.Length >= stage.Quorum, $"{stage.Stage} closed on {result.Votes.Length} votes.");
                Assert.Equal(result.Votes.Length, result.Votes.Select(v => v.Member).Distinct().Count());
                var recusedBefore = world.Trail.Where(h => h.Event is MemberRecused && h.At < result.At).Select(h => h.By);
                Assert.Empty(result.Votes.Select(v => v.Member).Intersect(recusedBefore));
            }
        }

        foreach (var made in world.Trail.Where(h => h.Event is DeterminationMade { Outcome: DeterminationOutcome.Favourable or DeterminationOutcome.FavourableWithConditions }))
        {
            var before = ProposalFold.Fold(state.Reference, world.Trail.TakeWhile(h => h != made));
            foreach (var mandatory in world.Case.Rulebook.Route.MandatoryStages)
            {
                var outcome = ReviewCase.OutcomeOnPresentFields(before, mandatory, world.Case.Rulebook);
                Assert.True(outcome is StageOutcome.Approved or StageOutcome.ApprovedWithConditions or StageOutcome.Objected, $"{mandatory} was {outcome} at a favourable determination.");
            }
            var departures = ((DeterminationMade)made.Event).Departures.Select(d => d.Stage);
            Assert.Equal(Determining.Objections(before).Order(), departures.Order());
        }

        if (state.Phase is Phase.Determined or Phase.Withdrawn)
        {
            Assert.DoesNotContain(state.Stages, s => s.Open);
            Assert.Empty(state.Awaited);
            Assert.NotNull(state.EndedAt);
            Assert.Empty(WorkQueue.Of(world.Case, World.Everybody));
        }
        else
        {
            // Never stuck: something is open that somebody can move on.
            Assert.True(state.Stages.Any(s => s.Open) || state.RevisionAwaited || state.DeterminationActivity.Length > 0);
            // A chair who has not stepped back is asked to close a stage exactly when nothing stands in the way of it.
            var closes = Capacities.Of(state, World.Chair).Contains(Capacity.Chair);
            Assert.Equal(
                state.Stages.Where(s => s.Open && closes && Reviewing.CanClose(world.Case, s, world.Now with { At = s.OpenedAt }).Obstacle is null).Select(s => s.Stage).Order(StringComparer.Ordinal),
                WorkQueue.Of(world.Case, [World.Chair]).Where(w => w.Task == WorkTask.CloseStage).Select(w => w.Stage).Order(StringComparer.Ordinal));
        }
        Assert.Equal(
            state.Stages.Where(s => s.Open).Select(s => s.Activity).Concat(state.Awaited.Select(a => a.Activity))
                .Concat(state.DeterminationActivity.Length > 0 ? [state.DeterminationActivity] : []).Order(StringComparer.Ordinal),
            world.Case.Route!.Open.Order(StringComparer.Ordinal));
        foreach (var outsider in new[] { World.LeadWithRoles, World.Insider })
            Assert.Empty(Permissions.Allowed(state, outsider).Intersect([Act.Vote, Act.CloseStage, Act.Determine, Act.Recuse, Act.AskQuestion, Act.RaiseConcern]));
    }
}
