using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>Whether the accounts are fit for real use: asked before the service starts.</summary>
public sealed record GetAccountsState : IQuery<AccountsState>
{
    public sealed class Handler(Session session) : IRequestHandler<GetAccountsState, AccountsState>
    {
        public async Task<AccountsState> Handle(GetAccountsState request, CancellationToken cancellationToken) => new(
            await session.ScalarAsync<long>(
                "SELECT COUNT(*) FROM person p JOIN person_role r ON r.person = p.id WHERE p.active = 1 AND r.role = 'Administrator'"),
            await session.ScalarAsync<long>("SELECT COUNT(*) FROM person WHERE active = 1 AND demonstration IS NOT NULL"));
    }
}

/// <param name="Administrators">How many active administrators there are.</param>
/// <param name="Demonstrations">How many active made-up people there are.</param>
public sealed record AccountsState(long Administrators, long Demonstrations);

/// <summary>The id of whoever has an e-mail address; null when nobody does. For the operator's command line.</summary>
public sealed record FindByEmail(string Email) : IQuery<Guid?>
{
    public sealed class Handler(Session session) : IRequestHandler<FindByEmail, Guid?>
    {
        public async Task<Guid?> Handle(FindByEmail request, CancellationToken cancellationToken) =>
            (await session.FirstAsync<Row>("SELECT id FROM person WHERE email = @email AND active = 1", new { email = Emails.Plain(request.Email) }))?.Id;
    }

    sealed record Row
    {
        public Guid Id { get; init; }
    }
}
