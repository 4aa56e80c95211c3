using System.Security.Cryptography;
using Governance.Review;
using Governance.Service.Pipeline;

namespace Governance.Service.Data;

/// <summary>
/// What people are called in entries: HMAC-SHA-256 of their id under a key of the proposal's own, so that nobody can be
/// followed from one proposal to the next by reading the log (ledger.md, "Disclosures and erasure").
/// </summary>
public static class Pseudonyms
{
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(32);

    /// <summary>20 hexadecimal digits: 80 bits, far more than the people of one proposal need to be told apart.</summary>
    public static string Of(byte[] key, Guid person)
    {
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(key, person.ToByteArray(), mac);
        return Convert.ToHexStringLower(mac[..10]);
    }

    public static Party Party(byte[] key, Actor actor) => new(Of(key, actor.Id), actor.Roles, actor.Seats);
}

/// <summary>
/// What people are called in entries that belong to no proposal: under one key of the installation's.
/// </summary>
public sealed class ServicePseudonyms(Session session)
{
    const string Setting = "pseudonym_key";

    public async Task<string> OfAsync(Guid person)
    {
        var stored = await session.ScalarAsync<string?>("SELECT value FROM setting WHERE name = @name", new { name = Setting });
        if (stored is null)
        {
            stored = Convert.ToBase64String(Pseudonyms.NewKey());
            await session.ExecuteAsync("INSERT INTO setting (name, value) VALUES (@name, @value)", new { name = Setting, value = stored });
        }
        return Pseudonyms.Of(Convert.FromBase64String(stored), person);
    }
}
