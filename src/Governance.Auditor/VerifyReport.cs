using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Ledger.Bundles;

namespace Governance.Auditor;

/// <summary>
/// What <c>verify --json</c> prints. docs/how-to-auditor.md lists the members; they never change their meaning within one
/// <see cref="Schema"/>, though more may come.
/// </summary>
internal static class VerifyReport
{
    public const string Schema = "governance.auditor.verify/1";

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Default };

    public static string Of(string bundle, BundleReport report)
    {
        var json = Begin(bundle, "trail", report.Verified, report.Complete, report.Log, report.LogSize, report.Entries, report.ContinuesFrom, report.KeyChangedIn);
        if (report.Proposal is not null)
            json["proposal"] = report.Proposal;
        json["digests"] = new JsonObject
        {
            ["disclosed"] = report.Count(DigestStatus.Disclosed),
            ["withheld"] = report.Count(DigestStatus.Withheld),
            ["erased"] = report.Count(DigestStatus.Erased),
            ["decoy"] = report.Count(DigestStatus.Decoy),
            ["missing"] = report.Count(DigestStatus.Missing),
        };
        return End(json, report.Findings);
    }

    public static string Of(string bundle, LogReport report)
    {
        var json = Begin(bundle, "log", report.Verified, report.Complete, report.Log, report.LogSize, report.Entries, report.ContinuesFrom, report.KeyChangedIn);
        var others = report.Digests - report.Disclosed - report.Erased;
        json["proposals"] = report.Proposals;
        json["heads_roots"] = report.Heads;
        json["time_stamps"] = report.Stamps;
        if (report.Stamped is { } stamped)
        {
            json["stamped"] = new JsonObject
            {
                ["first"] = stamped.First.ToString("u", CultureInfo.InvariantCulture),
                ["last"] = stamped.Last.ToString("u", CultureInfo.InvariantCulture),
                ["size"] = stamped.Size,
                ["longest_gap_hours"] = Math.Round(stamped.LongestGap.TotalHours, 1),
            };
        }

        json["digests"] = new JsonObject
        {
            ["disclosed"] = report.Disclosed,
            ["withheld"] = report.Others == DigestStatus.Withheld ? others : 0,
            ["erased"] = report.Erased,
            ["decoy"] = report.Others == DigestStatus.Decoy ? others : 0,
            ["missing"] = report.Others == DigestStatus.Missing ? others : 0,
        };
        return End(json, report.Findings);
    }

    /// <summary>For a bundle, key or option that could not be used at all.</summary>
    public static string Unusable(string bundle, string error) => new JsonObject
    {
        ["schema"] = Schema,
        ["bundle"] = Path.GetFileName(bundle),
        ["verified"] = false,
        ["error"] = error.Trim(),
    }.ToJsonString(Options);

    private static JsonObject Begin(string bundle, string kind, bool verified, bool complete, string? log, long size, long entries, long? continuesFrom, IReadOnlyList<long> keyChangedIn)
    {
        var json = new JsonObject
        {
            ["schema"] = Schema,
            ["bundle"] = Path.GetFileName(bundle),
            ["kind"] = kind,
            ["verified"] = verified,
            ["complete"] = verified && complete,
            ["entries"] = entries,
        };
        if (log is not null)
        {
            json["log"] = log;
            json["log_size"] = size;
        }

        if (keyChangedIn.Count > 0)
            json["key_changed_in"] = new JsonArray([.. keyChangedIn.Select(static s => (JsonNode)s)]);
        if (continuesFrom is not null)
            json["continues_from"] = continuesFrom.Value;
        return json;
    }

    private static string End(JsonObject json, IReadOnlyList<BundleFinding> findings)
    {
        json["findings"] = new JsonArray([.. findings.Select(static f =>
        {
            var finding = new JsonObject { ["code"] = f.Code, ["fails"] = f.Fails, ["message"] = f.Message };
            if (f.File is not null)
                finding["file"] = f.File;
            if (f.Seq is not null)
                finding["seq"] = f.Seq.Value;
            return (JsonNode)finding;
        })]);
        return json.ToJsonString(Options);
    }

    /// <summary>The digests that nothing is shown for, in words.</summary>
    public static string NotShown(long withheld, long erased, long decoys, long missing) => string.Create(
        CultureInfo.InvariantCulture,
        $"{withheld + erased + decoys + missing}: {withheld} withheld, {erased} erased, {decoys} decoys{(missing > 0 ? string.Create(CultureInfo.InvariantCulture, $", {missing} MISSING") : "")}");
}
