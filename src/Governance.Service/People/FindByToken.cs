using System.Security.Cryptography;
using System.Text;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>Whoever a token of the API belongs to; null when it is unknown, revoked or expired, or its owner no longer active.</summary>
public sealed record FindByToken : IRequest<Actor?>
{
    public required string Token { get; init; }

    /// <summary>When a token was last used is kept to this precision, so that reading through the API does not write each time.</summary>
    static readonly TimeSpan Precision = TimeSpan.FromMinutes(5);

    bool PrintMembers(StringBuilder text) => text.Append("Token not shown").Length > 0;

    public sealed class Handler(Session session, PeopleStore people, TimeProvider clock) : IRequestHandler<FindByToken, Actor?>
    {
        public Task<Actor?> Handle(FindByToken request, CancellationToken cancellationToken) =>
            Retrying.RunAsync(session, () => OnceAsync(request, cancellationToken), findsItself: true, cancellationToken);

        async Task<Actor?> OnceAsync(FindByToken request, CancellationToken cancellationToken)
        {
            if (!Tokens.LooksLikeOne(request.Token)) return null;
            var now = clock.GetUtcNow();
            Row? row;
            Actor? actor;
            await session.BeginReadAsync(cancellationToken);
            try
            {
                // Looked up by digest: how long that takes tells nothing about a token.
                row = await session.FirstAsync<Row>(
                    """
                    SELECT t.id, t.person, t.last_used_at
                    FROM api_token t JOIN person p ON p.id = t.person
                    WHERE t.token_hash = @hash AND t.revoked_at IS NULL AND t.expires_at > @now AND p.active = 1
                    """,
                    new { hash = Tokens.Hash(request.Token), now });
                if (row is null) return null;
                actor = await people.FindAsync(row.Person);
            }
            finally
            {
                await session.EndAsync();
            }

            if (row.LastUsedAt is null || now - row.LastUsedAt >= Precision) await NoteUseAsync(row.Id, now, cancellationToken);
            return actor;
        }

        async Task NoteUseAsync(Guid token, DateTimeOffset now, CancellationToken ct)
        {
            await session.BeginWriteAsync(ct);
            try
            {
                await session.ExecuteAsync("UPDATE api_token SET last_used_at = @now WHERE id = @token", new { token, now });
                await session.CommitAsync();
            }
            finally
            {
                await session.EndAsync();
            }
        }
    }

    sealed record Row
    {
        public Guid Id { get; init; }
        public Guid Person { get; init; }
        public DateTimeOffset? LastUsedAt { get; init; }
    }
}

/// <summary>What tokens of the API look like: <c>gov_</c> and 32 random bytes in Base64 of the URL alphabet.</summary>
public static class Tokens
{
    /// <summary>Lets a scanner for secrets recognise one that was published by mistake.</summary>
    public const string Prefix = "gov_";

    const int Characters = 4 + 43;

    public static string New() => Prefix + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What the database keeps. The token is random all through, so one plain hash is enough.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    public static bool LooksLikeOne(string token) => token.Length == Characters && token.StartsWith(Prefix, StringComparison.Ordinal);
}
