using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Governance.Ledger.Bundles;

/// <summary>
/// A trail as a table for people and for spreadsheets. Both forms follow from the entries and disclosures alone, so that a
/// verifier can make them again and compare.
/// </summary>
public static class DerivedTrail
{
    private static readonly string[] Columns =
    [
        "derived_from_entry", "at", "kind", "proposal", "place_in_trail", "actor", "role", "facts", "disclosed", "not_shown", "leaf_sha256",
    ];

    /// <summary>Puts the entries of an export and what it discloses of each together.</summary>
    /// <exception cref="LedgerFormatException">An entry is not in its format.</exception>
    public static IReadOnlyList<TrailEntry> Of(BundleContent content)
    {
        var disclosures = content.Disclosures.ToLookup(static d => d.Disclosure.Digest);
        return [.. content.Entries.Select(e => TrailEntry.Of(Entry.Parse(e.Bytes), Merkle.LeafHash(e.Bytes), disclosures))];
    }

    /// <summary>The trail as CSV (RFC 4180). A cell that a spreadsheet could take for a formula gets an apostrophe first.</summary>
    public static string Csv(IReadOnlyList<TrailEntry> trail)
    {
        var csv = new StringBuilder();
        AppendRow(csv, Columns);
        foreach (var item in trail)
        {
            var entry = item.Entry;
            AppendRow(
                csv,
                [
                    Number(entry.Seq), Time(entry.At), entry.Kind, entry.Proposal ?? "", entry.ProposalSeq is { } n ? Number(n) : "",
                    entry.Actor ?? "", entry.Role ?? "", entry.Data.Count > 0 ? Json(entry.Data) : "",
                    string.Join(" | ", item.Disclosed.Select(static d => $"{d.Disclosure.Name}: {ValueText(d.Disclosure.Value)}")),
                    Number(item.NotShown), item.Leaf,
                ]);
        }

        return csv.ToString();
    }

    /// <summary>The trail as a web page that needs nothing else.</summary>
    public static string Html(IReadOnlyList<TrailEntry> trail)
    {
        var proposal = trail.Select(static t => t.Entry.Proposal).FirstOrDefault(static p => p is not null);
        var title = proposal is null ? "Ledger entries" : "Decision trail of " + proposal;
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Append("<title>").Append(Escape(title)).Append("</title>\n</head>\n<body>\n<main>\n");
        html.Append("<h1>").Append(Escape(title)).Append("</h1>\n");
        html.Append("<p>This page was made from the file entries.jsonl so that it is easier to read. It proves nothing by itself: "
            + "the entries do. The guide VERIFY.md says how to check them.</p>\n");
        html.Append("<table>\n<caption>What happened, oldest first. All times are UTC.</caption>\n<thead>\n<tr>");
        foreach (var heading in (string[])["Entry", "When", "What", "Who", "Role", "Facts", "Disclosed"])
            html.Append("<th scope=\"col\">").Append(heading).Append("</th>");
        html.Append("</tr>\n</thead>\n<tbody>\n");
        foreach (var item in trail)
            AppendRow(html, item);
        html.Append("</tbody>\n</table>\n</main>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void AppendRow(StringBuilder html, TrailEntry item)
    {
        var entry = item.Entry;
        html.Append("<tr><th scope=\"row\">").Append(Number(entry.Seq)).Append("</th>");
        html.Append("<td><time datetime=\"").Append(Time(entry.At)).Append("\">").Append(Time(entry.At)).Append("</time></td>");
        foreach (var cell in (string?[])[entry.Kind, entry.Actor, entry.Role])
            html.Append("<td>").Append(Isolated(cell ?? "")).Append("</td>");
        html.Append("<td>");
        AppendList(html, entry.Data.Select(static d => (d.Key, ValueText(d.Value!))));
        html.Append("</td><td>");
        AppendList(html, item.Disclosed.Select(static d => (d.Disclosure.Name, ValueText(d.Disclosure.Value))));
        if (item.NotShown > 0)
            html.Append("<p>Not shown: ").Append(Number(item.NotShown)).Append("</p>");
        html.Append("</td></tr>\n");
    }

    private static void AppendList(StringBuilder html, IEnumerable<(string Name, string Value)> items)
    {
        var list = items.OrderBy(static i => i.Name, StringComparer.Ordinal).ToList();
        if (list.Count == 0)
            return;
        html.Append("<dl>");
        foreach (var (name, value) in list)
            html.Append("<dt>").Append(Isolated(name)).Append("</dt><dd>").Append(Isolated(value)).Append("</dd>");
        html.Append("</dl>");
    }

    private static void AppendRow(StringBuilder csv, IReadOnlyList<string> cells) =>
        csv.AppendJoin(',', cells.Select(Cell)).Append("\r\n");

    private static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    // Isolated, so that a text with marks for right-to-left writing cannot turn around the text beside it.
    private static string Isolated(string text) => text.Length == 0 ? "" : $"<bdi>{Escape(text)}</bdi>";

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal);

    private static string ValueText(JsonNode value) =>
        value is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text : Json(value);

    private static string Json(JsonNode value) => Encoding.UTF8.GetString(CanonicalJson.Write(value));

    private static string Number(long n) => n.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
