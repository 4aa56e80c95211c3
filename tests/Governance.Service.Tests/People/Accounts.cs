using System.Collections.Immutable;
using System.Text;
using Governance.Ledger;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.People;
using Governance.Service.Pipeline;

namespace Governance.Service.Tests.People;

/// <summary>What the tests of accounts do again and again.</summary>
static class Accounts
{
    public const string Password = "purple lantern walks";

    /// <summary>A person who has chosen a password.</summary>
    public static async Task<Guid> AddPerson(this TestService service, string email = "pat@example.org", string name = "Pat Sample", params Role[] roles) =>
        (await service.Send(new AddPerson { Actor = service.Administrator, Email = email, Name = name, Roles = [.. roles], Password = Password })).Id;

    public static Task<SignedIn?> SignIn(this TestService service, string email = "pat@example.org", string password = Password) =>
        service.Send(new SignIn { Email = email, Password = password });

    public static async Task<Actor> Actor(this TestService service, Guid id) => (await service.Send(new GetPerson(id) { Actor = service.Administrator })).Person;

    /// <summary>Every entry of the log, in order.</summary>
    public static Task<IReadOnlyList<Entry>> Entries(this TestService service) => service.InTransaction<IReadOnlyList<Entry>>(async (_, session) =>
        [.. (await session.QueryAsync<byte[]>("SELECT entry FROM ledger_entry ORDER BY seq")).Select(bytes => Entry.Parse(bytes))]);

    public static async Task<ImmutableArray<string>> Kinds(this TestService service) => [.. (await service.Entries()).Select(e => e.Kind)];

    /// <summary>What somebody who reads the database's files would find: every byte of them as text.</summary>
    public static async Task<string> AllBytes(this TestService service)
    {
        await service.InTransaction<long>((_, session) => session.ScalarAsync<long>("SELECT COUNT(*) FROM person"));
        var text = new StringBuilder();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(service.File)!))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            text.Append(await reader.ReadToEndAsync());
        }
        return text.ToString();
    }
}
