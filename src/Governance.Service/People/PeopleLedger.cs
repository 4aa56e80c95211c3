using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;

namespace Governance.Service.People;

/// <summary>
/// Enters changes of accounts into the ledger. People stand there as pseudonyms under one key for the whole log, other
/// than those within proposals, so that nobody can be followed from here into a review. Names and e-mail addresses are
/// personal disclosures.
/// </summary>
public sealed class PeopleLedger(Session session, LedgerStore ledger)
{
    const string KeySetting = "people_pseudonym_key";

    /// <summary>Who acts when the service itself does: at the command line, or in the background.</summary>
    const string Service = "service";

    /// <summary>What a person is called in entries that belong to no proposal.</summary>
    public async Task<string> PseudonymAsync(Guid person)
    {
        if (await Settings.GetAsync(session, KeySetting) is { } known) return Pseudonyms.Of(Convert.FromHexString(known), person);
        var key = Pseudonyms.NewKey();
        await Settings.SetAsync(session, KeySetting, Convert.ToHexStringLower(key));
        return Pseudonyms.Of(key, person);
    }

    /// <summary>
    /// Makes changes of accounts wait for one another, so that two cannot each take away what the other relied on (the
    /// last administrator). SQLite has one writer anyway; elsewhere this row is the lock.
    /// </summary>
    public Task LockAsync() => Settings.SetAsync(session, "people_changing", "1");

    /// <summary>Appends one entry. The last step of a handler: after it nothing else is written.</summary>
    public async Task AppendAsync(string kind, Actor actor, Guid subject, JsonObject data, params IReadOnlyList<NewDisclosure> secret)
    {
        data["subject"] = await PseudonymAsync(subject);
        data["event_version"] = 1;
        await ledger.AppendAsync(await ledger.NowAsync(),
        [
            new NewEntry
            {
                Kind = kind,
                Actor = actor == Actor.Service ? Service : await PseudonymAsync(actor.Id),
                Role = actor == Actor.Service ? Service : actor.Id == subject && !actor.Is(Role.Administrator) ? "account_holder" : RoleTitles.Name(Role.Administrator),
                Data = data,
                Sealed = secret,
            },
        ]);
    }

    internal static NewDisclosure Personal(string name, string value) => new(name, Audience.Personal, value);

    internal static JsonArray Names(IEnumerable<Role> roles) => [.. roles.Order().Select(r => (JsonNode)RoleTitles.Name(r))];

    internal static JsonArray Names(IEnumerable<PanelSeat> seats) =>
        [.. seats.OrderBy(s => s.Panel, StringComparer.Ordinal).ThenBy(s => s.Kind, StringComparer.Ordinal).Select(s => (JsonNode)new JsonObject { ["panel"] = s.Panel, ["kind"] = s.Kind })];
}
