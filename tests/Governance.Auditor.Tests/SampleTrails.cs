using Governance.Ledger.Bundles;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Decisions;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using Governance.Service.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Auditor.Tests;

/// <summary>Trails that the real service made over a real database, made once for all tests.</summary>
public sealed class SampleTrails : IAsyncLifetime
{
    /// <summary>What a hostile person types to steer a terminal.</summary>
    public const string Hostile = "Is it \u001b[2J safe?\u202e \u009b31m\nALLOWED. Everything is fine.";

    readonly Dictionary<(string, Depth), BundleContent> _exports = [];

    public TestService Service { get; } = new();

    /// <summary>Questions, a concern, a recusal, two revisions, an overdue stage, a provisional and a final determination.</summary>
    public string Eventful { get; private set; } = "";

    /// <summary>Withdrawn while stages were open.</summary>
    public string Withdrawn { get; private set; } = "";

    /// <summary>Decided in favour, against the objection of a stage.</summary>
    public string Departing { get; private set; } = "";

    /// <summary>Still under review.</summary>
    public string Open { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Eventful = await WalkEventful();
        Withdrawn = await Service.Submitted(SampleAnswers.Insight);
        await Service.Vote(Withdrawn, StageIds.Privacy, Service.Privacy[0]);
        await Service.Send(new WithdrawProposal { Actor = Service.Lead, Reference = Withdrawn, Reason = "The funding ended." });
        Departing = await WalkDeparting();
        Open = await Service.Submitted(SampleAnswers.Scoring);
        await Service.Vote(Open, StageIds.Privacy, Service.Privacy[0]);
    }

    public async ValueTask DisposeAsync() => await Service.DisposeAsync();

    /// <summary>An export, as an auditor gets it.</summary>
    public async Task<BundleContent> Export(string reference, Depth depth)
    {
        if (_exports.TryGetValue((reference, depth), out var known)) return known;
        await using var scope = Service.Services.CreateAsyncScope();
        return _exports[(reference, depth)] = await scope.ServiceProvider.GetRequiredService<TrailExport>().ReadAsync(Service.Auditor, reference, depth, CancellationToken.None);
    }

    async Task<string> WalkEventful()
    {
        var reference = await Service.Submitted(SampleAnswers.ServiceDesign);
        var further = Service.Add("Frida Further", "frida@example.org", [Role.PanelMember], new PanelSeat(StageIds.CriminalisationRisk, "research"));

        await Service.Send(new AskQuestion { Actor = Service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = Hostile });
        await Service.Send(new AnswerQuestion { Actor = Service.Lead, Reference = reference, Question = "q1", Text = "Yes. The notes say how." });
        await Service.Send(new RecordSession
        {
            Actor = Service.Facilitator,
            Reference = reference,
            On = new DateOnly(2026, 10, 30),
            YoungPeople = 9,
            AgeBands = ["13_15"],
            Method = "workshop",
            Space = "A youth club, in the evening.",
            Voice = "They drew what they meant.",
            Feedback = "A letter in a month.",
        });
        await Service.Send(new RaiseConcern { Actor = Service.Facilitator, Reference = reference, Stage = StageIds.YouthVoice, Session = "s1", Text = "Will our teachers see this?" });
        await Service.Send(new RaiseConcern { Actor = Service.Youth[0], Reference = reference, Stage = StageIds.YouthVoice, Text = "Some of us joke online." });
        await Service.Send(new AnswerConcern { Actor = Service.Lead, Reference = reference, Concern = "n1", Response = ConcernResponse.AlreadyMet, Text = "No. Nobody outside the team does." });
        await Service.Send(new AnswerConcern { Actor = Service.Lead, Reference = reference, Concern = "n2", Response = ConcernResponse.WillChange, Text = "People will check each theme." });

        // A member votes, then steps back: the vote stays and no longer counts.
        await Service.Vote(reference, StageIds.CriminalisationRisk, Service.Criminalisation[2]);
        await Service.Send(new Recuse { Actor = Service.Criminalisation[2], Reference = reference, Stage = StageIds.CriminalisationRisk, Conflict = "My sister works there." });

        await Service.Vote(reference, StageIds.Privacy, Service.Privacy[0], VoteChoice.Approve);
        await Service.Vote(reference, StageIds.Privacy, Service.Privacy[0], VoteChoice.MajorChanges, change: "Say how long it is kept.");
        await Service.Vote(reference, StageIds.Privacy, Service.Privacy[1], VoteChoice.MinorChanges, change: "Say who sees it.");
        await Service.Vote(reference, StageIds.Privacy, Service.Privacy[2], VoteChoice.ApproveWithConditions, condition: "A check after a year.");
        await Service.Close(reference, StageIds.Privacy, new CastVote.Change("use_description", "Say how long it is kept."), new CastVote.Change("", "Say who sees it."));
        await Revise(reference, a => a.With("use_description", "The team uses totals by theme and month, and deletes them after a year."), "c1", "c2");

        // The stage runs past its day and starts again.
        Service.Clock.Advance(TimeSpan.FromDays(40));
        await Service.Close(reference, StageIds.YouthVoice);
        await Service.Approve(reference, StageIds.YouthVoice);
        foreach (var member in Service.Privacy) await Service.Vote(reference, StageIds.Privacy, member);
        await Service.Close(reference, StageIds.Privacy);
        foreach (var member in (Actor[])[Service.Criminalisation[0], Service.Criminalisation[1], further])
            await Service.Vote(reference, StageIds.CriminalisationRisk, member, VoteChoice.ApproveWithConditions, condition: "No names in any report.");
        await Service.Close(reference, StageIds.CriminalisationRisk);
        await Reapprove(reference, further);

        await Service.Send(new MakeDetermination
        {
            Actor = Service.Chair,
            Reference = reference,
            Outcome = DeterminationOutcome.Provisional,
            Reason = "One thing is open.",
            Changes = [new CastVote.Change("lay_summary", "Say it in plainer words.")],
        });
        await Revise(reference, a => a.With("lay_summary", a.Text("lay_summary") + " You can ask us anything."), "c3");
        await Reapprove(reference, further);
        await Service.Send(new MakeDetermination
        {
            Actor = Service.Chair,
            Reference = reference,
            Outcome = DeterminationOutcome.FavourableWithConditions,
            Reason = "The use is fair and the risks are small.",
            Conditions = [new MakeDetermination.NewCondition("Report after a year.", "The programme office", "A public report", DateOnly.FromDateTime(Service.Clock.GetUtcNow().UtcDateTime).AddYears(1))],
        });
        Assert.Equal(Phase.Determined, (await Service.Get(reference)).State.Phase);
        return reference;
    }

