using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Microsoft.Extensions.Configuration;
using OtpNet;

namespace Governance.Service.People;

/// <summary>
/// Six digits that a phone or a program makes from a shared secret and the time (RFC 6238, with the settings that every
/// authenticator takes: SHA-1, 30 seconds), and codes on paper for who has lost the phone.
/// </summary>
public static class OneTimeCodes
{
    /// <summary>How many codes on paper somebody gets.</summary>
    public const int Backups = 8;

    /// <summary>160 bits: RFC 4226, section 4.</summary>
    const int SecretSize = 20;

    internal const string Column = "one_time_code.secret";

    // As in passwords that are made here: nothing that looks like something else.
    const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";

    internal static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretSize);

    /// <summary>The secret as people type it into a program: Base32, in groups of four.</summary>
    public static string Text(byte[] secret) => string.Join(' ', Base32Encoding.ToString(secret).TrimEnd('=').Chunk(4).Select(c => new string(c)));

    /// <summary>An address that an authenticator on the same machine opens.</summary>
    public static string Link(byte[] secret, string email) =>
        $"otpauth://totp/{Uri.EscapeDataString($"Data review:{email}")}?secret={Base32Encoding.ToString(secret).TrimEnd('=')}&issuer={Uri.EscapeDataString("Data review")}";

    /// <summary>Which 30 seconds a code belongs to, where it is right at this time or half a minute off; null where it is wrong.</summary>
    public static long? Step(byte[] secret, string code, DateTimeOffset now)
    {
        var digits = string.Concat(code.Where(c => !char.IsWhiteSpace(c)));
        return digits.Length == 6 && digits.All(char.IsAsciiDigit)
            && new Totp(secret).VerifyTotp(now.UtcDateTime, digits, out var step, new VerificationWindow(previous: 1, future: 1)) ? step : null;
    }

    /// <summary>80 random bits, in groups of four.</summary>
    internal static string NewBackup() => string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Letters, 4)));

    /// <summary>What the database keeps. The code is random all through, so one plain hash is enough, as it is for tokens.</summary>
    internal static string Hash(string code) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant())));
}

/// <summary>Who must have one-time codes: the setting <c>SignIn:CodesRequiredFor</c>, roles with commas between them.</summary>
public sealed record CodesRequired(ImmutableHashSet<Role> Roles)
{
    public const string Setting = "SignIn:CodesRequiredFor";

    public bool For(Actor actor) => !Roles.IsEmpty && actor.Roles.Overlaps(Roles);

    /// <exception cref="InvalidDataException">The setting names something that is no role.</exception>
    public static CodesRequired Load(IConfiguration configuration)
    {
        var roles = ImmutableHashSet.CreateBuilder<Role>();
        foreach (var name in (configuration[Setting] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var found = Enum.GetValues<Role>().Where(r => RoleTitles.Name(r) == name).ToList();
            if (found.Count == 0) throw new InvalidDataException($"{Setting} names \"{name}\". The roles are {string.Join(", ", Enum.GetValues<Role>().Select(RoleTitles.Name))}.");
            roles.Add(found[0]);
        }
        return new CodesRequired(roles.ToImmutable());
    }
}

/// <summary>Rows of one-time codes.</summary>
static class CodeRows
{
    public static Task<CodeRow?> FindAsync(Session session, Guid person) =>
        session.FirstAsync<CodeRow>("SELECT secret, confirmed_at, last_step, failed FROM one_time_code WHERE person = @person", new { person });

    /// <summary>Makes tries of one person wait for one another, where the database has more than one writer.</summary>
    public static Task LockAsync(Session session, Guid person) =>
        session.ExecuteAsync("UPDATE one_time_code SET failed = failed WHERE person = @person", new { person });

    public static async Task RemoveAsync(Session session, Guid person)
    {
        await session.ExecuteAsync("DELETE FROM backup_code WHERE person = @person", new { person });
        await session.ExecuteAsync("DELETE FROM one_time_code WHERE person = @person", new { person });
    }

    public static async Task<ImmutableArray<string>> NewBackupsAsync(Session session, Guid person)
    {
        await session.ExecuteAsync("DELETE FROM backup_code WHERE person = @person", new { person });
        var codes = Enumerable.Range(0, OneTimeCodes.Backups).Select(_ => OneTimeCodes.NewBackup()).ToImmutableArray();
        foreach (var code in codes)
            await session.ExecuteAsync("INSERT INTO backup_code (person, code_hash) VALUES (@person, @hash)", new { person, hash = OneTimeCodes.Hash(code) });
        return codes;
    }

    /// <summary>Uses a code up, if it is right: one of the phone's that was not used yet, or one on paper.</summary>
    public static async Task<bool> UseAsync(Session session, Sealing sealing, Guid person, CodeRow row, string code, DateTimeOffset now)
    {
        if (sealing.OpenBytes(row.Secret, OneTimeCodes.Column) is { } secret && OneTimeCodes.Step(secret, code, now) is { } step)
            return await session.ExecuteAsync("UPDATE one_time_code SET last_step = @step, failed = 0 WHERE person = @person AND last_step < @step", new { person, step }) == 1;
        if (await session.ExecuteAsync("DELETE FROM backup_code WHERE person = @person AND code_hash = @hash", new { person, hash = OneTimeCodes.Hash(code) }) == 0) return false;
        await session.ExecuteAsync("UPDATE one_time_code SET failed = 0 WHERE person = @person", new { person });
        return true;
    }
}

sealed record CodeRow
{
    public byte[] Secret { get; init; } = [];
    public DateTimeOffset? ConfirmedAt { get; init; }
    public long LastStep { get; init; }
    public int Failed { get; init; }
}
