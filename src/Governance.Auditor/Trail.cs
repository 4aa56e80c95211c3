using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Proposals;

namespace Governance.Auditor;

/// <summary>A verified bundle's trail in the form that the replayer takes.</summary>
internal static class Trail
{
    // Says who a pseudonym is; it belongs to the entry, not to its event.
    public const string ActorName = "actor_name";

    public static ReplayReport Replay(BundleReport report) => Review.Oversight.Replay.Run(
        report.Proposal ?? "",
        [.. report.Trail.Select(Of)],
        report.Pinned.Select(static f => f.Bytes));

    private static ReplayEntry Of(TrailEntry item) => new()
    {
        Seq = item.Entry.Seq,
        Kind = item.Entry.Kind,
        Actor = item.Entry.Actor ?? "",
        Role = item.Entry.Role ?? "",
        At = item.Entry.At,
        Data = item.Entry.Data,
        Rule = item.Entry.Rule,
        Documents = [.. item.Entry.Docs.Select(static d => d.Sha256)],
        Disclosed = [.. item.Disclosed.Where(static d => d.Disclosure.Name != ActorName)
            .Select(static d => new SealedValue(d.Disclosure.Name, Of(d.Class), d.Disclosure.Value))],
    };

    /// <summary>The names behind the pseudonyms, as far as the bundle shows them.</summary>
    public static IReadOnlyDictionary<string, string> Names(BundleReport report) => report.Trail
        .Where(static t => t.Entry.Actor is not null)
        .SelectMany(static t => t.Disclosed.Where(static d => d.Disclosure.Name == ActorName).Select(d => (t.Entry.Actor, Name: Text(d.Disclosure))))
        .DistinctBy(static n => n.Actor).ToDictionary(static n => n.Actor!, static n => n.Name, StringComparer.Ordinal);

    public static string Text(Disclosure disclosure) =>
        disclosure.Value is System.Text.Json.Nodes.JsonValue value && value.TryGetValue<string>(out var text) ? text : disclosure.Value.ToJsonString();

    private static Audience Of(DisclosureClass disclosureClass) => disclosureClass switch
    {
        DisclosureClass.Public => Audience.Public,
        DisclosureClass.Panel => Audience.Panel,
        DisclosureClass.Personal => Audience.Personal,
        _ => throw new ArgumentOutOfRangeException(nameof(disclosureClass)),
    };
}
