using Governance.Review;
using Governance.Review.Proposals;
using Governance.Review.Screening;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>What screening says of the draft as it is, and what is still missing: shown to the lead before submitting.</summary>
public sealed record ScreenDraft(Actor Actor, string Reference) : IQuery<DraftScreening>
{
    public sealed class Handler(ProposalStore proposals, TimeProvider clock) : IRequestHandler<ScreenDraft, DraftScreening>
    {
        public async Task<DraftScreening> Handle(ScreenDraft request, CancellationToken cancellationToken)
        {
            var open = await proposals.OpenAsync(request.Reference, request.Actor);
            Permissions.Demand(Drafts.ActIn(open.State), open.State, open.Party);
            var view = await GetProposal.ViewAsync(proposals, open);
            var attachments = Attachments.Of(view.Draft!.Documents);
            return new DraftScreening(
                view,
                open.Case.Rulebook.Screening.Run(view.Draft.Answers, attachments, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)),
                SubmissionCheck.Check(view.Form, view.Draft.Answers, attachments));
        }
    }
}

/// <param name="Faults">What stands in the way of submitting, in the order of the form.</param>
public sealed record DraftScreening(ProposalView Proposal, ScreeningResult Screening, IReadOnlyList<Fault> Faults);
