using Governance.Review;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service;
using Governance.Service.Stages;
using Governance.Web.Components;
using MediatR;

namespace Governance.Web.Pages.Stages;

/// <summary>Everything that somebody needs to judge a proposal in one stage, and how far the stage is.</summary>
public sealed class StageModel(IMediator mediator, Rulebooks rulebooks, TimeProvider clock) : StagePage(mediator)
{
    public ProposalForm Form => View.Proposal.Form;

    public Answers Answers => View.Proposal.Content.Answers;

    public ProposalState State => View.Proposal.State;

    public string Me => View.Proposal.Party.Pseudonym;

    public DueWords Due => StageWords.Due(View.Stage.Due, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), rulebooks.Calendar);

    public bool Proposing => State.IsProposing(Me);

    public bool Recused => State.IsRecused(Me);

    public bool IsYouthVoice => Stage == StageIds.YouthVoice;

    /// <summary>The form's sections with the questions that this stage looks at, without those that do not apply.</summary>
    public IEnumerable<(Section Section, IReadOnlyList<Field> Fields)> Sections =>
        from section in Form.Sections
        let fields = section.Fields.Where(f => View.Checklist.LooksAt.Contains(f.Id) && f.Id is not ("title" or "lay_summary") && f.Asked(Answers)).ToList()
        where fields.Count > 0
        select (section, (IReadOnlyList<Field>)fields);

    public FalsePositiveResult? WrongFlags => FalsePositives.From(Answers);

    public IEnumerable<QuestionState> Questions => State.Questions.Where(q => q.Stage == Stage);

    public IEnumerable<SessionState> Sessions => State.Sessions.Where(s => s.Stage == Stage);

    public IEnumerable<ConcernState> Concerns => State.Concerns.Where(c => c.Stage == Stage);

    /// <summary>The changes that this stage asked for, answered or not.</summary>
    public IEnumerable<ChangeState> Changes => State.Changes.Where(c => c.Stage == Stage);

    /// <summary>The questions of this stage whose answers changed after the person's own vote.</summary>
    public IEnumerable<string> ChangedSinceMyVote => View.MyVote is not { } vote ? [] :
        State.ChangedIn.Where(c => c.Value > vote.Revision && View.Checklist.LooksAt.Contains(c.Key)).Select(c => ChecklistForm.FieldTitle(Form, c.Key));

    public bool MayRecordSession => IsYouthVoice && View.Stage.Open && View.Proposal.May(Act.RecordSession);

    public bool MayRaiseConcern => IsYouthVoice && View.Stage.Open && View.Proposal.May(Act.RaiseConcern);

    public bool MayClose => View.Stage.Open && View.Proposal.May(Act.CloseStage);

    /// <summary>The one thing to do next on this page: its address and words; null when nothing waits for this person.</summary>
    public (string Address, string Text)? Next =>
        View.MayVote && !View.MyVoteCounts ? ($"{StageAddress}/vote", View.Draft is not null ? "Carry on with your vote" : View.MyVote is null ? "Vote" : "Vote again")
        : MayRecordSession && !Sessions.Any() ? ($"{StageAddress}/session", "Record a session")
        : MayClose && View.Close.Outcome is not null ? ($"{StageAddress}/close", "Close the stage")
        : null;

    public string MethodTitle(string method) => RecordSession.Methods.FirstOrDefault(m => m.Id == method)?.Label ?? method;

    public string AgeBandTitle(string band) => Form.Find("age_bands")?.Options.FirstOrDefault(o => o.Id == band)?.Label ?? band;

    public Task OnGetAsync() => LoadAsync();
}
