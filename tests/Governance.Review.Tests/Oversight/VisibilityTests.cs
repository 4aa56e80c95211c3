using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Decisions;

namespace Governance.Review.Tests.Oversight;

public sealed class VisibilityTests
{
    static readonly Party Auditor = new("auditor", [Role.Auditor], []);
    static readonly Party Administrator = new("administrator", [Role.Administrator], []);
    static readonly Party First = World.PanelOf(StageIds.Privacy)[0], Second = World.PanelOf(StageIds.Privacy)[1];

    static World Voted()
    {
        var world = new World("standard");
        world.Vote(First, StageIds.Privacy, VoteChoice.Object);
        return world;
    }

    static int Votes(World world, Party viewer) => Visibility.For(world.Case, viewer).Stage(StageIds.Privacy)!.Votes.Length;

    [Fact]
    public void Votes_in_an_open_stage_are_hidden_until_one_has_voted_oneself()
    {
        var world = Voted();
        Assert.Equal(1, Votes(world, First));
        Assert.Equal(0, Votes(world, Second));
        world.Vote(Second, StageIds.Privacy, VoteChoice.Approve);
        Assert.Equal(2, Votes(world, Second));
    }

    [Fact]
    public void A_vote_that_no_longer_counts_does_not_open_the_view()
    {
        var world = Voted();
        world.Vote(Second, StageIds.Privacy, VoteChoice.Approve);
        var justice = World.PanelOf(StageIds.CriminalisationRisk);
        foreach (var member in justice) world.Vote(member, StageIds.CriminalisationRisk, VoteChoice.MajorChanges);
        world.Close(StageIds.CriminalisationRisk, ("problem", "Say more."));
        world.Do(World.Lead, (c, n) => world.Revise(c, n, ["problem"]));
        Assert.Equal(1, Votes(world, First));
        world.Vote(First, StageIds.Privacy, VoteChoice.Approve);
        Assert.Equal(3, Votes(world, First));
        Assert.Equal(1, Votes(world, Second));
    }

    [Fact]
    public void Auditors_and_chairs_outside_the_panel_see_the_votes_and_members_of_other_panels_do_not()
    {
        var world = Voted();
        Assert.Equal(1, Votes(world, Auditor));
        Assert.Equal(1, Votes(world, World.Chair));
        Assert.Equal(0, Votes(world, World.Chair with { Seats = [new(StageIds.Privacy, "chair")] }));
        Assert.Equal(0, Votes(world, World.PanelOf(StageIds.YouthVoice)[0]));
        Assert.Equal(0, Votes(world, World.Facilitator));
        Assert.Equal(0, Votes(world, Administrator));
    }

    [Fact]
    public void The_proposing_side_never_sees_who_voted_how()
    {
        var world = Voted();
        foreach (var member in World.PanelOf(StageIds.Privacy).Skip(1)) world.Vote(member, StageIds.Privacy, VoteChoice.Approve);
        world.Close(StageIds.Privacy);
        foreach (var proposing in new[] { World.Lead, World.LeadWithRoles, World.Insider })
        {
            var stage = Visibility.For(world.Case, proposing).Stage(StageIds.Privacy)!;
            Assert.Empty(stage.Votes);
            Assert.Equal(StageOutcome.Approved, stage.Result!.Outcome);
            Assert.Equal(4, stage.Result.Votes.Length);
            Assert.All(stage.Result.Votes, v => Assert.Empty(v.Member));
            foreach (var happening in world.Trail.Where(h => h.Event is VoteCast))
            {
                var told = Timeline.Tell(world.Case, proposing, happening, World.Members.ToDictionary(m => m.Pseudonym, m => $"Name of {m.Pseudonym}"))!;
                Assert.Equal(("A vote was cast in the Privacy stage", "", ""), (told.Title, told.By, told.Text));
            }
        }
        Assert.Equal(First.Pseudonym, Visibility.For(world.Case, World.Facilitator).Stage(StageIds.Privacy)!.Result!.Votes[0].Member);
    }

    [Fact]
    public void Conflicts_of_interest_are_told_to_chairs_auditors_and_whoever_declared_them()
    {
        var world = new World("standard");
        world.Do(First, (c, n) => Reviewing.Recuse(c, First, n, StageIds.Privacy, "My sister."));
        string? Told(Party viewer) => Visibility.For(world.Case, viewer).Recusals.Single().Conflict.Text;
        Assert.Equal("My sister.", Told(World.Chair));
        Assert.Equal("My sister.", Told(Auditor));
        Assert.Equal("My sister.", Told(First));
        Assert.Null(Told(Second));
        Assert.Null(Told(World.Lead));
        Assert.Null(Told(World.Insider));
        var told = Timeline.Tell(world.Case, World.Lead, world.Trail[^1], new Dictionary<string, string> { [First.Pseudonym] = "Priya" })!;
        Assert.Equal(("", ""), (told.By, told.Text));
    }

    [Fact]
    public void Personal_answers_go_to_the_proposing_side_chairs_and_auditors_only()
    {
        var world = new World("standard");
        var form = world.Case.Rulebook.Screening.Form;
        foreach (var viewer in new[] { World.Lead, World.Insider, World.Chair, Auditor }) Assert.True(Visibility.SeesPersonal(world.State, viewer));
        foreach (var viewer in new[] { First, World.Facilitator, Administrator, World.PanelOf(StageIds.YouthVoice)[0] }) Assert.False(Visibility.SeesPersonal(world.State, viewer));
        var shown = Visibility.For(form, world.Content.Answers, seesPersonal: false);
        Assert.DoesNotContain(shown.Ids, id => form.Find(id)!.Audience == Audience.Personal);
        Assert.Equal(world.Content.Answers, Visibility.For(form, world.Content.Answers, seesPersonal: true));
        // Columns of a table have audiences of their own, which are not taken out: none of them may be personal.
        Assert.DoesNotContain(form.Fields.SelectMany(f => f.Columns), c => c.Audience == Audience.Personal);
    }
}
