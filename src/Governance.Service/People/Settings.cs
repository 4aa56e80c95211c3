using Governance.Service.Data;

namespace Governance.Service.People;

/// <summary>Values that the installation keeps by name.</summary>
static class Settings
{
    public static Task<string?> GetAsync(Session session, string name) =>
        session.ScalarAsync<string?>("SELECT value FROM setting WHERE name = @name", new { name });

    public static async Task SetAsync(Session session, string name, string value)
    {
        if (await session.ExecuteAsync("UPDATE setting SET value = @value WHERE name = @name", new { name, value }) == 0)
            await session.ExecuteAsync("INSERT INTO setting (name, value) VALUES (@name, @value)", new { name, value });
    }
}

/// <summary>E-mail addresses as they are stored and looked for.</summary>
static class Emails
{
    /// <summary>Without spaces around it and in small letters: people type their address in either, and mean the same.</summary>
    public static string Plain(string? email) => (email ?? "").Trim().ToLowerInvariant();
}
