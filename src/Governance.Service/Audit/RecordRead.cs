using System.Text.Json.Nodes;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>Records that somebody with oversight looked at a proposal (design, "Security").</summary>
public sealed record RecordRead : Command<Unit>
{
    public required string Reference { get; init; }

    /// <summary>What was looked at, such as <c>GetProposal</c>.</summary>
    public required string What { get; init; }

    public sealed class Handler(LedgerStore ledger, ServicePseudonyms pseudonyms) : IRequestHandler<RecordRead, Unit>
    {
        public async Task<Unit> Handle(RecordRead request, CancellationToken cancellationToken)
        {
            await ledger.AppendAsync(await ledger.NowAsync(), [new NewEntry
            {
                Kind = "proposal.read",
                Actor = await pseudonyms.OfAsync(request.Actor.Id),
                Role = request.Actor.Is(Role.Auditor) ? "auditor" : "administrator",
                Data = new JsonObject { ["reference"] = request.Reference, ["what"] = request.What },
            }]);
            return Unit.Value;
        }
    }
}
