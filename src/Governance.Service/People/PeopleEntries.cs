using System.Text.Json.Nodes;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;

namespace Governance.Service.People;

/// <summary>
/// Enters changes of accounts into the ledger. People stand there as pseudonyms of the installation's, other than those
/// within proposals, so that nobody can be followed from here into a review. Names and e-mail addresses are personal
/// disclosures.
/// </summary>
static class PeopleEntries
{
    /// <summary>Who acts when the service itself does, at the command line.</summary>
    const string Service = "service";

    /// <summary>Appends one entry about one person. The last step of a handler: after it nothing else is written.</summary>
    public static async Task AppendAsync(
        this LedgerStore ledger, ServicePseudonyms pseudonyms, string kind, Actor actor, Guid subject, JsonObject data, params IReadOnlyList<NewDisclosure> secret)
    {
        data["subject"] = await pseudonyms.OfAsync(subject);
        data["event_version"] = 1;
        await ledger.AppendAsync(await ledger.NowAsync(),
        [
            new NewEntry
            {
                Kind = kind,
                Actor = actor == Actor.Service ? Service : await pseudonyms.OfAsync(actor.Id),
                Role = actor == Actor.Service ? Service : actor.Is(Role.Administrator) ? RoleTitles.Name(Role.Administrator) : "account_holder",
                Data = data,
                Sealed = [.. secret.Select(s => s with { Subject = subject })],
            },
        ]);
    }

    public static NewDisclosure Personal(string name, string value) => new(name, Audience.Personal, value, Guid.Empty);

    public static JsonArray Names(IEnumerable<Role> roles) => [.. roles.Order().Select(r => (JsonNode)RoleTitles.Name(r))];

    public static JsonArray Names(IEnumerable<PanelSeat> seats) =>
        [.. seats.Distinct().OrderBy(s => s.Panel, StringComparer.Ordinal).ThenBy(s => s.Kind, StringComparer.Ordinal).Select(s => (JsonNode)new JsonObject { ["panel"] = s.Panel, ["kind"] = s.Kind })];
}
