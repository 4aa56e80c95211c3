using System.Security.Cryptography;
using Governance.Service.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Governance.Service.People;

/// <summary>How passwords are kept, checked and made. Only a salted, slow hash ever reaches the database.</summary>
public static class Passwords
{
    /// <summary>Characters. Length is what makes a password hard to guess; no rules about kinds of character are made.</summary>
    public const int Shortest = 12, Longest = 128;

    // PBKDF2 with HMAC-SHA-512: the number of rounds that OWASP's password storage guidance gives for it.
    static readonly PasswordHasher<string> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));

    /// <summary>Of a password nobody has: what an unknown e-mail address is checked against, so that it takes as long.</summary>
    static readonly string NobodysHash = Hasher.HashPassword("", Generate());

    // Without letters and digits that look alike: these passwords are read out and typed.
    const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <param name="session">Has no transaction open: a hash takes a tenth of a second, in which no other writer should have to wait.</param>
    /// <exception cref="InvalidOperationException">A transaction is open.</exception>
    public static string Hash(Session session, string password)
    {
        DemandOutside(session);
        return Hasher.HashPassword("", password);
    }

    /// <summary>Whether the password fits. Takes as long for a person that does not exist (<paramref name="hash"/> null).</summary>
    /// <inheritdoc cref="Hash"/>
    public static PasswordVerificationResult Check(Session session, string? hash, string password)
    {
        DemandOutside(session);
        // A very long text would cost more than any password that can exist: it is cut, and fits nothing.
        var tried = password.Length <= Longest ? password : "";
        var result = Hasher.VerifyHashedPassword("", hash ?? NobodysHash, tried);
        return hash is null || tried.Length == 0 ? PasswordVerificationResult.Failed : result;
    }

    static void DemandOutside(Session session)
    {
        if (session.IsOpen) throw new InvalidOperationException("A password is hashed in a transaction, where every other writer waits for it. Do it before: see IPrepares.");
    }

    /// <summary>A new password: 20 random characters out of 32 in groups of five, 100 bits.</summary>
    public static string Generate() =>
        string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Letters, 5)));

    /// <summary>Changes whenever sessions must end; cookies hold it.</summary>
    public static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>What is wrong with a password that somebody chose, in words for them; null when nothing is.</summary>
    public static string? Fault(string? password, string email)
    {
        if (string.IsNullOrEmpty(password)) return "Enter a new password";
        if (password.Length < Shortest) return $"Your password must have {Shortest} characters or more";
        if (password.Length > Longest) return $"Your password must have {Longest} characters or fewer";
        if (password.Distinct().Count() < 5) return "Your password repeats the same few characters. Use a few words that do not belong together";
        var name = email.Split('@')[0];
        if (password.Contains(email, StringComparison.OrdinalIgnoreCase) || (name.Length > 5 && password.Contains(name, StringComparison.OrdinalIgnoreCase)))
            return "Your password must not contain your e-mail address";
        return null;
    }
}
