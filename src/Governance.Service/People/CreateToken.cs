using System.Text;
using System.Text.Json.Nodes;
using FluentValidation;
using Governance.Ledger;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>Makes a token for the API. It acts as the person, with the roles that they have at that time.</summary>
public sealed record CreateToken : Command<CreatedToken>
{
    /// <summary>What the token is for, in the person's own words.</summary>
    public required string Name { get; init; }

    /// <summary>Days until it stops working.</summary>
    public required int Days { get; init; }

    /// <summary>Whose token it is; null for the actor's own. Only the operator's command line makes one for somebody else.</summary>
    public Guid? Person { get; init; }

    public const int FewestDays = 1, MostDays = 365;

    public sealed class Validator : AbstractValidator<CreateToken>
    {
        public Validator()
        {
            RuleFor(c => c.RepeatKey).OnlyOnce();
            RuleFor(c => c.Name).Cascade(CascadeMode.Stop)
                .Must(n => !string.IsNullOrWhiteSpace(n)).WithMessage("Enter a name for the token")
                .MaximumLength(60).WithMessage("The name must have 60 characters or fewer")
                .Must(n => !n.Any(char.IsControl)).WithMessage("The name must be on one line");
            RuleFor(c => c.Days).InclusiveBetween(FewestDays, MostDays).WithMessage($"Enter a number of days from {FewestDays} to {MostDays}");
        }
    }

    public sealed class Handler(Session session, LedgerStore ledger, ServicePseudonyms pseudonyms, TimeProvider clock) : IRequestHandler<CreateToken, CreatedToken>
    {
        public async Task<CreatedToken> Handle(CreateToken request, CancellationToken cancellationToken)
        {
            var owner = request.Person ?? request.Actor.Id;
            if (owner != request.Actor.Id && request.Actor != Actor.Service)
                throw new NotAllowedException("You can make tokens for yourself only.");
            if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM person WHERE id = @owner AND active = 1", new { owner }) == 0)
                throw new NotFoundException("There is no such person.");

            var id = Guid.NewGuid();
            var token = Tokens.New();
            var now = Entry.ToMilliseconds(clock.GetUtcNow());
            var expires = now.AddDays(request.Days);
            await session.ExecuteAsync(
                """
                INSERT INTO api_token (id, person, name, token_hash, created_at, expires_at)
                VALUES (@id, @owner, @name, @hash, @now, @expires)
                """,
                new { id, owner, name = request.Name.Trim(), hash = Tokens.Hash(token), now, expires });
            await ledger.AppendAsync(pseudonyms, "token.created", request.Actor, owner,
                new JsonObject { ["token"] = id.ToString("D"), ["expires_at"] = Database.Text(expires) },
                PeopleEntries.Personal("name", request.Name.Trim()));
            return new CreatedToken(id, token, expires);
        }
    }
}

/// <param name="Token">To be shown once; only its digest is kept.</param>
public sealed record CreatedToken(Guid Id, string Token, DateTimeOffset ExpiresAt)
{
    bool PrintMembers(StringBuilder text) => text.Append("Id = ").Append(Id).Length > 0;
}
