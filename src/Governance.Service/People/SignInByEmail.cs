using System.Text;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>
/// The account of somebody whose e-mail address an OpenID provider has vouched for; null when an administrator has not
/// added one, or it is no longer active. No password is asked for, so one that has to be changed keeps nobody out.
/// </summary>
public sealed record SignInByEmail(string Email) : IQuery<SignedIn?>
{
    bool PrintMembers(StringBuilder text) => text.Append("Email not shown").Length > 0;

    public sealed class Handler(Session session, PeopleStore people) : IRequestHandler<SignInByEmail, SignedIn?>
    {
        public async Task<SignedIn?> Handle(SignInByEmail request, CancellationToken cancellationToken)
        {
            var row = await session.FirstAsync<Row>("SELECT id, security_stamp FROM person WHERE email = @email AND active = 1", new { email = Emails.Plain(request.Email) });
            return row is not null && await people.FindAsync(row.Id) is { } actor ? new SignedIn(actor, row.SecurityStamp, MustChangePassword: false) : null;
        }
    }

    sealed record Row
    {
        public Guid Id { get; init; }
        public string SecurityStamp { get; init; } = "";
    }
}
