using System.Text;
using Governance.Review;
using Governance.Service.Data;
using Microsoft.AspNetCore.Identity;

namespace Governance.Service.People;

/// <summary>A password that somebody gave again before a change to their own account: checked before the transaction, and demanded in it.</summary>
sealed record OwnPassword
{
    readonly Guid _person;
    readonly string? _hash;

    OwnPassword(Guid person, string? hash, bool fits) => (_person, _hash, Fits) = (person, hash, fits);

    /// <summary>Whether it was the person's password when it was checked.</summary>
    public bool Fits { get; }

    /// <param name="session">No transaction is open: the check takes long.</param>
    public static async Task<OwnPassword> CheckAsync(Session session, Guid person, string password, CancellationToken ct)
    {
        var hash = await Retrying.RunAsync(session, () => ReadAsync(session, person, ct), findsItself: true, ct);
        return new OwnPassword(person, hash, !string.IsNullOrEmpty(hash) && Passwords.Check(session, hash, password) != PasswordVerificationResult.Failed);
    }

    /// <exception cref="InvalidException">It was not the person's password, or is not any more.</exception>
    public async Task DemandAsync(Session session, string field)
    {
        if (!Fits || await FindAsync(session, _person) != _hash) throw new InvalidException(field, "This is not the password that you use now");
    }

    static async Task<string?> ReadAsync(Session session, Guid person, CancellationToken ct)
    {
        await session.BeginReadAsync(ct);
        try
        {
            return await FindAsync(session, person);
        }
        finally
        {
            await session.EndAsync();
        }
    }

    static Task<string?> FindAsync(Session session, Guid person) =>
        session.ScalarAsync<string?>("SELECT password_hash FROM person WHERE id = @person AND active = 1", new { person });

    bool PrintMembers(StringBuilder text) => text.Append("not shown").Length > 0;
}
