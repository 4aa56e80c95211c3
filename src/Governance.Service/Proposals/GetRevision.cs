using Governance.Review;
using Governance.Review.Oversight;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Proposals;

/// <summary>A submitted revision, and what changed in it since the one before, field by field.</summary>
public sealed record GetRevision(Actor Actor, string Reference, int Revision) : IQuery<RevisionView>, IReadsProposal
{
    public sealed class Handler(ProposalStore proposals) : IRequestHandler<GetRevision, RevisionView>
    {
        public async Task<RevisionView> Handle(GetRevision request, CancellationToken cancellationToken)
        {
            var open = await proposals.OpenAsync(request.Reference, request.Actor);
            var view = await GetProposal.ViewAsync(proposals, open);
            var content = await proposals.ContentAsync(open, request.Revision);
            var before = request.Revision > 1 ? await proposals.ContentAsync(open, request.Revision - 1) : null;
            content = content with { Answers = Visibility.For(view.Form, content.Answers, view.SeesPersonal) };
            before = before is null ? null : before with { Answers = Visibility.For(view.Form, before.Answers, view.SeesPersonal) };
            return new RevisionView
            {
                Proposal = view,
                Revision = request.Revision,
                Content = content,
                Before = before,
                Changes = before is null ? [] : AnswersDiff.Between(before.Answers, content.Answers),
            };
        }
    }
}

public sealed record RevisionView
{
    public required ProposalView Proposal { get; init; }
    public required int Revision { get; init; }
    public required ProposalContent Content { get; init; }
    /// <summary>The revision before; null for the first.</summary>
    public required ProposalContent? Before { get; init; }
    public required IReadOnlyList<FieldChange> Changes { get; init; }
}
