using Governance.Review.Proposals;

namespace Governance.Review.Tests.Decisions;

/// <summary>The table whole: every act, phase and capacity, against a list written down independently of it.</summary>
public sealed class PermissionTableTests
{
    /// <summary>Who may do what, as the design says it: capacity, then phase, then acts.</summary>
    static readonly Dictionary<(Capacity, Phase), Act[]> Expected = new()
    {
        [(Capacity.Lead, Phase.Draft)] = [Act.View, Act.EditDraft, Act.Submit, Act.DiscardDraft],
        [(Capacity.Lead, Phase.InReview)] = [Act.View, Act.Withdraw, Act.AnswerQuestion, Act.AnswerConcern, Act.EditRevision, Act.SubmitRevision],
        [(Capacity.Lead, Phase.AwaitingDetermination)] = [Act.View, Act.Withdraw, Act.AnswerQuestion, Act.AnswerConcern],
        [(Capacity.Lead, Phase.Determined)] = [Act.View],
        [(Capacity.Lead, Phase.Withdrawn)] = [Act.View],
        [(Capacity.TeamMember, Phase.InReview)] = [Act.View],
        [(Capacity.PanelMember, Phase.InReview)] = [Act.View, Act.AskQuestion, Act.Vote, Act.Recuse],
        [(Capacity.YouthPanelMember, Phase.InReview)] = [Act.View, Act.AskQuestion, Act.Vote, Act.Recuse, Act.RaiseConcern],
        [(Capacity.Facilitator, Phase.InReview)] = [Act.View, Act.AskQuestion, Act.Recuse, Act.RecordSession, Act.RaiseConcern],
        [(Capacity.Chair, Phase.InReview)] = [Act.View, Act.AskQuestion, Act.Vote, Act.Recuse, Act.CloseStage, Act.ExportTrail],
        [(Capacity.Chair, Phase.AwaitingDetermination)] = [Act.View, Act.Determine, Act.ExportTrail],
        [(Capacity.Chair, Phase.Determined)] = [Act.View, Act.ExportTrail],
        [(Capacity.Chair, Phase.Withdrawn)] = [Act.View, Act.ExportTrail],
        [(Capacity.Auditor, Phase.InReview)] = [Act.View, Act.ExportTrail],
        [(Capacity.Auditor, Phase.AwaitingDetermination)] = [Act.View, Act.ExportTrail],
        [(Capacity.Auditor, Phase.Determined)] = [Act.View, Act.ExportTrail],
        [(Capacity.Auditor, Phase.Withdrawn)] = [Act.View, Act.ExportTrail],
        [(Capacity.Administrator, Phase.InReview)] = [Act.View, Act.EraseDisclosures],
        [(Capacity.Administrator, Phase.AwaitingDetermination)] = [Act.View, Act.EraseDisclosures],
        [(Capacity.Administrator, Phase.Determined)] = [Act.View, Act.EraseDisclosures],
        [(Capacity.Administrator, Phase.Withdrawn)] = [Act.View, Act.EraseDisclosures],
    };

    public static TheoryData<Capacity, Phase> Everything()
    {
        var all = new TheoryData<Capacity, Phase>();
        foreach (var capacity in Enum.GetValues<Capacity>())
        {
            foreach (var phase in Enum.GetValues<Phase>()) all.Add(capacity, phase);
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void The_table_allows_exactly_what_the_design_says(Capacity capacity, Phase phase)
    {
        var acts = Permissions.Table.Where(p => p.Capacities.Contains(capacity) && p.Phases.Contains(phase)).Select(p => p.Act).Distinct().Order();
        // Once it is submitted, whoever may see a proposal may go on seeing it; that is all that is left when nothing is listed.
        var expected = Expected.TryGetValue((capacity, phase), out var listed) ? listed : phase == Phase.Draft ? [] : [Act.View];
        Assert.Equal(expected.Order(), acts);
    }

    [Fact]
    public void Every_act_is_in_the_table() =>
        Assert.Equal(Enum.GetValues<Act>().Order(), Permissions.Table.Select(p => p.Act).Distinct().Order());

    [Theory]
    [MemberData(nameof(Everything))]
    public void What_the_table_does_not_list_is_refused_with_a_reason_or_as_not_there(Capacity capacity, Phase phase)
    {
        var world = new World("standard");
        var state = phase == Phase.Draft ? ProposalState.None with { Lead = World.Lead.Pseudonym } : world.State with { Phase = phase };
        var party = capacity switch
        {
            Capacity.Lead => World.Lead,
            Capacity.TeamMember => World.Insider,
            Capacity.PanelMember => World.Members[0],
            Capacity.YouthPanelMember => World.Members[^1],
            Capacity.Facilitator => World.Facilitator,
            Capacity.Chair => World.Chair,
            Capacity.Auditor => new Party("auditor", [Role.Auditor], []),
            Capacity.Administrator => new Party("administrator", [Role.Administrator], []),
            _ => throw new ArgumentOutOfRangeException(nameof(capacity)),
        };
        var allowed = Permissions.Allowed(state, party);
        foreach (var act in Enum.GetValues<Act>())
        {
            if (allowed.Contains(act))
            {
                Permissions.Demand(act, state, party);
                Assert.NotNull(Permissions.CapacityFor(act, state, party));
            }
            else
            {
                var refusal = Assert.ThrowsAny<RefusalException>(() => Permissions.Demand(act, state, party));
                Assert.False(string.IsNullOrWhiteSpace(refusal.Message));
                if (!allowed.Contains(Act.View)) Assert.IsType<NotFoundException>(refusal);
            }
        }
    }

    [Fact]
    public void Somebody_without_any_part_in_review_does_not_learn_that_a_proposal_exists() =>
        Assert.Throws<NotFoundException>(() => Permissions.Demand(Act.View, new World("standard").State, new Party("stranger", [Role.ProjectLead], [])));
}
