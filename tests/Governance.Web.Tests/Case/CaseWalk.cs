using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;

namespace Governance.Web.Tests.Case;

/// <summary>Brings a proposal to where a page test needs it, past the site.</summary>
static class CaseWalk
{
    public static IReadOnlyList<Actor> PanelOf(this SiteFixture site, string stage) => stage switch
    {
        StageIds.Privacy => site.Privacy,
        StageIds.CriminalisationRisk => site.Criminalisation,
        StageIds.YouthVoice => site.Youth,
        _ => [site.Chair, .. site.Privacy, .. site.Criminalisation, .. site.Youth],
    };

    public static Task<Receipt> Vote(this SiteFixture site, string reference, string stage, Actor voter, VoteChoice choice = VoteChoice.Approve, string? condition = null,
        CastVote.Change? change = null) => site.Send(new CastVote
        {
            Actor = voter,
            Reference = reference,
            Stage = stage,
            Choice = choice,
            Rationale = $"Reasons of {voter.Name}.",
            Conditions = condition is null ? [] : [condition],
            Changes = change is null ? [] : [change],
        });

    public static Task<Receipt> Close(this SiteFixture site, string reference, string stage, params CastVote.Change[] changes) =>
        site.Send(new CloseStage { Actor = site.Chair, Reference = reference, Stage = stage, Summary = $"What the {stage} stage found.", Changes = changes });

    /// <summary>Every member of the panel votes alike, and the chair closes the stage.</summary>
    public static async Task Through(this SiteFixture site, string reference, string stage, VoteChoice choice = VoteChoice.Approve, string? condition = null,
        params CastVote.Change[] changes)
    {
        foreach (var member in site.PanelOf(stage)) await site.Vote(reference, stage, member, choice, condition, changes.FirstOrDefault());
        await site.Close(reference, stage, changes);
    }

    /// <summary>Every stage that opens approves, but for those that have been given another vote.</summary>
    public static async Task ToTheDecision(this SiteFixture site, string reference, params (string Stage, VoteChoice Choice, string? Condition)[] others)
    {
        while ((await site.Send(new GetProposal(site.Chair, reference))).State.Stages.FirstOrDefault(s => s.Open) is { } open)
        {
            var other = others.FirstOrDefault(o => o.Stage == open.Stage);
            await site.Through(reference, open.Stage, other.Stage is null ? VoteChoice.Approve : other.Choice, other.Condition);
        }
    }

    /// <summary>The stages that are still open approve, until the proposal is back with its lead.</summary>
    public static async Task ToTheRevision(this SiteFixture site, string reference)
    {
        while ((await site.Send(new GetProposal(site.Chair, reference))).State is { RevisionAwaited: false } state)
            await site.Through(reference, state.Stages.First(s => s.Open).Stage);
    }

    public static Task<Receipt> Concern(this SiteFixture site, string reference, string text) =>
        site.Send(new RaiseConcern { Actor = site.Youth[0], Reference = reference, Stage = StageIds.YouthVoice, Text = text });

    public static Task<Receipt> Question(this SiteFixture site, string reference, string text) =>
        site.Send(new AskQuestion { Actor = site.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = text });
}
