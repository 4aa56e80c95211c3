using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Governance.Ledger.Bundles;

/// <summary>
/// A trail in the words of the W3C's provenance ontology (PROV-O), as JSON-LD whose context is written out, so that nothing
/// is fetched to read it. It follows from the entries alone. Each entry is an activity that made one entity, the entry's
/// leaf; the entity derives from the proposal's previous one; the activity used the rules and documents that it pins.
/// </summary>
public static class Provenance
{
    private static readonly (string Term, string Meaning)[] Context =
    [
        ("prov", "http://www.w3.org/ns/prov#"), ("xsd", "http://www.w3.org/2001/XMLSchema#"), ("label", "http://www.w3.org/2000/01/rdf-schema#label"),
    ];

    /// <summary>The trail as a JSON-LD document, one node a line.</summary>
    public static string Of(IReadOnlyList<TrailEntry> trail)
    {
        var text = new StringBuilder("{\"@context\":{");
        text.AppendJoin(',', Context.Select(static c => $"{Quoted(c.Term)}:{Quoted(c.Meaning)}"));
        text.Append("},\n\"@graph\":[\n");
        text.AppendJoin(",\n", Nodes(trail));
        return text.Append("\n]}\n").ToString();
    }

    private static IEnumerable<string> Nodes(IReadOnlyList<TrailEntry> trail)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in trail)
        {
            var entry = item.Entry;
            var activity = string.Create(CultureInfo.InvariantCulture, $"urn:governance:{Uri.EscapeDataString(entry.Log)}:entry:{entry.Seq}");
            var at = entry.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            var agent = entry.Actor is null ? null : $"urn:governance:{Uri.EscapeDataString(entry.Log)}:actor:{Uri.EscapeDataString(entry.Proposal ?? "")}:{Uri.EscapeDataString(entry.Actor)}";
            if (agent is not null && known.Add(agent))
                yield return Node(agent, "prov:Agent", [("label", Quoted(entry.Actor!))]);
            var used = new List<string>();
            foreach (var (name, digest) in entry.Rule.OrderBy(static r => r.Key, StringComparer.Ordinal))
            {
                used.Add(Sha256(digest));
                if (known.Add(used[^1]))
                    yield return Node(used[^1], "prov:Plan", [("label", Quoted(name))]);
            }

            foreach (var document in entry.Docs)
            {
                used.Add(Sha256(document.Sha256));
                if (known.Add(used[^1]))
                    yield return Node(used[^1], "prov:Entity", [("label", Quoted("document"))]);
            }

            var facts = new List<(string, string)>
            {
                ("label", Quoted(entry.Kind)),
                ("prov:startedAtTime", Time(at)),
                ("prov:endedAtTime", Time(at)),
            };
            if (used.Count > 0)
                facts.Add(("prov:used", $"[{string.Join(',', used.Select(Reference))}]"));
            if (agent is not null)
            {
                var role = entry.Role is null ? "" : $",\"prov:hadRole\":{{\"@type\":\"prov:Role\",\"label\":{Quoted(entry.Role)}}}";
                facts.Add(("prov:qualifiedAssociation", $"{{\"@type\":\"prov:Association\",\"prov:agent\":{Reference(agent)}{role}}}"));
            }

            yield return Node(activity, "prov:Activity", facts);
            var made = new List<(string, string)> { ("prov:generatedAtTime", Time(at)), ("prov:wasGeneratedBy", Reference(activity)) };
            if (entry.ProposalPrevious is not null)
                made.Add(("prov:wasDerivedFrom", Reference(Leaf(entry.ProposalPrevious))));
            yield return Node(Leaf(item.Leaf), "prov:Entity", made);
        }
    }

    private static string Node(string id, string type, IEnumerable<(string Name, string Value)> facts) =>
        $"{{\"@id\":{Quoted(id)},\"@type\":{Quoted(type)}{string.Concat(facts.Select(static f => $",{Quoted(f.Name)}:{f.Value}"))}}}";

    private static string Sha256(string digest) => "urn:sha256:" + digest;

    private static string Leaf(string leaf) => "urn:governance:leaf:" + leaf;

    private static string Reference(string id) => $"{{\"@id\":{Quoted(id)}}}";

    private static string Time(string at) => $"{{\"@type\":\"xsd:dateTime\",\"@value\":{Quoted(at)}}}";

    // The canonical writer spells a text in one way only, on every version of the framework.
    private static string Quoted(string text) => Encoding.UTF8.GetString(CanonicalJson.Write(JsonValue.Create(text)));
}
