using System.CommandLine;
using System.Globalization;
using Governance.Ledger;
using Governance.Ledger.Bundles;

namespace Governance.Auditor;

/// <summary><c>verify bundle.zip --trust log.vkey</c>: checks an export bundle and says what was found.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var bundle = new Argument<string>("bundle") { Description = "The bundle: a zip file." };
        var trust = new Option<string>("--trust")
        {
            Description = "A file with the log's public key (name+id+key). Get it from somewhere else than the bundle.",
            Required = true,
        };
        var command = new Command("verify", "Checks that a bundle's entries are in the signed log, unchanged and without a gap.") { bundle, trust };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(bundle),
            parsed.GetRequiredValue(trust),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string bundlePath, string keyPath, TextWriter output, TextWriter error)
    {
        if (BundleFile.Verify(bundlePath, keyPath, error) is not { } report)
            return AuditorProgram.Unusable;

        void Line(string text = "") => output.WriteLine(AuditorProgram.Printable(text));
        Line($"Bundle     {Path.GetFileName(bundlePath)}");
        if (report.Log is not null)
            Line(string.Create(CultureInfo.InvariantCulture, $"Log        {report.Log}, {report.LogSize} entries at the signed checkpoint"));
        if (report.Proposal is not null)
            Line($"Proposal   {report.Proposal}");
        Line(string.Create(CultureInfo.InvariantCulture, $"Entries    {report.Entries}"));
        Line(string.Create(CultureInfo.InvariantCulture, $"Disclosed  {report.Disclosed}"));
        Line(string.Create(CultureInfo.InvariantCulture, $"Not shown  {report.Withheld} (withheld, erased, or decoys that stand for nothing)"));
        Line();
        WriteFindings("Wrong:", report.Findings.Where(static f => f.Fails));
        WriteFindings("Worth knowing:", report.Findings.Where(static f => !f.Fails));
        if (!report.Verified)
        {
            Line("NOT VERIFIED. Do not rely on this bundle.");
            return AuditorProgram.Failed;
        }

        Line("VERIFIED. Every entry is in the signed log, unchanged, and no entry is missing between the first and the last one here.");
        Line(report.Complete
            ? "COMPLETE. The log holds no other entry of this proposal up to the checkpoint."
            : "This does not show whether the log holds later entries of the proposal.");
        return AuditorProgram.Verified;

        void WriteFindings(string heading, IEnumerable<BundleFinding> findings)
        {
            var list = findings.ToList();
            if (list.Count == 0)
                return;
            Line(heading);
            foreach (var finding in list)
                Line($"  {finding.Code}: {finding.Message}");
            Line();
        }
    }
}
