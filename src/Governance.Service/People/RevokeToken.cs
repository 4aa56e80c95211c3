using System.Text.Json.Nodes;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>Makes one of a person's own tokens stop working, from the next request on. Doing it again changes nothing.</summary>
public sealed record RevokeToken : Command<bool>
{
    public required Guid Id { get; init; }

    public sealed class Handler(Session session, LedgerStore ledger, ServicePseudonyms pseudonyms, TimeProvider clock) : IRequestHandler<RevokeToken, bool>
    {
        public async Task<bool> Handle(RevokeToken request, CancellationToken cancellationToken)
        {
            var values = new { id = request.Id, person = request.Actor.Id, now = clock.GetUtcNow() };
            if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM api_token WHERE id = @id AND person = @person", values) == 0)
                throw new NotFoundException("You have no such token.");
            if (await session.ExecuteAsync("UPDATE api_token SET revoked_at = @now WHERE id = @id AND revoked_at IS NULL", values) == 0) return false;
            await ledger.AppendAsync(pseudonyms, "token.revoked", request.Actor, request.Actor.Id, new JsonObject { ["token"] = request.Id.ToString("D") });
            return true;
        }
    }
}
