using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Ledger.Bundles;

namespace Governance.Service.Audit;

/// <summary>The forms in which a trail leaves the service.</summary>
public enum TrailFormat { Bundle, Csv, Json }

/// <summary>An exported trail as a file.</summary>
/// <param name="Name">A plain file name, such as <c>DUP-2026-0001-full.zip</c>.</param>
public sealed record TrailFile(string Name, string MediaType, byte[] Bytes)
{
    static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string MediaTypeOf(TrailFormat format) => format switch
    {
        TrailFormat.Bundle => "application/zip",
        TrailFormat.Csv => "text/csv",
        TrailFormat.Json => "application/json",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format."),
    };

    /// <param name="content">The trail of one proposal, read at that depth.</param>
    public static TrailFile Of(BundleContent content, Depth depth, TrailFormat format)
    {
        var trail = DerivedTrail.Of(content);
        var reference = trail.Select(t => t.Entry.Proposal).First(p => p is not null)!;
        var name = $"{reference}-{DepthNames.Of(depth)}";
        return format switch
        {
            TrailFormat.Bundle => new($"{name}.zip", MediaTypeOf(format), Zip(content)),
            // The mark at the beginning tells spreadsheets that the text is UTF-8.
            TrailFormat.Csv => new($"{name}.csv", MediaTypeOf(format), [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(DerivedTrail.Csv(trail))]),
            TrailFormat.Json => new($"{name}.json", MediaTypeOf(format), Encoding.UTF8.GetBytes(Json(reference, content, trail, depth).ToJsonString(Options) + "\n")),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format."),
        };
    }

    static byte[] Zip(BundleContent content)
    {
        using var zip = new MemoryStream();
        BundleWriter.Write(zip, content);
        return zip.ToArray();
    }

    /// <summary>Each entry twice: as an object to work with, and as the exact bytes that its leaf is the hash of.</summary>
    static JsonObject Json(string reference, BundleContent content, IReadOnlyList<Governance.Ledger.Bundles.TrailEntry> trail, Depth depth) => new JsonObject
    {
        ["proposal"] = reference,
        ["depth"] = DepthNames.Of(depth),
        ["exported_at"] = content.ExportedAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["key"] = content.Key.ToString(),
        ["checkpoint"] = Encoding.UTF8.GetString(content.Checkpoint),
        ["erased"] = new JsonArray([.. trail.Where(t => t.Entry.Kind == "disclosure.erased").SelectMany(t => t.Entry.Data["digests"]!.AsArray()).Select(d => d!.DeepClone())]),
        ["entries"] = new JsonArray([.. trail.Select((item, i) => new JsonObject
            {
                ["seq"] = item.Entry.Seq,
                ["leaf"] = item.Leaf,
                ["entry"] = JsonNode.Parse(content.Entries[i].Bytes),
                ["bytes"] = Convert.ToBase64String(content.Entries[i].Bytes),
                ["proof"] = new JsonArray([.. content.Entries[i].Proof.Select(h => (JsonNode)Convert.ToBase64String(h))]),
                ["disclosed"] = new JsonArray([.. item.Disclosed.Select(d => new JsonObject
                {
                    ["name"] = d.Disclosure.Name,
                    ["class"] = d.Class.ToString().ToLowerInvariant(),
                    ["value"] = d.Disclosure.Value.DeepClone(),
                    ["disclosure"] = d.Disclosure.Text,
                })]),
                ["not_shown"] = item.NotShown,
            })]),
    };
}
