using System.Text;
using System.Xml.Linq;
using Governance.Review;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Governance.Service.Data;

/// <summary>
/// The keys that cookies, forms and the state of a sign-in are sealed with, in the database: so whatever one node hands
/// out, every other one can read. Each is sealed itself under the wrapping key, and for its own name alone: whoever has
/// the database or a backup of it, and not that key, cannot make themselves a session.
/// </summary>
/// <remarks>ASP.NET asks for them when it starts and about once a day, never from within a transaction of ours.</remarks>
public sealed class ProtectionKeys(Database database, Func<WrappingKey> wrapping, TimeProvider clock) : IXmlRepository
{
    readonly Lazy<WrappingKey> _wrapping = new(wrapping);

    /// <exception cref="InvalidOperationException">A key was sealed under another wrapping key.</exception>
    public IReadOnlyCollection<XElement> GetAllElements() => AllAsync().GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) => StoreAsync(element, friendlyName).GetAwaiter().GetResult();

    async Task<IReadOnlyCollection<XElement>> AllAsync()
    {
        await using var session = new Session(database);
        await session.BeginReadAsync(CancellationToken.None);
        return [.. (await session.QueryAsync<Row>("SELECT name, content FROM protection_key ORDER BY created_at, name")).Select(Open)];
    }

    XElement Open(Row row)
    {
        try
        {
            return XElement.Parse(Encoding.UTF8.GetString(_wrapping.Value.Unwrap(row.Content, Encoding.UTF8.GetBytes(row.Name))));
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw new InvalidOperationException($"The keys for sessions in the database were sealed under another wrapping key. Set {WrappingKey.Setting} or {WrappingKey.FileSetting} to the key that every node uses.", e);
        }
    }

    async Task StoreAsync(XElement element, string name)
    {
        var content = _wrapping.Value.Wrap(Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)), Encoding.UTF8.GetBytes(name));
        await using var session = new Session(database);
        await session.BeginWriteAsync(CancellationToken.None);
        await session.ExecuteAsync("INSERT INTO protection_key (name, content, created_at) VALUES (@name, @content, @now)", new { name, content, now = clock.GetUtcNow() });
        await session.CommitAsync();
    }

    /// <summary>Wraps all of them with another wrapping key, in one transaction.</summary>
    /// <returns>How many; those that were under the new one already are not counted.</returns>
    /// <exception cref="ConflictException">A node is running, or neither key opens one of them.</exception>
    internal static async Task<int> RewrapAsync(Database database, WrappingKey from, WrappingKey to, DateTimeOffset now, CancellationToken ct)
    {
        await using var session = new Session(database);
        await session.BeginWriteAsync(ct);
        // A running node signs, and renews that lease every few seconds. It would go on writing under the old key.
        if (await session.FirstAsync<string>("SELECT holder FROM lease WHERE until > @now ORDER BY until DESC", new { now }) is { } holder)
            throw new ConflictException($"The node {holder} is running, or was killed a moment ago. Stop every node, wait {Leases.Lasts.TotalSeconds:0} seconds, then try again.");
        var rewrapped = 0;
        foreach (var row in await session.QueryAsync<Row>("SELECT name, content FROM protection_key"))
        {
            if (WrappingKeyRotation.Rewrap(row.Content, Encoding.UTF8.GetBytes(row.Name), from, to, "A key of sessions") is not { } content) continue;
            WrappingKeyRotation.Demand(to.TryUnwrap(content, Encoding.UTF8.GetBytes(row.Name)) is not null);
            await session.ExecuteAsync("UPDATE protection_key SET content = @content WHERE name = @Name", new { content, row.Name });
            rewrapped++;
        }
        await session.CommitAsync();
        return rewrapped;
    }

    sealed record Row
    {
        public string Name { get; init; } = "";
        public byte[] Content { get; init; } = [];
    }
}