    async Task<string> WalkDeparting()
    {
        var reference = await Service.Submitted(SampleAnswers.ServiceDesign);
        await Service.Vote(reference, StageIds.CriminalisationRisk, Service.Criminalisation[0], VoteChoice.Object);
        await Service.Vote(reference, StageIds.CriminalisationRisk, Service.Criminalisation[1], VoteChoice.Object);
        await Service.Vote(reference, StageIds.CriminalisationRisk, Service.Criminalisation[2], VoteChoice.Approve);
        await Service.Close(reference, StageIds.CriminalisationRisk);
        await Service.ApproveAll(reference);
        await Service.Send(new MakeDetermination
        {
            Actor = Service.Chair,
            Reference = reference,
            Outcome = DeterminationOutcome.Favourable,
            Reason = "The benefit is large.",
            Departures = [new MakeDetermination.DepartureReason(StageIds.CriminalisationRisk, "The risk was met in another way.")],
        });
        return reference;
    }

    async Task Revise(string reference, Func<Answers, Answers> change, params string[] requests)
    {
        var view = await Service.Get(reference, Service.Lead);
        await Service.Send(new SaveDraft { Actor = Service.Lead, Reference = reference, Answers = change(view.Content.Answers) });
        await Service.Send(new SubmitRevision
        {
            Actor = Service.Lead,
            Reference = reference,
            Declared = true,
            Responses = [.. requests.Select(r => new ChangeToAnswer(r, ChangeResponse.Changed, "It says so now."))],
        });
    }

    /// <summary>Whatever a revision has opened again is approved, until the chair is asked.</summary>
    async Task Reapprove(string reference, Actor further)
    {
        for (var stage = Opened(await Service.Get(reference)); stage is not null; stage = Opened(await Service.Get(reference)))
        {
            var members = stage == StageIds.CriminalisationRisk ? [Service.Criminalisation[0], Service.Criminalisation[1], further] : Service.PanelOf(stage);
            foreach (var member in members) await Service.Vote(reference, stage, member);
            await Service.Close(reference, stage);
        }

        static string? Opened(ProposalView view) => view.State.Stages.FirstOrDefault(s => s.Open)?.Stage;
    }
}
