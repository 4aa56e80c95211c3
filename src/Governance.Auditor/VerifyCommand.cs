using System.CommandLine;
using System.Globalization;
using Governance.Ledger.Bundles;

namespace Governance.Auditor;

/// <summary><c>verify bundle.zip --trust log.vkey</c>: checks an export bundle, of a trail or of a whole log, and says what was found.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var command = new Command("verify", "Checks that a bundle's entries are in the signed log, unchanged and without a gap. Takes the bundle of a trail or of a whole log.");
        var arguments = new BundleArguments(command, trustRequired: true);
        var json = new Option<bool>("--json") { Description = "Print a report for programs instead of one for people." };
        command.Options.Add(json);
        var stamps = new Option<string?>("--time-stamps")
        {
            Description = "A file with the certificates (PEM) of those who vouch for the time-stamp authority: every time stamp in a whole log is verified.",
        };
        command.Options.Add(stamps);
        command.SetAction(parsed => Run(
            arguments.Of(parsed) with { StampsPath = parsed.GetValue(stamps) }, parsed.GetValue(json), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(BundleFile bundle, bool json, TextWriter output, TextWriter error)
    {
        if (!json)
            return Verify(bundle, output, error, null);
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        var exitCode = Verify(bundle, TextWriter.Null, said, output);
        if (exitCode == AuditorProgram.Unusable)
            output.WriteLine(VerifyReport.Unusable(bundle.Path, said.ToString()));
        error.Write(said);
        return exitCode;
    }

    private static int Verify(BundleFile bundle, TextWriter output, TextWriter error, TextWriter? json)
    {
        if (bundle.IsLog())
        {
            var bar = new ProgressBar(error);
            var log = bundle.VerifyLog(error, bar);
            bar.End();
            if (log is null)
                return AuditorProgram.Unusable;
            json?.WriteLine(VerifyReport.Of(bundle.Path, log));
            return Say(bundle, log, output);
        }

        if (bundle.Verify(error) is not { } report)
            return AuditorProgram.Unusable;
        json?.WriteLine(VerifyReport.Of(bundle.Path, report));
        return Say(bundle, report, output);
    }

    private static int Say(BundleFile bundle, BundleReport report, TextWriter output)
    {
        void Line(string text = "") => output.WriteLine(AuditorProgram.Printable(text));
        Head(Line, bundle, report.Log, report.LogSize, report.KeyChangedIn);
        if (report.Proposal is not null)
            Line($"Proposal   {report.Proposal}");
        Line(string.Create(CultureInfo.InvariantCulture, $"Entries    {report.Entries}"));
        Line(string.Create(CultureInfo.InvariantCulture, $"Disclosed  {report.Disclosed}"));
        Line($"Not shown  {VerifyReport.NotShown(report.Withheld, report.Count(DigestStatus.Erased), report.Count(DigestStatus.Decoy), report.Count(DigestStatus.Missing))}");
        Tail(Line, report.Findings, report.ContinuesFrom);
        if (!report.Verified)
            return AuditorProgram.CodeOf(report.Findings);
        Line("VERIFIED. Every entry is in the signed log, unchanged, and no entry is missing between the first and the last one here.");
        Line(report.Complete
            ? "COMPLETE. The log holds no other entry of this proposal up to the checkpoint."
            : "This does not show whether the log holds later entries of the proposal.");
        return AuditorProgram.Verified;
    }

    private static int Say(BundleFile bundle, LogReport report, TextWriter output)
    {
        void Line(string text = "") => output.WriteLine(AuditorProgram.Printable(text));
        Head(Line, bundle, report.Log, report.LogSize, report.KeyChangedIn);
        var others = report.Digests - report.Disclosed - report.Erased;
        Line(string.Create(CultureInfo.InvariantCulture, $"Entries    {report.Entries}"));
        Line(string.Create(CultureInfo.InvariantCulture, $"Proposals  {report.Proposals}"));
        Line(string.Create(CultureInfo.InvariantCulture, $"Heads      {report.Heads} roots of the heads tree, each worked out again"));
        Line(string.Create(CultureInfo.InvariantCulture, $"Disclosed  {report.Disclosed}"));
        Line($"Not shown  {VerifyReport.NotShown(report.Others == DigestStatus.Withheld ? others : 0, report.Erased, report.Others == DigestStatus.Decoy ? others : 0, report.Others == DigestStatus.Missing ? others : 0)}");
        Line($"Stamped    {Stamps(report)}");
        Tail(Line, report.Findings, report.ContinuesFrom);
        if (!report.Verified)
            return AuditorProgram.CodeOf(report.Findings);
        Line("VERIFIED. This is the whole signed log: every entry, in order, unchanged, and every proposal's trail without a gap.");
        Line(report.Complete
            ? "COMPLETE. The log's last entry confirms where every trail ends."
            : "The log's last entry does not say where each trail ends; the signed root covers all entries all the same.");
        return AuditorProgram.Verified;
    }

    private static string Stamps(LogReport report) => report switch
    {
        { Stamps: 0 } => "by no time-stamp authority",
        { Stamped: { } s } => string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Stamps} times, the last on {s.Last:yyyy-MM-dd HH:mm} UTC over {s.Size} entries; at most {s.LongestGap.TotalDays:0.#} days went by without a time stamp"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{report.Stamps} times; name the authority's certificates with --time-stamps to verify that"),
    };

    private static void Head(Action<string> line, BundleFile bundle, string? log, long size, IReadOnlyList<long> keyChangedIn)
    {
        line($"Bundle     {Path.GetFileName(bundle.Path)}");
        if (log is not null)
            line(string.Create(CultureInfo.InvariantCulture, $"Log        {log}, {size} entries at the signed checkpoint"));
        if (log is not null && keyChangedIn.Count > 0)
            line($"Key        signed by the key that follows the trusted one, changed in entry {string.Join(", then in entry ", keyChangedIn)}");
    }

    private static void Tail(Action<string> line, IReadOnlyList<BundleFinding> findings, long? continuesFrom)
    {
        line("");
        WriteFindings("Wrong:", findings.Where(static f => f.Fails));
        WriteFindings("Worth knowing:", findings.Where(static f => !f.Fails));
        if (continuesFrom is not null)
            line(string.Create(CultureInfo.InvariantCulture, $"CONSISTENT. The log only grew since the checkpoint of {continuesFrom} entries that you kept."));
        if (findings.Any(static f => f.Fails))
            line(AuditorProgram.CodeOf(findings) == AuditorProgram.PolicyNotMet
                ? "POLICY NOT MET. The log signed all of this, and nothing else is wrong, but those who you want to have seen it did not all cosign. Ask for a newer bundle."
                : "NOT VERIFIED. Do not rely on this bundle.");

        void WriteFindings(string heading, IEnumerable<BundleFinding> some)
        {
            var list = some.ToList();
            if (list.Count == 0)
                return;
            line(heading);
            foreach (var finding in list)
                line($"  {finding.Code}: {finding.Message}");
            line("");
        }
    }
}
