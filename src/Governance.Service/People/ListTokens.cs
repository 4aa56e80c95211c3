using System.Collections.Immutable;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>A person's own tokens that still work, the newest first.</summary>
public sealed record ListTokens : IQuery<ImmutableArray<TokenLine>>
{
    public required Actor Actor { get; init; }

    public sealed class Handler(Session session, TimeProvider clock) : IRequestHandler<ListTokens, ImmutableArray<TokenLine>>
    {
        public async Task<ImmutableArray<TokenLine>> Handle(ListTokens request, CancellationToken cancellationToken) =>
            [.. await session.QueryAsync<TokenLine>(
                """
                SELECT id, name, created_at, expires_at, last_used_at FROM api_token
                WHERE person = @person AND revoked_at IS NULL AND expires_at > @now
                ORDER BY created_at DESC, id
                """,
                new { person = request.Actor.Id, now = clock.GetUtcNow() })];
    }
}

public sealed record TokenLine
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>To within five minutes; null when it was never used.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
